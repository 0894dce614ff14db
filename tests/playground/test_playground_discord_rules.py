"""What the local Discord guild takes and refuses, asked over plain HTTP."""

import io
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bots.playground.discord import Guild

Answer = tuple[int, Any]


class Caller:
    """A bot without a library: it sees statuses and bodies as they come."""

    def __init__(self, guild: Guild, session: aiohttp.ClientSession) -> None:
        self._guild = guild
        self._session = session

    async def call(self, method: str, path: str, data: Any = None) -> Answer:
        """Return status and body."""
        url, auth = self._guild.api_url + path, {"Authorization": f"Bot {self._guild.token}"}
        async with self._session.request(method, url, json=data, headers=auth) as response:
            kind = response.headers.get("Content-Type")
            body = await response.read()
            assert not body or kind == "application/json"
            return response.status, json.loads(body or "null")

    async def post(self, channel: str = "general", **data: Any) -> Answer:
        """Post a message."""
        return await self.call(
            "POST", f"/channels/{self._guild.channel(channel).id}/messages", data
        )

    async def upload(self, *files: bytes, edit: str = "", **data: Any) -> Answer:
        """Post files to #general, or put them into the message whose ID is `edit`."""
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("payload_json", json.dumps(data))
        for number, content in enumerate(files):
            form.add_field(f"files[{number}]", io.BytesIO(content), filename=f"{number}.png")
        path = f"/channels/{self._guild.channel('general').id}/messages"
        auth = {"Authorization": f"Bot {self._guild.token}"}
        method, url = "POST", self._guild.api_url + path
        if edit:
            method, url = "PATCH", f"{url}/{edit}"
        async with self._session.request(method, url, data=form, headers=auth) as response:
            return response.status, await response.json()


@pytest.fixture
async def guild() -> AsyncIterator[Guild]:
    """A guild."""
    async with Guild() as guild:
        yield guild


@pytest.fixture
async def bot(guild: Guild) -> AsyncIterator[Caller]:
    """Somebody who holds the bot's token."""
    async with aiohttp.ClientSession() as session:
        yield Caller(guild, session)


@pytest.mark.parametrize(
    ("permission", "data", "code"),
    [
        ("view_channel", {"content": "x"}, 50001),
        ("send_messages", {"content": "x"}, 50013),
        ("embed_links", {"embeds": [{"title": "x"}]}, 50013),
        ("read_message_history", {"message_reference": {"message_id": "1"}}, 160002),
    ],
)
async def test_posting_needs_permissions(
    guild: Guild, bot: Caller, permission: str, data: dict[str, Any], code: int
) -> None:
    """What a server's owner took away is refused with the right code."""
    guild.deny("general", permission)
    refused = await bot.post(content="x") if "content" in data else await bot.post(**data)
    guild.allow("general", permission)
    taken = await bot.post(content="x")

    assert refused[1]["code"] == code
    assert taken[0] == 200


async def test_thread_has_permissions_of_its_own(guild: Guild, bot: Caller) -> None:
    """In threads only SEND_MESSAGES_IN_THREADS counts."""
    guild.add_thread("general", "ideas")
    guild.deny("general", "send_messages")
    allowed = await bot.post("ideas", content="x")
    guild.deny("general", "send_messages_in_threads")
    refused = await bot.post("ideas", content="x")

    assert allowed[0] == 200
    assert refused[1]["code"] == 50013


async def test_archived_thread_opens_unless_locked(guild: Guild, bot: Caller) -> None:
    """A follow-up after a week opens the thread again; a locked one stays shut."""
    thread = guild.add_thread("general", "ideas")
    guild.archive(thread)
    opened = await bot.post("ideas", content="x")
    guild.archive(thread, locked=True)
    shut = await bot.post("ideas", content="x")
    thread.archived = False
    locked = await bot.post("ideas", content="x")

    assert opened[0] == 200
    assert (shut[1]["code"], locked[1]["code"]) == (50083, 160005)


async def test_thread_in_direct_message_or_thread_is_refused(guild: Guild, bot: Caller) -> None:
    """There one replies instead."""
    for place in (guild.dm("ada"), guild.add_thread("general", "ideas")):
        said = await guild.say("ada", place, "hello")
        path = f"/channels/{place.id}/messages/{said.id}/threads"
        status, body = await bot.call("POST", path, {"name": "x"})

        assert (status, body["code"]) == (400, 50024)


async def test_thread_name_has_a_limit(guild: Guild, bot: Caller) -> None:
    """A prompt is not a thread name: 100 characters at most."""
    said = await guild.say("ada", "general", "hello")
    path = f"/channels/{said.channel.id}/messages/{said.id}/threads"
    for name in ("", "x" * 101):
        status, body = await bot.call("POST", path, {"name": name})

        assert (status, body["code"], list(body["errors"])) == (400, 50035, ["name"])


