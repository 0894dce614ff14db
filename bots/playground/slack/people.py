"""What people in the workspace do in its channels."""

from collections.abc import Iterable

from bots.playground.slack.agent_sessions import PROCESSING, STOPPED
from bots.playground.slack.payloads import message_json
from bots.playground.slack.state import Channel, File, Message, Person
from bots.playground.slack.typed import encode
from bots.playground.slack.world import World

Attachment = tuple[str, bytes, str]  # name, bytes, MIME type


class People(World):
    """People who talk. Persons and channels may be given by name, ID or object."""

    async def say(
        self,
        person: Person | str,
        channel: Channel | str,
        text: str,
        thread_ts: str | None = None,
        files: Iterable[Attachment] = (),
    ) -> Message:
        """Return the message that a person typed; the app hears of it in the background."""
        team, who, where = self.desk.team, self.person(person), self.channel(channel)
        if who.id not in where.members:
            raise LookupError(f"{who.name} is not in #{where.name}")
        thread = team.thread(where, thread_ts) if thread_ts else None
        attached = self.upload(who, files)
        message = Message(
            where.id,
            team.new_ts(),
            who.id,
            encode(text, team.people.values(), team.channels.values()),
            thread,
            files=attached,
            subtype="file_share" if attached else None,
        )
        if who.is_bot:
            message.bot_id, message.subtype = f"B{who.id}", "bot_message"
        team.add_message(message)
        self.desk.events.posted(message)
        return message

    async def edit(self, person: Person | str, message: Message, text: str) -> Message:
        """Return the person's own message, edited."""
        team = self.desk.team
        if message.user != self.person(person).id:
            raise PermissionError("only one's own messages can be edited")
        before = message_json(team, message)
        team.note_revision(message)
        message.text = encode(text, team.people.values(), team.channels.values())
        message.edited = team.new_ts()
        team.journal.changed()
        self.desk.events.changed(message, before)
        return message

    async def delete(self, person: Person | str, message: Message) -> Message:
        """Return the person's own message, deleted."""
        if message.user != self.person(person).id:
            raise PermissionError("only one's own messages can be deleted")
        before = message_json(self.desk.team, message)
        self.channel(message.channel).remove(message)
        self.desk.team.journal.changed()
        self.desk.events.deleted(message, before)
        return message

    async def join(self, person: Person | str, channel: Channel | str) -> Channel:
        """Return the channel, joined; the app hears of it as a message too, as Slack tells it."""
        who, where = self.person(person), self.channel(channel)
        where.members.add(who.id)
        where.connected |= {who.team_id} - {self.desk.team.id}
        text = f"<@{who.id}> has joined the channel"
        ts = self.desk.team.new_ts()
        note = Message(where.id, ts, who.id, text, subtype="channel_join")
        self.desk.team.add_message(note)
        self.desk.events.posted(note)
        self.desk.events.joined(who, where)
        return where

    async def open_messages_tab(self, person: Person | str) -> Channel:
        """Return the person's direct message with the bot, seen as the app's Messages tab."""
        channel = self.dm(person)
        self.desk.events.home_opened(self.person(person), channel, "messages")
        return channel

    def stop(self, person: Person | str, channel: Channel | str, thread_ts: str) -> None:
        """Press Slack's own Stop below a thread; LookupError where there is none.

        The status stays as it is: to change it is the app's business.
        """
        who, where, rules = self.person(person), self.channel(channel), self.desk.team.rules
        if where.sessions.get(thread_ts) != PROCESSING or STOPPED not in rules.events:
            raise LookupError("there is nothing to stop")
        self.desk.events.session_stopped(who, where, thread_ts)

    def upload(self, person: Person, files: Iterable[Attachment]) -> list[File]:
        """Return a person's files, kept by Slack."""
        team = self.desk.team
        return [team.add_file(person.id, name, data, kind) for name, data, kind in files]
