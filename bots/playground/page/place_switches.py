"""Switches for people and places: whom the bot can't serve as usual, and what they speak."""

from functools import partial

from bots.playground.discord import Guild
from bots.playground.page.switch import Switch
from bots.playground.slack import Workspace

# https://docs.slack.dev/reference/methods/chat.postMessage: a channel where few may post
READ_ONLY = "restricted_action"
GUEST = STRANGER = "cleo"
ADMIN = "ada"
CHANNEL = "general"
# What people can have chosen, in each platform's way to write it; the first is what they have.
LANGUAGES = {
    "English": ("en-US", "en-US"),
    "Deutsch": ("de-DE", "de"),
    "Français": ("fr-FR", "fr"),
    "Español": ("es-ES", "es-ES"),
    "Português": ("pt-BR", "pt-BR"),
    "日本語": ("ja-JP", "ja"),
}


class SlackPlaces:
    """What can be otherwise in the workspace; each switch goes back when it is used again."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._company = ""

    def switches(self) -> dict[str, Switch]:
        """Return the buttons by name."""
        guest, stranger = f"{GUEST} is a guest", f"{STRANGER} is of another company"
        return {
            "slack-out": Switch(
                "Slack", f"Bot not in #{CHANNEL}", self.turn_bot_out, lambda: self.bot_is_out
            ),
            "slack-closed": Switch(
                "Slack", f"#{CHANNEL} closed to it", self.turn_read_only, lambda: self.read_only
            ),
            "slack-guest": Switch("Slack", guest, self.turn_guest, lambda: self.has_guest),
            "slack-stranger": Switch(
                "Slack", stranger, self.turn_stranger, lambda: self.has_stranger
            ),
        }

    @property
    def bot_is_out(self) -> bool:
        """Whether the bot is not in the channel."""
        return self._workspace.bot_user_id not in self._workspace.channel(CHANNEL).members

    @property
    def read_only(self) -> bool:
        """Whether the bot may not post in the channel."""
        return bool(self._workspace.channel(CHANNEL).restricted)

    @property
    def has_guest(self) -> bool:
        """Whether one of the people is a guest."""
        return self._workspace.person(GUEST).is_restricted

    @property
    def has_stranger(self) -> bool:
        """Whether one of the people is of another company."""
        return self._workspace.person(STRANGER).team_id != self._workspace.team_id

    def turn_bot_out(self) -> None:
        """Take the bot out of the channel, or invite it again."""
        if self.bot_is_out:
            self._workspace.invite(CHANNEL)
        else:
            self._workspace.kick(CHANNEL)

    def turn_read_only(self) -> None:
        """Let only admins post in the channel, or everybody again."""
        self._workspace.channel(CHANNEL).restricted = "" if self.read_only else READ_ONLY
        self._workspace.journal.changed()

    def turn_guest(self) -> None:
        """Make one of the people a guest, or a member again."""
        person = self._workspace.person(GUEST)
        person.is_restricted = not person.is_restricted
        self._workspace.journal.changed()

    def turn_stranger(self) -> None:
        """Make one of the people somebody of another company, or a colleague again."""
        workspace, person = self._workspace, self._workspace.person(STRANGER)
        self._company = self._company or workspace.add_company()
        away = not self.has_stranger
        person.team_id = self._company if away else workspace.team_id
        for channel in workspace.channels.values():
            if person.id in channel.members and not channel.im_with:
                channel.connected = {self._company} if away else set()
        workspace.journal.changed()


class DiscordPlaces:
    """What can be otherwise in the guild; each switch goes back when it is used again."""

    def __init__(self, guild: Guild) -> None:
        self._guild = guild
        self._denied: set[str] = set()

    def switches(self) -> dict[str, Switch]:
        """Return the buttons by name."""
        denials = {
            "discord-mute": (f"#{CHANNEL} closed to it", "send_messages"),
            "discord-threads": ("No threads", "create_public_threads"),
            "discord-files": ("No files", "attach_files"),
        }
        return {
            **{
                name: Switch("Discord", label, partial(self.turn, what), partial(self.denied, what))
                for name, (label, what) in denials.items()
            },
            "discord-lock": Switch("Discord", "Lock its threads", self.lock_threads),
        }

    def denied(self, permission: str) -> bool:
        """Whether the bot has lost a permission in the channel."""
        return permission in self._denied

    def turn(self, permission: str) -> None:
        """Take a permission away from the bot in the channel, or give it back."""
        if self.denied(permission):
            self._guild.allow(CHANNEL, permission)
        else:
            self._guild.deny(CHANNEL, permission)
        self._denied ^= {permission}

    def lock_threads(self) -> None:
        """Lock every thread of the channel that there is now."""
        channel = self._guild.channel(CHANNEL)
        for thread in list(self._guild.channels.values()):
            if thread.parent is channel and not thread.locked:
                self._guild.archive(thread, locked=True)


class Admin:
    """Whether one of the people manages the workspace, and owns the guild."""

    def __init__(self, workspace: Workspace, guild: Guild) -> None:
        self._workspace, self._guild = workspace, guild
        self._owner = guild.world.owner

    @property
    def is_one(self) -> bool:
        """Whether they do."""
        return self._workspace.person(ADMIN).is_admin

    def turn(self) -> None:
        """Let them, or no longer."""
        member, user = self._workspace.person(ADMIN), self._guild.person(ADMIN)
        member.is_admin = not member.is_admin
        self._guild.world.owner = user if member.is_admin else self._owner
        self._workspace.journal.changed()


class Tongue:
    """What everybody has chosen as their language, on both platforms."""

    def __init__(self, workspace: Workspace, guild: Guild) -> None:
        self._workspace, self._guild = workspace, guild
        self.spoken = next(iter(LANGUAGES))

    def is_spoken(self, language: str) -> bool:
        """Whether everybody has chosen this one."""
        return self.spoken == language

    def choose(self, language: str) -> None:
        """Let everybody choose one of LANGUAGES."""
        self.spoken = language
        slack, discord = LANGUAGES[language]
        for member in self._workspace.people.values():
            member.locale = slack
        for user in self._guild.people.values():
            user.locale = discord
        self._workspace.journal.changed()
