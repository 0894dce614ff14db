"""Each sentence in each language: all there, as long as its place allows, and true about money."""

import string
from collections.abc import Iterator

import pytest
import words
from babel.messages.catalog import Catalog, Message
from sentences import NASTY, functions, label_functions, messages, replies, variants

from core import choices, wording
from core.conversation import Reply
from core.neocu.prices import PRICES
from core.records import State
from core.voice import LANGUAGES, closest, current, speaking
from core.wording import labels, phrases
from core.wording.markup import spans

MAX_TEXT = 2_000  # of a message on Discord; Slack takes more
MAX_ALT = 1_000
# The stricter of Slack's and Discord's.
# https://docs.slack.dev/reference/block-kit/block-elements/button-element/
MAX_BUTTON = 75
# https://docs.slack.dev/surfaces/modals/ and https://docs.discord.com/developers/components/reference
MAX_LABELS = {
    **dict.fromkeys(("title", "submit", "cancel"), 24),
    **dict.fromkeys(("query", "rest", "file_ids", "files"), 45),
    **dict.fromkeys(("command", "form_command"), 100),
    **{f"command_{name}": 100 for name in ("query", "files", "attachment")},
    "working": 50,
    "more": 75,
    # https://docs.slack.dev/reference/block-kit/composition-objects/option-object/
    **dict.fromkeys(("kind_and_size", "length_and_shape", "undecided"), 45),
}
# What tells of no request that came to nothing. All else does, and so does a sentence that is new:
# it says what was spent, or is listed here.
HARMLESS = {
    # settings, which spend nothing themselves
    *("settings", "settings_conflict", "settings_for_admins", "settings_log"),
    *("settings_not_saved", "settings_saved", "settings_wrong"),
    # answers to questions, which cost nothing
    *("balance", "direct_messages_closed", "greeting", "help_with", "no_balance", "no_such_task"),
    *("admins_only", "answered_in_person", "nothing_to_show", "recent", "status", "usage"),
    *("which_task", "forgotten", "how_to_save", "not_saved", "saved_prompts"),
    *("greeting_where_closed", "set_up", "which_task"),
    # on the way, and results
    *("beginning", "checking", "confirm", "making", "result", "said_aside", "shown_again"),
    *("originals", "shown_in_channel", "unknown_status", "visiting", "with_links"),
    # taken back: what was paid stays paid, which the result had told
    *("deleted", "deleted_before", "ended_before", "hidden", "hidden_before", "not_yours"),
    *("nowhere_to_report", "report", "reported", "reported_before", "without_result"),
    # of what another message tells, or a press that was one too many
    *("already_pressed", "ended", "over", "to_mend", "withheld"),
    # of the whole organization's compute
    *("empty", "low", "restored"),
    # says it in a sentence of its own: a test below
    "not_taken",
}
FAILURES = sorted(set(functions()) - HARMLESS)
# What a sentence of its own says of nothing spent.
NOTHING = {
    "en": "nothing was spent",
    "de": "wurde nichts ausgegeben",
    "fr": "rien n'a été dépensé",
    "es": "no se ha gastado nada",
    "pt_BR": "nada foi gasto",
    "ja": "消費",
}
SPENT = (
    *(phrases.nothing_spent, phrases.nothing_spent_yet, phrases.maybe_spent),
    *(phrases.may_cost_twice, phrases.may_have_cost, phrases.probably_spent, phrases.spent),
)


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    """Speak each language."""
    with speaking(request.param):
        yield request.param


@pytest.fixture(scope="module")
def template() -> Catalog:
    """Return every message of the sources."""
    return words.extracted()


# ---- The catalogs --------------------------------------------------------------------------------


@pytest.mark.parametrize("translated", words.TRANSLATED)
def test_every_message_is_translated_and_no_other(translated: str, template: Catalog) -> None:
    """A sentence is added or changed: `make words` shows what is to be translated."""
    catalog = words.catalog(translated)
    ids = {message.id for message in catalog if message.id}

    assert ids == {message.id for message in template if message.id}
    assert not catalog.obsolete
    assert not [message.id for message in catalog if message.id and message.fuzzy]
    assert not [message.id for message in catalog if not all(_strings(message))]


