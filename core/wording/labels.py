"""The words of forms, commands and menus, as plain strings; platforms add their own limits."""

TITLE = "Ask Neocu"
SUBMIT = "Make it"
CANCEL = "Cancel"

QUERY = "What shall Neocu make?"
REST = "… and the rest of it"
FILE_IDS = "File IDs"
FILES = "Files"

# A message's menu.
USE_MESSAGE = "Use in Neocu"

COMMAND = "Make an image, sound, video, voice or 3D model."
FORM_COMMAND = "Open a form: what to make, and which files to use."
COMMAND_QUERY = "What to make, in one sentence; or help, balance, recent, status <task ID>"
COMMAND_FILES = "IDs of files that Neocu shall use: id1, id2"
COMMAND_ATTACHMENT = "A file that Neocu shall use"

# After the bot's name, where a chat shows that more is to come.
WORKING = "is generating …"

# What to ask, by title, for those who look at an empty box.
SUGGESTIONS = {
    "A picture": "a lighthouse at dusk, in watercolours",
    "A sound": "ten seconds of waves on a pebble beach",
    "A video": "a 5 s video at 720p of a paper boat on a river",
    "A 3D model": "a 3D model of a small wooden rowing boat",
}


def with_files(names: list[str]) -> str:
    """Tell which files of a message go with a form."""
    return f"With the message's files: {', '.join(names)}"
