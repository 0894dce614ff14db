"""The bots in this process, on real sockets, and everything that they talk to."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import chain, takewhile
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bots.discord import Discord, DiscordSettings
from bots.playground.discord import Guild
from bots.playground.neocu import Sandbox
from bots.playground.seats import DiscordSeat, Line, Seat, SlackSeat
from bots.playground.slack import Workspace
from bots.playground.stage import free_port
from bots.slack import Slack, SlackSettings
from core import runtime, wording
from core.conversation import Reply, Request
from core.intent import NotHereError
from core.neocu.models import Asset
from core.records import Entry, State
from core.settings import Settings
from core.wording.markup import spans

HTTP, SOCKET, DISCORD = "slack over HTTP", "slack over Socket Mode", "discord"
everywhere = pytest.mark.parametrize("chat", [HTTP, SOCKET, DISCORD])
# Where it makes no difference how Slack's events come in.
both = pytest.mark.parametrize("chat", [HTTP, DISCORD])

QUICK = 0.05  # seconds that a task takes
READY_WITHIN = 30.0  # seconds
ANYTHING = "anything"  # in place of what a message is about


class House:
    """A Neocu, a Slack workspace and a Discord guild, and the bots on one of the two or both."""

    def __init__(self, sandbox: Sandbox, workspace: Workspace, guild: Guild, chat: str) -> None:
        self.sandbox = sandbox
        self.workspace = workspace
        self.guild = guild
        self.url = f"http://127.0.0.1:{free_port()}"
        self.bots: list[Slack | Discord] = []
        self.alert_channels: dict[str, str] = {}  # by chat
        self._chat = chat

    def seat(self, person: str = "ada", channel: str = "general", chat: str = "") -> Seat:
        """Return a person's seat in a channel, or at their direct messages ("dm")."""
        if (chat or self._chat) == DISCORD:
            return DiscordSeat(self.guild, person, channel)
        return SlackSeat(self.workspace, person, channel)

    def slack(self, *, socket: bool = False) -> Slack:
        """Return the bots' Slack side, still closed."""
        token = self.workspace.app_token if socket else None
        settings = SlackSettings(
            _env_file=None,  # type: ignore[call-arg]  # pydantic-settings' own
            slack_bot_token=self.workspace.bot_token,
            slack_signing_secret=self.workspace.signing_secret,
            slack_app_token=token,
            slack_api_url=self.workspace.api_url,
            slack_alert_channel=self.alert_channels.get(HTTP),
        )
        return Slack(settings)

    def discord(self) -> Discord:
        """Return the bots' Discord side, still closed."""
        settings = DiscordSettings(
            _env_file=None,  # type: ignore[call-arg]  # pydantic-settings' own
            discord_token=self.guild.token,
            discord_api_url=self.guild.api_url,
            discord_gateway_url=self.guild.gateway_url,
            discord_alert_channel_id=self.alert_channels.get(DISCORD),  # type: ignore[arg-type]  # it is read from text
        )
        return Discord(settings)

    def platform(self, chat: str) -> Slack | Discord:
        """Return the bots' side of a chat, still closed."""
        return self.discord() if chat == DISCORD else self.slack(socket=chat == SOCKET)

    @property
    def posts(self) -> int:
        """How often Neocu was asked to make something, whatever came of it."""
        return sum(call.path == "/v1/generate" for call in self.sandbox.journal.calls)

    async def ready(self) -> None:
        """Wait until the bots say that they can be asked."""
        async with asyncio.timeout(READY_WITHIN), aiohttp.ClientSession() as session:
            while True:
                with suppress(aiohttp.ClientConnectionError):
                    async with session.get(f"{self.url}/readyz") as answer:
                        if answer.ok:
                            return
                await asyncio.sleep(0.01)

    async def noted(self) -> int:
        """Return how many requests the bots have noted since they started."""
        async with aiohttp.ClientSession() as session, session.get(f"{self.url}/metrics") as answer:
            lines = (await answer.text()).splitlines()
        name = "neocu_bots_requests_noted_total"
        return sum(round(float(line.split()[-1])) for line in lines if line.startswith(name))


@asynccontextmanager
async def bots_on(*chats: str, folder: Path, **changed: Any) -> AsyncIterator[House]:
    """Run the bots on these chats, with the settings that are named, until the block ends."""
    async with house_for(*chats) as house, running(house, *chats, folder=folder, **changed):
        yield house


