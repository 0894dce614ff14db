"""Which file is made how. Safe to import without the `demo` extra; drawing needs it."""

# ruff: noqa: PLC0415 - Pillow and PyAV are loaded when something is drawn, not with the sandbox

from core.sandbox.files import Asset
from core.sandbox.model import Model
from core.sandbox.sound import speech, tune


def render(asset: Asset) -> bytes:
    """Return the asset's file: the same bytes for the same asset. Takes a thread's time."""
    match asset.medium:
        case "sound":
            return tune(asset.seed, asset.seconds)
        case "voice":
            return speech(asset.query, asset.seconds)
        case "3d":
            return Model(asset.seed).glb()
        case "video":
            from core.sandbox.film import film

            return film(asset)
        case kind:
            from core.sandbox.draw import PANORAMA, PICTURE, picture, png

            return png(picture(asset, PANORAMA if kind == "360" else PICTURE))


def thumbnail(asset: Asset) -> bytes:
    """Return a small PNG of the asset."""
    from core.sandbox.draw import THUMBNAIL, picture, png, portrait

    if asset.medium == "3d":
        return png(portrait(Model(asset.seed)))
    return png(picture(asset, THUMBNAIL))
