"""Whether Slack can be worked with: tokens, scopes, the way in, the alert channel."""

from collections.abc import AsyncIterator, Iterator

from pydantic import SecretStr
from slack_sdk.web.async_client import AsyncWebClient

from bots.doctor.clock import check_clock
from bots.doctor.finding import Finding, note, ok, wrong
from bots.doctor.slack_client_check import check_client
from bots.setup.slack_manifest import line_of_scope
from bots.slack import SlackSettings
from bots.slack.calls import TOKEN_REFUSED, answered, map_slack_errors
from bots.slack.scopes import AGENT_SCOPES, NEEDED_SCOPES, OPTIONAL_SCOPES
from core.conversation import ConversationError, TryLaterError

AREA = "Slack"
SECONDS = 10
APPS = "api.slack.com/apps"
KINDS = {"xoxb-": "a bot token", "xoxp-": "a user token", "xapp-": "an app-level token"}
WHERE = {
    "slack_bot_token": f"the Bot User OAuth Token (xoxb-…), {APPS} under OAuth & Permissions",
    "slack_app_token": f"an App-Level Token (xapp-…), {APPS} under Basic Information",
    "slack_signing_secret": f"the Signing Secret, {APPS} under Basic Information",
    "slack_client_secret": f"the Client Secret, {APPS} under Basic Information",
}
EXPECTED = {
    "slack_bot_token": "xoxb-",
    "slack_app_token": "xapp-",
    "slack_signing_secret": "",
    "slack_client_secret": "",
}


def check_kinds(settings: SlackSettings) -> Iterator[Finding]:
    """Find keys that stand in each other's place."""
    for name, expected in EXPECTED.items():
        value: SecretStr | None = getattr(settings, name)
        kind = _kind(value.get_secret_value()) if value else ""
        if kind and kind != expected:
            yield wrong(AREA, f"{name.upper()} holds {KINDS[kind]}.", f"Put there {WHERE[name]}.")


def _kind(secret: str) -> str:
    return next((kind for kind in KINDS if secret.startswith(kind)), "")


async def check_slack(settings: SlackSettings) -> AsyncIterator[Finding]:
    """Ask Slack who we are and what we may do, and say what that shows."""
    swapped = list(check_kinds(settings))
    for finding in swapped:
        yield finding
    if any("BOT_TOKEN" in finding.text for finding in swapped):
        return
    token = settings.slack_bot_token
    client = AsyncWebClient(
        token.get_secret_value() if token else None,
        base_url=settings.slack_api_url + "/",
        timeout=SECONDS,
        retry_handlers=[],
    )
    if settings.by_button:
        yield await check_client(settings, client)
        async for finding in _check_way_in(settings, client):
            yield finding
        return
    try:
        with map_slack_errors():
            me = await client.auth_test()
    except ConversationError as error:
        yield _not_reached(error)
        return
    yield ok(AREA, f"The token works: @{me.get('user')} in {me.get('team')}.")
    for finding in check_clock(AREA, me.headers.get("Date")):
        yield finding
    for finding in check_scopes(me.headers.get("x-oauth-scopes", "")):
        yield finding
    async for finding in _check_way_in(settings, client):
        yield finding
    async for finding in _check_alert_channel(settings, client):
        yield finding


def _not_reached(error: ConversationError) -> Finding:
    if str(error) in TOKEN_REFUSED:
        return wrong(
            AREA,
            f"SLACK_BOT_TOKEN was refused ({error}).",
            f"Install the app anew and copy {WHERE['slack_bot_token']}.",
        )
    return wrong(
        AREA,
        f"Slack can't be reached ({error}).",
        "Check whether this machine may reach slack.com, and SLACK_API_URL if you have set it.",
    )


def check_scopes(header: str) -> Iterator[Finding]:
    """Compare the scopes that the token has with what the manifest asks for."""
    granted = set(header.replace(" ", "").split(","))
    for scope, purpose in NEEDED_SCOPES.items():
        if scope not in granted:
            yield wrong(AREA, f"The scope {scope} is missing: {purpose}.", _add(scope))
    for scope, purpose in OPTIONAL_SCOPES.items():
        if scope not in granted:
            yield note(AREA, f"The scope {scope} is missing: {purpose}.", _add(scope))
    if granted >= NEEDED_SCOPES.keys() | OPTIONAL_SCOPES.keys():
        yield ok(AREA, "All scopes are granted.")
    if granted >= AGENT_SCOPES.keys():
        yield ok(AREA, "The agent view is on: guests can't use it, and see no suggested prompts.")
    else:
        yield note(
            AREA,
            "The agent view is off: no suggested prompts in the Messages tab.",
            "If you want it, `neocu-bots setup slack --agent` prints a manifest with it.",
        )


def _add(scope: str) -> str:
    return (
        f"Add it (line {line_of_scope(scope)} of the manifest that `neocu-bots setup slack` "
        f"writes) at {APPS} under App Manifest, then reinstall the app."
    )


async def _check_way_in(settings: SlackSettings, client: AsyncWebClient) -> AsyncIterator[Finding]:
    """Try Socket Mode; whether Slack reaches a public address, only Slack can tell."""
    if settings.slack_app_token is None:
        yield ok(AREA, "Over HTTP, with a signing secret.")
        yield note(
            AREA,
            "Whether Slack reaches you, only Slack can tell.",
            f"With the bots running, press Retry at {APPS} under Event Subscriptions; "
            "Slack then checks the address and the secret.",
        )
        return
    try:
        with map_slack_errors():
            token = settings.slack_app_token.get_secret_value()
            answered(await client.apps_connections_open(app_token=token))
    except TryLaterError as error:
        if str(error) not in TOKEN_REFUSED | {"missing_scope"}:
            yield wrong(AREA, f"Socket Mode can't be reached ({error}).", "Try again in a minute.")
            return
        yield _app_token_refused(error)
    except ConversationError as error:
        yield _app_token_refused(error)
    else:
        yield ok(AREA, "Socket Mode works.")


def _app_token_refused(error: ConversationError) -> Finding:
    return wrong(
        AREA,
        f"SLACK_APP_TOKEN was refused ({error}).",
        f"Generate {WHERE['slack_app_token']}, with the scope connections:write, and switch "
        "Socket Mode on.",
    )


async def _check_alert_channel(
    settings: SlackSettings, client: AsyncWebClient
) -> AsyncIterator[Finding]:
    """Look into the alert channel: only members may."""
    channel = settings.slack_alert_channel
    if not channel:
        yield note(
            AREA,
            "No channel hears of low compute unless somebody has asked there.",
            "Set SLACK_ALERT_CHANNEL to a channel's ID, and invite the bot there.",
        )
        return
    try:
        with map_slack_errors():
            await client.conversations_history(channel=channel, limit=1)
    except ConversationError as error:
        match str(error):
            case "channel_not_found":
                remedy = "Use the channel's ID (C…). If it is private, /invite @neocu there first."
            case "not_in_channel":
                remedy = "Say /invite @neocu in that channel."
            case code:
                remedy = f"Slack says {code}: see docs.slack.dev/reference/methods."
        yield wrong(AREA, f"The bot can't speak in SLACK_ALERT_CHANNEL ({error}).", remedy)
    else:
        yield ok(AREA, "The bot is in the alert channel.")
