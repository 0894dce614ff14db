"""What can go wrong with PostgreSQL: which faults pass, and what they are called."""

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types

from core.ledger.stores.base import LedgerError

# Whatever asyncpg raises; ValueError is an address or an argument that it can't read.
FAULTS = (
    OSError,
    TimeoutError,
    ValueError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)

_PASSING = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,  # the line broke
    asyncpg.OperatorInterventionError,  # it is being stopped, or starting up
    asyncpg.InsufficientResourcesError,  # too many connections, or a full disk that may be emptied
    asyncpg.TransactionRollbackError,  # a deadlock, or one write at the same time too many
    asyncpg.ReadOnlySQLTransactionError,  # a standby that is about to take over
    asyncpg.InterfaceError,  # a connection that was closed under our hands
    asyncpg.InternalClientError,  # one that broke in the middle of something
)


def passing(error: Exception) -> bool:
    """Whether the same may work a little later."""
    return isinstance(error, _PASSING) and not isinstance(error, ValueError)


def in_words(error: Exception) -> str:
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
