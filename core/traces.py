"""Traces for OpenTelemetry, where the environment names a collector; else nothing of it is loaded.

One span a request, from the platform's event to its last delivery, whichever process brought that.
https://opentelemetry.io/docs/specs/otel/protocol/exporter/
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from hashlib import sha256
from importlib import import_module
from time import time_ns
from typing import TYPE_CHECKING, Any

from core.environment import SettingsError
from core.ledger import Ledger, LedgerError

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import SpanProcessor

COLLECTORS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
NOT_INSTALLED = (
    "OTEL_EXPORTER_OTLP_ENDPOINT is set, but OpenTelemetry is not installed: "
    "`pip install 'neocu-bots[otel]'`, or leave it out."
)
NANOSECONDS = 1e9


def collector_is_named() -> bool:
    """Whether traces are wanted: by OpenTelemetry's own variables, of which there are more."""
    return any(os.environ.get(name) for name in COLLECTORS)


def to_collector() -> "SpanProcessor":
    """Return what sends spans to the collector. Raises SettingsError without the extra."""
    try:
        exporter = import_module("opentelemetry.exporter.otlp.proto.http.trace_exporter")
        export = import_module("opentelemetry.sdk.trace.export")
    except ImportError:
        raise SettingsError(NOT_INSTALLED) from None
    processor: SpanProcessor = export.BatchSpanProcessor(exporter.OTLPSpanExporter())
    return processor


@asynccontextmanager
async def tracing(
    ledger: Ledger, processor: "SpanProcessor"
) -> AsyncIterator[Callable[[str], None]]:
    """Yield what is told the key of each request that a result was delivered of.

    Where several are, each span has the same ID, and the last one's end is the end.
    """
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 (an extra, loaded only where a collector is named)
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 (an extra, loaded only where a collector is named)

    ids = _ids()
    resource = Resource.create({"service.name": os.environ.get("OTEL_SERVICE_NAME", "neocu-bots")})
    provider = TracerProvider(resource=resource, id_generator=ids, shutdown_on_exit=False)
    provider.add_span_processor(processor)
    tracer = provider.get_tracer("neocu_bots")
    tasks: set[asyncio.Task[None]] = set()

    async def trace(key: str) -> None:
        end = time_ns()
        try:
            entry = await ledger.queries.get(key)
        except LedgerError:
            return
        if entry is None:
            return
        ids.key = key
        about = {
            "neocu.request": key,
            "neocu.platform": entry.request.platform,
            "neocu.kind": entry.request.body.kind,
            "neocu.outcome": str(entry.state),
            "neocu.task": entry.task_id or "",
        }
        span = tracer.start_span(
            "request", start_time=_nanoseconds(entry.created), attributes=about
        )
        if entry.submitted:
            span.add_event("asked of Neocu", timestamp=_nanoseconds(entry.submitted))
        span.end(end)

    def on_result(key: str) -> None:
        task = asyncio.create_task(trace(key))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    try:
        yield on_result
    finally:
        await asyncio.gather(*tasks)
        await asyncio.to_thread(provider.shutdown)


def _ids() -> Any:
    """Return what gives a request's span the same IDs in every process."""
    from opentelemetry.sdk.trace.id_generator import RandomIdGenerator  # noqa: PLC0415 (an extra, loaded only where a collector is named)

    class Ids(RandomIdGenerator):
        key = ""

        def generate_trace_id(self) -> int:
            return int(sha256(self.key.encode()).hexdigest()[:32], 16)

        def generate_span_id(self) -> int:
            return int(sha256(self.key.encode()).hexdigest()[-16:], 16)

    return Ids()


def _nanoseconds(seconds: float) -> int:
    return round(seconds * NANOSECONDS)
