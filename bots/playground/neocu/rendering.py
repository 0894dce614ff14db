"""Which file is made how. Safe to import without the `demo` extra; drawing needs it."""

# ruff: noqa: PLC0415 - Pillow and PyAV are loaded when something is drawn, not with the sandbox

from bots.playground.neocu.media_files import Asset
from bots.playground.neocu.mesh import Mesh
from bots.playground.neocu.sound import speech, tune


def render(asset: Asset) -> bytes:
    """Return the asset's file: the same bytes for the same asset. Slow: call it in a thread."""
    match asset.medium:
        case "sound":
            return tune(asset.seed, asset.seconds)
        case "voice":
            return speech(asset.query, asset.seconds)
        case "3d":
            return Mesh(asset.seed).glb()
        case "video":
            from bots.playground.neocu.film import film

            return film(asset)
        case kind:
            from bots.playground.neocu.draw import PANORAMA_SIZE, PICTURE_SIZE, picture, png

            wide = kind == "360" or "panorama" in asset.query.casefold()
            return png(picture(asset, PANORAMA_SIZE if wide else PICTURE_SIZE))


def thumbnail(asset: Asset) -> bytes:
    """Return a small PNG of the asset."""
    from bots.playground.neocu.draw import THUMBNAIL_SIZE, picture, png, portrait

    if asset.medium == "3d":
        return png(portrait(Mesh(asset.seed)))
    return png(picture(asset, THUMBNAIL_SIZE))
