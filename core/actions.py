"""What people do with a request or a result that makes nothing: all of it is free."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Protocol

from core import wording
from core.conversation import Reply
from core.endings import Endings
from core.ledger import Ledger
from core.records import Entry, Notice, State
from core.request import Action, Press, Request
from core.workspaces.tenants import Tenant

# They need a result that is still there.
SHOWING = frozenset({
    Action.SHOW, Action.SHOW_IN_CHANNEL, Action.SEND_TO_ME, Action.ORIGINAL, Action.SPOILER,
    Action.REPORT,
})  # fmt: skip
UNDER_WAY = frozenset({State.SUBMITTING, State.GENERATING, State.STALE})
# For whoever asked, and for those who may delete other people's messages.
OWNED = frozenset({Action.DELETE, Action.SPOILER, Action.CANCEL, Action.MUTE, Action.STOP})


class Places(Protocol):
    """What is asked of a platform about a person, and about where reports go."""

    @property
    def alert_channel(self) -> str:
        """The channel that hears of reports, "" for none."""
        ...

    def channel(self, workspace: str, channel: str) -> str:
        """Return the address of a channel, "" where it is no place for notices."""
        ...

    async def moderates(self, request: Request) -> bool:
        """Whether a person may delete other people's messages, as far as the platform tells."""
        ...


class Actions:
    """Does what a press asks for, about a request of the same workspace. One per process."""

    def __init__(
        self,
        ledger: Ledger,
        endings: Endings,
        link: Callable[[Entry], str],
        platforms: Mapping[str, Places],
    ) -> None:
        self._ledger = ledger
        self._endings = endings
        self._link = link
        self._platforms = platforms
        self._acts: dict[Action, Callable[[Request, Entry, Tenant], Awaitable[Reply]]] = {
            Action.CHECK_NOW: self._check_now,
            Action.DECLINE: self._decline,
            Action.CANCEL: self._cancel,
            Action.MUTE: self._mute,
            Action.STOP: self._stop,
            Action.SHOW: self._show,
            Action.SEND_TO_ME: self._show,
            Action.SHOW_IN_CHANNEL: self._show_in_channel,
            Action.ORIGINAL: self._originals,
            Action.DELETE: self._delete,
            Action.SPOILER: self._hide,
            Action.REPORT: self._report,
        }

    async def answer(
        self, request: Request, action: Action, source: Entry, tenant: Tenant
    ) -> list[Reply]:
        """Return the answer, empty where something is to be made. Raises LedgerError."""
        if action in OWNED and not await self._may(request, source):
            return [wording.not_yours()]
        if action in SHOWING and not source.assets:
            return [wording.nothing_to_show()]
        act = self._acts.get(action)
        return [await act(request, source, tenant)] if act else []

    async def _may(self, request: Request, source: Entry) -> bool:
        """Whether it is a person's own request, or they moderate; a copy is also the asker's.

        What somebody else has had made of it is theirs alone: they pay for it.
        """
        if request.person == source.request.person:
            return True
        body = source.request.body
        if isinstance(body, Press) and body.action is Action.SHOW_IN_CHANNEL:
            origin = await self._ledger.queries.get(body.source_key)
            if origin and origin.request.person == request.person:
                return True
        return await self._platforms[request.platform].moderates(request)

    # ---- A result --------------------------------------------------------------------------------

    async def _show(self, _: Request, source: Entry, tenant: Tenant) -> Reply:
        shown = wording.shown_again(source, await tenant.budget.offers(source))
        return await self._as_it_stands(shown, source)

    async def _show_in_channel(self, request: Request, source: Entry, tenant: Tenant) -> Reply:
        if not tenant.terms.show_in_channel:
            return wording.not_allowed()
        link = self._link(source)
        shown = wording.shown_in_channel(source, request.person, link, request.key)
        return await self._as_it_stands(shown, source)

    async def _as_it_stands(self, shown: Reply, source: Entry) -> Reply:
        """Return a result as it is shown elsewhere: hidden where it is hidden."""
        standing = await self._ledger.withdrawals.standing_result(source)
        return replace(shown, spoiler=standing is not None and standing.spoiler)

    async def _originals(self, _: Request, source: Entry, _tenant: Tenant) -> Reply:
        return wording.originals(source)

    async def _delete(self, _: Request, source: Entry, _tenant: Tenant) -> Reply:
        card = wording.without_result(source)
        if await self._ledger.withdrawals.delete_result(source, card):
            return wording.deleted(source)
        return wording.deleted_before()

    async def _hide(self, _: Request, source: Entry, _tenant: Tenant) -> Reply:
        """Have the result stand anew, with its files hidden: in a message they can't be changed."""
        standing = await self._ledger.withdrawals.standing_result(source)
        if standing is None:
            return wording.nothing_to_show()
        menu = tuple(one for one in standing.menu if one.action is not Action.SPOILER)
        reply = replace(standing, spoiler=True, menu=menu, notify="")
        if standing.spoiler or not await self._ledger.withdrawals.replace_result(source, reply):
            return wording.hidden_before()
        return wording.hidden()

    async def _report(self, request: Request, source: Entry, tenant: Tenant) -> Reply:
        """Tell the workspace's own alert channel, or the operator's where it has none."""
        platform, own = self._platforms[request.platform], tenant.workspace
        chosen = own.settings.alert_channel
        where = (own.id, chosen) if chosen else ("", platform.alert_channel)
        address = platform.channel(*where) if where[1] else ""
        if not address:
            return wording.nowhere_to_report()
        reply = wording.report(source, request.person, self._link(source))
        notice = Notice(request.platform, *where, address, reply)
        new = await self._ledger.withdrawals.report(source, request.person, notice)
        return wording.reported() if new else wording.reported_before()

    # ---- A request -------------------------------------------------------------------------------

    async def _check_now(self, _: Request, source: Entry, _tenant: Tenant) -> Reply:
        await self._ledger.entries.poll_now(source)
        return wording.checking()

    async def _decline(self, _: Request, source: Entry, _tenant: Tenant) -> Reply:
        await self._ledger.outbox.replace_result(source.key, wording.declined())
        return wording.nothing_made()

    async def _cancel(self, _: Request, source: Entry, _tenant: Tenant) -> Reply:
        """Cancel a request while that costs nothing: whether it still did, the ledger says."""
        if await self._endings.cancel(source):
            return wording.nothing_made()
        return await self._too_late(source)

    async def _mute(self, request: Request, source: Entry, tenant: Tenant) -> Reply:
        """Have no more said of a request; one that Neocu did not take in the end is cancelled."""
        if await self._ledger.withdrawals.mute(source):
            return wording.muted()
        return await self._cancel(request, source, tenant)

    async def _stop(self, request: Request, source: Entry, tenant: Tenant) -> Reply:
        """Do what is still possible of the two: it is Slack's own Stop."""
        if await self._endings.cancel(source):
            return wording.nothing_made()
        return await self._mute(request, source, tenant)

    async def _too_late(self, source: Entry) -> Reply:
        now = await self._ledger.queries.get(source.key)
        if now is not None and now.state in UNDER_WAY:
            return wording.too_late(now)
        refused = now is not None and now.state is State.REFUSED
        return wording.nothing_made() if refused else wording.ended_before()
