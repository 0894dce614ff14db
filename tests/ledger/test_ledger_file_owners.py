"""A file's ID opens it in its own workspaces only, whoever pays."""

from dataclasses import replace

from ledgers import asked, generating, pass_time

from core.ledger import Ledger
from core.ledger.stores.base import Store
from core.neocu.models import Asset
from core.records import State


async def test_a_guessed_file_is_another_workspaces(ledger: Ledger, store: Store) -> None:
    """Results and attachments alike; the same bytes may have been handed over by two."""
    owners = ledger.file_owners
    entry = await generating(ledger, asked(1))
    made = Asset.model_validate({"_id": "a1", "type": "image", "url": "https://x.example/a.png"})
    await ledger.entries.move(replace(entry, assets=(made,)), State.COMPLETED)
    await owners.note(asked(1), ["same", "ours"])
    await owners.note(asked(2, workspace="T2"), ["same"])
    mine, theirs = asked(3), asked(3, workspace="T2")

    assert not await owners.are_foreign(mine, ["a1", "same", "ours", "never-seen"])
    assert not await owners.are_foreign(theirs, ["same", "never-seen"])
    for file in ("a1", "ours"):
        assert await owners.are_foreign(theirs, ["same", file])
        assert await owners.are_foreign(replace(mine, platform="discord"), [file])
    await pass_time(store, 10)
    await owners.delete_old(60)
    assert await owners.are_foreign(theirs, ["a1"])
    await owners.delete_old(-1)
    assert not await owners.are_foreign(theirs, ["a1"])