@pytest.mark.parametrize("translated", words.TRANSLATED)
def test_translations_keep_what_is_filled_in_and_typed(translated: str) -> None:
    """A placeholder left out is a price that nobody reads; one too many is a traceback."""
    for message in words.catalog(translated):
        if not message.id:
            continue
        *_rest, source = [message.id] if isinstance(message.id, str) else message.id
        for one in _strings(message):
            wanted = placeholders(source)
            assert placeholders(one) in (wanted, wanted - {"number"}), one
            assert one.count("**") == source.count("**"), one
            assert one.count("`") == source.count("`"), one
            assert one.strip() == one, one
            assert " …" not in one, f"{one}: a line must not begin with its dots"
            for command in ("help", "balance", "recent", "status", "usage"):
                typed = f"/neocu {command}"
                assert (typed in one) == (typed in source), one


def placeholders(text: str) -> set[str]:
    """Return the names that are filled in."""
    return {name for _text, name, _format, _as in string.Formatter().parse(text) if name}


def _strings(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


# ---- What is said --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", functions())
@pytest.mark.usefixtures("language")
def test_every_sentence_fits_its_place_in_every_language_and_state(name: str) -> None:
    """Nothing is empty or cut off, and no mark of ours is left to be read."""
    for reply in replies(name):
        read = "".join(span.text for span in spans(reply.text)).replace(NASTY, "…")

        assert read.strip() or name == "based_on"
        assert len(reply.text) + len(reply.small) <= MAX_TEXT
        assert not any(mark in read for mark in ("**", "`", "{", "}")), read
        assert all(0 < len(one.label) <= MAX_BUTTON for one in reply.buttons)
        assert all(len(one.description) <= MAX_ALT for one in reply.media)


@pytest.mark.parametrize("name", label_functions())
@pytest.mark.usefixtures("language")
def test_every_label_fits_its_place_in_every_language(name: str) -> None:
    """Slack and Discord refuse a form, or all commands, for one that is too long."""
    assert 0 < len(label_functions()[name]()) <= MAX_LABELS[name]


@pytest.mark.usefixtures("language")
def test_titles_and_pickers_of_forms_fit_their_places() -> None:
    """A title says what is edited; each choice has a word, and tells none of our own names."""
    titles = [labels.edit_title(kind) for kind in labels.EDITS]
    pickers = [labels.picker(name) for name in choices.NAMES]
    named = [
        labels.option(name, value)
        for kind in choices.KIND_WORDS
        for name in choices.NAMES
        for value in choices.options(name, kind)
    ]

    assert all(0 < len(one) <= MAX_LABELS["title"] for one in titles)
    assert len(set(titles)) == len(titles)
    assert labels.edit_title("") == labels.title()
    assert all(0 < len(one) <= MAX_LABELS["query"] for one in pickers)
    assert all(0 < len(one) <= MAX_BUTTON for one in named)
    assert all(0 < len(labels.rate(row)) <= 100 for row in PRICES)
    assert labels.price("") != labels.price("about 1 credit ($0.01)")


@pytest.mark.usefixtures("language")
def test_the_examples_fit_their_buttons_and_are_three() -> None:
    """They are pressed to see what it is all about."""
    assert len(labels.examples()) == 3
    assert all(0 < len(one) <= MAX_BUTTON for one in labels.examples())
    assert [labels.example(number) for number in (1, 2, 3)] == labels.examples()
    assert labels.example(0) == labels.example(4) == ""


@pytest.mark.parametrize("name", FAILURES)
@pytest.mark.usefixtures("language")
def test_every_failure_says_what_was_spent(name: str) -> None:
    """It is what people ask first, in whatever language."""
    spent = [say() for say in SPENT]

    for told in variants(name):
        text = "".join(span.text for reply in messages(told) for span in spans(reply.text))
        assert any(one in text for one in spent), text


def test_nothing_is_listed_as_harmless_that_is_not_said() -> None:
    """A name that is left behind would let a new sentence of that name go unread."""
    assert set(functions()) >= HARMLESS


@pytest.mark.usefixtures("language")
def test_who_cannot_be_told_whether_it_was_taken_hears_what_that_means() -> None:
    """The request is noted or not; either way the words for nothing spent are in the sentence."""
    surely, perhaps = (reply.text for reply in replies("not_taken"))

    assert phrases.nothing_spent() in surely
    assert NOTHING[current().language] in perhaps


@pytest.mark.usefixtures("language")
def test_made_with_ai_is_said_with_each_result_and_once_in_help_and_greeting() -> None:
    """https://eur-lex.europa.eu/eli/reg/2024/1689/oj, Article 50."""
    label, sentence = phrases.ai_label(), phrases.ai_sentence()
    shown = [
        reply
        for name in ("result", "shown_again", "shown_in_channel")
        for reply in replies(name)
        if reply.media
    ]

    assert shown
    assert all(label in reply.small for reply in shown)
    first = phrases.alt_text("")
    assert all(one.description.startswith(first) for reply in shown for one in reply.media)
    for reply in (wording.help_with("/neocu"), wording.greeting()):
        assert reply.text.count(sentence) == 1


@pytest.mark.usefixtures("language")
def test_the_label_can_be_switched_off() -> None:
    """Where a company labels in its own way."""
    label, sentence = phrases.ai_label(), phrases.ai_sentence()
    with speaking("", ai_label=False):
        for name in ("result", "shown_again", "shown_in_channel", "help_with", "greeting"):
            for reply in replies(name):
                assert label not in reply.small
                assert sentence not in reply.text
                assert all(phrases.alt_text("x") == "x" for _media in reply.media)


# ---- How a language is chosen --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        *(("de", "de"), ("de-AT", "de"), ("en-GB", "en"), ("es-419", "es"), ("ja-JP", "ja")),
        *(("pt-BR", "pt_BR"), ("pt_PT", "pt_BR"), ("zh-CN", ""), ("", ""), (None, "")),
    ],
)
def test_a_locale_means_the_language_of_ours_that_is_nearest(
    locale: str | None, language: str
) -> None:
    """Slack writes de-DE, Discord de, and systems de_DE."""
    assert closest(locale) == language


