"""Which shards a process listens to, where it is interrupted."""

import asyncio
from collections.abc import Iterable, Mapping

import pytest

from bots.discord.listening import Listening, Plan
from bots.discord.settings import DiscordSettings, Timing
from core.ledger.shards import Census, Share


class SlowShard:
    """A connection that Discord takes its time to close."""

    connected = True
    session = "how far it was heard"

    def __init__(self) -> None:
        self.closing = asyncio.Event()

    async def listen(self, _: str) -> None:
        """Listen for ever."""
        await asyncio.Event().wait()

    async def close(self) -> None:
        """Be closed at the second try."""
        if not self.closing.is_set():
            self.closing.set()
            await asyncio.Event().wait()


class Leases:
    """The one shard there is: ours first, and too much as soon as another process listens."""

    shared = True

    def __init__(self) -> None:
        self.listeners = 1
        self.released: dict[int, str] = {}
        self.left = False

    async def join(self, _: str, __: int) -> None:
        """Note how many shards there are."""

    async def check_in(self, _: str) -> Census:
        """Return who listens: another one more each time."""
        self.listeners += 1
        return Census(self.listeners - 1, 2)

    async def take(self, _: str, __: int, numbers: Iterable[int], limit: int) -> list[Share]:
        """Lease all that is wanted."""
        return [Share(number, "") for number in list(numbers)[:limit]]

    async def renew(self, _: str, __: int, sessions: Mapping[int, str]) -> set[int]:
        """Keep them all."""
        return set(sessions)

    async def release(self, _: str, __: int, sessions: Mapping[int, str]) -> None:
        """Note what others can have now."""
        self.released |= sessions

    async def leave(self, _: str) -> None:
        """Note that this process listens no more."""
        self.left = True


async def test_who_is_stopped_while_giving_up_a_shard_leaves_in_order() -> None:
    """Else others wait for the lease to end, and what people ask meanwhile is heard by nobody."""
    leases, shards = Leases(), [SlowShard(), SlowShard()]
    listening = Listening(
        DiscordSettings(_env_file=None, discord_token="token"),  # type: ignore[call-arg]  # pydantic-settings' own
        Timing(renew=0.01),
        leases,  # type: ignore[arg-type]  # what of it is used
        lambda number, *_: shards[number],  # type: ignore[arg-type,return-value]  # what of it is used
    )
    running = asyncio.create_task(listening.run(Plan(2)))
    await shards[1].closing.wait()
    shards[0].closing.set()
    running.cancel()

    with pytest.raises(asyncio.CancelledError):
        await running
    assert leases.released.keys() == {0, 1}
    assert leases.left
