"""Whether workspaces can install the app by its button: is it us who exchange their codes?"""

from slack_sdk.web.async_client import AsyncWebClient

from bots.doctor.finding import Finding, ok, wrong
from bots.slack import SlackSettings
from bots.slack.calls import map_slack_errors
from core.conversation import ConversationError, UndeliverableError

AREA = "Slack"
WHERE = "api.slack.com/apps under Basic Information"
# What Slack has against the client, before it looks at a code.
# https://docs.slack.dev/reference/methods/oauth.v2.access#errors
REFUSED = {"invalid_client_id": "SLACK_CLIENT_ID", "bad_client_secret": "SLACK_CLIENT_SECRET"}


async def check_client(settings: SlackSettings, client: AsyncWebClient) -> Finding:
    """Offer Slack a code that nobody was given: only who we are matters."""
    secret = settings.slack_client_secret
    try:
        with map_slack_errors():
            await client.oauth_v2_access(
                client_id=settings.slack_client_id or "",
                client_secret=secret.get_secret_value() if secret else "",
                code="neocu-bots-doctor",
            )
    except UndeliverableError as error:
        if name := REFUSED.get(str(error)):
            return wrong(AREA, f"{name} was refused ({error}).", f"Copy it anew from {WHERE}.")
    except ConversationError as error:
        return wrong(
            AREA,
            f"Slack can't be reached ({error}).",
            "Check whether this machine may reach slack.com, and SLACK_API_URL if you have set it.",
        )
    return ok(AREA, "The client ID and secret work: workspaces install the bot at /slack/install.")
