"""The systemd unit: it starts what is installed, restarts it wisely, and shuts the rest out."""

import configparser
import os
import re
import shutil
import sys
from pathlib import Path

import pytest
from deploy_files import DEPLOY, output, text_of

from core.settings import Settings

UNIT = "neocu-bots.service"
# https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#Sandboxing
SHUT = {
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "RestrictNamespaces": "yes",
    "MemoryDenyWriteExecute": "yes",
    "SystemCallArchitectures": "native",
    "DynamicUser": "yes",
}
EXPOSURE = 20  # tenths, of 100; systemd calls that "OK", its best grade


@pytest.fixture(scope="module")
def service() -> configparser.SectionProxy:
    """Return what the unit says of the service."""
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign] # systemd minds the case
    unit.read(DEPLOY / UNIT, encoding="utf-8")
    return unit["Service"]


def test_service_gets_the_time_to_drain(service: configparser.SectionProxy) -> None:
    """A service that is killed too early leaves a request in `submitting`: nobody can know."""
    assert int(service["TimeoutStopSec"]) > Settings.model_fields["drain_seconds"].default
    assert service["KillSignal"] == "SIGTERM"


def test_wrong_settings_are_no_reason_to_restart(service: configparser.SectionProxy) -> None:
    """The one sentence that says what is wrong isn't buried under a hundred more."""
    assert service["Restart"] == "always"
    assert service["RestartPreventExitStatus"] == str(os.EX_CONFIG)


def test_service_shuts_the_rest_out(service: configparser.SectionProxy) -> None:
    """A hole in the bots, or in what they use, opens nothing else of the machine."""
    assert {name: service[name] for name in SHUT} == SHUT


def test_service_writes_where_it_may(service: configparser.SectionProxy) -> None:
    """The database is in the one folder that is kept for it."""
    folder = f"/var/lib/{service['StateDirectory']}"
    variables = dict(re.findall(r"^Environment=(\w+)=(.*)$", text_of(UNIT), re.MULTILINE))

    assert service["WorkingDirectory"] == folder
    assert variables["DATABASE_URL"] == f"sqlite:///{folder}/neocu-bots.db"
    assert "KEY" not in " ".join(variables)


def test_systemd_finds_nothing_wrong(tmp_path: Path) -> None:
    """Where systemd is, it reads the unit as it would at the start, and grades what it may do."""
    analyze = shutil.which("systemd-analyze")
    unit = tmp_path / UNIT
    unit.write_text(text_of(UNIT).replace("/opt/neocu-bots/bin/neocu-bots run", sys.executable))

    if analyze is None:  # the unit's own words are checked above, everywhere
        assert unit.read_text().count(sys.executable) == 1
        return
    assert output(analyze, "verify", "--man=no", str(unit)) == ""
    output(analyze, "security", "--offline=yes", f"--threshold={EXPOSURE}", str(unit))
