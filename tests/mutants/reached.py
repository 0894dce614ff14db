"""A pytest plugin: notes with each measured line which tests reach it, and how long they take."""

import base64
import json
import os
from collections.abc import Iterator
from pathlib import Path

import coverage
import pytest

DURATIONS = Path(".coverage/durations.json")
SUBPROCESSES = "COVERAGE_PROCESS_CONFIG"  # what processes that a test starts measure by


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[object]:
    """Have all that is reached from now on belong to this test."""
    if measured := coverage.Coverage.current():
        measured.switch_context(item.nodeid)
        config = json.loads(base64.b64decode(os.environ[SUBPROCESSES]))
        changed = json.dumps(config | {"context": item.nodeid})
        os.environ[SUBPROCESSES] = base64.b64encode(changed.encode()).decode()
    return (yield)


@pytest.hookimpl(tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Note how many seconds each test took."""
    seconds: dict[str, float] = {}
    failed = set()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport):
                seconds[report.nodeid] = seconds.get(report.nodeid, 0.0) + report.duration
                if not report.passed:
                    failed.add(report.nodeid)  # it would notice anything
    passed = {test: seconds[test] for test in seconds.keys() - failed}
    DURATIONS.write_text(json.dumps(passed), "utf-8")
