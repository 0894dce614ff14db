"""Slack's listeners for the end: the app was taken out of a team, or its tokens were revoked."""

from typing import Any

from slack_bolt.async_app import AsyncApp

from bots.slack.many_installs import ManyInstalls

Json = dict[str, Any]


class Departures:
    """Forgets the teams that have taken the app out."""

    def __init__(self, installs: ManyInstalls) -> None:
        self._installs = installs

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt what we listen to; before the listener of all other events."""
        app.event("app_uninstalled")(self.on_uninstalled)
        app.event("tokens_revoked")(self.on_revoked)

    async def on_uninstalled(self, context: Json) -> None:
        """Forget who has uninstalled the app: a team, or an organization.

        https://docs.slack.dev/reference/events/app_uninstalled
        """
        for id_ in filter(None, (context.get("team_id"), context.get("enterprise_id"))):
            await self._installs.revoked(id_)

    async def on_revoked(self, event: Json, context: Json) -> None:
        """Forget whose bot token was revoked; we have no others.

        https://docs.slack.dev/reference/events/tokens_revoked
        """
        if event.get("tokens", {}).get("bot"):
            await self.on_uninstalled(context)
