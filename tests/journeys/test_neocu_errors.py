"""When Neocu fails: one friendly sentence in the same thread, and never a second payment."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from house import (
    DISCORD,
    ENTRY,
    HTTP,
    WAITING,
    House,
    actions,
    answers,
    both,
    bots_on,
    only,
    plain,
    press,
    press_on,
    progress,
    result,
    said,
    told,
)

from bots.playground.neocu import Fault, Sandbox
from bots.playground.neocu.tasks import FAILURE, UNKNOWN_STATUS
from bots.playground.seats import Line
from bots.playground.stage import free_port
from core import wording
from core.conversation import Reply
from core.neocu.errors import (
    ApiConnectionError,
    ApiError,
    ApiResponseError,
    ApiStatusError,
    ApiTimeoutError,
    AuthenticationError,
    InsufficientComputeError,
    InvalidRequestError,
    NotFoundError,
    ServerError,
)
from core.request import Action

# These tests share one house a platform: each has a thread, and a person, of its own.
pytestmark = pytest.mark.asyncio(loop_scope="module")

# What a person must not see: statuses, classes, addresses, our own names for things.
TECHNICAL = re.compile(r"\b[45]\d\d\b|Error|https?://|Traceback|api-key|\{|None")
NO_RESULTS = wording.result(replace(ENTRY, assets=()))
UNKNOWN = wording.refused(ServerError(500, ""), "")


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=[HTTP, DISCORD])
async def house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[House]:
    """The bots on one platform."""
    folder = tmp_path_factory.mktemp("house")
    async with bots_on(request.param, folder=folder) as house:
        yield house


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (400, InvalidRequestError(400, "query is required")),
        (401, AuthenticationError(401, "")),
        (402, InsufficientComputeError(402, "")),
        (403, AuthenticationError(403, "")),
        (404, NotFoundError(404, "")),
        (422, InvalidRequestError(422, "Unprocessable Entity")),
        (418, ApiStatusError(418, "")),
        (500, ServerError(500, "")),
        (502, ServerError(502, "")),
        (503, ServerError(503, "")),
        (Fault.DROP, ApiConnectionError("", maybe_accepted=True)),
        (Fault.ACCEPT_AND_DROP, ApiConnectionError("", maybe_accepted=True)),
        (Fault.HTML, ApiResponseError("")),
        (Fault.TRUNCATED, ApiResponseError("")),
        (Fault.WRONG_SHAPE, ApiResponseError("")),
        (Fault.NO_TASK_ID, ApiResponseError("")),
        (Fault.TEN_MEGABYTES, ApiResponseError("")),
        (Fault.REDIRECT, ApiResponseError("")),
    ],
)
async def test_an_error_is_told_in_words(house: House, fault: Fault | int, error: ApiError) -> None:
    """What happened, what to do, and whether compute was spent; and Neocu is asked once."""
    await hear(house, fault, error)


@both
async def test_a_neocu_that_hangs_is_told_in_words(chat: str, tmp_path: Path) -> None:
    """The same, where the bots are impatient: elsewhere that would be a matter of luck."""
    async with bots_on(chat, folder=tmp_path, neocu_timeout=0.5) as house:
        await hear(house, Fault.HANG, ApiTimeoutError("", maybe_accepted=True))


async def hear(house: House, fault: Fault | int, error: ApiError) -> None:
    """Ask while Neocu is at fault, and see that the thread says so in words, and nothing else."""
    before, ada = house.posts, house.seat()
    house.sandbox.faults.next("generate", fault)
    prompt = f"a storm called {fault}"
    await ada.type(f"@neocu {prompt}")
    line = await only(ada, wording.refused(error, ""), under=prompt)

    assert house.posts == before + 1
    assert not line.private
    assert not TECHNICAL.search(plain(line)), plain(line)
    assert actions(line) == [button.action for button in wording.refused(error, "").buttons]
    assert (Action.SEND_AGAIN in actions(line)) == error.maybe_accepted


@pytest.mark.parametrize(
    ("fault", "times"),
    [(500, 3), (404, 3), (Fault.DROP, 1)],
)
async def test_trouble_while_looking_loses_no_result(
    house: House, fault: Fault | int, times: int
) -> None:
    """The task is paid for by then, so it is looked at until it is found."""
    house.sandbox.faults.next("task", fault, times)
    ada = house.seat()
    prompt = f"a calm called {fault}"
    await ada.type(f"@neocu {prompt}")
    card = await result(ada, under=prompt)

    assert answers(ada, prompt) == [card]
    assert len(card.files) == 1


async def test_a_failed_task_has_its_sentence(house: House) -> None:
    """Neocu's reason, what was spent, and a button to try again."""
    ada = house.seat()
    await ada.type("@neocu a boat, please fail")
    line = await only(ada, Reply(wording.failed(ENTRY, [FAILURE]).text), under="please fail")

    assert actions(line) == [Action.AGAIN, Action.EDIT]
    assert not TECHNICAL.search(plain(line))


async def test_a_task_without_results_has_its_sentence(house: House) -> None:
    """It is finished and paid for, and there is nothing to show."""
    ada = house.seat()
    await ada.type("@neocu a boat, please deliver nothing")
    line = await only(ada, NO_RESULTS, under="please deliver nothing")

    assert not TECHNICAL.search(plain(line))


