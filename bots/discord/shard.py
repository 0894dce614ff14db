"""discord.py's clients: one speaks by HTTP, and each shard of the gateway has one that hears."""

import asyncio
import itertools
import json
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol, cast

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket, ReconnectWebSocket

from core.backoff import backoff

if TYPE_CHECKING:
    from discord.types.interactions import Interaction

log = logging.getLogger(__name__)

CLOSE_SECONDS = 5.0  # that Discord gets to answer a goodbye
CATCH_UP_SECONDS = 60.0
MEET_SECONDS = 1.0  # of the three that an answer may take
MET_SECONDS = 600.0  # that a guild is taken to be as it was
MAX_MET = 5000
# https://docs.discord.com/developers/events/gateway#connections: with 1000 it would be forgotten
RESUMABLE_CLOSE = 4000
ENDED_CLOSE = 1000
INTENTS = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
GUILDS_WITHIN = 0.2  # seconds without a new guild, after which all are there


class Turn(Protocol):
    """What waits until a shard may log in, for the `first` time or again."""

    async def __call__(self, number: int, *, first: bool = False) -> None:
        """Return when it is the turn of the shard of this number."""
        ...


class Speaker(discord.Client):
    """Speaks, and hears nothing. What it knows of guilds is what the shards have heard."""

    def __init__(self, **options: Any) -> None:
        super().__init__(intents=INTENTS, **options)
        self.shards: Mapping[int, Shard] = {}
        self._met: dict[int, tuple[float, discord.Guild | None]] = {}

    def get_guild(self, guild: int, /) -> discord.Guild | None:
        """Return a guild that a shard of this process hears of."""
        found = (shard.get_guild(guild) for shard in self.shards.values())
        return next(filter(None, found), None) or self._met.get(guild, (0.0, None))[1]

    async def meet(self, guild: int) -> None:
        """Ask Discord about a guild that another process hears of, as far as it can tell at once.

        Of one where only the commands are installed it tells nothing.
        """
        now = self.loop.time()
        if not guild or self.get_guild(guild) or self._met.get(guild, (0.0, None))[0] > now:
            return
        known: discord.Guild | None = None
        with suppress(discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError):
            async with asyncio.timeout(MEET_SECONDS):
                known = await self.fetch_guild(guild, with_counts=False)
        if len(self._met) >= MAX_MET:
            self._met.clear()
        self._met[guild] = now + MET_SECONDS, known

    def interact(self, data: dict[str, Any]) -> None:
        """Take an interaction that came by HTTP as if the gateway had brought it."""
        self._connection.parse_interaction_create(cast("Interaction", data))


class Shard(discord.Client):
    """One connection to the gateway. Where it stops, another process can go on.

    It speaks by the speaker's HTTP client, whose token and rate limits it shares.
    """

    def __init__(
        self,
        speaker: Speaker,
        number: int,
        total: int,
        wait_for_turn: Turn,
        on_change: Callable[["Shard"], None],
    ) -> None:
        super().__init__(
            intents=INTENTS,
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            guild_ready_timeout=GUILDS_WITHIN,
            shard_id=number,
            shard_count=total,
        )
        self.number = number
        self.connected = False
        self._wait_for_turn = wait_for_turn
        self._on_change = on_change
        self._earlier = ""
        self.http = speaker.http
        self._connection.http = speaker.http
        self._sockets: list[DiscordWebSocket] = []
        # Made for voices, of which there are none: each new connection passes here, also one whose
        # making is cancelled half way, which discord.py would leave open.
        self._connection._update_references = self._note_socket  # type: ignore[method-assign]  # a hook that nothing else sets  # noqa: SLF001 (discord.py tells nobody of a connection before it is made)

    def _note_socket(self, ws: DiscordWebSocket) -> None:
        # One that broke while it spoke is closed, and its heartbeats' thread still runs.
        alive = (one for one in self._sockets if one.open or one._keep_alive)  # noqa: SLF001 (discord.py tells by nothing else whether that thread runs)
        self._sockets = [*alive, ws]

    async def listen(self, earlier: str) -> None:
        """Listen until cancelled, first to what has been missed since an `earlier` session stopped.

        Raises ConnectionClosed, or PrivilegedIntentsRequired, where Discord refuses for good.
        """
        self._earlier = earlier
        await self._async_setup_hook()
        await self._wait_for_turn(self.number, first=True)
        for tries in itertools.count(1):
            try:
                await self.connect()
            except AttributeError:
                # discord.py asks a connection that was never made for its session, to resume it.
                if self.ws is not None:
                    raise
                await asyncio.sleep(backoff(tries))

    async def before_identify_hook(self, _: int | None, *, initial: bool = False) -> None:
        """Wait for this login's turn; the first one had its turn before it connected."""
        if not initial:
            await self._wait_for_turn(self.number)

    async def on_ready(self) -> None:
        """Note that events can arrive, and hear what came before."""
        self._set_connected(now=True)
        which = f" (shard {self.number} of {self.shard_count})" if self.shard_count != 1 else ""
        log.info("Connected to Discord as %s%s", self.user, which)
        await self._catch_up()

    async def on_resumed(self) -> None:
        """Note that events can arrive again."""
        self._set_connected(now=True)

    async def on_disconnect(self) -> None:
        """Note that no events can arrive; discord.py connects again by itself."""
        self._set_connected(now=False)

    def _set_connected(self, *, now: bool) -> None:
        self.connected = now
        self._on_change(self)

    async def close(self) -> None:
        """Leave the gateway, so that the session can be resumed. The HTTP client stays open."""
        self.connected = False
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await asyncio.gather(*(one.close(code=RESUMABLE_CLOSE) for one in self._sockets))
        self._sockets.clear()

    @property
    def session(self) -> str:
        """What another process needs to hear from here on, "" while there is nothing."""
        ws = self.ws
        if self._earlier or ws is None or not ws.session_id:
            return self._earlier
        return json.dumps([ws.session_id, ws.sequence, str(ws.gateway)])

    async def _catch_up(self) -> None:
        """Hear what an earlier session missed since it stopped, and end that.

        Its process may have been killed or stopped; this one has logged in anew, because only that
        tells of the guilds.
        """
        earlier, self._earlier = self._earlier, ""
        if not earlier:
            return
        errors = (OSError, ValueError, aiohttp.ClientError, discord.DiscordException)
        try:
            async with asyncio.timeout(CATCH_UP_SECONDS):
                await self._resume(*json.loads(earlier))
        except ReconnectWebSocket:
            log.debug("Discord has forgotten the session of shard %s", self.number)
        except errors as error:
            log.warning("What shard %s missed can't be heard (%s)", self.number, error)

    async def _resume(self, session: str, sequence: int, gateway: str) -> None:
        """Resume a session beside our own, until it has told everything."""
        ws = await DiscordWebSocket.from_client(
            self,
            shard_id=self.number,
            session=session,
            sequence=sequence,
            gateway=yarl.URL(gateway),
            resume=True,
        )
        told_all = ws.wait_for("RESUMED", lambda _: True)
        try:
            while not told_all.done():
                await ws.poll_event()
        finally:
            await ws.close(code=ENDED_CLOSE)
