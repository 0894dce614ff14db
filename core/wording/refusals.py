"""What is said when nothing comes of a request: what happened, what was spent, what to do."""

from http import HTTPStatus

from core.conversation import Barrier, Button, Reply
from core.neocu.errors import (
    ApiConnectionError,
    ApiError,
    ApiResponseError,
    ApiStatusError,
    ApiTimeoutError,
    AuthenticationError,
    ContentRefusedError,
    InsufficientComputeError,
    InvalidRequestError,
    NotFoundError,
    RateLimitError,
    ServerError,
)
from core.records import Entry, State
from core.request import Action, Refusal
from core.wording import buttons, markup, phrases
from core.wording.language import N_, _, ngettext, sentences


def not_taken(*, certain: bool = True) -> Reply:
    """Tell that a request could not be noted; `certain` that it surely never will be."""
    if certain:
        return Reply(
            sentences(
                _("**I couldn't take this request.**"),
                phrases.nothing_spent(),
                _("Please ask again in a minute."),
            )
        )
    return Reply(
        _(
            "**I can't tell whether I took this request.** If nothing comes here in a few "
            "minutes, nothing was spent, and you can ask again."
        )
    )


# What happened, and what to do.
REFUSALS: dict[type, tuple[str, str]] = {
    InsufficientComputeError: (
        N_("**Not enough credits left for this.**"),
        N_("Ask an admin to top up, then press **Try again**."),
    ),
    InvalidRequestError: (
        N_("**Neocu couldn't make sense of this.**"),
        N_("Check the words and the file IDs, and ask again."),
    ),
    ContentRefusedError: (
        N_("**Neocu won't make this: its rules don't allow the content.**"),
        N_("Change the words with **Edit…**"),
    ),
    AuthenticationError: (
        N_("**This bot isn't set up correctly** (its API key was refused)."),
        N_("Please tell whoever runs it."),
    ),
    NotFoundError: (
        N_("**This bot isn't set up correctly** (there is no Neocu at its address)."),
        N_("Please tell whoever runs it."),
    ),
    RateLimitError: (
        N_("**Neocu is getting too many requests.**"),
        N_("Try again in a minute."),
    ),
    ServerError: (
        N_("**Neocu had a problem, and I can't tell whether it started.**"),
        N_("Wait a minute, then press **Send again**."),
    ),
    ApiTimeoutError: (
        N_("**Neocu didn't answer in time.**"),
        N_("Wait a few minutes, then decide."),
    ),
    ApiConnectionError: (
        N_("**The connection to Neocu failed.**"),
        N_("Try again in a few minutes."),
    ),
    ApiResponseError: (
        N_("**Neocu's answer made no sense to me, and I can't tell whether it started.**"),
        N_("Wait a minute, then press **Send again**."),
    ),
    ApiStatusError: (
        N_("**Neocu turned this away with an answer I don't know.**"),
        N_("Wait a minute, then decide."),
    ),
}


def refused(error: ApiError, key: str) -> Reply:
    """Tell that Neocu did not take the request, or that nobody can know."""
    happened, advice = next(REFUSALS[kind] for kind in type(error).mro() if kind in REFUSALS)
    detail = error.detail if isinstance(error, InvalidRequestError) else ""
    said = _("It says: “{words}”", words=markup.sentence(detail)) if detail else ""
    spent = phrases.maybe_spent() if error.maybe_accepted else phrases.nothing_spent()
    return Reply(sentences(_(happened), said, spent, _(advice)), buttons=_ways_on(error, key))


def _ways_on(error: ApiError, key: str) -> tuple[Button, ...]:
    """Return what can be done about it: the same words again are of use only where they may do."""
    if error.maybe_accepted:
        return (buttons.send_again(key),)
    match error:
        case ContentRefusedError():
            return (buttons.edit(key),)
        case InvalidRequestError():
            return (buttons.edit(key), buttons.try_again(key))
        case InsufficientComputeError():
            return (buttons.try_again(key), buttons.edit(key), *buttons.topup())
    return (buttons.try_again(key), buttons.edit(key))


def no_compute(key: str) -> Reply:
    """Tell that a request is not even handed over, for want of compute."""
    return refused(InsufficientComputeError(HTTPStatus.PAYMENT_REQUIRED, ""), key)


