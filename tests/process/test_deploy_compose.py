"""The compose files: safe by default, and with what they mount understood by its own tools."""

from typing import Any

import pytest
import yaml
from compose_spec import PyCompose
from deploy_files import output, text_of, tool, yaml_of

from core.settings import Settings

FILES = ("compose.yaml", "compose.scale.yaml")
SERVICES = [
    (file, name, service) for file in FILES for name, service in yaml_of(file)["services"].items()
]
BOTS = [(file, name, service) for file, name, service in SERVICES if name.startswith("bots")]
BACKUP_KEYS = "LITESTREAM_BUCKET LITESTREAM_REGION LITESTREAM_ACCESS_KEY_ID"


@pytest.mark.parametrize(("file", "name", "service"), SERVICES)
def test_services_come_back_and_keep_short_logs(file: str, name: str, service: Any) -> None:
    """A machine that restarts at night needs nobody, and a log fills no disk."""
    assert service["restart"] == "unless-stopped", (file, name)
    assert service["logging"]["options"] == {"max-size": "10m", "max-file": "5"}
    assert "no-new-privileges:true" in service["security_opt"]


@pytest.mark.parametrize(("file", "name", "service"), BOTS)
def test_bots_may_do_little_and_get_the_time_to_drain(file: str, name: str, service: Any) -> None:
    """A container that is killed too early leaves a request in `submitting`: nobody can know."""
    grace = int(service["stop_grace_period"].removesuffix("s"))
    named = {key.lower() for key in service["environment"]}

    assert grace > Settings.model_fields["drain_seconds"].default, (file, name)
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["env_file"] == "../.env"
    assert named <= set(Settings.model_fields)


def test_one_file_is_one_process() -> None:
    """Two processes on one SQLite file are what the ledger refuses."""
    one, three = (yaml_of(file)["services"] for file in FILES)

    assert [name for name in one if name.startswith("bots")] == ["bots"]
    assert one["bots"]["environment"]["DATABASE_URL"].startswith("sqlite:////data/")
    assert [name for name in three if name.startswith("bots")] == ["bots-1", "bots-2", "bots-3"]
    assert all(
        three[name]["environment"]["DATABASE_URL"].startswith("postgresql://")
        for name in ("bots-1", "bots-2", "bots-3")
    )


@pytest.mark.parametrize(("file", "name", "service"), SERVICES)
def test_ports_are_open_to_the_web_server_only(file: str, name: str, service: Any) -> None:
    """/metrics is nobody's business, and a database on the Internet is everybody's."""
    ports = service.get("ports", [])

    if name == "caddy":
        assert ports == ["80:80", "443:443"]
    else:
        assert all(port.startswith("127.0.0.1:") for port in ports), (file, name)


def test_database_has_a_network_of_its_own() -> None:
    """What faces the Internet can't even see it."""
    scale = yaml_of("compose.scale.yaml")

    assert scale["networks"]["database"] == {"internal": True}
    assert scale["services"]["postgres"]["networks"] == ["database"]
    assert "database" not in scale["services"]["caddy"]["networks"]


def test_passwords_are_asked_for() -> None:
    """A default password is one that everybody knows."""
    text = text_of("compose.scale.yaml")

    assert text.count("${POSTGRES_PASSWORD") == text.count("${POSTGRES_PASSWORD:?") == 2


def with_backup() -> str:
    """Return compose.yaml as it is once the # of the backup is taken away."""
    text = text_of("compose.yaml")
    start = text.index("  # litestream:")
    block, gap, rest = text[start:].partition("\n\n")
    return text[:start] + block.replace("  # ", "  ") + gap + rest


@pytest.mark.parametrize(
    "text", [*map(text_of, FILES), with_backup()], ids=[*FILES, "with the backup"]
)
def test_the_specification_allows_it(text: str) -> None:
    """A misspelt word would be refused on the operator's machine, or worse, ignored."""
    services = yaml.safe_load(text)["services"]

    assert sorted(PyCompose.from_yaml(text).service_names()) == sorted(services)


def test_the_backup_is_ready_to_be_switched_on() -> None:
    """Whoever takes the # away gets a service, not a puzzle."""
    service = yaml.safe_load(with_backup())["services"]["litestream"]

    assert service["volumes"][0] == "data:/data"
    assert service["user"] == "10001:10001"
    assert yaml_of("litestream.yml")["dbs"][0]["path"] == "/data/neocu-bots.db"


def test_litestream_understands_its_file() -> None:
    """A misspelt key would be found on the day of the restore."""
    variables = dict.fromkeys([*BACKUP_KEYS.split(), "LITESTREAM_SECRET_ACCESS_KEY"], "x")

    said = output(tool("litestream"), "databases", "-config", "litestream.yml", **variables)

    assert "/data/neocu-bots.db" in said
    assert "s3" in said


def test_caddy_understands_its_file() -> None:
    """And finds nothing to put in better form."""
    said = output(
        *(tool("caddy"), "validate", "--adapter", "caddyfile", "--config", "Caddyfile"),
        SITE_ADDRESS="bots.example.com",
    )

    assert "Valid configuration" in said
    assert output(tool("caddy"), "fmt", "Caddyfile") == text_of("Caddyfile")
