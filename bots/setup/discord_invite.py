"""The link that adds the bot to a Discord server, with the permissions that it needs.

https://docs.discord.com/developers/topics/oauth2#bot-authorization-flow
"""

import base64
import binascii

import discord

PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    read_message_history=True,
    attach_files=True,
    embed_links=True,
)
SCOPES = ("bot", "applications.commands")


def invite_link(application_id: int | str) -> str:
    """Return the address to open in a browser."""
    scopes = "+".join(SCOPES)
    return (
        f"https://discord.com/oauth2/authorize?client_id={application_id}"
        f"&scope={scopes}&permissions={PERMISSIONS.value}"
    )


def application_of(token: str) -> str:
    """Return the application's ID, which a bot token begins with; "" where it does not."""
    first = token.partition(".")[0]
    try:
        found = base64.b64decode(first + "=" * (-len(first) % 4), validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return ""
    return found if found.isdecimal() else ""


def missing_permissions(granted: int) -> list[str]:
    """Return the permissions that are needed and not granted, as Discord calls them."""
    lacking = discord.Permissions(PERMISSIONS.value & ~granted)
    names = [name for name, is_on in lacking if is_on]
    # discord.py calls "View Channel" by its older name.
    return [
        name.replace("read_messages", "view_channel").replace("_", " ").title() for name in names
    ]
