"""What holds in a workspace: what its admins have chosen, within what the operator allows."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TypeVar

from core.request import Door, Request
from core.settings import DailyLimit, Settings
from core.workspaces.workspace import Workspace, WorkspaceSettings

T = TypeVar("T")
Number = TypeVar("Number", int, float)
CEILINGS = (
    *("person_tasks", "workspace_tasks", "confirm_above", "retention_days"),
    *("user_daily_limit", "channel_daily_limit", "workspace_daily_limit"),
)


@dataclass(frozen=True)
class Lists:
    """Those who may ask, by their IDs; an empty list names nobody, and bars nobody."""

    channels: AbstractSet[str]
    people: AbstractSet[str]
    roles: AbstractSet[str]

    def admit(self, request: Request) -> bool:
        """Whether this person may ask here."""
        here = not self.channels or request.channel in self.channels
        if not self.people and not self.roles:
            return here
        return here and (request.person in self.people or not self.roles.isdisjoint(request.roles))


@dataclass(frozen=True)
class Terms:
    """The terms of one workspace. A limit that is None is none. Each of the lists has to admit."""

    door: Door
    lists: tuple[Lists, ...]
    person_tasks: int
    workspace_tasks: int
    overall_tasks: int
    user_daily_limit: DailyLimit | None
    channel_daily_limit: DailyLimit | None
    workspace_daily_limit: DailyLimit | None
    confirm_above: float | None
    compute_low_at: float
    retention_days: float
    reuse_results: bool
    show_in_channel: bool
    language: str
    blocked_words: tuple[str, ...]


def terms(operator: Settings, workspace: Workspace) -> Terms:
    """Return what holds in a workspace.

    No limit can be raised above the operator's, whoever pays: it protects the others, too. Who may
    spend the operator's compute, the operator says; who pays alone decides that alone.
    """
    own = workspace.settings
    return Terms(
        door=_door(operator, workspace),
        lists=_lists(operator, workspace),
        overall_tasks=operator.overall_tasks,
        person_tasks=_least(operator.person_tasks, own.person_tasks),
        workspace_tasks=_least(operator.workspace_tasks, own.workspace_tasks),
        user_daily_limit=_stricter(operator.user_daily_limit, own.user_daily_limit),
        channel_daily_limit=_stricter(operator.channel_daily_limit, own.channel_daily_limit),
        workspace_daily_limit=_stricter(operator.workspace_daily_limit, own.workspace_daily_limit),
        confirm_above=_lowest(operator.confirm_above, own.confirm_above),
        compute_low_at=_chosen(own.compute_low_at, operator.compute_low_at),
        retention_days=_least(operator.retention_days, own.retention_days),
        reuse_results=_chosen(own.reuse_results, operator.neocu_reuse_results),
        show_in_channel=own.show_in_channel is not False,
        language=_chosen(own.language, operator.language),
        blocked_words=own.blocked_words,
    )


def exceeded(operator: Settings, chosen: WorkspaceSettings) -> set[str]:
    """Return the limits that are chosen above the operator's."""
    return {name for name in CEILINGS if _above(getattr(operator, name), getattr(chosen, name))}


def _above(ceiling: DailyLimit | float | None, own: DailyLimit | float | None) -> bool:
    match ceiling, own:
        case DailyLimit(), DailyLimit():
            return _above(ceiling.requests, own.requests) or _above(ceiling.credits, own.credits)
        case int() | float(), int() | float():
            return own > ceiling
    return False


def _door(operator: Settings, workspace: Workspace) -> Door:
    own = workspace.settings
    if workspace.pays_itself:
        return Door(frozenset({workspace.id}), own.allow_guests, own.allow_external)
    # Who spends the operator's compute: what the operator keeps out, nobody else lets in.
    guests = None if own.allow_guests else own.allow_guests
    external = None if own.allow_external else own.allow_external
    return Door(operator.allowed_workspaces, guests, external)


def _lists(operator: Settings, workspace: Workspace) -> tuple[Lists, ...]:
    several: list[Settings | WorkspaceSettings] = [workspace.settings]
    if not workspace.pays_itself:
        several.append(operator)
    nobody: frozenset[str] = frozenset()
    return tuple(
        Lists(
            one.allowed_channels or nobody,
            one.allowed_people or nobody,
            one.allowed_roles or nobody,
        )
        for one in several
    )


def _chosen(own: T | None, default: T) -> T:
    return default if own is None else own


def _least(ceiling: Number, own: Number | None) -> Number:
    return ceiling if own is None else min(ceiling, own)


def _lowest(*limits: float | None) -> float | None:
    return min((one for one in limits if one is not None), default=None)


def _stricter(ceiling: DailyLimit | None, own: DailyLimit | None) -> DailyLimit | None:
    """Return the lower limit of each kind."""
    most = [one for one in (ceiling, own) if one]
    if not most:
        return None
    return DailyLimit(
        requests=_lowest(*(one.requests for one in most)),
        credits=_lowest(*(one.credits for one in most)),
    )
