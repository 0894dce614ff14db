"""The way in over HTTP: what Slack signed reaches Bolt, and nothing else."""

import json
from collections.abc import Callable, Mapping
from urllib.parse import parse_qs

from aiohttp import web
from pydantic import SecretStr
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier


class SignedRequests:
    """Hands signed requests to Bolt, as soon as it is `ready`."""

    def __init__(
        self,
        app: AsyncApp,
        secret: SecretStr | None,
        ready: Callable[[], bool],
        refused: Callable[[str], None],
    ) -> None:
        self._app = app
        self._secret = secret
        self._ready = ready
        self._refused = refused

    async def receive(self, request: web.Request) -> web.Response:
        """Let in only what Slack signed.

        https://docs.slack.dev/authentication/verifying-requests-from-slack/
        """
        body = await request.read()
        if not self._signed(body, request.headers):
            return self._refuse("signature", 401)
        if not self._ready():
            return web.Response(status=503, headers={"Retry-After": "1"})
        if not _readable(body, request.content_type):
            return self._refuse("unreadable", 400)
        answer = await self._app.async_dispatch(await to_bolt_request(request))
        return await to_aiohttp_response(answer)

    def _refuse(self, why: str, status: int) -> web.Response:
        self._refused(why)
        return web.Response(status=status)

    def _signed(self, body: bytes, headers: Mapping[str, str]) -> bool:
        try:
            return self._secret is not None and SignatureVerifier(
                self._secret.get_secret_value()
            ).is_valid_request(body, headers)
        except (TypeError, ValueError):  # a timestamp that is no number, odd letters
            return False


def _readable(body: bytes, content_type: str) -> bool:
    """Whether a body is a form or JSON, as Slack sends them."""
    try:
        text = body.decode()
        if content_type == "application/json":
            data = json.loads(text)
            return isinstance(data, dict) and isinstance(data.get("event", {}), dict)
        form = parse_qs(text, strict_parsing=True)
        return bool(form) and isinstance(json.loads(form.get("payload", ["{}"])[0]), dict)
    except (ValueError, RecursionError):
        return False
