"""What is refused for its content: by Neocu, by an operator's words, and by their hook."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from house import (
    DISCORD,
    ENTRY,
    actions,
    both,
    bots_on,
    made,
    only,
    plain,
    press,
    result,
    said,
    told,
)

from bots.playground.local_server import HOST, serve
from bots.playground.neocu.tasks import FORBIDDEN, INDECENT
from bots.playground.stage import free_port
from core import wording
from core.conversation import Reply
from core.intent import StaysThereError
from core.neocu.errors import ContentRefusedError
from core.policy import Failure, Verdict
from core.request import Action

QUERY = wording.labels.query()


@both
async def test_what_neocu_refuses_for_its_content_can_be_reworded(
    chat: str, tmp_path: Path
) -> None:
    """At once, which is free, or as a failed task, which may have cost; both lead to the form."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat("ada")
        await ada.type("@neocu a storm, please be forbidden")
        free = await only(
            ada, wording.refused(ContentRefusedError(400, FORBIDDEN), ""), under="forbidden"
        )
        await ada.type("@neocu a calm, please be indecent")
        paid = await only(
            ada, Reply(wording.failed(ENTRY, [INDECENT]).text), under="please be indecent"
        )
        await press(ada, Action.EDIT, under="forbidden")
        form = await ada.journal.until(ada.form)
        await ada.send({QUERY: "a gentle storm"})
        await ada.journal.until(lambda: len(house.sandbox.generated) == 2)

        assert form[QUERY] == "a storm, please be forbidden"
        assert actions(free) == actions(paid) == [Action.EDIT]
        assert wording.nothing_spent() in plain(free)
        assert house.posts == 3


@both
async def test_a_blocked_word_costs_nothing_and_is_not_repeated(chat: str, tmp_path: Path) -> None:
    """Nor does the bot say in its own voice what nobody may ask; reworded, it is made."""
    async with bots_on(chat, folder=tmp_path, blocked_words="falcon") as house:
        ada = house.seat("ada")
        await ada.type("/neocu a Falcon over the harbour")
        refused = await told(ada, wording.blocked("falcon", ""))
        spoken = " ".join(plain(line) for line in said(ada))
        await press(ada, Action.EDIT)
        form = await ada.journal.until(ada.form)
        await ada.send({QUERY: "a gull over the harbour"})
        await result(ada)

        assert "harbour" not in spoken
        assert form[QUERY] == "a Falcon over the harbour"
        assert actions(refused) == [Action.EDIT]
        assert house.posts == 1


Answer = Callable[[], "web.Response | None"]


@asynccontextmanager
async def hooked(answer: Answer) -> AsyncIterator[str]:
    """Run a hook that answers so, or never where that is None; return its address."""

    async def handle(_: web.Request) -> web.Response:
        response = answer()
        if response is None:
            await asyncio.Event().wait()
        return response or web.Response()

    app = web.Application()
    app.router.add_post("/", handle)
    port = free_port()
    async with serve(app, port=port, cancel_handlers=True):
        yield f"http://{HOST}:{port}/"


@both
@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (
            lambda: web.json_response({"allow": False, "reason": "No @everyone **here**."}),
            Verdict(allowed=False, reason="No @everyone **here**."),
        ),
        (lambda: None, Verdict(allowed=False, failure=Failure.SLOW)),
        (lambda: web.Response(status=503), Verdict(allowed=False, failure=Failure.DOWN)),
        (lambda: web.Response(text="yes"), Verdict(allowed=False, failure=Failure.NONSENSE)),
    ],
    ids=["refuses", "slow", "down", "nonsense"],
)
async def test_what_the_hook_does_not_allow_is_told_and_not_sent(
    chat: str, answer: Answer, verdict: Verdict, tmp_path: Path
) -> None:
    """Each has its sentence; nothing is spent, and the way on depends on why."""
    async with (
        hooked(answer) as url,
        bots_on(chat, folder=tmp_path, prompt_policy_url=url, prompt_policy_timeout=0.3) as house,
    ):
        ada = house.seat("ada")
        await ada.type("@neocu a boat")
        line = await only(ada, wording.not_permitted(verdict, ""), under="a boat")

        assert actions(line) == [Action.TRY_AGAIN if verdict.failure else Action.EDIT]
        assert house.posts == 0


@both
async def test_a_hook_that_fails_can_let_everything_through(chat: str, tmp_path: Path) -> None:
    """Where an operator would rather have pictures than checks."""
    async with (
        hooked(lambda: web.Response(status=500)) as url,
        bots_on(chat, folder=tmp_path, prompt_policy_url=url, prompt_policy_fails="open") as house,
    ):
        ada = house.seat("ada")
        await ada.type("@neocu a boat")
        await result(ada, under="a boat")

        assert house.posts == 1


async def test_what_was_asked_among_adults_stays_there(tmp_path: Path) -> None:
    """In its channel all works; from elsewhere, and to a direct message, nothing gets out."""
    async with bots_on(DISCORD, folder=tmp_path) as house:
        house.guild.mark_nsfw("random")
        there, here = house.seat("ada", "random"), house.seat("ada", "general")
        await there.type("@neocu a lighthouse at night")
        await result(there)
        await press(there, Action.AGAIN)
        await result(there, 2)
        await here.type("/neocu recent")
        listed = await told(here, wording.recent([(ENTRY, "")]))
        task = await made(house, 1)
        await here.type(f"/neocu status {task.task_id}")
        stays = wording.bad_input(StaysThereError())
        await press(here, Action.SHOW)
        await told(here, stays)
        await press(there, Action.SEND_TO_ME)
        await told(house.seat("ada", "dm"), stays)

        assert listed.files == ()
        assert listed.buttons == ()
        assert house.posts == 2
