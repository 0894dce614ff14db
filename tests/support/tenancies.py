"""Two organizations on one chat, for one bot: each with people, a Neocu key and a balance."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from discord_bots import bots_on_discord
from house import DISCORD, HTTP
from pydantic import SecretStr
from slack_teams import KEYS, teams_on_slack

from bots.playground.discord import Guild
from bots.playground.discord.components import walk
from bots.playground.neocu import Sandbox
from bots.playground.neocu.organization import Organization
from bots.playground.seats import DiscordSeat, Line, Seat, SlackSeat
from bots.playground.slack import Message as SlackMessage
from bots.playground.slack import Workspace
from bots.playground.stage import free_port
from core.ledger import Ledger
from core.ledger.stores import store_for
from core.neocu.client import NeocuClient
from core.settings import Settings
from core.workspaces.account import Accounts
from core.workspaces.administration import Administration, Saved
from core.workspaces.secrets import Secrets
from core.workspaces.tenants import Tenants

BEES_KEY = "bees-very-own-key-0123456789"
QUICK = 0.05  # seconds that a task takes
LOW_AT = 100  # credits


@dataclass
class Side:
    """One of the organizations: where it is, what only its people ask for, and who pays."""

    workspace: str
    word: str
    person: str
    channel: str
    organization: Organization
    chat: Workspace | Guild
    channels: set[int] = field(default_factory=set)  # of a Discord guild

    @property
    def seat(self) -> Seat:
        """A person of it, in its channel."""
        return self.at(self.channel)

    def at(self, channel: str) -> Seat:
        """Return a person's seat in a channel, or at their direct messages ("dm")."""
        if isinstance(self.chat, Guild):
            return DiscordSeat(self.chat, self.person, channel)
        return SlackSeat(self.chat, self.person, channel)

    def seen(self) -> str:
        """Return everything that anybody there saw, privately too, and before each edit."""
        if isinstance(self.chat, Workspace):
            messages = [one for place in self.chat.channels.values() for one in place.messages]
            return repr([*messages, *self.chat.views.values()])
        world = self.chat.world
        mine = self.chat.dm(self.person).id
        places = [
            one
            for one in world.channels.values()
            if one.guild_id in self.channels or one.id == mine
        ]
        return repr(
            [
                (note.content, note.versions, note.components, note.embeds, note.attachments)
                for place in places
                for note in [*place.messages.values(), *place.deleted_messages]
            ]
        )

    def secrets(self) -> set[str]:
        """Return what nobody else may see: words, tasks, files, and where it was."""
        made = {*self.organization.tasks, *self.organization.files}
        return {self.word, self.workspace, *made}


@dataclass
class Tenancy:
    """Acme, at the operator's expense, and Bee, with a key of its own; and the bots."""

    acme: Side
    bee: Side
    neocu: Sandbox
    url: str

    @property
    def posts(self) -> int:
        """How often Neocu was asked to make something, by anybody."""
        return sum(call.path == "/v1/generate" for call in self.neocu.journal.calls)

    async def metrics(self) -> str:
        """Return all that is counted."""
        async with aiohttp.ClientSession() as session, session.get(f"{self.url}/metrics") as answer:
            return await answer.text()


@asynccontextmanager
async def tenancy(
    chat: str, folder: Path, choices: dict[str, Any] | None = None, **changed: Any
) -> AsyncIterator[Tenancy]:
    """Run the bots for both until the block ends.

    `choices` are Bee's settings; without any, Bee has no key either: the operator pays for both.
    """
    changed = {"compute_low_at": LOW_AT, "encryption_keys": KEYS} | changed
    run = _on_discord if chat == DISCORD else _on_slack
    async with run(folder, choices, changed) as both:
        yield both


@asynccontextmanager
async def _on_slack(
    folder: Path, choices: dict[str, Any] | None, changed: dict[str, Any]
) -> AsyncIterator[Tenancy]:
    async with teams_on_slack(folder, **changed) as teams:
        await teams.install(teams.lab)
        await teams.install(teams.acme)
        teams.acme.invite("random")
        bees = teams.sandbox.add_organization(BEES_KEY)
        acme = Side(teams.lab.team_id, "Aurelia", "ada", "general", teams.sandbox, teams.lab)
        bee = Side(teams.acme.team_id, "Beatrix", "ben", "general", bees, teams.acme)
        alerts = {"alert_channel": teams.acme.channel("random").id}
        await teams.close()
        if choices is not None:
            await bring_key(folder, teams.sandbox, "slack", bee.workspace, alerts | choices)
        teams.about["slack"] |= {"slack_bot_token": None}  # it has one of them by now
        await teams.start()
        yield Tenancy(acme, bee, teams.sandbox, teams.site)


@asynccontextmanager
async def _on_discord(
    folder: Path, choices: dict[str, Any] | None, changed: dict[str, Any]
) -> AsyncIterator[Tenancy]:
    async with Sandbox(seconds=QUICK) as sandbox, Guild() as guild:
        second = guild.add_guild()
        guild.add_channel("hive", guild_id=second)
        alerts = {"alert_channel": str(guild.add_channel("buzz", guild_id=second).id)}
        bees = sandbox.add_organization(BEES_KEY)
        first = guild.guild_id
        acme = Side(str(first), "Aurelia", "ada", "general", sandbox, guild, {first})
        bee = Side(str(second), "Beatrix", "ben", "hive", bees, guild, {second})
        if choices is not None:
            await bring_key(folder, sandbox, "discord", bee.workspace, alerts | choices)
        port = free_port()
        async with bots_on_discord(folder, guild, sandbox, http_port=port, **changed):
            yield Tenancy(acme, bee, sandbox, f"http://127.0.0.1:{port}")


async def bring_key(
    folder: Path, neocu: Sandbox, platform: str, workspace: str, choices: dict[str, Any]
) -> None:
    """Have an admin of Bee's enter its key, and choose."""
    settings = Settings(_env_file=None, neocu_api_key=neocu.key, neocu_base_url=neocu.url)
    secrets = Secrets([SecretStr(KEYS)])
    async with (
        store_for(f"sqlite:///{folder / 'bots.db'}") as store,
        NeocuClient(settings.neocu_api_key, neocu.url) as client,
    ):
        ledger = Ledger(store, [])
        await ledger.open()
        accounts = Accounts(settings, client, ledger, secrets, {})
        tenants = Tenants(settings, ledger, accounts)
        desk = Administration(settings, ledger, secrets, accounts, tenants)
        version = (await desk.settings_of(platform, workspace)).version
        key = await desk.set_key(platform, workspace, "ben", version, SecretStr(BEES_KEY))
        assert isinstance(key, Saved)
        saved = await desk.change(platform, workspace, "ben", key.workspace.version, choices)
        assert isinstance(saved, Saved)


def forge(line: Line, key: str) -> None:
    """Make a message's buttons be about another request."""
    if isinstance(line.shown, SlackMessage):
        for element, _ in line.shown.elements:
            element["value"] = key
        return
    for part in walk(line.shown.components):
        if part.get("label"):
            part["custom_id"] = " ".join([*part["custom_id"].split(" ")[:2], key])


BOTH = (HTTP, DISCORD)
