"""What a form has to know before it is sent: its price, what is wrong with it, what is off."""

from dataclasses import dataclass
from enum import StrEnum

from core import intent, wording
from core.conversation import Reply
from core.files.download import TooLargeError
from core.intent import (
    MAX_FILES,
    Generate,
    InputError,
    NothingAskedError,
    QueryTooLongError,
    TooManyFilesError,
)
from core.neocu import estimates
from core.neocu.uploads import UploadError
from core.policy import PromptPolicy
from core.request import Attachment, FormSent
from core.settings import Settings


class FormField(StrEnum):
    """An input of a form."""

    QUERY = "query"
    FILES = "files"
    UPLOADS = "uploads"


@dataclass(frozen=True)
class Problem:
    """What is wrong with a form, and with which of its inputs."""

    field: FormField
    reply: Reply


class FormRules:
    """Looks at forms. One per process; nothing here waits."""

    def __init__(self, settings: Settings, policy: PromptPolicy) -> None:
        self.uploads = settings.neocu_upload_url is not None
        self._limit = settings.attachment_limit
        self._policy = policy

    def price(self, query: str) -> str:
        """Return what a prompt costs by the published table; "" where its words don't tell."""
        estimate = estimates.estimate(query)
        return wording.phrases.price(estimate) if estimate else ""

    def problem(self, form: FormSent, attachments: tuple[Attachment, ...] = ()) -> Problem | None:
        """Return what is wrong with a form, None if it can be sent."""
        try:
            if not form.query.strip():
                raise NothingAskedError
            intent.check(Generate(form.query, form.files))
            if (files := len(form.files) + len(attachments)) > MAX_FILES:
                raise TooManyFilesError(files)
        except InputError as error:
            about_query = isinstance(error, QueryTooLongError | NothingAskedError)
            field = FormField.QUERY if about_query else FormField.FILES
            return Problem(field, wording.bad_input(error))
        if word := self._policy.blocked_word(form.query):
            return Problem(FormField.QUERY, wording.blocked(word, ""))
        for one in attachments:
            reason = TooLargeError(self._limit) if one.size > self._limit else None
            if reason or not self.uploads:
                refused = wording.bad_attachment(UploadError(one.name, reason))
                return Problem(FormField.UPLOADS, refused)
        return None
