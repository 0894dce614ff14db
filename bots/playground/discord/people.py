"""What people do in the guild, and what they see.

Every act is a coroutine, as in the Slack workspace, and returns what it made or changed. What the
Discord client would not let a person do raises ValueError or PermissionError.
"""

import time

from bots.playground.discord import mentions, payloads, posting
from bots.playground.discord.channels import reopen
from bots.playground.discord.components import walk
from bots.playground.discord.interactions import (
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    MODAL_SUBMIT,
    Interactions,
)
from bots.playground.discord.invoking import command_data, registered
from bots.playground.discord.modals import FieldValue, GivenFile, check_choice, fill_in
from bots.playground.discord.permissions import Permission, may, may_send
from bots.playground.discord.place import Place, Where, Who
from bots.playground.discord.state import (
    Attachment,
    Channel,
    Interaction,
    Json,
    Message,
    Modal,
    User,
)
from bots.playground.discord.world import World

# With Nitro; without it 2,000: https://support.discord.com/hc/en-us/articles/115000435108
MAX_CONTENT_LENGTH = 4000
REPLY = 19
HAS_SNAPSHOT = 1 << 14
# Command types: typed after a slash, or picked from a message's menu.
SLASH, MENU = 1, 3


class People(Place):
    """The hands and eyes of the guild's people."""

    def __init__(self, world: World, interactions: Interactions) -> None:
        super().__init__(world)
        self._interactions = interactions

    async def say(
        self,
        person: Who,
        channel: Where,
        text: str,
        *,
        reply_to: Message | None = None,
        ping: bool = True,
        files: tuple[GivenFile, ...] | list[GivenFile] = (),
    ) -> Message:
        """Post a message; `@name` in it mentions. `files` are (name, bytes, content type)."""
        world, who, where = self.world, self.person(person), self.channel(channel)
        needs_upload = files and not may(world, who, where, Permission.ATTACH_FILES)
        if not may_send(world, who, where) or where.locked or needs_upload:
            raise PermissionError(f"{who.name} may not post this in {where.name}")
        if len(text) > MAX_CONTENT_LENGTH or not (text.strip() or files):
            raise ValueError(f"a message has 1 to {MAX_CONTENT_LENGTH} characters, or files")
        note = Message(world.snowflake(), where, who, mentions.typed(world, text.strip()))
        note.reply_to, note.kind = reply_to, REPLY if reply_to else 0
        note.attachments = [_stored(world, where, file) for file in files]
        mentions.mark(world, note, mentions.Pings(replied_user=ping))
        reopen(world, where)
        where.joined.add(who.id)
        posting.publish(world, note)
        return note

    async def forward(self, person: Who, message: Message, channel: Where) -> Message:
        """Forward a message: a new one without words of its own, with a snapshot of the other.

        https://docs.discord.com/developers/resources/message#message-reference-types
        """
        world, who, where = self.world, self._seer(person, message), self.channel(channel)
        if not may_send(world, who, where):
            raise PermissionError(f"{who.name} may not post in {where.name}")
        note = Message(world.snowflake(), where, who, forward_of=message, flags=HAS_SNAPSHOT)
        reopen(world, where)
        where.joined.add(who.id)
        posting.publish(world, note)
        return note

    async def edit(self, person: Who, message: Message, text: str) -> Message:
        """Change one's own message."""
        _check_own(self.person(person), message)
        message.versions.append(posting.version(message))
        message.content, message.edited_at = mentions.typed(self.world, text), time.time()
        pinged, replied = message.pinged, message.reply_to
        replied_user = replied is not None and replied.author in message.mentions
        mentions.mark(self.world, message, mentions.Pings(replied_user=replied_user))
        message.pinged = pinged  # an edit notifies nobody
        posting.announce(self.world, message)
        return message

    async def delete(self, person: Who, message: Message) -> Message:
        """Delete one's own message."""
        _check_own(self.person(person), message)
        posting.remove(self.world, message)
        return message

    async def command(
        self,
        person: Who,
        channel: Where,
        name: str,
        /,
        *,
        user_install: bool = False,
        seconds_ago: float = 0.0,
        **options: FieldValue,
    ) -> Interaction:
        """Use a slash command; an attachment option is (name, bytes, content type).

        `seconds_ago`: it was used earlier, and the bot hears of it only now.
        """
        world, who, where = self.world, self.person(person), self.channel(channel)
        self._check_app(who, where)
        word = name.split(maxsplit=1)[0]
        found = registered(world, word, SLASH, where, user_install=user_install)
        data = command_data(world, found, name, where, options)
        return self._interactions.start(
            COMMAND, who, where, data, user_install=user_install, seconds_ago=seconds_ago
        )

    async def suggestions(
        self, person: Who, channel: Where, name: str, option: str, typed: str
    ) -> Interaction:
        """Type into an option of a slash command, which asks the app what to offer.

        https://docs.discord.com/developers/interactions/application-commands#autocomplete
        """
        world, who, where = self.world, self.person(person), self.channel(channel)
        self._check_app(who, where)
        found = registered(world, name, SLASH, where, user_install=False)
        [declared] = [one for one in found["options"] if one["name"] == option]
        if not declared.get("autocomplete"):
            raise ValueError(f"{option} of {name} offers nothing")
        given = {"name": option, "type": declared["type"], "value": typed, "focused": True}
        data = {"id": found["id"], "name": name, "type": SLASH, "options": [given]}
        return self._interactions.start(AUTOCOMPLETE, who, where, data)

    async def message_command(
        self, person: Who, message: Message, name: str, *, user_install: bool = False
    ) -> Interaction:
        """Use a command of a message's menu; the bot gets the whole message."""
        world, where = self.world, message.channel
        who = self._seer(person, message)
        self._check_app(who, where)
        found = registered(world, name, MENU, where, user_install=user_install)
        whole = {str(message.id): payloads.message(world, message)}
        data = {
            "id": found["id"],
            "name": name,
            "type": MENU,
            "target_id": str(message.id),
            "resolved": {"messages": whole},
        }
        return self._interactions.start(COMMAND, who, where, data, user_install=user_install)

    async def press(
        self, person: Who, message: Message, custom_id: str, *, seconds_ago: float = 0.0
    ) -> Interaction:
        """Press a button; `seconds_ago`: earlier, and the bot hears of it only now."""
        button = _usable(message, custom_id)
        return self._use(person, message, button, {}, seconds_ago)

    def links(self, message: Message) -> dict[str, str]:
        """Return a message's link buttons: label → address. The bot hears of no click."""
        return {part["label"]: part["url"] for part in walk(message.components) if "url" in part}

    async def choose(
        self, person: Who, message: Message, custom_id: str, *values: str
    ) -> Interaction:
        """Pick options of a select menu by their values."""
        menu = _usable(message, custom_id)
        check_choice(menu, values)
        return self._use(person, message, menu, {"values": list(values)})

    def _use(
        self, person: Who, message: Message, part: Json, more: Json, seconds_ago: float = 0.0
    ) -> Interaction:
        kind, custom_id = part["type"], part["custom_id"]
        data = {"custom_id": custom_id, "component_type": kind, "id": part["id"]} | more
        return self._interactions.start(
            COMPONENT,
            self._seer(person, message),
            message.channel,
            data,
            message=message,
            user_install=message.interaction is not None and message.interaction.user_install,
            seconds_ago=seconds_ago,
        )

    async def submit(self, person: Who, modal: Modal, values: dict[str, FieldValue]) -> Interaction:
        """Send a modal off: texts by custom ID, or lists of files for a File Upload."""
        who = self.person(person)
        if self.world.modals.get(who.id) is not modal:
            raise ValueError("this modal is not open")
        interaction = modal.interaction
        data = fill_in(self.world, modal, values)
        del self.world.modals[who.id]
        return self._interactions.start(
            MODAL_SUBMIT,
            who,
            interaction.channel,
            data,
            message=interaction.message,
            user_install=interaction.user_install,
        )

    def seen_by(self, person: Who, channel: Where) -> list[Message]:
        """Return what a person sees in a channel, oldest first; no one else's ephemerals."""
        who, where = self.person(person), self.channel(channel)
        if not may(self.world, who, where, Permission.VIEW_CHANNEL):
            return []
        notes = sorted(where.messages.values(), key=lambda note: note.id)
        return [note for note in notes if note.seen_only_by in (None, who)]

    def modal(self, person: Who) -> Modal | None:
        """Return the modal that a person is shown."""
        return self.world.modals.get(self.person(person).id)

    def _seer(self, person: Who, message: Message) -> User:
        if message not in self.seen_by(person, message.channel):
            raise PermissionError("one can't use a message that one does not see")
        return self.person(person)

    def _check_app(self, person: User, channel: Channel) -> None:
        if not may(self.world, person, channel, Permission.USE_APPLICATION_COMMANDS):
            raise PermissionError(f"{person.name} may not use commands in {channel.name}")


def _usable(message: Message, custom_id: str) -> Json:
    for part in walk(message.components):
        if part.get("custom_id") == custom_id and not part.get("disabled"):
            return part
    raise ValueError(f"there is nothing {custom_id!r} to press")


def _check_own(person: User, message: Message) -> None:
    if message.author is not person or message.deleted:
        raise PermissionError(f"this message is not {person.name}'s")


def _stored(world: World, channel: Channel, file: GivenFile) -> Attachment:
    name, content, kind = file
    if len(content) > (limit := world.file_limit(channel)):
        raise ValueError(f"{name} is larger than {limit} bytes")
    return world.store(channel, name, kind, content)
