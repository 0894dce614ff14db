"""What the words after `/neocu` ask for: something to generate, or one of a few commands."""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import Literal

MAX_QUERY_LENGTH = 4_000
MAX_FILES = 10

# `files: id1, id2` at the end of a line, or `--file id` anywhere.
_FILES = re.compile(r"(?:^|(?<=\s))files:[ \t]*(?P<ids>[^\n]*)$", re.IGNORECASE | re.MULTILINE)
_FILE_OPTION = re.compile(r"(?:^|(?<=\s))--files?[ \t=]+(?P<ids>\S+)", re.IGNORECASE)
_FILE_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
_COMMAND = re.compile(
    r"(?P<name>help|balance|recent|saved?|forget|usage(?:[ \t]+(?:here|team))?"
    r"|settings(?:[ \t]+log)?)"
    r"|(?P<status>status)(?:[ \t]+(?P<task_id>\S+))?",
    re.IGNORECASE,
)
# `save NAME: prompt`. What has a colon further on, or none, is a sentence like any other.
_SAVE = re.compile(r"save[ \t]+(?P<words>[^:\n]{1,80}:(?:\s.*)?)", re.IGNORECASE | re.DOTALL)
_FORGET = re.compile(r"forget[ \t]+(?P<words>(?:team[ \t]+)?\S+)", re.IGNORECASE)

# How an ID looks is nowhere documented; those seen are 24 hex digits.
MIN_ID_LENGTH = 8
SURE_ID_LENGTH = 16  # prose has no such mixture of that length
MIN_CHANGES = 3  # between letters and digits
_CHANGE = re.compile(r"(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])")
_LETTERS = re.compile(r"[A-Z]?[a-z]{3,}|[A-Z]{4,}")  # four letters in a row as a word has them
_HEX = frozenset("0123456789abcdefABCDEF")

# Around the name of a command, these add nothing; alone, they ask for nothing.
_PLEASE = frozenset({"please", "pls", "plz", "neocu"})
_ABOUT = frozenset({"my", "our", "the", "show", "get", "check", "me"})
_GREETINGS = frozenset({
    "hello", "hi", "hey", "hello there", "hi there", "hey there", "good morning", "good evening",
    "hallo", "hola", "bonjour", "ciao", "yo", "test", "testing", "ping", "thanks", "thank you",
    "thx", "ty", "danke", "merci", "gracias", "ok", "okay", "cool", "nice", "great", "bye",
})  # fmt: skip
MIN_LIKENESS = 0.8  # of a word to a command: one letter of seven other, or one of four too many
MAX_WORDS = 2  # besides "please"; what has more is a prompt


class Command(StrEnum):
    """A question about Neocu itself, which costs nothing."""

    HELP = "help"
    BALANCE = "balance"
    RECENT = "recent"
    STATUS = "status"
    USAGE = "usage"
    USAGE_HERE = "usage here"
    USAGE_TEAM = "usage team"
    SAVE = "save"
    SAVED = "saved"
    FORGET = "forget"
    SETTINGS = "settings"
    SETTINGS_LOG = "settings log"


# Their answers have pictures, which not every private place can show.
PICTURED = frozenset({Command.USAGE, Command.USAGE_HERE, Command.USAGE_TEAM})


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
    """Answer a command; `task_id` follows `status`, and `words` follow `save` and `forget`."""

    command: Command
    task_id: str = ""
    words: str = ""
    kind: Literal["ask"] = "ask"

    @property
    def private(self) -> bool:
        """Whether the answer is for the person alone."""
        return True

    @property
    def pictured(self) -> bool:
        """Whether the answer has a picture."""
        return self.command in PICTURED


@dataclass(frozen=True)
class Unsure:
    """Ask back before anything is spent: a greeting, or nearly a command, `guess`."""

    query: str
    guess: Command | None = None
    kind: Literal["unsure"] = "unsure"

    @property
    def private(self) -> bool:
        """Whether the answer is for the person alone."""
        return True


class InputError(Exception):
    """What was asked can't be done as it stands; nothing was spent."""


class NothingAskedError(InputError):
    """A form was sent without a word of what to make."""

    def __init__(self) -> None:
        super().__init__("no words")


class TwoChoicesError(InputError):
    """In a form, two of a kind were picked: two lengths, say."""

    def __init__(self) -> None:
        super().__init__("two of a kind")


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


class GoneError(InputError):
    """A button is about a result that is no longer there."""

    def __init__(self) -> None:
        super().__init__("the result is gone")


