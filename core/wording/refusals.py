"""What is said when nothing comes of a request: what happened, what was spent, what to do."""

from http import HTTPStatus

from core.conversation import Barrier, Button, Reply
from core.files.download import FetchError, ForbiddenHostError, NotAFileError, TooLargeError
from core.intent import (
    MAX_FILES,
    MAX_QUERY_LENGTH,
    BadFileIdError,
    InputError,
    NotHereError,
    QueryTooLongError,
    TooManyFilesError,
    UnseenError,
)
from core.neocu.errors import (
    ApiConnectionError,
    ApiError,
    ApiResponseError,
    ApiStatusError,
    ApiTimeoutError,
    AuthenticationError,
    InsufficientComputeError,
    InvalidRequestError,
    NotFoundError,
    RateLimitError,
    ServerError,
)
from core.neocu.uploads import UploadError
from core.records import Entry, Kind, Limit, Scope, State
from core.request import Action, Refusal
from core.wording import labels, markup, phrases

NOT_TAKEN = Reply(
    f"**I couldn't take this request.** {phrases.NOTHING_SPENT} Please ask again in a minute."
)


def not_taken(*, certain: bool) -> Reply:
    """Tell that a request could not be noted; `certain` that it surely never will be."""
    if certain:
        return NOT_TAKEN
    return Reply(
        "**I can't tell whether I took this request.** If nothing comes here in a few minutes, "
        "nothing was spent, and you can ask again."
    )


# What happened, and what to do.
REFUSALS: dict[type, tuple[str, str]] = {
    InsufficientComputeError: (
        "**Not enough credits left for this.**",
        "Ask an admin to top up, then press Try again.",
    ),
    InvalidRequestError: (
        "**Neocu couldn't make sense of this.**",
        "Check the words and the file IDs, and ask again.",
    ),
    AuthenticationError: (
        "**This bot isn't set up correctly** (its API key was refused).",
        "Please tell whoever runs it.",
    ),
    NotFoundError: (
        "**This bot isn't set up correctly** (there is no Neocu at its address).",
        "Please tell whoever runs it.",
    ),
    RateLimitError: ("**Neocu is getting too many requests.**", "Try again in a minute."),
    ServerError: (
        "**Neocu had a problem, and I can't tell whether it started.**",
        "Wait a minute, then Send again.",
    ),
    ApiTimeoutError: ("**Neocu didn't answer in time.**", "Wait a few minutes, then decide."),
    ApiConnectionError: ("**The connection to Neocu failed.**", "Try again in a few minutes."),
    ApiResponseError: (
        "**Neocu's answer made no sense to me, and I can't tell whether it started.**",
        "Wait a minute, then Send again.",
    ),
    ApiStatusError: (
        "**Neocu turned this away with an answer I don't know.**",
        "Wait a minute, then decide.",
    ),
}


def refused(error: ApiError, key: str) -> Reply:
    """Tell that Neocu did not take the request, or that nobody can know."""
    spent = phrases.MAYBE_SPENT if error.maybe_accepted else phrases.NOTHING_SPENT
    send_again = Button("Send again", Action.SEND_AGAIN, key)
    button = send_again if error.maybe_accepted else _try_again(key)
    happened, advice = next(REFUSALS[kind] for kind in type(error).mro() if kind in REFUSALS)
    said = error.detail if isinstance(error, InvalidRequestError) else ""
    words = f" It says: “{markup.verbatim(said)}”" if said else ""
    return Reply(f"{happened}{words} {spent} {advice}", buttons=(button,))


def no_compute(key: str) -> Reply:
    """Tell that a request is not even handed over, for want of compute."""
    return refused(InsufficientComputeError(HTTPStatus.PAYMENT_REQUIRED, ""), key)


def broken(entry: Entry) -> Reply:
    """Tell that the bot itself fails at a request."""
    spent = phrases.MAYBE_SPENT if entry.state is State.SUBMITTING else phrases.NOTHING_SPENT
    if entry.task_id:
        spent = f"Task {markup.code(entry.task_id)} was started, so it probably cost credits."
    return Reply(
        f"**Something in me is broken**, and I can't finish this. {spent} "
        "Please tell whoever runs the bot."
    )


def unknown(key: str) -> Reply:
    """Tell that it can't be known whether Neocu took the request."""
    return Reply(
        "**I was restarted while sending this.** It may be running, and it may have cost credits. "
        "Sending again could cost twice.",
        buttons=(Button("Send again", Action.SEND_AGAIN, key),),
    )


def not_announced(key: str) -> Reply:
    """Tell that the chat took no message for so long that nothing was begun."""
    return Reply(
        f"**I couldn't post here for a while, so I didn't start this.** {phrases.NOTHING_SPENT}",
        buttons=(_try_again(key),),
    )


def cannot_speak(barrier: Barrier, key: str) -> Reply:
    """Tell a person alone that the bot can't answer where they asked, and the ways on."""
    ways = [Button("Make it anyway, send it to me", Action.MAKE_PRIVATELY, key)]
    way_in = "Ask somewhere else, or have me let in there."
    if barrier is Barrier.NOT_A_MEMBER:
        ways.insert(0, Button("Invite me", Action.INVITE, key))
        way_in = "Let me in with `/invite @neocu`, or ask somewhere else."
    return Reply(
        f"**I can't answer where you asked:** {phrases.BARRIERS[barrier]}. "
        f"{phrases.NOTHING_SPENT} {way_in}",
        buttons=tuple(ways),
    )


