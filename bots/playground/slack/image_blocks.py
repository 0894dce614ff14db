"""What Slack checks of the pictures in blocks before it takes a message.

https://docs.slack.dev/reference/block-kit/blocks/image-block
"""

import aiohttp

from bots.playground.slack.payloads import file_json
from bots.playground.slack.state import File, Json
from bots.playground.slack.team import Team

# png, jpg and gif only
MAGIC = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a")
MAX_MAGIC_BYTES = 8
FETCH_TIMEOUT = aiohttp.ClientTimeout(total=2)
ADDRESSES = ("url_private", "url_private_download", "permalink")


async def image_problems(
    team: Team, session: aiohttp.ClientSession, blocks: list[Json]
) -> list[str]:
    """Return Slack's complaint for every picture that it can't show.

    A file that Slack hasn't processed yet costs the whole message:
    https://github.com/slackapi/java-slack-sdk/issues/1349,
    https://github.com/slackapi/bolt-python/issues/1251
    """
    found = []
    for at, picture in _pictures(blocks):
        if "slack_file" in picture:
            file = _file(team, picture["slack_file"])
            if file is None or not _displayable(team, file):
                found.append(f"invalid slack file [json-pointer:{at}/slack_file]")
        elif not await _can_be_fetched(session, str(picture["image_url"])):
            found.append(f"downloading image failed [json-pointer:{at}/image_url]")
    return found


def image_files(team: Team, blocks: list[Json]) -> set[str]:
    """Return the IDs of the files that blocks show as pictures."""
    references = [picture.get("slack_file") for _, picture in _pictures(blocks)]
    files = [_file(team, reference) for reference in references if reference]
    return {file.id for file in files if file}


def _pictures(blocks: list[Json]) -> list[tuple[str, Json]]:
    places = []
    for number, block in enumerate(blocks):
        at = f"/blocks/{number}"
        places.append((at, block))
        places.append((f"{at}/accessory", block.get("accessory", {})))
        if block["type"] == "context":
            places += [(f"{at}/elements/{n}", e) for n, e in enumerate(block["elements"])]
    return [(at, part) for at, part in places if part.get("type") == "image"]


def _file(team: Team, reference: Json) -> File | None:
    """Return the file that a slack_file object names, by ID or by one of its addresses.

    https://docs.slack.dev/reference/block-kit/composition-objects/slack-file-object
    """
    if file := team.files.get(str(reference.get("id"))):
        return file
    url = reference.get("url")
    for file in team.files.values():
        shown = file_json(team, file)
        if url and url in [shown[name] for name in ADDRESSES]:
            return file
    return None


def _displayable(team: Team, file: File) -> bool:
    """Tell whether the file is processed, a picture, and one that the bot has access to."""
    return team.bot_sees(file) and file.processed and file.content.startswith(MAGIC)


async def _can_be_fetched(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(url, timeout=FETCH_TIMEOUT) as answer:
            start = await answer.content.read(MAX_MAGIC_BYTES)
            return answer.ok and start.startswith(MAGIC)
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return False
