"""The stage of a scenario: bots that get killed, people who ask all the while, and the record."""

import asyncio
import random
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

from chaos_audit import Audit, Figures
from chaos_bots import Replica
from chaos_crowd import Ask, Crowd
from chaos_doors import Door
from postgres_server import PostgresServer, postgres
from yarl import URL

from bots.playground.journal import Journal
from bots.playground.stage import Stage
from core.ledger.stores import store_for
from core.ledger.stores.base import Statement

RATE = 7.0  # requests a second
TASK_SECONDS = 2.0
LAG = 0.05  # seconds; the longer, the more kills fall between a deed and our note of it
COMPUTE = 1e9  # credits: running out is another story
# Slack's own pauses are a moment, a minute, five minutes; ours fit into a scenario.
SLACK_RETRIES = (0.1, 4.0, 12.0)
SETTLED_WITHIN = 90.0  # seconds
LOOK_AGAIN = 0.05
MOMENT = 2.0  # seconds to wait for a bad moment
EVERYBODY = "100000"
SETTINGS = {
    "NEOCU_POLL_INTERVAL": "0.5",
    "PERSON_TASKS": EVERYBODY,
    "WORKSPACE_TASKS": EVERYBODY,
    "OVERALL_TASKS": EVERYBODY,
    "LOG_LEVEL": "WARNING",
}