def refused_person(refusal: Refusal) -> Reply:
    """Tell a person why they may not ask here at all."""
    why = {
        Refusal.EXTERNAL: "**Only this workspace's own people can ask me.**",
        Refusal.GUEST: "**Guests can't ask me here.**",
        Refusal.UNKNOWN_WORKSPACE: "**I'm not switched on for this server.**",
    }
    return Reply(f"{why[refusal]} {phrases.NOTHING_SPENT} Whoever runs the bot can change that.")


def already_pressed() -> Reply:
    """Tell that a button has been pressed before."""
    return Reply("That has been pressed already; once is enough.")


def form_not_opened() -> Reply:
    """Tell that a form could not be opened."""
    return Reply(
        f"**I couldn't open the form.** {phrases.NOTHING_SPENT} "
        "Try again, or ask in words: `/neocu a lighthouse at dusk`."
    )


def direct_messages_closed() -> Reply:
    """Tell a person where they get an answer that is nobody else's business."""
    return Reply(
        "**The answer is for you alone, and your direct messages are closed to me.** "
        "Ask with `/neocu` here instead: nobody else sees that answer."
    )


def mention_me_not_my_role() -> Reply:
    """Tell a person that they mentioned the bot's role, of the same name."""
    return Reply(
        "**You mentioned my role, so I can't read your message.** "
        f"Mention me instead, or use `/neocu`. {phrases.NOTHING_SPENT}"
    )


def visiting(minutes: int) -> str:
    """Tell, in a small line, that a place lets the bot answer only so long."""
    return f"I can only answer here for {minutes} minutes; after that it comes by direct message."


def nothing_made() -> Reply:
    """Confirm to a person that nothing is made."""
    return Reply("All right, nothing is made and nothing was spent.")


def _try_again(key: str) -> Button:
    return Button("Try again", Action.TRY_AGAIN, key)


def bad_input(error: InputError) -> Reply:
    """Tell what is wrong with what was asked."""
    match error:
        case QueryTooLongError(length=length):
            what = (
                f"That is {length:,} characters; I take up to {MAX_QUERY_LENGTH:,}. "
                "Shorten it, and ask again."
            )
        case TooManyFilesError(count=count):
            what = f"Those are {count} files; Neocu gets up to {MAX_FILES} from me at a time."
        case BadFileIdError(file_id=file_id):
            what = (
                f"“{markup.verbatim(file_id[:80])}” can't be a file ID: they are made of letters, "
                "digits, - and _."
            )
        case UnseenError():
            what = (
                "**This chat doesn't show me the message you replied to.** Attach the picture to "
                f"your own message, or pick **{labels.USE_MESSAGE}** from that message's menu."
            )
        case NotHereError():
            what = "I know nothing of this here, so there is nothing to do."
        case _:
            what = "I can't make sense of that."
    return Reply(f"{what} {phrases.NOTHING_SPENT}")


def bad_attachment(error: UploadError) -> Reply:
    """Tell why an attachment can't be used."""
    name = f"“{markup.verbatim(error.name[:80])}”"
    if error.reason is None:
        return Reply(
            f"I can't hand attachments over to Neocu here, so {name} was not used. "
            f"{phrases.NOTHING_SPENT} If the file is at Neocu already, name its ID instead: "
            "`files: id1, id2`."
        )
    return Reply(f"I could not use {name}: {_fetch_error(error.reason)} {phrases.NOTHING_SPENT}")


def _fetch_error(error: FetchError) -> str:
    match error:
        case TooLargeError(limit=limit):
            return f"it is larger than {limit / phrases.MEGABYTE:g} MB."
        case ForbiddenHostError():
            return "it is not on this chat's own servers, and I fetch files from nowhere else."
        case NotAFileError():
            return (
                "a web page came instead of the file. Whoever runs the bot may have to give it "
                "the right to read files, and reinstall it."
            )
        case _:
            return "it could not be fetched or handed over. Please try again."


def not_allowed() -> Reply:
    """Tell a person that they may not ask here."""
    return Reply(
        "Neocu is not open to everyone here, so I can't take this request. "
        f"{phrases.NOTHING_SPENT} Whoever runs the bot can change that."
    )


def limit_reached(limit: Limit, seconds: float | None) -> Reply:
    """Tell which daily limit stands in the way, and in how many seconds it no longer does.

    None: never, for the request alone is more than the limit.
    """
    whose = {
        Scope.PERSON: "You have",
        Scope.CHANNEL: "This channel has",
        Scope.WORKSPACE: "Your team has",
    }[limit.scope]
    what = "requests" if limit.kind is Kind.REQUESTS else "credits"
    most = f"the limit of {limit.most:g} {what} in 24 hours"
    if seconds is None:
        return Reply(f"This alone is more than {most}. {phrases.NOTHING_SPENT}")
    return Reply(
        f"{whose} reached {most}. {phrases.NOTHING_SPENT} "
        f"It opens again in about {phrases.duration(seconds)}."
    )
