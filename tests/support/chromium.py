"""The browser for the tests of the page: run as a script, it finds one or installs one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
NOT_RUN = (
    "NOT RUN: the tests of the page need a Chromium, and there is none. Install one "
    "(apt-get install chromium; or .venv/bin/playwright install chromium), then make test."
)
APT = (["apt-get", "update", "-qq"], ["apt-get", "install", "-qq", "-y", "chromium"])
PLAYWRIGHT = ([sys.executable, "-m", "playwright", "install", "chromium"],)


def found(own: str) -> str | None:
    """Return the system's Chromium, or Playwright's `own` if it is there."""
    on_path = next(filter(None, map(shutil.which, BROWSERS)), None)
    return on_path or (own if Path(own).exists() else None)


def main() -> None:
    """Say where the browser is, after installing it if need be and possible."""
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    if found(own) is None:
        with_apt = shutil.which("apt-get") and os.geteuid() == 0
        for command in APT if with_apt else PLAYWRIGHT:
            subprocess.run(command, check=False, stdout=subprocess.DEVNULL)  # noqa: S603 - ours
    sys.stdout.write(f"{found(own) or NOT_RUN}\n")


if __name__ == "__main__":
    main()
