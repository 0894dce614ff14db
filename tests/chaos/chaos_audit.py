"""What people were told, read off both platforms, and the figures that it comes to."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from statistics import quantiles

from chaos_crowd import CHANNEL, Ask

from bots.discord.render import nonce, parts
from bots.playground.discord import Guild
from bots.playground.discord.components import walk
from bots.playground.discord.state import Message as DiscordMessage
from bots.playground.neocu import Sandbox
from bots.playground.slack import Workspace
from bots.playground.slack.state import Message as SlackMessage
from bots.slack.render import messages
from core import wording
from core.records import Slot
from core.request import Action

# In which order a thread is told; what has no place in it comes last.
RANKS = {Slot.QUESTION: 0, Slot.PROGRESS: 1, Slot.RESULT: 2}
LAST_RANK = 3
# What could not be noted has no slot: its person heard that it is not begun, or may not be.
NOT_TAKEN = "not-taken"
UNSURE = "unsure"
# A second result follows where the first had to say that nobody can know.
SLOTS = (Slot.QUESTION, Slot.PROGRESS, Slot.RESULT, f"{Slot.RESULT}-2")
# What is told where no key names the message, in each platform's writing.
UNTAKEN = {
    messages(wording.not_taken())[0].text: NOT_TAKEN,
    messages(wording.not_taken(certain=False))[0].text: UNSURE,
    parts(wording.not_taken())[0]: NOT_TAKEN,
    parts(wording.not_taken(certain=False))[0]: UNSURE,
}
# Seconds in which a mention on Discord, which nobody acknowledges, may be lost with its hearer.
KILLED_WITHIN = 3.0


@dataclass(frozen=True)
class Line:
    """A message of the bots; `slot` names its place in the answer, "" if the chat shows none.

    `actions` are what its buttons do.
    """

    text: str
    slot: str
    files: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()

    @property
    def meaning(self) -> str:
        """Which message it is; two of the same meaning in a thread are one too many."""
        return self.slot or f"other {self.text}"

    @property
    def rank(self) -> int:
        """Its place in the order of an answer's messages."""
        if self.slot == UNSURE:  # it says itself that an answer may follow
            return RANKS[Slot.QUESTION]
        return RANKS.get(Slot(self.slot.partition("-")[0]), LAST_RANK) if self._known else LAST_RANK

    @property
    def is_final(self) -> bool:
        """Whether it is an answer's end, and says so."""
        return self.is_refusal or self.slot.startswith(Slot.RESULT)

    @property
    def is_unknown(self) -> bool:
        """Whether it tells that nobody can know what came of it."""
        return Action.SEND_AGAIN in self.actions

    @property
    def is_refusal(self) -> bool:
        """Whether it tells that nothing was begun, and nothing spent."""
        return self.slot == NOT_TAKEN or Action.TRY_AGAIN in self.actions

    @property
    def _known(self) -> bool:
        return self.slot in SLOTS


@dataclass(frozen=True)
class Figures:
    """What a scenario came to; `untold` is how many unknown outcomes nobody was told of."""

    acknowledged: int
    generated: int
    lost: int
    paid_twice: int
    said_twice: int
    unknown: int
    recovery: tuple[float, ...]
    untold: int = 0
    disordered: int = 0
    contradicted: int = 0
    unseen: int = 0

    @property
    def good(self) -> bool:
        """Whether every promise was kept."""
        broken = (
            *(self.lost, self.paid_twice, self.said_twice),
            *(self.untold, self.disordered, self.contradicted),
        )
        return self.acknowledged > 0 and not any(broken)

    @property
    def details(self) -> str:
        """What else there is to know."""
        return (
            f"{self.unseen} unseen, {self.untold} untold, {self.disordered} disordered, "
            f"{self.contradicted} contradicted"
        )

    def __str__(self) -> str:
        p95 = (
            quantiles(self.recovery, n=20, method="inclusive")[-1]
            if len(self.recovery) > 1
            else 0.0
        )
        return (
            f"acknowledged={self.acknowledged} generated={self.generated} lost={self.lost} "
            f"paid_twice={self.paid_twice} said_twice={self.said_twice} unknown={self.unknown} "
            f"recovery_p95={p95:.1f}s"
        )


