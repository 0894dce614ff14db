"""The Socket Mode link: opened, watched, and built anew where it does not heal by itself.

slack_sdk keeps a used ticket after a failed handshake and tries it for ever; what helps is a new
handler with a new ticket: https://github.com/slackapi/python-slack-sdk/issues/1110
"""

import asyncio
import logging
from contextlib import suppress

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp

from bots.slack.calls import APP_TOKEN_REFUSED, answered, map_slack_errors
from core.backoff import backoff
from core.conversation import ConversationError, TryLaterError
from core.logs import Outage
from core.settings import SettingsError

log = logging.getLogger(__name__)

CHECKS_WHILE_HEALING = 30


class Link:
    """Receives what Slack sends over WebSockets. One per process."""

    def __init__(self, app: AsyncApp, token: str, description: str, heal_seconds: float) -> None:
        self._app = app
        self._token = token
        self._description = description
        self._heal_seconds = heal_seconds
        self._handler: AsyncSocketModeHandler | None = None
        self._outage = Outage(log, "Slack's Socket Mode")

    @property
    def connected(self) -> bool:
        """Whether events can arrive now."""
        session = self._handler.client.current_session if self._handler else None
        return session is not None and not session.closed

    async def run(self) -> None:
        """Stay connected until cancelled. Raises SettingsError where the app token is refused."""
        while True:
            ticket = await self._ticket()
            handler = AsyncSocketModeHandler(self._app, self._token)
            handler.client.wss_uri = ticket
            self._handler = handler
            connecting = asyncio.create_task(handler.client.connect())  # type: ignore[no-untyped-call]  # slack_sdk's
            try:
                await self._watch(handler)
            finally:
                connecting.cancel()
                with suppress(asyncio.CancelledError):
                    await connecting
                await handler.client.close()  # type: ignore[no-untyped-call]  # slack_sdk's
            log.warning("Slack's link is built anew: it was not connected for too long")

    async def _watch(self, handler: AsyncSocketModeHandler) -> None:
        """Return when the link has not been connected for a while."""
        pause, missed = self._heal_seconds / CHECKS_WHILE_HEALING, 0
        while missed < CHECKS_WHILE_HEALING:
            await asyncio.sleep(pause)
            missed = 0 if await handler.client.is_connected() else missed + 1

    async def _ticket(self) -> str:
        """Return a new address to connect to, as soon as Slack can be reached."""
        tries = 0
        while True:
            tries += 1
            try:
                with map_slack_errors():
                    opened = await self._app.client.apps_connections_open(app_token=self._token)
            except ConversationError as error:
                if str(error) in APP_TOKEN_REFUSED:
                    raise SettingsError(
                        f"SLACK_APP_TOKEN was refused by Slack ({error}): it is {self._description}"
                    ) from error
                self._outage.begin(error)
                seconds = error.seconds if isinstance(error, TryLaterError) else None
                await asyncio.sleep(seconds or backoff(tries))
            else:
                self._outage.end()
                return str(answered(opened)["url"])
