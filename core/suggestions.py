"""What to offer somebody who types: verbs, names of saved prompts, and what they asked lately."""

from collections.abc import Iterator
from dataclasses import dataclass

from core import wording
from core.intent import Command
from core.recall import Remembered

MAX_OFFERED = 25
# https://docs.discord.com/developers/interactions/application-commands#application-command-object-application-command-option-choice-structure
MAX_LENGTH = 100


@dataclass(frozen=True)
class Suggestion:
    """What is offered: `text` is what would have been typed, `label` what is read."""

    text: str
    label: str


def suggest(typed: str, remembered: Remembered) -> list[Suggestion]:
    """Return what could be meant by what is typed so far, the likeliest first."""
    typed = " ".join(typed.casefold().split())
    offers = _tasks(remembered) if typed.startswith(Command.STATUS) else _all(remembered)
    found = {
        one.text: one
        for one in offers
        if typed in f"{one.text} {one.label}".casefold() and len(one.text) <= MAX_LENGTH
    }
    likely = sorted(found.values(), key=lambda one: not one.text.casefold().startswith(typed))
    return likely[:MAX_OFFERED]


def _all(remembered: Remembered) -> Iterator[Suggestion]:
    for command in Command:
        yield _offer(command, wording.labels.verb(command))
    for name in remembered.names:
        yield _offer(name, wording.labels.saved_name(name))
    for entry in remembered.requests:
        # What would be cut is not offered: another request would be made.
        yield _offer(" ".join(entry.query.split()), " ".join(entry.query.split()))


def _tasks(remembered: Remembered) -> Iterator[Suggestion]:
    yield _offer(Command.STATUS, wording.labels.verb(Command.STATUS))
    for entry in remembered.requests:
        if entry.task_id:
            yield _offer(
                f"{Command.STATUS} {entry.task_id}",
                f"{Command.STATUS} \N{MIDDLE DOT} {' '.join(entry.query.split())}",
            )


def _offer(text: str, label: str) -> Suggestion:
    cut = label if len(label) <= MAX_LENGTH else label[: MAX_LENGTH - 1] + "…"
    return Suggestion(text, cut)
