"""What is said in answer to help, balance, status and recent."""

from collections.abc import Sequence

from core.conversation import Button, Reply
from core.intent import Command
from core.records import Entry
from core.request import Action
from core.wording import labels, markup, phrases

HELP = Reply(
    "**Neocu makes images, sounds, video, voice and 3D from one sentence.**\n"
    "Ask with `/neocu a lighthouse at dusk`, or mention me: the answer comes in the thread.\n"
    "To use files, attach them, or name their IDs at the end of a line: `files: id1, id2`.\n"
    f"To use a message that is there already, pick **{labels.USE_MESSAGE}** from its menu.\n"
    "`/neocu balance` tells the compute left, `/neocu status <task ID>` how a task is doing, "
    "`/neocu recent` what you asked lately."
)


def help_with(form_command: str) -> Reply:
    """Return the help, with what opens the form on a platform."""
    return Reply(f"{HELP.text}\n{markup.code(form_command)} opens a form for all of that.")


def balance(compute: float) -> Reply:
    """Tell how much compute is left, in credits and in money."""
    return Reply(f"Compute left: **{compute:,.2f} credits** (${compute / 100:,.2f}).")


def no_balance() -> Reply:
    """Tell that Neocu does not say how much compute is left."""
    return Reply("Neocu does not tell its compute balance right now. Please try again later.")


def status(entry: Entry, link: str) -> Reply:
    """Tell how far a task is."""
    where = f" {markup.link('Open the thread', link)}" if link else ""
    buttons = (Button("Repost", Action.SHOW, entry.key),) if entry.assets else ()
    return Reply(
        f"Task {markup.code(entry.task_id)} is **{phrases.state(entry.state)}**.{where}\n"
        f"{markup.quote(entry.query[: phrases.ECHO_LIMIT])}",
        buttons=buttons,
    )


def no_such_task(task_id: str) -> Reply:
    """Tell that there is no such task here; whose it is otherwise is nobody's business."""
    return Reply(f"I know of no task {markup.code(task_id[:80])} that was started from here.")


def which_task() -> Reply:
    """Ask for the task ID."""
    return Reply("Which task? Say `/neocu status` and the task ID.")


def unsure(guess: Command | None, key: str) -> Reply:
    """Ask back about a greeting, or what is nearly a command."""
    what = (
        f"**Did you mean {markup.code(guess)}?** Then ask with {markup.code(f'/neocu {guess}')}."
        if guess
        else "**What should I make?** Tell me in one sentence, or ask for `/neocu help`."
    )
    return Reply(
        f"{what} {phrases.NOTHING_SPENT}",
        buttons=(Button("Make it anyway", Action.CONFIRM, key),),
    )


def recent(entries: Sequence[tuple[Entry, str]]) -> Reply:
    """List what a person asked lately, each with a link to where it was asked."""
    if not entries:
        return Reply("You have not asked Neocu for anything yet.")
    lines: list[str] = []
    buttons: list[Button] = []
    for number, (entry, link) in enumerate(entries, 1):
        title = (
            entry.query
            if len(entry.query) <= phrases.TITLE_LIMIT
            else entry.query[: phrases.TITLE_LIMIT] + "…"
        )
        shown = markup.link(title, link) if link else markup.verbatim(title)
        lines.append(f"{number}\\. {shown} · {phrases.state(entry.state)}")
        if entry.assets and len(buttons) < phrases.MAX_EDIT_BUTTONS:
            buttons.append(Button(f"Repost {number}", Action.SHOW, entry.key))
    return Reply("**Your latest requests**\n" + "\n".join(lines), buttons=tuple(buttons))
