"""The words of forms, commands and menus, as plain strings; platforms add their own limits."""

from core.neocu.prices import Price
from core.wording.language import N_, _, ngettext

# A message's menu. A name in every language: Slack's app manifest can't translate it.
USE_MESSAGE = "Use in Neocu"


def title() -> str:
    """Return the title of the form."""
    return _("Ask Neocu")


EDITS = {
    "image": N_("Edit your image"),
    "video": N_("Edit your video"),
    "sound": N_("Edit your sound"),
    "voice": N_("Edit your recording"),
    "3d": N_("Edit your 3D model"),
    "360": N_("Edit your 360° picture"),
    "file": N_("Edit your file"),
    "several": N_("Edit your results"),
    "request": N_("Edit your request"),
}


def edit_title(kind: str) -> str:
    """Return the title of the form for a change of one of EDITS, of a new request for others."""
    return _(EDITS[kind]) if kind in EDITS else title()


PICKERS = {"kind": N_("Kind"), "length": N_("Length"), "size": N_("Size"), "shape": N_("Shape")}
KINDS = {
    "image": N_("Image"),
    "video": N_("Video"),
    "sound": N_("Sound"),
    "voice": N_("Voice recording"),
    "3d": N_("3D model"),
    "360": N_("360° picture"),
}
SHAPES = {"1:1": N_("Square"), "16:9": N_("Landscape"), "9:16": N_("Portrait")}


def picker(name: str) -> str:
    """Return the label of a picker: kind, length, size, shape."""
    return _(PICKERS[name])


def kind_and_size() -> str:
    """Return the label of a picker for both."""
    return _("Kind and size")


def length_and_shape() -> str:
    """Return the label of a picker for both."""
    return _("Length and shape")


def option(name: str, value: str) -> str:
    """Return what can be picked: a kind in words, a shape, or a length or size as it is."""
    if name == "kind":
        return _(KINDS[value])
    if name == "shape":
        return f"{_(SHAPES[value])} ({value})"
    return value


def undecided() -> str:
    """Return what stands in a picker where nothing is picked."""
    return _("As Neocu likes")


def price(words: str) -> str:
    """Tell what it will cost, in a line below the pickers."""
    if not words:
        return _("Pick a kind, and a length where it has one, to see the price.")
    return _("Costs {price}.", price=words)


def rate(row: Price) -> str:
    """Return the price of something by the published table."""
    amount = ngettext("{number} credit", "{number} credits", row.credits)
    return _("{credits} a second", credits=amount) if row.per == "second" else amount


def files_left_out(names: list[str]) -> str:
    """Tell that a message's files do not go with the form."""
    return _("Attachments aren't switched on here: without {names}", names=", ".join(names))


VERBS = {
    "help": N_("what I can do"),
    "balance": N_("how many credits are left"),
    "recent": N_("your latest requests"),
    "status": N_("how far a task is"),
    "usage": N_("what you have used"),
    "usage here": N_("what this channel has used, for admins"),
    "usage team": N_("what your team has used, for admins"),
    "save": N_("keep a prompt under a name"),
    "saved": N_("your saved prompts"),
    "forget": N_("delete a saved prompt"),
    "settings": N_("who may ask, limits, and whose key pays, for admins"),
    "settings log": N_("who has changed the settings, for admins"),
}


def verb(name: str) -> str:
    """Return a verb of ours and what it is for, as it is offered to those who type."""
    return f"{name} · {_(VERBS[name])}" if name in VERBS else name


def saved_name(name: str) -> str:
    """Return the name of a saved prompt, as it is offered to those who type."""
    return _("{name} · your saved prompt", name=name)


def submit() -> str:
    """Return the label of what sends the form."""
    return _("Make it")


def cancel() -> str:
    """Return the label of what closes the form."""
    return _("Cancel")


def query() -> str:
    """Return the label of the main input."""
    return _("What should I make?")


def rest() -> str:
    """Return the label of the input for what the main one can't hold."""
    return _("… and the rest of it")


def file_ids() -> str:
    """Return the label of the input for IDs of files that Neocu has."""
    return _("File IDs")


def files() -> str:
    """Return the label of the input for attachments."""
    return _("Files")


def with_files(names: list[str]) -> str:
    """Tell which files of a message go with a form."""
    return _("With the message's files: {names}", names=", ".join(names))


def command() -> str:
    """Describe the command."""
    return _("Make an image, sound, video, voice or 3D model")


def form_command() -> str:
    """Describe the command that opens the form."""
    return _("Open a form: what to make, and which files to use")


def command_query() -> str:
    """Describe the command's main option."""
    return _("What to make, in one sentence; or help, balance, usage, recent, status <task ID>")


def command_files() -> str:
    """Describe the command's option for file IDs."""
    return _("IDs of files to use: id1, id2")


def command_attachment() -> str:
    """Describe the command's options for attachments."""
    return _("A file to use")


def more() -> str:
    """Return the label of a result's menu."""
    return _("More…")


def working() -> str:
    """Return what stands after the bot's name, where a chat shows that more is to come."""
    return _("is making it…")


def suggestions() -> dict[str, str]:
    """Return what to ask, by title, for those who look at an empty box."""
    return {
        _("A picture"): _("a lighthouse at dusk, in watercolours"),
        _("A sound"): _("ten seconds of waves on a pebble beach"),
        _("A 3D model"): _("a 3D model of a small wooden rowing boat"),
        _("A video"): _("a 5 s video at 720p of a paper boat on a river"),
    }


def examples() -> list[str]:
    """Return three things to ask, for buttons."""
    return list(suggestions().values())[:3]


def example(number: int) -> str:
    """Return one of the examples, by its number from 1; "" for none."""
    return "".join(examples()[number - 1 : number]) if number > 0 else ""
