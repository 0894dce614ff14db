"""What is said while a request is on its way: the one message that is edited in place."""

from collections.abc import Sequence

from core.conversation import Button, Reply
from core.neocu.estimates import Estimate
from core.neocu.polling import Expected
from core.records import Entry, State
from core.request import Action
from core.wording import markup, phrases


def beginning(files: Sequence[str]) -> Reply:
    """Give the first sign of life, before Neocu is asked."""
    return Reply(f"On it…{phrases.based_on(files)}", working=True)


def queued(position: int) -> Reply:
    """Tell that there is a queue, and the place in it."""
    return Reply(
        f"**You're in the queue**, {phrases.ordinal(position)} in line. "
        "It starts by itself; nothing is spent yet.",
        working=True,
    )


def waiting() -> Reply:
    """Tell that Neocu can't take it now, and that it is tried again."""
    return Reply(
        "**Neocu is busy.** I'll keep trying and post here. Nothing has been spent.", working=True
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
    usual = f" (usually about {phrases.seconds(expected.median)})" if expected else ""
    text = f"Making it… {phrases.seconds(entry.running_seconds)}{usual}"
    if entry.state is State.STALE:
        text += (
            "\n**This is taking much longer than usual.** I check less often now; "
            "if a result comes, I'll post it here."
        )
    elif slow:
        text += "\nThis takes longer than most. Still working on it."
    text += phrases.based_on(entry.files)
    if note:
        text += f"\n{markup.quote(note[: phrases.DETAIL_LIMIT])}"
    price = [phrases.price(estimate)] if estimate else []
    buttons = (Button("Check now", Action.CHECK_NOW, entry.key),)
    return Reply(
        text,
        small=" · ".join([*price, f"task {markup.code(entry.task_id)}"]),
        buttons=buttons if entry.state is State.STALE else (),
        working=True,
    )


def started_after_all() -> Reply:
    """Correct what was told as unknown: it did start."""
    return Reply("**It did start after all.** The result comes below; please don't send it again.")


def confirm(estimate: Estimate, key: str) -> Reply:
    """Ask whether a request is worth its price."""
    what = phrases.described(estimate)
    about = f"{what[:1].upper()}{what[1:]}"
    return Reply(
        f"**{markup.verbatim(about)} costs {phrases.price(estimate)}.** Go ahead? "
        "Nothing is spent until you press.",
        buttons=(
            Button("Make it", Action.CONFIRM, key),
            Button("No thanks", Action.DECLINE, key),
        ),
    )


def declined() -> Reply:
    """Tell that a person did not want it at that price."""
    return Reply("Not made, as you wished. Nothing was spent.")
