"""Files in flight: never more bytes than the budget, in order, and each delivery's own trouble."""

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.chart import Chart, Series
from core.conversation import Attempt, Capacity, File, Media, Posted, Reply, TryLaterError
from core.delivery import MAX_FILE_TRIES, MAX_IN_LINE, Deliverer
from core.files.download import Admit, Fetched, TooLargeError, UnreachableError
from core.files.in_flight import ByteBudget, Reservation
from core.files.public import PublicFiles
from core.ledger import Ledger
from core.records import Delivery, Part, Slot

# The budget


async def ready() -> None:
    """Let every task that can run do so."""
    for _ in range(10):
        await asyncio.sleep(0)


sizes = st.integers(0, 120) | st.none()  # None: its host does not say


@given(
    st.lists(
        st.tuples(st.lists(sizes, min_size=1, max_size=3), st.integers(0, 3), st.booleans()),
        max_size=20,
    )
)
def test_there_is_never_more_than_the_budget(
    asked: list[tuple[list[int | None], int, bool]],
) -> None:
    """Whatever is asked for, however long it is held, and whoever gives up waiting."""
    budget = ByteBudget(100)
    held = 0

    async def hold(sizes: list[int | None], rounds: int) -> None:
        nonlocal held
        with budget.reservation(len(sizes), 110) as reserved:
            got = await claims(reserved, *sizes)
            allowed = sum(one for one in got if isinstance(one, int))
            held += allowed
            assert held <= budget.held <= 100
            for _ in range(rounds):
                await asyncio.sleep(0)
            held -= allowed

    async def everybody() -> None:
        tasks = []
        for sizes, rounds, gives_up in asked:
            tasks.append(asyncio.create_task(hold(sizes, rounds)))
            await ready()
            if gives_up and budget.in_line:
                tasks[-1].cancel()
        done = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 5)
        assert not [one for one in done if isinstance(one, Exception)]
        assert budget.held == 0

    asyncio.run(everybody())


async def claims(reserved: Reservation, *sizes: int | None, limit: int = 100) -> list[object]:
    """Have files claim what they need, the last first; return what they may have, or why not."""
    backwards = reversed(list(enumerate(sizes)))
    tasks = [reserved.claim(number, size, limit) for number, size in backwards]
    return (await asyncio.gather(*tasks, return_exceptions=True))[::-1]


async def test_who_asks_for_much_is_not_overtaken() -> None:
    """A video must not wait for ever while pictures slip past it."""
    budget, order = ByteBudget(10), list[str]()

    async def hold(name: str, size: int) -> None:
        with budget.reservation(1, size) as reserved:
            await reserved.claim(0, size, 10)
            order.append(name)

    async with asyncio.TaskGroup() as tasks:
        with budget.reservation(1, 5) as first:
            await first.claim(0, 5, 10)
            tasks.create_task(hold("video", 8))
            await ready()
            for _ in range(3):
                tasks.create_task(hold("picture", 2))
            await ready()
            waiting = list(order)

    assert waiting == []
    assert order[0] == "video"


async def test_nothing_is_reserved_before_every_size_is_known() -> None:
    """Two that hold half of what they need would wait for each other; hosts may be slow."""
    budget = ByteBudget(100)
    with budget.reservation(2, 100) as first, budget.reservation(2, 100) as second:
        tasks = [asyncio.create_task(one.claim(0, 50, 50)) for one in (first, second)]
        await ready()
        early = budget.held
        async with asyncio.timeout(5):
            await first.claim(1, 50, 50)
            first.release()
            second.settle(1, 0)  # it can't be had: the others need not wait for it
            allowed = [await one for one in tasks]

    assert early == 0
    assert allowed == [50, 50]


async def test_many_small_files_are_in_flight_at_once() -> None:
    """A budget of bytes is no limit of how many: the platform's own limit is never reserved."""
    budget = ByteBudget(100)
    with ExitStack() as stack:
        for _ in range(50):
            reserved = stack.enter_context(budget.reservation(1, 1_000))
            async with asyncio.timeout(5):
                await reserved.claim(0, 2, 1_000)

        assert budget.held == 100


async def test_what_is_not_needed_is_given_back_at_once() -> None:
    """A file whose host does not tell its size must not hold the limit until it is posted."""
    budget = ByteBudget(100)
    with budget.reservation(2, 100) as first:
        assert await claims(first, 10, None, limit=50) == [10, 50]
        before = first.held
        first.settle(0, 10)
        first.settle(1, 20)
        with budget.reservation(1, 70) as second:
            async with asyncio.timeout(5):
                await second.claim(0, 70, 70)
            assert (before, first.held, second.held) == (60, 30, 70)


