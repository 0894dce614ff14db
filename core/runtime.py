"""The composition root: it builds everything, starts it, and closes it in order."""

import asyncio
import logging
import signal
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Any, Protocol, Self

from aiohttp import web

from core.actions import Actions
from core.conversation import Conversation
from core.delivery import Deliverer
from core.endings import Endings
from core.files.download import Admit, Fetched, open_session
from core.files.in_flight import ByteBudget
from core.files.public import PublicFiles
from core.form_rules import FormRules
from core.health import Health
from core.inbox import Inbox
from core.ledger import Ledger, LedgerError
from core.ledger.stores import store_for
from core.lifecycle import Lifecycle
from core.logs import Outage
from core.metrics import Metrics
from core.neocu.client import NeocuClient
from core.neocu.uploads import HttpUploader, NoUploader
from core.policy import PromptPolicy
from core.questions import Questions
from core.records import Entry
from core.request import Attachment, Door, Refusal, Request
from core.resolver import Resolver
from core.saved_prompts import SavedPrompts
from core.settings import Settings, SettingsError
from core.settings_desk import SettingsDesk
from core.spending import Spending
from core.tidying import keep_tidy
from core.traces import collector_is_named, to_collector, tracing
from core.voice import speaking
from core.web import serving
from core.worker import Worker
from core.workspaces.account import Accounts
from core.workspaces.administration import Administration
from core.workspaces.admins import Admins
from core.workspaces.arrivals import Arrivals
from core.workspaces.credentials import lost_secrets
from core.workspaces.secrets import Secrets
from core.workspaces.tenants import Tenants

log = logging.getLogger(__name__)

Loop = Coroutine[Any, Any, None]
UNAVAILABLE = {502, 503, 504}  # Neocu is away, whatever it was asked


class Platform(Protocol):
    """A chat platform. Once it is open it can speak; once it runs it listens, too."""

    name: str
    form_command: str  # what opens its form

    async def __aenter__(self) -> Self: ...

    async def __aexit__(self, *_: object) -> None: ...

    @property
    def missing(self) -> str:
        """What keeps requests from arriving now, in words, "" where nothing does."""
        ...

    def listen(
        self, inbox: Inbox, arrivals: Arrivals, forms: FormRules, desk: SettingsDesk
    ) -> Sequence[web.RouteDef]:
        """Hand requests to the inbox, and acknowledge each when that has noted it.

        Workspaces that come and go are noted in `arrivals`; `forms` tells what a form has to know
        before it is sent, and at the `desk` admins choose. Returns what it needs of the web server.
        """
        ...

    async def run(self) -> None:
        """Stay connected until cancelled."""
        ...

    @property
    def alert_channel(self) -> str:
        """The channel that hears of low compute, "" for none."""
        ...

    def channel(self, workspace: str, channel: str) -> str:
        """Return the address of a channel, "" where it is no place for notices."""
        ...

    def conversation(self, address: str) -> Conversation:
        """Return the conversation at an address that the platform gave out earlier."""
        ...

    def aside(self, address: str, person: str) -> str:
        """Return the address where this person alone reads what is said, "" where there is none."""
        ...

    async def language(self, request: Request, /) -> str:
        """Return the language of ours that its person reads, "" where the platform doesn't tell."""
        ...

    async def is_admin(self, request: Request) -> bool:
        """Whether the request's person manages the workspace that it was asked in."""
        ...

    async def refusal(self, request: Request, door: Door) -> Refusal | None:
        """Return why this person may not ask here, None where they may.

        Raises TryLaterError where that can't be told now.
        """
        ...

    async def moderates(self, request: Request) -> bool:
        """Whether a person may delete other people's messages, as far as the platform tells."""
        ...

    async def download(
        self, request: Request, /, attachment: Attachment, limit: int, admit: Admit
    ) -> Fetched:
        """Return an attachment of at most `limit` bytes. Raises FetchError."""
        ...


