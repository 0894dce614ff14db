"""Brings the catalogs of `core/wording/locale` up to date with the sentences: `make words`."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from core.voice import LANGUAGES
from core.wording.language import DOMAIN, SOURCE

ROOT = Path(__file__).parents[2]
WORDING = ROOT / "core" / "wording"
HEADER = """# What the bots say; `make words` adds what is new, to be translated.
msgid ""
msgstr ""
"Language: {language}\\n"
"Plural-Forms: {plurals}\\n"
"Content-Type: text/plain; charset=utf-8\\n"

"""
TRANSLATED = [language for language in LANGUAGES if language != SOURCE]
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2), "plurals": (1, 2)}


def path_of(language: str) -> Path:
    """Return where a catalog stands."""
    return WORDING / "locale" / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def catalog(language: str) -> Catalog:
    """Return the catalog of a language, an empty one where there is none yet."""
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language, domain=DOMAIN, fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


def extracted() -> Catalog:
    """Return every message of the sources, in the order in which they stand there."""
    found = Catalog(domain=DOMAIN, fuzzy=False)
    for name, _, message, *_ in sorted(_found()):
        found.add(message, locations=[(f"core/wording/{name}", 1)])
    return found


def _found() -> Iterator[tuple[str, int, str | tuple[str, ...]]]:
    for name, line, message, _, _ in extract_from_dir(
        WORDING, [("**.py", "python")], keywords=KEYWORDS, strip_comment_tags=True
    ):
        yield name, line, message


def write(language: str, translated: Catalog) -> None:
    """Write a catalog, the same each time: without dates, names and line numbers."""
    messages = BytesIO()
    write_po(messages, translated, width=100, omit_header=True, include_lineno=False)
    path_of(language).parent.mkdir(parents=True, exist_ok=True)
    header = HEADER.format(language=language, plurals=translated.plural_forms)
    path_of(language).write_text(header + messages.getvalue().decode())


def main() -> None:
    """Add what is new, empty and to be translated, and take away what is no longer said."""
    template = extracted()
    for language in TRANSLATED:
        translated = catalog(language)
        translated.update(template, no_fuzzy_matching=True, update_creation_date=False)
        translated.obsolete.clear()
        write(language, translated)
        missing = sum(1 for one in translated if one.id and not one.string)
        print(f"{language}: {len(translated)} messages, {missing} to translate")  # noqa: T201


if __name__ == "__main__":
    main()
