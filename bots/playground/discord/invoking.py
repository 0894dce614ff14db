"""What the client makes of a slash command that a person typed."""

from bots.playground.discord import payloads
from bots.playground.discord.modals import FieldValue, ephemeral_file
from bots.playground.discord.state import Channel, Json, User
from bots.playground.discord.world import World

SUBCOMMANDS = (1, 2)
STRING, INTEGER, BOOLEAN, USER, CHANNEL, MENTIONABLE, NUMBER, ATTACHMENT = 3, 4, 5, 6, 7, 9, 10, 11
MAX_STRING_LENGTH = 6000


def registered(world: World, name: str, kind: int, channel: Channel, *, user_install: bool) -> Json:
    """Return the command of that name and type which is offered in a channel; else ValueError."""
    for command in world.commands:
        contexts = command.get("contexts")
        context = payloads.CONTEXTS.get(channel.kind, 0)
        offered = contexts is None or context in contexts
        at_home = channel.is_dm or channel.guild_id in world.homes_of_commands
        installed = int(user_install) in command.get("integration_types", [0])
        here = (user_install or at_home) and installed
        if command["name"] == name and command["type"] == kind and offered and here:
            return command
    raise ValueError(f"no command {name!r} is offered in {channel.name}")


def command_data(
    world: World, command: Json, name: str, channel: Channel, options: dict[str, FieldValue]
) -> Json:
    """Return an interaction's data for a slash command; `name` may go on with a subcommand."""
    resolved: Json = {}
    chain, declared = [], command.get("options") or []
    for word in name.split()[1:]:
        inner = [one for one in declared if one["name"] == word and one["type"] in SUBCOMMANDS]
        if not inner:
            raise ValueError(f"{command['name']} has no subcommand {word!r}")
        chain.append(inner[0])
        declared = inner[0].get("options") or []
    given = _options(world, declared, channel, options, resolved)
    for part in reversed(chain):
        given = [{"name": part["name"], "type": part["type"], "options": given}]
    data: Json = {"id": command["id"], "name": command["name"], "type": 1}
    if given:
        data["options"] = given
    if resolved:
        data["resolved"] = resolved
    if "guild_id" in command:
        data["guild_id"] = command["guild_id"]
    return data


def _options(
    world: World,
    declared: list[Json],
    channel: Channel,
    options: dict[str, FieldValue],
    resolved: Json,
) -> list[Json]:
    names = {option["name"]: option for option in declared}
    unknown = options.keys() - names.keys()
    missing = {name for name, one in names.items() if one.get("required")} - options.keys()
    if unknown or missing:
        raise ValueError(f"options not known: {sorted(unknown)}, missing: {sorted(missing)}")
    return [
        {
            "name": name,
            "type": names[name]["type"],
            "value": _value(world, names[name], channel, value, resolved),
        }
        for name, value in options.items()
    ]


def _value(
    world: World, option: Json, channel: Channel, value: FieldValue, resolved: Json
) -> str | int | float | bool:
    kind = option["type"]
    if kind == ATTACHMENT and isinstance(value, tuple):
        return ephemeral_file(world, channel, value, resolved)
    if kind == USER and isinstance(value, User):
        resolved.setdefault("users", {})[str(value.id)] = payloads.user(value)
        resolved.setdefault("members", {})[str(value.id)] = payloads.member(value)
        return str(value.id)
    if kind == STRING and isinstance(value, str):
        maximum = option.get("max_length", MAX_STRING_LENGTH)
        if not option.get("min_length", 0) <= len(value) <= maximum:
            raise ValueError(f"{option['name']} takes up to {maximum} characters")
        return value
    wanted = {INTEGER: int, BOOLEAN: bool, NUMBER: float}.get(kind)
    if wanted is None or not isinstance(value, wanted):
        raise ValueError(f"{option['name']} does not take {type(value).__name__}")
    assert isinstance(value, int | float)  # noqa: S101 -- narrows the type just checked
    return value
