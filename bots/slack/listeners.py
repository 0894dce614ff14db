"""Slack's listeners: what a person does becomes a Request, noted before it is acknowledged."""

import asyncio
import logging
import re
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import forms, parse, render
from bots.slack.calls import map_slack_errors
from bots.slack.conversation import SlackConversation
from bots.slack.ladder import Place, dump
from bots.slack.members import Members
from core import wording
from core.conversation import Attempt, ConversationError, Reply
from core.inbox import Inbox
from core.ledger import LedgerError
from core.request import Action, Press, Request
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
    """What the bot listens to in a workspace."""

    def __init__(
        self,
        inbox: Inbox,
        client: AsyncWebClient,
        members: Members,
        conversation: Callable[[str], SlackConversation],
        *,
        follow: bool,
    ) -> None:
        self._inbox = inbox
        self._client = client
        self._members = members
        self._conversation = conversation
        self._follow = follow
        self._afterwards: set[asyncio.Task[None]] = set()
        # Events whose names are being asked for, by their requests' keys: of two, that with files.
        self._unnamed: dict[str, Json] = {}
        # Requests whose persons hear that they were not taken: a mention with a file comes twice.
        self._not_taken: deque[str] = deque(maxlen=MAX_REMEMBERED)

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt what we listen to. It asks one after the other: the frequent come first."""
        app.command(re.compile(".*"))(self.on_command)
        app.event("app_mention")(self.on_mention)
        app.event("message")(self.on_message)
        app.event("app_home_opened")(self.on_home)
        app.event("member_joined_channel")(self.on_joining)
        app.shortcut(forms.SHORTCUT)(self.on_shortcut)
        app.view(forms.CALLBACK)(self.on_form)
        app.action(re.compile(rf"^{Action.EDIT}(:|$)"))(self.on_edit)
        app.action(re.compile(rf"^{Action.EXAMPLE}(:|$)"))(self.on_example)
        app.action(re.compile(".*"))(self.on_button)
        app.event(re.compile(".*"))(self.on_anything_else)

    async def close(self) -> None:
        """Give up what was to follow an acknowledgement."""
        for task in self._afterwards:
            task.cancel()
        await asyncio.gather(*self._afterwards, return_exceptions=True)

    # ---- Messages --------------------------------------------------------------------------------

    async def on_mention(
        self, event: Json, body: Json, context: Json, req: AsyncBoltRequest
    ) -> None:
        """Take a mention in a channel or a thread; an edit that mentions us now is one, too."""
        if "bot_id" in event or "user" not in event:
            return
        after = 0.0 if event.get("files") else FILES_MAY_FOLLOW
        await self._take_message(event, body, context, after, retried=_is_retried(req))

    async def on_message(
        self, event: Json, body: Json, context: Json, req: AsyncBoltRequest
    ) -> None:
        """Take a direct message, a mention, or what follows in a thread with results.

        A mention with a file may come in this way only.
        """
        if event.get("subtype") == "channel_join":
            await self.on_joining(event, context)
        if event.get("subtype") not in ORDINARY or "bot_id" in event or "user" not in event:
            return
        text, retried = event.get("text") or "", _is_retried(req)
        if event.get("channel_type") == "im":
            await self._take_message(event, body, context, retried=retried)
        elif render.mentions(text, context["bot_user_id"]):
            # Without a file it comes as `app_mention`, too, and one refusal is enough.
            silent = not event.get("files")
            await self._take_message(event, body, context, retried=retried, silent=silent)
        # What names somebody, people say to one another.
        elif self._follow and "thread_ts" in event and text and "<@" not in text:
            request = parse.of_message(event, body, context, {})
            if await self._inbox.has_results(request):
                await self._take(request, retried=retried)

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
        unknown = self._members.unknown(named)
        request = parse.of_message(event, body, context, self._members.names())
        wait = NAMES_MAY_FOLLOW if unknown else after
        await self._take(request, wait, retried=retried, silent=silent)
        if unknown:
            if event.get("files") or request.key not in self._unnamed:
                self._unnamed[request.key] = event
            self._then(self._name(request.key, unknown, body, context))

    async def _name(self, key: str, people: set[str], body: Json, context: Json) -> None:
        """Note a message once more, with names in place of IDs."""
        for person in people:
            await self._members.find(person)
        event = self._unnamed.pop(key, None)
        if event is None:
            return
        try:
            await self._inbox.accept(parse.of_message(event, body, context, self._members.names()))
        except LedgerError as error:
            log.warning("Names come too late: %s", error)

    # ---- Commands, buttons and forms -------------------------------------------------------------

    async def on_command(self, ack: AsyncAck, body: Json, context: Json) -> None:
        """Take `/neocu …`; alone it opens the form, and a question is answered privately."""
        with self._speaking_to(body):
            await self._on_command(ack, body, context)

    async def _on_command(self, ack: AsyncAck, body: Json, context: Json) -> None:
        if not render.words(body.get("text", ""), context["bot_user_id"]):
            form = parse.form_of_command(body, context)
            opened = await self._opened(body["trigger_id"], form.view())
            await (ack() if opened else ack(wording.form_not_opened().text))
            return
        request = parse.of_command(body, context)
        try:
            await self._inbox.accept(request)
        except LedgerError:
            log.exception("A command could not be noted")
            certain = await self._inbox.refuse(request)
            await ack(wording.not_taken(certain=certain).text)
        else:
            await ack()

    async def on_button(self, ack: AsyncAck, body: Json, context: Json, action: Json) -> None:
        """Take a press of one of our buttons; one that does nothing says why, privately."""
        try:
            request = parse.of_press(body, context, action)
        except ValueError:  # a button of an older version
            log.warning("A button is not known: %s", action.get("action_id"))
        else:
            with self._speaking_to(body):
                await self._press(body, request)
        await ack()

    async def _press(self, body: Json, request: Request) -> None:
        try:
            if not await self._inbox.press(request):
                self._then(self._tell(parse.to_person(body), wording.already_pressed()))
        except LedgerError:
            log.exception("A press could not be noted")
            reply = wording.not_taken(certain=await self._inbox.refuse(request))
            self._then(self._tell(parse.to_person(body), reply))

    async def on_example(self, ack: AsyncAck, body: Json, context: Json, action: Json) -> None:
        """Open the form with one of the examples."""
        request = parse.of_press(body, context, action)
        form = parse.form_of_press(replace(request, body=Press(Action.EXAMPLE, "")))
        number = getattr(request.body, "asset", 0)
        with self._speaking_to(body):
            await self._open_or_tell(body, form.view(wording.labels.example(number)))
        await ack()

    async def on_edit(self, ack: AsyncAck, body: Json, context: Json, action: Json) -> None:
        """Open the form, with the query of a result and the result as its file."""
        request = parse.of_press(body, context, action)
        with self._speaking_to(body):
            try:
                query, file_ids = await self._inbox.prefill(request)
            except LedgerError:
                log.exception("A result could not be looked up")
                self._then(self._tell(parse.to_person(body), wording.form_not_opened()))
            else:
                form = parse.form_of_press(request)
                await self._open_or_tell(body, form.view(query, file_ids))
        await ack()

    async def on_shortcut(self, ack: AsyncAck, shortcut: Json, context: Json) -> None:
        """Open the form, with a message's words and files, from its menu.

        Of our own result it takes what Neocu has already.
        """
        form = parse.form_of_shortcut(shortcut, context, forms.MAX_NAME)
        text = shortcut["message"].get("text") or ""
        query = render.words(text, context["bot_user_id"], self._members.names())
        file_ids: tuple[str, ...] = ()
        if shortcut["message"].get("user") == context["bot_user_id"]:
            form, query, file_ids = await self._of_result(form, query, shortcut, context)
        with self._speaking_to(shortcut):
            await self._open_or_tell(shortcut, form.view(query, file_ids))
        await ack()

    async def _of_result(
        self, form: forms.Form, query: str, shortcut: Json, context: Json
    ) -> tuple[forms.Form, str, tuple[str, ...]]:
        """Return form, query and file IDs for a message of ours, if a result stands in it."""
        asked = parse.about_message(shortcut, context)
        try:
            source_key = await self._inbox.find_by_message(asked)
            if not source_key:
                return form, query, ()
            asked = replace(asked, body=Press(Action.EDIT, source_key))
            prompt, file_ids = await self._inbox.prefill(asked)
        except LedgerError as error:
            log.warning("A result can't be looked up: %s", error)
            return form, query, ()
        return replace(form, source_key=source_key, files=[]), prompt, file_ids

    async def on_form(self, ack: AsyncAck, body: Json, context: Json) -> None:
        """Take a form that was sent."""
        await self._take(parse.of_form(body, context))
        await ack()

    async def on_home(self, event: Json) -> None:
        """Suggest what to ask where a person opens the app's messages.

        https://docs.slack.dev/ai/developing-ai-apps/
        """
        if event.get("tab") != "messages":
            return
        member = await self._members.find(event.get("user", ""))
        with speaking(member.language if member else ""):
            suggestions = wording.labels.suggestions().items()
        prompts = [{"title": title, "message": message} for title, message in suggestions]
        try:
            with map_slack_errors():
                await self._client.api_call(
                    "assistant.threads.setSuggestedPrompts",
                    json={"channel_id": event["channel"], "prompts": prompts},
                )
        except ConversationError as error:  # a nicety: a workspace may not have it
            log.info("No prompts are suggested: %s", error)

    async def on_joining(self, event: Json, context: Json) -> None:
        """Introduce ourselves in a channel that we have come to; other people's coming is theirs.

        Slack tells it as a message, too, which needs no further scope.
        https://docs.slack.dev/reference/events/member_joined_channel/
        """
        if event.get("user") == context["bot_user_id"]:
            await self._inbox.accept(parse.of_joining(event, context))

    async def on_anything_else(self) -> None:
        """Acknowledge what we did not ask for, so that Slack doesn't send it again."""

    # ---- What they share -------------------------------------------------------------------------

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
            if not silent and request.key not in self._not_taken:
                self._not_taken.append(request.key)
                attempt = Attempt(f"{request.key}/not-taken")
                certain = await self._inbox.refuse(request)
                with speaking(self._members.language(request.person)):
                    reply = wording.not_taken(certain=certain)
                    await self._conversation(request.address).post(reply, (), attempt)

    def _speaking_to(self, body: Json) -> AbstractContextManager[None]:
        """Speak the language of the person who did something, as far as it is known by now."""
        return speaking(self._members.language(body.get("user_id") or body["user"]["id"]))

    async def _open_or_tell(self, body: Json, view: Json) -> None:
        if not await self._opened(body["trigger_id"], view):
            self._then(self._tell(parse.to_person(body), wording.form_not_opened()))

    async def _opened(self, trigger_id: str, view: Json) -> bool:
        try:
            with map_slack_errors():
                await self._client.views_open(trigger_id=trigger_id, view=view)
        except ConversationError as error:
            log.warning("A form could not be opened: %s", error)
            return False
        return True

    async def _tell(self, place: Place, reply: Reply) -> None:
        """Tell a person, once, what came of what they did."""
        try:
            await self._conversation(dump(place)).post(reply, (), Attempt("told"))
        except ConversationError as error:
            log.warning("A person could not be told: %s", error)

    def _then(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something after the acknowledgement."""
        task = asyncio.create_task(work)
        self._afterwards.add(task)
        task.add_done_callback(self._afterwards.discard)


def _is_retried(req: AsyncBoltRequest) -> bool:
    """Whether Slack has sent this before, and would send it once more: it does so three times.

    https://docs.slack.dev/apis/events-api/#retries
    """
    return req.headers.get("x-slack-retry-num", ["0"])[0] in {"1", "2"}
