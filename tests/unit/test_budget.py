"""Who may ask, and what it will cost: before any of it is spent."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from ledgers import PERSON, asked, forget, submitted
from operators import budget_of

from core import wording
from core.compute.budget import DEFAULT_CREDITS, Budget
from core.ledger import Ledger
from core.ledger.stores.base import Store
from core.neocu.estimates import estimate
from core.records import State
from core.request import Action, Body, FormSent, Press
from core.settings import Settings
from core.wording import phrases

VIDEO = "a 10 s video at 720p"
ROLES = ("R1", "R2")


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """Nothing here rests on the kind of store."""
    return f"sqlite:///{tmp_path / 'ledger.db'}"


def budget(ledger: Ledger, **settings: Any) -> Budget:
    """Return the budget by these settings, as they are written in the environment."""
    return budget_of(Settings(_env_file=None, neocu_api_key="key", **settings), ledger)  # type: ignore[call-arg]  # pydantic-settings' own


async def made(ledger: Ledger, number: int, query: str, cost: float | None) -> None:
    """Have a request finished, and its cost known."""
    entry = await submitted(ledger, asked(number), (), query=query)
    await ledger.entries.move(replace(entry, cost=cost), State.COMPLETED)


# Who may ask


@pytest.mark.parametrize(
    ("lists", "allowed"),
    [
        ({}, True),
        ({"allowed_channels": "C1, C2"}, True),
        ({"allowed_channels": "C2"}, False),
        ({"allowed_people": "U1"}, True),
        ({"allowed_people": "U2 U3"}, False),
        ({"allowed_roles": "R2"}, True),
        ({"allowed_roles": "R3"}, False),
        ({"allowed_people": "U1", "allowed_roles": "R3"}, True),
        ({"allowed_people": "U2", "allowed_roles": "R1"}, True),
        ({"allowed_people": "U2", "allowed_roles": "R3"}, False),
        ({"allowed_channels": "C2", "allowed_people": "U1", "allowed_roles": "R1"}, False),
        ({"allowed_channels": "C1", "allowed_people": "U2"}, False),
    ],
)
async def test_the_lists_say_who_may_ask(
    ledger: Ledger, lists: dict[str, str], *, allowed: bool
) -> None:
    """Where people or roles are named, either will do; a channel has to be named, too."""
    assert budget(ledger, **lists).allows(replace(PERSON, roles=ROLES)) == allowed


# What it will cost


async def test_without_history_the_published_prices_hold(ledger: Ledger) -> None:
    """The guide's own example, and how it is said."""
    price = await budget(ledger).estimate(VIDEO)

    assert price == estimate(VIDEO)
    assert price is not None
    assert phrases.price(price) == "about 70 credits ($0.70)"


async def test_what_it_did_cost_corrects_the_estimate(ledger: Ledger) -> None:
    """By the middle of what such requests did cost, so that one odd bill moves nothing."""
    for number, cost in enumerate((84, 84, 1000), 1):
        await made(ledger, number, VIDEO, cost)
    price = await budget(ledger).estimate("a 5 s video at 720p")

    assert price is not None
    assert price.credits == 42


async def test_a_correction_corrects_the_prices_and_not_itself(ledger: Ledger) -> None:
    """Else an estimate that has become right would go wrong again."""
    for number in range(12):
        await made(ledger, number, VIDEO, 140)
    price = await budget(ledger).estimate(VIDEO)

    assert price is not None
    assert price.credits == 140


@pytest.mark.parametrize(
    "history",
    [
        [(VIDEO, 140), (VIDEO, 140)],
        [("a 1 MP image", 5)] * 5,
        [("a 10 s video", 70)] * 5,
        [("something", 70)] * 5,
        [(VIDEO, None)] * 5,
    ],
    ids=["too few", "another medium", "of no size", "untold", "not known"],
)
async def test_what_is_not_alike_corrects_nothing(
    ledger: Ledger, history: list[tuple[str, float | None]]
) -> None:
    """A few bills, or those of other things, say nothing about this one."""
    for number, (query, cost) in enumerate(history):
        await made(ledger, number, query, cost)

    assert await budget(ledger).estimate(VIDEO) == estimate(VIDEO)


@hypothesis(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.floats(0, 1e9), max_size=6), st.sampled_from([VIDEO, "a 3 MP image", "hm"]))
async def test_no_history_makes_an_estimate_negative(
    ledger: Ledger, store: Store, costs: list[float], query: str
) -> None:
    """Whatever the balance did meanwhile: a price is 0 or more, and can be said."""
    await forget(store)
    for number, cost in enumerate(costs):
        await made(ledger, number, query, cost)
    price = await budget(ledger).estimate(query)

    assert price is None or price.credits >= 0
    assert price is None or phrases.price(price)


async def test_what_can_not_be_told_counts_as_little(ledger: Ledger) -> None:
    """A limit in credits holds also where the words name no price."""
    assert budget(ledger).counts_as(None) == DEFAULT_CREDITS
    assert budget(ledger).counts_as(estimate(VIDEO)) == 70.0


# Asking first


@pytest.mark.parametrize(
    ("above", "query", "body", "asks"),
    [
        ("50", VIDEO, PERSON.body, True),
        ("70", VIDEO, PERSON.body, False),
        ("69.5", VIDEO, PERSON.body, True),
        ("0", "a 1 MP image", PERSON.body, True),
        (None, VIDEO, PERSON.body, False),
        ("50", "something large", PERSON.body, False),
        ("50", VIDEO, Press(Action.AGAIN, "key"), True),
        ("50", VIDEO, FormSent(VIDEO), True),
        ("50", VIDEO, Press(Action.CONFIRM, "key"), False),
        ("50", VIDEO, Press(Action.SEND_AGAIN, "key"), False),
    ],
)
async def test_a_high_price_is_agreed_on_first(
    ledger: Ledger, above: str | None, query: str, body: Body, *, asks: bool
) -> None:
    """Once for each time that it would be spent."""
    price = estimate(query)

    assert budget(ledger, confirm_above=above).asks_first(replace(PERSON, body=body), price) == asks


def test_the_question_names_the_price_and_says_that_nothing_is_spent() -> None:
    """Who presses knows what it costs; who doesn't, that it costs nothing."""
    price = estimate(VIDEO)
    assert price is not None
    ask = wording.confirm(price, "key")

    assert "A video (10 s, 720p) costs about 70 credits ($0.70)." in ask.text
    assert "Nothing is spent until you press" in ask.text
    assert [(one.action, one.source_key) for one in ask.buttons] == [
        (Action.CONFIRM, "key"),
        (Action.DECLINE, "key"),
    ]


@pytest.mark.parametrize(
    ("query", "price"),
    [
        ("a 3 MP image", "about 8 credits ($0.08)"),
        ("10 seconds of 720p video", "about 70 credits ($0.70)"),
        ("editing a 5-second clip", "about 10 credits ($0.10)"),
        ("a 10 s video", "about 20 credits ($0.20) or more"),
        ("a 1 s sound", "about 0.5 credits ($0.005)"),
    ],
)
def test_a_price_is_said_as_an_estimate(query: str, price: str) -> None:
    """In credits and in money."""
    cost = estimate(query)
    assert cost is not None

    assert phrases.price(cost) == price
    assert cost.credits * Decimal("0.01") >= 0