class Chaos:
    """Both platforms and Neocu, each behind a door, the bots, and the people who ask."""

    def __init__(
        self, stage: Stage, chance: random.Random, url: str, server: PostgresServer | None
    ) -> None:
        self.stage = stage
        self.chance = chance
        self.audit = Audit(stage.workspace, stage.guild, stage.sandbox)
        self.crowd = Crowd(stage.workspace, stage.guild, chance)
        slack, discord = URL(stage.workspace.api_url), URL(stage.guild.api_url)
        self.neocu = Door(stage.sandbox.port, lag=LAG)
        self.slack = Door(slack.port or 0, lag=LAG)
        self.discord = Door(discord.port or 0, lag=LAG)
        self.events = Door()
        self.log = ""
        self._server = server
        self._replicas: list[Replica] = []
        self._watches: list[asyncio.Task[list[float]]] = []
        self._environment = {
            **stage.environment,
            **SETTINGS,
            "NEOCU_BASE_URL": self.neocu.url,
            "SLACK_API_URL": str(slack.with_port(self.slack.port)),
            "DISCORD_API_URL": str(discord.with_port(self.discord.port)),
            "DATABASE_URL": url,
        }
        stage.sandbox.compute = COMPUTE
        stage.workspace.events_url = f"{self.events.url}/slack/events"
        stage.workspace.rules.retry_after = SLACK_RETRIES

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Open the doors, and at the end leave no process behind."""
        with tempfile.NamedTemporaryFile() as log:
            self._log = Path(log.name)
            try:
                async with self.neocu, self.slack, self.discord, self.events:
                    yield
            finally:
                for replica in self._replicas:
                    await replica.kill()
                self.log = self._log.read_text()

    @asynccontextmanager
    async def asking(self, requests: int) -> AsyncIterator[Callable[[float], Awaitable[None]]]:
        """Have so much asked; yields what waits for about a share of the time that it takes."""

        async def pause(share: float) -> None:
            await asyncio.sleep(share * self.chance.uniform(0.6, 1.0) * requests / RATE)

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.crowd.ask(requests, RATE))
            yield pause

    async def add_replica(self) -> None:
        """Start one more process of the bots."""
        replica = Replica(self._environment, self._log)
        self._replicas.append(replica)
        await self._start(replica)

    async def kill(self, *, again: bool = True) -> None:
        """Kill a replica at a bad moment; unless it is started `again`, the others take over."""
        await self._moment()
        victim = self.chance.choice([one for one in self._replicas if one.alive])
        self.audit.kills.append(_now())
        hearing = self._hearing()
        await victim.kill()
        with suppress(TimeoutError):
            await self.stage.guild.journal.until(lambda: self._hearing() < hearing, MOMENT)
        self.audit.kills.append(_now())  # until now Discord may have spoken to the dead
        self.events.ports.remove(victim.port)
        self.watch()
        if again:
            await self._start(victim)

    async def deploy(self, number: int | None = None) -> None:
        """Stop a replica as a new version does, and start it again: that one, or any."""
        await self._moment()
        alive = [one for one in self._replicas if one.alive]
        one = self.chance.choice(alive) if number is None else self._replicas[number]
        self.events.ports.remove(one.port)
        await one.stop()
        self.audit.kills.append(_now())
        self.watch()
        await self._start(one)

    async def restart_database(self, away: float) -> None:
        """Let PostgreSQL crash, and start it again after so many seconds."""
        assert self._server is not None
        await asyncio.to_thread(self._server.stop, "immediate")
        await asyncio.sleep(away)
        await asyncio.to_thread(self._server.start)
        self.watch()

    def watch(self) -> None:
        """Note, from now on, how long it takes until something is seen of each open request."""
        self._watches.append(asyncio.create_task(self._recovery(self.audit.open(self.crowd.asks))))

    async def figures(self) -> Figures:
        """Wait until all that was acknowledged has been answered, then count."""
        deadline = _now() + SETTLED_WITHIN
        while _now() < deadline and not await self._settled():  # noqa: ASYNC110 (a process can't ring)
            await asyncio.sleep(LOOK_AGAIN * 10)
        recovery = [seconds for watch in self._watches for seconds in await watch]
        for replica in self._replicas:
            await replica.stop()
        return self.audit.figures(self.crowd.asks, recovery, await self._unknown())

    async def _start(self, replica: Replica) -> None:
        await replica.start()
        await replica.ready()
        self.events.ports.append(replica.port)

    def _hearing(self) -> int:
        """Return how many replicas Discord takes to be connected."""
        sessions = self.stage.guild.gateway.sessions.values()
        return sum(session.socket is not None for session in sessions)

    async def _moment(self) -> None:
        """Wait for any moment, or for one between somebody's taking a thing and our noting so."""
        stage = self.stage
        journals: list[tuple[Journal, str]] = [
            (stage.sandbox.journal, "/v1/generate"),
            (stage.workspace.journal, "chat.postMessage"),
            (stage.workspace.journal, "files.completeUploadExternal"),
            (stage.guild.journal, "/messages"),
        ]
        await asyncio.sleep(self.chance.uniform(0, 1))
        journal, path = self.chance.choice([*journals, (None, "")])
        if journal is not None:
            before = _calls(journal, path)
            with suppress(TimeoutError):
                await journal.until(lambda: _calls(journal, path) > before, MOMENT)

    async def _recovery(self, asks: list[Ask]) -> list[float]:
        start, before = _now(), self.audit.traces(asks)
        seconds: dict[Ask, float] = {}
        while len(seconds) < len(asks) and _now() - start < SETTLED_WITHIN:
            await asyncio.sleep(LOOK_AGAIN)
            traces = self.audit.traces([ask for ask in asks if ask not in seconds])
            moved = [ask for ask, trace in traces.items() if trace != before[ask]]
            seconds |= dict.fromkeys(moved, _now() - start)
        return list(seconds.values())

    async def _settled(self) -> bool:
        deliveries = self.stage.workspace.deliveries
        if any(one.kind == "events_api" and not one.over for one in deliveries):
            return False
        if self.audit.open(self.crowd.asks):
            return False
        return not await next(one for one in self._replicas if one.alive).open_requests()

    async def _unknown(self) -> int:
        """Return how many unknown outcomes the bots have on record, once they are stopped."""
        async with store_for(self._environment["DATABASE_URL"]) as store:
            sql = "SELECT count(*) AS n FROM requests WHERE state = 'unknown'"
            [row] = await store.read(Statement(sql))
        return int(row["n"])


@asynccontextmanager
async def chaos(seed: int, *, shared: bool = False) -> AsyncIterator[Chaos]:
    """Open a stage; with a `shared` database replicas can be at it."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        server = stack.enter_context(postgres()) if shared else None
        url = await server.database() if server else f"sqlite:///{folder}/bots.db"
        stage = await stack.enter_async_context(Stage(seconds=TASK_SECONDS))
        one = Chaos(stage, random.Random(seed), url, server)  # noqa: S311 (it can be repeated)
        await stack.enter_async_context(one.open())
        yield one


def _calls(journal: Journal, path: str) -> int:
    return sum(path in call.path for call in journal.calls)


def _now() -> float:
    return asyncio.get_running_loop().time()