async def run(settings: Settings, platforms: Sequence[Platform], stop: asyncio.Event) -> None:
    """Run the bots until `stop` is set, then finish what is under way and close.

    Raises LedgerError where the ledger can't be opened, SettingsError where a token is refused.
    """
    by_name = {platform.name: platform for platform in platforms}
    async with AsyncExitStack() as stack:
        # What is begun in here, a server, a task, speaks so unless it knows better.
        stack.enter_context(
            speaking(
                settings.language,
                ai_label=settings.ai_label,
                topup_url=settings.neocu_topup_url or "",
            )
        )
        metrics = Metrics(by_name)
        store = await stack.enter_async_context(store_for(settings.database_url))
        ledger = Ledger(store, by_name)
        await ledger.open()
        if collector_is_named():
            metrics.on_result = await stack.enter_async_context(tracing(ledger, to_collector()))
        secrets = Secrets(settings.encryption_keys or ())
        if lost := await lost_secrets(ledger, secrets):
            log.error("%s", lost)
        client = await stack.enter_async_context(_neocu_client(settings, metrics))
        byte_budget = ByteBudget(settings.files_in_flight_bytes)
        uploads = await stack.enter_async_context(open_session())
        uploader = (
            HttpUploader(uploads, settings, byte_budget)
            if settings.neocu_upload_url
            else NoUploader()
        )
        files = await stack.enter_async_context(PublicFiles(settings.neocu_base_url))
        accounts = Accounts(settings, client, ledger, secrets, by_name, metrics)
        admins = Admins(by_name)
        saved = SavedPrompts(ledger, admins)
        tenants = Tenants(settings, ledger, accounts)
        administration = Administration(settings, ledger, secrets, accounts, tenants)
        desk = SettingsDesk(administration, settings, admins)
        policy = await stack.enter_async_context(PromptPolicy(settings))

        def link(entry: Entry) -> str:
            return _link(by_name, entry)

        lifecycle = Lifecycle(
            settings,
            ledger,
            tenants,
            Resolver(ledger, uploader, by_name, saved),
            Questions(
                ledger,
                Actions(ledger, Endings(ledger, metrics), link, by_name),
                Spending(ledger, admins),
                link,
                {name: one.form_command for name, one in by_name.items()},
                saved,
                desk,
            ),
            policy,
            by_name,
            metrics,
        )
        deliverer = Deliverer(ledger, files, byte_budget, by_name, metrics)
        worker = Worker(ledger, lifecycle.advance, lifecycle.give_up, deliverer.deliver)
        inbox = Inbox(ledger, worker.wake, metrics)
        health = Health(ledger, by_name)
        ledger.on_notify(worker.wake)
        for platform in platforms:
            await stack.enter_async_context(platform)
        routes = [
            route
            for one in platforms
            for route in one.listen(
                inbox, Arrivals(one.name, ledger, secrets), FormRules(settings, policy), desk
            )
        ]
        address = await stack.enter_async_context(
            serving(settings, ledger, health, metrics, routes)
        )
        log.info("Listening on %s", address)
        loops = {
            **{f"listening to {one.name}": one.run() for one in platforms},
            "watching the balance": accounts.watch(worker.wake),
            "tidying": keep_tidy(ledger, settings),
            "watching the ledger": health.watch(),
        }
        await _run_until(stop, loops, worker.run(stop, settings.drain_seconds), health)


async def _run_until(
    stop: asyncio.Event, loops: Mapping[str, Loop], work: Loop, health: Health
) -> None:
    """Run the loops and the work until `stop` is set; then let the work end by itself.

    Raises LedgerError, and SettingsError where a token is refused that only its platform can tell.
    """
    try:
        async with asyncio.TaskGroup() as tasks:
            listening = {name: tasks.create_task(loop) for name, loop in loops.items()}
            working = tasks.create_task(work)
            health.loops = listening | {"working": working}
            await stop.wait()
            log.info("Stopping: finishing what is under way")
            # What is asked meanwhile is noted, for the next start or the other replica.
            await working
            for task in listening.values():
                task.cancel()
    except* LedgerError as failed:
        raise LedgerError(" ".join(str(error) for error in failed.exceptions)) from failed
    except* SettingsError as wrong:
        raise SettingsError(" ".join(str(error) for error in wrong.exceptions)) from wrong


def _neocu_client(settings: Settings, metrics: Metrics) -> NeocuClient:
    """Return the client, whose answers are counted and tell whether Neocu is away."""
    outage = Outage(log, "Neocu")

    def on_answer(call: str, status: int | None) -> None:
        metrics.call(call, status)
        if status is None or status in UNAVAILABLE:
            outage.begin(f"{call}: {status or 'no answer'}")
        else:
            outage.end()

    return NeocuClient(
        settings.neocu_api_key,
        settings.neocu_base_url,
        timeout=settings.neocu_timeout,
        connect_timeout=settings.neocu_connect_timeout,
        on_answer=on_answer,
    )


def _link(platforms: Mapping[str, Platform], entry: Entry) -> str:
    """Return the web address of the thread that a request was answered in."""
    return platforms[entry.request.platform].conversation(entry.address).link


def stop_on_signals(stop: asyncio.Event) -> None:
    """Set `stop` on SIGTERM and SIGINT."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
