"""Who people are, as far as Slack tells us: their names, and whether they are guests or admins.

Asked only where the app holds `users:read`, and remembered for a while.
"""

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bots.slack.calls import answered, map_slack_errors
from core.conversation import ConversationError
from core.voice import closest

log = logging.getLogger(__name__)

SCOPE = "users:read"
REMEMBER_SECONDS = 600.0
MAX_REMEMBERED = 5000


@dataclass(frozen=True)
class Member:
    """A person: what they are called and speak, their team, and what they are in it."""

    name: str
    team: str
    guest: bool
    stranger: bool
    language: str = ""
    admin: bool = False


class Members:
    """Looks people up, once every few minutes each."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._known: dict[str, tuple[float, Member]] = {}
        self.allowed = True  # until Slack says otherwise

    def names(self) -> dict[str, str]:
        """Return the names that are known already, by ID."""
        return {person: member.name for person, (_, member) in self._known.items()}

    def unknown(self, people: Iterable[str]) -> set[str]:
        """Return whose names are worth asking for."""
        return {person for person in people if person not in self._known} if self.allowed else set()

    def language(self, person: str) -> str:
        """Return the language of a person who is known already, "" for others."""
        return self._known[person][1].language if person in self._known else ""

    async def find(self, person: str, *, as_it_is_now: bool = False) -> Member | None:
        """Return a person, as they were where Slack doesn't tell now; None where it never did.

        `as_it_is_now`: what Slack told a while ago does not count.

        https://docs.slack.dev/reference/methods/users.info
        """
        then, member = (0.0, None) if as_it_is_now else self._known.get(person, (0.0, None))
        if member is not None and time.monotonic() - then < REMEMBER_SECONDS:
            return member
        if not self.allowed:
            return member
        try:
            with map_slack_errors():
                found = answered(await self._client.users_info(user=person, include_locale=True))
        except ConversationError as error:
            self.allowed = str(error) != "missing_scope"
            log.info("A person can't be looked up: %s", error)
            return member
        if len(self._known) >= MAX_REMEMBERED:
            self._known.clear()
        self._known[person] = (time.monotonic(), member := _member(found.get("user") or {}))
        return member


def _member(user: dict[str, Any]) -> Member:
    profile = user.get("profile") or {}
    name = profile.get("display_name") or user.get("real_name") or user.get("name") or ""
    guest = bool(user.get("is_restricted") or user.get("is_ultra_restricted"))
    return Member(
        name,
        user.get("team_id") or "",
        guest,
        bool(user.get("is_stranger")),
        closest(user.get("locale")),
        bool(user.get("is_admin") or user.get("is_owner")),
    )
