"""Slack's form for a request: a modal with the query, pickers, file IDs and files to attach.

https://docs.slack.dev/surfaces/modals/
"""

import json
import re
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from core import choices, wording
from core.choices import Choices
from core.form_rules import FormField
from core.inbox import Prefill
from core.intent import MAX_FILES, parse_file_ids
from core.request import Attachment

CALLBACK = "neocu_form"
SHORTCUT = "use_in_neocu"
QUERY, MORE, FILES, UPLOADS = FormField.QUERY, "more", FormField.FILES, FormField.UPLOADS
PICK = "pick:"  # before a picker's name
ANY = "any"  # the option of a picker that leaves it to Neocu
# https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element/
MAX_INPUT = 3_000
# Of a file's name, so that ten of them fit into what a modal may carry: 3,000 characters.
MAX_NAME = 80
# https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload
MAX_ERROR = 2_000

Json = dict[str, Any]


@dataclass(frozen=True)
class Form:
    """What a form carries besides its inputs: where the answer goes, and what it is about.

    `files` are (ID, name) of files in Slack that go with it. `kind` is what it edits. Each `turn`
    the pickers have written anew what stands in the query.
    """

    address: str
    workspace: str
    channel: str
    thread: str = ""
    source_key: str = ""
    asset: int = 0
    files: list[tuple[str, str]] = field(default_factory=list)
    kind: str = ""
    turn: int = 0

    def view(self, filled: Prefill, price: str, *, uploads: bool) -> Json:
        """Return the modal, filled in, with the price of what it would make."""
        form, left_out = replace(self, kind=filled.kind), [name for _, name in self.files]
        if not uploads:
            form = replace(form, files=[])
        blocks = [
            self._query(QUERY, wording.labels.query(), filled.query[:MAX_INPUT]),
            *self._rest(filled.query[MAX_INPUT:]),
            *self._pickers(choices.read(filled.query)),
            _small(wording.labels.price(price)),
            _input(FILES, wording.labels.file_ids(), _text(", ".join(filled.files)), optional=True),
        ]
        if uploads:
            element = {"type": "file_input", "max_files": MAX_FILES}
            blocks.append(_input(UPLOADS, wording.labels.files(), element, optional=True))
        if left_out:
            note = wording.labels.with_files if uploads else wording.labels.files_left_out
            blocks.append(_small(note(left_out)))
        return {
            "type": "modal",
            "callback_id": CALLBACK,
            "title": _plain(wording.labels.edit_title(filled.kind)),
            "submit": _plain(wording.labels.submit()),
            "close": _plain(wording.labels.cancel()),
            "private_metadata": json.dumps(asdict(form), ensure_ascii=False),
            "blocks": blocks,
        }

    def _query(self, name: str, label: str, text: str, *, optional: bool = False) -> Json:
        """Return an input for the query.

        Slack keeps what stands in an input of the same ID, so each turn has another.
        https://github.com/slackapi/bolt-js/issues/290
        """
        element = _text(text, multiline=True)
        block = _input(name, label, element, optional=optional)
        return {**block, "block_id": f"{name}-{self.turn}"}

    def _rest(self, query: str) -> list[Json]:
        """Return an input for what one input can't hold of a query."""
        if not query:
            return []
        return [self._query(MORE, wording.labels.rest(), query[:MAX_INPUT], optional=True)]

    def _pickers(self, chosen: Choices) -> list[Json]:
        """Return a picker for the kind, and those that this kind has."""
        return [
            self._picker(name, chosen)
            for name in choices.NAMES
            if name == "kind" or choices.options(name, chosen.kind)
        ]

    def _picker(self, name: str, chosen: Choices) -> Json:
        labels = wording.labels
        named = {one: labels.option(name, one) for one in choices.options(name, chosen.kind)}
        named = {ANY: labels.undecided(), **named}
        options = {value: {"text": _plain(words), "value": value} for value, words in named.items()}
        element = {
            "type": "static_select",
            "options": list(options.values()),
            "initial_option": options[getattr(chosen.fitting, name) or ANY],
        }
        block = _input(f"{PICK}{name}", labels.picker(name), element, optional=True)
        return {**block, "block_id": f"{PICK}{name}-{self.turn}", "dispatch_action": True}

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """The files that it brought along; Slack is asked for their address later."""
        return tuple(Attachment(id=id_, name=name, url="", size=0) for id_, name in self.files)

    @classmethod
    def load(cls, view: Json) -> "Form":
        """Read a submitted view."""
        return cls(**json.loads(view["private_metadata"]))


@dataclass(frozen=True)
class Filled:
    """What was put into a form; `uploads` are Slack's file objects."""

    query: str
    file_ids: tuple[str, ...]
    uploads: list[Json]


def filled(view: Json) -> Filled:
    """Return what stands in a view that was submitted, or of which a picker was used.

    What nobody has touched may be left out of its state: https://github.com/slackapi/bolt-js/issues/1073
    """
    values = {
        name: state for block in view["state"]["values"].values() for name, state in block.items()
    }
    for block in view.get("blocks", ()):
        element = block.get("element") or {}
        values.setdefault(element.get("action_id"), {"value": element.get("initial_value")})
    text = "".join(values.get(name, {}).get("value") or "" for name in (QUERY, MORE))
    ids = values.get(FILES, {}).get("value") or ""
    uploads = values.get(UPLOADS, {}).get("files") or []
    return Filled(text, tuple(parse_file_ids(ids)), uploads)


def picked(view: Json, action: Json) -> tuple[Form, Prefill]:
    """Return the form after a picker was used: its query says what is picked now."""
    form, given = Form.load(view), filled(view)
    value = (action.get("selected_option") or {}).get("value", ANY)
    name = action["action_id"].removeprefix(PICK)
    chosen = replace(choices.read(given.query), **{name: "" if value == ANY else value})
    query = choices.write(given.query, chosen)
    return replace(form, turn=form.turn + 1), Prefill(query, given.file_ids, form.kind)


def block_of(view: Json, name: FormField) -> str:
    """Return the block of an input, where Slack shows what is wrong with it; else the query's."""
    ids: list[str] = [block["block_id"] for block in view["blocks"]]
    own = [one for one in ids if re.fullmatch(rf"{name}(-\d+)?", one)]
    return (own or [one for one in ids if one.startswith(QUERY)])[0]


def _input(name: str, label: str, element: Json, *, optional: bool = False) -> Json:
    return {
        "type": "input",
        "block_id": name,
        "optional": optional,
        "label": _plain(label),
        "element": {**element, "action_id": name},
    }


def _small(text: str) -> Json:
    return {"type": "context", "elements": [_plain(text[:MAX_INPUT])]}


def _text(value: str, *, multiline: bool = False) -> Json:
    element: Json = {"type": "plain_text_input", "multiline": multiline, "max_length": MAX_INPUT}
    return {**element, "initial_value": value} if value else element


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}
