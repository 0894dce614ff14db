"""Two workspaces of one local Slack, and how an app comes into them, driven by the real SDK."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from playground_slack_app import error_of, over_http, over_socket
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.oauth.installation_store import FileInstallationStore
from slack_sdk.oauth.state_store import FileOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

from bots.playground.slack import Workspace
from bots.playground.slack.visitor import AUTHORIZE, Visitor

BACK = "http://127.0.0.1:1/back"
Heard = list[tuple[dict[str, Any], dict[str, Any]]]


@pytest.fixture
async def lab() -> AsyncIterator[Workspace]:
    """The first workspace, which has the app."""
    async with Workspace() as workspace:
        workspace.app.redirect_urls = [BACK]
        yield workspace


@pytest.fixture
async def acme(lab: Workspace) -> AsyncIterator[Workspace]:
    """A second one, without it."""
    async with Workspace(beside=lab, domain="acme") as workspace:
        yield workspace


def client(workspace: Workspace, token: str = "") -> AsyncWebClient:
    """Return the real SDK with a token."""
    return AsyncWebClient(token or None, base_url=workspace.api_url, retry_handlers=[])


async def code_of(
    workspace: Workspace, *, org_wide: bool = False, scope: str = "chat:write"
) -> str:
    """Return the code that an agreement leads back with, where nobody listens."""
    asked = {"client_id": workspace.app.client_id, "scope": scope, "redirect_uri": BACK}
    url = URL(workspace.app.base_url).with_path(AUTHORIZE).with_query(asked | {"state": "s"})
    team, who = workspace.desk.team, workspace.person("ada")
    holder = team.enterprise_id if org_wide else team.id
    async with Visitor(workspace.app) as visitor:
        with pytest.raises(aiohttp.ClientConnectorError):
            await visitor.agree(await visitor.open(url), f"{holder}/{who.id}")
    return next(reversed(workspace.server.grants._codes))  # noqa: SLF001 (the address that nobody answers had it)


async def exchange(workspace: Workspace, **changed: Any) -> dict[str, Any]:
    """Return what oauth.v2.access answers the app."""
    app = workspace.app
    asked = {"client_id": app.client_id, "client_secret": app.client_secret, "redirect_uri": BACK}
    answer = await client(workspace).oauth_v2_access(**asked | changed)
    assert isinstance(answer.data, dict)
    return answer.data


async def test_a_token_decides_the_workspace(lab: Workspace, acme: Workspace) -> None:
    """What is done with one workspace's token is done there, and reaches nothing of the other."""
    granted = await exchange(acme, code=await code_of(acme))
    acme.invite("general")
    ours, theirs = client(lab, lab.bot_token), client(acme, granted["access_token"])

    await theirs.chat_postMessage(channel=acme.channel("general").id, text="hello, acme")

    assert (await ours.auth_test())["team_id"] == lab.team_id
    assert (await theirs.auth_test())["team_id"] == acme.team_id == granted["team"]["id"]
    assert [m.text for m in acme.seen_by("ada", "general")] == ["hello, acme"]
    assert not lab.seen_by("ada", "general")
    stray = ours.chat_postMessage(channel=acme.channel("general").id, text="stray")
    assert await error_of(stray) == "channel_not_found"


async def test_a_file_is_read_by_its_own_workspace_only(lab: Workspace, acme: Workspace) -> None:
    """Else one installation's token could read another company's files."""
    await exchange(acme, code=await code_of(acme, scope="files:read"))
    message = await lab.say("ada", "general", "look", files=[("a.txt", b"secret", "text/plain")])

    async def read(token: str) -> bytes:
        bearer = {"Authorization": f"Bearer {token}"}
        url, open_session = message.files[0].url, aiohttp.ClientSession
        async with open_session(headers=bearer) as session, session.get(url) as answer:
            return await answer.read()

    assert await read(lab.bot_token) == b"secret"
    assert b"secret" not in await read(acme.bot_token)


