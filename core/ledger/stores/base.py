"""What the ledger needs of a database: transactions that begin with a condition, and reads."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, Self

Row = Mapping[str, Any]


class LedgerError(Exception):
    """The ledger can't be read or written now; what was to be noted is not, as far as is known."""


@dataclass(frozen=True)
class Statement:
    """SQL that both stores understand, with its arguments as $1, $2 and so on."""

    sql: str
    args: tuple[object, ...] = ()


class Store(Protocol):
    """A database. `shared` says whether other processes may be at it at the same time."""

    shared: bool

    async def __aenter__(self) -> Self: ...

    async def __aexit__(self, *_: object) -> None: ...

    async def write(
        self, *statements: Statement, lock: str = "", patience: float | None = None
    ) -> list[Row]:
        """Run the statements as one transaction and return the rows of the first.

        It is on disk on return. If the first gives no row, none of them takes effect: that is
        the compare-and-set on which the ledger rests. Transactions with the same `lock` follow
        one another. A write may be run again when it isn't known whether it took effect, so it
        must do no harm the second time. A database that is away is waited for, `patience` seconds
        at most. Raises LedgerError.
        """
        ...

    async def read(self, statement: Statement) -> list[Row]:
        """Return the rows. Raises LedgerError."""
        ...

    async def migrate(self, migrations: tuple[str, ...]) -> None:
        """Bring the schema up to date. Raises LedgerError where it is newer than this program."""
        ...

    def on_wake(self, callback: Callable[[], None]) -> None:
        """Call back when another process says that there is work."""
        ...

    def wake_others(self) -> None:
        """Tell the other processes at this store that there is work. It may get lost."""
        ...
