"""The Helm chart, rendered by Helm's own engine and held to Kubernetes' own schemas."""

from collections.abc import Iterator
from typing import Any

import helm_python
import kubernetes_validate
import pytest
import yaml
from deploy_files import DEPLOY, ROOT

from bots.discord.settings import DiscordSettings
from bots.slack.settings import SlackSettings
from core.settings import Settings

FOLDER = DEPLOY / "helm" / "neocu-bots"
SECRET = {"secretName": "neocu-bots-keys"}
PEER = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ingress"}}}
EVERYTHING = SECRET | {
    "settings": {"COMPUTE_LOW_AT": 200, "NEOCU_REUSE_RESULTS": False},
    "autoscaling": {"enabled": True},
    "ingress": {
        "enabled": True,
        "className": "nginx",
        "host": "bots.example.com",
        "tlsSecretName": "bots-tls",
        "annotations": {"example.com/note": "yes"},
    },
    "monitoring": {"enabled": True, "labels": {"release": "prometheus"}},
    "networkPolicy": {
        "ingressFrom": [PEER],
        "monitoringFrom": [PEER],
        "databaseTo": [PEER],
        "extraEgress": [{"to": [PEER]}],
    },
    "imagePullSecrets": [{"name": "registry"}],
    "podAnnotations": {"example.com/note": "yes"},
    "nodeSelector": {"kubernetes.io/arch": "arm64"},
    "tolerations": [{"key": "spot", "operator": "Exists"}],
    "affinity": {"nodeAffinity": {}},
}
# The oldest that Chart.yaml allows, and the newest that is known here.
VERSIONS = ("1.27", "1.37")
# An operator's resource: its schema is not among Kubernetes' own.
FOREIGN = {"ServiceMonitor"}
LINT_INFO = 1  # "icon is recommended"; warnings and errors are above


@pytest.fixture(scope="module")
def chart() -> Iterator[helm_python.Chart]:
    """Return the chart, as Helm loads it."""
    with helm_python.Chart.load(str(FOLDER)) as chart:
        yield chart


def resources(chart: helm_python.Chart, values: dict[str, Any]) -> dict[str, Any]:
    """Return what an installation would make, by its kind; there is one of each."""
    rendered = chart.render(values, name="demo", namespace="neocu")
    found = [
        yaml.safe_load(text)
        for name, text in rendered.items()
        if name.endswith(".yaml") and text.strip()
    ]
    kinds = {one["kind"]: one for one in found}

    assert len(kinds) == len(found)
    return kinds


def container(chart: helm_python.Chart, values: dict[str, Any]) -> Any:
    """Return the one container of a replica."""
    (only,) = resources(chart, values)["Deployment"]["spec"]["template"]["spec"]["containers"]
    return only


def test_helm_finds_nothing() -> None:
    """Helm's own linter, with the least that an installation says."""
    report = helm_python.lint(str(FOLDER), SECRET, strict=True)
    found = [message for message in report["messages"] if message["severity"] > LINT_INFO]

    assert (report["errors"], found) == ([], [])


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("values", [SECRET, EVERYTHING], ids=["least", "everything"])
def test_kubernetes_would_take_it(
    chart: helm_python.Chart, version: str, values: dict[str, Any]
) -> None:
    """A misspelt field is dropped in silence by a cluster; here it is an error."""
    for kind, resource in resources(chart, values).items():
        if kind not in FOREIGN:
            kubernetes_validate.validate(resource, version, strict=True)


def test_the_least_is_enough(chart: helm_python.Chart) -> None:
    """One name, and it runs: replicas, their budget, and walls around them."""
    assert set(resources(chart, SECRET)) == {
        *("ConfigMap", "Deployment", "Service", "PodDisruptionBudget", "NetworkPolicy"),
    }
    assert set(resources(chart, EVERYTHING)) - set(resources(chart, SECRET)) == {
        *("HorizontalPodAutoscaler", "Ingress", "ServiceMonitor"),
    }


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({}, "secretName"),
        (SECRET | {"replica": 3}, "replica"),
        (SECRET | {"settings": {"SLACK_BOT_TOKEN": "xoxb-1"}}, "SLACK_BOT_TOKEN"),
        (SECRET | {"settings": {"DATABASE_URL": "postgresql://a:b@c/d"}}, "DATABASE_URL"),
        (SECRET | {"ingress": {"enabled": True}}, "host"),
        (SECRET | {"autoscaling": {"targetSeconds": 0}}, "targetSeconds"),
    ],
)
def test_wrong_values_are_refused(
    chart: helm_python.Chart, values: dict[str, Any], word: str
) -> None:
    """Before anything is changed in the cluster; and no secret ends up in a ConfigMap."""
    with pytest.raises(helm_python.HelmError, match=word):
        resources(chart, values)


def test_secrets_are_named_and_never_held(chart: helm_python.Chart) -> None:
    """Every setting that is a secret is refused as a plain one; only the Secret's name is known."""
    fields = Settings.model_fields | SlackSettings.model_fields | DiscordSettings.model_fields
    secret = {name.upper() for name, field in fields.items() if "SecretStr" in str(field)}
    names = chart.schema["properties"]["settings"]["propertyNames"]
    made = resources(chart, SECRET)

    assert {*secret, "DATABASE_URL"} <= set(names["not"]["enum"])
    assert container(chart, SECRET)["envFrom"] == [
        {"configMapRef": {"name": "demo-neocu-bots"}},
        {"secretRef": {"name": "neocu-bots-keys"}},
    ]
    assert "Secret" not in made
    assert {name.lower() for name in made["ConfigMap"]["data"]} <= set(fields)


