"""What a guild is made of: people, channels, messages, interactions. No HTTP, no gateway."""

import hashlib
import hmac
import secrets
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from bots.playground.journal import Journal

Json = dict[str, Any]

# Milliseconds of 2015-01-01: https://docs.discord.com/developers/reference#snowflakes
DISCORD_EPOCH = 1_420_070_400_000
TIMESTAMP_SHIFT = 22

TEXT, DM, GROUP_DM = 0, 1, 3
ANNOUNCEMENT, ANNOUNCEMENT_THREAD, PUBLIC_THREAD, PRIVATE_THREAD = 5, 10, 11, 12
SUPPRESS_EMBEDS, HAS_THREAD, EPHEMERAL, LOADING = 1 << 2, 1 << 5, 1 << 6, 1 << 7
COMPONENTS_V2 = 1 << 15
MEBIBYTE = 1024 * 1024
# Bytes a file in a boosted guild, by tier; elsewhere `Rules.upload_cap`.
# https://support.discord.com/hc/en-us/articles/25444343291031-File-Attachments-FAQ
BOOSTED_CAPS = {2: 50 * MEBIBYTE, 3: 100 * MEBIBYTE}
KEPT_EVENTS = 1_000
# Link lifetime in seconds; Discord's are about a day.
LINK_LIFETIME = 86_400


@dataclass
class Rules:
    """What can be set of Discord's behaviour: bytes, gateway intents, seconds, counts.

    `expired_token_code`: 50027, or 10015, as both were seen after fifteen minutes.
    `max_active_threads`: the documents name no number.
    `session_starts`: https://docs.discord.com/developers/events/gateway#session-start-limit-object
    """

    upload_cap: int = 10 * MEBIBYTE
    premium_tier: int = 0
    max_active_threads: int = 1000
    expired_token_code: int = 50027
    session_starts: int = 1000
    approved_intents: int = 0
    heartbeat_interval: float = 41.25
    interaction_deadline: float = 3.0


@dataclass(eq=False)
class User:
    """A person, or the bot. `dms_open` false: does not take direct messages."""

    id: int
    name: str
    bot: bool = False
    dms_open: bool = True


@dataclass(eq=False)
class Attachment:
    """A file on the guild's CDN; `id` is a snowflake."""

    id: int
    channel_id: int
    filename: str
    content_type: str | None
    data: bytes = field(repr=False)
    description: str | None = None
    ephemeral: bool = False


@dataclass(frozen=True)
class Version:
    """What a message said before an edit, and until when (Unix time)."""

    until: float
    content: str
    attachments: tuple[Attachment, ...]
    embeds: tuple[Json, ...]
    components: tuple[Json, ...]


@dataclass(eq=False)
class Message:
    """A message. `pinged`: the IDs of those whom it notified. `thinking`: a deferred placeholder.

    `seen_only_by` is the invoker of an ephemeral message; `failed` marks Discord's own
    "The application did not respond". `mentions_role`: the bot's role is named in it.
    `versions`: what it said before each edit, oldest first.
    """

    id: int
    channel: "Channel"
    author: User
    content: str = ""
    kind: int = 0
    flags: int = 0
    attachments: list[Attachment] = field(default_factory=list)
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    mentions: list[User] = field(default_factory=list)
    mention_everyone: bool = False
    mentions_role: bool = False
    pinged: set[int] = field(default_factory=set)
    reply_to: "Message | None" = None
    forward_of: "Message | None" = None
    nonce: str | None = None
    interaction: "Interaction | None" = None
    seen_only_by: User | None = None
    failed: bool = False
    deleted: bool = False
    edited_at: float | None = None
    versions: list[Version] = field(default_factory=list)
    thread: "Channel | None" = None

    @property
    def thinking(self) -> bool:
        """Whether it is a deferred response that nothing has been put into yet."""
        return bool(self.flags & LOADING)


@dataclass(eq=False)
class Channel:
    """A text channel, a thread (`parent` set) or a direct message (`person` set).

    `overwrites`: who (a person, or the guild's ID for everyone) → (allowed, denied) bits.
    `group`: the people of a group direct message, where the bot never is. `nsfw`: for adults only.
    `joined`: a thread's members; `added`: those among them whom the bot added.
    `typing_times`: who began to type when (Unix time), oldest first.
    """

    id: int
    kind: int
    name: str
    guild_id: int | None = None
    parent: "Channel | None" = None
    person: User | None = None
    group: tuple[User, ...] = ()
    nsfw: bool = False
    owner: User | None = None
    overwrites: dict[int, tuple[int, int]] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict, repr=False)
    deleted_messages: list[Message] = field(default_factory=list, repr=False)
    joined: set[int] = field(default_factory=set)
    added: set[int] = field(default_factory=set)
    auto_archive_minutes: int = 1440
    archived: bool = False
    locked: bool = False
    typing: dict[int, float] = field(default_factory=dict)
    typing_times: list[tuple[int, float]] = field(default_factory=list, repr=False)

    @property
    def is_dm(self) -> bool:
        """Whether it is a direct message with the bot."""
        return self.kind == DM

    def members(self, world: "World") -> set[int]:
        """Return the IDs of those who belong here, whatever they may do."""
        if self.person:
            return {self.person.id, world.bot.id}
        if self.group:
            return {person.id for person in self.group}
        people = world.users.keys() - world.departed - {world.bot.id}
        with_bot = self.guild_id == world.guild_id and world.bot_joined
        return people | {world.bot.id} if with_bot else people


