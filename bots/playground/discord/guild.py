"""The guild as a whole: one local server, its people and its switches."""

import time
from contextlib import AsyncExitStack
from typing import Self

from aiohttp import web
from aiohttp.typedefs import Handler

from bots.playground.discord.application_commands import Commands
from bots.playground.discord.endpoint import Endpoint
from bots.playground.discord.error_codes import DiscordError, UnauthorizedError
from bots.playground.discord.faults import API_PREFIX, Faults
from bots.playground.discord.gateway import Gateway
from bots.playground.discord.inspection import Inspection
from bots.playground.discord.interactions import Interactions
from bots.playground.discord.invite_page import InvitePage
from bots.playground.discord.people import People
from bots.playground.discord.rest import Rest
from bots.playground.discord.state import ANNOUNCEMENT, Event, User
from bots.playground.discord.threads import Threads
from bots.playground.discord.world import World
from bots.playground.journal import Journal
from bots.playground.local_server import HOST, serve

# Larger than any request that Discord takes, so that the refusal is Discord's own.
SERVER_MAX_BYTES = 256 * 1024 * 1024
# Routes that carry their own proof instead of the bot's token.
OPEN_ROUTES = (f"{API_PREFIX}/interactions/", f"{API_PREFIX}/webhooks/")


class Guild(People):
    """A Discord guild on this machine, and direct messages with its people.

    `rules` holds what can be set of its behaviour, `faults` what is to go wrong, `journal` every
    call, `gateway` the connection, `endpoint` where interactions are posted instead,
    `inspection` what a test wants to know afterwards; `world` is
    everything that is so. To begin with there are ada,
    ben, cleo and olga, who owns it; #general, #random and #news with the bot, and #elsewhere of
    another guild without it.
    """

    def __init__(self) -> None:
        self.journal = Journal("discord")
        world = World(self.journal)
        super().__init__(world, Interactions(world))
        self.rules = world.rules
        self.gateway = Gateway(world)
        self.inspection = Inspection(world)
        self.endpoint = Endpoint(world)
        self.faults = Faults(self.gateway.shut, self.gateway.open)
        for name in ("ada", "ben", "cleo"):
            self.add_person(name)
        self.add_channel("general")
        self.add_channel("random")
        self.add_channel("news", ANNOUNCEMENT)
        self.add_channel("elsewhere", guild_id=world.snowflake())

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            port = await stack.enter_async_context(serve(self._app()))
            self.world.base_url = f"http://{HOST}:{port}"
            await stack.enter_async_context(self.endpoint)
            stack.callback(self.gateway.shut)
            stack.callback(self._interactions.close)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def _app(self) -> web.Application:
        world = self.world
        rest = Rest(world)
        parts = (rest, Threads(world, rest), Commands(world), self._interactions)
        api = web.Application()
        for part in parts:
            api.add_routes(part.routes())
        app = web.Application(
            client_max_size=SERVER_MAX_BYTES,
            middlewares=[self.journal.middleware(), self._discord, self.faults.middleware],
        )
        app.add_routes([web.get("/gateway", self.gateway.connect)])
        app.add_routes([web.get(r"/attachments/{channel}/{file:\d+}/{name}", self._download)])
        app.add_routes(InvitePage(self).routes())
        app.add_subapp(API_PREFIX, api)
        return app

    @web.middleware
    async def _discord(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Check the token, word refusals as Discord does, and add the rate limit headers."""
        if not request.path.startswith(API_PREFIX):
            return await handler(request)
        try:
            bot = request.headers.get("Authorization") == f"Bot {self.world.token}"
            if not bot and not request.path.startswith(OPEN_ROUTES):
                raise UnauthorizedError
            response = await handler(request)
        except DiscordError as error:
            response = web.json_response(error.body, status=error.status)
        except (web.HTTPNotFound, web.HTTPMethodNotAllowed) as error:
            body = {"message": f"{error.status}: {error.reason}", "code": 0}
            response = web.json_response(body, status=error.status)
        if response.content_type == "application/json":
            response.headers["Content-Type"] = "application/json"  # without a charset
        self.faults.count(response)
        for name, value in _bucket(request).items():
            response.headers.setdefault(name, value)
        return response

    async def _download(self, request: web.Request) -> web.Response:
        """Serve a file to whoever has its signed link, while it lasts."""
        found = self.world.attachments.get(int(request.match_info["file"]))
        expires, sign = request.query.get("ex", "0"), request.query.get("hm", "")
        if found is None or sign != self.world.signature(found.id, expires):
            raise web.HTTPNotFound(text="This content is no longer available.")
        if int(expires, 16) < time.time():
            raise web.HTTPNotFound(text="This content is no longer available.")
        kind = found.content_type or "application/octet-stream"
        return web.Response(body=found.data, headers={"Content-Type": kind})

    @property
    def api_url(self) -> str:
        """What DISCORD_API_URL is set to."""
        return self.world.base_url + API_PREFIX

    @property
    def gateway_url(self) -> str:
        """What DISCORD_GATEWAY_URL is set to."""
        return f"{self.world.base_url.replace('http', 'ws', 1)}/gateway"

    @property
    def invite_url(self) -> str:
        """Where somebody adds the bot to a server of theirs."""
        asked = f"client_id={self.application_id}&scope=bot+applications.commands"
        return f"{self.world.base_url}/oauth2/authorize?{asked}"

    @property
    def token(self) -> str:
        """The bot's token."""
        return self.world.token

    @property
    def bot(self) -> User:
        """The bot's user."""
        return self.world.bot

    @property
    def owner(self) -> User:
        """The person who owns the guild, and may do everything."""
        return self.world.owner

    @property
    def application_id(self) -> int:
        """The application's ID, which is the bot's too."""
        return self.world.bot.id

    @property
    def bot_role(self) -> str:
        """The bot's own role as it is mentioned: people pick it when they mean the bot."""
        return f"<@&{self.world.bot_role_id}>"

    @property
    def guild_id(self) -> int:
        """The guild's ID."""
        return self.world.guild_id

    def age_interactions(self, minutes: float) -> None:
        """Make every interaction that much older."""
        for interaction in self.world.interactions.values():
            interaction.started -= minutes * 60

    def drop_gateway(self, *, resumable: bool = True) -> None:
        """Cut the bot's connection; if not resumable its session is gone too."""
        self.gateway.drop(resumable=resumable)

    def replay(self, event: Event) -> None:
        """Send a gateway event once more."""
        self.gateway.dispatch(event)

    def newest(self, name: str) -> Event:
        """Return the latest event of a name, such as MESSAGE_CREATE; LookupError without one."""
        for event in reversed(self.world.events):
            if event.name == name:
                return event
        raise LookupError(name)


def _bucket(request: web.Request) -> dict[str, str]:
    resource = request.match_info.route.resource
    return {
        "X-RateLimit-Limit": "50",
        "X-RateLimit-Remaining": "49",
        "X-RateLimit-Reset": f"{time.time() + 1:.3f}",
        "X-RateLimit-Reset-After": "1.000",
        "X-RateLimit-Bucket": f"{hash((request.method, str(resource))) & 0xFFFFFFFF:08x}",
    }
