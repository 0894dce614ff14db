"""Discord's rungs for the contract suite, on the playground's guild."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from discord_bots import settings_for, until
from rungs import Rung, Seen

from bots.discord import Discord
from bots.discord.conversation import DiscordConversation
from bots.discord.ladder import (
    Answer,
    Channel,
    ChannelReply,
    DirectMessage,
    NewThread,
    Place,
    Thread,
    Token,
    dump,
)
from bots.discord.tokens import Call
from bots.playground.discord import Guild, markdown
from bots.playground.discord.components import walk
from bots.playground.discord.state import Message
from core import wording
from core.form_rules import FormRules
from core.inbox import Inbox
from core.ledger import Ledger
from core.ledger.stores import store_for
from core.neocu.client import NeocuClient
from core.policy import PromptPolicy
from core.settings import Settings
from core.settings_desk import SettingsDesk
from core.workspaces.account import Accounts
from core.workspaces.administration import Administration
from core.workspaces.admins import Admins
from core.workspaces.arrivals import Arrivals
from core.workspaces.secrets import Secrets
from core.workspaces.tenants import Tenants

SEND = "POST /channels/*/messages"
FILL_IN, FOLLOW_UP = "PATCH /webhooks/*/*/messages/*", "POST /webhooks/*/*"
FILE_TOO_LARGE = 50045
NOTE = f"\n-# {wording.visiting(15)}"


class DiscordStage:
    """A guild in which ada asks the bot something in #general, or elsewhere."""

    def __init__(self, guild: Guild, discord: Discord, place: Place, route: str) -> None:
        self.guild = guild
        self.address = dump(place)
        self._discord = discord
        self._route = route

    def at(self, address: str) -> DiscordConversation:
        """Return the conversation at an address."""
        return self._discord.conversation(address)

    def said(self) -> list[Seen]:
        """Return what stands of the bot's messages where ada sees it, oldest first."""
        ada = self.guild.person("ada")
        mine = [
            message
            for message in self.guild.inspection.by_bot()
            if message.seen_only_by in (None, ada) and not (message.thinking or message.deleted)
        ]
        return [_seen(message) for message in mine]

    def fail(self) -> None:
        """Answer the next post with a 5xx."""
        self.guild.faults.fail(self._route)

    def lose_answer(self) -> None:
        """Take the next post, and break the connection before the answer."""
        self.guild.faults.drop(self._route, after=True)

    def rate_limit(self, seconds: int) -> None:
        """Answer the next post with a rate limit."""
        self.guild.faults.rate_limit(self._route, retry_after=seconds)

    def outage(self, *, down: bool) -> None:
        """Let the whole of Discord be down, or up again."""
        self.guild.faults.outage = down

    def refuse_files(self) -> None:
        """Refuse the next file; in a channel, all of them."""
        if self._route == SEND:
            self.guild.deny("general", "attach_files")
        self.guild.faults.refuse(self._route, FILE_TOO_LARGE)

    def close(self) -> None:
        """Let ada's direct messages be closed, the channel be silent and the token be spent."""
        self.guild.close_dms("ada")
        self.guild.deny("general", "send_messages")
        self.guild.deny("general", "send_messages_in_threads")
        self.guild.age_interactions(16)


def _seen(message: Message) -> Seen:
    text = message.content.removesuffix(NOTE).replace("**", "").replace("-# ", "")
    return Seen(
        text=markdown.plain(text),
        where=message.channel.name,
        buttons=tuple(part["label"] for part in walk(message.components) if "label" in part),
        files=tuple(file.filename for file in message.attachments),
        pinged=frozenset(str(one) for one in message.pinged),
    )


PlaceIn = Callable[[Guild], Awaitable[Place]]


SETTINGS = Settings.model_validate({"neocu_api_key": "nk-secret"})


def form_rules() -> FormRules:
    """Return what the settings without a word say of forms."""
    return FormRules(SETTINGS, PromptPolicy(SETTINGS))


