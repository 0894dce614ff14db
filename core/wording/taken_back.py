"""What is said of what people take back, hide or report: is it done, and what was it worth."""

from core.conversation import Reply
from core.records import Entry, State
from core.wording import buttons, markup, phrases
from core.wording.answers import thread_link
from core.wording.language import _, sentences


def not_yours() -> Reply:
    """Tell that only whoever asked, or somebody who moderates, may do that."""
    return Reply(_("**Only the person who asked for it can do that**, or an admin or moderator."))


# ---- A result ------------------------------------------------------------------------------------


def deleted(entry: Entry) -> Reply:
    """Confirm that a result is taken down, and that its price stays paid."""
    paid = _("The credits that it cost aren't refunded.") if entry.task_id else ""
    return Reply(sentences(_("**I'm taking it down**, with its files."), paid))


def deleted_before() -> Reply:
    """Tell that there is nothing left to delete."""
    return Reply(_("It's gone already; there is nothing left to delete."))


def hidden() -> Reply:
    """Confirm that a result is hidden until somebody asks to see it."""
    return Reply(_("**It becomes a spoiler:** hidden until somebody clicks on it."))


def hidden_before() -> Reply:
    """Tell that a result is hidden already."""
    return Reply(_("It's a spoiler already."))


def reported() -> Reply:
    """Confirm that a result was reported."""
    return Reply(_("**Reported.** Whoever runs the bot sees it, and that it was you."))


def reported_before() -> Reply:
    """Tell that a person has reported a result before."""
    return Reply(_("You have reported this already."))


def nowhere_to_report() -> Reply:
    """Tell that nobody has named a place for reports."""
    return Reply(
        _("**There is no place here that I could report it to.** Please tell whoever runs the bot.")
    )


def report(entry: Entry, person: str, link: str) -> Reply:
    """Tell those who run the bot what a person reports."""
    told = _(
        "**{person} reported a result** that {asker} asked for.",
        person=markup.person(person),
        asker=markup.person(entry.request.person),
    )
    return Reply(
        "\n".join(
            [
                sentences(told, thread_link(link)),
                markup.quote(entry.query[: phrases.ECHO_LIMIT]),
            ]
        ),
        small=_("task {task}", task=markup.code(entry.task_id)),
    )


# ---- A request -----------------------------------------------------------------------------------


def cancelled(key: str) -> Reply:
    """Tell that a request was cancelled before anything was spent."""
    return Reply(
        sentences(_("**Cancelled.**"), phrases.nothing_spent()),
        buttons=(buttons.try_again(key), buttons.edit(key)),
    )


def too_late(entry: Entry) -> Reply:
    """Tell that a request can't be cancelled any more, and what can be had instead."""
    if entry.state is State.SUBMITTING:
        told = _("**Too late to cancel:** Neocu is being asked this very moment.")
        spent = phrases.may_have_cost()
    else:
        told = _("**Too late to cancel:** Neocu is making it already.")
        spent = phrases.probably_spent()
    return Reply(sentences(told, spent), buttons=(buttons.mute(entry.key),))


def ended_before() -> Reply:
    """Tell that a request is over."""
    return Reply(_("It has ended already; there is nothing to cancel."))


def muted() -> Reply:
    """Confirm that a person hears no more of a request, and where its result will be."""
    return Reply(
        sentences(
            _("**All right, no more messages about this.**"),
            phrases.probably_spent(),
            _("What comes of it will be under `/neocu recent`."),
        )
    )
