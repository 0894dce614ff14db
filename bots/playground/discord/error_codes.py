"""Discord's error codes, their statuses and words, and the nested body of an invalid form.

https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
"""

from typing import Any

KNOWN: dict[int, tuple[int, str]] = {
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10013: (404, "Unknown User"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    10063: (404, "Unknown application command"),
    20016: (429, "This action cannot be performed due to slowmode rate limit"),
    20028: (429, "The write action you are performing on the channel has hit the write rate limit"),
    30033: (400, "Maximum number of thread participants has been reached (1000)"),
    30034: (400, "Max number of daily application command creates has been reached (200)"),
    # No `Via` and nothing to retry after: https://github.com/aikaterna/aikaterna-cogs/issues/302
    30046: (429, "Maximum number of edits to messages older than 1 hour reached."),
    40005: (413, "Request entity too large"),
    40060: (400, "Interaction has already been acknowledged."),
    40094: (400, "This interaction has reached the maximum number of follow-up messages"),
    50001: (403, "Missing Access"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50013: (403, "Missing Permissions"),
    50021: (403, "Cannot execute action on a system message"),
    50024: (400, "Cannot execute action on this channel type"),
    50027: (401, "Invalid Webhook Token"),
    50035: (400, "Invalid Form Body"),
    50045: (400, "File uploaded exceeds the maximum size"),
    50083: (400, "Thread is archived"),
    50109: (400, "The request body contains invalid JSON."),
    160002: (400, "You cannot reply without permission to read message history"),
    160004: (400, "A thread has already been created for this message"),
    160005: (400, "Thread is locked"),
    160006: (400, "Maximum number of active threads reached"),
    200000: (400, "Message was blocked by automatic moderation"),
    400001: (400, "File uploads have been limited for this guild. Try again later"),
}


class DiscordError(Exception):
    """A refusal as Discord words it: an HTTP status and a JSON body."""

    def __init__(self, code: int, errors: dict[str, Any] | None = None) -> None:
        self.status, message = KNOWN[code]
        self.body: dict[str, Any] = {"message": message, "code": code}
        if errors:
            self.body["errors"] = errors
        super().__init__(f"{self.status} ({code}): {message}")


class UnauthorizedError(DiscordError):
    """No token, or not the bot's: 401 without a code of its own."""

    def __init__(self) -> None:
        super().__init__(50027)
        self.body = {"message": "401: UnauthorizedError", "code": 0}


class Form:
    """Collects what is wrong with a request body, field by field."""

    def __init__(self) -> None:
        self._errors: dict[str, Any] = {}

    def wrong(self, path: str, code: str, message: str) -> None:
        """Note one fault; `path` is dotted (`embeds.0.title`), empty for the whole body."""
        place = self._errors
        for key in filter(None, path.split(".")):
            place = place.setdefault(key, {})
        place.setdefault("_errors", []).append({"code": code, "message": message})

    def length(self, path: str, value: Any, maximum: int, minimum: int = 0) -> None:
        """Check that a text is one, and is `minimum` to `maximum` characters long."""
        if not isinstance(value, str):
            self.wrong(path, "STRING_TYPE_CONVERT", "Could not interpret the value as string.")
        elif minimum and not value:
            self.wrong(path, "BASE_TYPE_REQUIRED", "This field is required")
        elif len(value) > maximum and minimum:
            reason = f"Must be between {minimum} and {maximum} in length."
            self.wrong(path, "BASE_TYPE_BAD_LENGTH", reason)
        elif len(value) > maximum:
            self.wrong(path, "BASE_TYPE_MAX_LENGTH", f"Must be {maximum} or fewer in length.")

    def count(self, path: str, items: Any, maximum: int, minimum: int = 0) -> None:
        """Check that a list is one, and has `minimum` to `maximum` items."""
        if not isinstance(items, list):
            self.wrong(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
        elif not minimum <= len(items) <= maximum:
            reason = f"Must be between {minimum} and {maximum} in length."
            self.wrong(path, "BASE_TYPE_BAD_LENGTH", reason)

    def check(self) -> None:
        """Raise the invalid form body (50035) if anything was wrong."""
        if self._errors:
            raise DiscordError(50035, self._errors)


def invalid(path: str, code: str, message: str) -> DiscordError:
    """Return an invalid form body (50035) with a single fault."""
    form = Form()
    form.wrong(path, code, message)
    return DiscordError(50035, form._errors)  # noqa: SLF001 -- its own maker
