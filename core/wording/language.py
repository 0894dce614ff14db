"""Translates: every sentence is a message of a gettext catalog, with English as the source.

Numbers, money and lists are written as each language writes them, by Babel. `make words` brings
the catalogs up to date; `locale/<language>/LC_MESSAGES/neocu.po` is where they stand.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib import resources
from io import BytesIO

from babel import Locale
from babel.dates import format_skeleton
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal

from core.voice import spoken_language

SOURCE = "en"
DOMAIN = "neocu"


def _(message: str, /, **values: object) -> str:
    """Return a message in the language that is spoken, with its placeholders filled in."""
    return _catalog(spoken_language()).gettext(message).format(**values)


def ngettext(singular: str, plural: str, number: float | Decimal, /, **values: object) -> str:
    """Return the message for so many; `{number}` is the number as the language writes it."""
    one = _locale().plural_form(_exact(number)) == "one"
    found = _catalog(spoken_language()).ngettext(singular, plural, 1 if one else 2)
    return found.format(number=decimal(number), **values)


def N_(message: str) -> str:  # noqa: N802 (gettext's word)
    """Mark a message of a table for the catalogs; `_` translates it where it is said."""
    return message


def plurals(singular: str, plural: str) -> tuple[str, str]:
    """Mark a message of a table that is told by number; `ngettext` translates it."""
    return singular, plural


def sentences(*several: str) -> str:
    """Return sentences one after another, as the language parts them."""
    return ("" if spoken_language() == "ja" else " ").join(filter(None, several))


def decimal(number: float | Decimal) -> str:
    """Return a number with at most two decimal places."""
    return format_decimal(_exact(round(Decimal(str(number)), 2)), locale=_locale())


def dollars(amount: Decimal) -> str:
    """Return an amount of money: in cents, and more precisely where it is no whole cent."""
    return format_currency(amount, "USD", locale=_locale(), decimal_quantization=False)


def listed(several: Sequence[str]) -> str:
    """Return a list in words: a, b and c."""
    return format_list(several, locale=_locale())


def day_and_month(date: datetime) -> str:
    """Return a date without its year: Nov 25."""
    return format_skeleton("MMMd", date, locale=_locale())


@cache
def _catalog(language: str) -> NullTranslations:
    if language == SOURCE:
        return NullTranslations()
    place = resources.files("core.wording") / "locale" / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    with place.open("rb") as file:
        messages = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return GNUTranslations(compiled)


@cache
def _parsed(language: str) -> Locale:
    return Locale.parse(language)


def _locale() -> Locale:
    return _parsed(spoken_language())


def _exact(number: float | Decimal) -> int | Decimal:
    """Return a number without decimal places that say nothing: 1.0 is 1, for its plural, too."""
    exact = Decimal(str(number))
    return int(exact) if exact == exact.to_integral_value() else exact.normalize()
