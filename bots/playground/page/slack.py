"""The Slack tab: what one person sees of the workspace, and what they do there."""

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from bots.playground.page.seen import File, Json, Things
from bots.playground.slack import Workspace
from bots.playground.slack.state import Channel, Message, Person
from bots.playground.slack.state import File as SlackFile

COMMAND = "/neocu"
INVITE = "/invite"
# As in deploy/slack-manifest.yaml.
SHORTCUTS = [{"name": "Use in Neocu", "callback_id": "use_in_neocu"}]
MEDIA = "/media/slack"


class SlackTab:
    """The workspace as one page shows it. The verbs raise LookupError, ValueError and such."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.verbs = {
            "say": self.say,
            "press": self.press,
            "shortcut": self.shortcut,
            "submit": self.submit,
            "close": self.close,
            "enter": self.enter,
        }

    def seen(self, person: str) -> Things:
        """Return everything that a person sees."""
        workspace, who = self._workspace, self._workspace.person(person)
        workspace.dm(who)
        things: Things = {
            "slack/home": {
                "me": who.id,
                "bot": workspace.bot_user_id,
                "people": {one.id: _person(one) for one in workspace.people.values()},
                "shortcuts": SHORTCUTS,
                "commands": [COMMAND, INVITE],
            }
        }
        for place, channel in enumerate(workspace.channels.values()):
            if channel.kind == "channel" or who.id in channel.members:
                things[f"slack/channel/{channel.id}"] = _channel(channel) | {"at": place}
                things |= {
                    f"slack/message/{channel.id}/{message.ts}": _message(message)
                    for message in channel.messages
                    if message.only_for in (None, who.id)
                }
        if view := workspace.modal(who):
            things["slack/modal"] = {
                "id": view.id,
                "hash": view.hash,
                "content": view.content,
                "errors": view.errors,
                "trouble": view.trouble,
            }
        return things

    def file(self, file_id: str) -> tuple[bytes, str]:
        """Return a file's bytes and media type; LookupError if there is none."""
        file = self._workspace.files[file_id]
        return file.content, file.mimetype

    async def say(self, person: str, about: Json, files: Mapping[str, Sequence[File]]) -> str:
        """Post what was typed, or use the command that it is; return what Slack would tell."""
        text, thread, attached = about["text"], about.get("thread"), files.get("files", ())
        channel = self._workspace.channel(about["channel"])
        if not text.startswith("/"):
            await self._workspace.say(person, channel, text, thread, attached)
            return ""
        command, _, words = text.partition(" ")
        if thread:
            return f"{command} is not supported in threads. Mention @neocu instead."
        if attached:
            return f"{command} takes no files in Slack. Mention @neocu instead, with the files."
        if command == INVITE:
            self._workspace.invite(channel)
        elif command == COMMAND:
            await self._workspace.command(person, channel, COMMAND, words.strip())
        else:
            return f"{command} is not a valid command."
        return ""

    async def press(self, person: str, about: Json, _: Mapping[str, Sequence[File]]) -> str:
        """Press a button, of a message or of the modal, or choose from a menu."""
        if "message" in about:
            shown = self._message(about)
            await self._workspace.press(person, shown, about["action"], about.get("value"))
        elif view := self._workspace.modal(person):
            await self._workspace.press(person, view, about["action"], about.get("value"))
        return ""

    async def shortcut(self, person: str, about: Json, _: Mapping[str, Sequence[File]]) -> str:
        """Pick something from a message's menu."""
        await self._workspace.shortcut(person, self._message(about), about["callback_id"])
        return ""

    async def submit(self, person: str, about: Json, files: Mapping[str, Sequence[File]]) -> str:
        """Send the modal off."""
        if view := self._workspace.modal(person):
            await self._workspace.submit(person, view, {**about["values"], **files})
        return ""

    async def close(self, person: str, _: Json, __: Mapping[str, Sequence[File]]) -> str:
        """Close the modal."""
        if view := self._workspace.modal(person):
            await self._workspace.close(person, view)
        return ""

    async def enter(self, person: str, about: Json, _: Mapping[str, Sequence[File]]) -> str:
        """Open a channel: the app hears when it is its Messages tab."""
        if self._workspace.channel(about["channel"]).im_with:
            await self._workspace.open_messages_tab(person)
        return ""

    def _message(self, about: Json) -> Message:
        found = self._workspace.channel(about["channel"]).find(about["message"])
        if found is None:
            raise LookupError("This message is gone.")
        return found


def _channel(channel: Channel) -> Json:
    return {
        "id": channel.id,
        "name": channel.name,
        "kind": channel.kind,
        "members": sorted(channel.members),
        "statuses": channel.statuses,
        "prompts": channel.suggested_prompts,
    }


def _person(person: Person) -> Json:
    return {"name": person.name, "bot": person.is_bot}


def _message(message: Message) -> Json:
    return {
        "id": message.ts,
        "channel": message.channel,
        "thread": message.thread_ts,
        "reply": message.is_reply,
        "user": message.user,
        "text": message.text,
        "blocks": message.blocks,
        "files": [_file(file) for file in message.files],
        "private": message.only_for is not None,
        "edited": message.edited is not None,
        "subtype": message.subtype,
        "reactions": message.reactions,
    }


def _file(file: SlackFile) -> Json:
    return {
        "name": file.name,
        "title": file.title,
        "alt": file.alt_txt,
        "kind": file.mimetype,
        "size": len(file.content),
        "url": f"{MEDIA}/{file.id}/{quote(file.name)}",
    }
