"""Every way for a call to go wrong can be switched on, and off again."""

import asyncio
import json
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bots.playground.neocu import Fault, Sandbox
from bots.playground.neocu.api_faults import BODIES, TEN_MEGABYTES

ASK = {"query": "a lighthouse"}


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """A sandbox whose tasks are done at once."""
    async with Sandbox(seconds=0.0) as sandbox:
        yield sandbox


@pytest.fixture
async def http(sandbox: Sandbox) -> AsyncIterator[aiohttp.ClientSession]:
    """A caller with the right key."""
    async with aiohttp.ClientSession(sandbox.url, headers={"api-key": sandbox.key}) as session:
        yield session


@pytest.mark.parametrize("status", sorted(BODIES))
async def test_a_status_comes_with_its_documented_body(
    sandbox: Sandbox, http: aiohttp.ClientSession, status: int
) -> None:
    """The friendly sentences are tried against these."""
    sandbox.faults.next("generate", status)
    async with http.post("/v1/generate", json=ASK) as response:
        assert response.status == status
        assert await response.json() == BODIES[status]

    assert sandbox.generated == []


async def test_a_status_nobody_documented_has_a_body_too(
    sandbox: Sandbox, http: aiohttp.ClientSession
) -> None:
    """A proxy in between knows more statuses than the guide."""
    sandbox.faults.next("compute", 503)
    async with http.get("/v1/compute") as response:
        assert response.status == 503
        assert await response.json() == {"error": "Service Unavailable"}


async def test_a_fault_lasts_as_long_as_was_said(
    sandbox: Sandbox, http: aiohttp.ClientSession
) -> None:
    """So many calls, or until it is cleared, and no other route's."""

    async def status() -> int:
        async with http.get("/v1/compute") as response:
            return response.status

    sandbox.faults.next("compute", 500, times=2)
    sandbox.faults.always("tasks", 500)
    twice = [await status() for _ in range(3)]
    sandbox.faults.always("compute", 429)
    always = [await status() for _ in range(3)]
    sandbox.faults.clear()

    assert twice == [500, 500, 200]
    assert always == [429, 429, 429]
    assert await status() == 200


@pytest.mark.parametrize(("fault", "accepted"), [(Fault.DROP, 0), (Fault.ACCEPT_AND_DROP, 1)])
async def test_a_dropped_connection_is_no_answer(
    sandbox: Sandbox, http: aiohttp.ClientSession, fault: Fault, accepted: int
) -> None:
    """From outside the two look the same; only one of them was paid."""
    sandbox.faults.next("generate", fault)
    with pytest.raises(aiohttp.ClientConnectionError):
        await http.post("/v1/generate", json=ASK)
    (call,) = await sandbox.journal.until(lambda: list(sandbox.journal.calls))

    assert call.status == 0
    assert len(sandbox.generated) == accepted
    assert sandbox.compute == 1000.0 - accepted


async def test_a_hanging_call_ends_when_the_caller_leaves(
    sandbox: Sandbox, http: aiohttp.ClientSession
) -> None:
    """A time-out is the caller's own decision."""
    sandbox.faults.next("generate", Fault.HANG)
    leaving = asyncio.ensure_future(http.post("/v1/generate", json=ASK))
    await sandbox.journal.until(lambda: sandbox.faults.hanging)
    leaving.cancel()
    (call,) = await sandbox.journal.until(lambda: list(sandbox.journal.calls))

    assert (call.path, call.status) == ("/v1/generate", 0)
    assert sandbox.generated == []


async def test_a_hanging_call_ends_when_the_server_closes() -> None:
    """A demo that is ended must not wait for its own faults."""
    async with aiohttp.ClientSession() as http:
        async with Sandbox() as sandbox:
            sandbox.faults.next("compute", Fault.HANG)
            call = asyncio.create_task(http.get(f"{sandbox.url}/v1/compute"))
            await sandbox.journal.until(lambda: sandbox.faults.hanging)
        with pytest.raises(aiohttp.ClientConnectionError):
            await asyncio.wait_for(call, 30)

    assert sandbox.faults.hanging == 0


@pytest.mark.parametrize(
    "fault", [Fault.HTML, Fault.TRUNCATED, Fault.WRONG_SHAPE, Fault.NO_TASK_ID, Fault.TEN_MEGABYTES]
)
async def test_garbage_is_a_200_without_a_task_id(
    sandbox: Sandbox, http: aiohttp.ClientSession, fault: Fault
) -> None:
    """Whoever trusts the status alone loses the task."""
    sandbox.faults.next("generate", fault)
    async with http.post("/v1/generate", json=ASK) as response:
        assert response.status == 200
        text = await response.text()

    try:
        answer = json.loads(text)
    except ValueError:
        answer = None
    assert not isinstance(answer, dict) or "task_id" not in answer
    assert (len(text) >= TEN_MEGABYTES) == (fault is Fault.TEN_MEGABYTES)


async def test_a_redirect_leads_elsewhere(sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
    """A client that follows it shows in the journal, with the key in its hand."""
    sandbox.faults.next("generate", Fault.REDIRECT)
    async with http.post("/v1/generate", json=ASK, allow_redirects=False) as response:
        assert response.status == 302
        assert response.headers["Location"] == "/redirected"
