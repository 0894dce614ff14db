"""What is said of input that can't be used: what is wrong with it, and that nothing was spent."""

from core.conversation import Button, Reply
from core.files.download import FetchError, ForbiddenHostError, NotAFileError, TooLargeError
from core.intent import (
    MAX_FILES,
    MAX_QUERY_LENGTH,
    BadFileIdError,
    GoneError,
    InputError,
    NotHereError,
    NothingAskedError,
    QueryTooLongError,
    StaysThereError,
    TooManyFilesError,
    TwoChoicesError,
    UnseenError,
)
from core.neocu.uploads import UploadError
from core.request import Action
from core.wording import buttons, labels, markup, phrases
from core.wording.language import N_, _, decimal, ngettext, sentences

WRONG: dict[type[InputError], str] = {
    NothingAskedError: N_("**There is nothing to make yet.** Say in a sentence what it should be."),
    TwoChoicesError: N_("**That is one choice too many.** Pick one length and one shape at most."),
    GoneError: N_("**That result is gone**, so nothing can be made of it."),
    NotHereError: N_("**I know nothing of this here**, so there is nothing to do."),
    StaysThereError: N_(
        "**That was asked in an age-restricted channel, and stays there.** Do it in that channel."
    ),
    InputError: N_("**I can't make sense of that.** Please say it another way."),
}


def bad_input(error: InputError, key: str = "") -> Reply:
    """Tell what is wrong with what was asked; `key` is the request's, where it can be changed."""
    about_nothing = isinstance(error, GoneError | NotHereError)
    return Reply(
        sentences(_wrong(error), phrases.nothing_spent()),
        buttons=(buttons.edit(key),) if key and not about_nothing else (),
    )


def to_mend(wrong: Reply, key: str) -> Reply:
    """Tell what is wrong with a form, and offer it once more as it was filled in."""
    return Reply(wrong.text, buttons=(Button(_("Open the form again"), Action.REOPEN, key),))


def _wrong(error: InputError) -> str:
    match error:
        case QueryTooLongError(length=length):
            return ngettext(
                "**That is {number} character, and I take up to {most}.** Shorten it, and ask "
                "again.",
                "**That is {number} characters, and I take up to {most}.** Shorten it, and ask "
                "again.",
                length,
                most=decimal(MAX_QUERY_LENGTH),
            )
        case TooManyFilesError(count=count):
            return ngettext(
                "**That is {number} file, and Neocu takes up to {most} at a time.** Leave some "
                "out, and ask again.",
                "**Those are {number} files, and Neocu takes up to {most} at a time.** Leave some "
                "out, and ask again.",
                count,
                most=decimal(MAX_FILES),
            )
        case BadFileIdError(file_id=file_id):
            return _(
                "**“{file_id}” can't be a file ID:** they are made of letters, digits, - and _.",
                file_id=markup.verbatim(file_id[:80]),
            )
        case UnseenError():
            return _(
                "**This chat doesn't show me the message you replied to.** Attach the picture to "
                "your own message, or pick **{entry}** from that message's menu.",
                entry=labels.USE_MESSAGE,
            )
    return _(WRONG.get(type(error), WRONG[InputError]))


def bad_attachment(error: UploadError, key: str = "") -> Reply:
    """Tell why an attachment can't be used; the request of this `key` can be asked without."""
    edit = (buttons.edit(key),) if key else ()
    name = markup.verbatim(error.name[:80])
    if error.reason is None:
        return Reply(
            sentences(
                _("**Attachments aren't switched on here,** so I didn't use “{name}”.", name=name),
                phrases.nothing_spent(),
                _("If the file is at Neocu already, name its ID instead: `files: id1, id2`."),
            ),
            buttons=edit,
        )
    return Reply(
        sentences(
            _("**I couldn't use “{name}”.**", name=name),
            _fetch_error(error.reason),
            phrases.nothing_spent(),
        ),
        buttons=edit,
    )


def _fetch_error(error: FetchError) -> str:
    match error:
        case TooLargeError(limit=limit):
            return _(
                "It's larger than {megabytes} MB.", megabytes=decimal(limit / phrases.MEGABYTE)
            )
        case ForbiddenHostError():
            return _("It isn't on this chat's own servers, and I fetch files from nowhere else.")
        case NotAFileError():
            return _(
                "A web page came instead of the file. Whoever runs the bot may have to give it "
                "the right to read files, and reinstall it."
            )
    return _("It couldn't be fetched or sent to Neocu. Please try again.")
