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
        event = self._message(message)
        bot = self._team.bot.id
        mentions = f"<@{bot}>" in message.text and message.user != bot
        hidden = message.files and self._team.rules.mention_with_file_as_message_only
        if mentions and channel.kind != "im" and not hidden:
            plain = {k: v for k, v in event.items() if k not in ("channel_type", "subtype")}
            self._tell("app_mention", channel, plain | {"type": "app_mention"})
        self._tell(NAME_OF[channel.kind], channel, event)

    def changed(self, message: Message, before: Json) -> None:
        """A message was edited; `before` is how it looked."""
        now = message_json(self._team, message)
        self._about(message, "message_changed", {"message": now, "previous_message": before})

    def deleted(self, message: Message, before: Json) -> None:
        """A message is gone; `before` is how it looked."""
        gone = {"deleted_ts": message.ts, "previous_message": before}
        self._about(message, "message_deleted", gone)

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
        self._tell("app_home_opened", channel, event)

    def _about(self, message: Message, subtype: str, what: Json) -> None:
        channel = self._team.channels[message.channel]
        event = {"type": "message", "subtype": subtype, "channel": channel.id, "hidden": True}
        event |= {"ts": self._team.new_ts(), "channel_type": channel.kind}
        self._tell(NAME_OF[channel.kind], channel, event | what)

    def _message(self, message: Message) -> Json:
        event = message_json(self._team, message, metadata=True)
        if self._team.rules.files_of_other_workspaces and message.files:
            event["files"] = [file_stub(file) for file in message.files]
        channel = self._team.channels[message.channel]
        return event | {"channel": channel.id, "channel_type": channel.kind}

    def _tell(self, name: str, channel: Channel, event: Json) -> None:
        team = self._team
        scope = SCOPE_OF.get(name)
        knows = name in team.rules.events and (scope is None or scope in team.rules.scopes)
        if not knows or team.bot.id not in channel.members:
            return
        self._courier.send(EVENT, self._envelope(event))

    def _envelope(self, event: Json) -> Json:
        team = self._team
        authorization = {
            "enterprise_id": None,
            "team_id": team.id,
            "user_id": team.bot.id,
            "is_bot": True,
            "is_enterprise_install": False,
        }
        return {
            "token": team.verification_token,
            "team_id": team.id,
            "api_app_id": team.app_id,
            "event": {**event, "event_ts": event.get("ts") or team.new_ts()},
            "type": "event_callback",
            "event_id": team.new_id("Ev"),
            "event_time": int(time.time()),
            "authorizations": [authorization],
            "is_ext_shared_channel": team.rules.files_of_other_workspaces,
            "event_context": f"4-{team.new_id('x')}",
        }
