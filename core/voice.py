"""In which language is spoken, whether AI is named as the maker, and where credits are bought.

A voice holds for all that is written while it is set; whoever begins a piece of work sets it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

LANGUAGES = ("en", "de", "fr", "es", "pt_BR", "ja")


@dataclass(frozen=True)
class Voice:
    """How sentences are said: in one of `LANGUAGES`, and naming AI as the maker or not.

    `topup_url` is the page where credits are topped up, "" for none.
    """

    language: str = "en"
    ai_label: bool = True
    topup_url: str = ""


_DEFAULT = Voice()
_voice = ContextVar("voice", default=_DEFAULT)


def current() -> Voice:
    """Return the voice that is spoken in now."""
    return _voice.get()


def spoken_language() -> str:
    """Return the language that is spoken now."""
    return _voice.get().language


@contextmanager
def speaking(
    language: str, *, ai_label: bool | None = None, topup_url: str | None = None
) -> Iterator[None]:
    """Speak a language of ours; "" goes on in the one that is spoken, None likewise."""
    before = _voice.get()
    label = before.ai_label if ai_label is None else ai_label
    topup = before.topup_url if topup_url is None else topup_url
    token = _voice.set(Voice(language or before.language, label, topup))
    try:
        yield
    finally:
        _voice.reset(token)


def closest(locale: object) -> str:
    """Return which language of ours a locale means, pt_BR for pt-PT, say; "" for none."""
    wanted = str(locale or "").replace("-", "_").partition("_")[0].lower()
    return next((one for one in LANGUAGES if one.partition("_")[0] == wanted), "")
