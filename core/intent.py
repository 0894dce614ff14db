"""What the words after `/neocu` ask for: something to generate, or one of a few commands."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

MAX_QUERY_LENGTH = 4_000
MAX_FILES = 10

# `files: id1, id2` at the end of a line, or `--file id` anywhere.
_FILES = re.compile(r"(?:^|(?<=\s))files:[ \t]*(?P<ids>[^\n]*)$", re.IGNORECASE | re.MULTILINE)
_FILE_OPTION = re.compile(r"(?:^|(?<=\s))--files?[ \t=]+(?P<ids>\S+)", re.IGNORECASE)
_FILE_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
_COMMAND = re.compile(
    r"(?P<name>help|balance|recent|status(?:[ \t]+(?P<task_id>\S+))?)", re.IGNORECASE
)


class Command(StrEnum):
    """A question about Neocu itself, which costs nothing."""

    HELP = "help"
    BALANCE = "balance"
    RECENT = "recent"
    STATUS = "status"


@dataclass(frozen=True)
class Generate:
    """Make something of a query, with files by their IDs."""

    query: str
    files: tuple[str, ...] = ()
    kind: Literal["generate"] = "generate"

    @property
    def private(self) -> bool:
        """Whether the answer is for the person alone."""
        return False


@dataclass(frozen=True)
class Ask:
    """Answer a command; `task_id` is what `status` is about."""

    command: Command
    task_id: str = ""
    kind: Literal["ask"] = "ask"

    @property
    def private(self) -> bool:
        """Whether the answer is for the person alone."""
        return True


class InputError(Exception):
    """What was asked can't be done as it stands; nothing was spent."""


class QueryTooLongError(InputError):
    """The query has `length` characters, more than MAX_QUERY_LENGTH."""

    def __init__(self, length: int) -> None:
        super().__init__(f"{length} characters")
        self.length = length


class BadFileIdError(InputError):
    """`file_id` can't be the ID of a file."""

    def __init__(self, file_id: str) -> None:
        super().__init__("a file ID with odd characters")
        self.file_id = file_id


class TooManyFilesError(InputError):
    """There are `count` files, more than MAX_FILES."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} files")
        self.count = count


class NotHereError(InputError):
    """A button or a form is about something that is not known in this workspace."""

    def __init__(self) -> None:
        super().__init__("not of this workspace")


class UnseenError(InputError):
    """It is about a message that the chat does not show us, with the files in it."""

    def __init__(self) -> None:
        super().__init__("the chat hides the message replied to")


def parse_text(text: str) -> Generate | Ask:
    """Return what the text asks for; a text without a query asks for help. Never raises."""
    if found := _COMMAND.fullmatch(text.strip()):
        return Ask(Command(found["name"].split()[0].lower()), found["task_id"] or "")
    ids = [i for found in _FILES.finditer(text) for i in parse_file_ids(found["ids"])]
    rest = _FILES.sub("", text)
    ids += [i for found in _FILE_OPTION.finditer(rest) for i in parse_file_ids(found["ids"])]
    query = _FILE_OPTION.sub("", rest).strip() if ids else text.strip()
    return Generate(query, tuple(dict.fromkeys(ids))) if query else Ask(Command.HELP)


def parse_file_ids(listed: str) -> list[str]:
    """Split a list of file IDs at commas, or at spaces where there is no comma."""
    parts = listed.split(",") if "," in listed else listed.split()
    return [part.strip() for part in parts if part.strip()]


def check(wanted: Generate) -> Generate:
    """Return what is wanted if it keeps the limits. Raises InputError."""
    if len(wanted.query) > MAX_QUERY_LENGTH:
        raise QueryTooLongError(len(wanted.query))
    if len(wanted.files) > MAX_FILES:
        raise TooManyFilesError(len(wanted.files))
    for file_id in wanted.files:
        if not _FILE_ID.fullmatch(file_id):
            raise BadFileIdError(file_id)
    return wanted
