"""Forgets what ended long ago: as the operator keeps it, or as a workspace has chosen."""

import asyncio
import logging

from core.ledger import Ledger, LedgerError
from core.records import DAY_SECONDS
from core.settings import Settings

log = logging.getLogger(__name__)

INTERVAL_SECONDS = 3600.0
# What a workspace that has removed the bot left behind goes then: it may have been a mistake.
LEFT_SECONDS = 7 * DAY_SECONDS


async def keep_tidy(ledger: Ledger, settings: Settings) -> None:
    """Forget, now and then, until cancelled."""
    while True:
        try:
            await tidy(ledger, settings.retention_days)
        except LedgerError as error:
            log.warning("What is old can't be forgotten: %s", error)
        await asyncio.sleep(min(INTERVAL_SECONDS, settings.retention_days * DAY_SECONDS))


async def tidy(ledger: Ledger, days: float) -> None:
    """Forget what is older than so many days, or than a workspace wants. Raises LedgerError."""
    await ledger.delete_ended(days * DAY_SECONDS)
    await ledger.totals.delete_old()
    await ledger.file_owners.delete_old(days * DAY_SECONDS)
    for one in await ledger.workspaces.with_own_retention():
        if (own := one.settings.retention_days) is not None and own < days:
            await ledger.delete_ended(own * DAY_SECONDS, one.platform, one.id)
    for one in await ledger.workspaces.left_for(LEFT_SECONDS):
        await ledger.delete_ended(0.0, one.platform, one.id)
        await ledger.prompts.delete_shared(one.platform, one.id)
        await ledger.workspaces.delete(one.platform, one.id)
    await ledger.vault.delete_unused_accounts()
