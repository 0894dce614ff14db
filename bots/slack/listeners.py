"""Slack's listeners: what a person does becomes a Request, noted before it is acknowledged."""

import logging
import re
from collections.abc import Callable
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import forms, parse, render
from bots.slack.calls import calling
from bots.slack.conversation import Place, SlackConversation
from bots.slack.forms import Form
from core import intent, wording
from core.conversation import Action, ConversationError, Request
from core.inbox import Inbox
from core.ledger import LedgerError

log = logging.getLogger(__name__)

# What an ordinary message may be; edits, joins and the like are none.
ORDINARY = {None, "file_share", "thread_broadcast"}
# Seconds to wait for the `message` of a mention, which has the files that `app_mention` may lack:
# https://github.com/slackapi/bolt-python/issues/925
FILES_MAY_FOLLOW = 0.5
# What only looks; it may be pressed again and again.
LOOKS = {Action.CHECK_NOW, Action.SHOW}

Json = dict[str, Any]


class Listeners:
    """What the bot listens to in a workspace."""

    def __init__(
        self,
        inbox: Inbox,
        client: AsyncWebClient,
        conversation: Callable[[str], SlackConversation],
        *,
        follow: bool,
    ) -> None:
        self._inbox = inbox
        self._client = client
        self._conversation = conversation
        self._follow = follow

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt what we listen to."""
        app.event("app_mention")(self.on_mention)
        app.event("message")(self.on_message)
        app.event("app_home_opened")(self.on_home)
        app.command(re.compile(".*"))(self.on_command)
        app.shortcut(forms.SHORTCUT)(self.on_shortcut)
        app.view(forms.CALLBACK)(self.on_form)
        app.action(re.compile(rf"^{Action.EDIT}(:|$)"))(self.on_edit)
        app.action(re.compile(".*"))(self.on_button)
        app.event(re.compile(".*"))(self.on_anything_else)

    async def on_mention(
        self, event: Json, body: Json, context: Json, req: AsyncBoltRequest
    ) -> None:
        """Take a mention in a channel or a thread."""
        if "bot_id" in event or "edited" in event:
            return
        after = 0.0 if event.get("files") else FILES_MAY_FOLLOW
        await self._take(parse.of_message(event, body, context), after, retried=_is_retried(req))

    async def on_message(
        self, event: Json, body: Json, context: Json, req: AsyncBoltRequest
    ) -> None:
        """Take a direct message, a mention, or what follows in a thread with results.

        A mention with a file may come in this way only.
        """
        if event.get("subtype") not in ORDINARY or "bot_id" in event or "user" not in event:
            return
        text = event.get("text") or ""
        request, retried = parse.of_message(event, body, context), _is_retried(req)
        if event.get("channel_type") == "im":
            await self._take(request, retried=retried)
            return
        if render.mentions(text, context["bot_user_id"]):
            # Without a file it comes as `app_mention`, too, and one refusal is enough.
            await self._take(request, retried=retried, silent=not event.get("files"))
            return
        # What names somebody, people say to one another.
        follows = self._follow and "thread_ts" in event and text and "<@" not in text
        if follows and await self._inbox.has_results(request):
            await self._take(request, retried=retried)

    async def on_command(self, ack: AsyncAck, body: Json, context: Json) -> None:
        """Take `/neocu …`; alone it opens the form, and a question is answered privately."""
        text = render.words(body.get("text", ""), context["bot_user_id"])
        team, channel, person = body["team_id"], body["channel_id"], body["user_id"]
        private = intent.is_question(text)
        respond = body.get("response_url", "")
        place = Place(channel, person=person if private else "", response_url=respond)
        if not text:
            form = Form(Place(channel, response_url=respond).dump(), team, channel)
            if await self._opened(body["trigger_id"], form.view()):
                await ack()
                return
        request = Request(
            key=f"slack:{team}:{body['trigger_id']}",
            platform="slack",
            workspace=team,
            channel=channel,
            person=person,
            text=text,
            address=place.dump(),
            shown=private,
        )
        try:
            await self._inbox.accept(request)
        except LedgerError:
            log.exception("A command could not be noted")
            await ack(wording.NOT_TAKEN.text)
            self._inbox.refuse(request)
        else:
            await ack()

    async def on_button(self, ack: AsyncAck, body: Json, action: Json) -> None:
        """Take a press of one of our buttons."""
        wanted, place = Action(action["action_id"].partition(":")[0]), parse.pressed_at(body)
        team, person = body["team"]["id"], body["user"]["id"]
        # Pressed twice is once.
        once = body["trigger_id"] if wanted in LOOKS else body["container"]["message_ts"]
        request = Request(
            key=f"slack:{team}:{wanted}:{place.channel}:{once}",
            platform="slack",
            workspace=team,
            channel=place.channel,
            person=person,
            text="",
            address=place.dump(),
            shown=wanted in LOOKS,
            action=wanted,
            about=action["value"],
            thread=place.thread,
        )
        await self._take(request)
        await ack()

    async def on_edit(self, ack: AsyncAck, body: Json, action: Json) -> None:
        """Open the form, with the query of a result and the result as its file."""
        team, place = body["team"]["id"], parse.pressed_at(body)
        number = int(action["action_id"].partition(":")[2] or 0)
        form = Form(
            place.dump(), team, place.channel, place.thread, about=action["value"], asset=number
        )
        request = parse.of_form(form, body, "")
        query, file_ids = await self._inbox.prefill(request)
        await self._opened(body["trigger_id"], form.view(query, file_ids))
        await ack()

    async def on_shortcut(self, ack: AsyncAck, shortcut: Json, context: Json) -> None:
        """Open the form, with a message's words and files, from its menu."""
        message, channel = shortcut["message"], shortcut["channel"]["id"]
        place = Place(channel, message.get("thread_ts", message["ts"]))
        files = [
            (file["id"], (file.get("name") or file["id"])[: forms.NAME_LIMIT])
            for file in message.get("files", ())
        ]
        form = Form(place.dump(), shortcut["team"]["id"], channel, place.thread, files=files)
        query = render.words(message.get("text") or "", context["bot_user_id"])
        await self._opened(shortcut["trigger_id"], form.view(query))
        await ack()

    async def on_form(self, ack: AsyncAck, body: Json, view: Json) -> None:
        """Take a form that was sent."""
        text, uploads = forms.filled(view)
        form = Form.of(view)
        attachments = (*forms.carried(form), *(parse.attachment(file) for file in uploads))
        await self._take(parse.of_form(form, body, text, attachments))
        await ack()

    async def on_home(self, event: Json) -> None:
        """Suggest what to ask where a person opens the app's messages.

        https://docs.slack.dev/ai/developing-ai-apps/
        """
        if event.get("tab") != "messages":
            return
        suggestions = wording.labels.SUGGESTIONS.items()
        prompts = [{"title": title, "message": message} for title, message in suggestions]
        try:
            await calling(
                self._client.api_call(
                    "assistant.threads.setSuggestedPrompts",
                    json={"channel_id": event["channel"], "prompts": prompts},
                )
            )
        except ConversationError as error:  # a nicety: a workspace may not have it
            log.info("No prompts are suggested: %s", error)

    async def on_anything_else(self) -> None:
        """Acknowledge what we did not ask for, so that Slack doesn't send it again."""

    async def _take(
        self, request: Request, after: float = 0.0, *, retried: bool = False, silent: bool = False
    ) -> None:
        """Note a request, or say that it could not be; if that fails too, Slack sends it again.

        What Slack has sent before may have been noted then: nobody is told that it was not.
        """
        try:
            await self._inbox.accept(request, after)
        except LedgerError:
            if retried:
                raise
            log.exception("A request could not be noted")
            if not silent:
                await self._conversation(request.address).post(wording.NOT_TAKEN, request.key)
                self._inbox.refuse(request)

    async def _opened(self, trigger_id: str, view: Json) -> bool:
        try:
            await calling(self._client.views_open(trigger_id=trigger_id, view=view))
        except ConversationError as error:
            log.warning("A form could not be opened: %s", error)
            return False
        return True


def _is_retried(req: AsyncBoltRequest) -> bool:
    """Whether Slack has sent this before, and would send it once more: it does so three times.

    https://docs.slack.dev/apis/events-api/#retries
    """
    return req.headers.get("x-slack-retry-num", ["0"])[0] in {"1", "2"}
