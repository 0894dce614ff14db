"""What the API is about: one organization's balance, its tasks and its files."""

import asyncio
import time

from bots.playground.journal import Journal
from bots.playground.neocu.media_files import File, assets_of, new_id
from bots.playground.neocu.tasks import Task
from core.neocu.estimates import estimate

_DEFAULT_PRICE = 1.0  # credits: a small image


class Organization:
    """An organization of Neocu's, in memory.

    `key`, `compute` (the balance in credits) and `seconds` (that a new task takes) may be changed
    at any time. `tasks` are the accepted calls of generate by task ID, `files` what may be passed
    in their `files`. `next_ending` are the words of `tasks` by which the next task ends otherwise.
    `journal` tells which calls came.
    """

    def __init__(
        self, *, key: str, compute: float, seconds: float, journal: Journal | None = None
    ) -> None:
        self.key, self.compute, self.seconds = key, compute, seconds
        self.next_ending = ""
        self.journal = journal or Journal("neocu")
        self.tasks: dict[str, Task] = {}
        self.files: dict[str, File] = {}

    @property
    def generated(self) -> list[Task]:
        """The accepted calls of generate, oldest first."""
        return list(self.tasks.values())

    def now(self) -> float:
        """Return the clock that tasks run on."""
        return asyncio.get_running_loop().time()

    def generate(self, query: str, files: tuple[str, ...]) -> Task | None:
        """Start a task and charge its price; None, and nothing charged, for too little compute."""
        cost = estimate(query)
        price = float(cost.credits) if cost else _DEFAULT_PRICE
        if self.compute < price:
            return None
        self.compute -= price
        ending, self.next_ending = self.next_ending, ""
        assets = assets_of(query, files, self.files, ending)
        began = self.now()
        task = Task(new_id(), query, files, time.time(), began, self.seconds, assets, ending)
        self.tasks[task.task_id] = task
        self.files.update({asset.id: asset for asset in assets})
        self.journal.changed()
        return task
