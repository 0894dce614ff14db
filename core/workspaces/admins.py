"""Who looks after a workspace: those of whom its chat says so, and those whom they have named."""

from collections.abc import Mapping
from typing import Protocol

from core.request import Request
from core.workspaces.workspace import Workspace


class Chat(Protocol):
    """What is asked of a platform about a person."""

    async def is_admin(self, request: Request) -> bool:
        """Whether the request's person manages the workspace that it was asked in."""
        ...


class Admins:
    """Tells who is an admin. It is asked each time: who was one may be none any more."""

    def __init__(self, platforms: Mapping[str, Chat]) -> None:
        self._platforms = platforms

    async def include(self, request: Request, workspace: Workspace) -> bool:
        """Whether the request's person is one. Nobody of another organization is by being named."""
        named = request.person in workspace.settings.admins and not request.external
        return named or await self._platforms[request.platform].is_admin(request)
