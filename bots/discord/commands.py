"""The commands that Discord shows, and telling Discord when they have changed."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import aiohttp
import discord
from discord import app_commands
from discord.http import Route

from core import wording
from core.intent import with_files
from core.voice import closest, speaking

log = logging.getLogger(__name__)

FORM_COMMAND = "neocu-form"


class Listeners(Protocol):
    """Who takes what the commands bring."""

    def in_time(self, interaction: discord.Interaction) -> bool:
        """Whether Discord still waits for an answer."""
        ...

    async def on_command(
        self, interaction: discord.Interaction, text: str, files: Sequence[discord.Attachment]
    ) -> None:
        """Take `/neocu …`."""
        ...

    async def on_typing(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        """Return what to offer while somebody types."""
        ...


class FormListeners(Protocol):
    """Who takes what opens a form."""

    async def on_form_command(self, interaction: discord.Interaction) -> None:
        """Open the form."""
        ...

    async def on_message_command(
        self, interaction: discord.Interaction, message: discord.Message
    ) -> None:
        """Open the form for a message."""
        ...


class Tree(app_commands.CommandTree):
    """The commands, none of which runs once Discord has given it up."""

    def __init__(
        self, client: discord.Client, in_time: Callable[[discord.Interaction], bool]
    ) -> None:
        super().__init__(client)
        self._in_time = in_time

    async def interaction_check(self, interaction: discord.Interaction, /) -> bool:
        """Whether the command is run."""
        return self._in_time(interaction)


class Translator(app_commands.Translator):
    """Says the descriptions in every language of ours, as Discord shows them to each person."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,  # noqa: ARG002 (discord.py calls it with this)
    ) -> str | None:
        """Return the words for one locale, None where we don't speak it."""
        language = closest(locale.value)
        if not language or "say" not in string.extras:
            return None
        with speaking(language):
            return str(string.extras["say"]())


def _said(say: Callable[[], str]) -> app_commands.locale_str:
    """Return words in the language of the settings, which the translator says in the others."""
    return app_commands.locale_str(say(), say=say)


def create_tree(
    client: discord.Client, listeners: Listeners, forms: FormListeners
) -> app_commands.CommandTree:
    """Return the tree: `/neocu` with its words and attachments, the form, and a menu's entry."""
    tree = Tree(client, listeners.in_time)

    # A person may take the app along to guilds and chats that it is no member of:
    # https://docs.discord.com/developers/resources/application#installation-context
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    @tree.command(name="neocu", description=_said(wording.labels.command))
    @app_commands.describe(
        query=_said(wording.labels.command_query),
        files=_said(wording.labels.command_files),
        attachment=_said(wording.labels.command_attachment),
    )
    async def neocu(  # noqa: PLR0913, PLR0917 (a parameter is an option: Discord has no lists)
        interaction: discord.Interaction,
        query: str,
        files: str = "",
        attachment: discord.Attachment | None = None,
        attachment_2: discord.Attachment | None = None,
        attachment_3: discord.Attachment | None = None,
        attachment_4: discord.Attachment | None = None,
        attachment_5: discord.Attachment | None = None,
        attachment_6: discord.Attachment | None = None,
        attachment_7: discord.Attachment | None = None,
        attachment_8: discord.Attachment | None = None,
        attachment_9: discord.Attachment | None = None,
        attachment_10: discord.Attachment | None = None,
    ) -> None:
        attached = (
            *(attachment, attachment_2, attachment_3, attachment_4, attachment_5),
            *(attachment_6, attachment_7, attachment_8, attachment_9, attachment_10),
        )
        text = with_files(query, files)
        await listeners.on_command(
            interaction, text, [file for file in attached if file is not None]
        )

    @neocu.autocomplete("query")
    async def suggest(
        interaction: discord.Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        return await listeners.on_typing(interaction, current)

    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    @tree.command(name=FORM_COMMAND, description=_said(wording.labels.form_command))
    async def neocu_form(interaction: discord.Interaction) -> None:
        await forms.on_form_command(interaction)

    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    @tree.context_menu(name=wording.labels.USE_MESSAGE)
    async def use_in_neocu(interaction: discord.Interaction, message: discord.Message) -> None:
        await forms.on_message_command(interaction, message)

    return tree


async def sync(tree: app_commands.CommandTree) -> None:
    """Tell Discord the commands if they have changed: it takes only 200 new ones a day.

    https://docs.discord.com/developers/interactions/application-commands#registering-a-command
    """
    translator = Translator()
    await tree.set_translator(translator)
    wanted = [
        _shape(await command.get_translated_payload(tree, translator))
        for command in tree.get_commands()
    ]
    try:
        # As Discord tells them: discord.py's own reading loses the last of their contexts.
        # https://github.com/Rapptz/discord.py/issues/10525
        # Their translations only where they are asked for, which discord.py doesn't.
        # https://docs.discord.com/developers/interactions/application-commands#get-global-application-commands
        id_ = tree.client.application_id or 0
        route = Route("GET", "/applications/{application_id}/commands", application_id=id_)
        told = await tree.client.http.request(route, params={"with_localizations": "true"})
        known = [_shape(command) for command in told]
        if sorted(known, key=str) != sorted(wanted, key=str):
            await tree.sync()
            log.info("Discord has been told the commands anew")
    except (discord.HTTPException, discord.RateLimited, aiohttp.ClientError, OSError) as error:
        # Mentions and direct messages work without them.
        log.warning("Discord did not take the commands: %s", error)


def _shape(command: Mapping[str, Any]) -> dict[str, Any]:
    """Return what matters of a command, without what Discord reads back in another way."""
    options = [
        {name: option.get(name) for name in ("type", "name", "description")}
        | {name: bool(option.get(name)) for name in ("required", "autocomplete")}
        | _translations(option)
        for option in command.get("options", [])
    ]
    slash = command.get("type") == discord.AppCommandType.chat_input.value
    return {
        "type": command.get("type"),
        "name": command.get("name"),
        "description": command.get("description") if slash else "",  # a menu's entry has none
        "integration_types": sorted(command.get("integration_types") or ()),
        "contexts": sorted(command.get("contexts") or ()),
        "options": options,
        **_translations(command),
    }


def _translations(part: Mapping[str, Any]) -> dict[str, Any]:
    """Return the translated descriptions; none is told as null, and as nothing at all."""
    return {"description_localizations": dict(part.get("description_localizations") or {})}