async def test_a_code_counts_once_and_for_its_address(acme: Workspace) -> None:
    """A stolen code, or one that was used, is worth nothing."""
    code = await code_of(acme)
    wrong = exchange(acme, code=await code_of(acme), redirect_uri=BACK + "/elsewhere")
    assert await error_of(wrong) == "bad_redirect_uri"

    await exchange(acme, code=code)

    assert await error_of(exchange(acme, code=code)) == "code_already_used"
    assert await error_of(exchange(acme, code="made-up")) == "invalid_code"
    secret = exchange(acme, code=await code_of(acme), client_secret="wrong")
    assert await error_of(secret) == "bad_client_secret"
    assert await error_of(exchange(acme, code="x", client_id="wrong")) == "invalid_client_id"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"client_id": "wrong"}, "Invalid client_id"),
        ({"redirect_uri": "https://evil.example/back"}, "redirect_uri did not match"),
        ({"scope": ""}, "Invalid permissions"),
    ],
)
async def test_slack_does_not_ask_for_what_is_no_install(
    lab: Workspace, changed: dict[str, str], told: str
) -> None:
    """Slack says so on its own page, and leads nowhere."""
    asked = {"client_id": lab.app.client_id, "scope": "chat:write", "redirect_uri": BACK}
    url = URL(lab.app.base_url).with_path(AUTHORIZE).with_query(asked | changed)

    async with Visitor(lab.app) as visitor:
        page = await visitor.open(url)

        assert told in page.text
        with pytest.raises(LookupError):
            await visitor.agree(page, f"{lab.team_id}/{lab.person('ada').id}")


async def test_tokens_that_rotate(acme: Workspace) -> None:
    """A refresh token counts once; the old token lasts until it expires.

    https://docs.slack.dev/authentication/using-token-rotation
    """
    acme.app.rotates_tokens, acme.app.token_lifetime = True, 0.4
    first = await exchange(acme, code=await code_of(acme))
    assert first["access_token"].startswith("xoxe.xoxb-")

    again = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = await exchange(acme, **again)

    assert await error_of(exchange(acme, **again)) == "invalid_refresh_token"
    await client(acme, first["access_token"]).auth_test()
    await client(acme, second["access_token"]).auth_test()
    await asyncio.sleep(0.45)
    assert await error_of(client(acme, first["access_token"]).auth_test()) == "token_expired"


async def test_without_the_app_there_is_nothing_to_use(lab: Workspace, acme: Workspace) -> None:
    """No command, and no event that the app would hear of."""
    acme.invite("general")
    await acme.say("ada", "general", "@neocu hello?")

    assert not acme.deliveries
    with pytest.raises(LookupError):
        await acme.command("ada", "general", "/neocu")
    assert lab.desk.team.installed


@asynccontextmanager
async def listening(lab: Workspace, acme: Workspace, *, socket: bool) -> AsyncIterator[Heard]:
    """Connect one Bolt app for both workspaces, which notes what it hears and for whom."""
    heard: Heard = []

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        workspace = acme if team_id == acme.team_id or enterprise_id else lab
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_token="xoxb-any",
            bot_id=workspace.bot_id,
            bot_user_id=workspace.bot_user_id,
        )

    async def note(event: dict[str, Any], body: dict[str, Any]) -> None:
        heard.append((event, body))
        lab.journal.changed()

    async with aiohttp.ClientSession() as session:
        web_client = AsyncWebClient("", base_url=lab.api_url, session=session)
        secret = lab.signing_secret
        app = AsyncApp(client=web_client, signing_secret=secret, authorize=authorize)
        for name in ("app_mention", "app_uninstalled", "tokens_revoked"):
            app.event(name)(note)
        async with (over_socket if socket else over_http)(lab, app):
            yield heard


@pytest.mark.parametrize("socket", [False, True])
async def test_one_way_in_serves_both(lab: Workspace, acme: Workspace, *, socket: bool) -> None:
    """Events name their own workspace; one signing secret, or one app token, is for all of them."""
    await exchange(acme, code=await code_of(acme, scope="chat:write,app_mentions:read"))
    acme.invite("general")
    async with listening(lab, acme, socket=socket) as heard:
        await lab.say("ada", "general", "@neocu one")
        await acme.say("ada", "general", "@neocu two")
        await lab.journal.until(lambda: len(heard) == 2)

        told = {body["team_id"]: event["text"][-3:] for event, body in heard}
        assert told == {lab.team_id: "one", acme.team_id: "two"}
        assert all(b["authorizations"][0]["team_id"] == b["team_id"] for _, b in heard)


