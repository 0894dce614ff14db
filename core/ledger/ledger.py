"""The durable truth: what was asked, which state it is in, and what was said about it.

Every change is a compare-and-set under a lease: it takes effect only if the row's fence (the count
of its leases) and state are still those that were read. So two processes that work on the same row
do no harm.
"""

from collections.abc import Callable, Iterable

from core.ledger.batches import BATCH, while_any
from core.ledger.entries import Entries
from core.ledger.file_owners import FileOwners
from core.ledger.leases import Leases
from core.ledger.levels import Levels
from core.ledger.outbox import FIRST_IN_LINE, Outbox
from core.ledger.overview import Overview
from core.ledger.prompts import Prompts
from core.ledger.queries import Queries
from core.ledger.samples import Samples
from core.ledger.schema import MIGRATIONS
from core.ledger.shards import Shards
from core.ledger.spread import STATISTICS
from core.ledger.stores.base import Statement, Store
from core.ledger.totals import Totals
from core.ledger.vault import Vault
from core.ledger.withdrawals import Withdrawals
from core.ledger.workspaces import Workspaces

# How often a replica polls even without NOTIFY: the notifier may have died.
FALLBACK_POLL_SECONDS = 5.0
# What a worker works on. A newer version may know more: that is no work of this one.
UNDER_WAY = "'received', 'announcing', 'announced', 'submitting', 'generating', 'stale'"


class Ledger:
    """The ledger as one process sees it: it leases the work of its own platforms only."""

    def __init__(self, store: Store, platforms: Iterable[str]) -> None:
        self._store = store
        self.leases = Leases(store, platforms)
        self.entries = Entries(store, self.leases)
        self.outbox = Outbox(store, self.leases)
        self.queries = Queries(store)
        self.prompts = Prompts(store)
        self.samples = Samples(store)
        self.totals = Totals(store)
        self.levels = Levels(store)
        self.withdrawals = Withdrawals(store)
        self.workspaces = Workspaces(store)
        self.vault = Vault(store)
        self.shards = Shards(store, self.leases.owner)
        self.overview = Overview(store)
        self.file_owners = FileOwners(store)

    def levels_of(self, account: str) -> Levels:
        """Return the compute levels of an account."""
        return Levels(self._store, account)

    def samples_of(self, account: str) -> Samples:
        """Return what an account's tasks took and cost."""
        return Samples(self._store, account)

    @property
    def alive(self) -> bool:
        """Whether the store can still do anything: only a restart helps where it can't."""
        return self._store.alive

    async def open(self) -> None:
        """Bring the schema up to date, and end the leases that no living process can own."""
        await self._store.migrate(MIGRATIONS)
        await self._store.set_statistics(STATISTICS)
        await self.leases.expire_all()
        await self.shards.expire_all()

    @property
    def unreadable(self) -> int:
        """How many rows were set aside since the start, as this version can't read them."""
        return self.entries.unreadable + self.outbox.unreadable

    def on_notify(self, callback: Callable[[], None]) -> None:
        """Call back when another process has added work."""
        self._store.on_notify(callback)

    async def seconds_until_due(self) -> float | None:
        """Return the seconds until something is due (0 or less: now), None if nothing is."""
        due = "CASE WHEN lease > due THEN lease ELSE due END"  # a leased row: once that expires
        own = self.leases.own_platforms
        rows = await self._store.read(
            Statement(
                f"""SELECT min(at) - clock() AS seconds FROM (
                        SELECT min({due}) AS at FROM requests
                        WHERE {own} AND state IN ({UNDER_WAY}) AND due IS NOT NULL
                        UNION ALL
                        SELECT min({due}) AS at FROM deliveries AS d
                        WHERE {own} AND {FIRST_IN_LINE}
                    ) AS soonest"""
            )
        )
        seconds: float | None = rows[0]["seconds"]
        if self._store.shared:
            return FALLBACK_POLL_SECONDS if seconds is None else min(FALLBACK_POLL_SECONDS, seconds)
        return seconds

    async def delete_ended(self, seconds: float, platform: str = "", workspace: str = "") -> None:
        """Delete the requests that ended more than `seconds` ago, few at a time.

        Those of one workspace only, where one is named. What was used by day is kept apart, and
        longer or shorter.
        """
        here, args = "", (seconds, platform, workspace)[: 3 if platform else 1]
        if platform:
            here = "platform = $2 AND workspace = $3 AND "
        old = f"""SELECT key FROM requests
                  WHERE {here}ended < clock() - CAST($1 AS DOUBLE PRECISION)
                  ORDER BY ended LIMIT {BATCH}"""
        await while_any(
            self._store,
            Statement(old, args),
            Statement(f"DELETE FROM deliveries WHERE request IN ({old})", args),
            Statement(f"DELETE FROM requests WHERE key IN ({old})", args),
        )
