"""Who is an admin: whom the chat says so of, and whom an admin has named; nobody else's people."""

from dataclasses import replace

import pytest
from ledgers import asked

from core.request import Request
from core.workspaces.admins import Admins
from core.workspaces.workspace import Workspace, WorkspaceSettings

NAMED = Workspace("slack", "T1", settings=WorkspaceSettings(admins=frozenset({"U1"})))


class Chat:
    """A chat that says so of one person."""

    async def is_admin(self, request: Request) -> bool:
        """Return whether it is that person."""
        return request.person == "UBOSS"


@pytest.mark.parametrize(
    ("person", "external", "is_one"),
    [("UBOSS", False, True), ("U1", False, True), ("U2", False, False), ("U1", True, False)],
)
async def test_named_stranger_is_no_admin(person: str, *, external: bool, is_one: bool) -> None:
    """Whoever was named and is another company's by now sees and changes nothing of ours."""
    request = replace(asked(), person=person, external=external)

    assert await Admins({"slack": Chat()}).include(request, NAMED) is is_one
