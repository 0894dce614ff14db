"""Accounts: Neocu keys, each known by its fingerprint, and all that hangs on one of them."""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from pydantic import SecretStr

from core.compute.audience import Channels
from core.compute.monitor import Compute
from core.compute.watch import Watch
from core.ledger import Ledger
from core.metrics import Metrics
from core.neocu.client import NeocuClient
from core.neocu.polling import Polling
from core.settings import Settings
from core.workspaces.secrets import Secrets, fingerprint
from core.workspaces.workspace import OPERATORS_ACCOUNT

MAX_OPEN = 2000  # accounts that are kept at hand; the longest unused goes


class NoKeyError(Exception):
    """Nobody pays any more: the key of the account has been deleted."""


@dataclass(frozen=True)
class Account:
    """A Neocu key, and what hangs on it: the API under this key, and the watch of its balance.

    `polling` knows how long its tasks take.
    """

    id: str
    key: SecretStr
    client: NeocuClient
    compute: Compute
    polling: Polling


class Accounts:
    """The accounts that are in use. Each is opened when it is first needed; none has a task.

    `client` is the operator's; all share its connections.
    """

    def __init__(
        self,
        settings: Settings,
        client: NeocuClient,
        ledger: Ledger,
        secrets: Secrets,
        platforms: Mapping[str, Channels],
        metrics: Metrics | None = None,
    ) -> None:
        self._settings = settings
        self._client = client
        self._ledger = ledger
        self._secrets = secrets
        self._platforms = platforms
        self._watch = Watch(settings.compute_interval, self._in_use)
        self.operators = self._account(OPERATORS_ACCOUNT, settings.neocu_api_key, metrics)
        self._open: OrderedDict[str, Account] = OrderedDict()

    def id_of(self, key: SecretStr) -> str:
        """Return the account that a key belongs to."""
        if key == self.operators.key:
            return OPERATORS_ACCOUNT
        return fingerprint(key)

    async def get(self, id_: str) -> Account:
        """Return an account.

        Raises NoKeyError where its key is gone, LostKeyError where it can't be decrypted now, and
        LedgerError.
        """
        if id_ == OPERATORS_ACCOUNT:
            return self.operators
        # Asked each time: a key that was deleted is used no more, by any replica.
        kept = await self._ledger.vault.account(id_)
        if kept is None:
            self._open.pop(id_, None)
            raise NoKeyError
        if id_ not in self._open:
            key = SecretStr(self._secrets.open(kept[0]))
            self._open[id_] = self._account(id_, key)
            if len(self._open) > MAX_OPEN:
                self._open.popitem(last=False)
        self._open.move_to_end(id_)
        return self._open[id_]

    async def watch(self, wake: Callable[[], None]) -> None:
        """Read the balances now and then, until cancelled; `wake` is called after each round."""
        await self._watch.run(wake)

    def _in_use(self) -> Iterator[Compute]:
        yield self.operators.compute
        for account in list(self._open.values()):
            yield account.compute

    def _account(self, id_: str, key: SecretStr, metrics: Metrics | None = None) -> Account:
        client = self._client if id_ == OPERATORS_ACCOUNT else self._client.with_key(key)
        compute = Compute(
            self._settings,
            client,
            self._ledger,
            self._platforms,
            metrics,
            id_,
            self._watch.ring,
        )
        durations = self._ledger.samples_of(id_).durations
        polling = Polling(self._settings.neocu_poll_interval, durations)
        return Account(id_, key, client, compute, polling)
