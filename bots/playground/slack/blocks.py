"""What Slack refuses in Block Kit (https://docs.slack.dev/reference/block-kit/blocks/)."""

from collections.abc import Callable, Generator, Iterator
from secrets import token_urlsafe
from typing import Any

from bots.playground.slack.rich_text import rich_text_problems
from bots.playground.slack.state import Json

MAX_BLOCKS = 50
MAX_VIEW_BLOCKS = 100
MAX_MARKDOWN = 12_000
MAX_SECTION_TEXT = 3_000
MAX_FIELD_TEXT = 2_000
MAX_FIELDS = 10
MAX_HEADER = 150
MAX_CONTEXT = 10
MAX_ACTIONS = 25
MAX_BUTTON_TEXT = 75
MAX_BUTTON_VALUE = 2_000
MAX_URL = 3_000
MAX_OPTIONS = 100
# https://docs.slack.dev/reference/block-kit/composition-objects/option-object
MAX_OPTION_VALUE = 150
MAX_ALT = 2_000
MAX_TITLE = 2_000
MAX_LABEL = 2_000
MAX_ID = 255
MAX_UPLOADS = 10
# Not documented: https://github.com/slackapi/bolt-js/issues/2509
MAX_ALL_TEXT = 13_200

Problems = Iterator[str]
TEXT_TYPES = ("plain_text", "mrkdwn")
INPUTS = {
    "checkboxes",
    "conversations_select",
    "datepicker",
    "email_text_input",
    "file_input",
    "multi_conversations_select",
    "multi_static_select",
    "multi_users_select",
    "number_input",
    "overflow",
    "plain_text_input",
    "radio_buttons",
    "static_select",
    "url_text_input",
    "users_select",
}


def problems(blocks: Any, *, limit: int = MAX_BLOCKS, at: str = "/blocks") -> list[str]:
    """Return what is wrong with blocks, in Slack's words; nothing if all is well."""
    if not isinstance(blocks, list):
        return [f"must provide an array [json-pointer:{at}]"]
    found = (
        [] if len(blocks) <= limit else [f"no more than {limit} items allowed [json-pointer:{at}]"]
    )
    for number, block in enumerate(blocks):
        found += _block(block, f"{at}/{number}")
    return found


def length(part: Any) -> int:
    """Return the number of characters in all text of blocks but markdown, which counts apart."""
    if isinstance(part, list):
        return sum(length(item) for item in part)
    if not isinstance(part, dict) or part.get("type") == "markdown":
        return 0
    own = part.get("text")
    return (len(own) if isinstance(own, str) else 0) + length(list(part.values()))


def with_ids(blocks: list[Json]) -> list[Json]:
    """Return blocks with the `block_id`s and `action_id`s that Slack adds where none are given."""
    named = [{"block_id": token_urlsafe(4), **block} for block in blocks]
    for block in named:
        for key in ("accessory", "element"):
            if key in block and block[key].get("type") != "image":  # nothing to press
                block[key] = {"action_id": token_urlsafe(4), **block[key]}
        if block["type"] == "actions":
            block["elements"] = [{"action_id": token_urlsafe(4), **e} for e in block["elements"]]
    return named


def _block(block: Any, at: str) -> Problems:
    kind = block.get("type") if isinstance(block, dict) else None
    check = CHECKS.get(str(kind))
    if check is None:
        yield f"unsupported type: {kind} [json-pointer:{at}/type]"
        return
    yield from _string(block.get("block_id", ""), MAX_ID, f"{at}/block_id")
    yield from check(block, at)


def _string(value: Any, limit: int, at: str, *, least: int = 0) -> Problems:
    if not isinstance(value, str):
        yield f"must provide a string [json-pointer:{at}]"
    elif len(value) > limit:
        yield f"must be less than {limit + 1} characters [json-pointer:{at}]"
    elif len(value) < least:
        yield f"must be more than {least - 1} characters [json-pointer:{at}]"


def text_problems(text: Any, limit: int, at: str, *, plain: bool = False) -> Problems:
    """Yield what is wrong with a text object."""
    if not isinstance(text, dict):
        yield f"must provide an object [json-pointer:{at}]"
    elif text.get("type") not in (TEXT_TYPES[:1] if plain else TEXT_TYPES):
        yield f"unsupported type: {text.get('type')} [json-pointer:{at}/type]"
    else:
        yield from _string(text.get("text"), limit, f"{at}/text", least=1)


def _section(block: Json, at: str) -> Problems:
    if "text" not in block and "fields" not in block:
        yield f"missing required field: text [json-pointer:{at}]"
    if "text" in block:
        yield from text_problems(block["text"], MAX_SECTION_TEXT, f"{at}/text")
    fields = block.get("fields", [])
    if len(fields) > MAX_FIELDS:
        yield f"no more than {MAX_FIELDS} items allowed [json-pointer:{at}/fields]"
    for number, text in enumerate(fields):
        yield from text_problems(text, MAX_FIELD_TEXT, f"{at}/fields/{number}")
    if "accessory" in block:
        yield from _element(block["accessory"], f"{at}/accessory")


