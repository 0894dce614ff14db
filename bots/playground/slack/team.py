"""What is true in the workspace: look-ups, new IDs and timestamps, changes."""

import itertools
import secrets
import time
from dataclasses import dataclass
from urllib.parse import quote

from bots.playground.journal import Journal
from bots.playground.slack.grants import Grants
from bots.playground.slack.notifications import Notification, notified_by
from bots.playground.slack.registration import App
from bots.playground.slack.rules import Rules
from bots.playground.slack.slack_error import SlackError
from bots.playground.slack.state import Channel, File, Message, Person, Revision, View

MICROSECONDS = 1_000_000


@dataclass
class Trigger:
    """A `trigger_id`: opens one view, soon after it was issued."""

    person: str
    issued: float
    used: bool = False


class Team:
    """All that is true in the workspace. Holds no socket and sends nothing.

    `enterprise_id` is the organization that it belongs to, if any.
    """

    def __init__(
        self, journal: Journal, rules: Rules, app: App, grants: Grants, domain: str
    ) -> None:
        self.journal = journal
        self.rules = rules
        self.app = app
        self.grants = grants
        self.domain = domain
        self.enterprise_id: str | None = None
        self.people: dict[str, Person] = {}
        self.channels: dict[str, Channel] = {}
        self.files: dict[str, File] = {}
        self.views: dict[str, View] = {}
        self.triggers: dict[str, Trigger] = {}
        self.notifications: list[Notification] = []
        self.logins = 0  # how often the login page was asked for
        self._numbers = itertools.count(1)
        self._last_ts = 0
        self.id = self.new_id("T")
        self.bot = Person(self.new_id("U"), "neocu", "Neocu", is_bot=True, team_id=self.id)
        self.bot_id = self.new_id("B")
        self.people[self.bot.id] = self.bot

    @property
    def base_url(self) -> str:
        """Where this Slack is."""
        return self.app.base_url

    @property
    def holder(self) -> str:
        """Who has installed the app: the organization, or this workspace by itself."""
        if self.enterprise_id and self.grants.held_by(self.enterprise_id):
            return self.enterprise_id
        return self.id

    @property
    def installed_by_org(self) -> bool:
        """Whether the whole organization has installed the app."""
        return self.holder == self.enterprise_id

    @property
    def installed(self) -> bool:
        """Whether the app is in this workspace."""
        return bool(self.grants.held_by(self.holder))

    @property
    def bot_token(self) -> str:
        """The newest token that the app may act with here; LookupError without one."""
        return self.grants.held_by(self.holder)[-1].token

    def accepts(self, token: str) -> bool:
        """Whether a token may be used here."""
        try:
            return self.grants.holder(token) == self.holder
        except SlackError:
            return False

    def new_id(self, kind: str) -> str:
        """Return an ID never seen before; `kind` is Slack's first letter."""
        return f"{kind}{secrets.token_hex(3).upper()}{next(self._numbers):04d}"

    def new_ts(self) -> str:
        """Return a timestamp later than every other: seconds, six digits."""
        self._last_ts = max(time.time_ns() // 1000, self._last_ts + 1)
        return f"{self._last_ts // MICROSECONDS}.{self._last_ts % MICROSECONDS:06d}"

    def thread(self, channel: Channel, ts: str) -> str:
        """Return the thread that a message is in or begins; LookupError if there is none."""
        if (message := channel.find(ts)) is None:
            raise LookupError(f"there is no message {ts} in #{channel.name}")
        return message.thread_ts or message.ts

    def new_trigger(self, person: Person) -> str:
        """Return a `trigger_id` for what this person just did."""
        trigger_id = f"{next(self._numbers)}.{time.time_ns()}.{secrets.token_hex(16)}"
        self.triggers[trigger_id] = Trigger(person.id, time.monotonic())
        return trigger_id

    def person(self, who: Person | str) -> Person:
        """Return a person by object, ID or name; LookupError if there is none."""
        if isinstance(who, Person):
            return who
        for person in self.people.values():
            if who in (person.id, person.name):
                return person
        raise LookupError(f"nobody here is called {who}")

    def channel(self, where: Channel | str) -> Channel:
        """Return a channel by object, ID or name (with or without #); LookupError if none."""
        if isinstance(where, Channel):
            return where
        for channel in self.channels.values():
            if where.removeprefix("#") in (channel.id, channel.name):
                return channel
        raise LookupError(f"there is no channel {where}")

    def dm(self, who: Person | str) -> Channel:
        """Return the direct message between a person and the bot; it comes into being on use."""
        person = self.person(who)
        for channel in self.channels.values():
            if channel.im_with == person.id and self.bot.id in channel.members:
                return channel
        members = {person.id, self.bot.id}
        channel = Channel(self.new_id("D"), f"dm-{person.name}", im_with=person.id, members=members)
        return self.keep(channel)

    def team_of(self, user: str) -> str:
        """Return the team ID of a person; Slackbot and the like belong to the workspace."""
        person = self.people.get(user)
        return person.team_id if person else self.id

    def rename_bot(self, user_id: str, bot_id: str) -> None:
        """Give the bot the IDs that it has elsewhere."""
        known = self.people.pop(self.bot.id)
        for channel in self.channels.values():
            if known.id in channel.members:
                channel.members = channel.members - {known.id} | {user_id}
        known.id, self.bot_id = user_id, bot_id
        self.people[known.id] = known

    def add_person(self, name: str, *, is_bot: bool = False, team_id: str = "") -> Person:
        """Return a new person of the workspace, or of another company."""
        person = Person(self.new_id("U"), name, name.title(), is_bot, team_id or self.id)
        self.people[person.id] = person
        self.journal.changed()
        return person

    def add_channel(self, name: str, members: set[str], *, private: bool = False) -> Channel:
        """Return a new channel; `members` are IDs."""
        return self.keep(Channel(self.new_id("C"), name, is_private=private, members=members))

    def group_dm(self, members: set[str]) -> Channel:
        """Return the direct message of several people (IDs); it comes into being on use."""
        for channel in self.channels.values():
            if channel.is_mpim and channel.members == members:
                return channel
        names = "--".join(sorted(self.people[member].name for member in members))
        name = f"mpdm-{names}-1"
        return self.keep(Channel(self.new_id("G"), name, is_mpim=True, members=members))

    def keep(self, channel: Channel) -> Channel:
        """Add a channel."""
        self.channels[channel.id] = channel
        self.journal.changed()
        return channel

    def add_file(
        self,
        user: str,
        name: str,
        content: bytes,
        mimetype: str,
        *,
        file_id: str = "",
    ) -> File:
        """Return a new file, kept but not yet shown anywhere."""
        file_id = file_id or self.new_id("F")
        url = f"{self.base_url}files-pri/{self.id}-{file_id}/download/{quote(name)}"
        self.files[file_id] = File(file_id, name, mimetype, content, user, url, title=name)
        return self.files[file_id]

    def bot_sees(self, file: File) -> bool:
        """Tell whether a file is the bot's own, or shared where the bot is a member.

        https://docs.slack.dev/reference/scopes/files.read
        """
        where = [self.channels[channel] for channel, _, _ in file.shares]
        return file.user == self.bot.id or any(self.bot.id in c.members for c in where)

    def note_revision(self, message: Message) -> None:
        """Keep what a message says, just before it is edited."""
        files = [file.id for file in message.files]
        message.revisions.append(Revision(self.new_ts(), message.text, message.blocks, files))

    def add_message(self, message: Message) -> Message:
        """Put a message where it belongs; a message of the bot ends its status line."""
        channel = self.channels[message.channel]
        if (
            message.thread_ts
            and not message.only_for
            and (parent := channel.find(message.thread_ts))
        ):
            parent.thread_ts = parent.ts
        self.notifications += notified_by(self.people, channel, message)
        channel.messages.append(message)
        for file in message.files:
            file.shares.append((message.channel, message.ts, message.thread_ts))
        if message.user == self.bot.id and not message.only_for:
            channel.statuses.pop(message.thread_ts or "", None)
        self.journal.changed()
        return message
