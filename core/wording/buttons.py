"""Buttons that several sentences offer: the ways on after something did not work out."""

from core.conversation import Button
from core.request import Action
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
