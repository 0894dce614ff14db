"""The workspace's people and places: made by tests and the demo, seen through people's eyes."""

from collections.abc import Iterable

from bots.playground.slack.desk import Desk
from bots.playground.slack.notifications import Notification
from bots.playground.slack.state import Channel, Message, Person


class World:
    """The workspace's people and places. Persons and channels are given by name, ID or object."""

    desk: Desk

    @property
    def people(self) -> dict[str, Person]:
        """Everyone by ID, the bot and people of other companies included."""
        return self.desk.team.people

    @property
    def channels(self) -> dict[str, Channel]:
        """Every channel and direct message by ID."""
        return self.desk.team.channels

    @property
    def notifications(self) -> list[Notification]:
        """Who was notified of what, oldest first."""
        return self.desk.team.notifications

    def person(self, who: Person | str) -> Person:
        """Return a person; LookupError if there is none."""
        return self.desk.team.person(who)

    def channel(self, where: Channel | str) -> Channel:
        """Return a channel; LookupError if there is none."""
        return self.desk.team.channel(where)

    def dm(self, who: Person | str) -> Channel:
        """Return the direct message between a person and the bot."""
        return self.desk.team.dm(who)

    def dm_between(self, one: Person | str, other: Person | str) -> Channel:
        """Return a new direct message of two people, which the bot neither sees nor writes to."""
        team, first, second = self.desk.team, self.person(one), self.person(other)
        name, members = f"dm-{first.name}-{second.name}", {first.id, second.id}
        return team.keep(Channel(team.new_id("D"), name, im_with=second.id, members=members))

    def group_dm(self, *people: Person | str) -> Channel:
        """Return the direct message of several people; the bot is in it only if it is named."""
        return self.desk.team.group_dm({self.person(one).id for one in people})

    def add_person(self, name: str, *, is_bot: bool = False, company: str = "") -> Person:
        """Return a new person (or another bot), member of no channel yet.

        `company` is the team ID of another company, as `add_company` returns it.
        """
        return self.desk.team.add_person(name, is_bot=is_bot, team_id=company)

    def add_company(self) -> str:
        """Return the team ID of another company, for Slack Connect."""
        return self.desk.team.new_id("T")

    def add_channel(
        self, name: str, members: Iterable[Person | str] = (), *, private: bool = False
    ) -> Channel:
        """Return a new channel; the bot is in it only if it is named or invited.

        Other companies' people among its members make it a Slack Connect channel.
        """
        team = self.desk.team
        people = [self.person(member) for member in members]
        channel = team.add_channel(name, {person.id for person in people}, private=private)
        channel.connected = {person.team_id for person in people} - {team.id}
        return channel

    def invite(self, channel: Channel | str) -> Channel:
        """Return the channel, with the bot as a member (`/invite @neocu`)."""
        where = self.channel(channel)
        where.members.add(self.desk.team.bot.id)
        self.desk.team.journal.changed()
        return where

    def kick(self, channel: Channel | str) -> Channel:
        """Return the channel, without the bot."""
        where = self.channel(channel)
        where.members.discard(self.desk.team.bot.id)
        self.desk.team.journal.changed()
        return where

    def seen_by(
        self, person: Person | str, channel: Channel | str, thread_ts: str | None = None
    ) -> list[Message]:
        """Return what a person sees in a channel, or in a thread; oldest first.

        Their own ephemeral messages are among them; a broadcast reply is seen in both.
        """
        who, where = self.person(person), self.channel(channel)
        at_home = who.team_id == self.desk.team.id and where.kind == "channel"
        if who.id not in where.members and not at_home:
            return []
        shown = where.thread(thread_ts) if thread_ts else where.messages
        return [
            message
            for message in shown
            if message.only_for in (None, who.id) and (thread_ts or not message.is_reply)
        ]

    def notified(self, message: Message) -> dict[str, str]:
        """Return whom a message notified, by name, and why: mention, direct or thread."""
        return {
            self.people[note.person].name: note.reason
            for note in self.notifications
            if (note.channel, note.ts) == (message.channel, message.ts)
        }
