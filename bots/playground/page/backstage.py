"""What is really going on behind the chats: the bots, Neocu's books, every call."""

import asyncio
import signal
import time
from collections import Counter
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

import aiohttp

from bots.playground.journal import Call, Journal
from bots.playground.page.seen import Things
from bots.playground.stage import Stage

MAX_CALLS = 80
MAX_TASKS = 30
POLL_SECONDS = 1.0  # between questions for the bots' own figures
START_POLL_SECONDS = 0.1  # between questions whether they are there yet
BOT_PATHS = ("/api/", "/v1/", "/upload", "/response/", "/gateway", "/link/", "/files-pri/")


@dataclass(frozen=True)
class Note:
    """Something that a switch did, to stand among the calls."""

    at: float
    words: str


class Backstage:
    """Watches the stage, and starts and stops the bots on it."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.state = "running"
        self.counts: dict[str, int] = {}
        self.requests: list[dict[str, Any]] = []
        self.notes: list[Note] = []
        self._changing = asyncio.Lock()

    @property
    def journals(self) -> tuple[Journal, ...]:
        """The three servers' journals."""
        stage = self.stage
        return (stage.workspace.journal, stage.guild.journal, stage.sandbox.journal)

    def seen(self) -> Things:
        """Return everything that the panel shows."""
        sandbox = self.stage.sandbox
        things: Things = {
            "backstage/bots": {
                "state": self.state,
                "counts": self.counts,
                "waits_for": self._waits_for(),
            },
            "backstage/balance": {"compute": sandbox.compute},
        }
        for request in self.requests:
            things[f"backstage/request/{request['at']:.6f}/{request['key']}"] = request
        for task in sandbox.generated[-MAX_TASKS:]:
            things[f"backstage/task/{task.task_id}"] = {
                "id": task.task_id,
                "query": task.query,
                "files": len(task.files),
                "status": task.status(sandbox.now()),
                "at": task.at,
            }
        for call in self._calls():
            things[f"backstage/call/{call.at:.6f}/{call.service}"] = asdict(call)
        for note in self.notes[-MAX_CALLS:]:
            things[f"backstage/note/{note.at:.6f}"] = asdict(note)
        return things

    def note(self, words: str) -> None:
        """Say what was just done, among the calls."""
        self.notes.append(Note(time.time(), words))
        self.stage.sandbox.journal.changed()

    async def restart(self, how: signal.Signals) -> None:
        """Stop or kill the bots, and start them again."""
        await self.stop(how)
        await self.start()

    async def stop(self, how: signal.Signals) -> None:
        """Stop or kill the bots."""
        async with self._changing:
            self._set_state("stopping")
            await self.stage.stop_bots(how)
            self._set_state("stopped")
        self.note(f"The bots are gone ({how.name}).")

    async def start(self) -> None:
        """Start the bots, if they are not there; `watch` sees when they can be asked."""
        async with self._changing:
            if self.state != "stopped":
                return
            await self.stage.launch_bots()
            self._set_state("starting")

    async def watch(self) -> None:
        """Poll the bots for their own figures, until cancelled; see them come, and end."""
        async with aiohttp.ClientSession() as session:
            while True:
                if self.state == "starting" and await self.stage.is_ready(session):
                    self._set_state("running")
                    self.note("The bots are back.")
                elif self.state in ("starting", "running") and self.stage.bots_gone:
                    self._set_state("stopped")
                    self.note("The bots have ended by themselves.")
                elif self.state == "running":
                    await self._poll(session)
                await asyncio.sleep(
                    START_POLL_SECONDS if self.state == "starting" else POLL_SECONDS
                )

    def _waits_for(self) -> list[str]:
        """Return what is down that the bots need to be ready."""
        stage = self.stage
        down = {"Slack": stage.workspace.faults.outage, "Discord": stage.guild.faults.outage}
        return [name for name, is_down in down.items() if is_down]

    async def _poll(self, session: aiohttp.ClientSession) -> None:
        """Note what the bots' ledger says, as long as they are there to be asked."""
        with suppress(aiohttp.ClientError):
            async with session.get(f"{self.stage.bots_url}/requests") as answer:
                requests = await answer.json()
            if requests != self.requests:
                self.requests = requests
                self.counts = dict(Counter(request["state"] for request in requests))
                self.stage.sandbox.journal.changed()

    def _set_state(self, state: str) -> None:
        self.state = state
        self.stage.sandbox.journal.changed()

    def _calls(self) -> list[Call]:
        """Return the newest calls of the bots: everything but files that a browser looks at."""
        newest: list[Call] = []
        for journal in self.journals:
            calls = (call for call in reversed(journal.calls) if call.path.startswith(BOT_PATHS))
            newest += islice(calls, MAX_CALLS)
        return sorted(newest, key=lambda call: call.at)[-MAX_CALLS:]
