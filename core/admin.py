"""The operator's page: who is here, what they spend, what fails and what waits. It changes nothing.

It is off until ADMIN_TOKEN is set, which is its password, with any name. It is for this machine
alone unless ADMIN_REMOTE is set: then let a proxy speak TLS.
"""

import base64
import binascii
import hmac
from collections.abc import Sequence
from html import escape
from ipaddress import ip_address

from aiohttp import web
from pydantic import SecretStr

from core.ledger import Ledger, LedgerError
from core.ledger.overview import Use

MAX_LISTED = 200
# What a proxy adds: whoever asks is not on this machine then.
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-Ip")
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
STYLE = """body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem}
table{border-collapse:collapse;width:100%}td,th{padding:.3rem .6rem;text-align:left}
tr+tr{border-top:1px solid #8884}.n{text-align:right;font-variant-numeric:tabular-nums}
svg{width:100%;height:6rem;fill:#4a7}caption{text-align:left;font-weight:600;padding:.5rem 0}"""


class AdminPage:
    """The page. `remote`: also for other machines."""

    def __init__(self, ledger: Ledger, token: SecretStr, *, remote: bool) -> None:
        self._ledger = ledger
        self._token = token
        self._remote = remote

    def routes(self) -> list[web.RouteDef]:
        """Return its one route."""
        return [web.get("/admin", self.show)]

    async def show(self, request: web.Request) -> web.Response:
        """Answer the page; 404 to other machines, 401 without the token."""
        if not self._remote and not _is_local(request):
            return web.Response(status=404)
        if not self._may_see(request):
            ask = {"WWW-Authenticate": 'Basic realm="neocu-bots", charset="UTF-8"'}
            return web.Response(status=401, headers=HEADERS | ask, text="The token is needed.\n")
        try:
            workspaces = await self._ledger.overview.workspaces(MAX_LISTED)
            days = await self._ledger.overview.credits_by_day()
        except LedgerError:
            return web.Response(status=503, headers=HEADERS, text="The ledger can't be read.\n")
        text = page(workspaces, days)
        return web.Response(text=text, content_type="text/html", headers=HEADERS)

    def _may_see(self, request: web.Request) -> bool:
        kind, _, value = request.headers.get("Authorization", "").partition(" ")
        try:
            given = base64.b64decode(value).partition(b":")[2] if kind == "Basic" else b""
        except (binascii.Error, ValueError):
            return False
        if kind == "Bearer":
            given = value.encode()
        return hmac.compare_digest(given, self._token.get_secret_value().encode())


def _is_local(request: web.Request) -> bool:
    if any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ip_address(request.remote or "").is_loopback
    except ValueError:
        return False


def page(workspaces: Sequence[Use], days: Sequence[float]) -> str:
    """Return the page; names are other people's words, and stay words."""
    waiting, failed = sum(one.waiting for one in workspaces), sum(one.failed for one in workspaces)
    rows = "".join(map(_row, workspaces)) or '<tr><td colspan="8">Nobody yet.</td></tr>'
    return f"""<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Neocu bots</title><style>{STYLE}</style>
<h1>Neocu bots</h1>
<p>{len(workspaces)} workspaces · {sum(days):,.0f} credits in 30 days · {days[-1]:,.0f} today ·
{waiting} requests waiting · {failed} failed in 24 hours</p>
{_chart(days)}
<table><caption>Workspaces, in 30 days</caption>
<tr><th>Chat<th>ID<th>Name<th>State<th>Pays<th class="n">Requests<th class="n">Credits
<th class="n">Failed, 24 h<th class="n">Waiting</tr>{rows}</table></html>"""


def _row(one: Use) -> str:
    words = (one.platform, one.id, one.name, one.presence or "let in")
    pays = "itself" if one.account else "operator"
    numbers = (one.requests, round(one.credits), one.failed, one.waiting)
    cells = [f"<td>{escape(word)}" for word in (*words, pays)]
    cells += [f'<td class="n">{number:,}' for number in numbers]
    return f"<tr>{''.join(cells)}</tr>"


def _chart(days: Sequence[float]) -> str:
    most = max(days, default=0.0) or 1.0
    bars = "".join(
        f'<rect x="{number}" y="{100 - 100 * credits / most:.1f}" width=".8" '
        f'height="{100 * credits / most:.1f}"><title>{credits:,.0f} credits, '
        f"{len(days) - 1 - number} days ago</title></rect>"
        for number, credits in enumerate(days)
    )
    box = f'viewBox="0 0 {len(days)} 100" preserveAspectRatio="none"'
    return f'<svg {box} role="img" aria-label="Credits by day">{bars}</svg>'
