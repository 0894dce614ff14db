"""What is said when nothing comes of a request: what happened, what was spent, what to do."""

from http import HTTPStatus

from core.conversation import Action, Button, Reply
from core.files.download import FetchError, ForbiddenHostError, NotAFileError, TooLargeError
from core.intent import (
    FILES_LIMIT,
    QUERY_LIMIT,
    BadFileIdError,
    InputError,
    NotHereError,
    QueryTooLongError,
    TooManyFilesError,
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
from core.records import Kind, Limit, Scope
from core.wording import markup, phrases

NOT_TAKEN = Reply(
    f"I could not take this request, so nothing was started. {phrases.NOTHING_SPENT} "
    "Please ask again in a minute."
)


# What happened, and what to do.
REFUSALS: dict[type, tuple[str, str]] = {
    InsufficientComputeError: (
        "**Neocu has too little compute left for this.**",
        "An admin can top it up on the Neocu platform; then just ask again.",
    ),
    InvalidRequestError: (
        "Neocu could not make sense of this request.",
        "Check the words and the file IDs, and ask again.",
    ),
    AuthenticationError: (
        "Neocu did not accept this bot's API key.",
        "Whoever runs the bot has to check `NEOCU_API_KEY`.",
    ),
    NotFoundError: (
        "Neocu's address seems to be wrong: there is nothing there.",
        "Whoever runs the bot has to check `NEOCU_BASE_URL`.",
    ),
    RateLimitError: (
        "Neocu is getting too many requests right now.",
        "Ask again in a minute.",
    ),
    ServerError: (
        "Something went wrong inside Neocu.",
        "Wait a little before you send it again.",
    ),
    ApiTimeoutError: (
        "Neocu did not answer in time.",
        "Look again in a few minutes.",
    ),
    ApiConnectionError: (
        "The connection to Neocu failed.",
        "Try again in a few minutes.",
    ),
    ApiResponseError: (
        "Neocu's answer made no sense to me.",
        "Wait a little before you send it again.",
    ),
    ApiStatusError: (
        "Neocu declined this request.",
        "Try again, or in other words.",
    ),
}


def refused(error: ApiError, key: str) -> Reply:
    """Tell that Neocu did not take the request, or that nobody can know."""
    spent = phrases.MAYBE_SPENT if error.maybe_accepted else phrases.NOTHING_SPENT
    buttons = (Button("Send again", Action.SEND_AGAIN, key),) if error.maybe_accepted else ()
    happened, advice = next(REFUSALS[kind] for kind in type(error).mro() if kind in REFUSALS)
    said = error.detail if isinstance(error, InvalidRequestError) else ""
    words = f" It says: “{markup.verbatim(said)}”" if said else ""
    return Reply(f"{happened}{words} {spent} {advice}", buttons=buttons)


def no_compute() -> Reply:
    """Tell that a request is not even handed over, for want of compute."""
    return refused(InsufficientComputeError(HTTPStatus.PAYMENT_REQUIRED, ""), "")


def broken(task_id: str) -> Reply:
    """Tell that the bot itself fails at a request."""
    spent = f"Task {markup.code(task_id)} was started, so its compute was probably spent."
    return Reply(
        f"Something in me is broken, and I can't finish this. "
        f"{spent if task_id else phrases.NOTHING_SPENT} Please tell whoever runs the bot."
    )


def unknown(key: str) -> Reply:
    """Tell that it can't be known whether Neocu took the request."""
    return Reply(
        "I was interrupted while handing this to Neocu, so I can't know whether it was started. "
        f"{phrases.MAYBE_SPENT} Send it again only if you are fine with paying twice at worst.",
        buttons=(Button("Send again", Action.SEND_AGAIN, key),),
    )


def bad_input(error: InputError) -> Reply:
    """Tell what is wrong with what was asked."""
    match error:
        case QueryTooLongError(length=length):
            what = (
                f"That is {length:,} characters; I take up to {QUERY_LIMIT:,}. "
                "Shorten it, and ask again."
            )
        case TooManyFilesError(count=count):
            what = f"Those are {count} files; Neocu gets up to {FILES_LIMIT} from me at a time."
        case BadFileIdError(file_id=file_id):
            what = (
                f"“{markup.verbatim(file_id[:80])}” can't be a file ID: they are made of letters, "
                "digits, - and _."
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
