"""Processes that are measured from outside, as the kernel counts: CPU seconds, and memory."""

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import aiohttp

from bots.playground.stage import free_port

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
READY_WITHIN_SECONDS = 60.0
STOP_WITHIN_SECONDS = 40.0
POLL_SECONDS = 0.01
NANOSECONDS = 1e9
KIB_PER_MIB = 1024


class Program:
    """A Python program in a process of its own, in an empty folder of its own.

    `--affinity` names the cores that it may use, where the machine has enough of them.
    """

    def __init__(self, *args: str, env: Mapping[str, str], cores: set[int] | None = None) -> None:
        self._args = args
        self._env = env
        self._cores = cores
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory()
        self._log = (Path(self._folder.name) / "log").open("wb+")
        inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            *self._args,
            env={**inherited, "PYTHONPATH": f"{ROOT}:{HERE}", **self._env},
            cwd=self._folder.name,
            stdout=asyncio.subprocess.PIPE,
            stderr=self._log,
        )
        if self._cores:
            os.sched_setaffinity(self.pid, self._cores)
        return self

    async def __aexit__(
        self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None
    ) -> None:
        await self.stop()
        if error is not None and (log := self.log):
            error.add_note(f"{' '.join(self._args)} logged:\n{log}")
        self._log.close()
        self._folder.cleanup()

    async def stop(self) -> None:
        """Have it end, and wait for that."""
        process = self._running
        if process.returncode is None:
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), STOP_WITHIN_SECONDS)
            except TimeoutError:
                process.kill()
        # What is left in the pipe is read, or it would never be closed.
        await process.communicate()

    async def line(self) -> str:
        """Return the next line that it prints."""
        assert self._running.stdout is not None
        line = await asyncio.wait_for(self._running.stdout.readline(), READY_WITHIN_SECONDS)
        assert line, f"{self._args} ended by itself: {self.log}"
        return line.decode().strip()

    async def wait(self) -> None:
        """Wait until it has ended by itself."""
        await self._running.communicate()
        assert self._running.returncode == 0, self.log

    @property
    def log(self) -> str:
        """The end of what it logged."""
        self._log.flush()
        return Path(self._log.name).read_text(errors="replace")[-4000:]

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._running.returncode is None

    @property
    def pid(self) -> int:
        """Its process ID."""
        return self._running.pid

    @property
    def cpu(self) -> float:
        """CPU seconds that its threads have used so far.

        https://docs.kernel.org/scheduler/sched-stats.html#proc-pid-schedstat
        """
        threads = Path(f"/proc/{self.pid}/task").glob("*/schedstat")
        return sum(int(one.read_text().split()[0]) for one in threads) / NANOSECONDS

    @property
    def memory(self) -> float:
        """Its resident memory, in MiB."""
        return self._status("VmRSS")

    @property
    def peak(self) -> float:
        """The most resident memory that it has had since the last `forget_peak`, in MiB."""
        return self._status("VmHWM")

    def forget_peak(self) -> None:
        """Begin to look for a peak anew: https://man7.org/linux/man-pages/man5/proc_pid_clear_refs.5.html."""
        Path(f"/proc/{self.pid}/clear_refs").write_text("5")

    @property
    def descriptors(self) -> int:
        """How many files and sockets it has open."""
        return len(list(Path(f"/proc/{self.pid}/fd").iterdir()))

    def _status(self, name: str) -> float:
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return int(next(one for one in lines if one.startswith(name)).split()[1]) / KIB_PER_MIB

    @property
    def _running(self) -> asyncio.subprocess.Process:
        assert self._process is not None
        return self._process


def cpu_of_family(pid: int) -> float:
    """Return the CPU seconds of a process, of its children, and of those that have ended.

    https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
    """
    seconds = 0.0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            number, _, rest = path.read_text().partition(" (")
        except OSError:  # it has just ended, and its parent's count has it
            continue
        fields = rest.rpartition(")")[2].split()
        if int(number) == pid:
            seconds += sum(map(int, fields[11:15]))
        elif int(fields[1]) == pid:
            seconds += sum(map(int, fields[11:13]))
    return seconds / os.sysconf("SC_CLK_TCK")


class Bots(Program):
    """`neocu-bots run` as a process."""

    def __init__(
        self, env: Mapping[str, str], platform: str = "", cores: set[int] | None = None
    ) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        named = (platform,) if platform else ()
        super().__init__(
            *("-m", "bots", "run", *named), env={**env, "HTTP_PORT": str(self.port)}, cores=cores
        )

    async def ready(self) -> None:
        """Wait until it can be asked. TimeoutError if it can't."""
        async with asyncio.timeout(READY_WITHIN_SECONDS), aiohttp.ClientSession() as session:
            while not await self._is_ready(session):  # noqa: ASYNC110 (a process can't ring)
                await asyncio.sleep(POLL_SECONDS)

    async def _is_ready(self, session: aiohttp.ClientSession) -> bool:
        assert self.alive, f"the bots ended with {self._running.returncode}: {self.log}"
        try:
            async with session.get(f"{self.url}/readyz") as answer:
                return answer.ok
        except aiohttp.ClientError:
            return False


@asynccontextmanager
async def running(bots: Bots) -> AsyncIterator[Bots]:
    """Run bots while the block runs; they are ready when it begins."""
    async with bots:
        await bots.ready()
        yield bots
