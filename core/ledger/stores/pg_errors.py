"""PostgreSQL's errors: which are transient, and how each is described."""

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types

from core.ledger.stores.base import LedgerError

# All that asyncpg raises; ValueError is a URL or an argument that it can't parse.
POSTGRES_ERRORS = (
    OSError,
    TimeoutError,
    ValueError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)

_TRANSIENT = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,  # the connection broke
    asyncpg.OperatorInterventionError,  # it is being stopped, or starting up
    asyncpg.InsufficientResourcesError,  # too many connections, or a full disk that may be emptied
    asyncpg.TransactionRollbackError,  # a deadlock, or a conflict with a concurrent write
    asyncpg.LockNotAvailableError,  # another replica holds the lock for long
    asyncpg.IdleInTransactionSessionTimeoutError,  # we were frozen, and it has given up on us
    asyncpg.ReadOnlySQLTransactionError,  # a standby that is about to take over
    asyncpg.InterfaceError,  # a connection that was closed while in use
    asyncpg.InternalClientError,  # a connection that broke during a command
)


def is_transient(error: Exception) -> bool:
    """Whether a retry may succeed."""
    return isinstance(error, _TRANSIENT) and not isinstance(error, ValueError)


def describe(error: Exception) -> str:
    """Return a sentence for whoever runs the bots, without the address and its password."""
    match error:
        case LedgerError():
            return str(error)
        case asyncpg.PostgresError():
            return f"PostgreSQL: {error}."
        case ValueError():
            return (
                "DATABASE_URL can't be read as an address: special characters in its name and "
                "password have to be written as %40 for @, %2F for / and so on."
            )
        case _:
            return "PostgreSQL can't be reached: is it running, and is DATABASE_URL right?"
