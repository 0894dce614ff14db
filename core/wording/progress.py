"""What is said while a request is on its way to Neocu."""

from collections.abc import Sequence

from core.conversation import Action, Button, Reply
from core.neocu.estimates import Estimate
from core.wording import forms, markup, phrases

MAY_NOT_SPEAK = Reply(
    "I may not write in the channel that you asked me in, so I did not take your request. "
    f"{phrases.NOTHING_SPENT} Ask in another channel, or ask an admin to let me write there."
)


def cannot_thread(invite: str) -> Reply:
    """Tell that the bot is no member here, and the command that invites it."""
    return Reply(
        f"I am not in this channel, so I can't open a thread: invite me with {markup.code(invite)}."
    )


def visiting(minutes: int) -> Reply:
    """Tell that the bot can speak here for so many minutes, and no longer."""
    return Reply(
        f"I am only a visitor here, so everything has to arrive within {minutes} minutes. "
        "What takes longer, you find with `/neocu recent`."
    )


def asked(person: str, query: str) -> Reply:
    """Show who asked what, where the chat does not show it by itself."""
    shown = (
        query if len(query) <= phrases.ECHO_LIMIT else query[: phrases.ECHO_LIMIT].rstrip() + " …"
    )
    return Reply(f"{markup.person(person)} asked Neocu:\n{markup.quote(shown)}")


def started(task_id: str, files: Sequence[str], estimate: Estimate | None) -> Reply:
    """Tell the task ID, the files that are used, and what it will cost where one can tell."""
    price = f"\n{phrases.price(estimate)}" if estimate else ""
    text = f"Neocu is on it. Task {markup.code(task_id)}{price}{phrases.using(files)}"
    return Reply(text, working=True)


def waiting_for_neocu() -> Reply:
    """Tell that Neocu can't be reached, and that it is tried again."""
    return Reply(
        f"Neocu can't be reached, or is too busy, right now. {phrases.NOTHING_SPENT} "
        "I keep trying for a while and tell you here how it goes."
    )


def waiting_for_room() -> Reply:
    """Tell that there is a queue."""
    return Reply(
        f"Many tasks are running at the moment, so yours waits its turn. {phrases.NOTHING_SPENT} "
        "It starts by itself."
    )


def confirm(estimate: Estimate, key: str) -> Reply:
    """Ask whether a request is worth its price."""
    label = f"{forms.SUBMIT} ({phrases.about(estimate)})"
    return Reply(
        f"This would cost {phrases.price(estimate)}. Shall Neocu make it? {phrases.NOTHING_SPENT}",
        buttons=(Button(label, Action.CONFIRM, key),),
    )