async def test_a_file_that_does_not_fit_beside_the_others_is_too_large() -> None:
    """It becomes a link; those before it have their bytes, and those after it what is left."""
    budget = ByteBudget(100)
    with budget.reservation(3, 1_000) as reserved:
        first, second, third = await claims(reserved, 60, 50, None, limit=30)

        assert (first, third) == (60, 30)
        assert isinstance(second, TooLargeError)
        assert await reserved.claim(1, 10, 30) == 10  # its thumbnail


async def test_who_gives_up_leaves_the_line() -> None:
    """What was reserved for somebody who is gone would be lost for ever."""
    budget = ByteBudget(100)
    with budget.reservation(1, 100) as first:
        await first.claim(0, 100, 100)
        with budget.reservation(1, 100) as second:
            waiting = asyncio.create_task(second.claim(0, 100, 100))
            await ready()
            assert budget.in_line == 1
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await ready()

    assert (budget.held, budget.in_line) == (0, 0)


# Deliveries


@dataclass
class Hosts(PublicFiles):
    """Files by address: bytes, or what goes wrong; and how much was in flight."""

    files: dict[str, Any] = field(default_factory=dict)
    in_flight: int = 0
    most: int = 0

    async def fetch(self, url: str, limit: int, admit: Admit | None = None) -> Fetched:
        """Give the file, as a host does that tells its size."""
        found = self.files[url]
        if isinstance(found, BaseException):
            raise found
        assert admit is not None
        if len(found) > min(limit, await admit(len(found))):
            raise TooLargeError(limit)
        self.in_flight += len(found)
        self.most = max(self.most, self.in_flight)
        await asyncio.sleep(0)
        return Fetched(found, "image/png")


@dataclass
class Chat:
    """A platform that is one conversation; it notes what it is given."""

    hosts: Hosts
    capacity: Capacity = Capacity(10, 50, 100)  # noqa: RUF009 (frozen)
    posts: list[tuple[Reply, list[str]]] = field(default_factory=list)
    fails: list[BaseException] = field(default_factory=list)
    open: asyncio.Event = field(default_factory=asyncio.Event)
    link: str = ""
    bucket: str = "C1"

    def conversation(self, _: str) -> "Chat":
        """Return itself."""
        return self

    def aside(self, _address: str, _person: str) -> str:
        """There is none."""
        return ""

    async def post(self, reply: Reply, files: Sequence[File], _: Attempt) -> Posted:
        """Take it: words at once, files when the chat is open."""
        if files:
            await self.open.wait()
        self.hosts.in_flight -= sum(len(file.data) for file in files)
        if self.fails:
            raise self.fails.pop()
        self.posts.append((reply, [file.name for file in files]))
        return Posted("m1", "C1")

    async def edit(self, message_id: str, reply: Reply) -> None:
        """Not asked here."""

    async def delete(self, message_id: str) -> None:
        """Not asked here."""


@dataclass
class Outbox:
    """What came of the deliveries."""

    done: list[Posted] = field(default_factory=list)
    later: list[dict[str, Any]] = field(default_factory=list)
    taken_over: bool = False

    @property
    def outbox(self) -> "Outbox":
        """The ledger's outbox: itself."""
        return self

    @property
    def leases(self) -> "Outbox":
        """The ledger's leases: itself."""
        return self

    async def still_held(self, _: Delivery) -> bool:
        """Whether nobody else has taken it over."""
        return not self.taken_over

    async def sent(self, _: Delivery, posted: Posted) -> None:
        """Note that it was sent."""
        self.done.append(posted)

    async def retry_later(self, _: Delivery, _pause: float, **how: Any) -> None:
        """Note that it comes again."""
        self.later.append(how)


@dataclass
class Stage:
    """All of them."""

    hosts: Hosts = field(default_factory=Hosts)
    outbox: Outbox = field(default_factory=Outbox)
    budget: ByteBudget = field(default_factory=lambda: ByteBudget(100))

    def __post_init__(self) -> None:
        self.chat = Chat(self.hosts)
        self.chat.open.set()
        self.deliverer = Deliverer(
            cast("Ledger", self.outbox), self.hosts, self.budget, {"chat": self.chat}
        )

    async def deliver(self, *sizes: object, tries: int = 1) -> None:
        """Deliver an answer with a file of each size, or with what goes wrong with it."""
        for n, size in enumerate(sizes):
            self.hosts.files[f"u{n}-{size}"] = bytes(size) if isinstance(size, int) else size
        media = tuple(
            Media(f"u{n}-{size}", f"{n}.png", "", number=n + 1) for n, size in enumerate(sizes)
        )
        attempt = Attempt("k", tries, memo="an upload")
        await self.deliverer.deliver(
            replace(DELIVERY, reply=Reply("Here.", media=media), attempt=attempt)
        )


