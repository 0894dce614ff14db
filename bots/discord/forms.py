"""Discord's form for a request: a modal with the query, file IDs and files to attach.

https://docs.discord.com/developers/components/reference#file-upload
"""

import discord
from discord import ui

from core import wording
from core.intent import FILES_LIMIT

PREFIX = "neocu_form"
QUERY, FILES, UPLOADS = "query", "files", "uploads"
INPUT_LIMIT = 4_000


def modal(
    about: str = "", asset: int = 0, query: str = "", file_ids: tuple[str, ...] = ()
) -> ui.Modal:
    """Return the modal; its custom ID says which request (and which result) it is about."""
    form = ui.Modal(title=wording.labels.TITLE, custom_id=f"{PREFIX} {asset} {about}", timeout=None)
    text = ui.TextInput[ui.Modal](
        custom_id=QUERY,
        style=discord.TextStyle.paragraph,
        max_length=INPUT_LIMIT,
        default=query[:INPUT_LIMIT] or None,
    )
    ids = ui.TextInput[ui.Modal](
        custom_id=FILES, required=False, default=", ".join(file_ids) or None
    )
    uploads = ui.FileUpload[ui.Modal](
        custom_id=UPLOADS, required=False, min_values=0, max_values=FILES_LIMIT
    )
    form.add_item(ui.Label(text=wording.labels.QUERY, component=text))
    form.add_item(ui.Label(text=wording.labels.FILE_IDS, component=ids))
    form.add_item(ui.Label(text=wording.labels.FILES, component=uploads))
    form.stop()  # discord.py need not remember it: our listener knows it by its ID
    return form


def about(custom_id: str) -> tuple[str, int] | None:
    """Return which request and which of its results a sent modal is about; None if not ours."""
    prefix, _, rest = custom_id.partition(" ")
    asset, _, key = rest.partition(" ")
    return (key, int(asset)) if prefix == PREFIX and asset.isdigit() else None
