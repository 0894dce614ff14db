"""Discord's form for a request: a modal with the query, file IDs and files to attach.

https://docs.discord.com/developers/components/reference#file-upload
"""

from collections.abc import Sequence

import discord
from discord import ui

from core import wording
from core.intent import MAX_FILES
from core.request import Attachment, FormSent

PREFIX = "neocu_form"
QUERY, FILES, UPLOADS = "query", "files", "uploads"
MAX_INPUT_LENGTH = 4_000
MAX_DESCRIPTION_LENGTH = 100


def modal(source: FormSent, guild: str = "", attached: Sequence[Attachment] = ()) -> ui.Modal:
    """Return the modal, filled in; its custom ID says what it is about.

    `attached` go with it by a draft of ours: it shows their names.
    """
    known = f"{PREFIX} {source.asset} {source.source_key} {guild}".rstrip()
    form = ui.Modal(title=wording.labels.title(), custom_id=known, timeout=None)
    text = ui.TextInput[ui.Modal](
        custom_id=QUERY,
        style=discord.TextStyle.paragraph,
        max_length=MAX_INPUT_LENGTH,
        default=source.query[:MAX_INPUT_LENGTH] or None,
    )
    ids = ui.TextInput[ui.Modal](
        custom_id=FILES, required=False, default=", ".join(source.files) or None
    )
    room = max(1, MAX_FILES - len(attached))
    uploads = ui.FileUpload[ui.Modal](
        custom_id=UPLOADS, required=False, min_values=0, max_values=room
    )
    names = wording.labels.with_files([one.name for one in attached]) if attached else None
    form.add_item(ui.Label(text=wording.labels.query(), component=text))
    form.add_item(ui.Label(text=wording.labels.file_ids(), component=ids))
    form.add_item(
        ui.Label(
            text=wording.labels.files(),
            component=uploads,
            description=names and names[:MAX_DESCRIPTION_LENGTH],
        )
    )
    form.stop()  # discord.py need not remember it: our listener knows it by its ID
    return form


def parse_custom_id(custom_id: str) -> tuple[FormSent, str] | None:
    """Return what a sent modal is about, and the guild that it names; None if it is not ours."""
    prefix, asset, key, guild = (*custom_id.split(" "), "", "", "", "")[:4]
    if prefix != PREFIX or not asset.isdecimal():
        return None
    return FormSent("", source_key=key, asset=int(asset)), guild
