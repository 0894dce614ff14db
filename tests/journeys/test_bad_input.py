"""Bad input, row by row: a sentence for whoever asked, and nothing spent."""

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from house import (
    DISCORD,
    ENTRY,
    HELP,
    HTTP,
    SOCKET,
    House,
    both,
    bots_on,
    everywhere,
    is_question,
    plain,
    result,
    said,
    told,
)

from core import wording
from core.conversation import Reply
from core.intent import BadFileIdError, InputError, QueryTooLongError, TooManyFilesError
from core.neocu.errors import InvalidRequestError

LOUD = (
    "<!channel> <!here> <!subteam^S012> <@&99> @everyone @here @ben *bold* _it_ `code` "
    '> quote | [link](http://example.com) {"type": "section"}'
)


# Nothing to make of it


@everywhere
@pytest.mark.parametrize("words", ["@neocu", "@neocu   \n ", "/neocu help"])
async def test_no_prompt_gets_the_help(chat: str, words: str, tmp_path: Path) -> None:
    """Whoever says nothing wants to know what can be said."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat()
        seat = ada if words.startswith("/") else house.alone()
        await ada.type(words)
        line = await told(seat, HELP)

        assert said(seat) == [line]
        assert house.posts == 0


@both
async def test_a_prompt_over_the_limit_is_refused_with_its_length(
    chat: str, tmp_path: Path
) -> None:
    """Whoever has to shorten a text needs to know by how much."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat()
        await ada.type("/neocu " + "sea " * 1_100)
        await told(ada, wording.bad_input(QueryTooLongError(4_399)))

        assert house.posts == 0


@both
@pytest.mark.parametrize(
    ("ids", "error"),
    [
        (",".join(f"65f0c1d2e3a4{n:04}" for n in range(50)), TooManyFilesError(50)),
        ("65f0c1d2e3a4b5c6, ../../secret", BadFileIdError("../../secret")),
    ],
)
async def test_odd_file_ids_are_named(
    chat: str, ids: str, error: InputError, tmp_path: Path
) -> None:
    """The sentence names the bad one, or the limit."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat()
        await ada.type(f"@neocu make it night\nfiles: {ids}")
        await told(ada, wording.bad_input(error))

        assert house.posts == 0


@everywhere
@pytest.mark.parametrize("words", ["/neocu", "/neocu   "])
async def test_a_command_without_words_opens_the_form(
    chat: str, words: str, tmp_path: Path
) -> None:
    """Nothing is said in the channel, and nothing is spent."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat()
        await ada.type(words)
        place = house.guild if chat == DISCORD else house.workspace
        await ada.journal.until(lambda: place.modal("ada"))

        assert ada.lines() == []
        assert house.posts == 0


# Words that would do something


@both
async def test_a_prompt_pings_nobody(chat: str, tmp_path: Path) -> None:
    """What was asked is shown as it was typed, letter by letter, as plain text.

    Who asked is called once, when the result is there: nobody else, and not before.
    """
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat()
        await ada.type(f"/neocu {LOUD}")
        card = await result(ada)
        [question] = [line for line in said(ada) if is_question(line)]

        assert LOUD in plain(question)
        assert pinged(house, [question]) <= {"ada"}
        assert pinged(house, [card]) == {"ada"}


@both
async def test_neocus_own_words_ping_nobody(chat: str, tmp_path: Path) -> None:
    """An error message and a reason to fail come from outside, like prompts."""
    async with (
        rude_neocu() as url,
        bots_on(chat, folder=tmp_path, neocu_base_url=url) as house,
    ):
        ada = house.seat()
        await ada.type("@neocu please refuse")
        refused = await told(ada, wording.refused(InvalidRequestError(400, LOUD), ""))
        await ada.type("@neocu please fail")
        failed = await told(ada, Reply(wording.failed(ENTRY, [LOUD]).text))

        assert LOUD in plain(refused)
        assert LOUD in plain(failed)
        assert pinged(house, [refused, failed]) <= {"ada"}


def pinged(house: House, lines: list[Any]) -> set[str]:
    """Return the names of those whom these messages notify."""
    names: set[str] = set()
    for line in lines:
        if hasattr(line.shown, "pings"):
            people = house.workspace.people
            names |= {people[one].name if one in people else one for one in line.shown.pings}
        else:
            names |= {house.guild.people[one].name for one in line.shown.pinged}
    return names


