"""What an operator lets nobody ask for: words, and a hook that is asked about each prompt.

The hook hears of a prompt before anything is paid. It is sent JSON by POST, and no key:

    {"prompt": "…", "files": ["…"], "platform": "slack", "workspace": "T…", "channel": "C…",
     "person": "U…"}

It answers 200 with `{"allow": true}`, or `{"allow": false, "reason": "…"}`, in time. Anything else
is a failure, and `PROMPT_POLICY_FAILS` says what that means.
"""

import json
import logging
import re
import unicodedata
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Any, Self

import aiohttp

from core.intent import encodable
from core.logs import Outage
from core.records import Entry
from core.settings import Settings

log = logging.getLogger(__name__)

MAX_ANSWER_BYTES = 64 * 1024
MAX_REMEMBERED = 1_000  # requests that were allowed, and are asked about no more
# Scripts that put no space between words: a word of theirs is found inside of others.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


class Failure(StrEnum):
    """How the hook failed."""

    SLOW = "slow"
    DOWN = "down"
    NONSENSE = "nonsense"


@dataclass(frozen=True)
class Verdict:
    """Whether a prompt may be sent; else the hook's `reason`, "" for none, or how it failed."""

    allowed: bool
    reason: str = ""
    failure: Failure | None = None


ALLOWED = Verdict(allowed=True)


class PromptPolicy:
    """Judges prompts. One per process; open it with `async with`."""

    def __init__(self, settings: Settings) -> None:
        self._blocked = {one: _pattern(one) for one in settings.blocked_words if _folded(one)}
        self._url = settings.prompt_policy_url
        self._timeout = aiohttp.ClientTimeout(total=settings.prompt_policy_timeout)
        self._fails_open = settings.prompt_policy_fails == "open"
        self._outage = Outage(log, "The prompt policy hook")
        self._allowed: deque[str] = deque(maxlen=MAX_REMEMBERED)

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            timeout=self._timeout, cookie_jar=aiohttp.DummyCookieJar()
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    def blocked_word(self, prompt: str, more: Iterable[str] = ()) -> str:
        """Return the word, of the operator's or these, that stands in a prompt, "" for none."""
        text = _folded(prompt)
        patterns = self._blocked | {one: _pattern(one) for one in more if _folded(one)}
        return next((word for word, one in patterns.items() if one.search(text)), "")

    async def judge(self, entry: Entry) -> Verdict:
        """Return what the hook says of a request; it is asked once about what it allows."""
        if self._url is None or entry.key in self._allowed:
            return ALLOWED
        verdict = await self._ask(self._url, entry)
        if verdict.failure is None:
            self._outage.end()
        else:
            self._outage.begin(verdict.failure)
            if self._fails_open:
                return ALLOWED
        if verdict.allowed:
            self._allowed.append(entry.key)
        return verdict

    async def _ask(self, url: str, entry: Entry) -> Verdict:
        request = entry.request
        told = {
            "prompt": entry.query,
            "files": list(entry.files),
            "platform": request.platform,
            "workspace": request.workspace,
            "channel": request.channel,
            "person": request.person,
        }
        try:
            async with self._session.post(url, json=told, allow_redirects=False) as response:
                body = await response.content.read(MAX_ANSWER_BYTES + 1)
                while len(body) <= MAX_ANSWER_BYTES and not response.content.at_eof():
                    body += await response.content.read(MAX_ANSWER_BYTES)
                return _verdict(response.status, body)
        except TimeoutError:
            return Verdict(allowed=False, failure=Failure.SLOW)
        except (aiohttp.ClientError, OSError):
            return Verdict(allowed=False, failure=Failure.DOWN)
        except ValueError:  # a header that aiohttp can't make sense of
            return Verdict(allowed=False, failure=Failure.NONSENSE)


def _verdict(status: int, body: bytes) -> Verdict:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS:
        return Verdict(allowed=False, failure=Failure.DOWN)
    answer = _decoded(body) if status == HTTPStatus.OK else None
    match answer:
        case {"allow": True}:
            return ALLOWED
        case {"allow": False, "reason": str(reason)}:
            return Verdict(allowed=False, reason=encodable(reason))
        case {"allow": False}:
            return Verdict(allowed=False)
    return Verdict(allowed=False, failure=Failure.NONSENSE)


def _decoded(body: bytes) -> Any:
    """Return what the JSON of an answer holds, None for what is none, or too long."""
    if len(body) > MAX_ANSWER_BYTES:
        return None
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _pattern(word: str) -> re.Pattern[str]:
    """Return what finds a word, or words, as such: not within another word."""
    words = re.escape(_folded(word))
    if _UNSPACED.search(words):
        return re.compile(words)
    return re.compile(rf"(?<!\w){words}(?!\w)")


def _folded(text: str) -> str:
    """Return a text in one spelling: no case, no odd width, nothing that can't be seen."""
    text = unicodedata.normalize("NFKC", text).casefold()
    seen = "".join(one for one in text if unicodedata.category(one) != "Cf")
    return " ".join(seen.split())
