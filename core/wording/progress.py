"""What is said while a request is on its way: the one message that is edited in place."""

from core.conversation import Button, Reply
from core.neocu.estimates import Estimate
from core.neocu.polling import Expected
from core.records import Entry, State
from core.request import Action
from core.wording import buttons, markup, phrases
from core.wording.language import _, decimal, ngettext, plurals, sentences

COSTS = {
    "image": plurals(
        "**An image{details} costs {price}.**", "**{number} images{details} cost {price}.**"
    ),
    "video": plurals(
        "**A video{details} costs {price}.**", "**{number} videos{details} cost {price}.**"
    ),
    "sound": plurals(
        "**A sound{details} costs {price}.**", "**{number} sounds{details} cost {price}.**"
    ),
    "voice": plurals(
        "**A voice recording{details} costs {price}.**",
        "**{number} voice recordings{details} cost {price}.**",
    ),
    "3d": plurals(
        "**A 3D model{details} costs {price}.**", "**{number} 3D models{details} cost {price}.**"
    ),
    "360": plurals(
        "**A 360° picture{details} costs {price}.**",
        "**{number} 360° pictures{details} cost {price}.**",
    ),
}


def beginning(entry: Entry) -> Reply:
    """Give the first sign of life, before Neocu is asked."""
    text = _("On it…") + phrases.based_on(entry.files) + phrases.from_saved(entry)
    return Reply(text, buttons=(buttons.cancel(entry.key),), working=True)


def queued(entry: Entry, position: int) -> Reply:
    """Tell that there is a queue, and the place in it."""
    return Reply(
        sentences(
            _("**You're number {position} in the queue.**", position=decimal(position)),
            _("It starts by itself."),
            phrases.nothing_spent_yet(),
        ),
        buttons=(buttons.cancel(entry.key),),
        working=True,
    )


def waiting(entry: Entry) -> Reply:
    """Tell that Neocu can't take it now, and that it is tried again."""
    return Reply(
        sentences(
            _("**Neocu is busy.** I'll keep trying and post here."), phrases.nothing_spent_yet()
        ),
        buttons=(buttons.cancel(entry.key),),
        working=True,
    )


def making(
    entry: Entry,
    estimate: Estimate | None,
    expected: Expected | None,
    note: str,
    *,
    slow: bool,
) -> Reply:
    """Tell how long a task has been running, and what Neocu says of it in `note`."""
    lines = [_elapsed(entry, expected)]
    if entry.state is State.STALE:
        lines.append(
            _(
                "**This is taking much longer than usual.** I check less often now; "
                "if a result comes, I'll post it here."
            )
        )
    elif slow:
        lines.append(_("This takes longer than most. Still working on it."))
    text = "\n".join(lines) + phrases.based_on(entry.files) + phrases.from_saved(entry)
    if note:
        text += f"\n{markup.quote(note[: phrases.DETAIL_LIMIT])}"
    price = [phrases.price(estimate)] if estimate else []
    check = (Button(_("Check now"), Action.CHECK_NOW, entry.key),)
    return Reply(
        text,
        small=" · ".join([*price, _("task {task}", task=markup.code(entry.task_id))]),
        buttons=(*(check if entry.state is State.STALE else ()), buttons.mute(entry.key)),
        working=True,
    )


def _elapsed(entry: Entry, expected: Expected | None) -> str:
    running = phrases.seconds(entry.running_seconds)
    if expected is None:
        return _("Making it… {seconds}", seconds=running)
    return _(
        "Making it… {seconds} (usually about {usual})",
        seconds=running,
        usual=phrases.seconds(expected.median),
    )


def started_after_all() -> Reply:
    """Correct what was told as unknown: it did start."""
    return Reply(
        _("**It did start after all.** The result comes below; please don't send it again.")
    )


def confirm(estimate: Estimate, key: str) -> Reply:
    """Ask whether a request is worth its price."""
    return Reply(
        sentences(
            _costs(estimate), _("Go ahead?"), _("Nothing is spent until you press **Make it**.")
        ),
        buttons=(
            Button(_("Make it"), Action.CONFIRM, key),
            Button(_("No thanks"), Action.DECLINE, key),
        ),
    )


def _costs(estimate: Estimate) -> str:
    """Return what it costs to make so many of a kind, or to change a video that there is."""
    named = {"price": phrases.price(estimate), "details": _details(estimate)}
    if estimate.edit:
        return _("**Changing a video{details} costs {price}.**", **named)
    return ngettext(*COSTS[estimate.medium], estimate.count, **named)


def _details(estimate: Estimate) -> str:
    """Return length and size in brackets, as they are written in every language."""
    length = [] if estimate.seconds is None else [phrases.seconds(float(estimate.seconds))]
    found = ", ".join([*length, *filter(None, [estimate.size])])
    return f" ({found})" if found else ""


def declined() -> Reply:
    """Tell that a person did not want it at that price."""
    return Reply(sentences(_("Not made, as you wished."), phrases.nothing_spent()))
