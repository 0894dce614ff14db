"""Whose servers these are: a stranger's server must not spend the organization's compute.

Anybody can add a public app to a server of theirs. It is ours where the app's owner, or a member of
the team that owns it, is in it.
"""

import asyncio
from collections.abc import Set as AbstractSet

import discord

from bots.discord.calls import CONNECTING_SECONDS, RefusedError, map_discord_errors
from core.conversation import TryLaterError
from core.request import ANY_WORKSPACE, Request

REMEMBER_SECONDS = 600.0
REMEMBER_ABSENT_SECONDS = 60.0  # who is told so may join at once
MAX_REMEMBERED = 5000
MAX_GUILDS = 50  # that are searched for a person


class Owners:
    """Tells who may ask. One for each client."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client
        self._members: dict[tuple[int, int], tuple[float, bool]] = {}  # by guild and person
        self._homes: tuple[float, list[int]] = (0.0, [])
        self._team: tuple[float, frozenset[int]] | None = None

    async def let_in(self, request: Request, named: AbstractSet[str]) -> bool:
        """Whether a request comes from a server that is `named`, or from ours if none is.

        In direct messages, and where only a person installed the app, it is the person who has to
        be in such a server, or to own the app. Raises TryLaterError where Discord can't tell now.
        """
        if ANY_WORKSPACE in named:
            return True
        if request.workspace.isdecimal():
            return await self._is_let_in(int(request.workspace), named)
        person = int(request.person)
        if person in await self._owners():
            return True
        for guild in await self._guilds(named):
            if await self._is_let_in(guild, named) and await self._is_member(guild, person):
                return True
        return False

    async def manages(self, guild: int, person: int) -> bool:
        """Whether a person may manage a server now, as far as Discord tells when it is asked.

        https://docs.discord.com/developers/resources/guild#get-guild-member
        """
        there = self._client.get_guild(guild)
        if there is None:
            return False
        try:
            with map_discord_errors():
                member = await there.fetch_member(person)
        except (RefusedError, TryLaterError):
            return False
        return member.guild_permissions.manage_guild

    async def _guilds(self, named: AbstractSet[str]) -> list[int]:
        """Return the servers that are `named`, or those that the app is in."""
        if named:
            return sorted(int(one) for one in named if one.isdecimal())[:MAX_GUILDS]
        now = asyncio.get_running_loop().time()
        until, guilds = self._homes
        if now >= until:
            with map_discord_errors():
                guilds = [one.id async for one in self._client.fetch_guilds(limit=MAX_GUILDS)]
            self._homes = now + REMEMBER_ABSENT_SECONDS, guilds
        return guilds

    async def _is_let_in(self, guild: int, named: AbstractSet[str]) -> bool:
        if named:
            return str(guild) in named
        owners, there = await self._owners(), self._client.get_guild(guild)
        if there is not None and there.owner_id in owners:
            return True
        for owner in owners:
            if await self._is_member(guild, owner):
                return True
        return False

    async def _is_member(self, guild: int, person: int) -> bool:
        """Ask Discord, now and then. This needs no intent.

        https://docs.discord.com/developers/resources/guild#get-guild-member
        """
        now = asyncio.get_running_loop().time()
        until, known = self._members.get((guild, person), (0.0, None))
        if known is not None and now < until:
            return known
        try:
            with map_discord_errors():
                await self._client.http.get_member(guild, person)
        except RefusedError:
            known = False
        except TryLaterError:
            if known is None:
                raise
        else:
            known = True
        if len(self._members) >= MAX_REMEMBERED:
            self._members.clear()
        seconds = REMEMBER_SECONDS if known else REMEMBER_ABSENT_SECONDS
        self._members[guild, person] = now + seconds, known
        return known

    async def _owners(self) -> frozenset[int]:
        """Return the app's owner, or the team that owns it, as they were lately."""
        now = asyncio.get_running_loop().time()
        if self._client.application is None:
            raise TryLaterError("not connected yet", CONNECTING_SECONDS, outage=True)
        if self._team is None:  # discord.py has asked when it logged in
            self._team = now + REMEMBER_SECONDS, _owners_of(self._client.application)
        until, owners = self._team
        if now >= until:
            try:
                with map_discord_errors():
                    owners = _owners_of(await self._client.application_info())
            except (RefusedError, TryLaterError):
                until = now + REMEMBER_ABSENT_SECONDS
            else:
                until = now + REMEMBER_SECONDS
            self._team = until, owners
        return owners


def _owners_of(app: discord.AppInfo) -> frozenset[int]:
    if app.team is None:
        return frozenset({app.owner.id})
    accepted = discord.TeamMembershipState.accepted
    return frozenset(one.id for one in app.team.members if one.membership_state is accepted)