class Audit:
    """Reads both platforms and the sandbox; what the bots think of themselves it never asks."""

    def __init__(self, workspace: Workspace, guild: Guild, sandbox: Sandbox) -> None:
        self._workspace = workspace
        self._guild = guild
        self._sandbox = sandbox
        self.kills: list[float] = []  # on the loop's clock

    def told(self, asks: Iterable[Ask]) -> dict[Ask, list[Line]]:
        """Return what the bots said in each request's thread, oldest first."""
        in_slack, in_discord = self._slack(), self._discord()
        return {
            ask: [*(in_slack(ask) if ask.way.startswith("slack") else in_discord(ask))]
            for ask in asks
        }

    def _slack(self) -> Callable[[Ask], Iterator[Line]]:
        bot, threads, echoes = self._workspace.bot_user_id, defaultdict(list), defaultdict(list)
        for message in self._workspace.channel(CHANNEL).messages:
            if message.user == bot and message.is_reply:
                threads[message.thread_ts].append(message)
            elif message.user == bot and (prompt := _prompt(message.text)):
                echoes[prompt].append(message)

        def lines(ask: Ask) -> Iterator[Line]:
            for root in [ask.message] if ask.message else echoes[ask.prompt]:
                for message in [root, *threads[root.ts]]:
                    if message.user == bot:
                        files = tuple(file.name for file in message.files)
                        actions = _actions(
                            element["action_id"].partition(":")[0]
                            for element, _ in message.elements
                        )
                        yield Line(message.words, _slot_in_slack(message), files, actions)
            for delivery in ask.deliveries:
                if text := (delivery.answer or {}).get("text"):
                    yield Line(text, UNTAKEN.get(text, ""))

        return lines

    def _discord(self) -> Callable[[Ask], Iterator[Line]]:
        bot, replies, echoes = self._guild.bot, defaultdict(list), defaultdict(list)
        for message in self._guild.channel(CHANNEL).messages.values():
            if message.author is bot and message.reply_to is not None:
                replies[message.reply_to.id].append(message)
            elif message.author is bot and (prompt := _prompt(message.content)):
                echoes[prompt].append(message)

        def lines(ask: Ask) -> Iterator[Line]:
            roots = [ask.message] if ask.message else echoes[ask.prompt]
            if ask.interaction and ask.interaction.response not in (None, *roots):
                roots = [ask.interaction.response, *roots]
            slots = _slots_in_discord(ask)
            for root in roots:
                inside = root.thread.messages.values() if root.thread else ()
                for message in [root, *replies[root.id], *inside]:
                    if message.author is bot and not message.thinking:
                        files = tuple(file.filename for file in message.attachments)
                        actions = _actions(
                            part["custom_id"].split(" ")[0]
                            for part in walk(message.components)
                            if part.get("label")
                        )
                        yield Line(message.content, _slot_in(slots, message), files, actions)

        return lines

    def open(self, asks: Iterable[Ask]) -> list[Ask]:
        """Return what was acknowledged and has had no final word, or still looks under way."""
        told, paid = self.told(asks), self._paid()
        return [
            ask
            for ask, lines in told.items()
            if self._acknowledged(ask, lines)
            and (not _ended(lines, paid[ask.prompt]) or _left(lines))
        ]

    def traces(self, asks: Iterable[Ask]) -> dict[Ask, object]:
        """Return something for each request that changes with whatever is seen of it."""
        paid = self._paid()
        return {ask: (paid[ask.prompt], tuple(lines)) for ask, lines in self.told(asks).items()}

    def figures(self, asks: list[Ask], recovery: Iterable[float], unknown: int) -> Figures:
        """Return the figures; `unknown` is how many the bots have on record."""
        told = self.told(asks)
        acknowledged = [ask for ask in asks if self._acknowledged(ask, told[ask])]
        meanings = {ask: [line.meaning for line in lines] for ask, lines in told.items()}
        paid = self._paid()
        told_unknown = sum(any(line.is_unknown for line in lines) for lines in told.values())
        return Figures(
            acknowledged=len(acknowledged),
            generated=paid.total(),
            lost=sum(not _ended(told[ask], paid[ask.prompt]) for ask in acknowledged),
            paid_twice=sum(count > 1 for count in paid.values()),
            said_twice=sum(len(found) - len(set(found)) for found in meanings.values()),
            unknown=told_unknown,
            recovery=tuple(recovery),
            untold=max(0, unknown - told_unknown),
            disordered=sum(not _ordered(lines) for lines in told.values()),
            contradicted=sum(_contradicted(told[ask], paid[ask.prompt]) for ask in asks),
            unseen=len(asks) - len(acknowledged),
        )

    def complaints(self, asks: list[Ask]) -> Iterator[str]:
        """Yield what is wrong, in words, for whoever has to find out why."""
        paid = self._paid()
        for ask, lines in self.told(asks).items():
            found = [line.meaning for line in lines]
            wrong = {
                "lost": self._acknowledged(ask, lines) and not _ended(lines, paid[ask.prompt]),
                "paid twice": paid[ask.prompt] > 1,
                "said twice": len(found) > len(set(found)),
                "disordered": not _ordered(lines),
                "contradicted": _contradicted(lines, paid[ask.prompt]),
                "not understood": any(one.startswith("other") for one in found),
            }
            for what in (name for name, so in wrong.items() if so):
                since = min((ask.at - kill for kill in self.kills if kill < ask.at), default=0.0)
                until = min((kill - ask.at for kill in self.kills if kill > ask.at), default=0.0)
                when = f"{since:.1f} s after a kill, {until:.1f} s before the next"
                yield f"{what}: {ask.way} {ask.number}, {when}: {found}"

    def _paid(self) -> Counter[str]:
        """Return how often each prompt was generated."""
        return Counter(task.query for task in self._sandbox.generated)

    def _acknowledged(self, ask: Ask, lines: list[Line]) -> bool:
        if ask.way.startswith("slack"):
            return any(delivery.acknowledged for delivery in ask.deliveries)
        if ask.interaction is not None:
            return ask.interaction.answered is not None
        killed = any(0 <= kill - ask.at < KILLED_WITHIN for kill in self.kills)
        return bool(lines) or (ask.heard and not killed)


