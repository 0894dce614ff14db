"""The bots in this process, on real sockets, and everything that they talk to."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from itertools import takewhile
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import pytest

from bots.discord import Discord, DiscordSettings
from bots.playground.discord import Guild
from bots.playground.discord.components import walk
from bots.playground.neocu import Sandbox
from bots.playground.neocu.tasks import Task
from bots.playground.seats import DiscordSeat, Line, Seat, SlackSeat
from bots.playground.slack import Message as SlackMessage
from bots.playground.slack import Workspace
from bots.playground.stage import free_port
from bots.slack import Slack, SlackSettings
from core import runtime, wording
from core.conversation import Reply
from core.intent import Generate, NotHereError
from core.neocu.models import Asset
from core.records import Card, Entry, Part, Slot, State
from core.request import Action, Request
from core.settings import Settings
from core.wording.markup import spans

T = TypeVar("T")

HTTP, SOCKET, DISCORD = "slack over HTTP", "slack over Socket Mode", "discord"
everywhere = pytest.mark.parametrize("chat", [HTTP, SOCKET, DISCORD])
# Where it makes no difference how Slack's events come in.
both = pytest.mark.parametrize("chat", [HTTP, DISCORD])

QUICK = 0.05  # seconds that a task takes
READY_WITHIN = 30.0  # seconds
NEVER = 1_000_000.0  # seconds
ANYTHING = "anything"  # in place of what a message is about, stands for any words


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

    def alone(self, person: str = "ada", channel: str = "general") -> Seat:
        """Return the seat where this person alone reads what a mention in the channel asks.

        Slack shows it there; Discord can't, so it comes as a direct message.
        """
        return self.seat(person, "dm" if self._chat == DISCORD else channel)

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


async def made(house: House, number: int) -> Task:
    """Return the task of this number, from 1, as soon as Neocu was asked for it."""
    await house.sandbox.journal.until(lambda: len(house.sandbox.generated) >= number)
    return house.sandbox.generated[number - 1]


def finish(house: House) -> None:
    """Let every task be finished now."""
    for id_, task in house.sandbox.tasks.items():
        house.sandbox.tasks[id_] = replace(task, seconds=0.0)


def said(seat: Seat) -> list[Line]:
    """Return what the bot has said where one can see it; "… is thinking" is nothing yet."""
    return [line for line in seat.lines() if line.who == "neocu" and "thinking" not in line.text]


def answers(seat: Seat, prompt: str) -> list[Line]:
    """Return what the bot says in the thread of the message that holds the prompt."""
    lines = seat.lines()
    first = next(n for n, line in enumerate(lines) if not line.deep and prompt in plain(line))
    return [line for line in takewhile(lambda line: line.deep, lines[first + 1 :]) if _ours(line)]


async def told(seat: Seat, reply: Reply, under: str = "", times: int = 1) -> Line:
    """Wait until this reply stands there so many times; return the newest.

    `under` a prompt: in its thread. ANYTHING in the reply stands for any words.
    """

    def there() -> list[Line]:
        found = [line for line in _lines(seat, under) if says(line, reply)]
        return found if len(found) >= times else []

    return (await _until(seat, there, under, f"not said {times} times: {words(reply)}"))[-1]


async def only(seat: Seat, reply: Reply, under: str = "") -> Line:
    """Wait until this reply is all that the bot's words come to; return where it stands."""

    def there() -> Line | None:
        lines = _lines(seat, under)
        return lines[0] if len(lines) == 1 and says(lines[0], reply) else None

    return await _until(seat, there, under, f"not all that is said: {words(reply)}")


async def result(seat: Seat, number: int = 1, under: str = "") -> Line:
    """Wait for so many cards of finished tasks, and until no progress stands; return the last."""

    def there() -> list[Line]:
        lines = _lines(seat, under)
        found = [line for line in lines if Action.AGAIN in actions(line)]
        working = any(is_progress(line) for line in lines)
        return found if len(found) >= number and not working else []

    found = await _until(seat, there, under, f"there are not {number} results")
    return sorted(found, key=sent)[number - 1]


async def progress(seat: Seat, *notes: str, under: str = "") -> Line:
    """Wait until a task is shown to be under way, with these words of Neocu's or of its own."""

    def there() -> Line | None:
        lines = (line for line in _lines(seat, under) if says(line, MAKING, numbers=False))
        return next((one for one in lines if all(note in plain(one) for note in notes)), None)

    return await _until(seat, there, under, f"no progress with {notes}")


async def press(seat: Seat, action: Action, under: str = "", asset: int = 0) -> Line:
    """Press the newest button that does this, as soon as there is one; return where it stands."""

    def there() -> Line | None:
        lines = reversed(_lines(seat, under))
        return next((line for line in lines if (action, asset) in _buttons(line)), None)

    line = await _until(seat, there, under, f"there is no {action}")
    await seat.press(line, _labels(line)[_buttons(line).index((action, asset))])
    return line


async def press_on(seat: Seat, line: Line, action: Action) -> None:
    """Press the first button of this message that does this, though it may stand no more."""
    await seat.press(line, _labels(line)[actions(line).index(action)])


def actions(line: Line) -> list[Action]:
    """Return what the buttons of a message do, and the entries of its menu."""
    return [action for action, _ in _buttons(line)]


