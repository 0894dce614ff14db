"""Discord's form for a request: a modal with the query, pickers, file IDs and files to attach.

A modal holds five inputs and can't change while it is open: two pickers offer four choices, and say
what each costs. https://docs.discord.com/developers/components/reference
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from core import choices, wording
from core.choices import Choices
from core.inbox import Prefill
from core.intent import MAX_FILES
from core.neocu.prices import PRICES

PREFIX, PUBLIC_PREFIX = "neocu_form", "neocu_form_public"
QUERY, KIND, MANNER, FILES, UPLOADS = "query", "kind", "manner", "files", "uploads"
MAX_INPUT_LENGTH = 4_000
MAX_DESCRIPTION_LENGTH = 100
BETWEEN = "/"  # a kind and its size

# The inputs of a sent form, by name.
Inputs = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class About:
    """What a form is about: the request that it edits, one of its results, and a guild.

    `public` says that it was opened anew from what its person alone sees, but is answered to all.
    """

    source_key: str = ""
    asset: int = 0
    guild: str = ""
    public: bool = False

    @property
    def custom_id(self) -> str:
        """What Discord tells us when the form is sent."""
        prefix = PUBLIC_PREFIX if self.public else PREFIX
        return f"{prefix} {self.asset} {self.source_key} {self.guild}".rstrip()


def modal(about: About, filled: Prefill, *, uploads: bool) -> ui.Modal:
    """Return the modal, filled in.

    Attachments go with it by a draft of ours: it shows their names, or, where no file can be used,
    that they are left out.
    """
    attached = filled.attachments
    title = wording.labels.edit_title(filled.kind)
    form = ui.Modal(title=title, custom_id=about.custom_id, timeout=None)
    chosen, names = choices.read(filled.query), [one.name for one in attached]
    left_out = wording.labels.files_left_out(names) if names and not uploads else None
    with_them = wording.labels.with_files(names) if names and uploads else None
    form.add_item(_label(wording.labels.query(), _query(filled.query), left_out))
    form.add_item(_label(wording.labels.kind_and_size(), _kinds(chosen)))
    form.add_item(_label(wording.labels.length_and_shape(), _manners(chosen)))
    ids = ui.TextInput[ui.Modal](
        custom_id=FILES, required=False, default=", ".join(filled.files) or None
    )
    form.add_item(_label(wording.labels.file_ids(), ids))
    if uploads:
        room = max(1, MAX_FILES - len(attached))
        files = ui.FileUpload[ui.Modal](
            custom_id=UPLOADS, required=False, min_values=0, max_values=room
        )
        form.add_item(_label(wording.labels.files(), files, with_them))
    form.stop()  # discord.py need not remember it: our listener knows it by its ID
    return form


def parse_custom_id(custom_id: str) -> About | None:
    """Return what a sent modal is about; None if it is not ours."""
    prefix, asset, key, guild = (*custom_id.split(" "), "", "", "", "")[:4]
    if prefix not in {PREFIX, PUBLIC_PREFIX} or not asset.isdecimal():
        return None
    return About(key, int(asset), guild, public=prefix == PUBLIC_PREFIX)


def written(query: str, inputs: Inputs) -> str:
    """Return the query of a form with what was picked in it; the first of two of a kind."""
    kind, _, size = next(iter(_picked(inputs, KIND)), "").partition(BETWEEN)
    manner = _picked(inputs, MANNER)
    length, shape = (
        next((one for one in several if one in manner), "")
        for several in (choices.LENGTHS, choices.SHAPES)
    )
    return choices.write(query, Choices(kind, length, size, shape))


def contradicts_itself(inputs: Inputs) -> bool:
    """Whether two lengths were picked, or two shapes."""
    manner = set(_picked(inputs, MANNER))
    return any(len(manner & set(several)) > 1 for several in (choices.LENGTHS, choices.SHAPES))


def _picked(inputs: Inputs, name: str) -> Sequence[str]:
    return inputs.get(name, {}).get("values") or ()


def _label(text: str, component: ui.Item[ui.Modal], note: str | None = None) -> ui.Label[ui.Modal]:
    return ui.Label(
        text=text, component=component, description=note and note[:MAX_DESCRIPTION_LENGTH]
    )


def _query(query: str) -> ui.TextInput[ui.Modal]:
    return ui.TextInput(
        custom_id=QUERY,
        style=discord.TextStyle.paragraph,
        max_length=MAX_INPUT_LENGTH,
        default=choices.without(query)[:MAX_INPUT_LENGTH] or None,
    )


def _kinds(chosen: Choices) -> ui.Select[ui.Modal]:
    """Return the picker for a kind, of any size or a certain one, with what that costs."""
    here = chosen.kind + (chosen.size and f"{BETWEEN}{chosen.size}")
    options = [
        discord.SelectOption(
            label=" · ".join(filter(None, (wording.labels.option("kind", kind), size))),
            value=value,
            description=_rate(kind, size),
            default=value == here,
        )
        for kind in choices.options("kind")
        for size in ("", *choices.options("size", kind))
        for value in [kind + (size and f"{BETWEEN}{size}")]
    ]
    return _select(KIND, options, most=1)


def _manners(chosen: Choices) -> ui.Select[ui.Modal]:
    """Return the picker for a length and a shape."""
    options = [
        discord.SelectOption(
            label=wording.labels.option(name, value),
            value=value,
            default=value == getattr(chosen, name),
        )
        for name, values in (("length", choices.LENGTHS), ("shape", choices.SHAPES))
        for value in values
    ]
    return _select(MANNER, options, most=2)


def _select(name: str, options: list[discord.SelectOption], most: int) -> ui.Select[ui.Modal]:
    return ui.Select(
        custom_id=name,
        placeholder=wording.labels.undecided(),
        options=options,
        min_values=0,
        max_values=most,
        required=False,
    )


def _rate(kind: str, size: str) -> str:
    """Return what a kind costs in a size, or in its smallest."""
    rows = [row for row in PRICES if row.medium == kind and row.operation.startswith("create")]
    at = {"1 MP": "0.5 to 1 MP", "4 MP": "2 to 4 MP"}.get(size, size)
    row = next((one for one in rows if one.size == at), rows[0])
    return wording.labels.rate(row)
