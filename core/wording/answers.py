"""What is said in answer to help, balance, status and recent, and when the bot comes in."""

from decimal import Decimal

from core.conversation import Button, Reply
from core.intent import Command
from core.neocu.prices import USD_PER_CREDIT
from core.records import Entry
from core.request import Action, Group
from core.wording import labels, markup, phrases, setting_labels
from core.wording.language import _, dollars, sentences


def help_with(form_command: str) -> Reply:
    """Return the help, in five lines, with examples to press."""
    lines = (
        _("**I make images, sounds, video, voice and 3D from one sentence.**"),
        _("Type `/neocu a lighthouse at dusk`, or mention me: the answer comes in a thread."),
        _(
            "Attach files, or name their IDs: `files: id1, id2`. For a message that is there "
            "already, pick **{entry}** from its menu.",
            entry=labels.USE_MESSAGE,
        ),
        sentences(
            _(
                "{form} opens a form. `/neocu balance`, `/neocu usage`, `/neocu recent` and "
                "`/neocu status <task ID>` cost nothing.",
                form=markup.code(form_command),
            ),
            _("Admins choose with `/neocu settings`."),
        ),
        sentences(_to_change(), phrases.ai_sentence()),
    )
    return Reply("\n".join(lines), buttons=_examples())


def greeting(*, set_up: bool = False) -> Reply:
    """Return what the bot says when it comes to a channel, or to a server, where it is set up."""
    more = (Button(_("Set up"), Action.SET_UP, "server"),) if set_up else ()
    return Reply(
        sentences(
            _(
                "**Hi, I'm Neocu.** I make images, sounds, video, voice and 3D from one sentence: "
                "mention me with it, or type `/neocu a lighthouse at dusk`."
            ),
            _to_change(),
            phrases.ai_sentence(),
        ),
        buttons=(*_examples(), *more),
    )


def greeting_where_closed() -> Reply:
    """Return what the bot says when it comes to a server that may not ask it yet."""
    return Reply(
        sentences(
            _("**Hi, I'm Neocu.** I make images, sounds, video, voice and 3D from one sentence."),
            _("I'm not switched on for this server yet: whoever runs me can change that."),
        ),
        buttons=(Button(_("Set up"), Action.SET_UP, "server"),),
    )


def set_up(*, may: bool) -> Reply:
    """Tell what there is to set up; nothing for those who may not."""
    if not may:
        return Reply(_("**Only those with *Manage Server* can set me up here.**"))
    buttons = (Button(setting_labels.group(one), Action.SETTINGS, "server", one) for one in Group)
    return Reply(
        _(
            "**Choose who may ask here, what it may cost, and whose Neocu key pays.** "
            "`/neocu settings` shows it again."
        ),
        buttons=tuple(buttons),
    )


def _to_change() -> str:
    return _("To change a result, reply to it and mention me.")


def _examples() -> tuple[Button, ...]:
    """Return buttons that open the form with an example: nothing is spent out of curiosity."""
    named = enumerate(labels.examples(), 1)
    return tuple(Button(label, Action.EXAMPLE, "example", number) for number, label in named)


def balance(compute: float) -> Reply:
    """Tell how much compute is left, in credits and in money."""
    cents = round(Decimal(str(compute)) * USD_PER_CREDIT, 2)
    return Reply(
        _("**{credits} left** ({money}).", credits=phrases.credits(compute), money=dollars(cents))
    )


def no_balance() -> Reply:
    """Tell that Neocu does not say how much compute is left."""
    return Reply(_("**Neocu isn't telling its balance right now.** Please try again later."))


def status(entry: Entry, link: str) -> Reply:
    """Tell how far a task is."""
    task, state = markup.code(entry.task_id), phrases.state(entry.state)
    buttons = (Button(_("Repost"), Action.SHOW, entry.key),) if entry.assets else ()
    told = _("Task {task}: **{state}**", task=task, state=state)
    return Reply(
        " · ".join(filter(None, (told, thread_link(link))))
        + f"\n{markup.quote(entry.query[: phrases.ECHO_LIMIT])}",
        buttons=buttons,
    )


def thread_link(link: str) -> str:
    """Return the link to a thread, "" where there is none."""
    return markup.link(_("Open the thread"), link) if link else ""


def no_such_task(task_id: str) -> Reply:
    """Tell that there is no such task here; whose it is otherwise is nobody's business."""
    return Reply(_("**I know of no such task here:** {task}", task=markup.code(task_id[:80])))


def which_task() -> Reply:
    """Ask for the task ID."""
    return Reply(_("**Which task?** Say `/neocu status` and the task ID."))


def unsure(guess: Command | None, key: str) -> Reply:
    """Ask back about a greeting, or what is nearly a command."""
    if guess:
        asked = _(
            "**Did you mean {command}?** Then ask with {whole}.",
            command=markup.code(guess),
            whole=markup.code(f"/neocu {guess}"),
        )
    else:
        asked = _("**What should I make?** Tell me in one sentence, or ask for `/neocu help`.")
    return Reply(
        sentences(asked, phrases.nothing_spent()),
        buttons=(Button(_("Make it anyway"), Action.CONFIRM, key),),
    )
