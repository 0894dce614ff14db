"""A person's seats at Slack and at Discord: what they do and see, in the same words on both."""

import html
import re
from collections.abc import Mapping, Sequence
from typing import Any

from bots.playground import styled
from bots.playground.discord import Guild
from bots.playground.discord import Message as DiscordMessage
from bots.playground.discord.components import LABEL, walk, words_of
from bots.playground.seat import COMMAND, FORM_COMMAND, MENU, SHORTCUT, Field, File, Line, Seat
from bots.playground.slack import Workspace
from bots.playground.slack.state import Message as SlackMessage

__all__ = [
    "COMMAND",
    "FORM_COMMAND",
    "MENU",
    "SHORTCUT",
    "DiscordSeat",
    "Field",
    "File",
    "Line",
    "Seat",
    "SlackSeat",
]


class SlackSeat(Seat):
    """A person in a Slack workspace."""

    platform = "slack"

    def __init__(self, workspace: Workspace, person: str = "ada", channel: str = "general") -> None:
        super().__init__(workspace.journal, person)
        self._workspace = workspace
        self._channel = workspace.dm(person) if channel == "dm" else workspace.channel(channel)

    async def type(self, words: str, files: Sequence[File] = (), thread: Any = None) -> None:
        """Type something; a slash command can have neither files nor a thread."""
        if words.startswith(COMMAND):
            text = words.removeprefix(COMMAND).strip()
            await self._workspace.command(self._person, self._channel, COMMAND, text)
        else:
            await self._workspace.say(self._person, self._channel, words, thread, files)

    async def press(self, line: Line, label: str) -> None:
        """Press a button under a message, or choose from its menu."""
        for element, _ in line.shown.elements:
            for one in (element, *element.get("options", ())):
                if one.get("text", {}).get("text") == label:
                    action_id, value = element["action_id"], one.get("value")
                    await self._workspace.press(self._person, line.shown, action_id, value)
                    return
        raise LookupError(f"there is no button {label!r}")

    async def use(self, line: Line) -> None:
        """Pick "Use in Neocu" from a message's menu."""
        await self._workspace.shortcut(self._person, line.shown, SHORTCUT)

    async def pick(self, label: str, option: str, typed: Mapping[str, str] | None = None) -> None:
        """Pick something in an open form; the app may change it then."""
        if (view := self._workspace.modal(self._person)) is None:
            raise LookupError("no form is open")
        fields = self._fields() or {}
        stands = {fields[name].id: value for name, value in (typed or {}).items()}
        element = next(
            block["element"]
            for block in view.content["blocks"]
            if block["type"] == "input" and block["label"]["text"] == label
        )
        [value] = [one["value"] for one in element["options"] if one["text"]["text"] == option]
        await self._workspace.press(self._person, view, element["action_id"], value, stands)

    def _fields(self) -> dict[str, Field] | None:
        if (view := self._workspace.modal(self._person)) is None:
            return None
        return {
            block["label"]["text"]: Field(
                block["block_id"],
                view.filled.get(block["block_id"], _initial(block["element"])),
            )
            for block in view.content["blocks"]
            if block["type"] == "input"
        }

    async def _submit(self, values: dict[str, Any]) -> None:
        if view := self._workspace.modal(self._person):
            await self._workspace.submit(self._person, view, values)

    def _messages(self) -> Sequence[SlackMessage]:
        return self._workspace.seen_by(self._person, self._channel)

    def _replies(self, message: SlackMessage) -> Sequence[SlackMessage]:
        thread = self._workspace.seen_by(self._person, self._channel, message.ts)
        return [reply for reply in thread if reply.ts != message.ts]

    def _line(self, message: SlackMessage, deep: int) -> Line:
        people = self._workspace.people

        def name(user: str) -> str:
            return people[user].name if user in people else user

        named = re.sub(r"<@(\w+)(?:\|[^>]*)?>", lambda user: f"@{name(user[1])}", message.words)
        return Line(
            who=people[message.user].name if message.user in people else "Slack",
            text=html.unescape(named),
            deep=deep,
            thread=message.thread_ts or message.ts,
            shown=message,
            private=message.only_for is not None,
            buttons=tuple(
                element["text"]["text"]
                for element, _ in message.elements
                if element["type"] == "button"
            ),
            menu=tuple(
                option["text"]["text"]
                for element, _ in message.elements
                for option in element.get("options", ())
            ),
            files=tuple(file.name for file in message.files),
            styled=styled.slack(message.text, message.blocks, name),
            edited=message.edited is not None,
        )


