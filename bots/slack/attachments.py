"""Files that people attached: fetched with the bot's token, from Slack's own hosts only."""

import aiohttp
from yarl import URL

from bots.slack import parse
from bots.slack.calls import answered, map_slack_errors
from bots.slack.installs import Installs, Team
from core.conversation import ConversationError, UndeliverableError
from core.environment import LOOPBACK
from core.files.download import Admit, Fetched, NotAFileError, UnreachableError, fetch
from core.request import Attachment

# On Enterprise Grid the first may send us to the second.
FILE_HOSTS = frozenset({"files.slack.com", "files-origin.slack.com"})


class Attachments:
    """Fetches attachments; where Slack's Web API is, its files may be, too."""

    def __init__(self, session: aiohttp.ClientSession, api_url: str) -> None:
        self._session = session
        host = URL(api_url).host or ""
        self._hosts = FILE_HOSTS | (LOOPBACK if host in LOOPBACK else {host})

    async def fetch(
        self, installs: Installs, team: str, attachment: Attachment, limit: int, admit: Admit
    ) -> Fetched:
        """Return an attachment that somebody in a team sent. Raises FetchError, TryLaterError."""
        url = attachment.url
        if not url:  # a file of another workspace, or one that a form brought along
            url = await self._address(installs.team(team), attachment)
        try:
            token = await installs.token(team)
        except UndeliverableError as error:
            raise UnreachableError(str(error)) from error
        return await fetch(
            self._session,
            url,
            hosts=self._hosts,
            limit=limit,
            admit=admit,
            headers={"Authorization": f"Bearer {token}"},
            follow=self._may_follow,
        )

    async def _address(self, team: Team, attachment: Attachment) -> str:
        try:
            with map_slack_errors():
                info = answered(await team.client.files_info(file=attachment.id))
        except ConversationError as error:
            if str(error) == "missing_scope":
                raise NotAFileError("the app may not read files") from error
            raise UnreachableError(str(error)) from error
        # What was deleted, or is too old for a free workspace, has no address.
        url = parse.attachment({"id": attachment.id, **info.get("file", {})}).url
        if not url:
            raise UnreachableError("a file without an address")
        return url

    def _may_follow(self, target: URL) -> bool:
        """Whether the token may go where Slack redirects us, if not in the clear.

        Who may not read a file is sent to `<team>.slack.com/?redir=…`, the login page. Raises
        NotAFileError.
        """
        if "redir" in target.query:
            raise NotAFileError("the login page: the app may not read files")
        return target.host in self._hosts