async def test_unknown_things_are_named(guild: Guild, bot: Caller) -> None:
    """Each kind of missing thing has its own code."""
    general = guild.channel("general").id
    known = await bot.call("GET", f"/channels/{general}")
    channel = await bot.call("GET", "/channels/1")
    message = await bot.call("GET", f"/channels/{general}/messages/1")
    hook = await bot.call("POST", f"/webhooks/{guild.application_id}/none", {"content": "x"})
    route = await bot.call("GET", "/nowhere")
    elsewhere = await bot.post("elsewhere", content="x")

    assert known[0] == 200
    assert (channel[0], channel[1]["code"]) == (404, 10003)
    assert (message[0], message[1]["code"]) == (404, 10008)
    assert (hook[0], hook[1]["code"]) == (401, 50027)
    assert route == (404, {"message": "404: Not Found", "code": 0})
    assert (elsewhere[0], elsewhere[1]["code"]) == (403, 50001)


async def test_direct_message_can_be_refused(guild: Guild, bot: Caller) -> None:
    """Some people take none: 50007."""
    person = guild.person("ada")
    _, opened = await bot.call("POST", "/users/@me/channels", {"recipient_id": str(person.id)})
    guild.close_dms("ada")
    status, body = await bot.call("POST", f"/channels/{opened['id']}/messages", {"content": "x"})

    assert int(opened["id"]) == guild.dm("ada").id
    assert (status, body["code"]) == (403, 50007)


async def test_others_messages_can_not_be_edited(guild: Guild, bot: Caller) -> None:
    """A bot edits its own words only."""
    said = await guild.say("ada", "general", "hello")
    path = f"/channels/{said.channel.id}/messages/{said.id}"
    status, body = await bot.call("PATCH", path, {"content": "x"})

    assert (status, body["code"]) == (403, 50005)


async def test_history_is_listed_newest_first(guild: Guild, bot: Caller) -> None:
    """Before, after and around work as documented; contents stay hidden without the intent."""
    notes = [await guild.say("ada", "general", str(n)) for n in range(5)]
    path = f"/channels/{notes[0].channel.id}/messages"

    async def ids(query: str) -> list[int]:
        _, body = await bot.call("GET", path + query)
        assert {entry["content"] for entry in body} == {""}
        return [
            notes.index(note) for entry in body for note in notes if str(note.id) == entry["id"]
        ]

    assert await ids("?limit=2") == [4, 3]
    assert await ids(f"?before={notes[2].id}") == [1, 0]
    assert await ids(f"?after={notes[1].id}&limit=2") == [3, 2]
    assert await ids(f"?around={notes[2].id}&limit=3") == [3, 2, 1]


@pytest.mark.parametrize(
    "command",
    [
        {"name": "Neocu", "description": "x"},
        {"name": "x" * 33, "description": "x"},
        {"name": "neocu", "description": "x" * 101},
        {"name": "neocu", "description": ""},
        {
            "name": "neocu",
            "description": "x",
            "options": [{"name": f"o{n}", "description": "x", "type": 3} for n in range(26)],
        },
    ],
)
async def test_invalid_command_is_refused(
    guild: Guild, bot: Caller, command: dict[str, Any]
) -> None:
    """A command that Discord won't take must not pass here either."""
    path = f"/applications/{guild.application_id}/commands"
    status, body = await bot.call("PUT", path, [command])

    assert (status, body["code"]) == (400, 50035)


async def test_commands_made_are_counted(guild: Guild, bot: Caller) -> None:
    """Syncing unchanged commands makes none; making 200 a day is all there is."""
    path = f"/applications/{guild.application_id}/commands"
    command = {"name": "neocu", "description": "x"}
    first = await bot.call("PUT", path, [command])
    second = await bot.call("PUT", path, [command])
    made = guild.world.command_creates
    guild.world.command_creates = 200
    status, body = await bot.call("POST", path, {"name": "other", "description": "x"})

    assert first[1][0]["id"] == second[1][0]["id"]
    assert made == 1
    assert (status, body["code"]) == (400, 30034)


async def test_faults_come_as_ordered(guild: Guild, bot: Caller) -> None:
    """The next calls of a route fail as told, then all is well."""
    guild.faults.fail("POST /channels/*", status=502, after=True)
    guild.faults.rate_limit("POST /channels/*", retry_after=2, everywhere=True)
    guild.faults.drop("POST /channels/*")
    failed = await bot.post(content="first")
    limited = await bot.post(content="second")
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await bot.post(content="third")
    posted = await bot.post(content="fourth")

    assert [failed[0], limited[0], posted[0]] == [502, 429, 200]
    assert (limited[1]["retry_after"], limited[1]["global"]) == (2, True)
    assert [note.content for note in guild.seen_by("ada", "general")] == ["first", "fourth"]
    assert [call.status for call in guild.journal.calls] == [502, 429, 0, 200]


async def test_people_ping_everyone_only_if_they_may(guild: Guild) -> None:
    """As in a real guild, that depends on a permission."""
    loud = await guild.say("ada", "general", "@everyone lunch")
    guild.deny("general", "mention_everyone", "ada")
    quiet = await guild.say("ada", "general", "@everyone lunch")

    assert loud.mention_everyone
    assert not quiet.mention_everyone
