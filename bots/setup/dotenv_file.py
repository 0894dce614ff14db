"""Values written into .env: each on its line, nothing else changed, and read by its owner alone."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

MODE = 0o600
PLAIN = re.compile(r"[\w./:@%+=-]*")


def write(path: Path, values: Mapping[str, str]) -> None:
    """Set variables, in place of their lines (also those that are off), or at the end.

    A file that is not there begins as a copy of .env.example beside it. The new file replaces the
    old one at once, so that no crash leaves half of it.
    """
    example = path.with_name(".env.example")
    source = next((one for one in (path, example) if one.exists()), None)
    text = source.read_text(encoding="utf-8") if source else ""
    for name, value in values.items():
        line = f"{name}={_quoted(value)}"
        if old := re.search(rf"^#?[ \t]*{name}=.*$", text, re.MULTILINE):
            text = text[: old.start()] + line + text[old.end() :]
        else:
            text = f"{text.rstrip()}\n{line}\n".lstrip("\n")
    new = path.with_name(f"{path.name}.new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, MODE)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    new.chmod(MODE)
    new.replace(path)


def _quoted(value: str) -> str:
    if PLAIN.fullmatch(value):
        return value
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
