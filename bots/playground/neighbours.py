"""The other ones on the stage: a second Slack workspace and a second Discord server.

The bot is in neither until somebody there adds it.
"""

from contextlib import AsyncExitStack

from bots.playground.discord import Guild
from bots.playground.slack import Workspace
from core.workspaces.secrets import new_key

ANYBODY = "*"


class Neighbours:
    """A workspace beside the first, and a server of another owner's."""

    def __init__(self, workspace: Workspace, guild: Guild) -> None:
        self.acme = Workspace(beside=workspace, domain="acme")
        self._first = workspace
        self._guild = guild
        self._key = new_key()

    async def open(self, stack: AsyncExitStack, bots_url: str) -> None:
        """Open the workspace, and let any install the app from the bots' own page."""
        await stack.enter_async_context(self.acme)
        self._install_url = f"{bots_url}/slack/install"
        self._first.app.redirect_urls = [f"{bots_url}/slack/oauth_redirect"]
        self._first.server.grants.revoke(self._first.team_id)
        self._guild.add_person("zoe")
        self.server = self._guild.add_guild(
            name="Neighbours", owner="zoe", members=["ada", "ben"], with_bot=False
        )
        self._guild.add_channel("lobby", guild_id=self.server)

    @property
    def links(self) -> dict[str, str]:
        """Where somebody adds the app, by platform."""
        return {"slack": self._install_url, "discord": self._guild.invite_url}

    @property
    def environment(self) -> dict[str, str]:
        """The settings that let workspaces install the bots, in place of a token."""
        app = self._first.app
        return {
            "SLACK_CLIENT_ID": app.client_id,
            "SLACK_CLIENT_SECRET": app.client_secret,
            "SLACK_SIGNING_SECRET": app.signing_secret,
            "ENCRYPTION_KEYS": self._key,
            "ALLOWED_WORKSPACES": ANYBODY,
        }

    async def settle(self) -> None:
        """Have the first workspace install the bots, as soon as they run, unless it has them."""
        if not self._first.desk.team.installed:
            await self._first.add_to_slack("ada", self._install_url)
            self._first.invite("general")
