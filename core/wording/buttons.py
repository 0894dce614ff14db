"""Buttons that several sentences offer: the ways on after something did not work out."""

from core.conversation import Button
from core.request import Action
from core.voice import current
from core.wording.language import _


def edit(key: str) -> Button:
    """Return the button that opens the form with what was asked."""
    return Button(_("Edit…"), Action.EDIT, key)


def try_again(key: str) -> Button:
    """Return the button that asks once more: nothing was spent."""
    return Button(_("Try again"), Action.TRY_AGAIN, key)


def send_again(key: str) -> Button:
    """Return the button that asks once more, though it could be paid twice."""
    return Button(_("Send again"), Action.SEND_AGAIN, key)


def cancel(key: str) -> Button:
    """Return the button that ends a request before Neocu is asked: nothing is spent."""
    return Button(_("Cancel"), Action.CANCEL, key)


def mute(key: str) -> Button:
    """Return the button that has no more said of a request which Neocu has."""
    return Button(_("Stop telling me"), Action.MUTE, key)


def delete(key: str) -> Button:
    """Return the button that takes down what shows a result, for everybody."""
    refunded = _("for everybody; credits aren't refunded")
    return Button(_("Delete"), Action.DELETE, key, detail=refunded)


def topup() -> tuple[Button, ...]:
    """Return the link to where credits are topped up, nothing where none is set."""
    url = current().topup_url
    return (Button(_("Top up"), Action.OPEN, "", url=url),) if url else ()
