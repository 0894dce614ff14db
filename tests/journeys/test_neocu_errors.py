"""When Neocu fails: one friendly sentence in the same thread, and never a second payment."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from house import DISCORD, DONE, HTTP, House, answers, both, bots_on, plain, said, told

from bots.playground.neocu import Fault, Sandbox
from bots.playground.seats import Line
from bots.playground.stage import free_port
from core.wording import MAYBE_SPENT, NOTHING_SPENT

# These tests share one house a platform: each has a thread, and a person, of its own.
pytestmark = pytest.mark.asyncio(loop_scope="module")

NO_SENSE = "made no sense"
# What a person must not see: statuses, classes, addresses, our own names for things.
TECHNICAL = re.compile(r"\b[45]\d\d\b|Error|https?://|Traceback|api-key|\{|None")


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=[HTTP, DISCORD])
async def house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[House]:
    """The bots on one platform."""
    folder = tmp_path_factory.mktemp("house")
    async with bots_on(request.param, folder=folder) as house:
        yield house


async def answered(house: House, prompt: str, *words: str) -> list[Line]:
    """Ask by mention, wait for these words in the thread, and return what the thread says."""
    ada = house.seat()
    await ada.type(f"@neocu {prompt}")

    def there() -> list[Line]:
        lines = answers(ada, prompt)
        text = "\n".join(plain(line) for line in lines)
        return lines if all(word in text for word in words) else []

    return await ada.journal.until(there)


@pytest.mark.parametrize(
    ("fault", "happened", "spent"),
    [
        (400, "could not make sense of this request", NOTHING_SPENT),
        (401, "did not accept this bot's API key", NOTHING_SPENT),
        (402, "too little compute left", NOTHING_SPENT),
        (403, "did not accept this bot's API key", NOTHING_SPENT),
        (404, "address seems to be wrong", NOTHING_SPENT),
        (422, "could not make sense of this request", NOTHING_SPENT),
        (418, "declined this request", NOTHING_SPENT),
        (500, "Something went wrong inside Neocu", MAYBE_SPENT),
        (502, "Something went wrong inside Neocu", MAYBE_SPENT),
        (503, "Something went wrong inside Neocu", MAYBE_SPENT),
        (Fault.DROP, "connection to Neocu failed", MAYBE_SPENT),
        (Fault.ACCEPT_AND_DROP, "connection to Neocu failed", MAYBE_SPENT),
        (Fault.HTML, NO_SENSE, MAYBE_SPENT),
        (Fault.TRUNCATED, NO_SENSE, MAYBE_SPENT),
        (Fault.WRONG_SHAPE, NO_SENSE, MAYBE_SPENT),
        (Fault.NO_TASK_ID, NO_SENSE, MAYBE_SPENT),
        (Fault.TEN_MEGABYTES, NO_SENSE, MAYBE_SPENT),
        (Fault.REDIRECT, NO_SENSE, MAYBE_SPENT),
    ],
)
async def test_an_error_is_told_in_words(
    house: House, fault: Fault | int, happened: str, spent: str
) -> None:
    """What happened, what to do, and whether compute was spent; and Neocu is asked once."""
    await hear(house, fault, happened, spent)


@both
async def test_a_neocu_that_hangs_is_told_in_words(chat: str, tmp_path: Path) -> None:
    """The same, where the bots are impatient: elsewhere that would be a matter of luck."""
    async with bots_on(chat, folder=tmp_path, neocu_timeout=0.5) as house:
        await hear(house, Fault.HANG, "did not answer in time", MAYBE_SPENT)


async def hear(house: House, fault: Fault | int, happened: str, spent: str) -> None:
    """Ask while Neocu is at fault, and see that the thread says so in words."""
    before = house.posts
    house.sandbox.faults.next("generate", fault)
    [line] = await answered(house, f"a storm called {fault}", happened, spent)

    assert house.posts == before + 1
    assert not line.private
    assert not TECHNICAL.search(plain(line)), plain(line)
    assert bool(line.buttons) == (spent == MAYBE_SPENT)


@pytest.mark.parametrize(
    ("fault", "times"),
    [(500, 3), (404, 3), (Fault.DROP, 1)],
)
async def test_trouble_while_looking_loses_no_result(
    house: House, fault: Fault | int, times: int
) -> None:
    """The task is paid for by then, so it is looked at until it is found."""
    house.sandbox.faults.next("task", fault, times)
    lines = await answered(house, f"a calm called {fault}", DONE)

    assert not any("failed" in plain(line) for line in lines)


@pytest.mark.parametrize(
    ("wish", "ending"),
    [
        ("fail", "Please word it differently"),
        ("deliver nothing", "gave no result"),
        ("surprise me", "marinating"),
    ],
)
async def test_every_ending_has_its_sentence(house: House, wish: str, ending: str) -> None:
    """A task can end in more ways than well."""
    lines = await answered(house, f"a boat, please {wish}", ending)

    assert not TECHNICAL.search(plain(lines[-1]))


async def test_send_again_makes_a_new_request(house: House) -> None:
    """Nothing is sent again by itself, but a person may choose to."""
    before = house.posts
    house.sandbox.faults.next("generate", 500)
    [line] = await answered(house, "a second chance", "may have been spent")
    ada = house.seat()
    await ada.press(line, "Send again")
    await ada.journal.until(lambda: DONE in str(answers(ada, "a second chance")))

    assert house.posts == before + 2
    assert house.sandbox.generated[-1].query == "a second chance"


async def test_pressed_twice_is_once(house: House) -> None:
    """A double click must not pay twice, nor must two people's clicks."""
    before = house.posts
    house.sandbox.faults.next("generate", 500)
    [line] = await answered(house, "a hasty finger", "may have been spent")
    ada, ben = house.seat("ada"), house.seat("ben")
    await ada.press(line, "Send again")
    await ada.press(line, "Send again")
    await ben.press(line, "Send again")
    await ada.journal.until(lambda: DONE in str(answers(ada, "a hasty finger")))
    await answered(house, "a patient finger", DONE)

    assert house.posts == before + 3


