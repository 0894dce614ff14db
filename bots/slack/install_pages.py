"""The pages by which a workspace installs the app: Bolt's OAuth flow, on the ledger.

https://docs.slack.dev/tools/bolt-python/concepts/authenticating-oauth
"""

import html
import logging
import secrets
from contextlib import AbstractContextManager
from http import HTTPStatus

import aiohttp
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.error import BoltError
from slack_bolt.oauth.async_callback_options import (
    AsyncCallbackOptions,
    AsyncFailureArgs,
    AsyncSuccessArgs,
)
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

from bots.slack.bot_tokens import BotTokens, Installed
from bots.slack.scopes import NEEDED_SCOPES, OPTIONAL_SCOPES
from bots.slack.settings import SlackSettings
from core.ledger import LedgerError
from core.voice import closest, speaking, spoken_language
from core.wording import installing
from core.workspaces.arrivals import Arrivals

log = logging.getLogger(__name__)

INSTALL, REDIRECT = "/slack/install", "/slack/oauth_redirect"
STATE_SECONDS = 600
PAGE = (
    "<!DOCTYPE html><html lang={language}><meta charset=utf-8>"
    "<meta name=viewport content='width=device-width'><title>{title}</title>"
    "<style>body{{font:1.1rem/1.6 system-ui;max-width:32rem;margin:15vh auto;padding:0 1rem}}"
    "</style><h1>{title}</h1><p>{text}</p><p><a href='{link}'>{label}</a></p></html>"
)


class States(AsyncOAuthStateStore):
    """What proves that an answer of Slack's belongs to a browser that began here: good once."""

    def __init__(self, arrivals: Arrivals) -> None:
        self._arrivals = arrivals

    async def async_issue(self, *_: object, **__: object) -> str:
        """Return a new state. Raises LedgerError."""
        state = secrets.token_urlsafe(32)
        await self._arrivals.issue(state, STATE_SECONDS)
        return state

    async def async_consume(self, state: str) -> bool:
        """Whether a state is good. Raises LedgerError."""
        return await self._arrivals.use(state)


class Kept(AsyncInstallationStore):
    """Keeps what a workspace, or an organization for all its workspaces, has given us."""

    def __init__(self, tokens: BotTokens, client: AsyncWebClient) -> None:
        self._tokens = tokens
        self._client = client

    async def async_save(self, installation: Installation) -> None:
        """Keep an installation, in place of an earlier one. Raises BoltError."""
        by_org = installation.is_enterprise_install
        team = installation.enterprise_id if by_org else installation.team_id
        name = installation.enterprise_name if by_org else installation.team_name
        try:
            me = await self._client.auth_test(token=installation.bot_token)
            await self._tokens.keep(
                team or "",
                Installed(
                    token=installation.bot_token or "",
                    bot_id=installation.bot_id or "",
                    bot_user_id=installation.bot_user_id or "",
                    url=str(me.get("url") or ""),
                    scopes=",".join(installation.bot_scopes or ()),
                    refresh_token=installation.bot_refresh_token or "",
                    expires=float(installation.bot_token_expires_at or 0),
                ),
                name or "",
            )
        except (LedgerError, SlackApiError) as error:
            raise BoltError(f"An installation could not be kept: {error}") from error


class InstallPages:
    """Where a workspace begins, and where Slack leads it back to."""

    def __init__(
        self, settings: SlackSettings, client: AsyncWebClient, tokens: BotTokens, arrivals: Arrivals
    ) -> None:
        secret = settings.slack_client_secret
        self._flow = AsyncOAuthFlow(
            client=client,
            logger=logging.getLogger("slack_bolt"),
            settings=AsyncOAuthSettings(
                client_id=settings.slack_client_id,
                client_secret=secret.get_secret_value() if secret else None,
                scopes=[*NEEDED_SCOPES, *OPTIONAL_SCOPES],
                user_scopes=[],
                authorization_url=str(URL(settings.slack_api_url).with_path("/oauth/v2/authorize")),
                install_page_rendering_enabled=False,
                callback_options=AsyncCallbackOptions(self._succeeded, self._failed),
                installation_store=Kept(tokens, client),
                installation_store_bot_only=True,
                state_store=States(arrivals),
                state_expiration_seconds=STATE_SECONDS,
            ),
        )

    def routes(self) -> list[web.RouteDef]:
        """Return what the web server has to serve."""
        return [web.get(INSTALL, self._install), web.get(REDIRECT, self._return)]

    async def _install(self, request: web.Request) -> web.Response:
        """Lead to Slack's page, where somebody agrees."""
        with _speaking_to(request):
            try:
                answer = await self._flow.handle_installation(await to_bolt_request(request))
            except LedgerError:
                log.exception("An installation can't begin")
                return _unavailable()
            return await to_aiohttp_response(answer)

    async def _return(self, request: web.Request) -> web.Response:
        """Take what Slack's page has led to."""
        with _speaking_to(request):
            try:
                answer = await self._flow.handle_callback(await to_bolt_request(request))
            except (LedgerError, aiohttp.ClientError, TimeoutError):
                log.exception("An installation came to nothing")
                return _unavailable()
            return await to_aiohttp_response(answer)

    async def _succeeded(self, args: AsyncSuccessArgs) -> BoltResponse:
        installed = args.installation
        name = installed.team_name or installed.enterprise_name or ""
        # https://docs.slack.dev/interactivity/deep-linking
        link = URL("https://slack.com/app_redirect").with_query(app=installed.app_id or "")
        text = _page(
            installing.installed_title(),
            installing.installed(name),
            str(link.update_query(team=installed.team_id or "")),
            installing.back_to_chat(),
        )
        return _answer(HTTPStatus.OK, text)

    async def _failed(self, args: AsyncFailureArgs) -> BoltResponse:
        log.warning("An installation came to nothing: %s %s", args.reason, args.error or "")
        return _answer(args.suggested_status_code, _not_installed(args.reason))


def _speaking_to(request: web.Request) -> AbstractContextManager[None]:
    """Speak the first language of ours that a browser asks for."""
    accepted = request.headers.get("Accept-Language", "").split(",")
    return speaking(next(filter(None, map(closest, (one.strip() for one in accepted))), ""))


def _unavailable() -> web.Response:
    return web.Response(status=503, text=_not_installed(""), content_type="text/html")


def _answer(status: int, text: str) -> BoltResponse:
    return BoltResponse(status=status, body=text, headers={"Content-Type": "text/html"})


def _not_installed(reason: str) -> str:
    title, text = installing.not_installed_title(), installing.not_installed(reason)
    return _page(title, text, INSTALL.rpartition("/")[2], installing.begin_again())


def _page(title: str, text: str, link: str, label: str) -> str:
    about = {"title": title, "text": text, "link": link, "label": label}
    about["language"] = spoken_language().replace("_", "-")
    return PAGE.format(**{name: html.escape(value) for name, value in about.items()})
