"""Discord's ladder, as values: where a refusal leads to, and where a place is seen."""

import pytest

from bots.discord.calls import MISSING_HISTORY, RefusedError
from bots.discord.ladder import (
    Addition,
    Channel,
    ChannelReply,
    ClosedDirectMessage,
    DirectMessage,
    NewThread,
    Place,
    Thread,
    Token,
    dump,
    link,
    load,
)
from bots.discord.tokens import Call
from core.conversation import Barrier

CALL = Call(7, "a token")
REPLY = Thread(2, 1, 3, message=9)
CLOSED = RefusedError("closed", Barrier.CLOSED)
NO_HISTORY = RefusedError("no history", Barrier.NO_PERMISSION, MISSING_HISTORY)
NO_PERMISSION = RefusedError("no permission", Barrier.NO_PERMISSION)


@pytest.mark.parametrize(
    ("place", "refused", "below"),
    [
        (REPLY, NO_HISTORY, Thread(2, 1, 3)),
        (REPLY, NO_PERMISSION, ChannelReply(3, 1, 2)),
        (REPLY, CLOSED, ChannelReply(3, 1, 2, None, Barrier.CLOSED)),
        (Thread(2, 1, call=CALL), CLOSED, Token(CALL, 2, 1, answered=True)),
        (Thread(2, 1), CLOSED, None),
        (ClosedDirectMessage(REPLY), NO_HISTORY, ClosedDirectMessage(Thread(2, 1, 3))),
        (ClosedDirectMessage(Thread(2, 1)), CLOSED, None),
        (ClosedDirectMessage(Thread(2, 1, call=CALL)), CLOSED, None),
        (Addition(CALL, 2), CLOSED, None),
    ],
    ids=str,
)
def test_a_refusal_leads_to_the_next_rung(
    place: Place, refused: RefusedError, below: Place | None
) -> None:
    """Each step down keeps the words, and the person hears them; the last rung has none below."""
    assert place.below(refused) == below


@pytest.mark.parametrize(
    ("place", "address"),
    [
        (Channel(2, 1), "https://discord.com/channels/1/2"),
        (NewThread(2, 1, 9, "a boat"), "https://discord.com/channels/1/2"),
        (Token(CALL, 2), "https://discord.com/channels/@me/2"),
        (DirectMessage(5, channel=4), "https://discord.com/channels/@me/4"),
        (DirectMessage(5, 1, channel=4), "https://discord.com/channels/@me/4"),
        (DirectMessage(5), ""),
        (ClosedDirectMessage(Channel(2, 1)), "https://discord.com/channels/1/2"),
    ],
    ids=str,
)
def test_a_place_has_a_web_address(place: Place, address: str) -> None:
    """What is listed of a person's requests leads to where they were answered."""
    assert link(load(dump(place))) == address
