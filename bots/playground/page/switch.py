"""A button of the panel."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Switch:
    """A button of the panel, and what it does; `on` tells whether it is on, if it stays so."""

    group: str
    label: str
    act: Callable[[], Awaitable[None] | None]
    on: Callable[[], bool] | None = None
