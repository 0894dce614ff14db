"""response_urls: answers without being a member (https://docs.slack.dev/interactivity/handling-user-interaction/)."""

import secrets
import time
from dataclasses import dataclass

import aiohttp
from aiohttp import web

from bots.playground.slack.args import Args
from bots.playground.slack.compose import compose
from bots.playground.slack.events import Events
from bots.playground.slack.payloads import message_json
from bots.playground.slack.slack_error import SlackError
from bots.playground.slack.state import Channel, Json, Message, Person
from bots.playground.slack.team import Team


@dataclass
class Answer:
    """A response_url: whom and what it answers, and how often it was used."""

    person: Person
    channel: Channel
    issued: float
    original: Message | None = None
    uses: int = 0


class ResponseUrls:
    """The response_urls given out, and what is posted to them."""

    def __init__(self, team: Team, events: Events, session: aiohttp.ClientSession) -> None:
        self._team = team
        self._events = events
        self._session = session
        self._given: dict[str, Answer] = {}

    def new(self, person: Person, channel: Channel, original: Message | None = None) -> str:
        """Return a response_url for what a person just did; `original` held what they pressed."""
        key = secrets.token_urlsafe()
        self._given[key] = Answer(person, channel, time.monotonic(), original)
        return f"{self._team.base_url}response/{self._team.id}/{key}"

    async def serve(self, request: web.Request) -> web.Response:
        """Do what was posted to a response_url."""
        answer = self._given.get(request.match_info["key"])
        rules = self._team.rules
        if answer is None or time.monotonic() - answer.issued > rules.response_url_lifetime:
            return web.json_response({"ok": False, "error": "expired_url"}, status=404)
        if answer.uses >= rules.response_url_uses:
            return web.json_response({"ok": False, "error": "used_url"}, status=404)
        answer.uses += 1
        try:
            await self._say(answer, await request.json())
        except SlackError as error:
            return web.json_response(error.answer(), status=400)
        except ValueError:
            return web.json_response({"ok": False, "error": "invalid_payload"}, status=400)
        return web.Response(text="ok")

    async def acknowledge(self, person: Person, channel: Channel, body: Json) -> None:
        """Show what an acknowledgement itself says, if it says anything."""
        if body.get("text") or body.get("blocks"):
            await self._say(Answer(person, channel, time.monotonic()), body)

    async def _say(self, answer: Answer, body: Json) -> None:
        args, original = Args(body), answer.original
        if original and args.flag("delete_original"):
            self._delete(answer.channel, original)
            return
        message = await compose(self._team, self._session, args, answer.channel)
        if original and args.flag("replace_original"):
            before = message_json(self._team, original)
            self._team.note_revision(original)
            original.text, original.blocks = message.text, message.blocks
            self._team.journal.changed()
            if not original.only_for:
                self._events.changed(original, before)
            return
        message.subtype = "bot_message"
        if body.get("response_type", "ephemeral") == "ephemeral":
            message.only_for = answer.person.id
        self._team.add_message(message)
        if not message.only_for:
            self._events.posted(message)

    def _delete(self, channel: Channel, original: Message) -> None:
        before = message_json(self._team, original)
        if original in channel.messages:
            channel.remove(original)
        self._team.journal.changed()
        if not original.only_for:
            self._events.deleted(original, before)
