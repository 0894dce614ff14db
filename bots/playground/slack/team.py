"""What is true in the workspace: look-ups, new IDs and timestamps, changes that ring the bell."""

import itertools
import secrets
import time
from dataclasses import dataclass
from urllib.parse import quote

from bots.playground.journal import Journal
from bots.playground.slack.rules import Rules
from bots.playground.slack.state import Channel, File, Message, Person, View

MICROSECONDS = 1_000_000


@dataclass
class Trigger:
    """A `trigger_id`: opens one view, soon after it was issued."""

    person: str
    issued: float
    used: bool = False


class Team:
    """All that is true in the workspace. Holds no socket and sends nothing."""

    def __init__(self, journal: Journal, rules: Rules) -> None:
        self.journal = journal
        self.rules = rules
        self.domain = "neocu-lab"
        self.bot_token = f"xoxb-{secrets.token_hex(12)}"
        self.app_token = f"xapp-1-{secrets.token_hex(12)}"
        self.signing_secret = secrets.token_hex(16)
        self.verification_token = secrets.token_hex(12)
        self.base_url = ""
        self.people: dict[str, Person] = {}
        self.channels: dict[str, Channel] = {}
        self.files: dict[str, File] = {}
        self.views: dict[str, View] = {}
        self.triggers: dict[str, Trigger] = {}
        self._numbers = itertools.count(1)
        self._last_ts = 0
        self.id, self.app_id = self.new_id("T"), self.new_id("A")
        self.bot = Person(self.new_id("U"), "neocu", "Neocu", is_bot=True)
        self.bot_id = self.new_id("B")
        self.people[self.bot.id] = self.bot

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
            if channel.im_with == person.id:
                return channel
        members = {person.id, self.bot.id}
        channel = Channel(self.new_id("D"), f"dm-{person.name}", im_with=person.id, members=members)
        self.channels[channel.id] = channel
        return channel

    def add_person(self, name: str, *, is_bot: bool = False) -> Person:
        """Return a new person of the workspace."""
        person = Person(self.new_id("U"), name, name.title(), is_bot)
        self.people[person.id] = person
        self.journal.changed()
        return person

    def add_channel(self, name: str, members: set[str], *, private: bool = False) -> Channel:
        """Return a new channel; `members` are IDs."""
        channel = Channel(self.new_id("C"), name, is_private=private, members=members)
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

    def add_message(self, message: Message) -> Message:
        """Put a message where it belongs; a message of the bot ends its status line."""
        channel = self.channels[message.channel]
        if (
            message.thread_ts
            and not message.only_for
            and (parent := channel.find(message.thread_ts))
        ):
            parent.thread_ts = parent.ts
        channel.messages.append(message)
        for file in message.files:
            file.shares.append((message.channel, message.ts, message.thread_ts))
        if message.user == self.bot.id:
            channel.statuses.pop(message.thread_ts or "", None)
        self.journal.changed()
        return message
