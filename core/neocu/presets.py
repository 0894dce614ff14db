"""What can be made of a result by one press: a prompt for each, by what the result is.

The prompts are English whatever is spoken in the chat: by their words they are priced.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from core.neocu import estimates
from core.neocu.estimates import Estimate
from core.neocu.models import Asset
from core.neocu.prices import Medium, asset_medium

# Where a piece goes on as long as it is, its `{length}` is named as far as its own prompt told it:
# without, nobody can say what it costs.
PRESETS: Mapping[Medium, Mapping[str, str]] = {
    "image": {
        "animate": "Animate this image: a 5 s video at 640p",
        "upscale": "Upscale this image to 4 MP",
        "make_3d": "Make a 3D model of this image",
        "variations": "Make 4 images at 1 MP, each a variation of this image",
    },
    "video": {
        "shorter": "Edit this video: cut it down to its best 3 s",
        "add_sound": "Edit this video{length} so that one hears what happens in it",
        "still": "Make an image at 1 MP of the best moment of this video",
    },
    "voice": {
        "other_voice": "Make a voice{length} that says the same as this voice, but is another one",
        "with_music": "Make a sound{length}: this voice, with quiet music below it",
    },
    "sound": {
        "longer": "Make a 20 s sound that goes on from this sound",
        "loop": "Make a sound{length} of this sound that loops without a seam",
    },
    "3d": {
        "picture": "Make an image at 1 MP of this 3D model",
        "turn": "Make a 5 s video at 640p that turns once around this 3D model",
    },
    "360": {
        "picture": "Make an image at 1 MP of the best view of this 360 scene",
        "turn": "Make a 5 s video at 640p that looks once around this 360 scene",
    },
}


@dataclass(frozen=True)
class Offer:
    """What can be made of the result with this number, from 1, and what that will cost."""

    number: int
    preset: str
    estimate: Estimate | None


def presets_of(asset: Asset, query: str) -> dict[str, str]:
    """Return the prompts by name that suit a result, which was made by this query."""
    medium = asset_medium(asset.type)
    if medium is None or not asset.id:
        return {}
    made = estimates.estimate(query)
    seconds = made.seconds if made and made.medium == medium else None
    length = "" if seconds is None else f" of {seconds:f} s"
    return {name: words.format(length=length) for name, words in PRESETS[medium].items()}
