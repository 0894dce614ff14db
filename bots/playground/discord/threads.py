"""The REST routes about threads.

https://docs.discord.com/developers/topics/threads
"""

from aiohttp import web

from bots.playground.discord import payloads, posting
from bots.playground.discord.body import read_body
from bots.playground.discord.channels import DEFAULT_ARCHIVE_MINUTES, active_threads, start_thread
from bots.playground.discord.error_codes import DiscordError, Form
from bots.playground.discord.permissions import Permission, may, may_send
from bots.playground.discord.rest import Rest
from bots.playground.discord.state import (
    ANNOUNCEMENT,
    ANNOUNCEMENT_THREAD,
    PRIVATE_THREAD,
    PUBLIC_THREAD,
    TEXT,
    Channel,
    Json,
    Message,
)
from bots.playground.discord.world import World

MAX_NAME_LENGTH = 100
ARCHIVE_MINUTES = (60, 1440, 4320, 10080)


class Threads:
    """Answers the bot's calls on threads."""

    def __init__(self, world: World, rest: Rest) -> None:
        self._world = world
        self._rest = rest

    def routes(self) -> list[web.RouteDef]:
        """Return the routes, without the version prefix."""
        return [
            web.post("/channels/{channel}/messages/{message}/threads", self.from_message),
            web.post("/channels/{channel}/threads", self.alone),
            web.patch("/channels/{channel}", self.edit),
            web.put("/channels/{channel}/thread-members/@me", self.join),
            web.delete("/channels/{channel}/thread-members/@me", self.leave),
            web.get("/channels/{channel}/thread-members", self.members),
            web.put("/channels/{channel}/thread-members/{user}", self.add),
        ]

    async def from_message(self, request: web.Request) -> web.Response:
        """Make a message's thread; its ID is the message's, so there can be one only (160004)."""
        channel = self._rest.seen_channel(request)
        if channel.kind not in (TEXT, ANNOUNCEMENT):
            raise DiscordError(50024)
        note = self._rest.message(request)
        self._check(channel, Permission.CREATE_PUBLIC_THREADS)
        if note.thread:
            raise DiscordError(160004)
        data = (await read_body(request)).data
        kind = ANNOUNCEMENT_THREAD if channel.kind == ANNOUNCEMENT else PUBLIC_THREAD
        thread = self._make(channel, data, kind, note)
        posting.announce(self._world, note)
        posting.announce_starter(self._world, thread, note)
        return web.json_response(payloads.channel(self._world, thread), status=201)

    async def alone(self, request: web.Request) -> web.Response:
        """Make a thread without a message; private unless its type says otherwise."""
        channel = self._rest.seen_channel(request)
        if channel.kind not in (TEXT, ANNOUNCEMENT):
            raise DiscordError(50024)
        data = (await read_body(request)).data
        kind = int(data.get("type", PRIVATE_THREAD))
        private = kind == PRIVATE_THREAD
        need = Permission.CREATE_PRIVATE_THREADS if private else Permission.CREATE_PUBLIC_THREADS
        self._check(channel, need)
        thread = self._make(channel, data, kind, None)
        return web.json_response(payloads.channel(self._world, thread), status=201)

    async def edit(self, request: web.Request) -> web.Response:
        """Rename, archive or lock a thread of the bot's own."""
        thread = self._rest.seen_channel(request)
        if thread.parent is None or thread.owner is not self._world.bot:
            self._check(thread, Permission.MANAGE_CHANNELS)
        data = (await read_body(request)).data
        thread.name = data.get("name", thread.name)
        thread.archived = data.get("archived", thread.archived)
        thread.locked = data.get("locked", thread.locked)
        payload = payloads.channel(self._world, thread)
        self._world.emit("THREAD_UPDATE" if thread.parent else "CHANNEL_UPDATE", payload, thread)
        return web.json_response(payload)

    async def join(self, request: web.Request) -> web.Response:
        """Let the bot join a thread."""
        self._thread(request).joined.add(self._world.bot.id)
        return web.Response(status=204)

    async def leave(self, request: web.Request) -> web.Response:
        """Let the bot leave a thread."""
        self._thread(request).joined.discard(self._world.bot.id)
        return web.Response(status=204)

    async def add(self, request: web.Request) -> web.Response:
        """Let somebody else join, as who may write in the thread can.

        https://docs.discord.com/developers/resources/channel#add-thread-member
        """
        world, thread = self._world, self._thread(request)
        person = self._rest.user_of(request)
        if not may_send(world, world.bot, thread):
            raise DiscordError(50013)
        if not may(world, person, thread, Permission.VIEW_CHANNEL):
            raise DiscordError(50001)
        if person.id not in thread.joined:
            thread.joined.add(person.id)
            thread.added.add(person.id)
        world.journal.changed()
        return web.Response(status=204)

    async def members(self, request: web.Request) -> web.Response:
        """Return who is in a thread."""
        thread = self._rest.seen_channel(request)
        payload = [payloads.thread_member(thread, who) for who in sorted(thread.joined)]
        return web.json_response(payload)

    def _thread(self, request: web.Request) -> Channel:
        thread = self._rest.seen_channel(request)
        if thread.parent is None:
            raise DiscordError(50024)
        if thread.archived:
            raise DiscordError(50083)
        return thread

    def _check(self, channel: Channel, permission: Permission) -> None:
        if not may(self._world, self._world.bot, channel, permission):
            raise DiscordError(50013)

    def _make(self, parent: Channel, data: Json, kind: int, note: Message | None) -> Channel:
        form = Form()
        form.length("name", data.get("name"), MAX_NAME_LENGTH, 1)
        minutes = data.get("auto_archive_duration") or DEFAULT_ARCHIVE_MINUTES
        if minutes not in ARCHIVE_MINUTES:
            reason = f"Value must be one of {ARCHIVE_MINUTES}."
            form.wrong("auto_archive_duration", "BASE_TYPE_CHOICES", reason)
        form.check()
        if active_threads(self._world) >= self._world.rules.max_active_threads:
            raise DiscordError(160006)
        return start_thread(self._world, parent, str(data["name"]), kind, note, minutes=minutes)
