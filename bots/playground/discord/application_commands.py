"""The REST routes about application commands, and what Discord accepts as one.

https://docs.discord.com/developers/interactions/application-commands
"""

import json
import re
from typing import Any

from aiohttp import web

from bots.playground.discord.error_codes import DiscordError, Form
from bots.playground.discord.state import Json
from bots.playground.discord.world import World

CHAT_INPUT, MESSAGE_COMMAND = 1, 3
NAME = re.compile(r"[-_'\w]{1,32}")
MAX_NAME_LENGTH, MAX_DESCRIPTION_LENGTH, MAX_OPTIONS, MAX_CHOICES = 32, 100, 25, 25
# How many commands of a type an app may have, globally and in a guild.
MAX_COMMANDS = {CHAT_INPUT: 100, 2: 15, MESSAGE_COMMAND: 15}
CREATES_A_DAY = 200


class Commands:
    """Answers the bot's calls on its commands."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """Return the routes, without the version prefix."""
        everywhere = "/applications/{app}/commands"
        in_guild = "/applications/{app}/guilds/{guild}/commands"
        return [
            route
            for path in (everywhere, in_guild)
            for route in (
                web.get(path, self.all),
                web.put(path, self.overwrite),
                web.post(path, self.create),
                web.delete(path + "/{command}", self.delete),
            )
        ]

    async def all(self, request: web.Request) -> web.Response:
        """Return the commands, global or of the guild; translations only where asked for."""
        guild = self._place(request)
        found = [one for one in self._world.commands if _in(one, guild)]
        if request.query.get("with_localizations") != "true":
            found = [_untranslated(one) for one in found]
        return web.json_response(found)

    async def overwrite(self, request: web.Request) -> web.Response:
        """Put new commands in place of all; one of the same name and type keeps its ID."""
        guild, wanted = self._place(request), await _json(request, list)
        self._world.command_writes += 1
        form = Form()
        for index, data in enumerate(wanted):
            check_command(form, f"{index}.", data)
        for kind, maximum in MAX_COMMANDS.items():
            if sum(data.get("type", CHAT_INPUT) == kind for data in wanted) > maximum:
                reason = f"Maximum number of application commands reached ({maximum})."
                form.wrong("", "APPLICATION_COMMANDS_MAX", reason)
        form.check()
        others = [one for one in self._world.commands if not _in(one, guild)]
        made = [self._made(data, guild) for data in wanted]
        self._world.commands = [*others, *made]
        self._world.journal.changed()
        return web.json_response(made)

    async def create(self, request: web.Request) -> web.Response:
        """Make one command, or change that of the same name and type."""
        guild, data = self._place(request), await _json(request, dict)
        self._world.command_writes += 1
        form = Form()
        check_command(form, "", data)
        form.check()
        earlier = self._same(data, guild)
        made = self._made(data, guild)
        self._world.commands = [*(one for one in self._world.commands if one is not earlier), made]
        self._world.journal.changed()
        return web.json_response(made, status=200 if earlier else 201)

    async def delete(self, request: web.Request) -> web.Response:
        """Take one command away."""
        found = [one for one in self._world.commands if one["id"] == request.match_info["command"]]
        if not found:
            raise DiscordError(10063)
        self._world.commands.remove(found[0])
        return web.Response(status=204)

    def _place(self, request: web.Request) -> str | None:
        if request.match_info["app"] != str(self._world.bot.id):
            raise DiscordError(50001)
        guild = request.match_info.get("guild")
        if guild not in (None, str(self._world.guild_id)):
            raise DiscordError(50001)
        return guild

    def _same(self, data: Json, guild: str | None) -> Json | None:
        for one in self._world.commands:
            same_type = one["type"] == data.get("type", CHAT_INPUT)
            if _in(one, guild) and same_type and one["name"] == data["name"]:
                return one
        return None

    def _made(self, data: Json, guild: str | None) -> Json:
        earlier = self._same(data, guild)
        if earlier is None:
            self._world.command_creates += 1
            if self._world.command_creates > CREATES_A_DAY:
                raise DiscordError(30034)
        made: Json = {
            "id": earlier["id"] if earlier else str(self._world.snowflake()),
            "application_id": str(self._world.bot.id),
            "version": str(self._world.snowflake()),
            "type": CHAT_INPUT,
            "description": "",
            "default_member_permissions": None,
            "nsfw": False,
            "integration_types": [0],
            "contexts": None,
        } | {key: value for key, value in data.items() if value is not None}
        return made | ({"guild_id": guild} if guild else {})


def _untranslated(part: Json) -> Json:
    """Return a command, or an option, without its translations."""
    kept = {key: value for key, value in part.items() if not key.endswith("_localizations")}
    if "options" in part:
        kept["options"] = [_untranslated(option) for option in part["options"]]
    return kept


def _in(command: Json, guild: str | None) -> bool:
    return bool(command.get("guild_id") == guild)


async def _json(request: web.Request, kind: type) -> Any:
    try:
        data = await request.json()
    except json.JSONDecodeError:
        raise DiscordError(50109) from None
    if not isinstance(data, kind):
        raise DiscordError(50109)
    return data


def check_command(form: Form, path: str, data: Json) -> None:
    """Note every fault of a command: names, descriptions, how many options."""
    if data.get("type", CHAT_INPUT) != CHAT_INPUT:
        form.length(f"{path}name", data.get("name"), MAX_NAME_LENGTH, 1)
        if data.get("description") or data.get("options"):
            reason = "Context menu commands cannot have description or options"
            form.wrong(f"{path}description", "APPLICATION_COMMAND_CONTEXT_MENU", reason)
        return
    _check_named(form, path, data)
    options = data.get("options") or []
    form.count(f"{path}options", options, MAX_OPTIONS)
    names = [option.get("name") for option in options]
    if len(set(names)) < len(names):
        reason = "Option name already exists in the application command"
        form.wrong(f"{path}options", "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", reason)
    needed = [bool(option.get("required")) for option in options]
    if needed != sorted(needed, reverse=True):
        reason = "Required options must be placed before non-required options"
        form.wrong(f"{path}options", "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", reason)
    for index, option in enumerate(options):
        _check_named(form, f"{path}options.{index}.", option)
        choices = option.get("choices") or []
        form.count(f"{path}options.{index}.choices", choices, MAX_CHOICES)
        if choices and option.get("autocomplete"):
            reason = "Autocomplete options may not have choices"
            form.wrong(f"{path}options.{index}", "APPLICATION_COMMAND_AUTOCOMPLETE", reason)


def _check_named(form: Form, path: str, data: Json) -> None:
    name = data.get("name")
    if not isinstance(name, str) or not NAME.fullmatch(name) or name != name.lower():
        reason = "Command name is invalid"
        form.wrong(f"{path}name", "APPLICATION_COMMAND_INVALID_NAME", reason)
    form.length(f"{path}description", data.get("description"), MAX_DESCRIPTION_LENGTH, 1)
