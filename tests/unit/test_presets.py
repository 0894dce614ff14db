"""What a result's menu offers, and that each prompt costs what it says."""

from dataclasses import replace

import pytest
from sentences import asset, sample

from core import wording
from core.conversation import Button
from core.neocu import estimates
from core.neocu.presets import PRESETS, Offer, presets_of
from core.records import Entry, State
from core.request import Action
from core.voice import LANGUAGES, speaking
from core.wording.menu import PRESETS as LABELS

MAX_SLACK_OPTION = 75  # so many characters also for the words below it
MAX_DISCORD_OPTIONS = 25


def finished(*types: str, query: str = "a boat") -> Entry:
    """Return a request with results of these types."""
    return replace(
        sample(Entry),
        state=State.COMPLETED,
        query=query,
        assets=tuple(map(asset, types)),
    )


def menu(entry: Entry) -> tuple[Button, ...]:
    """Return the menu under a result, everything in it."""
    offers = [
        Offer(number, name, estimates.estimate(query))
        for number, one in enumerate(entry.assets, 1)
        for name, query in presets_of(one, entry.query).items()
    ]
    return wording.result(entry, offers).menu


@pytest.mark.parametrize(
    ("type_", "made", "credits"),
    [
        ("image", ["video", "image", "3d", "image"], [10, 8, 10, 4]),
        ("video", ["video", "video", "image"], [6, 10, 1]),
        ("voice", ["voice", "sound"], [2.5, 2.5]),
        ("sound", ["sound", "sound"], [10, 2.5]),
        ("3d", ["image", "video"], [1, 10]),
        ("360", ["image", "video"], [1, 10]),
        ("hologram", [], []),
    ],
)
def test_presets_follow_from_the_result_and_say_what_they_cost(
    type_: str, made: list[str], credits: list[float]
) -> None:
    """A price that is not told before the press is a surprise after it."""
    prompts = presets_of(asset(type_), f"a 5 s {type_} of rain").values()
    found = [estimates.estimate(query) for query in prompts]

    assert [one.medium for one in found if one] == made
    assert [float(one.credits) for one in found if one] == credits


def test_without_a_length_nobody_guesses_the_price() -> None:
    """The menu says what it hangs on, instead."""
    found = presets_of(asset("video"), "a video of rain")["add_sound"]

    assert estimates.estimate(found) is None


def test_a_result_without_an_id_offers_nothing() -> None:
    """It can't be named to Neocu."""
    assert presets_of(asset("image").model_copy(update={"id": None}), "a boat") == {}


def test_every_preset_has_a_label() -> None:
    """What nobody can read, nobody presses."""
    assert {name for some in PRESETS.values() for name in some} == set(LABELS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("type_", PRESETS)
def test_every_menu_fits_both_chats_in_every_language(type_: str, language: str) -> None:
    """Slack and Discord refuse the whole message for one entry that is too long or too many."""
    with speaking(language):
        entries = menu(finished(*[type_] * 4))

    assert len(entries) <= MAX_DISCORD_OPTIONS
    assert all(0 < len(one.label) <= MAX_SLACK_OPTION for one in entries)
    assert all(len(one.detail) <= MAX_SLACK_OPTION for one in entries)
    assert len({(one.action, one.asset, one.preset) for one in entries}) == len(entries)


def test_what_was_made_in_private_is_not_offered_to_a_channel() -> None:
    """There is none, and it is there for that person already."""
    entry = finished("image")
    alone = replace(entry, request=replace(entry.request, in_private=True))
    elsewhere = {Action.SHOW_IN_CHANNEL, Action.SEND_TO_ME}

    assert elsewhere <= {
        one.action for one in menu(replace(entry, request=replace(entry.request, in_private=False)))
    }
    assert not elsewhere & {one.action for one in menu(alone)}
