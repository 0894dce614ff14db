"""`neocu-bots data`: what is kept of a person is shown, and forgotten when asked."""

import os
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from processes import inherited

from core.conversation import Reply
from core.intent import Generate
from core.ledger import Ledger, totals
from core.ledger.personal import Personal, Subject
from core.ledger.stores import store_for
from core.ledger.stores.base import Statement, Store
from core.records import Entry, Notice, SavedPrompt, State
from core.request import Request

ADA = Request("slack:T1:C1:1", "slack", "T1", "C1", "U1", Generate("a secret door"), "C1/1")
BEN = replace(ADA, key="slack:T1:C1:2", person="U2")


async def end(ledger: Ledger, request: Request, *, submitted: bool = True) -> None:
    """Have a request noted, and ended as if something had been made."""
    await ledger.entries.note(request)
    await ledger._store.write(  # noqa: SLF001 (the states between are others' tests)
        Statement(
            """UPDATE requests SET state = 'completed', due = NULL, ended = clock(),
                   query = 'a secret door', files = '["secret.png"]', task_id = 'task', credits = 2,
                   submitted = CASE WHEN $2 = 1 THEN clock() END
               WHERE key = $1 RETURNING key""",
            (request.key, int(submitted)),
        ),
        Statement(
            """INSERT INTO deliveries (request, slot, number, rank, platform, reply, created)
               VALUES ($1, 'result', 1, 1, 'slack', '{"text": "a secret door"}', clock())""",
            (request.key,),
        ),
        *totals.record(
            Entry(
                *(request, State.COMPLETED, "", "", (), "task", (), 0, 1, 0.0, 1.0, 0.0),
                credits=2.0,
            ),
            State.COMPLETED,
        ),
    )


async def save(ledger: Ledger, request: Request) -> None:
    """Have the request's person save a prompt, for themselves and for their workspace."""
    for shared in (False, True):
        prompt = SavedPrompt(f"name{shared}{request.person}", "a secret door", shared=shared)
        assert await ledger.prompts.save(request, prompt)


async def report(ledger: Ledger, request: Request, about: Request) -> None:
    """Have a request's person report what came of another, which names both and repeats it."""
    entry = await ledger.queries.get(about.key)
    assert entry is not None
    told = Reply(f"'{request.person}' reports what '{about.person}' asked for: a secret door")
    notice = Notice("slack", "", "CALERT", "CALERT", told)
    assert await ledger.withdrawals.report(entry, request.person, notice)


async def everything(store: Store) -> str:
    """Return all that the database holds, as text."""
    tables = (
        *("requests", "deliveries", "readings", "compute", "daily_totals", "totals"),
        "prompts",
    )
    return str([await store.read(Statement(f"SELECT * FROM {table}")) for table in tables])  # noqa: S608 (our own names)


@pytest.mark.parametrize(("subject", "id_"), [(Subject.PERSON, "U1"), (Subject.WORKSPACE, "T1")])
async def test_what_is_deleted_is_gone(
    ledger: Ledger, store: Store, subject: Subject, id_: str
) -> None:
    """Words, file names, task, place and person; the count and the cost stay."""
    await end(ledger, ADA)
    await end(ledger, BEN)
    await save(ledger, ADA)
    await save(ledger, BEN)
    await report(ledger, BEN, about=ADA)
    personal = Personal(store)
    mine = 1 if subject is Subject.PERSON else 2

    assert (await personal.kept(subject, id_)).total == mine
    assert (await personal.kept(subject, id_)).messages == mine
    assert (await personal.kept(subject, id_)).prompts == 2 * mine
    assert await personal.delete(subject, id_) == mine
    assert (await personal.kept(subject, id_)).total == 0
    left = await everything(store)
    assert "'U1'" not in left
    assert ("secret" in left) is (subject is Subject.PERSON)
    assert ("'U2'" in left) is (subject is Subject.PERSON)
    rows = await store.read(Statement("SELECT sum(credits) AS credits FROM requests"))
    assert rows[0]["credits"] == 4


@pytest.mark.parametrize("who", ["U1", "U2"])
async def test_a_report_goes_with_either_of_those_whom_it_names(
    ledger: Ledger, store: Store, who: str
) -> None:
    """It stands where those look who run the bots: one person's words, and another's name."""
    await end(ledger, ADA)
    await end(ledger, BEN)
    await report(ledger, BEN, about=ADA)
    await Personal(store).delete(Subject.PERSON, who)

    assert "reports what" not in await everything(store)


async def test_what_is_left_can_still_be_read(ledger: Ledger, store: Store) -> None:
    """Statistics, notices and the limits meet the rows without a name."""
    await end(ledger, ADA)
    await Personal(store).delete(Subject.PERSON, "U1")

    assert await ledger.levels.channels_asked_in(3600) == []
    (entry,) = await ledger.queries.latest(10)
    assert (entry.request.person, entry.query, entry.files, entry.task_id) == ("", "", (), "")


async def test_a_deleted_request_is_not_taken_anew(ledger: Ledger, store: Store) -> None:
    """Slack may deliver it once more, minutes later: nothing is paid twice."""
    await end(ledger, ADA)
    await Personal(store).delete(Subject.PERSON, "U1")

    assert await ledger.entries.note(ADA) is False


async def test_what_is_under_way_stays_until_it_has_ended(ledger: Ledger, store: Store) -> None:
    """It is paid for, and its person waits for it."""
    await ledger.entries.note(ADA)
    personal = Personal(store)

    assert (await personal.kept(Subject.PERSON, "U1")).open == 1
    assert await personal.delete(Subject.PERSON, "U1") == 0
    entry = await ledger.queries.get(ADA.key)
    assert entry is not None
    assert entry.request == ADA


def neocu_bots(
    *arguments: str, database: Path, typed: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run the command on a database."""
    environment = {"NEOCU_API_KEY": "k", "DATABASE_URL": f"sqlite:///{database}"}
    return subprocess.run(  # noqa: S603 (our own command)
        [sys.executable, "-m", "bots", "data", *arguments],
        cwd=database.parent,
        env={**inherited(), "PYTHONPATH": os.pathsep.join(sys.path), **environment},
        input=typed,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


async def test_the_command_shows_asks_and_deletes(tmp_path: Path) -> None:
    """Nothing is deleted by mistake: without an answer, all is as it was."""
    database = tmp_path / "bots.db"
    async with store_for(f"sqlite:///{database}") as store:
        ledger = Ledger(store, ["slack"])
        await ledger.open()
        await end(ledger, ADA)

    shown = neocu_bots("person", "U1", database=database)
    declined = neocu_bots("person", "U1", "--delete", database=database, typed="n\n")
    deleted = neocu_bots("person", "U1", "--delete", "--yes", database=database)
    again = neocu_bots("person", "U1", database=database)

    assert "1 request completed" in shown.stdout
    assert "30 days after" in shown.stdout
    assert "secret" not in shown.stdout
    assert declined.returncode == 1
    assert "1 request" in deleted.stdout
    assert again.stdout == "Nothing is kept of the person U1.\n"


def test_a_running_bot_is_named(tmp_path: Path) -> None:
    """One process has the file: the other says so, and not "database is locked" alone."""
    database = tmp_path / "bots.db"
    holder = sqlite3.connect(f"{database}.lock", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    ended = neocu_bots("person", "U1", database=database)
    holder.close()

    assert ended.returncode == 78
    assert "Stop the bots first" in ended.stderr
    assert "Traceback" not in ended.stderr
