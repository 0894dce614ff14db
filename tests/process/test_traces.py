"""Traces: one span a request, off unless a collector is named, and never a prompt in it."""

from pathlib import Path

import pytest
from discord_bots import bots_on_discord
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from core import runtime, traces
from core.environment import SettingsError


async def test_a_request_is_one_span_from_asked_to_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An operator sees where the time went, by the request's own ID."""
    spans = InMemorySpanExporter()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr(runtime, "to_collector", lambda: SimpleSpanProcessor(spans))
    async with bots_on_discord(tmp_path) as bots:
        await bots.seat().type("@neocu a lighthouse at dusk")
        await bots.result()
    [span] = spans.get_finished_spans()
    about = span.attributes or {}

    assert about["neocu.outcome"] == "completed"
    assert about["neocu.task"] in bots.sandbox.tasks
    assert [event.name for event in span.events] == ["asked of Neocu"]
    assert (span.start_time or 0) < (span.end_time or 0)
    assert "lighthouse" not in span.to_json()


def test_without_the_extra_it_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever names a collector hears what is missing."""

    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(traces, "import_module", missing)
    with pytest.raises(SettingsError, match="pip install"):
        traces.to_collector()
