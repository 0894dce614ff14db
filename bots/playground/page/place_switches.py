"""Switches for people and places that the bot can't, or may not, serve as usual."""

from bots.playground.discord import Guild
from bots.playground.slack import Workspace

# https://docs.slack.dev/reference/methods/chat.postMessage: a channel where few may post
READ_ONLY = "restricted_action"
GUEST = STRANGER = "cleo"
CHANNEL = "general"


class SlackPlaces:
    """What can be otherwise in the workspace; each switch goes back when it is used again."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._company = ""

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

    @property
    def commands_only(self) -> bool:
        """Whether the guild has the app's commands, but not the bot."""
        return not self._guild.world.bot_joined

    def denied(self, permission: str) -> bool:
        """Whether the bot has lost a permission in the channel."""
        return permission in self._denied

    def turn_commands_only(self) -> None:
        """Take the bot out of the guild and leave its commands there, or let it in again."""
        if self.commands_only:
            self._guild.invite_bot()
        else:
            self._guild.remove_bot()

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
