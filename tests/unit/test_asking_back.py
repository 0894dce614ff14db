"""Asking back: a greeting, or nearly a command, costs nothing until somebody says "anyway"."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NoReturn, cast

import pytest
from ledgers import in_a_file
from operators import payer

from core.conversation import Reply
from core.intent import Ask, Command, NotHereError, Unsure
from core.ledger import Ledger
from core.ledger.codec import REQUEST
from core.neocu.uploads import NoUploader
from core.questions import Questions
from core.records import Entry, State
from core.request import Action, Attachment, Body, Press, Request
from core.resolver import Resolver
from core.saved_prompts import SavedPrompts
from core.settings import Settings
from core.workspaces.admins import Admins

NOTHING = cast("Any", None)  # what has no part in this
SETTINGS = Settings.model_validate({"neocu_api_key": "nk-secret"})
PHOTO = Attachment("F1", "cat.png", "https://files.slack.com/F1", 5)


class Uploads(NoUploader):
    """Hands over any attachment."""

    async def upload(
        self, attachments: Sequence[Attachment], _download: object, _payer: object
    ) -> list[str]:
        """Return an ID for each."""
        return [f"id-of-{attachment.id}" for attachment in attachments]


class Chat:
    """A platform whose attachments can be had."""

    async def download(self, *_: object) -> NoReturn:
        """Never asked: the uploader of this test has no need of it."""
        raise AssertionError


def entry(body: Body, key: str = "slack:T1:C1:1", **more: Any) -> Entry:
    """Return a request as the ledger gives it out."""
    request = Request(key, "slack", "T1", "C1", "U1", body, "C1", **more)
    request = REQUEST.validate_json(REQUEST.dump_json(request))
    return Entry(request, State.RECEIVED, "C1", "", (), "", (), 0, 1, 0.0, 0.0, 1.0)


async def answer(body: Body) -> Reply:
    """Return the one answer to a request."""
    questions = Questions(NOTHING, NOTHING, NOTHING, NOTHING, {}, NOTHING, NOTHING)
    (reply,) = await questions.answer(entry(body), None, NOTHING)
    return reply


@pytest.mark.parametrize("guess", [None, *Command])
async def test_what_was_meant_is_asked_with_a_way_on(guess: Command | None) -> None:
    """It names the command as it is typed, says that nothing was spent, and offers a button."""
    reply = await answer(Unsure("balanse", guess))

    assert "Nothing was spent." in reply.text
    assert guess is None or f"`/neocu {guess}`" in reply.text
    assert [(one.action, one.source_key) for one in reply.buttons] == [
        (Action.CONFIRM, "slack:T1:C1:1")
    ]


@in_a_file
@pytest.mark.parametrize("attachments", [(), (PHOTO,)])
async def test_anyway_makes_just_what_was_typed(
    ledger: Ledger, attachments: tuple[Attachment, ...]
) -> None:
    """With the words and the files of the message that was asked back about."""
    source = entry(Unsure("Hello!"), attachments=attachments)
    press = entry(Press(Action.CONFIRM, source.key), key="slack:T1:press")
    resolver = Resolver(ledger, Uploads(), {"slack": Chat()}, SavedPrompts(NOTHING, Admins({})))
    wanted = await resolver.resolve(
        press.request, replace(source, state=State.COMPLETED), payer(SETTINGS)
    )

    assert (wanted.query, wanted.files) == ("Hello!", ("id-of-F1",) if attachments else ())


def test_the_answer_is_for_the_asker_alone() -> None:
    """Nobody else cares for a greeting of the bot."""
    assert entry(Unsure("hi")).request.body.private


async def test_nobody_turns_anothers_list() -> None:
    """A button's ID can be made up; what it would show is private."""
    mine = entry(Ask(Command.RECENT))
    theirs = replace(entry(Press(Action.PAGE, mine.key, 1)).request, person="U2")
    questions = Questions(NOTHING, NOTHING, NOTHING, NOTHING, {}, NOTHING, NOTHING)
    with pytest.raises(NotHereError):
        await questions.answer(replace(mine, request=theirs), mine, NOTHING)
