"""The Slack tab: what one person sees of the workspace, and what they do there."""

from collections.abc import Mapping

from bots.playground.page.seen import Json, Things
from bots.playground.page.tab import Files, Tab, Verb, file_json, person_json, still_there
from bots.playground.slack import Workspace
from bots.playground.slack.state import Channel, File, Message

COMMAND = "/neocu"
INVITE = "/invite"
# As in deploy/slack-manifest.yaml.
SHORTCUTS = [{"name": "Use in Neocu", "callback_id": "use_in_neocu"}]


class SlackTab(Tab):
    """The workspace as one page shows it."""

    def __init__(self, workspace: Workspace, title: str) -> None:
        self._workspace = workspace
        self.home, self.title = workspace.team_id, title

    @property
    def has_app(self) -> bool:
        """Whether the app is installed."""
        return self._workspace.desk.team.installed

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """What a person can do, by name."""
        return {**super().verbs, "enter": self.enter}

    def seen(self, person: str) -> Things:
        """Return everything that a person sees."""
        workspace, who = self._workspace, self._workspace.person(person)
        workspace.dm(who)
        things: Things = {
            "slack/home": {
                "me": who.id,
                "bot": workspace.bot_user_id,
                "people": {
                    one.id: person_json(one.name, bot=one.is_bot)
                    for one in workspace.people.values()
                },
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
                "filled": {k: v for k, v in view.filled.items() if isinstance(v, str)},
                "errors": view.errors,
                "trouble": view.trouble,
            }
        return things

    def file(self, file_id: str) -> tuple[bytes, str]:
        """Return a file's bytes and media type; LookupError if there is none."""
        desks = self._workspace.server.desks.values()
        file = next(desk.team.files[file_id] for desk in desks if file_id in desk.team.files)
        return file.content, file.mimetype

    async def say(self, person: str, args: Json, files: Files) -> str:
        """Post what was typed, or use the command that it is; return what Slack would tell."""
        text, thread, attached = args["text"], args.get("thread"), files.get("files", ())
        channel = self._workspace.channel(args["channel"])
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

    async def press(self, person: str, args: Json, _: Files) -> str:
        """Press a button, of a message or of the modal, or choose from a menu."""
        if "message" in args:
            shown = self._message(args)
            await self._workspace.press(person, shown, args["action"], args.get("value"))
        elif view := self._workspace.modal(person):
            typed = args.get("values", {})
            await self._workspace.press(person, view, args["action"], args.get("value"), typed)
        return ""

    async def shortcut(self, person: str, args: Json, _: Files) -> str:
        """Pick something from a message's menu."""
        await self._workspace.shortcut(person, self._message(args), args["callback_id"])
        return ""

    async def submit(self, person: str, args: Json, files: Files) -> str:
        """Send the modal off."""
        if view := self._workspace.modal(person):
            await self._workspace.submit(person, view, {**args["values"], **files})
        return ""

    async def close(self, person: str, _: Json, __: Files) -> str:
        """Close the modal."""
        if view := self._workspace.modal(person):
            await self._workspace.close(person, view)
        return ""

    async def enter(self, person: str, args: Json, _: Files) -> str:
        """Open a channel: the app hears when it is its Messages tab."""
        if self._workspace.channel(args["channel"]).im_with:
            await self._workspace.open_messages_tab(person)
        return ""

    def _message(self, args: Json) -> Message:
        return still_there(self._workspace.channel(args["channel"]).find(args["message"]))


def _channel(channel: Channel) -> Json:
    return {
        "id": channel.id,
        "name": channel.name,
        "kind": channel.kind,
        "with": channel.im_with,
        "members": sorted(channel.members),
        "statuses": channel.statuses,
        "prompts": channel.suggested_prompts,
    }


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
        "broadcast": message.is_broadcast,
        "broken": sorted(message.broken_images),
    }


def _file(file: File) -> Json:
    shown = file_json("slack", file.id, file.name, file.mimetype, len(file.content))
    return shown | {"title": file.title, "alt": file.alt_txt}
