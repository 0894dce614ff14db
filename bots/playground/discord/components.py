"""What Discord accepts as components of a message or a modal.

https://docs.discord.com/developers/components/reference
"""

from collections.abc import Iterator
from typing import Any

from bots.playground.discord.error_codes import Form
from bots.playground.discord.state import Json, Message

ROW, BUTTON, SELECT, INPUT = 1, 2, 3, 4
SECTION, TEXT_DISPLAY, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER = 9, 10, 11, 12, 13, 14, 17
LABEL, FILE_UPLOAD = 18, 19
USER_SELECT, ROLE_SELECT, CHANNEL_SELECT = 5, 6, 8
SELECTS = {SELECT, USER_SELECT, ROLE_SELECT, 7, CHANNEL_SELECT}
IN_CONTAINER = {ROW, SECTION, TEXT_DISPLAY, GALLERY, FILE, SEPARATOR}
IN_V2 = IN_CONTAINER | {CONTAINER}
IN_LABEL = SELECTS | {INPUT, FILE_UPLOAD, 21, 22, 23}
LINK_STYLE, PREMIUM_STYLE = 5, 6

MAX_ROWS, MAX_BUTTONS, MAX_COMPONENTS, MAX_TEXT_LENGTH = 5, 5, 40, 4000
MAX_GALLERY, MAX_SECTION_TEXTS, MAX_OPTIONS, MAX_UPLOADS = 10, 3, 25, 10
MAX_ID_LENGTH, MAX_LABEL_LENGTH, MAX_URL_LENGTH, MAX_ALT_LENGTH = 100, 80, 512, 1024
MAX_TITLE_LENGTH, MAX_DESCRIPTION_LENGTH = 45, 100


def walk(components: Any) -> Iterator[Json]:
    """Yield every component, those inside others too."""
    for component in components or []:
        yield component
        yield from walk(component.get("components"))
        yield from walk([component[key] for key in ("accessory", "component") if key in component])


def words_of(message: Message) -> str:
    """Return what a message says: its content, or the texts of its layout."""
    parts = walk(message.components)
    shown = [part["content"] for part in parts if part.get("type") == TEXT_DISPLAY]
    return "\n".join(filter(None, (message.content, *shown)))


def check_components(form: Form, components: Any, filenames: set[str], *, v2: bool) -> None:
    """Check a message's components; `filenames` are what `attachment://` may name."""
    form.count("components", components, MAX_COMPONENTS if v2 else MAX_ROWS)
    if not isinstance(components, list):
        return
    allowed = IN_V2 if v2 else {ROW}
    for index, component in enumerate(components):
        _check(form, f"components.{index}", component, allowed, filenames)
    _check_ids(form, components)
    if v2:
        _check_totals(form, components)


def _check_ids(form: Form, components: list[Json]) -> None:
    seen: set[str] = set()
    for component in walk(components):
        custom_id = component.get("custom_id")
        if custom_id is not None and custom_id in seen:
            reason = "Component custom id cannot be duplicated"
            form.wrong("components", "COMPONENT_CUSTOM_ID_DUPLICATED", reason)
        seen.add(custom_id or "")


def _check_totals(form: Form, components: list[Json]) -> None:
    parts = list(walk(components))
    if len(parts) > MAX_COMPONENTS:
        reason = f"The total number of components cannot exceed {MAX_COMPONENTS}"
        form.wrong("components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", reason)
    written = sum(len(str(part.get("content", ""))) for part in parts)
    if written > MAX_TEXT_LENGTH:
        reason = f"The total displayable text size is limited to {MAX_TEXT_LENGTH} characters"
        form.wrong("components", "COMPONENT_MAX_TOTAL_TEXT_SIZE_EXCEEDED", reason)


def _check(form: Form, path: str, component: Json, allowed: set[int], filenames: set[str]) -> None:
    kind = component.get("type")
    if kind not in allowed:
        reason = f'Value of field "type" must be one of {tuple(sorted(allowed))}.'
        form.wrong(f"{path}.type", "UNION_TYPE_CHOICES", reason)
    elif kind == ROW:
        _check_row(form, path, component, filenames)
    elif kind == BUTTON:
        check_button(form, path, component)
    elif kind in SELECTS:
        _check_select(form, path, component)
    elif kind == TEXT_DISPLAY:
        form.length(f"{path}.content", component.get("content"), MAX_TEXT_LENGTH, 1)
    elif kind == GALLERY:
        _check_gallery(form, path, component.get("items"), filenames)
    elif kind in (FILE, THUMBNAIL):
        key = "file" if kind == FILE else "media"
        _check_media(form, path, component, key, filenames, uploaded_only=kind == FILE)
    else:
        _check_nested(form, path, component, filenames)


def _check_select(form: Form, path: str, select: Json) -> None:
    form.length(f"{path}.custom_id", select.get("custom_id"), MAX_ID_LENGTH, 1)
    if select["type"] == SELECT:
        form.count(f"{path}.options", select.get("options"), MAX_OPTIONS, 1)
    most, chosen = select.get("max_values", 1), select.get("default_values") or []
    if not 0 <= select.get("min_values", 1) <= most <= MAX_OPTIONS:
        reason = f"int value should be less than or equal to {MAX_OPTIONS}."
        form.wrong(f"{path}.max_values", "NUMBER_TYPE_MAX", reason)
    # https://docs.discord.com/developers/components/reference#user-select
    if chosen and not select.get("min_values", 1) <= len(chosen) <= most:
        reason = "The number of default values must be in the range of min_values and max_values"
        form.wrong(f"{path}.default_values", "SELECT_DEFAULT_VALUES_OUT_OF_RANGE", reason)