@asynccontextmanager
async def house_for(*chats: str) -> AsyncIterator[House]:
    """Open everything that the bots talk to; they may come and go."""
    async with Sandbox(seconds=QUICK) as sandbox, Workspace() as workspace, Guild() as guild:
        house = House(sandbox, workspace, guild, chats[0])
        if HTTP in chats:
            workspace.events_url = f"{house.url}/slack/events"
        yield house


@asynccontextmanager
async def running(house: House, *chats: str, folder: Path, **changed: Any) -> AsyncIterator[None]:
    """Run the bots in a house that stands; what they remember is in the folder."""
    about: dict[str, Any] = {
        "neocu_api_key": house.sandbox.key,
        "neocu_base_url": house.sandbox.url,
        "neocu_upload_url": house.sandbox.upload_url,
        "neocu_poll_interval": 0.05,
        "database_url": f"sqlite:///{folder / 'bots.db'}",
        "http_port": int(house.url.rpartition(":")[2]),
    }
    settings = Settings(_env_file=None, **about | changed)
    stop = asyncio.Event()
    house.bots = [house.platform(chat) for chat in chats]
    bots = asyncio.create_task(runtime.run(settings, house.bots, stop))
    try:
        await house.ready()
        yield
    finally:
        stop.set()
        await bots


def said(seat: Seat) -> list[Line]:
    """Return what the bot has said where one can see it; "… is thinking" is nothing yet."""
    return [line for line in seat.lines() if line.who == "neocu" and "thinking" not in line.text]


async def told(seat: Seat, *words: str) -> list[Line]:
    """Wait until the bot has said all these words, in one message or several; return its lines."""

    def all_there() -> list[Line]:
        lines = said(seat)
        text = "\n".join(plain(line) for line in lines)
        return lines if all(one in text for one in words) else []

    try:
        return await seat.journal.until(all_there)
    except TimeoutError:
        pytest.fail(f"not said: {words}; said: {[line.text for line in said(seat)]}")


def answers(seat: Seat, prompt: str) -> list[Line]:
    """Return what stands in the thread of the message that holds the prompt."""
    lines = seat.lines()
    first = next(n for n, line in enumerate(lines) if not line.deep and prompt in plain(line))
    return list(takewhile(lambda line: line.deep, lines[first + 1 :]))


def runs(reply: Reply) -> list[str]:
    """Return the stretches of a reply that are the same whatever it is about, in order."""
    texts = (re.split(rf"\d+|{ANYTHING}|\n", span.text) for span in spans(reply.text))
    found = (text.strip(" :.\n") for text in chain.from_iterable(texts))
    return [text for text in found if re.search(r"[A-Za-z]", text)]


def words(reply: Reply) -> str:
    """Return the longest stretch of a reply that is the same whatever it is about."""
    return max(runs(reply), key=len)


# What tells messages apart, whatever they are about.
_ASSET = Asset.model_validate({"type": "image", "url": "https://files.example/a.png"})
_ENTRY = Entry(
    request=Request("", "", "", "", "", "", ""),
    state=State.COMPLETED,
    address="",
    query="",
    files=(),
    task_id=ANYTHING,
    assets=(_ASSET,),
    tries=0,
    fence=0,
    created=0.0,
    submitted=0.0,
    now=0.0,
)
ASKED = words(wording.asked("", ""))
STARTED = runs(wording.started(ANYTHING, (), None))[0]
GENERATING = runs(wording.progress(_ENTRY, None, ()))[0]
FINISHED = runs(wording.finished(_ENTRY))[0]
STOPPED = runs(wording.stopped(_ENTRY))[0]
DONE = runs(wording.completed(_ENTRY))[0]
STALE = words(wording.stale(ANYTHING, ""))
SLOW = words(wording.still_working())
LOOKING = words(wording.looking())
BALANCE = runs(wording.balance(0.0))[0]
HELP = runs(wording.HELP)[0]
RECENT = runs(wording.recent([(_ENTRY, "")]))[0]
NO_SUCH_TASK = runs(wording.no_such_task(ANYTHING))[0]
NOT_HERE = words(wording.bad_input(NotHereError()))


def plain(line: Line) -> str:
    """Return a message's words as they look, without the escapes that Discord hides."""
    return line.text.replace("\\", "").replace("\u200b", "").replace("**", "")
