"""What the pages say by which a workspace installs the bot, as plain strings."""

from core.wording.language import N_, _

# Why an installation came to nothing, by Bolt's and Slack's words for it.
AGAIN = N_("That link was used before, is too old, or was opened in another browser.")
REASONS = {
    "access_denied": N_("You did not allow it, so nothing was installed."),
    "invalid_browser": AGAIN,
    "invalid_state": AGAIN,
    "invalid_code": AGAIN,
    "missing_code": AGAIN,
}
UNKNOWN_REASON = N_("Something went wrong on the way, and nothing was installed.")


def installed_title() -> str:
    """Head the page after an installation."""
    return _("Neocu is in.")


def installed(workspace: str) -> str:
    """Say what happens next in a workspace that has installed the bot."""
    return _(
        "{workspace} can ask it now: in a channel, type /invite @neocu, and then "
        "/neocu a lighthouse at dusk.",
        workspace=workspace,
    )


def back_to_chat() -> str:
    """Label the link that leads back to Slack."""
    return _("Open Slack")


def not_installed_title() -> str:
    """Head the page after an installation that came to nothing."""
    return _("Neocu was not installed.")


def not_installed(reason: str) -> str:
    """Say why, as far as it is known."""
    return _(REASONS.get(reason, UNKNOWN_REASON))


def begin_again() -> str:
    """Label the link that begins the installation again."""
    return _("Begin again")


def not_here() -> str:
    """Tell a person whose workspace does not have the bot, or of whom the tokens are lost."""
    return _("This workspace has to install me again before anybody can ask me here.")
