"""The menu under a result: what can be made of it, and where else it can go."""

from collections.abc import Sequence

from core.conversation import Button
from core.neocu.presets import Offer
from core.records import Entry
from core.request import Action
from core.wording import buttons, phrases
from core.wording.language import N_, _

# What a copy of a result offers, that stands elsewhere for one person.
FOR_COPIES = frozenset({Action.PRESET, Action.ORIGINAL})

PRESETS = {
    "animate": N_("Animate it"),
    "upscale": N_("Upscale"),
    "make_3d": N_("Make it 3D"),
    "variations": N_("Variations ×4"),  # noqa: RUF001 (it is the sign)
    "shorter": N_("Shorter"),
    "add_sound": N_("Add sound"),
    "still": N_("Best moment as a picture"),
    "other_voice": N_("In another voice"),
    "with_music": N_("Add music"),
    "longer": N_("Longer"),
    "loop": N_("As a loop"),
    "picture": N_("As a picture"),
    "turn": N_("Look around it as a video"),
}


def more(entry: Entry, offers: Sequence[Offer]) -> tuple[Button, ...]:
    """Return what can be done with a result, besides the buttons."""
    several = len(entry.assets) > 1
    presets = (_preset(entry.key, one, several=several) for one in offers)
    return (*presets, *_places(entry), *_moderation(entry.key))


def _preset(key: str, offer: Offer, *, several: bool) -> Button:
    label = _(PRESETS[offer.preset])
    price = (
        phrases.price(offer.estimate) if offer.estimate else _("the price depends on its length")
    )
    return Button(
        f"{offer.number}. {label}" if several else label,
        Action.PRESET,
        key,
        offer.number,
        offer.preset,
        price,
    )


def _places(entry: Entry) -> list[Button]:
    """Return where else the result can go."""
    places = [
        Button(_("Show in channel"), Action.SHOW_IN_CHANNEL, entry.key),
        Button(_("Send to me"), Action.SEND_TO_ME, entry.key, detail=_("by direct message")),
    ]
    originals = (
        Button(_("Original file"), Action.ORIGINAL, entry.key, detail=_("a link, for you alone")),
    )
    has_original = any(asset.url for asset in entry.assets)
    return [*([] if entry.request.in_private else places), *(originals if has_original else ())]


def _moderation(key: str) -> tuple[Button, ...]:
    """Return what can be done against a result."""
    hidden, told = _("hidden until somebody clicks on it"), _("tells whoever runs the bot")
    return (
        Button(_("Spoiler"), Action.SPOILER, key, detail=hidden),
        Button(_("Report"), Action.REPORT, key, detail=told),
        buttons.delete(key),
    )
