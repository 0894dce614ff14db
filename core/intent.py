"""What the words after `/neocu` ask for: something to generate, or one of a few verbs."""

import re
from dataclasses import dataclass

QUERY_LIMIT = 4_000
FILES_LIMIT = 10

# `files: id1, id2` at the end of a line, or `--file id` anywhere.
_FILES = re.compile(r"(?:^|(?<=\s))files:[ \t]*(?P<ids>[^\n]*)$", re.IGNORECASE | re.MULTILINE)
_FILE_OPTION = re.compile(r"(?:^|(?<=\s))--files?[ \t=]+(?P<ids>\S+)", re.IGNORECASE)
_FILE_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
_VERB = re.compile(r"(?P<verb>help|balance|recent|status(?:[ \t]+(?P<about>\S+))?)", re.IGNORECASE)


@dataclass(frozen=True)
class Generate:
    """Make something of a query, with files by their IDs."""

    query: str
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verb:
    """Answer a question about Neocu itself: help, balance, recent, or status of a task."""

    name: str
    about: str = ""


class InputError(Exception):
    """What was asked can't be done as it stands; nothing was spent."""


class QueryTooLongError(InputError):
    """The query has `length` characters, more than QUERY_LIMIT."""

    def __init__(self, length: int) -> None:
        super().__init__(f"{length} characters")
        self.length = length


class BadFileIdError(InputError):
    """`file_id` can't be the ID of a file."""

    def __init__(self, file_id: str) -> None:
        super().__init__("a file ID with odd characters")
        self.file_id = file_id


class TooManyFilesError(InputError):
    """There are `count` files, more than FILES_LIMIT."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} files")
        self.count = count


class NotHereError(InputError):
    """A button or a form is about something that is not known in this workspace."""

    def __init__(self) -> None:
        super().__init__("not of this workspace")


def read(text: str) -> Generate | Verb:
    """Return what the text asks for; a text without a query asks for help. Raises InputError."""
    if verb := _VERB.fullmatch(text.strip()):
        return Verb(verb["verb"].split()[0].lower(), verb["about"] or "")
    ids = [i for found in _FILES.finditer(text) for i in _ids(found["ids"])]
    rest = _FILES.sub("", text)
    ids += [i for found in _FILE_OPTION.finditer(rest) for i in _ids(found["ids"])]
    query = _FILE_OPTION.sub("", rest).strip() if ids else text.strip()
    if not query:
        return Verb("help")
    return check(Generate(query, tuple(dict.fromkeys(ids))))


def is_question(text: str) -> bool:
    """Whether the text asks a verb, whose answer is for the asker alone."""
    try:
        return isinstance(read(text), Verb)
    except InputError:
        return False


def check(wanted: Generate) -> Generate:
    """Return what is wanted if it keeps the limits. Raises InputError."""
    if len(wanted.query) > QUERY_LIMIT:
        raise QueryTooLongError(len(wanted.query))
    if len(wanted.files) > FILES_LIMIT:
        raise TooManyFilesError(len(wanted.files))
    for file_id in wanted.files:
        if not _FILE_ID.fullmatch(file_id):
            raise BadFileIdError(file_id)
    return wanted


def _ids(listed: str) -> list[str]:
    """Split at commas, or at spaces where there is no comma."""
    parts = listed.split(",") if "," in listed else listed.split()
    return [part.strip() for part in parts if part.strip()]
