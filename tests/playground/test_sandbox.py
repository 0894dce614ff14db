"""The local Neocu API keeps the documented contract, over a real socket."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bots.playground.neocu import Sandbox
from bots.playground.neocu.api_faults import BODIES
from bots.playground.neocu.routes import MAX_BODY_BYTES
from bots.playground.neocu.tasks import UNKNOWN_STATUS


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


async def generate(http: aiohttp.ClientSession, query: str, *files: str) -> str:
    """Start a task and return its id."""
    async with http.post("/v1/generate", json={"query": query, "files": files}) as response:
        assert response.status == 200
        answer = await response.json()
    assert answer == {"task_id": answer["task_id"], "message": "success"}
    return str(answer["task_id"])


async def look(http: aiohttp.ClientSession, task_id: str) -> Any:
    """Return what the API tells about a task."""
    async with http.get(f"/v1/task/{task_id}") as response:
        assert response.status == 200
        return await response.json()


async def test_a_task_completes_with_documented_fields(http: aiohttp.ClientSession) -> None:
    """The client's models are tried against these bodies."""
    answer = await look(http, await generate(http, "a lighthouse at dusk"))

    assert answer["isSuccess"] is True
    assert answer["task"].keys() == {"status", "message", "date"}
    assert answer["task"]["status"] == "completed"
    (asset,) = answer["asset"]
    assert asset.keys() == {"url", "thumbnail", "embed", "name", "type", "status", "_id"}
    assert (asset["type"], asset["name"]) == ("image", "a-lighthouse-at-dusk.png")


async def test_a_task_takes_its_time_and_tells_how_far_it_is(
    sandbox: Sandbox, http: aiohttp.ClientSession
) -> None:
    """Progress in a thread is made of these lines."""
    sandbox.seconds = 3600.0
    answer = await look(http, await generate(http, "a lighthouse"))

    assert answer["task"]["status"] == "generating"
    assert answer["task"]["message"] == ["Reading your words…"]
    assert answer["asset"] == []


async def test_listed_tasks_have_no_id(http: aiohttp.ClientSession) -> None:
    """The list can't be joined to a task, so nobody may come to rely on it."""
    for number in range(3):
        await generate(http, f"picture {number}")
    async with http.get("/v1/task", params={"page": "2", "limit": "2"}) as response:
        listed = await response.json()

    assert {key: listed[key] for key in ("totalPages", "currentPage", "totalTasks")} == {
        "totalPages": 2,
        "currentPage": 2,
        "totalTasks": 3,
    }
    assert [entry.keys() for entry in listed["taskList"]] == [{"task", "asset"}]


async def test_a_task_is_paid_when_it_is_accepted(
    sandbox: Sandbox, http: aiohttp.ClientSession
) -> None:
    """The balance is what low-compute notices are made of."""
    await generate(http, "a 10 s video at 720p")
    async with http.get("/v1/compute") as response:
        answer = await response.json()

    assert answer == {"isSuccess": True, "compute": 930.0}
    assert sandbox.compute == 930.0


async def test_too_little_compute_is_a_402_that_costs_nothing(
    sandbox: Sandbox, http: aiohttp.ClientSession
) -> None:
    """The documented body has an error and a message."""
    sandbox.compute = 69.0
    async with http.post("/v1/generate", json={"query": "a 10 s video at 720p"}) as response:
        assert response.status == 402
        assert await response.json() == BODIES[402]

    assert sandbox.compute == 69.0
    assert sandbox.generated == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[" * 50_000,
        b"[]",
        b"{}",
        b'{"query": " "}',
        b'{"query": 7}',
        b'{"query": "a", "files": "b"}',
        b'{"query": "a", "files": ["nobody-knows"]}',
        b'{"query": "' + b"a" * MAX_BODY_BYTES + b'"}',
    ],
)
async def test_a_bad_body_is_a_400_in_words(
    sandbox: Sandbox, http: aiohttp.ClientSession, body: bytes
) -> None:
    """Nothing that can't be understood is ever charged."""
    async with http.post("/v1/generate", data=body) as response:
        assert response.status == 400
        assert (await response.json())["error"]

    assert sandbox.generated == []


