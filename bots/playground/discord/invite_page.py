"""The page by which somebody adds the app to a server of theirs.

https://docs.discord.com/developers/topics/oauth2#bot-authorization-flow
"""

import html
from http import HTTPStatus

from aiohttp import web

from bots.playground.discord.place import Place

PATH = "/oauth2/authorize"


class InvitePage:
    """Offers the servers that people may add an app to, and adds it."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def routes(self) -> list[web.RouteDef]:
        """Return the page's routes."""
        return [web.get(PATH, self.page), web.post(PATH, self.decide)]

    async def page(self, request: web.Request) -> web.Response:
        """Show the servers: in each it is its owner who has Manage Server."""
        world = self._place.world
        if request.query.get("client_id") != str(world.bot.id):
            return web.Response(status=HTTPStatus.BAD_REQUEST, text="Unknown Application")
        choices = "".join(
            f"<option value={home.id}>{html.escape(home.name)} (as {home.owner.name})</option>"
            for home in world.guilds.values()
        )
        scope = html.escape(request.query.get("scope", "bot"))
        page = (
            "<!DOCTYPE html><html lang=en><title>Discord | Add an app</title>"
            f"<h1>Neocu wants to come into a server</h1><form method=post>"
            f"<input type=hidden name=scope value='{scope}'>"
            f"<label>Add to server <select name=guild>{choices}</select></label> "
            "<button>Authorize</button></form></html>"
        )
        return web.Response(text=page, content_type="text/html")

    async def decide(self, request: web.Request) -> web.Response:
        """Add the bot to the server that was chosen."""
        form = await request.post()
        home = self._place.world.guilds.get(int(str(form["guild"])))
        if home is None:
            raise web.HTTPNotFound
        if "bot" in str(form.get("scope", "bot")).split() and not home.with_bot:
            self._place.invite_bot(home.id)
        return web.Response(text=f"Success! Neocu is in {home.name}.")
