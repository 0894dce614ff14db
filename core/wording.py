"""Every sentence that the bots say, in Markdown. Each failure tells whether compute was spent."""

from collections import Counter
from collections.abc import Sequence

from core import markup
from core.conversation import Action, Button, Media, Reply
from core.errors import (
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
from core.fetch import FetchError, ForbiddenHostError, NotAFileError, TooLargeError
from core.intent import (
    FILES_LIMIT,
    QUERY_LIMIT,
    BadFileIdError,
    InputError,
    NotHereError,
    QueryTooLongError,
    TooManyFilesError,
)
from core.ledger import Entry
from core.models import Asset
from core.pace import Expected
from core.uploads import UploadError

NOTHING_SPENT = "No compute was spent."
MAYBE_SPENT = "Compute may have been spent, so I will not send it again by myself."
SPENT = "Its compute was spent."
ECHO_LIMIT = 600
TITLE_LIMIT = 60
DETAIL_LIMIT = 300
EDITABLE = 4  # with "Again" they fill one row of buttons on Discord
MEGABYTE = 1024 * 1024
MINUTE = 60

HELP = Reply(
    "**Neocu makes images, sounds, video, voice and 3D from one sentence.**\n"
    "Ask with `/neocu a lighthouse at dusk`, or mention me: the answer comes in the thread.\n"
    "To use files, attach them, or name their IDs at the end of a line: `files: id1, id2`.\n"
    "`/neocu balance` tells the compute left, `/neocu status <task ID>` how a task is doing, "
    "`/neocu recent` what you asked lately."
)

INVITE = Reply(
    "I am not in this channel, so I can't open a thread: invite me with `/invite @neocu`."
)

SUGGESTIONS = [
    {"title": "A picture", "message": "a lighthouse at dusk, in watercolours"},
    {"title": "A sound", "message": "ten seconds of waves on a pebble beach"},
    {"title": "A video", "message": "a 5 s video at 720p of a paper boat on a river"},
    {"title": "A 3D model", "message": "a 3D model of a small wooden rowing boat"},
]

NOT_TAKEN = Reply(
    f"I could not take this request, so nothing was started. {NOTHING_SPENT} "
    "Please ask again in a minute."
)

# What happened, and what to do.
_REFUSALS: dict[type, tuple[str, str]] = {
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


def asked(person: str, query: str) -> Reply:
    """Show who asked what, where the chat does not show it by itself."""
    shown = query if len(query) <= ECHO_LIMIT else query[:ECHO_LIMIT].rstrip() + " …"
    return Reply(f"{markup.person(person)} asked Neocu:\n{markup.quote(shown)}")


def started(task_id: str, files: Sequence[str]) -> Reply:
    """Tell the task ID, and the files that are used."""
    used = f"\nWorking from {', '.join(markup.code(file) for file in files)}" if files else ""
    return Reply(f"Neocu is on it. Task {markup.code(task_id)}{used}", working=True)


def progress(task_id: str, age: float, expected: Expected | None, messages: Sequence[str]) -> Reply:
    """Tell how far a task is; in place of what was said when it started."""
    usual = f", usually about {_seconds(expected.median)}" if expected else ""
    line = f"\n{markup.quote(messages[-1][:DETAIL_LIMIT])}" if messages else ""
    text = f"Generating … {_seconds(age)}{usual}. Task {markup.code(task_id)}{line}"
    return Reply(text, working=True)


def finished(entry: Entry) -> Reply:
    """Tell how long a task took; in place of its progress."""
    return Reply(
        f"Finished after {_seconds(entry.now - entry.submitted)}. Task {markup.code(entry.task_id)}"
    )


def result(asset: Asset, media: Media | None) -> Reply:
    """Show a result: the file itself where chats can show it, else a link."""
    if media is not None and media.url == asset.url:
        return Reply("", media=media)
    name = asset.name or asset.type or "the result"
    return Reply(f"{_kind(asset)}: {markup.link(name, asset.url or '')}", media=media)


def not_shown(media: Media, error: FetchError | None) -> str:
    """Say why a file is not shown here, with a link to it. `error` None: it is too large here."""
    why = "is too large to show here"
    if error is not None and not isinstance(error, TooLargeError):
        why = "could not be fetched"
    return f"{markup.link(media.name, media.url)} {why}; the link may not work for ever."


def completed(entry: Entry) -> Reply:
    """Tell that everything is there, and what can be done with it."""
    again = Button("Again", Action.AGAIN, entry.key)
    if not any(asset.url or asset.thumbnail for asset in entry.assets):
        return Reply(
            f"Task {markup.code(entry.task_id)} is finished, but Neocu gave no result with it. "
            f"{SPENT}",
            buttons=(again,),
        )
    count = len(entry.assets)
    kinds = Counter(_kind(asset).lower() for asset in entry.assets)
    listed = ", ".join(_counted(number, kind) for kind, number in kinds.items())
    edits = tuple(
        Button("Edit …" if count == 1 else f"Edit {n} …", Action.EDIT, entry.key, n)
        for n, asset in enumerate(entry.assets[:EDITABLE], 1)
        if asset.id
    )
    return Reply(
        f"**Done**: {listed} for {markup.person(entry.request.person)}.",
        buttons=(again, *edits),
    )


def nothing_to_show() -> Reply:
    """Tell that a request has no results to show again."""
    return Reply("There is nothing to show again.")


def still_working() -> Reply:
    """Tell that a task takes longer than most."""
    return Reply("This takes longer than most. Still working, I keep looking.")


def failed(entry: Entry, messages: Sequence[str]) -> Reply:
    """Tell that a task failed, with Neocu's reason where it gives one."""
    reason = f" Neocu says:\n{markup.quote(messages[-1][:DETAIL_LIMIT])}" if messages else ""
    return Reply(
        f"Task {markup.code(entry.task_id)} failed. Its compute may have been spent. "
        f"Try again, perhaps with other words.{reason}",
        buttons=(Button("Try again", Action.AGAIN, entry.key),),
    )


def unknown_status(status: str) -> Reply:
    """Tell of a status that nobody knows."""
    return Reply(
        f"Neocu calls this task “{markup.verbatim(status)}”, which is new to me. I keep looking."
    )


def gone(task_id: str) -> Reply:
    """Tell that Neocu does not know a task any more."""
    return Reply(
        f"Neocu no longer knows task {markup.code(task_id)}, so its result can't be fetched. "
        "Its compute was probably spent. Ask again if you still need it."
    )


def stale(task_id: str, key: str) -> Reply:
    """Tell that a task takes too long to wait for."""
    return Reply(
        f"Task {markup.code(task_id)} takes much longer than usual. I look less often now; "
        "if a result comes, you will get it here.",
        buttons=(Button("Check now", Action.CHECK_NOW, key),),
    )


def unknown(key: str) -> Reply:
    """Tell that it can't be known whether Neocu took the request."""
    return Reply(
        "I was interrupted while handing this to Neocu, so I can't know whether it was started. "
        f"{MAYBE_SPENT} Send it again only if you are fine with paying twice at worst.",
        buttons=(Button("Send again", Action.SEND_AGAIN, key),),
    )


def waiting_for_neocu() -> Reply:
    """Tell that Neocu can't be reached, and that it is tried again."""
    return Reply(
        f"Neocu can't be reached, or is too busy, right now. {NOTHING_SPENT} I keep trying for a "
        "while and tell you here how it goes."
    )


def waiting_for_room() -> Reply:
    """Tell that there is a queue."""
    return Reply(
        f"Many tasks are running at the moment, so yours waits its turn. {NOTHING_SPENT} "
        "It starts by itself."
    )


def refused(error: ApiError, key: str) -> Reply:
    """Tell that Neocu did not take the request, or that nobody can know."""
    spent = MAYBE_SPENT if error.maybe_accepted else NOTHING_SPENT
    buttons = (Button("Send again", Action.SEND_AGAIN, key),) if error.maybe_accepted else ()
    happened, advice = next(_REFUSALS[kind] for kind in type(error).mro() if kind in _REFUSALS)
    said = error.detail if isinstance(error, InvalidRequestError) else ""
    words = f" It says: “{markup.verbatim(said)}”" if said else ""
    return Reply(f"{happened}{words} {spent} {advice}", buttons=buttons)


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
    return Reply(f"{what} {NOTHING_SPENT}")


def bad_attachment(error: UploadError) -> Reply:
    """Tell why an attachment can't be used."""
    name = f"“{markup.verbatim(error.name[:80])}”"
    if error.reason is None:
        return Reply(
            f"I can't hand attachments over to Neocu here, so {name} was not used. "
            f"{NOTHING_SPENT} If the file is at Neocu already, name its ID instead: "
            "`files: id1, id2`."
        )
    return Reply(f"I could not use {name}: {_fetch_error(error.reason)} {NOTHING_SPENT}")


def _fetch_error(error: FetchError) -> str:
    match error:
        case TooLargeError(limit=limit):
            return f"it is larger than {limit / MEGABYTE:g} MB."
        case ForbiddenHostError():
            return "it is not on this chat's own servers, and I fetch files from nowhere else."
        case NotAFileError():
            return (
                "a web page came instead of the file. Whoever runs the bot may have to give it "
                "the right to read files, and reinstall it."
            )
        case _:
            return "it could not be fetched or handed over. Please try again."


def balance(compute: float) -> Reply:
    """Tell how much compute is left, in credits and in money."""
    return Reply(f"Compute left: **{compute:,.2f} credits** (${compute / 100:,.2f}).")


def no_balance() -> Reply:
    """Tell that Neocu does not say how much compute is left."""
    return Reply("Neocu does not tell its compute balance right now. Please try again later.")


def status(entry: Entry, link: str) -> Reply:
    """Tell how far a task is."""
    where = f" {markup.link('Open the thread', link)}" if link else ""
    buttons = (Button("Show again", Action.SHOW, entry.key),) if entry.assets else ()
    return Reply(
        f"Task {markup.code(entry.task_id)} is **{entry.state}**.{where}\n"
        f"{markup.quote(entry.query[:ECHO_LIMIT])}",
        buttons=buttons,
    )


def no_such_task(task_id: str) -> Reply:
    """Tell that there is no such task here; whose it is otherwise is nobody's business."""
    return Reply(f"I know of no task {markup.code(task_id[:80])} that was started from here.")


def which_task() -> Reply:
    """Ask for the task ID."""
    return Reply("Which task? Say `/neocu status` and the task ID.")


def recent(entries: Sequence[tuple[Entry, str]]) -> Reply:
    """List what a person asked lately, each with a link to where it was asked."""
    if not entries:
        return Reply("You have not asked Neocu for anything yet.")
    lines: list[str] = []
    buttons: list[Button] = []
    for number, (entry, link) in enumerate(entries, 1):
        title = entry.query if len(entry.query) <= TITLE_LIMIT else entry.query[:TITLE_LIMIT] + "…"
        shown = markup.link(title, link) if link else markup.verbatim(title)
        lines.append(f"{number}\\. {shown} · {entry.state}")
        if entry.assets and len(buttons) < EDITABLE:
            buttons.append(Button(f"Show {number} again", Action.SHOW, entry.key))
    return Reply("**Your latest requests**\n" + "\n".join(lines), buttons=tuple(buttons))


def looking() -> Reply:
    """Tell that a task is being looked at."""
    return Reply("I am looking. If there is a result, it comes here.")


def _seconds(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole} s" if whole < MINUTE else f"{whole // MINUTE} min {whole % MINUTE} s"


def _kind(asset: Asset) -> str:
    return markup.verbatim(asset.type or "file").capitalize()


def _counted(number: int, kind: str) -> str:
    plural = "" if number == 1 or not kind.isalpha() else "s"
    return f"{number} {kind}{plural}"