@pytest.mark.parametrize("headers", [{}, {"api-key": "wrong"}])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/generate"),
        ("GET", "/v1/task/1"),
        ("GET", "/v1/task"),
        ("GET", "/v1/compute"),
        ("POST", "/upload"),
    ],
)
async def test_every_call_needs_the_key(
    sandbox: Sandbox, method: str, path: str, headers: dict[str, str]
) -> None:
    """A bot with a wrong key must find out here."""
    async with (
        aiohttp.ClientSession(headers=headers) as stranger,
        stranger.request(method, sandbox.url + path) as response,
    ):
        assert response.status == 401
        assert (await response.json()).keys() == {"error"}


async def test_an_unknown_task_is_a_404(http: aiohttp.ClientSession) -> None:
    """So is the task of another organization."""
    async with http.get("/v1/task/65f000000000000000000000") as response:
        assert response.status == 404
        assert (await response.json()).keys() == {"error"}


@pytest.mark.parametrize(
    ("query", "status", "assets"),
    [
        ("please fail", "failed", 0),
        ("please never finish", "generating", 0),
        ("please surprise me", UNKNOWN_STATUS, 0),
        ("please deliver nothing", "completed", 0),
        ("please break one", "completed", 3),
        ("three pictures of cats", "completed", 3),
    ],
)
async def test_words_decide_how_a_task_ends(
    http: aiohttp.ClientSession, query: str, status: str, assets: int
) -> None:
    """Each ending can be tried out by anyone who can type."""
    answer = await look(http, await generate(http, query))

    assert answer["task"]["status"] == status
    assert len(answer["asset"]) == assets


async def test_a_failed_task_says_why(http: aiohttp.ClientSession) -> None:
    """The reason reaches the thread."""
    answer = await look(http, await generate(http, "please fail"))

    assert "word it differently" in answer["task"]["message"][-1]


async def test_the_journal_and_the_tasks_tell_what_was_asked(
    sandbox: Sandbox, http: aiohttp.ClientSession
) -> None:
    """Whether something was paid once is counted here."""
    task_id = await generate(http, "a lighthouse")
    calls = await sandbox.journal.until(lambda: list(sandbox.journal.calls))

    assert [(call.path, call.status) for call in calls] == [("/v1/generate", 200)]
    assert [(task.task_id, task.query, task.files) for task in sandbox.generated] == [
        (task_id, "a lighthouse", ())
    ]


async def test_a_taken_port_is_an_error_and_leaves_nothing_open(sandbox: Sandbox) -> None:
    """The command line turns it into a sentence."""
    with pytest.raises(OSError, match="in use"):
        async with Sandbox(port=sandbox.port):
            pass


async def test_each_organization_has_its_own_balance_tasks_and_files(
    sandbox: Sandbox, http: aiohttp.ClientSession
) -> None:
    """A key opens one organization: of another's nothing is spent, told, or used."""
    acme = sandbox.add_organization("acme-key", compute=5.0)
    ours = await generate(http, "a lighthouse at dusk")
    [result] = sandbox.tasks[ours].assets
    async with aiohttp.ClientSession(sandbox.url, headers={"api-key": acme.key}) as theirs:
        task = await generate(theirs, "a lighthouse at dusk")

        assert list(acme.tasks) == [task]
        async with theirs.get(f"/v1/task/{ours}") as response:
            assert response.status == 404
        async with theirs.get("/v1/compute") as response:
            assert (await response.json())["compute"] == acme.compute < 5.0 < sandbox.compute
        foreign = {"query": "brighter", "files": [result.id]}
        async with theirs.post("/v1/generate", json=foreign) as response:
            assert response.status == 400
