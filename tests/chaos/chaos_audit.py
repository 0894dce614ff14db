"""What people were told, read off both platforms, and the figures that it comes to."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from statistics import quantiles

from chaos_crowd import CHANNEL, Ask

from bots.discord.conversation import nonce
from bots.discord.render import parts
from bots.playground.discord import Guild
from bots.playground.neocu import Sandbox
from bots.playground.slack import Workspace
from core import wording
from core.records import State

FINAL = {State.COMPLETED, State.FAILED, State.UNKNOWN, State.REFUSED}
# In which order a thread is told, by what the ledger calls its replies; all else comes last.
RANKS = {"asked": 0, "waiting": 1, "queued": 1, "started": 2, "file": 3, "asset": 3}
LAST_RANK = 4
# What a request's replies are called; of the keys that name them, Discord shows only a hash.
WHATS = ("", *RANKS, "asset 1", "slow", "stale", *FINAL)
# Seconds in which a mention on Discord, which nobody acknowledges, may be lost with its hearer.
KILLED_WITHIN = 3.0


@dataclass(frozen=True)
class Line:
    """A message of the bots; `what` is the ledger's name for it, where the platform shows one."""

    text: str
    files: tuple[str, ...] = ()
    what: str | None = None

    @property
    def meaning(self) -> str:
        """Which reply it is; two of the same meaning in a thread are one too many."""
        if self.files:
            return f"file {self.files[0]}"
        if self.what is None:
            return f"other {self.text}"
        return self.what or State.REFUSED  # what could not be noted goes by the request's own key


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
        broken = (self.lost, self.paid_twice, self.said_twice, self.untold, self.disordered)
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
                        payload = (message.metadata or {}).get("event_payload", {})
                        what = payload["key"].partition("/")[2] if "key" in payload else None
                        files = tuple(file.name for file in message.files)
                        yield Line(message.text, files, what)
            for delivery in ask.deliveries:
                if text := (delivery.answer or {}).get("text"):
                    yield Line(text, what="" if text == wording.NOT_TAKEN.text else None)

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
            whats = _whats_in_discord(ask)
            for root in roots:
                inside = root.thread.messages.values() if root.thread else ()
                for message in [root, *replies[root.id], *inside]:
                    if message.author is bot and not message.thinking:
                        files = tuple(file.filename for file in message.attachments)
                        what = whats.get(message.nonce or message.content)
                        yield Line(message.content, files, what)

        return lines

    def open(self, asks: Iterable[Ask]) -> list[Ask]:
        """Return what was acknowledged and has had no final word."""
        told = self.told(asks)
        return [a for a in asks if self._acknowledged(a, told[a]) and not _ended(told[a])]

    def traces(self, asks: Iterable[Ask]) -> dict[Ask, object]:
        """Return something for each request that changes with whatever is seen of it."""
        paid = Counter(task.query for task in self._sandbox.generated)
        return {ask: (paid[ask.prompt], tuple(lines)) for ask, lines in self.told(asks).items()}

    def figures(self, asks: list[Ask], recovery: Iterable[float], unknown: int) -> Figures:
        """Return the figures; `unknown` is how many the bots have on record."""
        told = self.told(asks)
        acknowledged = [ask for ask in asks if self._acknowledged(ask, told[ask])]
        meanings = {ask: [line.meaning for line in lines] for ask, lines in told.items()}
        paid = Counter(task.query for task in self._sandbox.generated)
        told_unknown = sum(State.UNKNOWN in found for found in meanings.values())
        return Figures(
            acknowledged=len(acknowledged),
            generated=paid.total(),
            lost=sum(not _ended(told[ask]) for ask in acknowledged),
            paid_twice=sum(count > 1 for count in paid.values()),
            said_twice=sum(len(found) - len(set(found)) for found in meanings.values()),
            unknown=told_unknown,
            recovery=tuple(recovery),
            untold=max(0, unknown - told_unknown),
            disordered=sum(not _ordered(found) for found in meanings.values()),
            contradicted=sum(_contradicted(found) for found in meanings.values()),
            unseen=len(asks) - len(acknowledged),
        )

    def complaints(self, asks: list[Ask]) -> Iterator[str]:
        """Yield what is wrong, in words, for whoever has to find out why."""
        paid = Counter(task.query for task in self._sandbox.generated)
        for ask, lines in self.told(asks).items():
            found = [line.meaning for line in lines]
            wrong = {
                "lost": self._acknowledged(ask, lines) and not _ended(lines),
                "paid twice": paid[ask.prompt] > 1,
                "said twice": len(found) > len(set(found)),
                "disordered": not _ordered(found),
                "contradicted": _contradicted(found),
                "not understood": any(one.startswith("other") for one in found),
            }
            for what in (name for name, so in wrong.items() if so):
                since = min((ask.at - kill for kill in self.kills if kill < ask.at), default=0.0)
                until = min((kill - ask.at for kill in self.kills if kill > ask.at), default=0.0)
                when = f"{since:.1f} s after a kill, {until:.1f} s before the next"
                yield f"{what}: {ask.way} {ask.number}, {when}: {found}"

    def _acknowledged(self, ask: Ask, lines: list[Line]) -> bool:
        if ask.way.startswith("slack"):
            return any(delivery.acknowledged for delivery in ask.deliveries)
        if ask.interaction is not None:
            return ask.interaction.answered is not None
        killed = any(0 <= kill - ask.at < KILLED_WITHIN for kill in self.kills)
        return bool(lines) or (ask.heard and not killed)


def _whats_in_discord(ask: Ask) -> dict[str, str]:
    """Return what a message is by its nonce, or by its words: interactions' answers have none."""
    asked = ask.message or ask.interaction
    if asked is None:
        return {}
    key = f"discord:{asked.id}"
    whats = {nonce(f"{key}/{what}#0" if what else f"{key}#0"): what for what in WHATS}
    if ask.interaction:
        echo = wording.asked(str(ask.interaction.user.id), ask.prompt)
        whats |= {parts(echo)[0]: "asked", parts(wording.NOT_TAKEN)[0]: ""}
    return whats


def _prompt(text: str) -> str:
    found = re.search(r"a 3D model of lighthouse no \d+", text)
    return found[0] if found else ""


def _ended(lines: list[Line]) -> bool:
    return any(line.meaning in FINAL for line in lines)


def _ordered(meanings: list[str]) -> bool:
    """Whether a thread tells its story from the beginning; after an unknown one may be late."""
    ranks = [RANKS.get(one.split()[0], LAST_RANK) for one in meanings]
    return State.UNKNOWN in meanings or _contradicted(meanings) or ranks == sorted(ranks)


def _contradicted(meanings: list[str]) -> bool:
    """Whether a request was told not to be taken, and was.

    That can be so when the database is away: one replica gives up, and another one's turn comes.
    """
    return State.REFUSED in meanings and "started" in meanings
