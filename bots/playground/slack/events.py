"""Which events the app hears of (https://docs.slack.dev/reference/events)."""

import time

from bots.playground.slack.courier import EVENT, Courier
from bots.playground.slack.payloads import file_stub, message_json, view_json
from bots.playground.slack.state import Channel, Json, Message, Person
from bots.playground.slack.team import Team

SCOPE_OF = {
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
}
NAME_OF = {
    "channel": "message.channels",
    "group": "message.groups",
    "im": "message.im",
    "mpim": "message.mpim",
}


class Events:
    """Tells the app what happened where it is a member, as far as it subscribed and may know."""

    def __init__(self, team: Team, courier: Courier) -> None:
        self._team = team
        self._courier = courier

    def posted(self, message: Message) -> None:
        """A message was posted; one that mentions the bot is told of twice."""
        channel = self._team.channels[message.channel]
        hidden = message.files and self._team.rules.mention_with_file_as_message_only
        if self._mentions_bot(message, message.text) and not hidden:
            self._mentioned(message)
        self._tell(NAME_OF[channel.kind], channel, self._message(message), message.user)

    def changed(self, message: Message, before: Json) -> None:
        """A message was edited; `before` is how it looked.

        One that mentions the bot only now is a mention too, marked as `edited`:
        https://github.com/slackapi/bolt-python/issues/925
        """
        now = message_json(self._team, message)
        if self._mentions_bot(message, message.text) > self._mentions_bot(message, before["text"]):
            self._mentioned(message)
        self._message_event(
            message, "message_changed", {"message": now, "previous_message": before}
        )

    def deleted(self, message: Message, before: Json) -> None:
        """A message is gone; `before` is how it looked."""
        gone = {"deleted_ts": message.ts, "previous_message": before}
        self._message_event(message, "message_deleted", gone)

    def joined(self, person: Person, channel: Channel) -> None:
        """Someone, maybe the bot, has come to a channel.

        https://docs.slack.dev/reference/events/member_joined_channel
        """
        scope = "groups:read" if channel.kind == "group" else "channels:read"
        if scope in self._team.rules.scopes:
            event: Json = {"type": "member_joined_channel", "user": person.id}
            event |= {"channel": channel.id, "channel_type": channel.kind[:1].upper()}
            self._tell("member_joined_channel", channel, event, person.id)

    def home_opened(self, person: Person, channel: Channel, tab: str) -> None:
        """Someone looks at the app's Home or Messages tab."""
        event: Json = {
            "type": "app_home_opened",
            "user": person.id,
            "channel": channel.id,
            "tab": tab,
        }
        homes = [v for v in self._team.views.values() if v.content.get("type") == "home"]
        for view in homes:
            if tab == "home" and view.person == person.id:
                event["view"] = view_json(self._team, view)
        self._tell("app_home_opened", channel, event, person.id)

    def session_stopped(self, person: Person, channel: Channel, thread_ts: str) -> None:
        """Someone pressed Slack's Stop (https://docs.slack.dev/reference/events/agent_session_stopped)."""
        event: Json = {"type": "agent_session_stopped", "user": person.id, "channel": channel.id}
        event |= {"thread_ts": thread_ts, "streaming_message_ts": []}
        self._tell("agent_session_stopped", channel, event, person.id)

    def removed(self, *, uninstalled: bool) -> None:
        """The app's tokens were revoked, and maybe the app was taken away: no scope is needed.

        https://docs.slack.dev/reference/events/tokens_revoked
        """
        revoked = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [self._team.bot.id]}}
        for event in ({"type": "app_uninstalled"}, revoked) if uninstalled else (revoked,):
            if event["type"] in self._team.rules.events:
                envelope = self._envelope(event, self._team.id) | {"authorizations": []}
                self._courier.send(EVENT, envelope)

    def _mentions_bot(self, message: Message, text: str) -> bool:
        """Tell whether a text mentions the bot; nobody is mentioned in direct messages."""
        bot, channel = self._team.bot.id, self._team.channels[message.channel]
        return f"<@{bot}>" in text and message.user != bot and channel.kind != "im"

    def _mentioned(self, message: Message) -> None:
        event = self._message(message)
        plain = {k: v for k, v in event.items() if k not in ("channel_type", "subtype")}
        channel = self._team.channels[message.channel]
        self._tell("app_mention", channel, plain | {"type": "app_mention"}, message.user)

    def _message_event(self, message: Message, subtype: str, what: Json) -> None:
        channel = self._team.channels[message.channel]
        event = {"type": "message", "subtype": subtype, "channel": channel.id, "hidden": True}
        event |= {"ts": self._team.new_ts(), "channel_type": channel.kind}
        self._tell(NAME_OF[channel.kind], channel, event | what, message.user)

    def _message(self, message: Message) -> Json:
        """Return what an event tells of a message; other companies' files are stubs.

        https://docs.slack.dev/apis/slack-connect/
        """
        team, channel = self._team, self._team.channels[message.channel]
        event = message_json(team, message, metadata=True)
        author = team.team_of(message.user)
        if message.files and (author != team.id or team.rules.files_of_other_workspaces):
            event["files"] = [file_stub(file) for file in message.files]
        if channel.connected and team.rules.connect_names_team:
            event |= {"user_team": author, "source_team": author}
        elif channel.connected:
            del event["team"]
        return event | {"channel": channel.id, "channel_type": channel.kind}

    def _tell(self, name: str, channel: Channel, event: Json, author: str) -> None:
        team = self._team
        scope = SCOPE_OF.get(name)
        knows = name in team.rules.events and (scope is None or scope in team.rules.scopes)
        if not knows or not team.installed or team.bot.id not in channel.members:
            return
        shared = bool(channel.connected) or team.rules.files_of_other_workspaces
        for source in self._sources(author):
            envelope = self._envelope(event, source) | {"is_ext_shared_channel": shared}
            self._courier.send(EVENT, envelope)

    def _sources(self, author: str) -> list[str]:
        """Return the outer `team_id`s under which the app is told of what somebody did.

        That of the author's company, and perhaps once more ours:
        https://github.com/slackapi/java-slack-sdk/issues/629,
        https://github.com/slackapi/node-slack-sdk/issues/1370,
        https://github.com/NousResearch/hermes-agent/pull/115110 (ours outside, theirs inside)
        """
        ours, theirs = self._team.id, self._team.team_of(author)
        if theirs == ours or self._team.rules.connect_outer_is_ours:
            return [ours]
        return [theirs, ours] if self._team.rules.connect_tells_twice else [theirs]

    def _envelope(self, event: Json, source: str) -> Json:
        """Return an event as it is delivered; `authorizations` name the installed workspace.

        Of an organization's they name no team:
        https://github.com/slackapi/bolt-python/blob/main/tests/scenario_tests/test_events_org_apps.py
        """
        team, by_org = self._team, self._team.installed_by_org
        authorization = {
            "enterprise_id": team.enterprise_id,
            "team_id": None if by_org else team.id,
            "user_id": team.bot.id,
            "is_bot": True,
            "is_enterprise_install": by_org,
        }
        return {
            "token": team.app.verification_token,
            "team_id": source,
            "enterprise_id": team.enterprise_id,
            "context_team_id": team.id,
            "api_app_id": team.app.id,
            "event": {**event, "event_ts": event.get("ts") or team.new_ts()},
            "type": "event_callback",
            "event_id": team.new_id("Ev"),
            "event_time": int(time.time()),
            "authorizations": [authorization],
            "event_context": f"4-{team.new_id('x')}",
        }
