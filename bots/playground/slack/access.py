"""Which channels the app may see and post to, and how Slack refuses the rest.

https://docs.slack.dev/reference/methods/chat.postMessage#errors
"""

from bots.playground.slack.slack_error import SlackError
from bots.playground.slack.state import Channel
from bots.playground.slack.team import Team

# Who may post is for the channel's admins to decide, and some refusals depend on where in it.
FOR_NEW_MESSAGES = {"restricted_action_thread_only_channel"}
FOR_REPLIES = {"restricted_action_non_threadable_channel", "restricted_action_thread_locked"}


def visible_channel(team: Team, name: str) -> Channel:
    """Return a channel that the bot can see: public ones, and those that it is in."""
    channel = team.channels.get(name)
    if channel is None or (channel.kind != "channel" and team.bot.id not in channel.members):
        raise SlackError("channel_not_found")
    return channel


def joined_channel(team: Team, name: str) -> Channel:
    """Return a channel that the bot is in."""
    channel = visible_channel(team, name)
    if team.bot.id not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def writable_channel(
    team: Team, name: str, *, thread_ts: str = "", as_member: bool = False
) -> Channel:
    """Return a channel that the bot may post to, `as_member` or because it is public."""
    public = "chat:write.public" in team.rules.scopes and not as_member
    channel = visible_channel(team, name) if public else joined_channel(team, name)
    if channel.is_archived:
        raise SlackError("is_archived")
    if channel.im_with and not team.rules.messages_tab:
        raise SlackError("messages_tab_disabled")
    if channel.restricted and channel.restricted not in (
        FOR_NEW_MESSAGES if thread_ts else FOR_REPLIES
    ):
        raise SlackError(channel.restricted)
    return channel


def addressed_channel(team: Team, name: str, thread_ts: str = "") -> Channel:
    """Return the channel that chat.postMessage means, which alone takes names and people.

    A person's ID opens the direct message with them; the answer names it as `D…`.
    https://docs.slack.dev/reference/methods/chat.postMessage#channels
    """
    if name in team.people and name != team.bot.id:
        name = team.dm(name).id
    named = [c.id for c in team.channels.values() if c.name == name.removeprefix("#")]
    return writable_channel(team, named[0] if named else name, thread_ts=thread_ts)
