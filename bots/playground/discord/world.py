"""All that is true in the guild at a time. No HTTP, no gateway."""

import hashlib
import hmac
import secrets
import time
from collections import deque
from collections.abc import Callable
from urllib.parse import quote

from bots.playground.discord.rules import BOOSTED_FILE_BYTES, Rules
from bots.playground.discord.state import (
    DISCORD_EPOCH,
    TIMESTAMP_SHIFT,
    Attachment,
    Channel,
    Event,
    Home,
    Interaction,
    Json,
    Message,
    Modal,
    User,
)
from bots.playground.journal import Journal

MAX_EVENTS = 1_000
# Link lifetime in seconds; Discord's are about a day.
LINK_LIFETIME_SECONDS = 86_400

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
        self.public_key = ""
        self.interactions_url = ""
        self.departed: set[int] = set()
        self.joins: dict[int, float] = {}  # when the bot came to a guild later, in Unix time
        self.team: Json | None = None
        self.nonces: dict[str, tuple[float, Message]] = {}
        self.events: deque[Event] = deque(maxlen=MAX_EVENTS)
        self.listeners: list[Listener] = []
        self._last_snowflake = 0
        self._link_key = secrets.token_bytes()
        self.guild_id = self.snowflake()
        self.bot_role_id = self.snowflake()
        self.bot = self.add_user("neocu", bot=True)
        self.owner = self.add_user("olga")
        home = Home(self.guild_id, "Playground", self.owner)
        self.guilds: dict[int, Home] = {home.id: home}

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

    def members(self, channel: Channel) -> set[int]:
        """Return the IDs of those who belong in a channel, whatever they may do there."""
        if channel.person:
            return {channel.person.id, self.bot.id}
        if channel.group:
            return {person.id for person in channel.group}
        people = self.people_of(channel.guild_id or 0)
        return people | {self.bot.id} if channel.guild_id in self.homes else people

    def people_of(self, guild_id: int) -> set[int]:
        """Return the IDs of a guild's people, without the bot; of one unknown here, everybody's."""
        home, people = self.guilds.get(guild_id), self.users.keys() - self.departed - {self.bot.id}
        return people if home is None or home.members is None else people & home.members

    @property
    def homes(self) -> list[int]:
        """The IDs of the guilds that the bot is in."""
        return [home.id for home in self.guilds.values() if home.with_bot]

    @property
    def homes_of_commands(self) -> set[int]:
        """Where the app's commands are: those stay in the first guild, also without the bot."""
        return {self.guild_id, *self.homes}

    @property
    def bot_joined(self) -> bool:
        """Whether the bot is in the first guild."""
        return self.guilds[self.guild_id].with_bot

    def file_limit(self, channel: Channel) -> int:
        """Return how many bytes a file may have in a channel, by the guild's boosts."""
        if channel.guild_id != self.guild_id:
            return self.rules.upload_cap
        return BOOSTED_FILE_BYTES.get(self.rules.premium_tier, self.rules.upload_cap)

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
        expires = f"{issued + LINK_LIFETIME_SECONDS:x}"
        sign = self.signature(attachment.id, expires)
        return f"{self.base_url}{path}?ex={expires}&is={issued:x}&hm={sign}&"

    def signature(self, attachment_id: int, expires: str) -> str:
        """Return what proves that a link was made here."""
        return hmac.new(
            self._link_key, f"{attachment_id}:{expires}".encode(), hashlib.sha256
        ).hexdigest()
