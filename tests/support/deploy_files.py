"""What deploy/ holds, read as its own tools read it."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"


def text_of(name: str) -> str:
    """Return the text of a file of deploy/."""
    return (DEPLOY / name).read_text(encoding="utf-8")


def yaml_of(name: str) -> Any:
    """Return what a YAML file of deploy/ says."""
    return yaml.safe_load(text_of(name))


def tool(name: str) -> str:
    """Return the path of a program that the development lock brings, as it stands in .venv/bin."""
    return str(Path(sys.executable).parent / name)


def output(*command: str, cwd: Path = DEPLOY, within: float = 60, **variables: str) -> str:
    """Return all that a command prints. It has to succeed."""
    done = subprocess.run(  # noqa: S603 (the commands stand in the tests)
        command,
        cwd=cwd,
        env=os.environ | variables,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=within,
    )

    assert done.returncode == 0, done.stdout
    return done.stdout
