"""The REST routes about the bot, the guild, channels and messages.

https://docs.discord.com/developers/reference
"""

import time

from aiohttp import web

from bots.playground.discord import greeting, payloads, posting
from bots.playground.discord.body import Body, read_body
from bots.playground.discord.channels import dm_with, reopen
from bots.playground.discord.error_codes import DiscordError, invalid
from bots.playground.discord.permissions import Permission, may, may_send
from bots.playground.discord.state import Channel, Json, Message, User
from bots.playground.discord.visibility import redacted
from bots.playground.discord.world import World

MAX_LISTED, DEFAULT_LISTED = 100, 50
MAX_GUILDS = 200
# "In the past few minutes" is all that the vendor's page says.
NONCE_SECONDS = 300.0
DAY_MILLISECONDS = 86_400_000


class Rest:
    """Answers the bot's calls on users, guilds, channels and messages."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """Return the routes, without the version prefix."""
        messages = "/channels/{channel}/messages"
        return [
            web.get("/users/@me", self.me),
            web.get("/users/@me/guilds", self.guilds),
            web.post("/users/@me/channels", self.open_dm),
            web.get("/users/{user}", self.user),
            web.get("/applications/@me", self.application),
            web.get("/oauth2/applications/@me", self.application),
            web.get("/gateway", self.gateway),
            web.get("/gateway/bot", self.gateway),
            web.get("/guilds/{guild}", self.guild),
            web.get("/guilds/{guild}/members/{user}", self.member),
            web.get("/channels/{channel}", self.channel),
            web.post("/channels/{channel}/typing", self.typing),
            web.get(messages, self.history),
            web.post(messages, self.create),
            web.get(messages + "/{message}", self.one),
            web.patch(messages + "/{message}", self.edit),
            web.delete(messages + "/{message}", self.delete),
        ]

    async def me(self, _: web.Request) -> web.Response:
        """Return the bot's user."""
        return web.json_response(payloads.user(self._world.bot))

    async def user(self, request: web.Request) -> web.Response:
        """Return anybody's user."""
        return web.json_response(payloads.user(self.user_of(request)))

    async def application(self, _: web.Request) -> web.Response:
        """Return the application."""
        bot = self._world.bot
        data: Json = {
            "id": str(bot.id),
            "name": bot.name,
            "icon": None,
            "description": "",
            "bot_public": True,
            "bot_require_code_grant": False,
            "verify_key": self._world.public_key,
            "interactions_endpoint_url": self._world.interactions_url or None,
            "flags": 0,
            "team": self._world.team,
            "owner": payloads.user(self._world.owner),
        }
        return web.json_response(data)

    async def gateway(self, _: web.Request) -> web.Response:
        """Return where the gateway is, and how often one may log in."""
        rules, used = self._world.rules, self._world.identifies
        limit = {
            "total": rules.session_starts,
            "remaining": max(0, rules.session_starts - used),
            "reset_after": DAY_MILLISECONDS,
            "max_concurrency": rules.max_concurrency,
        }
        url = f"{self._world.base_url.replace('http', 'ws', 1)}/gateway"
        told = {"url": url, "shards": rules.shards, "session_start_limit": limit}
        return web.json_response(told)

    async def guild(self, request: web.Request) -> web.Response:
        """Return the guild."""
        return web.json_response(greeting.guild(self._world, self._guild_of(request)))

    async def guilds(self, request: web.Request) -> web.Response:
        """Return the guilds that the bot is in, as much of them as it is told at once.

        https://docs.discord.com/developers/resources/user#get-current-user-guilds
        """
        limit = int(request.query.get("limit", MAX_GUILDS))
        if not 1 <= limit <= MAX_GUILDS:
            raise invalid("limit", "NUMBER_TYPE_MAX", f"int value should be 1 to {MAX_GUILDS}.")
        told = ("id", "name", "features")
        found = [greeting.guild(self._world, one) for one in self._world.homes[:limit]]
        return web.json_response([{key: one[key] for key in told} for one in found])

    async def member(self, request: web.Request) -> web.Response:
        """Return a member of the guild."""
        guild, who = self._guild_of(request), self.user_of(request)
        if who.id not in {*self._world.people_of(guild), self._world.bot.id}:
            raise DiscordError(10007)
        return web.json_response(payloads.member(who) | {"user": payloads.user(who)})

    async def open_dm(self, request: web.Request) -> web.Response:
        """Return the direct message channel with a person; 50007 comes only on sending."""
        data = (await read_body(request)).data
        person = self._world.users.get(int(data.get("recipient_id") or 0))
        if person is None or person.bot:
            raise invalid("recipient_id", "USER_UNKNOWN", "Unknown user")
        return web.json_response(payloads.channel(self._world, dm_with(self._world, person)))

    async def channel(self, request: web.Request) -> web.Response:
        """Return a channel that the bot can see."""
        return web.json_response(payloads.channel(self._world, self.seen_channel(request)))

    async def typing(self, request: web.Request) -> web.Response:
        """Show the bot typing."""
        channel = self.seen_channel(request)
        if not may_send(self._world, self._world.bot, channel):
            raise DiscordError(50013)
        posting.typing(self._world, channel, self._world.bot)
        return web.Response(status=204)

    async def history(self, request: web.Request) -> web.Response:
        """Return messages, newest first; nothing without READ_MESSAGE_HISTORY."""
        channel, query = self.seen_channel(request), request.query
        limit = int(query.get("limit", DEFAULT_LISTED))
        if not 1 <= limit <= MAX_LISTED:
            raise invalid("limit", "NUMBER_TYPE_MAX", f"int value should be 1 to {MAX_LISTED}.")
        notes = [note for note in channel.messages.values() if not note.seen_only_by]
        if not may(self._world, self._world.bot, channel, Permission.READ_MESSAGE_HISTORY):
            notes = []
        if "around" in query:
            middle = int(query["around"])
            before = [note for note in notes if note.id < middle][-(limit // 2) :]
            after = [note for note in notes if note.id >= middle]
            notes = (before + after)[:limit]
        elif "after" in query:
            notes = [note for note in notes if note.id > int(query["after"])][:limit]
        elif "before" in query:
            notes = [note for note in notes if note.id < int(query["before"])]
        return web.json_response([self._redacted(note) for note in reversed(notes[-limit:])])

    async def one(self, request: web.Request) -> web.Response:
        """Return one message."""
        note = self.message(request)
        if not may(self._world, self._world.bot, note.channel, Permission.READ_MESSAGE_HISTORY):
            raise DiscordError(50013)
        return web.json_response(self._redacted(note))

    async def create(self, request: web.Request) -> web.Response:
        """Post a message; the same nonce again gets the earlier one."""
        world, channel = self._world, self.seen_channel(request)
        body = await read_body(request, world.file_limit(channel))
        self._check_post(channel, body)
        nonce = str(body.data.get("nonce"))
        earlier = world.nonces.get(nonce)
        if body.data.get("enforce_nonce") and earlier and not earlier[1].deleted:
            at, note = earlier
            if time.time() - at < NONCE_SECONDS:
                return web.json_response(payloads.message(world, note))
        reply_to = self._referenced(channel, body.data.get("message_reference"))
        note = posting.post(world, channel, body, reply_to)
        if note.nonce is not None:
            world.nonces[note.nonce] = (time.time(), note)
        return web.json_response(payloads.message(world, note))

    async def edit(self, request: web.Request) -> web.Response:
        """Change one of the bot's own messages."""
        note = self.message(request)
        body = await read_body(request, self._world.file_limit(note.channel))
        if note.author is not self._world.bot:
            raise DiscordError(50005)
        if note.channel.archived:
            raise DiscordError(50083)
        self._check_contents(note.channel, body)
        posting.revise(self._world, note, body)
        return web.json_response(payloads.message(self._world, note))

    async def delete(self, request: web.Request) -> web.Response:
        """Delete the bot's own message, or with MANAGE_MESSAGES anybody's."""
        note, bot = self.message(request), self._world.bot
        own = note.author is bot
        if not own and not may(self._world, bot, note.channel, Permission.MANAGE_MESSAGES):
            raise DiscordError(50013)
        if note.channel.archived:
            raise DiscordError(50083)
        posting.remove(self._world, note)
        return web.Response(status=204)

    def _check_post(self, channel: Channel, body: Body) -> None:
        world, bot = self._world, self._world.bot
        if channel.person and not channel.person.dms_open:
            raise DiscordError(50007)
        self._check_contents(channel, body)
        if not may_send(world, bot, channel):
            raise DiscordError(50013)
        # A locked thread is for those who manage threads; else a message opens an archived one.
        # https://docs.discord.com/developers/topics/threads#active-archived-threads
        if channel.locked and not may(world, bot, channel, Permission.MANAGE_THREADS):
            raise DiscordError(50083 if channel.archived else 160005)
        reopen(world, channel)

    def _check_contents(self, channel: Channel, body: Body) -> None:
        world, files, embeds = self._world, body.files, body.data.get("embeds")
        needs = [(Permission.ATTACH_FILES, files), (Permission.EMBED_LINKS, embeds)]
        if any(used and not may(world, world.bot, channel, one) for one, used in needs):
            raise DiscordError(50013)

    def _referenced(self, channel: Channel, reference: Json | None) -> Message | None:
        if not reference:
            return None
        if not may(self._world, self._world.bot, channel, Permission.READ_MESSAGE_HISTORY):
            raise DiscordError(160002)
        found = channel.messages.get(int(reference.get("message_id") or 0))
        if (found is None or found.seen_only_by) and reference.get("fail_if_not_exists", True):
            reason = "Unknown message"
            raise invalid("message_reference", "REPLIES_UNKNOWN_MESSAGE", reason)
        return found

    def _redacted(self, note: Message) -> Json:
        world = self._world
        return redacted(world, note, payloads.message(world, note), world.rules.approved_intents)

    def user_of(self, request: web.Request) -> User:
        """Return the user of the path; 10013 if there is none."""
        user = self._world.users.get(_id(request, "user"))
        if user is None:
            raise DiscordError(10013)
        return user

    def _guild_of(self, request: web.Request) -> int:
        guild = _id(request, "guild")
        if guild not in self._world.guilds:
            raise DiscordError(10004)
        if guild not in self._world.homes:
            raise DiscordError(50001)
        return guild

    def seen_channel(self, request: web.Request) -> Channel:
        """Return the channel of the path; 10003 if there is none, 50001 if the bot can't see it."""
        channel = self._world.channels.get(_id(request, "channel"))
        if channel is None:
            raise DiscordError(10003)
        if not may(self._world, self._world.bot, channel, Permission.VIEW_CHANNEL):
            raise DiscordError(50001)
        return channel

    def message(self, request: web.Request) -> Message:
        """Return the message of the path; 10008 for ephemeral ones too: no bot token sees them."""
        note = self.seen_channel(request).messages.get(_id(request, "message"))
        if note is None or note.seen_only_by:
            raise DiscordError(10008)
        return note


def _id(request: web.Request, name: str) -> int:
    value = request.match_info[name]
    if not value.isdecimal():
        reason = f'Value "{value}" is not snowflake.'
        raise invalid(f"{name}_id", "NUMBER_TYPE_COERCE", reason)
    return int(value)
