"""Who hears of an account's balance: those whom it pays for, and nobody else."""

from collections.abc import Mapping
from typing import Protocol

from core.conversation import Reply
from core.ledger import Ledger
from core.records import Entry, Notice
from core.workspaces.workspace import OPERATORS_ACCOUNT

RECENT_SECONDS = 24 * 3600.0  # channels that asked since are told


class Channels(Protocol):
    """Where a platform's notices go."""

    @property
    def alert_channel(self) -> str:
        """The channel that hears of the operator's low compute in any case, "" for none."""
        ...

    def channel(self, workspace: str, channel: str) -> str:
        """Return the address of a channel, "" where it is no place for notices."""
        ...


class Audience:
    """The channels that hear of one account."""

    def __init__(self, ledger: Ledger, account: str, platforms: Mapping[str, Channels]) -> None:
        self._ledger = ledger
        self._account = account
        self._platforms = platforms

    async def alerts(self, reply: Reply) -> list[Notice]:
        """Return notices to the alert channels: the operator's hears of the operator's account."""
        where: list[tuple[str, str, str]] = []
        if self._account == OPERATORS_ACCOUNT:
            where = [(name, "", one.alert_channel) for name, one in self._platforms.items()]
        for one in await self._ledger.workspaces.paid_by(self._account):
            where.append((one.platform, one.id, one.settings.alert_channel or ""))
        told = [self._notice(*place, reply) for place in where if place[-1]]
        return [notice for notice in told if notice]

    async def wherever_asked(self, reply: Reply) -> list[Notice]:
        """Return notices to the alert channels, and to those that asked within a day."""
        notices = {notice.address: notice for notice in await self.alerts(reply)}
        levels = self._ledger.levels_of(self._account)
        for place in await levels.channels_asked_in(RECENT_SECONDS):
            if notice := self._notice(*place, reply):
                notices.setdefault(notice.address, notice)
        return list(notices.values())

    def here(self, entry: Entry, reply: Reply) -> list[Notice]:
        """Return a notice to the channel of a request, none where that is no place for it."""
        who = entry.request
        notice = self._notice(who.platform, who.workspace, who.channel, reply)
        return [notice] if notice else []

    def _notice(self, platform: str, workspace: str, channel: str, reply: Reply) -> Notice | None:
        where = self._platforms.get(platform)
        address = where.channel(workspace, channel) if where else ""
        return Notice(platform, workspace, channel, address, reply) if address else None
