"""What people do with the app itself: commands, buttons, shortcuts, modals."""

from typing import Any

from bots.playground.slack.courier import COMMAND, INTERACTION, Delivery
from bots.playground.slack.inputs import Values, keep, missing, state_values
from bots.playground.slack.payloads import message_json, view_json
from bots.playground.slack.people import People
from bots.playground.slack.slack_error import SlackError
from bots.playground.slack.state import Channel, Json, Message, Person, View, elements_of
from bots.playground.slack.typed import encode, escape
from bots.playground.slack.views import checked_view, new_hash

SLACKBOT = "USLACKBOT"
TROUBLE = "We had some trouble connecting. Try again?"


class Interactions(People):
    """People who use the app. Each verb returns when the app has acknowledged, or failed to."""

    async def command(
        self, person: Person | str, channel: Channel | str, command: str, text: str = ""
    ) -> Delivery:
        """Return how a slash command was taken; typed in a channel, never in a thread.

        PermissionError for people of other companies: commands are the installing team's.
        https://docs.slack.dev/interactivity/implementing-slash-commands/
        """
        team, who, where = self.desk.team, self._own_person(person), self.channel(channel)
        self._check_installed()
        spelled = escape(text)
        if team.rules.commands_escape_mentions:
            spelled = encode(text, team.people.values(), team.channels.values())
        payload = {
            "token": team.app.verification_token,
            "team_id": team.id,
            "team_domain": team.domain,
            "channel_id": where.id,
            "channel_name": _channel_name(where),
            "user_id": who.id,
            "user_name": who.name,
            "command": command,
            "text": spelled,
            "api_app_id": team.app.id,
            "is_enterprise_install": str(team.installed_by_org).lower(),
            "response_url": self.desk.response_urls.new(who, where),
            "trigger_id": team.new_trigger(who),
        }
        if team.enterprise_id:
            payload["enterprise_id"] = team.enterprise_id
        delivery = await self.desk.courier.ask(COMMAND, payload)
        if delivery.failure:
            timed_out = delivery.failure in ("http_timeout", "timeout")
            error = "operation_timeout" if timed_out else "dispatch_failed"
            self._note(who, where, f'{command} failed with the error "{error}"')
        await self._show(delivery, who, where)
        return delivery

    async def press(
        self,
        person: Person | str,
        target: Message | View,
        action_id: str,
        value: str | None = None,
        typed: Values | None = None,
    ) -> Delivery:
        """Return how a button press was taken; LookupError if there is no such button.

        `value` tells buttons with the same action apart, or is what is chosen in a menu; `typed`
        is what stands in a view's inputs by then.
        """
        who = self.person(person)
        blocks = target.blocks if isinstance(target, Message) else target.content["blocks"]
        payload = self._interaction("block_actions", who)
        payload["actions"] = [_action(blocks, action_id, value, self.desk.team.new_ts())]
        payload["state"] = {"values": {}}
        if isinstance(target, Message):
            payload |= self._message_context(target, who)
        else:
            keep(target, {**(typed or {}), action_id: value})
            filled = state_values(self.desk.team, who, blocks, target.filled)
            payload["view"] = view_json(self.desk.team, target, filled)
            payload["container"] = {"type": "view", "view_id": target.id}
        return await self.desk.courier.ask(INTERACTION, payload)

    async def shortcut(self, person: Person | str, message: Message, callback_id: str) -> Delivery:
        """Return how a message shortcut was taken; PermissionError for other companies' people.

        https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload
        """
        who = self._own_person(person)
        payload = self._interaction("message_action", who) | self._message_context(message, who)
        del payload["container"]
        payload |= {"callback_id": callback_id, "message_ts": message.ts}
        payload |= {"action_ts": self.desk.team.new_ts()}
        return await self.desk.courier.ask(INTERACTION, payload)

    def modal(self, person: Person | str) -> View | None:
        """Return the modal that a person looks at, if there is one."""
        who = self.person(person)
        modals = [v for v in self.desk.team.views.values() if v.content["type"] == "modal"]
        return next((v for v in reversed(modals) if v.open and v.person == who.id), None)

    async def submit(self, person: Person | str, view: View, values: Values) -> View:
        """Return the view after Submit: closed, updated, or open with `errors` or `trouble`.

        `values`, by block_id or action_id, are what one would fill in: text for a text input,
        the chosen value (or a list of them), a list of (name, bytes, MIME type) for files.
        """
        who, team = self.person(person), self.desk.team
        keep(view, values)
        blocks = view.content["blocks"]
        view.errors, view.trouble = missing(blocks, view.filled, team.rules), None
        if not view.errors:
            filled = state_values(team, who, blocks, view.filled)
            payload = self._interaction("view_submission", who) | {"response_urls": []}
            payload["view"] = view_json(team, view, filled)
            self._follow(view, await self.desk.courier.ask(INTERACTION, payload))
        team.journal.changed()
        return view

    async def close(self, person: Person | str, view: View) -> View:
        """Return the view, closed by the person; the app hears of it only if it asked to."""
        view.open = False
        self.desk.team.journal.changed()
        if view.content.get("notify_on_close"):
            payload = self._interaction("view_closed", self.person(person))
            payload |= {"view": view_json(self.desk.team, view), "is_cleared": False}
            del payload["trigger_id"]
            await self.desk.courier.ask(INTERACTION, payload)
        return view

    def _own_person(self, person: Person | str) -> Person:
        """Return a person of this workspace (https://docs.slack.dev/apis/slack-connect/)."""
        who = self.person(person)
        if who.team_id != self.desk.team.id:
            raise PermissionError(f"{who.name}'s company has not installed this app")
        return who

    def _check_installed(self) -> None:
        if not self.desk.team.installed:
            raise LookupError("the app is not installed here")

    def _follow(self, view: View, delivery: Delivery) -> None:
        """Do with a modal as the acknowledgement says."""
        if delivery.answer is None:
            view.trouble = TROUBLE
            return
        match delivery.answer.get("response_action"):
            case "errors":
                view.errors = dict(delivery.answer["errors"])
                if set(view.errors) - {block["block_id"] for block in view.content["blocks"]}:
                    view.errors, view.trouble = {}, TROUBLE
            case "update":
                try:
                    view.content = checked_view(delivery.answer["view"])
                except SlackError:
                    view.trouble = TROUBLE
                view.hash = new_hash()
            case "clear":
                for other in self.desk.team.views.values():
                    other.open = other.open and other.person != view.person
            case _:
                view.open = False

    def _interaction(self, kind: str, who: Person) -> Json:
        """Return what every interaction tells; in an organization's installation, no team.

        https://github.com/slackapi/bolt-python/issues/23
        """
        self._check_installed()
        team, by_org = self.desk.team, self.desk.team.installed_by_org
        org = {"id": team.enterprise_id, "name": "Org"} if team.enterprise_id else None
        return {
            "type": kind,
            "token": team.app.verification_token,
            "team": None if by_org else {"id": team.id, "domain": team.domain},
            "enterprise": org,
            "is_enterprise_install": by_org,
            "api_app_id": team.app.id,
            "user": {"id": who.id, "username": who.name, "name": who.name, "team_id": who.team_id},
            "trigger_id": team.new_trigger(who),
        }

    def _message_context(self, message: Message, who: Person) -> Json:
        channel = self.desk.team.channels[message.channel]
        container = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": message.only_for is not None,
        }
        if message.thread_ts:
            container["thread_ts"] = message.thread_ts
        context = {
            "container": container,
            "channel": {"id": channel.id, "name": _channel_name(channel)},
            "response_url": self.desk.response_urls.new(who, channel, message),
        }
        if message.only_for:  # an ephemeral message can't be shown to the app again
            return context
        return context | {"message": message_json(self.desk.team, message, metadata=True)}

    async def _show(self, delivery: Delivery, who: Person, where: Channel) -> None:
        try:
            await self.desk.response_urls.acknowledge(who, where, delivery.answer or {})
        except SlackError as error:
            self._note(who, where, f"The app's answer can't be shown: {error}")

    def _note(self, who: Person, where: Channel, text: str) -> None:
        ts = self.desk.team.new_ts()
        self.desk.team.add_message(Message(where.id, ts, SLACKBOT, text, only_for=who.id))


def _channel_name(channel: Channel) -> str:
    return "directmessage" if channel.im_with else channel.name


def _action(blocks: list[Json], action_id: str, value: str | None, ts: str) -> Json:
    """Return the `actions` item for the element that was used."""
    for element, block in elements_of(blocks):
        if element["action_id"] != action_id:
            continue
        if block["type"] == "input" and not block.get("dispatch_action"):
            # https://docs.slack.dev/reference/block-kit/blocks/input-block/
            raise LookupError(f"the app hears of {action_id} only when the form is sent")
        if element["type"] == "button":
            if value is not None and element.get("value") != value:
                continue
            chosen: dict[str, Any] = {"text": element["text"]}
            chosen |= {"value": element["value"]} if "value" in element else {}
        else:
            options = [o for o in element.get("options", []) if o["value"] == value]
            chosen = {"selected_option": options[0]} if options else {"value": value}
        used = {"type": element["type"], "action_id": action_id, "block_id": block["block_id"]}
        return used | chosen | {"action_ts": ts}
    raise LookupError(f"there is nothing to press called {action_id} ({value})")
