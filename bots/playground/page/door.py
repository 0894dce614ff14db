"""Who may come in: the browser of whoever started the demo, and no other web page.

A page of some other site can make a browser call 127.0.0.1. It can't know the token, the Host
check stops names that were made to point here, and the Origin check stops forms of other ports.
"""

import secrets
from http import HTTPStatus

from aiohttp import web
from aiohttp.typedefs import Handler

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
READING = ("GET", "HEAD")
STRANGER = "This page is for the browser that `make demo` opened: use the address that it printed."


class Door:
    """Lets in who comes to our own address with the token; it is a cookie after the first time."""

    def __init__(self) -> None:
        self.token = secrets.token_urlsafe(16)
        self.port = 0

    @property
    def _names(self) -> set[str]:
        return {f"127.0.0.1:{self.port}", f"localhost:{self.port}"}

    @property
    def _cookie(self) -> str:
        # Cookies don't know ports, and two demos may run at a time.
        return f"neocu_playground_{self.port}"

    @web.middleware
    async def check(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer 403 to strangers."""
        origin = request.headers.get("Origin", "")
        here = request.host in self._names
        ours = request.method in READING or origin.removeprefix("http://") in self._names
        token = request.query.get("token") if request.path == "/" else None
        shown = token or request.cookies.get(self._cookie, "")
        if not here or not ours or not secrets.compare_digest(shown.encode(), self.token.encode()):
            return web.Response(status=HTTPStatus.FORBIDDEN, text=STRANGER)
        response = await handler(request)
        if token:
            response.set_cookie(self._cookie, token, httponly=True, samesite="Strict")
        return response

    async def dress(self, _: web.Request, response: web.StreamResponse) -> None:
        """Put the headers on every answer that has none of its own."""
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
