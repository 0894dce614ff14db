"""A task that Neocu makes: polled, shown, and ended with what came of it."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from core import wording
from core.backoff import backoff
from core.conversation import Conversation
from core.endings import Endings
from core.ledger import Ledger
from core.neocu.errors import ApiError, NotFoundError
from core.neocu.models import Task
from core.records import Entry, State
from core.request import Action
from core.settings import Settings
from core.workspaces.tenants import Tenant

log = logging.getLogger(__name__)

# Words for a task under way, besides the documented "generating"; anything else is told.
UNDER_WAY = {"generating", "queued", "pending", "processing", "running", "in_progress", "started"}
MAX_BEFORE = 5  # requests looked at, to tell whether a result is a person's first
MAX_NOT_FOUND_SECONDS = 900.0  # since it was submitted; then a task that Neocu denies is stale


class Places(Protocol):
    """What is asked of a platform: where its messages stand."""

    def conversation(self, address: str) -> Conversation:
        """Return the conversation at an address that the platform gave out earlier."""
        ...


class Tracking:
    """Follows tasks to their end. One per process."""

    def __init__(
        self,
        settings: Settings,
        ledger: Ledger,
        endings: Endings,
        platforms: Mapping[str, Places],
    ) -> None:
        self._settings = settings
        self._ledger = ledger
        self._endings = endings
        self._platforms = platforms

    async def poll(self, entry: Entry, tenant: Tenant) -> None:
        """Look at a task, and note what it has come to. Raises LedgerError, and no ApiError."""
        try:
            task = await tenant.account.client.get_task(entry.task_id)
        except NotFoundError:
            await self._not_found(entry, tenant)
        except ApiError as error:
            log.info("%s can't be polled: %s", entry.key, error)
            wait = getattr(error, "retry_after", None) or 0.0
            await self._poll_again(entry, tenant, tries=entry.tries, at_least=wait)
        else:
            await self._seen(entry, task, tenant)

    async def _not_found(self, entry: Entry, tenant: Tenant) -> None:
        """Keep polling a paid task that Neocu denies: it may only not know it yet, or just now."""
        wait = backoff(entry.tries + 1)
        if entry.running_seconds < MAX_NOT_FOUND_SECONDS:
            await self._poll_again(entry, tenant, tries=entry.tries + 1, at_least=wait)
        else:
            await self._poll_again(
                entry,
                tenant,
                note=wording.not_found(),
                tries=entry.tries + 1,
                at_least=wait,
                stale=True,
            )

    async def _seen(self, entry: Entry, task: Task, tenant: Tenant) -> None:
        match task.status.lower():
            case "completed":
                await self._completed(replace(entry, assets=task.assets), tenant)
            case "failed":
                await self._endings.end(entry, State.FAILED, wording.failed(entry, task.messages))
            case status if status in UNDER_WAY:
                await self._poll_again(
                    entry, tenant, note=task.messages[-1] if task.messages else ""
                )
            case _:
                await self._poll_again(entry, tenant, note=wording.unknown_status(task.status))

    async def _completed(self, entry: Entry, tenant: Tenant) -> None:
        entry = replace(entry, cost=await tenant.account.compute.cost(entry))
        first = await self._is_first(entry, tenant)
        offers, parent = await tenant.budget.offers(entry), await self._parent_link(entry)
        reply = wording.result(entry, offers, parent, first=first)
        if not tenant.terms.show_in_channel:
            menu = (one for one in reply.menu if one.action is not Action.SHOW_IN_CHANNEL)
            reply = replace(reply, menu=tuple(menu))
        await self._endings.end(entry, State.COMPLETED, reply)

    async def _parent_link(self, entry: Entry) -> str:
        """Return the address of the message that a result was made from, "" where none stands."""
        stands = await self._ledger.queries.where_result_stands(entry.parent)
        if stands is None:
            return ""
        address, message_id = stands
        return self._platforms[entry.request.platform].conversation(address).link_to(message_id)

    async def _is_first(self, entry: Entry, tenant: Tenant) -> bool:
        """Whether it is a person's first result, and they can change it where they asked."""
        if not tenant.terms.reuse_results or entry.request.in_private:
            return False
        before = await self._ledger.queries.recent(entry.request, MAX_BEFORE)
        return not any(one.assets for one in before)

    async def _poll_again(
        self,
        entry: Entry,
        tenant: Tenant,
        *,
        note: str = "",
        tries: int = 0,
        at_least: float = 0.0,
        stale: bool = False,
    ) -> None:
        """Poll again after a while, ever more rarely once the task has taken too long.

        `at_least` so many seconds pass before; `stale` says that it has taken too long already.
        """
        age = entry.running_seconds
        polling = tenant.account.polling
        expected = await polling.expected(entry.query)
        stale = stale or age > self._settings.neocu_stale_after
        state = State.STALE if stale else entry.state
        slow = age > self._settings.neocu_slow_after
        entry_then = replace(entry, state=state)
        estimate = await tenant.budget.estimate(entry.query)
        card = wording.making(entry_then, estimate, expected, note, slow=slow)
        after = max(at_least, polling.next(age, expected))
        await self._ledger.entries.move(entry, state, after=after, tries=tries, card=card)