def test_settings_arrive_and_start_new_replicas(chart: helm_python.Chart) -> None:
    """A ConfigMap that changes restarts nothing by itself."""
    few, all_ = (resources(chart, values) for values in (SECRET, EVERYTHING))
    note = "checksum/settings"

    assert all_["ConfigMap"]["data"]["COMPUTE_LOW_AT"] == "200"
    assert all_["ConfigMap"]["data"]["NEOCU_REUSE_RESULTS"] == "false"
    assert (
        few["Deployment"]["spec"]["template"]["metadata"]["annotations"][note]
        != all_["Deployment"]["spec"]["template"]["metadata"]["annotations"][note]
    )


def test_probes_ask_what_the_bots_answer(chart: helm_python.Chart) -> None:
    """A probe of an address that isn't served kills a healthy bot, again and again."""
    served = (ROOT / "core" / "web.py").read_text(encoding="utf-8")
    bots = container(chart, SECRET)
    asked = {name: probe["httpGet"]["path"] for name, probe in bots.items() if "Probe" in name}

    assert asked == {
        "startupProbe": "/healthz",
        "livenessProbe": "/healthz",
        "readinessProbe": "/readyz",
    }
    assert all(f'"{path}"' in served for path in asked.values())


def test_replicas_get_the_time_to_drain(chart: helm_python.Chart) -> None:
    """And tell the bots how long that is: one number, said once."""
    made = resources(chart, SECRET | {"drainSeconds": 50})
    pod = made["Deployment"]["spec"]["template"]["spec"]
    (pause,) = pod["containers"][0]["lifecycle"]["preStop"]["exec"]["command"][1:]

    assert made["ConfigMap"]["data"]["DRAIN_SECONDS"] == "50"
    assert pod["terminationGracePeriodSeconds"] > 50 + int(pause)


def test_replicas_may_do_little(chart: helm_python.Chart) -> None:
    """What Kubernetes' "restricted" pod security standard asks for, and a read-only file system."""
    # https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
    pod = resources(chart, SECRET)["Deployment"]["spec"]["template"]["spec"]
    (bots,) = pod["containers"]

    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert bots["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


def test_one_at_a_time_goes(chart: helm_python.Chart) -> None:
    """Neither an update nor a drained node takes two replicas at once."""
    made = resources(chart, SECRET)

    assert made["PodDisruptionBudget"]["spec"]["maxUnavailable"] == 1
    assert made["Deployment"]["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0


def test_what_waits_starts_replicas(chart: helm_python.Chart) -> None:
    """The autoscaler and the deployment must not both say how many there are."""
    made = resources(chart, EVERYTHING)
    scaler = made["HorizontalPodAutoscaler"]["spec"]
    (metric,) = scaler["metrics"]

    assert metric["external"]["metric"]["name"] == "neocu_bots_oldest_waiting_seconds"
    assert scaler["scaleTargetRef"]["name"] == made["Deployment"]["metadata"]["name"]
    assert "replicas" not in made["Deployment"]["spec"]
    assert resources(chart, SECRET)["Deployment"]["spec"]["replicas"] == 3


def test_selectors_find_the_replicas(chart: helm_python.Chart) -> None:
    """A selector that matches nothing is valid, and useless."""
    made = resources(chart, EVERYTHING)
    labels = made["Deployment"]["spec"]["template"]["metadata"]["labels"].items()

    for selector in (
        made["Deployment"]["spec"]["selector"]["matchLabels"],
        made["Service"]["spec"]["selector"],
        made["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"],
        made["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"],
    ):
        assert selector.items() <= labels
    assert (
        made["ServiceMonitor"]["spec"]["selector"]["matchLabels"].items()
        <= made["Service"]["metadata"]["labels"].items()
    )


def test_only_the_chats_addresses_are_let_in(chart: helm_python.Chart) -> None:
    """/metrics and the probes are nobody's business."""
    made = resources(chart, EVERYTHING)
    (rule,) = made["Ingress"]["spec"]["rules"]

    assert [(path["path"], path["pathType"]) for path in rule["http"]["paths"]] == [
        ("/slack/events", "Exact"),
        ("/slack/install", "Exact"),
        ("/slack/oauth_redirect", "Exact"),
        ("/discord/interactions", "Exact"),
    ]
    assert resources(chart, SECRET)["NetworkPolicy"]["spec"]["ingress"] == []


def test_no_private_network_can_be_asked(chart: helm_python.Chart) -> None:
    """A result's address that leads inside finds a second wall, after the bots' own."""
    _, web, database, _ = resources(chart, EVERYTHING)["NetworkPolicy"]["spec"]["egress"]
    shut = {cidr for peer in web["to"] for cidr in peer["ipBlock"]["except"]}

    assert {"10.0.0.0/8", "169.254.0.0/16", "fc00::/7"} <= shut
    assert web["ports"] == [{"protocol": "TCP", "port": 443}]
    assert database["to"] == [PEER]
