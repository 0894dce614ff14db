"""Slack's form for a request: a modal with the query, file IDs and files to attach.

https://docs.slack.dev/surfaces/modals/
"""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from core import wording
from core.intent import MAX_FILES, parse_file_ids
from core.request import Attachment

CALLBACK = "neocu_form"
SHORTCUT = "use_in_neocu"
QUERY, MORE, FILES, UPLOADS = "query", "more", "files", "uploads"
# https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element/
MAX_INPUT = 3_000
# Of a file's name, so that ten of them fit into what a modal may carry: 3,000 characters.
MAX_NAME = 80

Json = dict[str, Any]


@dataclass(frozen=True)
class Form:
    """What a form carries besides its inputs: where the answer goes, and what it is about.

    `files` are (ID, name) of files in Slack that go with it.
    """

    address: str
    workspace: str
    channel: str
    thread: str = ""
    source_key: str = ""
    asset: int = 0
    files: list[tuple[str, str]] = field(default_factory=list)

    def view(self, query: str = "", file_ids: tuple[str, ...] = ()) -> Json:
        """Return the modal, filled with a query and file IDs."""
        blocks = [
            _input(QUERY, wording.labels.query(), _text(query[:MAX_INPUT], multiline=True)),
            *self._rest(query[MAX_INPUT:]),
            _input(FILES, wording.labels.file_ids(), _text(", ".join(file_ids)), optional=True),
            _input(
                UPLOADS,
                wording.labels.files(),
                {"type": "file_input", "max_files": MAX_FILES},
                optional=True,
            ),
        ]
        if self.files:
            note = wording.labels.with_files([name for _, name in self.files])
            blocks.append({"type": "context", "elements": [_plain(note[:MAX_INPUT])]})
        return {
            "type": "modal",
            "callback_id": CALLBACK,
            "title": _plain(wording.labels.title()),
            "submit": _plain(wording.labels.submit()),
            "close": _plain(wording.labels.cancel()),
            "private_metadata": json.dumps(asdict(self), ensure_ascii=False),
            "blocks": blocks,
        }

    @staticmethod
    def _rest(query: str) -> list[Json]:
        """Return an input for what one input can't hold of a query."""
        if not query:
            return []
        text = _text(query[:MAX_INPUT], multiline=True)
        return [_input(MORE, wording.labels.rest(), text, optional=True)]

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
    """Return what was put into a submitted view."""
    values = view["state"]["values"]
    text = "".join(values.get(name, {}).get(name, {}).get("value") or "" for name in (QUERY, MORE))
    ids = values.get(FILES, {}).get(FILES, {}).get("value") or ""
    uploads = values.get(UPLOADS, {}).get(UPLOADS, {}).get("files") or []
    return Filled(text, tuple(parse_file_ids(ids)), uploads)


def _input(name: str, label: str, element: Json, *, optional: bool = False) -> Json:
    return {
        "type": "input",
        "block_id": name,
        "optional": optional,
        "label": _plain(label),
        "element": {**element, "action_id": name},
    }


def _text(value: str, *, multiline: bool = False) -> Json:
    element: Json = {"type": "plain_text_input", "multiline": multiline, "max_length": MAX_INPUT}
    return {**element, "initial_value": value} if value else element


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}
