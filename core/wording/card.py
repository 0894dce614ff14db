"""The card: what stands of a request in its chat, as a function of how far it is.

Question (where the chat doesn't show it), then one progress message, and one result in its place.
"""

from core.conversation import Reply
from core.neocu.estimates import Estimate
from core.neocu.polling import Expected
from core.records import Card, Entry, Part, Slot, State
from core.wording import markup, phrases, progress
from core.wording.language import N_, _

QUESTION, PROGRESS = Part(Slot.QUESTION), Part(Slot.PROGRESS)

# How the question says that it has ended.
ENDINGS = {
    State.COMPLETED: N_("Done"),
    State.FAILED: N_("This didn't work out"),
    State.REFUSED: N_("Not started"),
    State.UNKNOWN: N_("Not sure if it ran"),
    State.CONFIRMING: N_("Waiting for an OK"),
}


def beginning(entry: Entry) -> Card:
    """Return the card before Neocu is asked: the first sign of life."""
    return _card(entry, progress.beginning(entry))


def queued(entry: Entry, position: int) -> Card:
    """Return the card of a request that waits for room, at this place in line from 1."""
    return _card(entry, progress.queued(entry, position))


def waiting(entry: Entry) -> Card:
    """Return the card of a request that Neocu can't take now."""
    return _card(entry, progress.waiting(entry))


def making(
    entry: Entry,
    estimate: Estimate | None,
    expected: Expected | None = None,
    note: str = "",
    *,
    slow: bool = False,
) -> Card:
    """Return the card of a task under way; `note` is what Neocu says of it."""
    return _card(entry, progress.making(entry, estimate, expected, note, slow=slow))


def ended(entry: Entry, state: State, reply: Reply) -> Card:
    """Return the card at its end: the result takes the place of the progress."""
    card: dict[Part, Reply | None] = {PROGRESS: None, Part(Slot.RESULT, entry.answer): reply}
    if not entry.request.prompt_visible and _asked_for(entry):
        card[QUESTION] = _question(entry, _(ENDINGS[state]))
    return card


def withheld(entry: Entry, reply: Reply) -> Card:
    """Return the card at the end of what may not be asked here: nor is it shown in our voice."""
    card: dict[Part, Reply | None] = {PROGRESS: None, Part(Slot.RESULT, entry.answer): reply}
    if not entry.request.prompt_visible:
        who = markup.person(entry.request.person)
        asked = _("{person} asked for something that isn't allowed here.", person=who)
        card[QUESTION] = Reply(asked, small=_(ENDINGS[State.REFUSED]))
    return card


def without_result(entry: Entry) -> Card:
    """Return what stays of a card when its result is deleted."""
    if entry.request.prompt_visible or not entry.task_id:
        return {}
    return {QUESTION: _question(entry, _("Deleted"))}


def _card(entry: Entry, now: Reply) -> Card:
    card: dict[Part, Reply | None] = {PROGRESS: now}
    if entry.answer > 1:  # what was told as unknown is known now
        card[Part(Slot.RESULT, entry.answer - 1)] = progress.started_after_all()
    if not entry.request.prompt_visible:
        card[QUESTION] = _question(entry)
    return card


def _question(entry: Entry, ending: str = "") -> Reply:
    """Show who asked for what, and in the end how it ended."""
    prompt = _asked_for(entry)
    shown = (
        prompt[: phrases.ECHO_LIMIT].rstrip() + " …" if len(prompt) > phrases.ECHO_LIMIT else prompt
    )
    who = _("{person} asked for:", person=markup.person(entry.request.person))
    return Reply(f"{who}\n{markup.quote(shown)}", small=ending)


def _asked_for(entry: Entry) -> str:
    return entry.query or entry.request.prompt