DELIVERY = Delivery(
    request="r1",
    part=Part(Slot.RESULT),
    reply=None,
    version=1,
    platform="chat",
    channel="C1",
    person="U1",
    address="C1",
    message_id=None,
    attempt=Attempt("k"),
    age=0.0,
    fence=1,
)


async def test_many_deliveries_hold_no_more_than_the_budget() -> None:
    """Sixteen videos at once took 1.6 GB: now they take their turns."""
    stage = Stage()
    async with asyncio.TaskGroup() as tasks:
        for _ in range(16):
            tasks.create_task(stage.deliver(40, 45))
    posted = [files for _, files in stage.chat.posts]

    assert stage.hosts.most <= 100
    assert len(posted) + len(stage.outbox.later) == 16
    assert all(files == ["0.png", "1.png"] for files in posted)
    assert all(how["outage"] for how in stage.outbox.later)  # they come again, and lose nothing


async def test_what_was_taken_over_while_its_files_came_is_not_said() -> None:
    """A long download outlives a lease: the other process says it, and it would stand twice."""
    stage = Stage()
    stage.outbox.taken_over = True
    await stage.deliver(40)

    assert stage.chat.posts == []
    assert (stage.outbox.done, stage.outbox.later) == ([], [])


async def test_the_line_has_an_end(caplog: pytest.LogCaptureFixture) -> None:
    """Deliveries that wait hold up words in the same lane: the others come again."""
    stage = Stage()
    stage.chat.open.clear()
    async with asyncio.TaskGroup() as tasks:
        for _ in range(MAX_IN_LINE + 5):
            tasks.create_task(stage.deliver(50, 50))
        await ready()
        await stage.deliver()  # no files: no line
        await stage.deliver(50, 50)  # sent away before its files are asked for
        late = len(stage.outbox.later)
        stage.chat.open.set()

    assert late == 5
    assert all(how["memo"] == "an upload" for how in stage.outbox.later)
    assert "can't be reached" not in caplog.text  # the line is ours, not the chat's
    assert len(stage.chat.posts) == MAX_IN_LINE + 2


async def test_a_file_larger_than_the_whole_budget_is_a_link() -> None:
    """It would never have its turn."""
    stage = Stage(budget=ByteBudget(30))
    await stage.deliver(40, 20)

    assert [files for _, files in stage.chat.posts] == [["1.png"]]
    assert "too large" in stage.chat.posts[0][0].text


@pytest.mark.parametrize("wrong", [MemoryError(), UnreachableError("status 404")])
async def test_what_goes_wrong_with_a_file_is_its_own_trouble(wrong: Exception) -> None:
    """The other files arrive, with a line for this one."""
    stage = Stage()
    await stage.deliver(10, wrong, 10)

    assert [files for _, files in stage.chat.posts] == [["0.png", "2.png"]]
    assert "couldn't be fetched" in stage.chat.posts[0][0].text


async def test_no_memory_for_a_post_is_that_deliverys_trouble() -> None:
    """It comes again, at last without its files; and its bytes are given back."""
    stage = Stage()
    stage.chat.fails = [MemoryError()]
    await stage.deliver(50, 50)
    later = list(stage.outbox.later)
    await stage.deliver(50, 50, tries=MAX_FILE_TRIES + 1)

    assert stage.budget.held == 0
    assert [how["maybe_sent"] for how in later] == [True]
    assert [files for _, files in stage.chat.posts] == [[]]


async def test_bytes_are_given_back_whatever_a_chat_says() -> None:
    """A budget that leaks ends in a bot that shows no files."""
    stage = Stage()
    for error in (TryLaterError("busy"), TryLaterError("away", outage=True)):
        stage.chat.fails = [error]
        await stage.deliver(50, 50)

    assert stage.budget.held == 0


async def test_a_chart_is_drawn_when_it_is_posted() -> None:
    """Its picture counts like any file; one that can't be drawn costs only itself."""
    stage = Stage(budget=ByteBudget(1_000_000))
    stage.chat.capacity = Capacity(10, 500_000, 1_000_000)
    charts = [Chart("Credits", "", ("",), (Series("image", name, "1", (1.0,)),)) for name in "a\0"]
    media = tuple(Media("", f"{n}.png", "", chart=one) for n, one in enumerate(charts))
    await stage.deliver()
    await stage.deliverer.deliver(replace(DELIVERY, reply=Reply("Here.", media=media)))
    [_, (reply, files)] = stage.chat.posts

    assert files == ["0.png"]
    assert reply.text.endswith("its numbers stand above.")
    assert stage.budget.held == 0