@asynccontextmanager
async def rude_neocu() -> AsyncIterator[str]:
    """Serve a Neocu that shouts: its refusals and its reasons are all mentions and styles."""

    async def generate(request: web.Request) -> web.Response:
        if "refuse" in (await request.json())["query"]:
            return web.json_response({"error": LOUD}, status=400)
        return web.json_response({"task_id": "`<!channel>`@everyone"})

    async def task(_: web.Request) -> web.Response:
        return web.json_response({"task": {"status": "failed", "message": [LOUD]}, "asset": []})

    app = web.Application()
    app.add_routes([web.post("/v1/generate", generate), web.get("/v1/task/{id}", task)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


# What is not for us, or not from whom it claims to be


@pytest.mark.parametrize(
    "wrong",
    ["unsigned", "forged", "stale", "of another body", "no text", "odd time", "odd letters"],
)
async def test_what_slack_did_not_sign_is_refused(
    wrong: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Anybody can find the address; only Slack knows the signing secret."""
    async with bots_on(HTTP, folder=tmp_path) as house:
        body = json.dumps({"type": "event_callback", "event": {"text": "a secret plan"}}).encode()
        if wrong == "no text":
            body = b"\xff\xfe" + body
        headers = house.workspace.signed(body)
        match wrong:
            case "unsigned":
                del headers["X-Slack-Signature"]
            case "forged":
                headers["X-Slack-Signature"] = "v0=" + "0" * 64
            case "stale":
                headers["X-Slack-Request-Timestamp"] = str(int(time.time()) - 600)
            case "of another body":
                headers |= house.workspace.signed(b"{}")
            case "odd letters":
                headers["X-Slack-Signature"] = "v0=é"
            case "odd time":
                headers["X-Slack-Request-Timestamp"] = "yesterday"
        caplog.clear()
        status = await house.workspace.deliver_raw(body, headers)

        assert status == 401
        assert await house.noted() == 0
        [line] = [one.getMessage() for one in caplog.records if one.name == "core.inbox"]
        assert "secret plan" not in line


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b'{"text": "a secret plan"', "application/json"),
        (b'["a secret plan"]', "application/json"),
        (b"a secret plan", "application/x-www-form-urlencoded"),
        (b"payload=a+secret+plan", "application/x-www-form-urlencoded"),
        (b"", "text/plain"),
    ],
)
async def test_a_signed_body_that_is_nothing_is_refused(
    body: bytes, content_type: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Slack sends forms and JSON; what is neither did not come from it whole."""
    async with bots_on(HTTP, folder=tmp_path) as house:
        caplog.clear()
        status = await house.workspace.deliver_raw(body, house.workspace.signed(body, content_type))

        assert status == 400
        assert await house.noted() == 0
        [line] = [one.getMessage() for one in caplog.records if one.name == "core.inbox"]
        assert "secret plan" not in line


@everywhere
async def test_the_same_event_again_does_nothing(chat: str, tmp_path: Path) -> None:
    """Slack and Discord deliver again what they think we missed."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat()
        await ada.type("@neocu a lighthouse at dusk")
        await result(ada)
        lines = said(ada)
        if chat == DISCORD:
            said_first = next(e for e in house.guild.world.events if e.name == "MESSAGE_CREATE")
            house.guild.replay(said_first)
        else:
            again = [house.workspace.redeliver(one) for one in house.workspace.deliveries[:2]]
            await ada.journal.until(lambda: all(one.acknowledged for one in again))
        await ada.type("/neocu help")
        await told(ada, HELP)

        assert len(said(ada)) == len(lines) + 1
        assert await house.noted() == 2
        assert house.posts == 1


@everywhere
async def test_bots_and_joins_are_ignored(chat: str, tmp_path: Path) -> None:
    """Two bots that answer one another would never end."""
    async with bots_on(chat, folder=tmp_path) as house:
        place: Any = house.guild if chat == DISCORD else house.workspace
        if chat == DISCORD:
            robot = house.guild.world.add_user("robot", bot=True)
        else:
            robot = house.workspace.add_person("robot", is_bot=True)
            await house.workspace.join(robot, "general")
        await place.say(robot, "general", "@neocu a lighthouse, says a robot")
        ada = house.seat()
        await ada.type("/neocu help")
        line = await told(ada, HELP)

        assert said(ada) == [line]
        assert await house.noted() == 1


@pytest.mark.parametrize("chat", [HTTP, SOCKET])
async def test_slacks_edits_may_call_the_bot_once(chat: str, tmp_path: Path) -> None:
    """Slack tells of a mention that an edit adds; of further edits nothing comes."""
    async with bots_on(chat, folder=tmp_path) as house:
        typo = await house.workspace.say("ada", "general", "a lighthouse without a mention")
        await house.workspace.edit("ada", typo, "@neocu a lighthouse with a mention")
        ada = house.seat()
        await result(ada)
        await house.workspace.edit("ada", typo, "@neocu a lighthouse with two mentions, @neocu")
        await ada.type("/neocu help")
        await told(ada, HELP)

        assert [task.query for task in house.sandbox.generated] == ["a lighthouse with a mention"]
        assert await house.noted() == 2


async def test_discords_edits_are_ignored(tmp_path: Path) -> None:
    """Discord's own bots don't listen to them either."""
    async with bots_on(DISCORD, folder=tmp_path) as house:
        typo = await house.guild.say("ada", "general", "a lighthouse without a mention")
        await house.guild.edit("ada", typo, "@neocu a lighthouse with a mention")
        await house.guild.delete("ada", typo)
        ada = house.seat()
        await ada.type("/neocu help")
        await told(ada, HELP)

        assert await house.noted() == 1


@both
async def test_people_who_talk_to_each_other_are_left_alone(chat: str, tmp_path: Path) -> None:
    """Also in a thread that the bot is in."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada, ben = house.seat("ada"), house.seat("ben")
        await ada.type("@neocu a lighthouse at dusk")
        line = await result(ada)
        await ben.type("how beautiful", thread=line.thread)
        await ben.type("@ada what do you think?")
        await ada.type("/neocu help")
        await told(ada, HELP)

        assert await house.noted() == 2
