"""What a guild is made of: people, channels, messages, interactions. No HTTP, no gateway."""

import time
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

# Milliseconds of 2015-01-01: https://docs.discord.com/developers/reference#snowflakes
DISCORD_EPOCH = 1_420_070_400_000
TIMESTAMP_SHIFT = 22

TEXT, DM, GROUP_DM = 0, 1, 3
ANNOUNCEMENT, ANNOUNCEMENT_THREAD, PUBLIC_THREAD, PRIVATE_THREAD = 5, 10, 11, 12
SUPPRESS_EMBEDS, HAS_THREAD, EPHEMERAL, LOADING = 1 << 2, 1 << 5, 1 << 6, 1 << 7
COMPONENTS_V2 = 1 << 15


@dataclass(eq=False)
class User:
    """A person, or the bot. `dms_open` false: does not take direct messages.

    `locale` is the language that a person has set.
    """

    id: int
    name: str
    bot: bool = False
    dms_open: bool = True
    locale: str = "en-US"


@dataclass(eq=False)
class Home:
    """A guild, whose it is, and whether the bot is in it. `members`: None for everybody."""

    id: int
    name: str
    owner: User
    with_bot: bool = True
    members: set[int] | None = None


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
    choices: list[Json] = field(default_factory=list)


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


def snowflake_time(snowflake: int) -> float:
    """Return when an ID was made, as Unix time."""
    return ((snowflake >> TIMESTAMP_SHIFT) + DISCORD_EPOCH) / 1000