def key_of(line: Line) -> str:
    """Return the request that a message's buttons are about."""
    if isinstance(line.shown, SlackMessage):
        return str(line.shown.elements[0][0]["value"])
    return str(_custom_ids(line)[0].split(" ")[2])


def shows(line: Line) -> int:
    """Return how many files a message shows; on Slack pictures may be blocks of it."""
    blocks = line.shown.blocks if isinstance(line.shown, SlackMessage) else ()
    return len(line.files) + sum("slack_file" in block for block in blocks)


def is_progress(line: Line) -> bool:
    """Whether a message says that its request is on its way."""
    return any(says(line, reply, numbers=False) for reply in UNDER_WAY)


def is_question(line: Line) -> bool:
    """Whether a message shows who asked for what."""
    return says(line, ASKED)


def sent(line: Line) -> Any:
    """Return what names a message on its platform; the newer, the greater."""
    return line.shown.ts if isinstance(line.shown, SlackMessage) else line.shown.id


def says(line: Line, reply: Reply, *, numbers: bool = True) -> bool:
    """Whether a message's words begin with the reply's; with any numbers, if they don't matter."""
    pattern = _pattern(reply)
    if not numbers:
        pattern = re.sub(r"\d+", r"\\d+", pattern)
    return re.match(rf"{pattern}( |$)", _words(line.text)) is not None


def words(reply: Reply) -> str:
    """Return a reply's words, without any marks."""
    return _words("".join(span.text or "@" for span in spans(reply.text)))


def plain(line: Line) -> str:
    """Return a message's words as they look, without the escapes that Discord hides."""
    return re.sub(r"\\|\u200b|\*\*|^-# ", "", line.text, flags=re.MULTILINE)


async def _until(seat: Seat, fact: Callable[[], T], under: str, missing: str) -> T:
    try:
        return await seat.journal.until(fact)
    except TimeoutError:
        pytest.fail(f"{missing}; said: {[line.text for line in _lines(seat, under)]}")


def _lines(seat: Seat, under: str) -> list[Line]:
    return answers(seat, under) if under else said(seat)


def _ours(line: Line) -> bool:
    return line.who == "neocu" and "thinking" not in line.text


def _labels(line: Line) -> tuple[str, ...]:
    return (*line.buttons, *line.menu)


def _buttons(line: Line) -> list[tuple[Action, int]]:
    if isinstance(line.shown, SlackMessage):
        elements = [element for element, _ in line.shown.elements]
        pressed = [one["action_id"] for one in elements if one["type"] == "button"]
        chosen = [option["value"] for one in elements for option in one.get("options", ())]
        ids = [known.split(":") for known in (*pressed, *chosen)]
    else:
        parts = list(walk(line.shown.components))
        chosen = [option["value"] for part in parts for option in part.get("options", ())]
        ids = [known.split(" ") for known in (*_custom_ids(line), *chosen)]
    return [(Action(one[0]), int(one[1])) for one in ids]


def _custom_ids(line: Line) -> list[str]:
    parts = [part for part in walk(line.shown.components) if part.get("label")]
    return [str(part.get("custom_id", f"{Action.OPEN} 0")) for part in parts]


def _words(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text))


def _pattern(reply: Reply) -> str:
    """Return a pattern of the reply's words; a link or a name may be written in several ways."""
    parts = []
    for span in spans(reply.text):
        if span.person:
            parts.append(r"\w+")
        else:
            parts += re.escape(_words(span.text)).replace(ANYTHING, ".*?").split("\\ ")
        if span.link:
            parts.append(".*?")
    return " ?".join(part for part in parts if part)


# What tells messages apart, whatever they are about.
ENTRY = Entry(
    request=Request("", "", "", "", ANYTHING, Generate(ANYTHING), "", prompt_visible=False),
    state=State.GENERATING,
    address="",
    query=ANYTHING,
    files=(),
    task_id=ANYTHING,
    assets=(Asset.model_validate({"type": "image", "url": "https://files.example/a.png"}),),
    tries=0,
    fence=0,
    created=0.0,
    submitted=0.0,
    now=0.0,
)
_QUESTION, _PROGRESS = Part(Slot.QUESTION), Part(Slot.PROGRESS)


def shown(card: Card, part: Part) -> Reply:
    """Return what a card shows in a part of it."""
    reply = card[part]
    assert reply is not None
    return reply


ASKED = shown(wording.beginning(ENTRY), _QUESTION)
BEGINNING = shown(wording.beginning(ENTRY), _PROGRESS)
WAITING = shown(wording.waiting(ENTRY), _PROGRESS)
MAKING = shown(wording.making(ENTRY, None), _PROGRESS)
SLOW = shown(wording.making(ENTRY, None, slow=True), _PROGRESS)
STALE = shown(wording.making(replace(ENTRY, state=State.STALE), None), _PROGRESS)
UNDER_WAY = (BEGINNING, WAITING, MAKING, shown(wording.queued(ENTRY, 1), _PROGRESS))
NOT_HERE = wording.bad_input(NotHereError())
NO_SUCH_TASK = wording.no_such_task(ANYTHING)
HELP = wording.help_with(ANYTHING)
RECENT = Reply(wording.recent([(ENTRY, "")]).text.splitlines()[0])
