"""What is counted and measured, for Prometheus: names, units, and labels with few values."""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from importlib.metadata import version

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)

from core.neocu import estimates
from core.neocu.prices import asset_medium
from core.records import Entry, State

# Slack and Discord want an acknowledgement within 3 seconds.
ACK_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
FIRST_SIGN_BUCKETS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
OVERHEAD_BUCKETS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900)
# Requests under way that are timed: one that another process ends is forgotten some time.
MAX_TIMED = 10_000
NO_MEDIUM = "none"  # where the words name none, and for questions


class Metrics:
    """The metrics of one process. Whoever counts is handed it, or counts for nobody."""

    def __init__(self, platforms: Iterable[str] = ()) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # half as many series again, which say nothing
        self.on_result: Callable[[str], None] | None = None  # told the request's key
        self._registry = CollectorRegistry()
        self._asked: OrderedDict[str, float] = OrderedDict()
        self._completed: OrderedDict[str, float] = OrderedDict()
        self._make_counters()
        self._make_histograms()
        self._make_gauges()
        self.build_info.labels(version("neocu-bots")).set(1)
        for platform in platforms:  # what has not happened yet is 0, not absent
            self.connected.labels(platform)
            self.noted.labels(platform)
            self.acknowledgement.labels(platform)
            self.first_sign.labels(platform)
            self.overhead.labels(platform)

    def _make_counters(self) -> None:
        self.noted = self._counter("requests_noted", "Requests noted, each once.", "platform")
        self.requests = self._counter(
            "requests", "Requests ended, by how.", "platform", "medium", "outcome"
        )
        self.neocu_calls = self._counter(
            "neocu_calls", "Calls to Neocu, each try; status none: no answer.", "call", "status"
        )
        self.refused = self._counter(
            "refused_requests", "HTTP requests that were let in no further.", "platform", "why"
        )
        self.limited = self._counter(
            "rate_limited", "Calls that a platform refused as too many.", "platform", "method"
        )
        self.spent = self._counter(
            "spent_credits", "Credits spent: as read off the balance, else as estimated.", "medium"
        )
        self.taken_over = self._counter(
            "leases_taken_over", "Rows whose lease had run out: their process died or hung."
        )

    def _make_histograms(self) -> None:
        self.acknowledgement = self._histogram(
            "acknowledgement_seconds",
            "From taking an event to its note on disk; then it is acknowledged.",
            ACK_BUCKETS,
        )
        self.first_sign = self._histogram(
            "first_sign_seconds", "From the note to the first message.", FIRST_SIGN_BUCKETS
        )
        self.overhead = self._histogram(
            "overhead_seconds",
            "From asked to told, without the time from the call to Neocu to the completed task.",
            OVERHEAD_BUCKETS,
        )

    def _make_gauges(self) -> None:
        self.waiting = self._gauge("waiting_deliveries", "Messages that are due.")
        self.oldest = self._gauge("oldest_waiting_seconds", "How long the longest has been due.")
        self.open = self._gauge("open_requests", "Requests under way, by state.", "state")
        self.set_aside = self._gauge("rows_set_aside", "Rows that this version can't read.")
        self.balance = self._gauge("balance_credits", "The balance as last read.")
        self.forecast = self._gauge("forecast_seconds", "How long the balance lasts at this pace.")
        self.bytes_in_flight = self._gauge("bytes_in_flight", "Bytes of files being posted.")
        self.connected = self._gauge("connected", "1: events can arrive now.", "platform")
        self.build_info = self._gauge("build_info", "1, for the version that runs.", "version")
        self.balance.set(float("nan"))  # not read yet
        self.forecast.set(float("nan"))

    def _counter(self, name: str, documentation: str, *labels: str) -> Counter:
        return Counter(f"neocu_bots_{name}", documentation, labels, registry=self._registry)

    def _gauge(self, name: str, documentation: str, *labels: str) -> Gauge:
        return Gauge(f"neocu_bots_{name}", documentation, labels, registry=self._registry)

    def _histogram(self, name: str, documentation: str, buckets: tuple[float, ...]) -> Histogram:
        return Histogram(
            f"neocu_bots_{name}",
            documentation,
            ("platform",),
            buckets=buckets,
            registry=self._registry,
        )

    def text(self) -> bytes:
        """Return everything in Prometheus' text form."""
        return generate_latest(self._registry)

    def note(self, platform: str, key: str, seconds: float) -> None:
        """Count a request that has been noted in so many seconds."""
        self.noted.labels(platform).inc()
        self.acknowledgement.labels(platform).observe(seconds)
        _remember(self._asked, key, time.monotonic())

    def speak(self, platform: str, key: str, *, result: bool) -> None:
        """Measure, when a message of a request has arrived, how long its person waited for it."""
        now = time.monotonic()
        if (asked := self._asked.pop(key, None)) is not None:
            self.first_sign.labels(platform).observe(now - asked)
        if result and (own_began := self._completed.pop(key, None)) is not None:
            self.overhead.labels(platform).observe(now - own_began)
        if result and self.on_result:
            self.on_result(key)

    def end(self, entry: Entry, outcome: State) -> None:
        """Count a request that ends, and what it has cost."""
        made = asset_medium(entry.assets[0].type) if entry.assets else None
        medium = made or estimates.medium(entry.query) or NO_MEDIUM
        self.requests.labels(entry.request.platform, medium, outcome).inc()
        if entry.assets:
            cost = entry.credits if entry.cost is None else entry.cost
            self.spent.labels(medium).inc(cost)
            before_the_call = max(0.0, entry.submitted - entry.created)
            _remember(self._completed, entry.key, time.monotonic() - before_the_call)

    def call(self, call: str, status: int | None) -> None:
        """Count a call to Neocu, by the status of its answer, None for no answer."""
        self.neocu_calls.labels(call, "none" if status is None else str(status)).inc()


def _remember(times: OrderedDict[str, float], key: str, at: float) -> None:
    times[key] = at
    if len(times) > MAX_TIMED:
        times.popitem(last=False)
