"""The commands that Discord shows, and telling Discord when they have changed."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import aiohttp
import discord
from discord import app_commands

from core import wording

log = logging.getLogger(__name__)

OnCommand = Callable[[discord.Interaction, str, Sequence[discord.Attachment]], Awaitable[None]]


OnMessageCommand = Callable[[discord.Interaction, discord.Message], Awaitable[None]]


def create_tree(
    client: discord.Client, on_command: OnCommand, on_message_command: OnMessageCommand
) -> app_commands.CommandTree:
    """Return the tree: `/neocu` with its words and attachments, and a message menu's entry."""
    tree = app_commands.CommandTree(client)

    # A person may take the app along to guilds and chats that it is no member of:
    # https://docs.discord.com/developers/resources/application#installation-context
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    @tree.command(name="neocu", description=wording.labels.COMMAND)
    @app_commands.describe(
        query=wording.labels.COMMAND_QUERY,
        files=wording.labels.COMMAND_FILES,
        attachment=wording.labels.COMMAND_ATTACHMENT,
    )
    async def neocu(  # noqa: PLR0913, PLR0917 (a parameter is an option: Discord has no lists)
        interaction: discord.Interaction,
        query: str = "",
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
        text = f"{query}\nfiles: {files}" if files.strip() else query
        await on_command(interaction, text, [file for file in attached if file is not None])

    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    @tree.context_menu(name=wording.labels.USE_MESSAGE)
    async def use_in_neocu(interaction: discord.Interaction, message: discord.Message) -> None:
        await on_message_command(interaction, message)

    return tree


async def sync(tree: app_commands.CommandTree) -> None:
    """Tell Discord the commands if they have changed: it takes only 200 new ones a day.

    https://docs.discord.com/developers/interactions/application-commands#registering-a-command
    """
    wanted = [_shape(command.to_dict(tree)) for command in tree.get_commands()]
    try:
        known = [_shape(command.to_dict()) for command in await tree.fetch_commands()]
        if sorted(known, key=str) != sorted(wanted, key=str):
            await tree.sync()
            log.info("Discord has been told the commands anew")
    except (discord.HTTPException, discord.RateLimited, aiohttp.ClientError, OSError) as error:
        # Mentions and direct messages work without them.
        log.warning("Discord did not take the commands: %s", error)


def _shape(command: Mapping[str, Any]) -> dict[str, Any]:
    """Return what matters of a command: its names and descriptions, also of its options."""
    options = [
        {name: option.get(name) for name in ("type", "name", "description")}
        | {"required": bool(option.get("required"))}
        for option in command.get("options", [])
    ]
    names = {name: command.get(name) for name in ("type", "name", "description")}
    where = {name: sorted(command.get(name) or ()) for name in ("integration_types", "contexts")}
    return {**names, **where, "options": options}
