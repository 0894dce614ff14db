"""What Slack's listeners share: noting a request, telling a person, opening a form."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager
from typing import Any

from bots.slack import parse, places
from bots.slack.calls import map_slack_errors
from bots.slack.conversation import SlackConversation
from bots.slack.forms import Form
from bots.slack.installs import Team
from bots.slack.ladder import dump
from core import wording
from core.conversation import Attempt, ConversationError, Reply
from core.form_rules import FormRules
from core.inbox import Inbox, Prefill
from core.ledger import LedgerError
from core.request import Request
from core.voice import speaking

log = logging.getLogger(__name__)

MAX_REMEMBERED = 1000

Json = dict[str, Any]


class Intake:
    """The way in, one for all listeners."""

    def __init__(
        self,
        inbox: Inbox,
        team: Callable[[str], Team],
        conversation: Callable[[str], SlackConversation],
        forms: FormRules,
    ) -> None:
        self._inbox = inbox
        self._team = team
        self._conversation = conversation
        self.forms = forms
        self._afterwards: set[asyncio.Task[None]] = set()
        # Requests whose persons hear that they were not taken: a mention with a file comes twice.
        self._not_taken: deque[str] = deque(maxlen=MAX_REMEMBERED)

    async def close(self) -> None:
        """Give up what was to follow an acknowledgement."""
        for task in self._afterwards:
            task.cancel()
        await asyncio.gather(*self._afterwards, return_exceptions=True)

    # ---- Messages --------------------------------------------------------------------------------

    async def take(
        self, request: Request, after: float = 0.0, *, retried: bool = False, silent: bool = False
    ) -> None:
        """Note a request, or say that it could not be; if that fails too, Slack sends it again.

        What Slack has sent before may have been noted then: nobody is told that it was not.
        """
        try:
            new = await self._inbox.accept(request, after)
        except LedgerError:
            if retried:
                raise
            log.exception("A request could not be noted")
            if not silent and request.key not in self._not_taken:
                self._not_taken.append(request.key)
                attempt = Attempt(f"{request.key}/not-taken")
                certain = await self._inbox.refuse(request)
                members = self._team(request.workspace).members
                with speaking(members.language(request.person)):
                    reply = wording.not_taken(certain=certain)
                    await self._conversation(request.address).post(reply, (), attempt)
        else:
            if new and (here := places.pointer(request)):
                address = dump(here, request.workspace)
                with speaking(self._team(request.workspace).members.language(request.person)):
                    self.then(self.tell(address, wording.answered_in_person()))

    def team(self, context: Json) -> Team:
        """Return the team in which something was done."""
        return self._team(parse.workspace(context))

    def speaking_to(self, body: Json, context: Json) -> AbstractContextManager[None]:
        """Speak the language of the person who did something, as far as it is known by now."""
        person = body.get("user_id") or body["user"]["id"]
        return speaking(self.team(context).members.language(person))

    def tell_later(self, body: Json, context: Json, reply: Reply) -> None:
        """Tell who did something, after the acknowledgement, what came of it."""
        self.then(self.tell(dump(places.to_person(body), parse.workspace(context)), reply))

    async def tell(self, address: str, reply: Reply) -> None:
        """Say something at an address that nobody may rely on to arrive."""
        try:
            await self._conversation(address).post(reply, (), Attempt("told"))
        except ConversationError as error:
            log.warning("A person could not be told: %s", error)

    def then(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something after the acknowledgement."""
        task = asyncio.create_task(work)
        self._afterwards.add(task)
        task.add_done_callback(self._afterwards.discard)

    def view(self, form: Form, filled: Prefill) -> Json:
        """Return a form as Slack shows it, with the price of what it would make."""
        price = self.forms.price(filled.query)
        return form.view(filled, price, uploads=self.forms.uploads)

    async def open_or_tell(self, body: Json, context: Json, form: Form, filled: Prefill) -> None:
        """Open a form, or tell the person that it can't be."""
        if not await self.opened(body["trigger_id"], context, form, filled):
            self.tell_later(body, context, wording.form_not_opened())

    async def opened(self, trigger_id: str, context: Json, form: Form, filled: Prefill) -> bool:
        """Open a form, and return whether that worked."""
        return await self.shown(trigger_id, context, self.view(form, filled))

    async def shown(self, trigger_id: str, context: Json, view: Json) -> bool:
        """Open a modal, and return whether that worked."""
        try:
            with map_slack_errors():
                await self.team(context).client.views_open(trigger_id=trigger_id, view=view)
        except ConversationError as error:
            log.warning("A form could not be opened: %s", error)
            return False
        return True
