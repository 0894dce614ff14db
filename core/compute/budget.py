"""Who may ask, how much a day, and what it will cost: before any of it is spent."""

import math
from dataclasses import replace
from decimal import Decimal
from statistics import median

from core.ledger import Ledger
from core.neocu import estimates
from core.neocu.estimates import Estimate
from core.neocu.presets import Offer, presets_of
from core.records import DAY_SECONDS, Entry, Kind, Limit, Scope
from core.request import Action, Request
from core.settings import DailyLimit
from core.workspaces.terms import Terms
from core.workspaces.workspace import OPERATORS_ACCOUNT

# What a request is counted as where its words don't tell: a small image.
DEFAULT_CREDITS = 1.0
MIN_SAMPLES = 3  # real costs of a medium, before they correct its estimates
MAX_OFFERED_RESULTS = 4  # of one request, that something may be made of by one press


class Budget:
    """The limits that a workspace's requests have to keep, and their estimates."""

    def __init__(self, terms: Terms, ledger: Ledger, account: str = OPERATORS_ACCOUNT) -> None:
        self._terms = terms
        self._ledger = ledger
        self._samples = ledger.samples_of(account)
        daily = (
            (Scope.PERSON, terms.user_daily_limit),
            (Scope.CHANNEL, terms.channel_daily_limit),
            (Scope.WORKSPACE, terms.workspace_daily_limit),
        )
        self.daily = tuple(limit for scope, most in daily for limit in _limits(scope, most))
        self.limits = (
            Limit(Scope.PERSON, Kind.RUNNING, terms.person_tasks),
            Limit(Scope.WORKSPACE, Kind.RUNNING, terms.workspace_tasks),
            Limit(Scope.EVERYBODY, Kind.RUNNING, terms.overall_tasks),
            *self.daily,
        )

    def allows(self, request: Request) -> bool:
        """Whether this person may ask here, by the allow-lists."""
        return all(one.admit(request) for one in self._terms.lists)

    async def estimate(self, query: str) -> Estimate | None:
        """Return what a query will cost by the published prices, corrected by what it did cost."""
        estimate = estimates.estimate(query)
        if estimate is None:
            return None
        ratios = await self._samples.cost_ratios(query)
        if len(ratios) < MIN_SAMPLES:
            return estimate
        corrected = estimate.credits * Decimal(str(round(median(ratios), 2)))
        return replace(estimate, credits=corrected)

    async def offers(self, entry: Entry) -> list[Offer]:
        """Return what can be made of a request's results by one press, with its estimate."""
        return [
            Offer(number, name, await self.estimate(query))
            for number, asset in enumerate(entry.assets[:MAX_OFFERED_RESULTS], 1)
            for name, query in presets_of(asset, entry.query).items()
        ]

    def counts_as(self, estimate: Estimate | None) -> float:
        """Return the credits that a request is counted as in the limits."""
        return float(estimate.credits) if estimate else DEFAULT_CREDITS

    def asks_first(self, request: Request, estimate: Estimate | None) -> bool:
        """Whether a person has to agree to the price before anything is spent."""
        above = self._terms.confirm_above
        agreed = getattr(request.body, "action", None) in {Action.CONFIRM, Action.SEND_AGAIN}
        return (
            above is not None
            and estimate is not None
            and estimate.credits > Decimal(str(above))
            and not agreed
        )

    async def reached(self, entry: Entry, credits: float) -> tuple[Limit, float | None] | None:
        """Return the daily limit that stands in the way longest, and for how many seconds.

        None for ever, for the request alone is more than it.
        """
        waits = [(limit, await self._wait(entry, limit, credits)) for limit in self.daily]
        limit, seconds = max(waits, key=lambda wait: wait[1], default=(None, 0.0))
        if limit is None or seconds <= 0:
            return None
        return limit, None if math.isinf(seconds) else seconds

    async def _wait(self, entry: Entry, limit: Limit, credits: float) -> float:
        """Return the seconds until a limit leaves room: 0 or less now, infinite for never."""
        one = 1.0 if limit.kind is Kind.REQUESTS else credits
        requests, spent = await self._ledger.queries.usage(
            entry.request, entry.account, limit.scope
        )
        over = (requests if limit.kind is Kind.REQUESTS else spent) + one - limit.most
        if over <= 0:
            return 0.0
        asked = await self._ledger.queries.used_today(entry.request, entry.account, limit.scope)
        counts = [1.0 if limit.kind is Kind.REQUESTS else cost for _, cost in asked]
        for (age, _), count in zip(asked, counts, strict=True):
            over -= count
            if over <= 0:
                return DAY_SECONDS - age
        return math.inf


def _limits(scope: Scope, most: DailyLimit | None) -> list[Limit]:
    if most is None:
        return []
    kinds = ((Kind.REQUESTS, most.requests), (Kind.CREDITS, most.credits))
    return [Limit(scope, kind, number) for kind, number in kinds if number is not None]
