"""Attachments that can't be used: named, refused in words, and nothing spent."""

import json
from dataclasses import replace
from pathlib import Path

from house import DISCORD, HELP, HTTP, both, bots_on, told

from bots.playground.seats import File
from core import wording
from core.conversation import Reply
from core.files.download import FetchError, ForbiddenHostError, NotAFileError, TooLargeError
from core.intent import MAX_QUERY_LENGTH, QueryTooLongError
from core.neocu.uploads import UploadError

PICTURE: File = ("cat.png", b"\x89PNG and so on", "image/png")


def refused(reason: FetchError | None) -> Reply:
    """Return what is said of the picture, and why it can't be used."""
    return wording.bad_attachment(UploadError("cat.png", reason))


@both
async def test_without_an_upload_the_person_hears_what_to_do(chat: str, tmp_path: Path) -> None:
    """Neocu documents no upload, so there may be none."""
    async with bots_on(chat, folder=tmp_path, neocu_upload_url=None) as house:
        ada = house.seat()
        await ada.type("@neocu put it into the picture", files=[PICTURE])
        await told(ada, refused(None))

        assert house.posts == 0


@both
async def test_an_attachment_over_the_cap_is_refused(chat: str, tmp_path: Path) -> None:
    """It isn't even fetched."""
    async with bots_on(chat, folder=tmp_path, attachment_limit=10) as house:
        ada = house.seat()
        await ada.type("@neocu put it into the picture", files=[PICTURE])
        await told(ada, refused(TooLargeError(10)))

        assert house.posts == 0


async def test_slacks_login_page_is_no_file(tmp_path: Path) -> None:
    """An app without files:read gets a web page, with status 200."""
    async with bots_on(HTTP, folder=tmp_path) as house:
        house.workspace.rules.scopes.discard("files:read")
        ada = house.seat()
        await ada.type("@neocu put it into the picture", files=[PICTURE])
        await told(ada, refused(NotAFileError()))

        assert house.posts == 0


async def test_a_web_page_is_no_file(tmp_path: Path) -> None:
    """Whatever it calls itself."""
    async with bots_on(DISCORD, folder=tmp_path) as house:
        ada = house.seat()
        page = ("cat.png", b"<!DOCTYPE html><title>Sign in</title>", "image/png")
        await ada.type("@neocu put it into the picture", files=[page])
        await told(ada, refused(NotAFileError()))

        assert house.posts == 0


async def test_slack_files_come_from_slack_only(tmp_path: Path) -> None:
    """The bot's token goes along with the fetching, so nobody else may name the address."""
    async with bots_on(HTTP, folder=tmp_path) as house:
        ada, workspace = house.seat(), house.workspace
        workspace.rules.events.clear()
        await ada.type("@neocu put it into the picture", files=[PICTURE])
        workspace.rules.events.add("app_mention")
        await ada.type("@neocu help")
        await told(ada, HELP)
        payload = json.loads(json.dumps(workspace.deliveries[-1].payload))
        message = workspace.channel("general").messages[0]
        elsewhere = {"id": "F1", "name": "cat.png", "url_private_download": "https://evil.test/x"}
        payload["event"] |= {"ts": message.ts, "text": message.text, "files": [elsewhere]}
        body = json.dumps(payload).encode()

        assert await workspace.deliver_raw(body, workspace.signed(body)) == 200
        await told(ada, refused(ForbiddenHostError()))
        assert house.posts == 0


async def test_discord_files_come_from_discord_only(tmp_path: Path) -> None:
    """An address of anybody else's would be a way into our own network."""
    async with bots_on(DISCORD, folder=tmp_path) as house:
        ada, guild = house.seat(), house.guild
        silent = await guild.say("ada", "general", "put it into the picture", files=[PICTURE])
        event = guild.newest("MESSAGE_CREATE")
        mentioned = {"id": str(guild.bot.id), "username": "neocu", "discriminator": "0"}
        data = event.data | {
            "content": f"<@{guild.bot.id}> {silent.content}",
            "mentions": [mentioned],
            "attachments": [event.data["attachments"][0] | {"url": "https://evil.test/cat.png"}],
        }
        silent.content, silent.mentions = data["content"], [guild.bot]
        guild.replay(replace(event, data=data))
        await told(ada, refused(ForbiddenHostError()))

        assert house.posts == 0


async def test_what_is_refused_anyway_hands_no_file_over(tmp_path: Path) -> None:
    """A file at Neocu costs something, too, and is somebody's."""
    async with bots_on(HTTP, folder=tmp_path) as house:
        ada = house.seat()
        await ada.type(f"@neocu {'x' * (MAX_QUERY_LENGTH + 1)}", files=[PICTURE])
        await told(ada, wording.bad_input(QueryTooLongError(MAX_QUERY_LENGTH + 1)))

        assert house.posts == 0
        assert not house.sandbox.files
