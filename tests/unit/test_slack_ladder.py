"""Slack's places and rungs: what can be said where, known before it is tried."""

import pytest

from bots.slack.ladder import (
    RESPONSE_POSTS,
    RESPONSE_SECONDS,
    Channel,
    DirectMessage,
    Ephemeral,
    Place,
    ResponseUrl,
    Rung,
    Thread,
    after_response,
    aside,
    capacity,
    dump,
    load,
    rungs,
    team_of,
)
from core.conversation import File

NOW = 1_000_000.0
FRESH = ResponseUrl("https://hooks.slack.example/1", NOW - 60)
OLD = ResponseUrl("https://hooks.slack.example/2", NOW - RESPONSE_SECONDS)
USED = ResponseUrl("https://hooks.slack.example/3", NOW, RESPONSE_POSTS)
PLACES: list[Place] = [
    Thread("C1", "1.1"),
    Thread("C1", "1.1", FRESH),
    Channel("C1"),
    Channel("C1", FRESH, join=True),
    DirectMessage("U1"),
    Ephemeral("C1", "U1"),
    Ephemeral("C1", "U1", "1.1", USED),
]
PICTURE = File("a.png", b"", "image/png", "")
SOUND = File("a.mp3", b"", "audio/mpeg", "")


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_an_address_is_read_as_it_was_written(place: Place) -> None:
    """It is all that is left of a place after a restart."""
    address = dump(place, "T1")

    assert (load(address), team_of(address)) == (place, "T1")


def test_an_address_of_an_older_version_is_of_the_only_team() -> None:
    """An update must not lose the places of what is under way."""
    older = '{"channel":"C1","thread_ts":"1.1","response":null,"kind":"thread"}'

    assert (load(older), team_of(older)) == (Thread("C1", "1.1"), "")


@pytest.mark.parametrize("place", PLACES[:5], ids=str)
def test_where_others_may_read_files_have_two_ways_and_words_one(place: Place) -> None:
    """Only pictures can stand in blocks; other files are shared, or linked."""
    assert rungs(place, [PICTURE, SOUND], NOW) == [Rung.SHARE, Rung.PICTURE_BLOCKS]
    assert rungs(place, [SOUND], NOW) == [Rung.SHARE]
    assert rungs(place, [], NOW) == [Rung.MESSAGE]
    assert capacity(place).files == 10


@pytest.mark.parametrize(
    ("response", "answers"), [(FRESH, True), (OLD, False), (USED, False), (None, False)]
)
def test_a_response_url_is_used_while_it_works(
    response: ResponseUrl | None, *, answers: bool
) -> None:
    """Five posts within half an hour; afterwards it costs a call, and the answer."""
    place = Ephemeral("C1", "U1", response=response)

    assert (rungs(place, [], NOW)[0] is Rung.RESPONSE_URL) is answers
    assert rungs(place, [], NOW)[-2:] == [Rung.EPHEMERAL, Rung.IN_PERSON]
    assert rungs(place, [PICTURE], NOW) == []
    assert capacity(place).files == 0


def test_each_post_at_a_response_url_counts() -> None:
    """The place itself knows how many are left."""
    place = Ephemeral("C1", "U1", response=FRESH)
    for _ in range(RESPONSE_POSTS):
        assert place.response is not None
        assert place.response.usable(NOW)
        place = after_response(place)

    assert place.response is not None
    assert not place.response.usable(NOW)


def test_aside_is_where_the_person_alone_reads() -> None:
    """Where they look, while that is possible; else in their direct message."""
    for_ada = Ephemeral("C1", "U1", response=FRESH)

    assert aside(Channel("C1", FRESH), "U1", NOW) == for_ada
    assert aside(Thread("C1", "1.1", FRESH), "U1", NOW) == for_ada
    assert aside(Channel("C1", OLD), "U1", NOW) == DirectMessage("U1")
    assert aside(Thread("C1", "1.1"), "U1", NOW) == DirectMessage("U1")
    assert aside(for_ada, "U1", NOW) is None
    assert aside(DirectMessage("U1"), "U1", NOW) is None
