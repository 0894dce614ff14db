"""Whether Discord can be worked with: token, how it is installed, shards, the alert channel."""

from collections.abc import AsyncIterator, Iterator
from http import HTTPStatus
from typing import Any

import aiohttp

from bots.discord import DiscordSettings
from bots.doctor.clock import check_clock
from bots.doctor.finding import Finding, note, ok, wrong
from bots.setup.discord_invite import invite_link, missing_permissions

AREA = "Discord"
SECONDS = 10.0
PORTAL = "discord.com/developers/applications"
# https://docs.discord.com/developers/resources/application#application-object-application-flags
PRIVILEGED_FLAGS = {
    (1 << 12) | (1 << 13): "Presence",
    (1 << 14) | (1 << 15): "Server Members",
    (1 << 18) | (1 << 19): "Message Content",
}
FEW_STARTS = 20
IN_SERVERS = (
    "0"  # https://docs.discord.com/developers/resources/application#application-integration-types
)
Json = dict[str, Any]


class Api:
    """Discord's REST API, asked with the bot's token."""

    def __init__(self, session: aiohttp.ClientSession, settings: DiscordSettings) -> None:
        self._session = session
        self._base = settings.discord_api_url
        self._headers = {
            "Authorization": f"Bot {settings.discord_token.get_secret_value()}",
            # https://docs.discord.com/developers/reference#user-agent
            "User-Agent": "DiscordBot (https://guide.neocu.com, 1)",
        }
        self.date: str | None = None

    async def call(self, method: str, path: str) -> tuple[int, Json]:
        """Return status and JSON. Raises aiohttp's ClientError, and TimeoutError."""
        async with self._session.request(
            method, self._base + path, headers=self._headers
        ) as answer:
            self.date = answer.headers.get("Date")
            if answer.content_type != "application/json":
                return answer.status, {}
            return answer.status, await answer.json()


