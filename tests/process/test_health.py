"""/healthz and /readyz tell the truth: to whoever restarts the bots, and whoever sends requests."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Self

import aiohttp
import pytest
from aiohttp import web

from bots.playground.stage import free_port
from core import runtime
from core.health import Health
from core.ledger import Ledger, LedgerError
from core.ledger.stores.sqlite import SqliteStore
from core.metrics import Metrics
from core.settings import Settings
from core.web import serving

Get = Callable[[str], Awaitable[tuple[int, str]]]


class Chat:
    """A platform that is connected or not, as the test wants it."""

    def __init__(self, *, ready: bool = True) -> None:
        self.missing = "" if ready else "not connected"


def settings(folder: Path) -> Settings:
    """Return settings that serve on a free port."""
    return Settings(
        _env_file=None,  # type: ignore[call-arg]  # pydantic-settings' own
        neocu_api_key="key",
        neocu_base_url="http://127.0.0.1:9",
        database_url=f"sqlite:///{folder / 'bots.db'}",
        http_port=free_port(),
    )


async def get(url: str) -> tuple[int, str]:
    """Return status and text."""
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status, (await answer.text()).strip()


async def test_each_platform_is_ready_by_itself(tmp_path: Path) -> None:
    """A balancer must not take Slack off the air because Discord is down."""
    chats = {"slack": Chat(), "discord": Chat(ready=False)}
    async with SqliteStore(str(tmp_path / "a.db")) as store:
        ledger = Ledger(store, chats)
        await ledger.open()
        health = Health(ledger, chats)
        async with serving(settings(tmp_path), ledger, health, Metrics(chats), []) as url:
            assert await get(f"{url}/healthz") == (200, "ok")
            assert await get(f"{url}/readyz/slack") == (200, "ready")
            assert await get(f"{url}/readyz/discord") == (503, "discord: not connected")
            assert await get(f"{url}/readyz") == (503, "discord: not connected")
            assert (await get(f"{url}/readyz/teams"))[0] == 404
            chats["discord"].missing = ""
            assert await get(f"{url}/readyz") == (200, "ready")


async def test_a_loop_that_has_ended_is_no_health(tmp_path: Path) -> None:
    """A process that listens but works on nothing looks alive to everybody but its people."""
    async with SqliteStore(str(tmp_path / "a.db")) as store:
        health = Health(Ledger(store, []), {})
        ended = asyncio.create_task(asyncio.sleep(0))
        health.loops["working"] = ended
        assert health.fault() == ""
        await ended

        assert health.fault() == "working has ended"


async def test_a_dead_ledger_thread_is_no_health_and_no_readiness(tmp_path: Path) -> None:
    """Nothing is ever noted again: the process has to be started anew."""
    store = SqliteStore(str(tmp_path / "a.db"))
    async with store:
        ledger = Ledger(store, [])
        await ledger.open()
        health = Health(ledger, {})
        watching = asyncio.create_task(health.watch())
        kill_thread(store)

        assert health.fault() == "the ledger's thread has died"
        with pytest.raises(LedgerError, match="start them again"):
            await watching


def kill_thread(store: SqliteStore) -> None:
    """End the ledger's thread behind its back."""
    store._writer._jobs.put(None)  # noqa: SLF001 (nobody else can)
    store._writer._thread.join()  # noqa: SLF001 (nor this)


class Silent:
    """A platform that is connected, and where nobody says anything."""

    name = "slack"
    form_command = "/neocu"
    missing = ""
    alert_channel = ""

    def __init__(self, then: Callable[[], None] | None = None) -> None:
        self._then = then

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None: ...

    def listen(self, *_: object) -> list[web.RouteDef]:
        """Listen to nothing."""
        return []

    async def run(self) -> None:
        """Do what the test wants, then stay."""
        if self._then:
            self._then()
        await asyncio.Event().wait()


async def test_a_dead_ledger_thread_ends_the_process_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A supervisor starts it anew; half alive it would swallow requests in silence."""
    stores: list[SqliteStore] = []

    def store_for(url: str) -> SqliteStore:
        stores.append(SqliteStore(url.removeprefix("sqlite:///")))
        return stores[-1]

    monkeypatch.setattr(runtime, "store_for", store_for)
    platform = Silent(then=lambda: kill_thread(stores[-1]))
    async with asyncio.timeout(30):
        with pytest.raises(LedgerError, match="thread has died"):
            await runtime.run(settings(tmp_path), [platform], asyncio.Event())  # type: ignore[list-item]  # it speaks to nobody


async def test_a_loop_that_fails_ends_the_process(tmp_path: Path) -> None:
    """The others don't go on as if nothing were wrong."""

    def fail() -> None:
        raise ZeroDivisionError

    async with asyncio.timeout(30):
        with pytest.raises(ExceptionGroup) as failed:
            await runtime.run(settings(tmp_path), [Silent(fail)], asyncio.Event())  # type: ignore[list-item]  # it speaks to nobody

    assert failed.value.subgroup(ZeroDivisionError)
