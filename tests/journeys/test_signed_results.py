"""What says where a result comes from survives: its bytes are passed on as they are."""

from pathlib import Path

from house import DISCORD, both, bots_on, plain, result
from result_host import SIGNED, hosting

from core.wording import phrases


@both
async def test_a_signed_file_stays_as_it_was_signed(chat: str, tmp_path: Path) -> None:
    """One byte changed, and the picture's provenance (C2PA) can no longer be verified."""
    async with hosting() as host, bots_on(chat, folder=tmp_path, neocu_base_url=host.url) as house:
        host.assets = [f"{host.url}/files/signed.png"]
        ada = house.seat("ada")
        await ada.type("@neocu a lighthouse at dusk")
        card = await result(ada)
        if chat == DISCORD:
            files = [(one.data, one.description) for one in card.shown.attachments]
        else:
            files = [(one.content, None) for one in card.shown.files]

        assert [data for data, _ in files] == [SIGNED]
        assert "made with AI" in plain(card)
        if chat == DISCORD:
            [(_, description)] = files
            assert description == phrases.alt_text("a lighthouse at dusk")