async def check_discord(settings: DiscordSettings) -> AsyncIterator[Finding]:
    """Ask Discord who we are and how we are installed, and say what that shows."""
    timeout = aiohttp.ClientTimeout(total=SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        api = Api(session, settings)
        try:
            async for finding in _check(api, settings):
                yield finding
        except (aiohttp.ClientError, TimeoutError) as error:
            yield _not_reached(type(error).__name__)


async def _check(api: Api, settings: DiscordSettings) -> AsyncIterator[Finding]:
    status, me = await api.call("GET", "/users/@me")
    if status == HTTPStatus.UNAUTHORIZED:
        yield _token_refused(settings.discord_token.get_secret_value())
        return
    if status != HTTPStatus.OK:
        yield _not_reached(f"status {status}")
        return
    yield ok(AREA, f"The token works: {me.get('username')}.")
    for finding in check_clock(AREA, api.date):
        yield finding
    _, application = await api.call("GET", "/applications/@me")
    for finding in check_application(application):
        yield finding
    for finding in check_interactions(application, settings.discord_public_key):
        yield finding
    _, gateway = await api.call("GET", "/gateway/bot")
    for finding in check_gateway(gateway, settings.discord_shard_count):
        yield finding
    async for finding in _check_alert_channel(api, settings):
        yield finding


def _not_reached(why: str) -> Finding:
    return wrong(
        AREA,
        f"Discord can't be reached ({why}).",
        "Check whether this machine may reach discord.com, and DISCORD_API_URL if you have set it.",
    )


def _token_refused(token: str) -> Finding:
    text = "DISCORD_TOKEN was refused."
    if "." not in token:
        text = "DISCORD_TOKEN was refused: a bot token has two dots, so this is another secret."
    return wrong(AREA, text, f"At {PORTAL} under Bot, press Reset Token, and copy it.")


def check_application(application: Json) -> Iterator[Finding]:
    """Look at how the application is set up in the developer portal."""
    application_id = application.get("id", "")
    if not application_id:
        yield note(AREA, "The application can't be read.", "Try again in a minute.")
        return
    flags = int(application.get("flags") or 0)
    for bits, name in PRIVILEGED_FLAGS.items():
        if flags & bits:
            yield note(
                AREA,
                f"The {name} intent is on, which the bot does not use.",
                f"Switch it off at {PORTAL} under Bot.",
            )
    yield from _check_installation(application)
    if application.get("bot_public"):
        yield note(
            AREA,
            "The bot is public: anyone can add it to a server.",
            "Only servers that the app's owner is in, or that ALLOWED_WORKSPACES names, may ask. "
            f"To keep others from adding it, switch Public Bot off at {PORTAL} under Bot.",
        )
    yield ok(AREA, f"Add it to a server with {invite_link(application_id)}")


def _check_installation(application: Json) -> Iterator[Finding]:
    """Look at the portal's own install link, which people may use instead of ours."""
    contexts: Json = application.get("integration_types_config") or {}
    if contexts and IN_SERVERS not in contexts:
        yield wrong(
            AREA,
            "The application can't be installed in servers.",
            f"Switch Guild Install on at {PORTAL} under Installation.",
        )
    install = (contexts.get(IN_SERVERS) or {}).get("oauth2_install_params") or {}
    if "permissions" not in install:
        return
    if lacking := missing_permissions(int(install["permissions"])):
        yield wrong(
            AREA,
            f"The app's install link lacks permissions: {', '.join(lacking)}.",
            f"Tick them at {PORTAL} under Installation, or use the link below.",
        )


def check_interactions(application: Json, public_key: str | None) -> Iterator[Finding]:
    """Look at where Discord posts interactions, if that is not the gateway."""
    url = application.get("interactions_endpoint_url")
    if url and not public_key:
        yield wrong(
            AREA,
            "Discord posts commands and buttons to an Interactions Endpoint URL, and nobody "
            "listens there.",
            f"Set DISCORD_PUBLIC_KEY, or clear the URL at {PORTAL} under General Information.",
        )
    elif public_key and application.get("verify_key", "").lower() != public_key.lower():
        yield wrong(
            AREA,
            "DISCORD_PUBLIC_KEY is not this application's.",
            f"Copy Public Key at {PORTAL} under General Information.",
        )
    elif public_key and not url:
        yield note(
            AREA,
            "DISCORD_PUBLIC_KEY is set, but commands and buttons still come over the gateway.",
            f"While the bots run, set Interactions Endpoint URL at {PORTAL} under General "
            "Information to your public address and /discord/interactions.",
        )
    elif url:
        yield ok(AREA, f"Commands and buttons are posted to {url}")


def check_gateway(gateway: Json, count: int | None = None) -> Iterator[Finding]:
    """Look at what Discord says of connecting: shards, and how often one may."""
    shards = int(gateway.get("shards") or 1)
    if count and count < shards:
        yield note(
            AREA,
            f"Discord recommends {shards} connections (shards), and DISCORD_SHARD_COUNT says "
            f"{count}.",
            "Raise it, or drop it: then the bots make as many as Discord recommends.",
        )
    elif (count or shards) > 1:
        yield ok(AREA, f"Its servers are heard over {count or shards} connections (shards).")
    else:
        yield ok(AREA, "One connection is enough for its servers.")
    limit = gateway.get("session_start_limit") or {}
    left = limit.get("remaining")
    if left is not None and left < FEW_STARTS + shards:
        hours = float(limit.get("reset_after", 0)) / 3_600_000
        yield note(
            AREA,
            f"Only {left} connections are left today; more in {hours:.0f} h.",
            "Something starts the bots again and again: see why in their log.",
        )


async def _check_alert_channel(api: Api, settings: DiscordSettings) -> AsyncIterator[Finding]:
    """Show "is typing" in the alert channel: whoever may do that may speak."""
    channel = settings.discord_alert_channel_id
    if not channel:
        yield note(
            AREA,
            "No channel hears of low compute unless somebody has asked there.",
            "Set DISCORD_ALERT_CHANNEL_ID to a channel's ID.",
        )
        return
    status, body = await api.call("POST", f"/channels/{channel}/typing")
    if status < HTTPStatus.BAD_REQUEST:
        yield ok(AREA, "The bot can speak in the alert channel.")
        return
    remedy = {
        10003: "There is no such channel: copy its ID again (Developer Mode, Copy Channel ID).",
        50001: "The bot can't see it: allow View Channel for its role there.",
        50013: "The bot may not speak there: allow Send Messages for its role there.",
    }.get(body.get("code", 0), "Look at the channel's permissions.")
    yield wrong(AREA, f"The bot can't speak in DISCORD_ALERT_CHANNEL_ID ({status}).", remedy)
