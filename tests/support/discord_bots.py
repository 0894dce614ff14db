"""The bots on Discord alone, in this process, on real sockets."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bots.discord import Discord, DiscordSettings
from bots.discord.ladder import Place, dump
from bots.discord.settings import Timing
from bots.playground.discord import Guild
from bots.playground.discord.components import words_of
from bots.playground.discord.state import Message
from bots.playground.neocu import Sandbox
from bots.playground.seats import DiscordSeat
from core import runtime
from core.conversation import Conversation
from core.settings import Settings

QUICK = 0.05  # seconds that a task takes
WITHIN = 10.0  # seconds
QUICKLY = Timing(renew=0.1, remember=0.1, identify=0.1)


@dataclass
class Bots:
    """A Neocu, a guild, and the bots between them."""

    sandbox: Sandbox
    guild: Guild
    discord: Discord
    running: asyncio.Task[None]

    def seat(self, person: str = "ada", channel: str = "general") -> DiscordSeat:
        """Return a person's seat in a channel, or at their direct messages ("dm")."""
        return DiscordSeat(self.guild, person, channel)

    def at(self, place: Place) -> Conversation:
        """Return the conversation at a place."""
        return self.discord.conversation(dump(place))

    @property
    def posts(self) -> int:
        """How often Neocu was asked to make something, whatever came of it."""
        return sum(call.path == "/v1/generate" for call in self.sandbox.journal.calls)

    def hold(self) -> None:
        """Have new tasks take for ever, until `finish`."""
        self.sandbox.seconds = 1e6

    def finish(self) -> None:
        """Let all tasks be done."""
        for key, task in self.sandbox.tasks.items():
            self.sandbox.tasks[key] = replace(task, seconds=0.0)

    async def holding(self) -> Message:
        """Wait until a task is under way, and return its progress."""
        await self.sandbox.journal.until(lambda: self.sandbox.generated)
        return await self.told("On it")

    async def delivered(self) -> Message:
        """Wait for a message with a file, whatever else stands."""
        await self.guild.journal.until(lambda: any(one.attachments for one in self.said()))
        return next(one for one in self.said() if one.attachments)

    def said(self) -> list[Message]:
        """Return what the bot has said, anywhere and to anybody, and not taken back."""
        return [
            message
            for message in self.guild.inspection.by_bot()
            if not message.deleted and not message.thinking and not message.failed
        ]

    async def result(self, number: int = 1) -> Message:
        """Wait for the so-manieth message with files, and until no progress stands any more."""

        def done() -> bool:
            words = [plain(message) for message in self.said()]
            working = any(one.startswith(("On it", "Making it")) for one in words)
            return not working and sum(bool(one.attachments) for one in self.said()) >= number

        await self.guild.journal.until(done)
        return [message for message in self.said() if message.attachments][number - 1]

    async def told(self, words: str) -> Message:
        """Wait for a message of the bot's with these words, escapes left out."""
        await self.guild.journal.until(lambda: any(words in plain(one) for one in self.said()))
        return next(one for one in self.said() if words in plain(one))


def plain(message: Message) -> str:
    """Return a message's words as they look, without the escapes that Discord hides."""
    return words_of(message).replace("\\", "").replace("**", "")


def settings_for(guild: Guild, **changed: Any) -> DiscordSettings:
    """Return the settings of the bots in a guild."""
    return DiscordSettings(
        _env_file=None,
        discord_token=guild.token,
        discord_api_url=guild.api_url,
        discord_gateway_url=guild.gateway_url,
        **changed,
    )


async def until(fact: Callable[[], object]) -> None:
    """Wait for a fact that no journal tells of."""
    async with asyncio.timeout(WITHIN):
        while not fact():  # noqa: ASYNC110 (nobody sets an event for it)
            await asyncio.sleep(0.01)


@asynccontextmanager
async def bots_on_discord(
    folder: Path,
    guild: Guild | None = None,
    sandbox: Sandbox | None = None,
    timing: Timing = QUICKLY,
    **changed: Any,
) -> AsyncIterator[Bots]:
    """Run the bots until the block ends; in a guild and at a Neocu of their own, or those given."""
    if guild is None or sandbox is None:
        async with (
            Sandbox(seconds=QUICK) as own_sandbox,
            Guild() as own_guild,
            bots_on_discord(folder, own_guild, own_sandbox, timing, **changed) as bots,
        ):
            yield bots
        return
    about: dict[str, Any] = {
        "neocu_api_key": sandbox.key,
        "neocu_base_url": sandbox.url,
        "neocu_upload_url": sandbox.upload_url,
        "neocu_poll_interval": 0.05,
        "database_url": f"sqlite:///{folder / 'bots.db'}",
        "http_port": 0,
    }
    own = {name: changed.pop(name) for name in [*changed] if name.startswith("discord_")}
    discord = Discord(settings_for(guild, **own), timing)
    stop = asyncio.Event()
    settings = Settings(_env_file=None, **about | changed)
    running = asyncio.create_task(runtime.run(settings, [discord], stop))
    try:
        await until(lambda: discord.ready or running.done())
        yield Bots(sandbox, guild, discord, running)
    finally:
        stop.set()
        await running
