"""What a process that a test starts inherits of this one's environment: as little as possible."""

import os


def inherited() -> dict[str, str]:
    """Return where programs are, and by what coverage measures a process, if it does."""
    names = ("PATH", "COVERAGE_PROCESS_CONFIG")
    return {name: os.environ[name] for name in names if name in os.environ}
