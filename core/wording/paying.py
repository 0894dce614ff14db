"""What is said where nobody pays for a workspace any more, or it may not ask for now."""

from core.conversation import Reply
from core.records import Entry
from core.wording import markup, phrases
from core.wording.language import _, sentences


def no_key() -> Reply:
    """Tell that the workspace's Neocu key is gone."""
    return Reply(
        sentences(
            _("**This workspace's Neocu key has been removed.**"),
            phrases.nothing_spent(),
            _("An admin can enter one: `/neocu settings`."),
        )
    )


def key_removed(entry: Entry) -> Reply:
    """Tell that the key under which a task was started is gone, and so the way to its result."""
    return Reply(
        sentences(
            _("**This workspace's Neocu key was removed meanwhile**, so I can't fetch the result."),
            _("Task {task} was started.", task=markup.code(entry.task_id)),
            phrases.probably_spent(),
            _("Whoever has the key finds the result on the Neocu platform."),
        )
    )


def paused() -> Reply:
    """Tell that whoever runs the bot has paused it for the workspace."""
    return Reply(
        sentences(
            _("**I'm paused for this workspace.**"),
            phrases.nothing_spent(),
            _("Whoever runs the bot can change that."),
        )
    )