def _initial(element: dict[str, Any]) -> str:
    """Return what stands in an input at first: words, or the option that is picked."""
    option = element.get("initial_option", {}).get("text", {}).get("text", "")
    return str(element.get("initial_value", option))


class DiscordSeat(Seat):
    """A person in a Discord guild."""

    platform = "discord"

    def __init__(self, guild: Guild, person: str = "ada", channel: str = "general") -> None:
        super().__init__(guild.journal, person)
        self._guild = guild
        self._channel = guild.dm(person) if channel == "dm" else guild.channel(channel)

    async def type(self, words: str, files: Sequence[File] = (), thread: Any = None) -> None:
        """Type something; files with a slash command become its attachment options."""
        where = thread or self._channel
        if words.startswith(COMMAND):
            names = ("attachment", *(f"attachment_{n}" for n in range(2, len(files) + 1)))
            options: dict[str, Any] = dict(zip(names, files, strict=False))
            query = words.removeprefix(COMMAND).strip()
            if not query:  # on Discord the form is a command of its own
                await self._guild.command(self._person, where, FORM_COMMAND)
                return
            await self._guild.command(self._person, where, "neocu", query=query, **options)
        else:
            await self._guild.say(self._person, where, words, files=list(files))

    async def press(self, line: Line, label: str) -> None:
        """Press a button under a message, or choose from its menu."""
        for part in walk(line.shown.components):
            if part.get("label") == label:
                await self._guild.press(self._person, line.shown, part["custom_id"])
                return
            for option in part.get("options", ()):
                if option["label"] == label:
                    known, value = part["custom_id"], option["value"]
                    await self._guild.choose(self._person, line.shown, known, value)
                    return
        raise LookupError(f"there is no button {label!r}")

    async def reply(self, line: Line, words: str, files: Sequence[File] = ()) -> None:
        """Reply to a message, which calls its author."""
        where = line.shown.channel
        await self._guild.say(self._person, where, words, reply_to=line.shown, files=list(files))

    async def use(self, line: Line) -> None:
        """Pick "Use in Neocu" from a message's menu."""
        await self._guild.message_command(self._person, line.shown, MENU)

    def _fields(self) -> dict[str, Field] | None:
        if (modal := self._guild.modal(self._person)) is None:
            return None
        inputs = {
            part["label"]: part["component"] for part in modal.components if part["type"] == LABEL
        }
        return {label: Field(one["custom_id"], _stands(one)) for label, one in inputs.items()}

    async def _submit(self, values: dict[str, Any]) -> None:
        if modal := self._guild.modal(self._person):
            await self._guild.submit(self._person, modal, values)

    def _messages(self) -> Sequence[DiscordMessage]:
        return self._guild.seen_by(self._person, self._channel)

    def _replies(self, message: DiscordMessage) -> Sequence[DiscordMessage]:
        return self._guild.seen_by(self._person, message.thread) if message.thread else ()

    def _line(self, message: DiscordMessage, deep: int) -> Line:
        people = self._guild.people
        named = re.sub(
            r"<@!?(\d+)>",
            lambda found: f"@{people[int(found[1])].name if int(found[1]) in people else found[1]}",
            words_of(message),
        )
        text = "… is thinking" if message.thinking else named
        return Line(
            who=message.author.name,
            text=text,
            deep=deep,
            thread=message.channel if deep else message.thread,
            shown=message,
            private=message.seen_only_by is not None,
            buttons=tuple(p["label"] for p in walk(message.components) if p.get("label")),
            menu=tuple(
                option["label"]
                for part in walk(message.components)
                for option in part.get("options", ())
            ),
            files=tuple(file.filename for file in message.attachments),
            styled=styled.discord(text),
            edited=message.edited_at is not None,
        )


def _stands(component: dict[str, Any]) -> str:
    """Return what stands in an input at first: words, or the options that are picked."""
    picked = [one["value"] for one in component.get("options", ()) if one.get("default")]
    return str(component.get("value", ", ".join(picked)))