def broken(entry: Entry) -> Reply:
    """Tell that the bot itself fails at a request."""
    started, spent = "", phrases.nothing_spent()
    if entry.task_id:
        started = _("Task {task} was started.", task=markup.code(entry.task_id))
        spent = phrases.probably_spent()
    elif entry.state is State.SUBMITTING:
        spent = phrases.maybe_spent()
    return Reply(
        sentences(
            _("**Something in me is broken**, and I can't finish this."),
            started,
            spent,
            _("Please tell whoever runs the bot."),
        )
    )


def unknown(key: str) -> Reply:
    """Tell that it can't be known whether Neocu took the request."""
    return Reply(
        sentences(_("**I was restarted while sending this.**"), phrases.may_cost_twice()),
        buttons=(buttons.send_again(key),),
    )


def not_announced(key: str) -> Reply:
    """Tell that the chat took no message for so long that nothing was begun."""
    return Reply(
        sentences(
            _("**I couldn't post here for a while, so I didn't start this.**"),
            phrases.nothing_spent(),
        ),
        buttons=(buttons.try_again(key),),
    )


def cannot_speak(barrier: Barrier, key: str) -> Reply:
    """Tell a person alone that the bot can't answer where they asked, and the ways on."""
    ways = [Button(_("Make it anyway, send it to me"), Action.MAKE_PRIVATELY, key)]
    way_in = _("Ask somewhere else, or have me let in there.")
    if barrier is Barrier.NOT_A_MEMBER:
        ways.insert(0, Button(_("Invite me"), Action.INVITE, key))
        way_in = _("Let me in with `/invite @neocu`, or ask somewhere else.")
    return Reply(
        sentences(
            _("**I can't answer where you asked.**"),
            _(phrases.BARRIERS[barrier]),
            phrases.nothing_spent(),
            way_in,
        ),
        buttons=tuple(ways),
    )


REFUSED_PEOPLE = {
    Refusal.EXTERNAL: N_("**Only this workspace's own people can ask me.**"),
    Refusal.GUEST: N_("**Guests can't ask me here.**"),
    Refusal.UNKNOWN_WORKSPACE: N_("**I'm not switched on for this server.**"),
}


def refused_person(refusal: Refusal) -> Reply:
    """Tell a person why they may not ask here at all."""
    return _closed(_(REFUSED_PEOPLE[refusal]))


def not_allowed() -> Reply:
    """Tell a person that they may not ask here."""
    return _closed(_("**Neocu isn't open to everyone here, so I can't take this request.**"))


def _closed(what: str) -> Reply:
    return Reply(
        sentences(what, phrases.nothing_spent(), _("Whoever runs the bot can change that."))
    )


def already_pressed() -> Reply:
    """Tell that a button has been pressed before."""
    return Reply(_("That has been pressed already; once is enough."))


def form_not_opened() -> Reply:
    """Tell that a form could not be opened."""
    return Reply(
        sentences(
            _("**I couldn't open the form.**"),
            phrases.nothing_spent(),
            _("Try again, or ask in words: `/neocu a lighthouse at dusk`."),
        )
    )


def direct_messages_closed() -> Reply:
    """Tell a person where they get an answer that is nobody else's business."""
    return Reply(
        _(
            "**The answer is for you alone, and your direct messages are closed to me.** "
            "Ask with `/neocu` here instead: nobody else sees that answer."
        )
    )


def mention_me_not_my_role() -> Reply:
    """Tell a person that they mentioned the bot's role, of the same name."""
    return Reply(
        sentences(
            _("**You mentioned my role, so I can't read your message.**"),
            phrases.nothing_spent(),
            _("Mention me instead, or use `/neocu`."),
        )
    )


def visiting(minutes: int) -> str:
    """Tell, in a small line, that a place lets the bot answer only so long."""
    return ngettext(
        "I can only answer here for {number} minute; after that it comes by direct message.",
        "I can only answer here for {number} minutes; after that it comes by direct message.",
        minutes,
    )


def nothing_made() -> Reply:
    """Confirm to a person that nothing is made."""
    return Reply(sentences(_("All right, I won't make it."), phrases.nothing_spent()))
