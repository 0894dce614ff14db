"""Files of the workspace, the guild and Neocu, from the page's own address."""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus

from aiohttp import web

from bots.playground.neocu import rendering
from bots.playground.neocu.media_files import THUMBNAIL_NAME, Asset
from bots.playground.page.tab import Tab
from bots.playground.stage import Stage

# What people upload must not become a page of ours.
NO_PAGE = {"Content-Security-Policy": "sandbox; default-src 'none'"}
DISPLAYABLE_TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp", "audio/", "video/")


class FileRoutes:
    """Serves files by where they are kept."""

    def __init__(self, stage: Stage, keepers: Mapping[str, Tab]) -> None:
        self._stage, self._keepers = stage, keepers

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [
            web.get("/media/neocu/{id}/{name}", self._result),
            # Discord's own addresses name the channel too.
            web.get(r"/media/{keeper}/{id:\w+}/{name}", self._kept),
            web.get(r"/media/{keeper}/{channel}/{id:\w+}/{name}", self._kept),
        ]

    @staticmethod
    def links(stage: Stage) -> dict[str, str]:
        """Return what the servers' addresses of files are on the page."""
        return {
            f"{stage.sandbox.url}/files/": "/media/neocu/",
            f"{stage.guild.world.base_url}/attachments/": "/media/discord/",
        }

    async def _kept(self, request: web.Request) -> web.Response:
        try:
            keeper = self._keepers[request.match_info["keeper"]]
            content, kind = keeper.file(request.match_info["id"])
        except (LookupError, ValueError):
            return web.Response(status=HTTPStatus.NOT_FOUND, text="There is no such file.")
        return _served(content, kind)

    async def _result(self, request: web.Request) -> web.Response:
        asset = self._stage.sandbox.files.get(request.match_info["id"])
        if not isinstance(asset, Asset) or asset.broken:
            return web.Response(status=HTTPStatus.NOT_FOUND, text="There is no such file.")
        if request.match_info["name"] == THUMBNAIL_NAME:
            return _served(await asyncio.to_thread(rendering.thumbnail, asset), "image/png")
        return _served(await asyncio.to_thread(rendering.render, asset), asset.content_type)


def _served(content: bytes, kind: str) -> web.Response:
    headers = {**NO_PAGE, "Content-Type": kind, "Cache-Control": "private, max-age=3600"}
    if not kind.startswith(DISPLAYABLE_TYPES):
        headers["Content-Disposition"] = "attachment"
    return web.Response(body=content, headers=headers)
