"""What a workspace's admins may do: look at the settings, change them, and bring a Neocu key.

Who is an admin only the chat can tell: it is asked when a form is sent, not when it was opened.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from pydantic import SecretStr, ValidationError

from core.ledger import Ledger
from core.neocu.errors import ApiError, AuthenticationError
from core.settings import Settings
from core.voice import LANGUAGES
from core.workspaces.account import Accounts
from core.workspaces.secrets import Secrets, last_four
from core.workspaces.tenants import Tenants
from core.workspaces.terms import exceeded
from core.workspaces.workspace import (
    OPERATORS_ACCOUNT,
    SettingsChange,
    Workspace,
    WorkspaceSettings,
)

KEY = "neocu_key"  # what the log calls it
MAX_LOGGED = 20


class Problem(StrEnum):
    """Why a value can't be saved."""

    WRONG = "wrong"  # it is no such value
    ABOVE_CEILING = "above_ceiling"  # the operator allows less
    KEY_REFUSED = "key_refused"  # Neocu does not know the key
    KEY_UNCHECKED = "key_unchecked"  # Neocu could not be asked
    SECRETS_OFF = "secrets_off"  # the operator has set no ENCRYPTION_KEYS


@dataclass(frozen=True)
class Saved:
    """The workspace as it is now, and what has changed: by name, as it was and as it is."""

    workspace: Workspace
    changed: Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True)
class Conflict:
    """Nothing was saved, for somebody else has saved meanwhile: what is now, and their changes."""

    workspace: Workspace
    theirs: tuple[SettingsChange, ...]


@dataclass(frozen=True)
class Invalid:
    """Nothing was saved: what is wrong, by the name of the setting."""

    problems: Mapping[str, Problem]


class Administration:
    """Changes settings. One per process; all raise LedgerError."""

    def __init__(
        self,
        settings: Settings,
        ledger: Ledger,
        secrets: Secrets,
        accounts: Accounts,
        tenants: Tenants,
    ) -> None:
        self._settings = settings
        self._ledger = ledger
        self._secrets = secrets
        self._accounts = accounts
        self._tenants = tenants

    async def settings_of(self, platform: str, id_: str) -> Workspace:
        """Return a workspace as it is in this moment; its `version` goes along with a change."""
        return await self._ledger.workspaces.get(platform, id_)

    async def last_four(self, workspace: Workspace) -> str:
        """Return the last four characters of its own Neocu key, "" where it has none."""
        kept = await self._ledger.vault.account(workspace.account)
        return kept[1] if kept else ""

    async def log(self, platform: str, id_: str) -> list[SettingsChange]:
        """Return the latest changes, the newest first."""
        return await self._ledger.workspaces.log(platform, id_, MAX_LOGGED)

    async def change(
        self,
        platform: str,
        id_: str,
        person: str,
        from_version: int,
        changes: Mapping[str, Any],
    ) -> Saved | Conflict | Invalid:
        """Change settings by their names; None is the operator's default again.

        `from_version` is that of the workspace that the person was shown.
        """
        before = await self.settings_of(platform, id_)
        try:
            after = WorkspaceSettings.model_validate(before.settings.model_dump() | dict(changes))
        except ValidationError as error:
            return Invalid({str(one["loc"][0]): Problem.WRONG for one in error.errors()})
        problems = {
            **dict.fromkeys(changes.keys() - WorkspaceSettings.model_fields, Problem.WRONG),
            **{
                name: Problem.ABOVE_CEILING
                for name in exceeded(self._settings, after)
                if name in changes
            },
        }
        if after.language is not None and after.language not in LANGUAGES:
            problems["language"] = Problem.WRONG
        if problems:
            return Invalid(problems)
        changed = before.settings.differences(after)
        return await self._save(
            before, replace(before, settings=after), person, from_version, changed
        )

    async def set_key(
        self, platform: str, id_: str, person: str, from_version: int, key: SecretStr
    ) -> Saved | Conflict | Invalid:
        """Have a Neocu key pay from now on, if Neocu knows it. What is under way goes on as it was.

        It is kept encrypted, and shown by its last four characters only.
        """
        if not self._secrets:
            return Invalid({KEY: Problem.SECRETS_OFF})
        value = key.get_secret_value().strip()
        if not value.isascii() or not value.isprintable() or " " in value or not value:
            return Invalid({KEY: Problem.KEY_REFUSED})
        key = SecretStr(value)
        try:
            await self._accounts.operators.client.with_key(key).get_compute()
        except AuthenticationError:
            return Invalid({KEY: Problem.KEY_REFUSED})
        except ApiError:
            return Invalid({KEY: Problem.KEY_UNCHECKED})
        account = self._accounts.id_of(key)
        if account != OPERATORS_ACCOUNT:
            await self._ledger.vault.keep_account(
                account, last_four(key), self._secrets.seal(value)
            )
        return await self._pay_by(platform, id_, person, from_version, account, last_four(key))

    async def remove_key(
        self, platform: str, id_: str, person: str, from_version: int
    ) -> Saved | Conflict | Invalid:
        """Have the operator pay again, where the operator lets them."""
        return await self._pay_by(platform, id_, person, from_version, OPERATORS_ACCOUNT, "")

    async def _pay_by(
        self, platform: str, id_: str, person: str, from_version: int, account: str, shown: str
    ) -> Saved | Conflict:
        before = await self.settings_of(platform, id_)
        changed = {KEY: (await self.last_four(before), shown)}
        return await self._save(
            before, replace(before, account=account), person, from_version, changed
        )

    async def _save(
        self,
        before: Workspace,
        after: Workspace,
        person: str,
        from_version: int,
        changed: Mapping[str, tuple[Any, Any]],
    ) -> Saved | Conflict:
        if not changed and before.version == from_version:
            return Saved(before, {})
        saved = before.version == from_version and await self._ledger.workspaces.save(
            after, person, changed
        )
        self._tenants.forget(before.platform, before.id)
        now = await self.settings_of(before.platform, before.id)
        # A write may have been run again, and have met itself.
        ours = (now.version, now.settings, now.account) == (
            *(from_version + 1, after.settings, after.account),
        )
        if saved or ours:
            return Saved(now, changed)
        log = await self.log(before.platform, before.id)
        return Conflict(now, tuple(one for one in log if one.version > from_version))