def _actions(names: Iterable[str]) -> tuple[Action, ...]:
    """Return the actions of buttons. A menu is none: what it offers is never all there is to do."""
    known = {str(action) for action in Action}
    return tuple(Action(name) for name in names if name in known)


def _slot_in_slack(message: SlackMessage) -> str:
    """Return a message's slot: by its metadata, which there is none of beside files."""
    key = str((message.metadata or {}).get("event_payload", {}).get("key", ""))
    slot = key.rpartition("/")[2] or (Slot.RESULT if message.files else "")
    return UNTAKEN[message.text] if slot == NOT_TAKEN else slot


def _slots_in_discord(ask: Ask) -> dict[str, str]:
    """Return the slots of an answer's messages by their nonces."""
    asked = ask.message or ask.interaction
    key = f"discord:{asked.id}" if asked else ""
    slots = {nonce(f"{key}/{slot}", 0): str(slot) for slot in SLOTS}
    return slots | {nonce(key, 0): NOT_TAKEN}


def _slot_in(slots: dict[str, str], message: DiscordMessage) -> str:
    """Return a message's slot: by its nonce, which the answer to an interaction has none of."""
    if untaken := UNTAKEN.get(message.content):
        return untaken
    if message.interaction is None or message.nonce is not None:
        return slots.get(message.nonce or "", "")
    return Slot.QUESTION


def _prompt(text: str) -> str:
    found = re.search(r"a 3D model of lighthouse no \d+", text)
    return found[0] if found else ""


def _ended(lines: list[Line], paid: int) -> bool:
    """Whether it was told how it ended; nothing more is owed for what may not have been taken."""
    return any(line.is_final or (line.slot == UNSURE and not paid) for line in lines)


def _left(lines: list[Line]) -> bool:
    """Whether progress still stands there."""
    return any(line.slot == Slot.PROGRESS for line in lines)


def _ordered(lines: list[Line]) -> bool:
    """Whether a thread tells its story from the beginning, and does not look under way at its end.

    After an unknown outcome it may be told late.
    """
    ranks = [line.rank for line in lines]
    late = any(line.slot == SLOTS[-1] for line in lines)
    ended = any(line.is_final for line in lines)
    return late or (ranks == sorted(ranks) and not (ended and _left(lines)))


def _contradicted(lines: list[Line], paid: int) -> bool:
    """Whether a request was told not to be begun, and was."""
    return any(line.is_refusal for line in lines) and paid > 0