def test_a_voice_ends_where_it_began() -> None:
    """One person's language is not spoken to the next."""
    with speaking("de"):
        with speaking("fr", ai_label=False):
            assert current().language == "fr"
            with speaking(""):
                assert current().language == "fr"
        assert current().language == "de"
        assert current().ai_label

    assert current().language == "en"


def test_a_reply_knows_its_language() -> None:
    """What is added to it later, a link for a file, is said in the same."""
    with speaking("ja"):
        assert wording.waiting.__module__
        assert Reply("x").language == "ja"
    assert Reply("x").language == "en"


def test_numbers_and_plurals_are_each_languages_own() -> None:
    """1.5 is singular in French and plural in English; a dollar stands before or behind."""
    said = {}
    for language in LANGUAGES:
        with speaking(language):
            said[language] = (phrases.credits(1.5), phrases.credits(1), phrases.credits(1234))

    assert said == {
        "en": ("1.5 credits", "1 credit", "1,234 credits"),
        "de": ("1,5 Credits", "1 Credit", "1.234 Credits"),
        "fr": ("1,5 crédit", "1 crédit", "1\u202f234 crédits"),
        "es": ("1,5 créditos", "1 crédito", "1.234 créditos"),
        "pt_BR": ("1,5 crédito", "1 crédito", "1.234 créditos"),
        "ja": ("1.5クレジット", "1クレジット", "1,234クレジット"),
    }


def test_the_state_of_every_request_has_words() -> None:
    """`status` and `recent` show it."""
    hidden = {State.DRAFT, State.NOTICE}

    assert set(phrases.STATES) == set(State) - hidden
