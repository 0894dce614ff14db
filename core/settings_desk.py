"""Where admins look at their workspace's settings and change them; the chats bring the forms."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import SecretStr

from core import wording
from core.conversation import Reply
from core.intent import Command
from core.ledger.deadlines import in_time
from core.records import Entry
from core.request import Group, Request
from core.settings import Settings
from core.settings_sheets import REMOVE, REMOVE_KEY, Filled, Sheet, names, sheet
from core.workspaces.administration import KEY, Administration, Conflict, Invalid, Saved
from core.workspaces.admins import Admins
from core.workspaces.tenants import Tenant
from core.workspaces.workspace import Workspace


@dataclass(frozen=True)
class Outcome:
    """What came of a form, in words, and what is wrong with its fields, by name."""

    reply: Reply
    problems: Mapping[str, str] = field(default_factory=dict)


class SettingsDesk:
    """Shows settings to admins, and changes them. One per process.

    Whether a person is an admin is asked each time: they may be none any more.
    """

    def __init__(self, administration: Administration, settings: Settings, admins: Admins) -> None:
        self._administration = administration
        self._settings = settings
        self._admins = admins

    async def answer(self, entry: Entry, command: Command, tenant: Tenant) -> Reply:
        """Return the answer to `settings` or `settings log`. Raises LedgerError."""
        request = entry.request
        workspace = tenant.workspace
        if not await self._admins.include(request, workspace):
            return wording.settings_for_admins()
        if command is Command.SETTINGS_LOG:
            log = await self._administration.log(workspace.platform, workspace.id)
            return wording.settings_log(log)
        return wording.settings(
            workspace,
            tenant.terms,
            {group: names(group, workspace.platform) for group in Group},
            await self._administration.last_four(workspace),
            request.key,
        )

    async def open(self, request: Request, group: Group) -> Sheet | Reply:
        """Return the form of a group, or why there is none, in time. Raises LedgerError."""
        async with in_time():
            workspace = await self._of(request)
            if not await self._admins.include(request, workspace):
                return wording.settings_for_admins()
        return sheet(group, workspace, self._settings)

    async def take(self, request: Request, group: Group, version: int, sent: Filled) -> Outcome:
        """Save a form, in time, that was opened at a version. Raises LedgerError."""
        async with in_time():
            workspace = await self._of(request)
            if not await self._admins.include(request, workspace):
                return Outcome(wording.settings_for_admins())
            changes = sheet(group, workspace, self._settings).read(sent)
            done = await self._administration.change(
                request.platform, request.workspace, request.person, version, changes
            )
        return self._outcome(done, group, request.key)

    async def take_key(self, request: Request, version: int, sent: Filled) -> Outcome:
        """Keep or remove a Neocu key; Neocu is asked, so no acknowledgement can wait for it.

        Raises LedgerError.
        """
        workspace = await self._of(request)
        if not await self._admins.include(request, workspace):
            return Outcome(wording.settings_for_admins())
        about = (request.platform, request.workspace, request.person, version)
        given = sheet(Group.KEY, workspace, self._settings).read(sent)
        done: Saved | Conflict | Invalid = Saved(workspace, {})
        if given[KEY]:
            done = await self._administration.set_key(*about, SecretStr(given[KEY]))
        elif given.get(REMOVE_KEY) == REMOVE:
            done = await self._administration.remove_key(*about)
        return self._outcome(done, Group.KEY, request.key)

    @staticmethod
    def _outcome(done: Saved | Conflict | Invalid, group: Group, key: str) -> Outcome:
        match done:
            case Saved():
                return Outcome(wording.settings_saved(done.changed))
            case Conflict():
                return Outcome(wording.settings_conflict(done.theirs, group, key))
        problems = {
            name: wording.setting_labels.problem(one) for name, one in done.problems.items()
        }
        return Outcome(wording.settings_wrong(problems, group, key), problems)

    async def _of(self, request: Request) -> Workspace:
        return await self._administration.settings_of(request.platform, request.workspace)
