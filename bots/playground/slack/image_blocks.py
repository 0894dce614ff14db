"""Slack's look at an image block's picture before it takes the message."""

import aiohttp

from bots.playground.slack.state import Json
from bots.playground.slack.team import Team

MAGIC = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a")
LONGEST_MAGIC = 8
PATIENCE = aiohttp.ClientTimeout(total=2)


async def picture_problems(
    team: Team, session: aiohttp.ClientSession, blocks: list[Json]
) -> list[str]:
    """Return Slack's complaint for every picture that it can't show: png, jpg and gif only."""
    found = []
    for at, picture in _pictures(blocks):
        if "slack_file" in picture:
            if not _is_shown_file(team, picture["slack_file"]):
                found.append(f"invalid slack file [json-pointer:{at}/slack_file]")
        elif not await _can_be_fetched(session, str(picture["image_url"])):
            found.append(f"downloading image failed [json-pointer:{at}/image_url]")
    return found


def _pictures(blocks: list[Json]) -> list[tuple[str, Json]]:
    places = []
    for number, block in enumerate(blocks):
        at = f"/blocks/{number}"
        places.append((at, block))
        places.append((f"{at}/accessory", block.get("accessory", {})))
        if block["type"] == "context":
            places += [(f"{at}/elements/{n}", e) for n, e in enumerate(block["elements"])]
    return [(at, part) for at, part in places if part.get("type") == "image"]


def _is_shown_file(team: Team, reference: Json) -> bool:
    for file in team.files.values():
        urls = (file.url, file.url.replace("/download/", "/"))
        if file.id == reference.get("id") or reference.get("url") in urls:
            return file.ready and file.content.startswith(MAGIC)
    return False


async def _can_be_fetched(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(url, timeout=PATIENCE) as answer:
            start = await answer.content.read(LONGEST_MAGIC)
            return answer.ok and start.startswith(MAGIC)
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return False