def _check_nested(form: Form, path: str, component: Json, filenames: set[str]) -> None:
    if component["type"] == SEPARATOR:
        return
    in_section = component["type"] == SECTION
    allowed = {TEXT_DISPLAY} if in_section else IN_CONTAINER
    children = component.get("components")
    maximum = MAX_SECTION_TEXTS if in_section else MAX_COMPONENTS
    form.count(f"{path}.components", children, maximum, 1)
    for index, child in enumerate(children or []):
        _check(form, f"{path}.components.{index}", child, allowed, filenames)
    if in_section:
        accessory = component.get("accessory") or {}
        _check(form, f"{path}.accessory", accessory, {BUTTON, THUMBNAIL}, filenames)


def _check_gallery(form: Form, path: str, items: Any, filenames: set[str]) -> None:
    form.count(f"{path}.items", items, MAX_GALLERY, 1)
    for index, item in enumerate(items or []):
        _check_media(form, f"{path}.items.{index}", item, "media", filenames)


def _check_row(form: Form, path: str, row: Json, filenames: set[str]) -> None:
    children = row.get("components")
    form.count(f"{path}.components", children, MAX_BUTTONS, 1)
    for index, child in enumerate(children or []):
        _check(form, f"{path}.components.{index}", child, SELECTS | {BUTTON}, filenames)


def check_button(form: Form, path: str, button: Json) -> None:
    """Check one button: an ID or a link, a label or an emoji."""
    style = button.get("style")
    if style == LINK_STYLE:
        form.length(f"{path}.url", button.get("url"), MAX_URL_LENGTH, 1)
        if "custom_id" in button:
            reason = "A custom id and url cannot both be specified"
            form.wrong(path, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", reason)
    elif style not in range(1, PREMIUM_STYLE):
        reason = "Value must be one of {1, 2, 3, 4, 5, 6}."
        form.wrong(f"{path}.style", "BASE_TYPE_CHOICES", reason)
    else:
        form.length(f"{path}.custom_id", button.get("custom_id"), MAX_ID_LENGTH, 1)
    if button.get("label"):
        form.length(f"{path}.label", button["label"], MAX_LABEL_LENGTH)
    elif not button.get("emoji"):
        reason = "A button must have a label or an emoji."
        form.wrong(path, "BUTTON_COMPONENT_LABEL_EMOJI_REQUIRED", reason)


def _check_media(
    form: Form,
    path: str,
    component: Json,
    key: str,
    filenames: set[str],
    *,
    uploaded_only: bool = False,
) -> None:
    url = str((component.get(key) or {}).get("url", ""))
    if url.startswith("attachment://"):
        if url.removeprefix("attachment://") not in filenames:
            reason = f"The referenced attachment {url} was not found"
            form.wrong(f"{path}.{key}.url", "REFERENCED_ATTACHMENT_NOT_FOUND", reason)
    elif uploaded_only or not url.startswith(("http://", "https://")):
        form.wrong(f"{path}.{key}.url", "URL_TYPE_INVALID_SCHEME", f"Scheme of {url!r} unsupported")
    if component.get("description"):
        form.length(f"{path}.description", component["description"], MAX_ALT_LENGTH)


def check_modal(form: Form, data: Json) -> None:
    """Check a modal: its title, its ID and one to five inputs."""
    form.length("data.custom_id", data.get("custom_id"), MAX_ID_LENGTH, 1)
    form.length("data.title", data.get("title"), MAX_TITLE_LENGTH, 1)
    components = data.get("components")
    form.count("data.components", components, MAX_ROWS, 1)
    for index, component in enumerate(components or []):
        path = f"data.components.{index}"
        if component.get("type") == LABEL:
            form.length(f"{path}.label", component.get("label"), MAX_TITLE_LENGTH, 1)
            if component.get("description"):
                form.length(f"{path}.description", component["description"], MAX_DESCRIPTION_LENGTH)
            _check_input(form, f"{path}.component", component.get("component") or {})
        elif component.get("type") == ROW:
            form.count(f"{path}.components", component.get("components"), 1, 1)
            for inner in component.get("components") or []:
                _check_input(form, f"{path}.components.0", inner)
        elif component.get("type") != TEXT_DISPLAY:
            reason = f'Value of field "type" must be one of {(ROW, TEXT_DISPLAY, LABEL)}.'
            form.wrong(f"{path}.type", "UNION_TYPE_CHOICES", reason)


def _check_input(form: Form, path: str, component: Json) -> None:
    kind = component.get("type")
    if kind not in IN_LABEL:
        reason = f'Value of field "type" must be one of {tuple(sorted(IN_LABEL))}.'
        form.wrong(f"{path}.type", "UNION_TYPE_CHOICES", reason)
        return
    form.length(f"{path}.custom_id", component.get("custom_id"), MAX_ID_LENGTH, 1)
    if kind == FILE_UPLOAD and not (
        0 <= component.get("min_values", 1) <= component.get("max_values", 1) <= MAX_UPLOADS
    ):
        reason = f"int value should be less than or equal to {MAX_UPLOADS}."
        form.wrong(f"{path}.max_values", "NUMBER_TYPE_MAX", reason)
    if kind in SELECTS:
        _check_select(form, path, component)
    if kind == INPUT and component.get("value"):
        maximum = component.get("max_length", MAX_TEXT_LENGTH)
        form.length(f"{path}.value", component["value"], maximum)
