"""The steps that only a person can do: which page, which button, what to copy."""

from typing import Any

from bots.setup.discord_invite import invite_link
from bots.setup.slack_manifest import create_link

SLACK_LAST = "In a channel, say /invite @neocu and then /neocu a lighthouse at dusk."
DISCORD_LAST = "In a channel, say /neocu query: a lighthouse at dusk."

CREATE_SLACK = """Open this link, pick your workspace, press Next and Create:

{link}

(Or: https://api.slack.com/apps > Create New App > From a manifest > JSON, and paste {file}.)"""
INSTALL_SLACK = """Install App > Install to Workspace > Allow.
Copy the Bot User OAuth Token (xoxb-…): it is SLACK_BOT_TOKEN."""
SOCKET_MODE = """Basic Information > App-Level Tokens > Generate Token and Scopes:
any name, Add Scope connections:write, Generate. Copy the token (xapp-…): it is SLACK_APP_TOKEN."""
OVER_HTTP = """Basic Information > App Credentials: copy the Signing Secret.
It is SLACK_SIGNING_SECRET."""
DISTRIBUTE = """Basic Information > App Credentials: copy the Client ID, the Client Secret and the
Signing Secret: they are SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and SLACK_SIGNING_SECRET.
Manage Distribution > Activate Public Distribution opens the app to other workspaces."""
INSTALL_PAGE = """When the bots run, each workspace installs them at {site}/slack/install."""
VERIFY = """When the bots run: Event Subscriptions > Retry beside the Request URL.
Slack then checks the address and the secret."""

CREATE_DISCORD = """https://discord.com/developers/applications > New Application:
name it Neocu, press Create."""
RESET = """Bot > Reset Token: copy the token. It is DISCORD_TOKEN.
Leave all three Privileged Gateway Intents off."""
PUBLIC_BOT = (
    """To keep it to yourself: Installation > Install Link: None, then Bot > Public Bot: off."""
)
INVITE = """Open this link, choose your server, press Authorize:

{link}"""
FILL_IN = "\n\n(Put the Application ID from General Information in place of YOUR-APPLICATION-ID.)"


def slack_steps(manifest: dict[str, Any], file: str) -> list[str]:
    """Return how to make the app in Slack, until there are values for .env."""
    create = CREATE_SLACK.format(link=create_link(manifest), file=file)
    for back in manifest["oauth_config"].get("redirect_urls", ()):
        site = back.rpartition("/slack/")[0]
        return [create, DISTRIBUTE, VERIFY, INSTALL_PAGE.format(site=site)]
    if manifest["settings"]["socket_mode_enabled"]:
        return [create, INSTALL_SLACK, SOCKET_MODE]
    return [create, INSTALL_SLACK, OVER_HTTP, VERIFY]


def discord_steps(application_id: str) -> list[str]:
    """Return how to make the app in Discord, until there are values for .env."""
    invite = INVITE.format(link=invite_link(application_id or "YOUR-APPLICATION-ID"))
    if not application_id:
        invite += FILL_IN
    return [CREATE_DISCORD, RESET, PUBLIC_BOT, invite]
