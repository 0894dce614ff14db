"""Slack's rungs for the contract suite, on the playground's workspace."""

import html
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from rungs import Rung, Seen

from bots.playground.slack import Message, Workspace
from bots.slack import Slack, SlackSettings
from bots.slack.conversation import SlackConversation
from bots.slack.ladder import (
    Channel,
    DirectMessage,
    Ephemeral,
    Place,
    ResponseUrl,
    Thread,
    dump,
)

POST, SHARE = "chat.postMessage", "files.completeUploadExternal"
EVER = 99  # times


class SlackStage:
    """A workspace in which ada asks the bot something in #general, or elsewhere."""

    def __init__(self, workspace: Workspace, slack: Slack, place: Place, method: str) -> None:
        self.workspace = workspace
        self.address = dump(place, workspace.team_id)
        self._slack = slack
        self._method = method

    def at(self, address: str) -> SlackConversation:
        """Return the conversation at an address."""
        return self._slack.conversation(address)

    def messages(self) -> list[Message]:
        """Return the bot's messages that ada sees."""
        ada, bot = self.workspace.person("ada").id, self.workspace.bot_user_id
        channels = [one for one in self.workspace.channels.values() if ada in one.members]
        found = [message for channel in channels for message in channel.messages]
        mine = [one for one in found if one.user == bot and one.only_for in (None, ada)]
        return sorted(mine, key=lambda message: float(message.ts))

    def said(self) -> list[Seen]:
        """Return what stands of the bot's messages where ada sees it, oldest first."""
        return [_seen(message) for message in self.messages()]

    def fail(self) -> None:
        """Answer the next post with a 5xx."""
        self.workspace.faults.fail(self._method)

    def lose_answer(self) -> None:
        """Take the next post, and break the connection before the answer."""
        self.workspace.faults.drop(self._method, after=True)

    def rate_limit(self, seconds: int) -> None:
        """Answer the next post with a rate limit."""
        self.workspace.faults.rate_limit(self._method, retry_after=seconds)

    def outage(self, *, down: bool) -> None:
        """Let the whole of Slack be down, or up again."""
        self.workspace.faults.outage = down

    def refuse_files(self) -> None:
        """Let an admin have switched files off."""
        refused = "file_uploads_disabled"
        self.workspace.faults.refuse("files.getUploadURLExternal", refused, times=EVER)

    def close(self) -> None:
        """Archive the channel; of direct messages, switch off the app's."""
        self.workspace.channel("general").is_archived = True
        self.workspace.rules.messages_tab = False


def _seen(message: Message) -> Seen:
    files = [file.name for file in message.files]
    files += [b["alt_text"] for b in message.blocks if b["type"] == "image"]
    return Seen(
        text=html.unescape(message.words),
        where=f"{message.channel}/{message.thread_ts or ''}",
        buttons=tuple(e["text"]["text"] for e, _ in message.elements if e["type"] == "button"),
        files=tuple(files),
        pinged=frozenset(message.pings),
    )


def settings_for(workspace: Workspace, *, socket: bool = False, **changed: object) -> SlackSettings:
    """Return the settings of the bots in a workspace."""
    about: dict[str, object] = {
        "slack_bot_token": workspace.bot_token if workspace.desk.team.installed else None,
        "slack_signing_secret": workspace.signing_secret,
        "slack_app_token": workspace.app_token if socket else None,
        "slack_api_url": workspace.api_url,
    }
    return SlackSettings(_env_file=None, **about | changed)  # type: ignore[call-arg, arg-type]  # pydantic-settings' own


PlaceIn = Callable[[Workspace], Awaitable[Place]]


def _stage(place_in: PlaceIn, method: str) -> Callable[[], AbstractAsyncContextManager[SlackStage]]:
    @asynccontextmanager
    async def stage() -> AsyncIterator[SlackStage]:
        async with Workspace() as workspace:
            workspace.rules.scopes |= {"im:write", "channels:join", "users:read"}
            async with Slack(settings_for(workspace)) as slack:
                yield SlackStage(workspace, slack, await place_in(workspace), method)

    return stage


async def thread(workspace: Workspace) -> Place:
    """Return the thread, still to be made, of a message in #general."""
    asked = await workspace.say("ada", "general", "a boat")
    return Thread(asked.channel, asked.ts)


async def channel(workspace: Workspace) -> Place:
    """Return #general itself."""
    return Channel(workspace.channel("general").id)


async def direct_message(workspace: Workspace) -> Place:
    """Return ada's direct message with the bot."""
    return DirectMessage(workspace.person("ada").id)


async def blocks_only(workspace: Workspace) -> Place:
    """Return a thread where sharing is refused, so that pictures stand in a message's blocks."""
    workspace.faults.refuse(SHARE, "invalid_blocks")
    return await thread(workspace)


async def response_url(workspace: Workspace) -> Place:
    """Return what a command of ada's lets us answer, in a channel where the bot is not."""
    person, where = workspace.person("ada"), workspace.channel("random")
    url = workspace.desk.response_urls.new(person, where)
    return Ephemeral(where.id, person.id, response=ResponseUrl(url, time.time()))


async def ephemeral(workspace: Workspace) -> Place:
    """Return a word for ada alone in #general."""
    return Ephemeral(workspace.channel("general").id, workspace.person("ada").id)


async def in_person(workspace: Workspace) -> Place:
    """Return a word for ada alone about a channel where the bot is not."""
    return Ephemeral(workspace.channel("random").id, workspace.person("ada").id)


SLACK_RUNGS = (
    Rung("slack: thread", _stage(thread, POST)),
    Rung("slack: channel", _stage(channel, POST)),
    Rung("slack: direct message", _stage(direct_message, POST), dedupes=False),
    Rung("slack: picture blocks", _stage(blocks_only, POST)),
    Rung(
        "slack: response_url",
        _stage(response_url, "response_url"),
        files=False,
        edits=False,
        dedupes=False,
        closes=False,
    ),
    Rung(
        "slack: ephemeral",
        _stage(ephemeral, "chat.postEphemeral"),
        files=False,
        edits=False,
        dedupes=False,
    ),
    Rung("slack: in person", _stage(in_person, POST), files=False, edits=False, dedupes=False),
)
