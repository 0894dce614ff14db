"""Tasks: what was asked, and how far it is at a moment.

Words in a prompt that make it end otherwise:

    please fail             the task fails, with a reason
    please never finish     it stays as it is
    please surprise me      it ends in a status that nobody knows
    please deliver nothing  it completes without assets
    please break one        three assets, the second of which can't be fetched
    please be huge          its files are very large
    please be indecent      the task fails, for its content

And words by which it is refused at once, for its content:

    please be forbidden
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bots.playground.neocu.media_files import Asset
from core.neocu.prices import Medium

# What the words above are called where one can choose one of them.
ENDINGS = {
    "please fail": "fails, with a reason",
    "please never finish": "never finishes",
    "please surprise me": "ends in a status that nobody knows",
    "please deliver nothing": "completes without results",
    "please break one": "has a file that can't be fetched",
    "please be huge": "has a file of 64 MB",
    "please be indecent": "fails, for its content",
}
UNKNOWN_STATUS = "marinating"
FAILURE = "The prompt could not be turned into a result. Please word it differently."

INDECENT = "The result was blocked by our content filter."
FORBIDDEN, FORBIDDEN_WORDS = "Your prompt violates our content policy.", "please be forbidden"

_STEPS: dict[Medium, tuple[str, ...]] = {
    "image": ("Reading your words…", "Sketching…", "Adding light and colour…"),
    "video": ("Reading your words…", "Setting the scene…", "Filming…", "Cutting…"),
    "sound": ("Reading your words…", "Recording…", "Mixing…"),
    "voice": ("Reading your words…", "Clearing the throat…", "Speaking…"),
    "3d": ("Reading your words…", "Modelling…", "Polishing…"),
    "360": ("Reading your words…", "Looking around…", "Joining the edges…"),
}


@dataclass(frozen=True)
class Task:
    """One accepted call of generate. `at` is Unix time, `began` the loop's clock.

    `ending` are words that make it end otherwise, though the prompt doesn't say them.
    """

    task_id: str
    query: str
    files: tuple[str, ...]
    at: float
    began: float
    seconds: float
    assets: tuple[Asset, ...]
    ending: str = ""

    def status(self, now: float) -> str:
        """Return generating, completed, failed or, if the prompt wants it, a surprise."""
        text = f"{self.query} {self.ending}".casefold()
        if now < self.began + self.seconds or "please never finish" in text:
            return "generating"
        if "please fail" in text or "please be indecent" in text:
            return "failed"
        return UNKNOWN_STATUS if "please surprise me" in text else "completed"

    def as_json(self, now: float, address: str) -> dict[str, Any]:
        """Return the task and its assets as the API documents them; its id is in neither."""
        status = self.status(now)
        date = datetime.fromtimestamp(self.at, UTC).isoformat(timespec="milliseconds")
        assets = self.assets if status == "completed" else ()
        return {
            "task": {
                "status": status,
                "message": self._messages(status, now),
                "date": date.replace("+00:00", "Z"),
            },
            "asset": [asset.as_json(address) for asset in assets],
        }

    def _messages(self, status: str, now: float) -> list[str]:
        steps = list(_STEPS[self.assets[0].medium if self.assets else "image"])
        if status == "generating":
            done = (now - self.began) / self.seconds if self.seconds else 1.0
            return steps[: 1 + int(done * len(steps))]
        if status != "failed":
            return [*steps, "Done."]
        indecent = "please be indecent" in f"{self.query} {self.ending}".casefold()
        return [*steps, INDECENT if indecent else FAILURE]