def desk(ledger: Ledger) -> SettingsDesk:
    """Return where settings are chosen, for nobody."""
    secrets = Secrets(())
    accounts = Accounts(SETTINGS, NeocuClient(SETTINGS.neocu_api_key), ledger, secrets, {})
    tenants = Tenants(SETTINGS, ledger, accounts)
    administration = Administration(SETTINGS, ledger, secrets, accounts, tenants)
    return SettingsDesk(administration, SETTINGS, Admins({}))


def _stage(
    place_in: PlaceIn, route: str = SEND
) -> Callable[[], AbstractAsyncContextManager[DiscordStage]]:
    @asynccontextmanager
    async def stage() -> AsyncIterator[DiscordStage]:
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{Path(folder) / 'bots.db'}"
            async with (
                Guild() as guild,
                store_for(url) as store,
                Discord(settings_for(guild)) as discord,
            ):
                ledger = Ledger(store, ["discord"])
                await ledger.open()
                # Noted and acknowledged, no more.
                arrivals = Arrivals("discord", ledger, Secrets(()))
                discord.listen(Inbox(ledger, lambda: None), arrivals, form_rules(), desk(ledger))
                running = asyncio.create_task(discord.run())
                try:
                    await until(lambda: discord.ready)
                    yield DiscordStage(guild, discord, await place_in(guild), route)
                finally:
                    running.cancel()
                    await asyncio.gather(running, return_exceptions=True)

    return stage


async def new_thread(guild: Guild) -> Place:
    """Return the thread, still to be made, of a message in #general."""
    asked = await guild.say("ada", "general", "a boat")
    return NewThread(asked.channel.id, guild.guild_id, asked.id, "a boat")


async def thread(guild: Guild) -> Place:
    """Return a thread that is nobody's message's."""
    general = guild.channel("general")
    return Thread(guild.add_thread("general", "boats").id, guild.guild_id, general.id)


async def reply(guild: Guild) -> Place:
    """Return a reply to a message in #general."""
    asked = await guild.say("ada", "general", "a boat")
    return ChannelReply(asked.channel.id, guild.guild_id, asked.id)


async def channel(guild: Guild) -> Place:
    """Return #general itself."""
    return Channel(guild.channel("general").id, guild.guild_id)


async def direct_message(guild: Guild) -> Place:
    """Return ada's direct messages with the bot."""
    return DirectMessage(guild.person("ada").id)


async def called(guild: Guild, query: str = "a boat") -> Call:
    """Return a command of ada's, once it has been acknowledged."""
    interaction = await guild.command("ada", "general", "neocu", query=query)
    await guild.journal.until(lambda: interaction.answered)
    return Call(interaction.id, interaction.token)


async def answer(guild: Guild) -> Place:
    """Return the answer to a command in #general, still "thinking"."""
    call = await called(guild)
    return Answer(guild.channel("general").id, guild.guild_id, title="a boat", call=call)


async def token(guild: Guild) -> Place:
    """Return the answer to a command where nothing but the token speaks."""
    return Token(await called(guild), guild.channel("general").id, guild.guild_id)


async def private_token(guild: Guild) -> Place:
    """Return the answer to a question, for ada alone."""
    call = await called(guild, "help")
    return Token(call, guild.channel("general").id, guild.guild_id, private=True)


async def follow_up(guild: Guild) -> Place:
    """Return what follows an answer that stands, where nothing but the token speaks."""
    message = await guild.command("ada", "general", "neocu-form")
    await guild.journal.until(lambda: message.answered)
    modal = guild.modal("ada")
    assert modal is not None
    return Token(
        Call(message.id, message.token),
        guild.channel("general").id,
        guild.guild_id,
        answered=True,
    )


DISCORD_RUNGS = (
    Rung("discord: thread to be made", _stage(new_thread)),
    Rung("discord: thread", _stage(thread)),
    Rung("discord: reply", _stage(reply)),
    Rung("discord: channel", _stage(channel)),
    Rung("discord: direct message", _stage(direct_message)),
    Rung("discord: answer to a command", _stage(answer, FILL_IN)),
    Rung("discord: token", _stage(token, FILL_IN)),
    Rung("discord: private token", _stage(private_token, FILL_IN)),
    Rung("discord: follow-up", _stage(follow_up, FOLLOW_UP), dedupes=False),
)
