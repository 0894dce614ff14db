"""What there is in a Slack workspace: people, channels, messages, files, views."""

import re
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
BROADCAST = "thread_broadcast"

MENTION = re.compile(r"<(@[UWB]\w+|!(?:here|channel|everyone|subteam\^\w+))(?:\|[^>]*)?>")
MARKED = ("mrkdwn", "plain_text")
# Rich text names whom it pings in a field of its own.
PINGED_BY = {"user": "user_id", "usergroup": "usergroup_id", "broadcast": "range"}


@dataclass
class Person:
    """Someone in the workspace, or of a company that shares a channel; the bot is one too.

    Guests are `is_restricted` (some channels) or `is_ultra_restricted` (one channel).
    """

    id: str
    name: str
    real_name: str
    is_bot: bool = False
    team_id: str = ""
    is_admin: bool = False
    is_owner: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    locale: str = "en-US"


@dataclass
class File:
    """A file and its bytes; `shares` are the messages (channel, ts, thread_ts) that show it.

    Until it is `processed`, Slack is still looking at what was uploaded.
    """

    id: str
    name: str
    mimetype: str
    content: bytes
    user: str
    url: str
    title: str = ""
    alt_txt: str = ""
    processed: bool = True
    shares: list[tuple[str, str, str | None]] = field(default_factory=list)

    @property
    def filetype(self) -> str:
        """Slack's short name of the type, which is mostly the file's ending."""
        _, dot, ending = self.name.rpartition(".")
        return ending.lower() if dot else "binary"


@dataclass(frozen=True)
class Revision:
    """What a message said before it was edited at `until` (a ts)."""

    until: str
    text: str
    blocks: list[Json]
    files: list[str]  # IDs


@dataclass
class Message:
    """A message in a channel; `only_for` names the one person who sees an ephemeral one.

    `broken_images` are the files (by ID) of which people see a broken image in its blocks.
    """

    channel: str
    ts: str
    user: str
    text: str
    thread_ts: str | None = None
    blocks: list[Json] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    bot_id: str | None = None
    metadata: Json | None = None
    subtype: str | None = None
    edited: str | None = None
    only_for: str | None = None
    unfurls: bool = True
    reactions: list[str] = field(default_factory=list)
    revisions: list[Revision] = field(default_factory=list)
    broken_images: set[str] = field(default_factory=set)

    @property
    def is_broadcast(self) -> bool:
        """True for a thread's reply that is shown in the channel too."""
        return self.subtype == BROADCAST

    @property
    def is_reply(self) -> bool:
        """True for what is shown in a thread only."""
        return self.thread_ts not in (None, self.ts) and not self.is_broadcast

    @property
    def elements(self) -> list[tuple[Json, Json]]:
        """Every interactive element with its block, in the order shown."""
        return elements_of(self.blocks)

    @property
    def words(self) -> str:
        """The text as people see it: beside files there is none but in blocks."""
        return self.text or "\n".join(_words(block) for block in self.blocks if _words(block))

    @property
    def pings(self) -> list[str]:
        """Who is notified, each once: user IDs, `here`, `channel`, `everyone`, user-group IDs."""
        found = MENTION.findall(self.text)
        for block in self.blocks:
            found += _pings(block)
        return list(dict.fromkeys(n.lstrip("@!").removeprefix("subteam^") for n in found))


@dataclass
class Channel:
    """A channel, public or private, or a direct message of two (`im_with`) or more (`is_mpim`).

    `restricted` is the error that whoever posts there gets, `connected` the other companies that
    share it (team IDs), `deleted` what once stood there.
    """

    id: str
    name: str
    is_private: bool = False
    im_with: str | None = None
    is_mpim: bool = False
    is_archived: bool = False
    restricted: str = ""
    connected: set[str] = field(default_factory=set)
    deleted: list[Message] = field(default_factory=list)
    members: set[str] = field(default_factory=set)
    messages: list[Message] = field(default_factory=list)
    statuses: dict[str, str] = field(default_factory=dict)  # by thread: "is drawing …"
    status_ends: dict[str, float] = field(default_factory=dict)  # on the monotonic clock
    suggested_prompts: list[Json] = field(default_factory=list)
    sessions: dict[str, str] = field(default_factory=dict)  # by thread: an agent's status

    @property
    def kind(self) -> str:
        """Slack's `channel_type`: channel, group, im or mpim."""
        if self.im_with:
            return "im"
        if self.is_mpim:
            return "mpim"
        return "group" if self.is_private else "channel"

    def find(self, ts: str | None) -> Message | None:
        """Return the message with this `ts`."""
        return next((message for message in self.messages if message.ts == ts), None)

    def remove(self, message: Message) -> None:
        """Take a message away; `deleted` keeps it for whoever wants to know."""
        self.messages.remove(message)
        self.deleted.append(message)

    def thread(self, thread_ts: str) -> list[Message]:
        """Return the parent and its replies, oldest first."""
        return [m for m in self.messages if thread_ts in (m.ts, m.thread_ts)]


@dataclass
class View:
    """A modal or home tab that one person looks at; `content` is what the app sent.

    `filled` is what stands in its inputs, by block_id, where the person has changed it.
    """

    id: str
    person: str
    content: Json
    hash: str
    filled: Json = field(default_factory=dict)
    open: bool = True
    errors: dict[str, str] = field(default_factory=dict)
    trouble: str | None = None


def elements_of(blocks: list[Json]) -> list[tuple[Json, Json]]:
    """Return (element, block) for all buttons, menus and inputs among blocks."""
    found = []
    for block in blocks:
        inside = (
            block.get("elements", []) if block["type"] in ("actions", "context_actions") else []
        )
        inside = [*inside, *(block[key] for key in ("accessory", "element") if key in block)]
        found += [(element, block) for element in inside if "action_id" in element]
    return found


def _words(block: Json) -> str:
    """Return the text of a section or of a small line."""
    texts = [block.get("text", {}), *block.get("elements", [])]
    found = "\n".join(str(text["text"]) for text in texts if text.get("type") in MARKED)
    return re.sub("[*`]", "", found)


def _pings(part: Any) -> list[str]:
    """Return the mentions in a block: mrkdwn, markdown and rich text can hold some."""
    if isinstance(part, list):
        return [ping for item in part for ping in _pings(item)]
    if not isinstance(part, dict):
        return []
    kind = part.get("type")
    if kind in ("mrkdwn", "markdown"):
        return MENTION.findall(str(part.get("text", "")))
    if kind in ("user", "usergroup", "broadcast"):
        return [str(part.get(PINGED_BY[kind]))]
    return _pings(list(part.values()))