def _header(block: Json, at: str) -> Problems:
    yield from text_problems(block.get("text"), MAX_HEADER, f"{at}/text", plain=True)


def _markdown(block: Json, at: str) -> Problems:
    yield from _string(block.get("text"), MAX_MARKDOWN, f"{at}/text", least=1)


def _context(block: Json, at: str) -> Problems:
    elements = yield from _list(block, MAX_CONTEXT, at)
    for number, element in enumerate(elements):
        here = f"{at}/elements/{number}"
        if element.get("type") == "image":
            yield from _picture(element, here)
        else:
            yield from text_problems(element, MAX_SECTION_TEXT, here)


def _actions(block: Json, at: str) -> Problems:
    elements = yield from _list(block, MAX_ACTIONS, at)
    for number, element in enumerate(elements):
        yield from _element(element, f"{at}/elements/{number}")
    ids = [e["action_id"] for e in elements if isinstance(e, dict) and "action_id" in e]
    for action_id in {name for name in ids if ids.count(name) > 1}:
        yield f"`action_id` '{action_id}' already exists in this block [json-pointer:{at}]"


def _list(block: Json, limit: int, at: str) -> Generator[str, None, list[Any]]:
    elements = block.get("elements")
    if not isinstance(elements, list) or not elements:
        yield f"must provide an array with at least 1 item [json-pointer:{at}/elements]"
        return []
    if len(elements) > limit:
        yield f"no more than {limit} items allowed [json-pointer:{at}/elements]"
    return elements


def _element(element: Any, at: str) -> Problems:
    kind = element.get("type") if isinstance(element, dict) else None
    if kind == "button":
        yield from text_problems(element.get("text"), MAX_BUTTON_TEXT, f"{at}/text", plain=True)
        yield from _string(element.get("value", ""), MAX_BUTTON_VALUE, f"{at}/value")
        yield from _string(element.get("url", ""), MAX_URL, f"{at}/url")
        if element.get("style", "primary") not in ("primary", "danger"):
            yield f"must be a valid enum value [json-pointer:{at}/style]"
    elif kind == "image":
        yield from _picture(element, at)
    elif kind == "static_select":
        yield from _menu(element, at)
    elif kind not in INPUTS:
        yield f"unsupported type: {kind} [json-pointer:{at}/type]"
        return
    yield from _string(element.get("action_id", ""), MAX_ID, f"{at}/action_id")


def _menu(element: Json, at: str) -> Problems:
    """Yield what is wrong with a menu.

    https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element
    """
    options = element.get("options") or []
    if not 1 <= len(options) <= MAX_OPTIONS:
        yield f"must have between 1 and {MAX_OPTIONS} items [json-pointer:{at}/options]"
    for number, option in enumerate(options):
        here = f"{at}/options/{number}"
        yield from text_problems(option.get("text"), MAX_BUTTON_TEXT, f"{here}/text", plain=True)
        yield from _string(option.get("value"), MAX_OPTION_VALUE, f"{here}/value", least=1)
    if "initial_option" in element and element["initial_option"] not in options:
        yield f"must be one of the options [json-pointer:{at}/initial_option]"


def _picture(block: Json, at: str) -> Problems:
    """Yield what is wrong with a picture.

    https://docs.slack.dev/reference/block-kit/blocks/image-block
    """
    if "alt_text" not in block:
        yield f"missing required field: alt_text [json-pointer:{at}]"
    else:
        yield from _string(block["alt_text"], MAX_ALT, f"{at}/alt_text", least=1)
    if ("image_url" in block) == ("slack_file" in block):
        yield f"must define either `slack_file` or `image_url`, not both [json-pointer:{at}]"
    if "image_url" in block:
        yield from _string(block["image_url"], MAX_URL, f"{at}/image_url", least=1)
    if "title" in block:
        yield from text_problems(block["title"], MAX_TITLE, f"{at}/title", plain=True)


def _input(block: Json, at: str) -> Problems:
    yield from text_problems(block.get("label"), MAX_LABEL, f"{at}/label", plain=True)
    yield from _element(block.get("element"), f"{at}/element")
    element = block.get("element")
    if isinstance(element, dict) and not 1 <= element.get("max_files", 1) <= MAX_UPLOADS:
        yield f"must be between 1 and {MAX_UPLOADS} [json-pointer:{at}/element/max_files]"


def _video(block: Json, at: str) -> Problems:
    for key in ("title", "alt_text", "thumbnail_url", "video_url"):
        if key not in block:
            yield f"missing required field: {key} [json-pointer:{at}]"


def _anything(block: Json, at: str) -> Problems:
    del block, at
    yield from ()


CHECKS: dict[str, Callable[[Json, str], Problems]] = {
    "actions": _actions,
    "context": _context,
    "divider": _anything,
    "file": _anything,
    "header": _header,
    "image": _picture,
    "input": _input,
    "markdown": _markdown,
    "rich_text": rich_text_problems,
    "section": _section,
    "video": _video,
}
