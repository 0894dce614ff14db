"""What a chat platform has asked us to wait with, so that nothing that it is about is tried before.

Each process learns of a limit by one refused call of its own: there is nothing to share or to keep.
"""

import asyncio
from dataclasses import dataclass, replace
from enum import StrEnum

from core.conversation import RateLimitedError, Reach


class Act(StrEnum):
    """What is done in a chat; platforms limit each on its own."""

    POST = "post"
    POST_FILES = "post_files"
    EDIT = "edit"
    DELETE = "delete"


@dataclass(frozen=True)
class Call:
    """What is about to be done: on which platform, and whose limit it counts against there."""

    platform: str
    act: Act
    bucket: str


class Pauses:
    """The pauses that the platforms asked for, until they are over. One per process."""

    def __init__(self) -> None:
        self._until: dict[Call, float] = {}  # on the loop's clock

    def begin(self, call: Call, error: RateLimitedError) -> None:
        """Have all that is limited together with a refused call wait as long as it has to."""
        now = asyncio.get_running_loop().time()
        self._until = {one: until for one, until in self._until.items() if until > now}
        if error.seconds is None or error.reach is Reach.MESSAGE:
            return
        limited = replace(call, bucket="") if error.reach is Reach.PLATFORM else call
        self._until[limited] = max(now + error.seconds, self._until.get(limited, now))

    def seconds_left(self, call: Call) -> float:
        """Return how long a call has to wait; 0 where nothing stands against it."""
        everywhere = replace(call, bucket="")
        until = max(self._until.get(call, 0.0), self._until.get(everywhere, 0.0))
        return max(0.0, until - asyncio.get_running_loop().time())