@pytest.mark.parametrize("uninstalled", [True, False])
async def test_an_app_hears_that_it_is_out(
    lab: Workspace, acme: Workspace, *, uninstalled: bool
) -> None:
    """Its tokens are worth nothing from then on, and nobody else's are touched.

    https://docs.slack.dev/reference/events/app_uninstalled
    """
    granted = await exchange(acme, code=await code_of(acme))
    acme.invite("general")
    async with listening(lab, acme, socket=False) as heard:
        if uninstalled:
            acme.uninstall()
        else:
            revoked = await client(acme, granted["access_token"]).auth_revoke()
            assert revoked["revoked"]
        names = {"app_uninstalled", "tokens_revoked"} if uninstalled else {"tokens_revoked"}
        await lab.journal.until(lambda: {event["type"] for event, _ in heard} == names)

    assert {body["team_id"] for _, body in heard} == {acme.team_id}
    assert await error_of(client(acme, granted["access_token"]).auth_test()) == "account_inactive"
    assert acme.bot_user_id not in acme.channel("general").members
    await client(lab, lab.bot_token).auth_test()


async def test_an_organization_installs_once_for_all(lab: Workspace, acme: Workspace) -> None:
    """Its token works in each of its workspaces; events name the organization and no team.

    https://docs.slack.dev/enterprise/organization-ready-apps
    """
    acme.app.org_wide = True
    acme.join_organization("E0ORG")
    acme.person("ada").is_admin = True
    async with Workspace(beside=lab, domain="acme-labs") as labs:
        labs.join_organization("E0ORG")
        scope = "chat:write,app_mentions:read"
        granted = await exchange(acme, code=await code_of(acme, org_wide=True, scope=scope))
        for workspace in (acme, labs):
            workspace.invite("general")
        org = client(acme, granted["access_token"])

        assert (granted["team"], granted["is_enterprise_install"]) == (None, True)
        for workspace in (acme, labs):
            await org.chat_postMessage(channel=workspace.channel("general").id, text="hello")
            assert [m.text for m in workspace.seen_by("ada", "general")] == ["hello"]
        async with listening(lab, acme, socket=False) as heard:
            await labs.say("ada", "general", "@neocu hello")
            await lab.journal.until(lambda: heard)
            [authorization] = heard[0][1]["authorizations"]
            assert authorization["enterprise_id"] == "E0ORG"
            assert authorization["is_enterprise_install"]
            assert authorization["team_id"] is None


async def test_bolts_own_flow_ends_in_a_token(
    lab: Workspace, acme: Workspace, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The real AsyncOAuthFlow, cookie and all: what the bots' own install page rests on."""
    folder = str(tmp_path_factory.mktemp("installs"))
    async with aiohttp.ClientSession() as session:
        web_client = AsyncWebClient("", base_url=lab.api_url, session=session)
        settings = AsyncOAuthSettings(
            client_id=lab.app.client_id,
            client_secret=lab.app.client_secret,
            scopes=["chat:write"],
            authorization_url=f"{lab.app.base_url}{AUTHORIZE[1:]}",
            installation_store=FileInstallationStore(base_dir=folder),
            installation_store_bot_only=True,
            state_store=FileOAuthStateStore(expiration_seconds=60, base_dir=folder),
        )
        app = AsyncApp(
            client=web_client, signing_secret=lab.signing_secret, oauth_settings=settings
        )
        async with over_http(lab, app):
            site = URL(lab.events_url or "").origin()
            lab.app.redirect_urls = [str(site / "slack/oauth_redirect")]
            install = str(site / "slack/install")

            refused = await acme.add_to_slack("ada", install, decision="cancel")
            assert "access_denied" in refused.text
            assert not acme.desk.team.installed

            seen = await acme.add_to_slack("ada", install)
            assert seen.status == 200

    assert acme.desk.team.installed
    assert acme.rules.scopes == {"chat:write"}