async def test_sent_again_and_again_it_is_still_answered(house: House) -> None:
    """A bad day at Neocu: every try has its own answer, and its own button."""
    house.sandbox.faults.next("generate", 500, 5)
    await answered(house, "a bad day", "may have been spent")
    ada = house.seat()

    def told_so() -> list[Line]:
        return [line for line in answers(ada, "a bad day") if "may have been" in plain(line)]

    for tries in range(1, 5):
        await ada.press(told_so()[-1], "Send again")
        await ada.journal.until(lambda n=tries: len(told_so()) > n)

    assert {line.buttons for line in told_so()} == {("Send again",)}


# With settings of their own


async def test_too_many_requests_wait_and_go_through(tmp_path: Path) -> None:
    """A 429 surely was not accepted, so it is tried again without anybody's doing."""
    async with bots_on(DISCORD, folder=tmp_path) as house:
        house.sandbox.faults.next("generate", 429)
        ada = house.seat()
        await ada.type("@neocu a busy harbour")
        await told(ada, NOTHING_SPENT, DONE)

        assert len(house.sandbox.generated) == 1


async def test_an_unreachable_neocu_is_waited_for(tmp_path: Path) -> None:
    """What surely was not sent may be sent again."""
    port = free_port()
    async with bots_on(HTTP, folder=tmp_path, neocu_base_url=f"http://127.0.0.1:{port}") as house:
        ada = house.seat()
        await ada.type("@neocu a far island")
        await told(ada, "can't be reached", NOTHING_SPENT)
        async with Sandbox(port=port, key=house.sandbox.key, seconds=0) as late:
            await told(ada, DONE)

            assert len(late.generated) == 1


async def test_waiting_ends_in_words(tmp_path: Path) -> None:
    """After a while nobody waits for the picture any more."""
    gone = f"http://127.0.0.1:{free_port()}"
    async with bots_on(DISCORD, folder=tmp_path, neocu_base_url=gone, neocu_retry_for=0) as house:
        ada = house.seat()
        await ada.type("@neocu a far island")
        await told(ada, "connection to Neocu failed", NOTHING_SPENT)

        assert len(said(ada)) == 1
