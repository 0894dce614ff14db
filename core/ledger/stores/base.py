"""What the ledger needs of a database: compare-and-set transactions, and reads."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, Self

Row = Mapping[str, Any]


class LedgerError(Exception):
    """The ledger can't be read or written now. Whether a write took effect may be unknown."""


@dataclass(frozen=True)
class Statement:
    """SQL that both stores understand, with its arguments as $1, $2 and so on."""

    sql: str
    args: tuple[object, ...] = ()


class Store(Protocol):
    """A database. `shared` says whether other processes may use it at the same time."""

    shared: bool

    async def __aenter__(self) -> Self: ...

    async def __aexit__(self, *_: object) -> None: ...

    @property
    def alive(self) -> bool:
        """Whether it still works at all. A database that is away for a while does not count."""
        ...

    async def write(
        self, *statements: Statement, lock: str = "", deadline: float | None = None
    ) -> list[Row]:
        """Run the statements as one transaction and return the rows of the first.

        It is on disk on return. If the first returns no row, none of the others is run: that is
        the compare-and-set on which the ledger rests. Transactions with the same `lock` run one
        after another. A write whose outcome is unknown is run again, so it must be idempotent.
        Transient errors are retried for `deadline` seconds, by default as long as the store was
        told to. Raises LedgerError.
        """
        ...

    async def read(self, statement: Statement) -> list[Row]:
        """Return the rows. Raises LedgerError."""
        ...

    async def migrate(self, migrations: tuple[str, ...]) -> None:
        """Bring the schema up to date. Raises LedgerError where it is newer than this program."""
        ...

    async def set_statistics(self, statistics: Sequence[tuple[str, str, str]]) -> None:
        """Have plans made for a store of this kind: (table, index, how it is spread) each."""
        ...

    def on_notify(self, callback: Callable[[], None]) -> None:
        """Call back when another process notifies this one of work."""
        ...

    def notify_others(self) -> None:
        """Notify the other processes at this store of work. A notification may get lost."""
        ...
