"""Slack's listeners: what a person does becomes a Request, noted before it is acknowledged."""

import logging
import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bots.slack import parse, places, render
from bots.slack.calls import map_slack_errors
from bots.slack.intake import Intake
from core import wording
from core.conversation import ConversationError, Reply
from core.inbox import Inbox, Prefill
from core.ledger import LedgerError
from core.request import Action, Request
from core.voice import speaking

log = logging.getLogger(__name__)

# What an ordinary message may be; edits, joins and the like are none.
ORDINARY = {None, "file_share", "thread_broadcast"}
# Seconds to wait for the `message` of a mention, which has the files that `app_mention` may lack:
# https://github.com/slackapi/bolt-python/issues/925
FILES_MAY_FOLLOW = 0.5
# Seconds to wait for the names of those whom a prompt mentions.
NAMES_MAY_FOLLOW = 2.0
MAX_REMEMBERED = 1000

Json = dict[str, Any]


class Listeners:
    """What the bot listens to in its workspaces."""

    def __init__(self, inbox: Inbox, intake: Intake, *, follow: bool) -> None:
        self._inbox = inbox
        self._intake = intake
        self._follow = follow
        # Events whose names are being asked for, by their requests' keys: of two, that with files.
        self._unnamed: dict[str, Json] = {}

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt what we listen to. It asks one after the other: the frequent come first."""
        app.command(re.compile(".*"))(self.on_command)
        app.event("app_mention")(self.on_mention)
        app.event("message")(self.on_message)
        app.event("app_home_opened")(self.on_home)
        app.event("member_joined_channel")(self.on_joining)
        app.action(re.compile(".*"))(self.on_button)
        app.event(re.compile(".*"))(self.on_anything_else)

    async def on_mention(
        self, event: Json, body: Json, context: Json, req: AsyncBoltRequest
    ) -> None:
        """Take a mention in a channel or a thread; an edit that mentions us now is one, too."""
        if "bot_id" in event or "user" not in event:
            return
        after = 0.0 if event.get("files") else FILES_MAY_FOLLOW
        await self._take_message(event, body, context, after, retried=parse.is_retried(req.headers))

    async def on_message(
        self, event: Json, body: Json, context: Json, req: AsyncBoltRequest
    ) -> None:
        """Take a direct message, a mention, or what follows in a thread with results.

        A mention with a file may come in this way only.
        """
        if event.get("subtype") not in ORDINARY or "bot_id" in event or "user" not in event:
            return
        text, retried = event.get("text") or "", parse.is_retried(req.headers)
        if event.get("channel_type") == "im":
            await self._take_message(event, body, context, retried=retried)
        elif render.mentions(text, context["bot_user_id"]):
            # Without a file it comes as `app_mention`, too, and one refusal is enough.
            silent = not event.get("files")
            await self._take_message(event, body, context, retried=retried, silent=silent)
        # What names somebody, people say to one another.
        elif event.get("thread_ts") and text and "<@" not in text:
            request = parse.of_message(event, body, context, {})
            if await self._is_follow_up(request):
                await self._intake.take(request, retried=retried)

    async def _is_follow_up(self, request: Request) -> bool:
        """Whether what mentions nobody is meant for us: in a thread of ours, if that is wished."""
        wished = await self._inbox.follows(request, default=self._follow)
        return wished and await self._inbox.has_results(request)

    async def _take_message(
        self,
        event: Json,
        body: Json,
        context: Json,
        after: float = 0.0,
        *,
        retried: bool = False,
        silent: bool = False,
    ) -> None:
        """Note a message; the names of those whom it mentions are asked for afterwards."""
        named = render.people(event.get("text") or "", context["bot_user_id"])
        members = self._intake.team(context).members
        unknown = members.unknown(named)
        request = parse.of_message(event, body, context, members.names())
        wait = NAMES_MAY_FOLLOW if unknown else after
        await self._intake.take(request, wait, retried=retried, silent=silent)
        if unknown:
            if event.get("files") or request.key not in self._unnamed:
                self._unnamed[request.key] = event
            self._intake.then(self._name(request.key, unknown, body, context))

    async def _name(self, key: str, people: set[str], body: Json, context: Json) -> None:
        """Note a message once more, with names in place of IDs."""
        members = self._intake.team(context).members
        for person in people:
            await members.find(person)
        event = self._unnamed.pop(key, None)
        if event is None:
            return
        try:
            await self._inbox.accept(parse.of_message(event, body, context, members.names()))
        except LedgerError as error:
            log.warning("Names come too late: %s", error)

    # ---- Commands, buttons and forms -------------------------------------------------------------

    async def on_command(self, ack: AsyncAck, body: Json, context: Json) -> None:
        """Take `/neocu …`; alone it opens the form, and a question is answered privately."""
        with self._intake.speaking_to(body, context):
            await self._on_command(ack, body, context)

    async def _on_command(self, ack: AsyncAck, body: Json, context: Json) -> None:
        if not render.words(body.get("text", ""), context["bot_user_id"]):
            form = parse.form_of_command(body, context)
            opened = await self._intake.opened(body["trigger_id"], context, form, Prefill())
            await (ack() if opened else _answer(ack, wording.form_not_opened()))
            return
        request = parse.of_command(body, context)
        try:
            await self._inbox.accept(request)
        except LedgerError:
            log.exception("A command could not be noted")
            certain = await self._inbox.refuse(request)
            await _answer(ack, wording.not_taken(certain=certain))
        else:
            elsewhere = places.pointer(request) is not None
            await (_answer(ack, wording.answered_in_person()) if elsewhere else ack())

    async def on_button(self, ack: AsyncAck, body: Json, context: Json, action: Json) -> None:
        """Take a press of one of our buttons; one that does nothing says why, privately."""
        try:
            request = parse.of_press(body, context, action)
        except ValueError:  # a button of an older version
            log.warning("A button is not known: %s", action.get("action_id"))
            await ack()
            return
        # A link has led its person there already: Slack tells of that, too.
        if getattr(request.body, "action", None) is not Action.OPEN:
            with self._intake.speaking_to(body, context):
                await self._press(body, context, request)
        await ack()

    async def _press(self, body: Json, context: Json, request: Request) -> None:
        try:
            if not await self._inbox.press(request):
                self._intake.tell_later(body, context, wording.already_pressed())
        except LedgerError:
            log.exception("A press could not be noted")
            reply = wording.not_taken(certain=await self._inbox.refuse(request))
            self._intake.tell_later(body, context, reply)

    async def on_home(self, event: Json, context: Json) -> None:
        """Suggest what to ask where a person opens the app's messages."""
        if event.get("tab") == "messages":
            self._intake.then(self._suggest(event, context))

    async def _suggest(self, event: Json, context: Json) -> None:
        """https://docs.slack.dev/ai/developing-ai-apps/ ."""
        team = self._intake.team(context)
        member = await team.members.find(event.get("user", ""))
        with speaking(member.language if member else ""):
            suggestions = wording.labels.suggestions().items()
        prompts = [{"title": title, "message": message} for title, message in suggestions]
        try:
            with map_slack_errors():
                await team.client.api_call(
                    "assistant.threads.setSuggestedPrompts",
                    json={"channel_id": event["channel"], "prompts": prompts},
                )
        except ConversationError as error:  # a nicety: a workspace may not have it
            log.info("No prompts are suggested: %s", error)

    async def on_joining(self, event: Json, context: Json) -> None:
        """Introduce ourselves in a channel that we have come to; other people's coming is theirs.

        https://docs.slack.dev/reference/events/member_joined_channel/
        """
        if event.get("user") == context["bot_user_id"]:
            await self._inbox.accept(parse.of_joining(event, context))

    async def on_anything_else(self) -> None:
        """Acknowledge what we did not ask for, so that Slack doesn't send it again."""


async def _answer(ack: AsyncAck, reply: Reply) -> None:
    """Acknowledge a command with words for its person alone.

    https://docs.slack.dev/interactivity/implementing-slash-commands/#responding_immediate_response
    """
    message = render.messages(reply)[0]
    await ack(text=message.text, blocks=message.blocks)
