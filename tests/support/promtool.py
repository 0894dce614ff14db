"""Prometheus' own tool for alert rules: run as a script, it finds one or gets one from Debian.

The package is unpacked, not installed: no server is started, and nothing but .venv is written to.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

OWN = Path(sys.executable).with_name("promtool")
UNPACK = "dpkg-deb --fsys-tarfile prometheus_*.deb | tar -xf - ./usr/bin/promtool"
NOT_RUN = "No promtool here: the alerts' own tests are read, but not run."


def found() -> str | None:
    """Return the path of a promtool, if there is one."""
    return str(OWN) if OWN.exists() else shutil.which("promtool")


def fetch(folder: Path) -> bool:
    """Unpack Debian's promtool in a folder. Returns whether that went well."""
    update = [["apt-get", "update", "-qq"]] if os.geteuid() == 0 else []
    for command in (*update, ["apt-get", "download", "-qq", "prometheus"], ["sh", "-c", UNPACK]):
        done = subprocess.run(command, cwd=folder, check=False, capture_output=True)  # noqa: S603 - ours
    return done.returncode == 0


def main() -> None:
    """Say where promtool is, after fetching it if need be and possible."""
    if found() is None and shutil.which("apt-get"):
        with tempfile.TemporaryDirectory() as name:
            if fetch(Path(name)):
                shutil.copy(Path(name) / "usr" / "bin" / "promtool", OWN)
    sys.stdout.write(f"{found() or NOT_RUN}\n")


if __name__ == "__main__":
    main()