async def test_a_status_that_nobody_knows_is_told(house: House) -> None:
    """It is looked at further, for a task that has been paid for is never given up in silence."""
    ada = house.seat()
    await ada.type("@neocu a boat, please surprise me")
    line = await progress(ada, UNKNOWN_STATUS, under="please surprise me")

    assert not TECHNICAL.search(plain(line))


async def test_send_again_makes_a_new_request(house: House) -> None:
    """Nothing is sent again by itself, but a person may choose to."""
    before, ada = house.posts, house.seat()
    house.sandbox.faults.next("generate", 500)
    await ada.type("@neocu a second chance")
    await press(ada, Action.SEND_AGAIN, under="a second chance")
    await result(ada, under="a second chance")

    assert house.posts == before + 2
    assert house.sandbox.generated[-1].query == "a second chance"


async def test_sent_again_is_once_for_ever(house: House) -> None:
    """A double click must not pay twice, nor must two people's clicks; the others hear why."""
    before = house.posts
    house.sandbox.faults.next("generate", 500)
    ada, ben = house.seat("ada"), house.seat("ben")
    await ada.type("@neocu a hasty finger")
    line = await told(ada, UNKNOWN, under="a hasty finger")
    for seat in (ada, ada, ben):
        await press_on(seat, line, Action.SEND_AGAIN)
    await result(ada, under="a hasty finger")
    for seat in (ada, ben):
        assert (await told(seat, wording.already_pressed())).private
    await ada.journal.until(
        lambda: (
            not any(Action.SEND_AGAIN in actions(line) for line in answers(ada, "a hasty finger"))
        )
    )

    assert house.posts == before + 2


@both
async def test_tried_again_as_often_as_nothing_was_spent(chat: str, tmp_path: Path) -> None:
    """What was refused costs nothing, so its button works again and again, once a press."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat()
        house.sandbox.faults.next("generate", 400, 3)
        await ada.type("@neocu a stubborn mule")
        refused = wording.refused(InvalidRequestError(400, "query is required"), "")
        for times in range(1, 4):
            await told(ada, refused, times=times)
            await press(ada, Action.TRY_AGAIN)
        await result(ada)

        assert house.posts == 4
        assert len(house.sandbox.generated) == 1


async def test_sent_again_and_again_it_is_still_answered(house: House) -> None:
    """A bad day at Neocu: every try has its own answer, and its own button."""
    house.sandbox.faults.next("generate", 500, 5)
    before, ada = house.posts, house.seat()
    await ada.type("@neocu a bad day")
    for times in range(1, 5):
        await told(ada, UNKNOWN, under="a bad day", times=times)
        await press(ada, Action.SEND_AGAIN, under="a bad day")
    await told(ada, UNKNOWN, under="a bad day", times=5)

    def with_button() -> list[Line]:
        lines = answers(ada, "a bad day")
        return [line for line in lines if Action.SEND_AGAIN in actions(line)]

    await ada.journal.until(lambda: len(with_button()) == 1)

    assert house.posts == before + 5


# With settings of their own


@both
async def test_too_many_requests_wait_and_go_through(chat: str, tmp_path: Path) -> None:
    """A 429 surely was not accepted, so it is tried again without anybody's doing."""
    async with bots_on(chat, folder=tmp_path) as house:
        house.sandbox.faults.next("generate", 429)
        ada = house.seat()
        await ada.type("@neocu a busy harbour")
        card = await result(ada)

        assert said(ada) == [card]
        assert house.posts == 2
        assert len(house.sandbox.generated) == 1


async def test_an_unreachable_neocu_is_waited_for(tmp_path: Path) -> None:
    """What surely was not sent may be sent again."""
    port = free_port()
    async with bots_on(HTTP, folder=tmp_path, neocu_base_url=f"http://127.0.0.1:{port}") as house:
        ada = house.seat()
        await ada.type("@neocu a far island")
        await told(ada, WAITING)
        async with Sandbox(port=port, key=house.sandbox.key, seconds=0) as late:
            card = await result(ada)

            assert said(ada) == [card]
            assert len(late.generated) == 1


async def test_waiting_ends_in_words(tmp_path: Path) -> None:
    """After a while nobody waits for the picture any more."""
    gone = f"http://127.0.0.1:{free_port()}"
    async with bots_on(DISCORD, folder=tmp_path, neocu_base_url=gone, neocu_retry_for=0) as house:
        ada = house.seat()
        await ada.type("@neocu a far island")
        line = await only(ada, wording.refused(ApiConnectionError("", maybe_accepted=False), ""))

        assert actions(line) == [Action.TRY_AGAIN, Action.EDIT]


@both
async def test_a_balance_that_nobody_tells_is_no_balance(chat: str, tmp_path: Path) -> None:
    """Nothing is guessed, and whoever asks hears that it is not their fault."""
    async with bots_on(chat, folder=tmp_path) as house:
        house.sandbox.faults.always("compute", 500)
        await house.seat("ada").type("@neocu balance")
        await told(house.alone("ada"), wording.no_balance())
