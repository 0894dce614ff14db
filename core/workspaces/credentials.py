"""What a workspace's platform needs to speak there, as JSON: kept encrypted, per workspace."""

import json
import logging
from collections.abc import Mapping
from typing import Any

from core.ledger import Ledger
from core.workspaces.secrets import LostKeyError, Secrets

log = logging.getLogger(__name__)


class Credentials:
    """The credentials of one platform's workspaces; a Grid organization is one, too."""

    def __init__(self, platform: str, ledger: Ledger, secrets: Secrets) -> None:
        self._platform = platform
        self._vault = ledger.vault
        self._secrets = secrets

    async def store(self, workspace: str, values: Mapping[str, Any]) -> None:
        """Keep a workspace's credentials, in place of those it had.

        Raises SecretsOffError where nothing can be encrypted, and LedgerError.
        """
        sealed = self._secrets.seal(json.dumps(values))
        await self._vault.keep_credentials(self._platform, workspace, sealed)

    async def fetch(self, workspace: str) -> dict[str, Any] | None:
        """Return a workspace's credentials, None where there are none that can be read.

        Raises LedgerError.
        """
        sealed = await self._vault.credentials(self._platform, workspace)
        if sealed is None:
            return None
        try:
            values: dict[str, Any] = json.loads(self._secrets.open(sealed))
        except LostKeyError as error:
            log.warning("The credentials of a workspace can't be read: %s", error)
            return None
        return values

    async def forget(self, workspace: str) -> None:
        """Delete a workspace's credentials. Raises LedgerError."""
        await self._vault.forget_credentials(self._platform, workspace)


async def lost_secrets(ledger: Ledger, secrets: Secrets) -> str:
    """Return a sentence about what can't be decrypted any more, "" where all can.

    Nothing is deleted: once the lost key is back in ENCRYPTION_KEYS, all is as before.
    """
    under = await ledger.vault.key_ids()
    lost = sum(number for key_id, number in under.items() if key_id not in secrets.key_ids)
    if not lost:
        return ""
    what = "1 secret was" if lost == 1 else f"{lost} secrets were"
    return (
        f"{what} encrypted under a key that ENCRYPTION_KEYS does not have: tokens of workspaces, "
        "or their Neocu keys. Nothing is deleted: put the old key back behind the new one, or "
        "have those workspaces install the bot, and enter their key, again."
    )


async def rotate(ledger: Ledger, secrets: Secrets) -> tuple[int, int]:
    """Encrypt everything under the first key; return how many secrets were, and how many can't be.

    Raises SecretsOffError, and LedgerError.
    """
    rotated = lost = 0
    for table, name, sealed in await ledger.vault.sealed_under_others(secrets.key_id):
        try:
            again = secrets.seal(secrets.open(sealed))
        except LostKeyError:
            lost += 1
        else:
            rotated += await ledger.vault.reseal(table, name, sealed, again)
    return rotated, lost
