"""A workspace of the local Slack, as tests and the demo hold it in their hands."""

from contextlib import AsyncExitStack
from typing import Self

from bots.playground.slack.consent import remove
from bots.playground.slack.courier import JSON, Delivery
from bots.playground.slack.interactions import Interactions
from bots.playground.slack.registration import App
from bots.playground.slack.rules import Rules
from bots.playground.slack.slack_server import SlackServer
from bots.playground.slack.state import File, Json, Person, View
from bots.playground.slack.visitor import Seen, Visitor


class Workspace(Interactions):
    """A Slack workspace with people and channels, and one app, which the real SDKs can talk to.

    `rules` holds what can be set of its behaviour, `faults` what is to go wrong, `journal` every
    call. With `events_url` deliveries are signed HTTP requests, without they go to a socket.
    To begin with there are ada, ben and cleo, #general with the bot, and #random without it.

    `beside` another one it is a second workspace of the same Slack, with the same three people's
    names, and without the app until somebody there installs it.
    """

    def __init__(
        self,
        *,
        events_url: str | None = None,
        beside: "Workspace | None" = None,
        domain: str = "neocu-lab",
    ) -> None:
        self._beside = beside
        self.server: SlackServer = beside.server if beside else SlackServer()
        self.journal, self.faults = self.server.journal, self.server.faults
        self.rules = Rules()
        if beside is None:
            self.server.app.events_url = events_url
        self._domain = domain
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            if self._beside is None:
                await stack.enter_async_context(self.server)
            self.desk = self.server.add_workspace(self._domain, self.rules)
            self._stack = stack.pop_all()
        team = self.desk.team
        people = {team.add_person(name).id for name in ("ada", "ben", "cleo")}
        here = {team.bot.id} if self._beside is None else set()
        team.add_channel("general", people | here)
        team.add_channel("random", people)
        if self._beside is None:
            self.server.grants.issue(team.id)
        else:
            self.rules.scopes = set()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    @property
    def app(self) -> App:
        """The app as Slack's own pages know it, for every workspace."""
        return self.server.app

    async def add_to_slack(
        self,
        person: Person | str,
        url: str,
        *,
        org_wide: bool = False,
        decision: str = "allow",
    ) -> Seen:
        """Return what a person sees who begins at the app's own page and agrees, or does not.

        An organization's admin may agree for all its workspaces.
        """
        team, who = self.desk.team, self.person(person)
        holder = team.enterprise_id if org_wide else team.id
        async with Visitor(self.app) as visitor:
            page = await visitor.open(url)
            return await visitor.agree(page, f"{holder}/{who.id}", decision)

    def join_organization(self, id_: str) -> None:
        """Let the workspace belong to an organization, in whose workspaces the bot is the same."""
        others = [d.team for d in self.server.desks.values() if d.team.enterprise_id == id_]
        self.desk.team.enterprise_id = id_
        if others:
            self.desk.team.rename_bot(others[0].bot.id, others[0].bot_id)

    def uninstall(self) -> None:
        """Take the app away, as an admin does in Slack: it hears of it, and of nothing more."""
        self._remove(uninstalled=True)

    def revoke_tokens(self) -> None:
        """Revoke the app's tokens, as an admin can; the app hears of that alone."""
        self._remove(uninstalled=False)

    def _remove(self, *, uninstalled: bool) -> None:
        team = self.desk.team
        desks = [d for d in self.server.desks.values() if d.team.holder == team.holder]
        remove(self.server.grants, desks, uninstalled=uninstalled)

    @property
    def api_url(self) -> str:
        """What SLACK_API_URL is set to."""
        return f"{self.desk.team.base_url}api/"

    @property
    def bot_token(self) -> str:
        """What SLACK_BOT_TOKEN is set to."""
        return self.desk.team.bot_token

    @property
    def app_token(self) -> str:
        """What SLACK_APP_TOKEN is set to, for Socket Mode."""
        return self.app.app_token

    @property
    def signing_secret(self) -> str:
        """What SLACK_SIGNING_SECRET is set to, for HTTP."""
        return self.app.signing_secret

    @property
    def team_id(self) -> str:
        """The workspace's ID."""
        return self.desk.team.id

    @property
    def bot_user_id(self) -> str:
        """The bot as a person: what a mention of it names."""
        return self.desk.team.bot.id

    @property
    def bot_id(self) -> str:
        """The bot as an app's integration: what its messages carry."""
        return self.desk.team.bot_id

    @property
    def scopes(self) -> set[str]:
        """The scopes that the app holds."""
        return self.rules.scopes

    @scopes.setter
    def scopes(self, scopes: set[str]) -> None:
        self.rules.scopes = scopes

    def install(self, manifest: Json) -> None:
        """Give the app what its manifest asks for, and nothing else: scopes and events."""
        self.rules.follow(manifest)

    @property
    def events_url(self) -> str | None:
        """Where signed deliveries go; None: to a connected socket."""
        return self.app.events_url

    @events_url.setter
    def events_url(self, url: str | None) -> None:
        self.app.events_url = url

    @property
    def deliveries(self) -> list[Delivery]:
        """Everything that the app was told or is being told, oldest first."""
        return self.desk.courier.deliveries

    @property
    def files(self) -> dict[str, File]:
        """Every file by ID, whoever uploaded it."""
        return self.desk.team.files

    @property
    def views(self) -> dict[str, View]:
        """Modals and home tabs by ID, closed modals included."""
        return self.desk.team.views

    def redeliver(self, delivery: Delivery) -> Delivery:
        """Deliver something once more: the same body, signed anew, marked as a retry."""
        return self.desk.courier.send_again(delivery)

    async def deliver_raw(self, body: bytes, headers: dict[str, str]) -> int:
        """Return the app's HTTP status for exactly this body and these headers."""
        return (await self.desk.courier.post(body, headers))[0]

    def signed(self, body: bytes, content_type: str = JSON) -> dict[str, str]:
        """Return the headers that prove a body to come from Slack."""
        return self.desk.courier.signed(body, content_type)

    async def verify_events_url(self) -> bool:
        """Tell whether the app answers Slack's `url_verification` challenge."""
        return await self.desk.courier.verify()

    async def drop_sockets(self, reason: str = "refresh_requested", *, warn: bool = True) -> None:
        """Close every socket, after a `disconnect` message if `warn`; the app has to come again."""
        await self.desk.sockets.drop(reason, warn=warn)

    def silence_sockets(self, *, answer_pings: bool = True) -> None:
        """Let the open sockets go silent, as if connected; new ones work."""
        self.desk.sockets.silence(answer_pings=answer_pings)
