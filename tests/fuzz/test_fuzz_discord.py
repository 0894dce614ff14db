"""Whatever Discord tells us of what people do: a request that can be kept, or nothing."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import discord
import pytest
from discord_bots import bots_on_discord
from hypothesis import given, reject
from hypothesis import strategies as st
from odd import RECORDED, changed, collected

from bots.discord import forms, ladder, parse, render
from bots.playground.discord.state import Event
from core.ledger.codec import REQUEST
from core.request import Request

# What Discord's documents promise always, and what makes an event what it is.
RELIED_ON = frozenset(
    {
        *("id", "type", "application_id", "token", "channel_id", "channel", "user", "member"),
        *("author", "data", "custom_id", "timestamp", "message", "mentions"),
        *("attachments", "url", "size", "components", "component", "embeds"),
        *(
            "username",
            "discriminator",
            "roles",
            "joined_at",
            "permissions",
            "resolved",
            "target_id",
        ),
        *("edited_timestamp", "tts", "mention_everyone", "pinned", "flags", "entitlements"),
        *("messages", "users", "members", "guild_id", "version", "deaf", "mute", "avatar"),
        *("authorizing_integration_owners", "parent_id", "guild", "locale", "features"),
        *("proxy_url", "values", "message_reference", "mention_roles", "public_flags"),
    }
)
DISCORD = RECORDED["discord"]
MAX_EVENTS = 10  # of a kind: each is a request that is worked on
HOME = DISCORD["command"]["guild_id"]
MESSAGES = [name for name in DISCORD if name.startswith("message")]
SENT = [name for name in DISCORD if name not in MESSAGES]


def odd(*names: str, words_only: bool = False) -> st.SearchStrategy[Any]:
    """Return a strategy of recorded payloads of these kinds, changed."""
    return st.sampled_from(names).flatmap(
        lambda name: changed(DISCORD[name], RELIED_ON, words_only=words_only)
    )


def client() -> discord.Client:
    """Return a client that is connected to nothing."""
    one = discord.Client(intents=discord.Intents.none())
    me: Any = {"id": DISCORD["command"]["application_id"], "username": "neocu"}
    me |= {"discriminator": "0", "avatar": None}
    state = one._connection  # noqa: SLF001 (what it makes of a payload is what we read)
    state.user = discord.ClientUser(state=state, data=me)
    home: Any = {"id": HOME, "name": "home", "member_count": 1}
    home["roles"] = [{"id": HOME, "name": "@everyone", "permissions": "0", "position": 0}]
    home["roles"][0] |= {"color": 0, "hoist": False, "managed": False, "mentionable": False}
    state._add_guild_from_data(home)  # noqa: SLF001 (as above)
    return one


@given(odd(*MESSAGES))
def test_any_message_is_a_request(data: Any) -> None:
    """With any words, and files whose type nobody knows."""
    one = client()
    state: Any = one._connection  # noqa: SLF001 (as above)
    home = int(data["guild_id"]) if "guild_id" in data else None
    channel = discord.PartialMessageable(state, int(data["channel_id"]), home)
    try:
        message = discord.Message(state=state, channel=channel, data=data)  # type: ignore[arg-type]  # any channel will do
    except (KeyError, TypeError, AttributeError, ValueError):
        reject()  # discord.py does not let it through
    assert one.user is not None
    keeps(parse.of_message(message, one.user))


@given(odd(*SENT))
def test_any_interaction_is_a_request(data: Any) -> None:
    """A command's, a press's, a form's."""
    try:
        interaction: Any = discord.Interaction(data=data, state=client()._connection)  # noqa: SLF001 (as above)
    except (KeyError, TypeError, AttributeError, ValueError):
        reject()  # discord.py does not let it through
    given = interaction.data or {}
    custom_id = given.get("custom_id", "")
    if interaction.type is discord.InteractionType.modal_submit:
        if about := forms.parse_custom_id(custom_id):
            keeps(parse.of_form(interaction, given, about))
    elif interaction.type is discord.InteractionType.component:
        match render.parse_press(custom_id, given.get("values", ())):
            case (press, guild):
                keeps(parse.of_press(interaction, press, guild))
                about = forms.About(press.source_key, press.asset, guild)
                keeps(parse.of_edit(interaction, about))
    else:
        keeps(parse.of_command(interaction, "a boat", []))


@given(st.text(max_size=100))
def test_any_button_is_ours_or_not(custom_id: str) -> None:
    """Whatever an older version has put there, or another app."""
    render.parse_press(custom_id)
    render.parse_press("more 0 discord:1", [custom_id])
    forms.parse_custom_id(custom_id)


async def test_the_listeners_survive_them_all(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """None is a traceback, and what comes next is answered.

    Words only: without a field that Discord promises, discord.py itself gives up the connection.
    """
    events = [
        (name, one)
        for name in DISCORD
        for one in collected(odd(name, words_only=True))[:MAX_EVENTS]
    ]
    async with bots_on_discord(tmp_path) as bots:
        guild, recorded = bots.guild, DISCORD["command"]
        ours = {
            HOME: guild.guild_id,
            recorded["channel_id"]: guild.channel("general").id,
            recorded["member"]["user"]["id"]: guild.person("ada").id,
            recorded["application_id"]: guild.application_id,
        }
        for name, recorded_data in events:
            data = json.loads(_replaced(json.dumps(recorded_data), ours))
            kind = "MESSAGE_CREATE" if name in MESSAGES else "INTERACTION_CREATE"
            bots.guild.replay(Event(kind, data))
        await bots.seat("ben").type("/neocu help")
        await bots.told("opens a form")

    assert [one for one in caplog.records if one.exc_info] == []


def _replaced(text: str, ids: Mapping[str, object]) -> str:
    for theirs, ours in ids.items():
        text = text.replace(theirs, str(ours))
    return text


def keeps(request: Request) -> None:
    """Check that a request can be written down, read again, and answered."""
    assert REQUEST.validate_json(REQUEST.dump_json(request)) == request
    ladder.load(request.address)
