"""The bots on Slack alone, in this process, on real sockets; what they say is asked of Slack."""

import asyncio
import re
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rungs_slack import settings_for

from bots.playground.neocu import Sandbox
from bots.playground.seats import Line, SlackSeat
from bots.playground.slack import Message, Workspace
from bots.playground.stage import free_port
from bots.slack import Slack, Timing
from core import runtime
from core.settings import Settings

QUICK = 0.05  # seconds that a task takes
MANIFEST = Path(__file__).parents[2] / "deploy" / "slack-manifest.yaml"


@dataclass
class Bots:
    """A Neocu, a Slack workspace, and the bots between them."""

    sandbox: Sandbox
    workspace: Workspace
    slack: Slack
    running: asyncio.Task[None]

    def seat(self, person: str = "ada", channel: str = "general") -> SlackSeat:
        """Return a person's seat in a channel, or at their direct messages ("dm")."""
        return SlackSeat(self.workspace, person, channel)

    @property
    def posts(self) -> int:
        """How often Neocu was asked to make something, whatever came of it."""
        return sum(call.path == "/v1/generate" for call in self.sandbox.journal.calls)

    def calls(self, method: str) -> int:
        """Return how often a method of the Web API was called."""
        return sum(one.path.endswith(f"/{method}") for one in self.workspace.journal.calls)

    def said(self) -> list[Message]:
        """Return what the bot has said, anywhere and to anybody, and not taken back."""
        bot, channels = self.workspace.bot_user_id, self.workspace.channels.values()
        return [one for channel in channels for one in channel.messages if one.user == bot]

    async def result(self, number: int = 1) -> Message:
        """Wait for the so-manieth message with files, and until no progress stands any more."""

        def found() -> Message | None:
            said = self.said()
            shown = [one for one in said if files(one)]
            working = any("On it" in one.text or "Making it" in one.text for one in said)
            return shown[number - 1] if len(shown) >= number and not working else None

        message = await self.workspace.journal.until(found)
        assert message is not None
        return message

    async def told(self, words: str, person: str = "") -> Message:
        """Wait for a message of the bot's with these words; one that a person alone sees."""
        only = self.workspace.person(person).id if person else None

        def found() -> Message | None:
            said = [one for one in self.said() if words in one.words]
            return next((one for one in said if only in (None, one.only_for)), None)

        try:
            message = await self.workspace.journal.until(found)
        except TimeoutError:
            raise AssertionError(f"{words!r} not in {[one.words for one in self.said()]}") from None
        assert message is not None
        return message

    async def press(self, message: Message, label: str, person: str = "ada") -> None:
        """Have a person press a button under a message, or choose from its menu."""
        for element, _ in message.elements:
            for one in (element, *element.get("options", ())):
                if one.get("text", {}).get("text") == label:
                    action_id, value = element["action_id"], one.get("value")
                    await self.workspace.press(person, message, action_id, value)
                    return
        raise LookupError(f"there is no button {label!r}")


def files(message: Message) -> list[str]:
    """Return the files that a message shows, as its own or as pictures in its blocks."""
    images = [block["slack_file"]["id"] for block in message.blocks if block["type"] == "image"]
    return [file.id for file in message.files] + images


def lines(seat: SlackSeat) -> list[Line]:
    """Return what one sees of the bot's."""
    return [line for line in seat.lines() if line.who == "neocu"]


def install(workspace: Workspace) -> None:
    """Give the app the scopes and events of its manifest, and nothing else."""
    text = MANIFEST.read_text("utf-8")
    workspace.rules.scopes = set(
        re.findall(r"^ +- ([a-z_]+:[a-z.]+|commands)$", text, re.MULTILINE)
    )
    workspace.rules.events = set(
        re.findall(r"^ +- (message\.[a-z]+|app_[a-z_]+|member_[a-z_]+)$", text, re.MULTILINE)
    )
    workspace.rules.commands_escape_mentions = "should_escape: true" in text


@asynccontextmanager
async def bots_on_slack(
    folder: Path,
    *,
    socket: bool = False,
    slack: dict[str, Any] | None = None,
    timing: Timing | None = None,
    without: Collection[str] = (),
    **changed: Any,
) -> AsyncIterator[Bots]:
    """Run the bots until the block ends, as the manifest says, `without` these scopes.

    `slack` are the settings of Slack's own.
    """
    async with AsyncExitStack() as stack:
        sandbox = await stack.enter_async_context(Sandbox(seconds=QUICK))
        workspace = await stack.enter_async_context(Workspace())
        install(workspace)
        workspace.rules.scopes -= set(without)
        port = free_port()
        if not socket:
            workspace.events_url = f"http://127.0.0.1:{port}/slack/events"
        bots = await stack.enter_async_context(
            running(
                folder,
                sandbox,
                workspace,
                port,
                socket=socket,
                slack=slack,
                timing=timing,
                **changed,
            )
        )
        yield bots


@asynccontextmanager
async def running(
    folder: Path,
    sandbox: Sandbox,
    workspace: Workspace,
    port: int,
    *,
    socket: bool = False,
    slack: dict[str, Any] | None = None,
    timing: Timing | None = None,
    **changed: Any,
) -> AsyncIterator[Bots]:
    """Run the bots in a workspace that stands; what they remember is in the folder."""
    about: dict[str, Any] = {
        "neocu_api_key": sandbox.key,
        "neocu_base_url": sandbox.url,
        "neocu_upload_url": sandbox.upload_url,
        "neocu_poll_interval": 0.05,
        "database_url": f"sqlite:///{folder / 'bots.db'}",
        "http_port": port,
    }
    app = Slack(settings_for(workspace, socket=socket, **slack or {}), timing)
    stop = asyncio.Event()
    settings = Settings(_env_file=None, **about | changed)
    task = asyncio.create_task(runtime.run(settings, [app], stop))
    try:
        await _ready(app, task)
        yield Bots(sandbox, workspace, app, task)
    finally:
        stop.set()
        await task


async def _ready(app: Slack, running: asyncio.Task[None]) -> None:
    """Wait until the bots can be asked, or have ended."""
    async with asyncio.timeout(10):
        while not (app.ready or running.done()):  # noqa: ASYNC110 (nothing tells of it)
            await asyncio.sleep(0.01)