class StaysThereError(InputError):
    """It is about a result of an age-restricted channel, and would be shown elsewhere."""

    def __init__(self) -> None:
        super().__init__("of an age-restricted channel")


class UnseenError(InputError):
    """It is about a message that the chat does not show us, with the files in it."""

    def __init__(self) -> None:
        super().__init__("the chat hides the message replied to")


def encodable(text: str) -> str:
    """Return a text without the halves of characters, which JSON can carry alone.

    No ledger and no chat takes them.
    """
    return text.encode(errors="replace").decode()


def parse_text(text: str) -> Generate | Ask | Unsure:
    """Return what the text asks for; a text without a query asks for help. Never raises."""
    text = encodable(text)
    if found := _COMMAND.fullmatch(text.strip()):
        name = found["status"] or found["name"]
        return Ask(Command(" ".join(name.lower().split())), found["task_id"] or "")
    if found := _SAVE.fullmatch(text.strip()) or _FORGET.fullmatch(text.strip()):
        command = Command.SAVE if found.re is _SAVE else Command.FORGET
        return Ask(command, words=found["words"])
    wanted = parse_files(text)
    if not wanted.query:
        return Ask(Command.HELP)
    return (None if wanted.files else _unsure(wanted.query)) or wanted


def parse_files(text: str) -> Generate:
    """Return what a text asks to make: its words, and the files that are named in it."""
    ids: list[str] = []

    def take_out(found: re.Match[str]) -> str:
        listed = parse_file_ids(found["ids"])
        if found.re is _FILES and not _are_ids(listed):
            return found[0]
        ids.extend(listed)
        return ""

    query = _FILE_OPTION.sub(take_out, _FILES.sub(take_out, text)).strip()
    return Generate(query, tuple(dict.fromkeys(ids)))


def cut_out(text: str, pattern: str) -> str:
    """Return a text without what matches, and the spaces around it, in time linear in its length.

    The pattern has no groups.
    """
    first, *rest = re.split(pattern, text)
    if not rest:
        return text
    *between, last = (one.lstrip(" \t") for one in rest)
    return " ".join([first.rstrip(" \t"), *(one.rstrip(" \t") for one in between), last])


def looks_like_id(item: str) -> bool:
    """Whether an item of a list is an ID rather than a word, a date, or a name with a number.

    An ID has eight or more letters, digits, `-` and `_`, of which letters and digits change at
    least three times, or less than half are words; digits alone are one from sixteen on.
    """
    if len(item) < MIN_ID_LENGTH or not _FILE_ID.fullmatch(item):
        return False
    if not re.search("[A-Za-z]", item):
        return item.isdigit() and len(item) >= SURE_ID_LENGTH
    words = sum(len(word) for word in _LETTERS.findall(item) if not _HEX.issuperset(word))
    mixed = len(_CHANGE.findall(item)) >= MIN_CHANGES
    return re.search("[0-9]", item) is not None and (mixed or 2 * words < len(item))


def _are_ids(listed: list[str]) -> bool:
    """Whether a list names files: each item looks like an ID, or one can be nothing else.

    In the latter case a wrong item is refused, which costs nothing, and not taken for words.
    """
    ids = [item for item in listed if looks_like_id(item)]
    return bool(ids) and (len(ids) == len(listed) or max(map(len, ids)) >= SURE_ID_LENGTH)


def _unsure(query: str) -> Unsure | None:
    """Return what to ask back where a query is a greeting, or a command but for a slip."""
    words = [word.strip("\"'`.,;:!?…/*-()").lower() for word in query.split()]
    words = [word for word in words if word and word not in _PLEASE]
    if len(words) > MAX_WORDS:
        return None
    if not words or " ".join(words) in _GREETINGS:
        return Unsure(query)
    named = [word for word in words if word not in _ABOUT]
    if named and named[0] == Command.SAVE:  # without a colon
        return Unsure(query, Command.SAVE)
    is_status = len(words) == MAX_WORDS and looks_like_id(words[1])
    if named:
        asked = named[0] if is_status else " ".join(named)
        close = get_close_matches(asked, list(Command), 1, MIN_LIKENESS)
        if close and (not is_status or close[0] == Command.STATUS):
            return Unsure(query, Command(close[0]))
    return None


def with_files(text: str, listed: str) -> str:
    """Return the text with the file IDs of a field of their own, whatever they look like."""
    ids = listed.replace(",", " ").split()
    return f"{text} --files {','.join(ids)}" if ids else text


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
