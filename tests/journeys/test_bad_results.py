"""Results from bad addresses: each costs nothing but itself."""

import re
from pathlib import Path

from house import both, bots_on, plain, result, said, shows
from result_host import hosting


@both
async def test_a_bad_address_costs_only_its_own_result(chat: str, tmp_path: Path) -> None:
    """The good ones arrive, the others are told of, and the API key goes to no file's host."""
    async with hosting() as host, bots_on(chat, folder=tmp_path, neocu_base_url=host.url) as house:
        bad = ["http://[::1", "file:///etc/passwd", "http://10.0.0.1/x.png", "http://2130706434/x"]
        host.assets = [f"{host.url}/files/1.png", *bad, f"{host.url}/files/6.png"]
        ada = house.seat("ada")
        await ada.type("@neocu 6 pictures of a lighthouse")
        card = await result(ada)

        assert said(ada) == [card]
        assert shows(card) == 2
        assert re.findall(r"^(\d)\.", plain(card), flags=re.MULTILINE) == ["2", "3", "4", "5"]
        assert len(host.asked) == 2
        assert not any("api-key" in request.headers for request in host.asked)
        assert house.sandbox.key not in str([dict(one.headers) for one in host.asked])
