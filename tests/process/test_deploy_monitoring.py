"""Alerts and dashboard: each asks for metrics that there are, and each alert is known to fire."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

import promql_parser
import pytest
from deploy_files import DEPLOY, output, text_of, yaml_of
from promtool import found

SUFFIXES = {"histogram": ("_bucket", "_sum", "_count")}
# What Prometheus itself adds: https://prometheus.io/docs/concepts/jobs_instances/
OF_PROMETHEUS = {"up": set[str]()}
ADDED = {"job", "instance", "le"}


def documented() -> dict[str, set[str]]:
    """Return the labels of every series in METRICS.md."""
    rows = re.findall(
        r"^\| `(neocu_bots_\w+)` \| (\w+) \| (.*?) ?\| .+ \|$", text_of("METRICS.md"), re.MULTILINE
    )
    return {
        name + suffix: set(re.findall(r"`(\w+)`", labels))
        for name, kind, labels in rows
        for suffix in SUFFIXES.get(kind, ("",))
    }


def alerts() -> list[Any]:
    """Return the alert rules."""
    (group,) = yaml_of("monitoring/alerts.yaml")["groups"]
    rules: list[Any] = group["rules"]
    return rules


def panels() -> list[Any]:
    """Return the panels of the dashboard."""
    found: list[Any] = json.loads(text_of("monitoring/dashboard.json"))["panels"]
    return found


EXPRESSIONS = [rule["expr"] for rule in alerts()] + [
    target["expr"].replace("$__rate_interval", "5m")
    for panel in panels()
    for target in panel["targets"]
]


@dataclass
class Asked:
    """What an expression asks for."""

    series: dict[str, set[str]] = field(default_factory=dict)
    grouped: set[str] = field(default_factory=set)

    def look(self, expression: Any) -> bool:
        """Take in one part of an expression; True: go on."""
        if isinstance(expression, promql_parser.MatrixSelector):
            expression = expression.vector_selector
        if isinstance(expression, promql_parser.VectorSelector):
            names = {matcher.name for matcher in expression.matchers.matchers}
            self.series.setdefault(expression.name, set()).update(names)
        if isinstance(expression, promql_parser.AggregateExpr) and expression.modifier:
            self.grouped.update(expression.modifier.labels)
        return True


def asked(expression: str) -> Asked:
    """Return what an expression asks for. Raises ValueError where it is not PromQL."""
    found = Asked()
    promql_parser.walk(promql_parser.parse(expression), found.look)
    return found


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_expressions_ask_for_what_there_is(expression: str) -> None:
    """An alert on a misspelt metric is valid, and silent for ever."""
    known = documented() | OF_PROMETHEUS
    wanted = asked(expression)

    assert wanted.series
    for name, labels in wanted.series.items():
        assert labels <= known[name] | ADDED
        assert wanted.grouped <= known[name] | ADDED


def test_every_metric_is_shown_or_watched() -> None:
    """A number that nobody looks at is a cost without a use."""
    used = {name for expression in EXPRESSIONS for name in asked(expression).series}

    unused = {name for name in documented() if not name.endswith(("_sum", "_count"))} - used
    assert unused == set()


@pytest.mark.parametrize("rule", alerts(), ids=lambda rule: rule["alert"])
def test_alerts_say_what_to_do(rule: Any) -> None:
    """Whoever is woken up by one reads what has happened, and what helps."""
    assert set(rule["annotations"]) == {"summary", "action"}
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert all(text.endswith(".") or "$value" in text for text in rule["annotations"].values())


@pytest.mark.parametrize("rule", alerts(), ids=lambda rule: rule["alert"])
def test_alerts_are_tested_both_ways(rule: Any) -> None:
    """One series that sets it off, and one close by that doesn't."""
    cases = [
        (case["name"], bool(expected["exp_alerts"]))
        for case in yaml_of("monitoring/alerts-test.yaml")["tests"]
        for expected in case["alert_rule_test"]
        if expected["alertname"] == rule["alert"]
    ]

    assert cases == [(f"{rule['alert']} fires", True), (f"{rule['alert']} is quiet", False)]


def test_tests_of_the_alerts_feed_real_series() -> None:
    """A test with a series that the bots never send proves nothing."""
    known = documented() | OF_PROMETHEUS
    series = [
        asked(given["series"]).series
        for case in yaml_of("monitoring/alerts-test.yaml")["tests"]
        for given in case["input_series"]
    ]

    for one in series:
        ((name, labels),) = one.items()
        assert labels <= known[name] | ADDED


def test_prometheus_agrees() -> None:
    """Where promtool is, it runs the alerts' own tests; their shape is held above, everywhere."""
    promtool = found()
    folder = DEPLOY / "monitoring"

    if promtool is None:
        assert yaml_of("monitoring/alerts-test.yaml")["rule_files"] == ["alerts.yaml"]
        return
    output(promtool, "check", "rules", "alerts.yaml", cwd=folder)
    assert "SUCCESS" in output(promtool, "test", "rules", "alerts-test.yaml", cwd=folder)


def test_panels_stand_side_by_side() -> None:
    """Grafana shows overlapping panels one over the other."""
    taken = [
        (x, y)
        for panel in panels()
        for place in [panel["gridPos"]]
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]

    assert len(taken) == len(set(taken))
    assert max(x for x, _ in taken) < 24
    assert len({panel["id"] for panel in panels()}) == len(panels())