@dataclass(eq=False)
class Interaction:
    """Somebody's command, press or modal, and what became of it.

    `answered`: the type of the initial response, if any. `failed`: the deadline passed.
    `ephemeral` is decided by the defer; `forced_ephemeral` by what the person may do there.
    """

    id: int
    token: str
    kind: int
    user: User
    channel: Channel
    data: Json
    name: str = ""
    message: Message | None = None
    started: float = field(default_factory=time.time)
    answered: int | None = None
    ephemeral: bool = False
    forced_ephemeral: bool = False
    failed: bool = False
    response: Message | None = None
    followups: list[Message] = field(default_factory=list)
    user_install: bool = False


@dataclass(eq=False)
class Modal:
    """A form that a person is shown; `components` as the bot sent them."""

    interaction: Interaction
    custom_id: str
    title: str
    components: list[Json]


@dataclass(frozen=True)
class Event:
    """A gateway event as a fully privileged bot would get it."""

    name: str
    data: Json
    channel: Channel | None = None
    message: Message | None = None


Listener = Callable[[Event], None]


class World:
    """All that is true in the guild, and where its events go."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.base_url = ""
        self.reset_token()
        self.rules = Rules()
        self.users: dict[int, User] = {}
        self.channels: dict[int, Channel] = {}
        self.attachments: dict[int, Attachment] = {}
        self.interactions: dict[str, Interaction] = {}
        self.modals: dict[int, Modal] = {}
        self.commands: list[Json] = []
        self.command_creates = 0
        self.command_writes = 0
        self.identifies = 0
        self.bot_joined = True
        self.departed: set[int] = set()
        self.team: Json | None = None
        self.nonces: dict[str, tuple[float, Message]] = {}
        self.events: deque[Event] = deque(maxlen=KEPT_EVENTS)
        self.listeners: list[Listener] = []
        self._last_snowflake = 0
        self._link_key = secrets.token_bytes()
        self.guild_id = self.snowflake()
        self.bot_role_id = self.snowflake()
        self.bot = self.add_user("neocu", bot=True)
        self.owner = self.add_user("olga")

    def reset_token(self) -> None:
        """Make a new bot token; the old one is worth nothing."""
        self.token = f"playground.{secrets.token_hex(8)}"

    def snowflake(self, seconds_ago: float = 0.0) -> int:
        """Return a new ID, greater than every one before it, or made as if so long ago."""
        if seconds_ago:
            back = round(seconds_ago * 1000) << TIMESTAMP_SHIFT
            return self.snowflake() - back
        now = (int(time.time() * 1000) - DISCORD_EPOCH) << TIMESTAMP_SHIFT
        self._last_snowflake = max(now, self._last_snowflake + 1)
        return self._last_snowflake

    def add_user(self, name: str, *, bot: bool = False) -> User:
        """Let somebody join."""
        user = User(self.snowflake(), name, bot)
        self.users[user.id] = user
        return user

    def emit(
        self, name: str, data: Json, channel: Channel | None = None, message: Message | None = None
    ) -> Event:
        """Tell an event to whoever listens; it can be seen from now on."""
        event = Event(name, data, channel, message)
        self.events.append(event)
        for listener in self.listeners:
            listener(event)
        self.journal.changed()
        return event

    def file_limit(self, channel: Channel) -> int:
        """Return how many bytes a file may have in a channel, by the guild's boosts."""
        if channel.guild_id != self.guild_id:
            return self.rules.upload_cap
        return BOOSTED_CAPS.get(self.rules.premium_tier, self.rules.upload_cap)

    def store(
        self, channel: Channel, filename: str, content_type: str | None, data: bytes
    ) -> Attachment:
        """Put a file on the CDN."""
        attachment = Attachment(self.snowflake(), channel.id, filename, content_type, data)
        self.attachments[attachment.id] = attachment
        return attachment

    def link(self, attachment: Attachment) -> str:
        """Return a signed address of a file, good for a day."""
        path = f"/attachments/{attachment.channel_id}/{attachment.id}/{quote(attachment.filename)}"
        issued = int(time.time())
        expires = f"{issued + LINK_LIFETIME:x}"
        sign = self.signature(attachment.id, expires)
        return f"{self.base_url}{path}?ex={expires}&is={issued:x}&hm={sign}&"

    def signature(self, attachment_id: int, expires: str) -> str:
        """Return what proves that a link was made here."""
        return hmac.new(
            self._link_key, f"{attachment_id}:{expires}".encode(), hashlib.sha256
        ).hexdigest()


def snowflake_time(snowflake: int) -> float:
    """Return when an ID was made, as Unix time."""
    return ((snowflake >> TIMESTAMP_SHIFT) + DISCORD_EPOCH) / 1000
