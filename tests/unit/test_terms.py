"""What holds in a workspace: its own choice, within the operator's."""

import pytest

from core.settings import DailyLimit, Settings
from core.workspaces.terms import terms
from core.workspaces.workspace import Workspace, WorkspaceSettings


def operator(**values: object) -> Settings:
    """Return the operator's settings."""
    return Settings(_env_file=None, neocu_api_key="k", **values)  # type: ignore[arg-type, call-arg]  # pydantic reads them


def chosen(**values: object) -> Workspace:
    """Return a workspace that has chosen something."""
    return Workspace("slack", "T1", settings=WorkspaceSettings(**values))  # type: ignore[arg-type]  # pydantic reads them


def test_who_chooses_nothing_gets_the_operators() -> None:
    """A single organization has no settings but the environment."""
    settings = operator(person_tasks=3, confirm_above=20, language="fr", user_daily_limit="5")
    found = terms(settings, Workspace("slack", "T1"))

    assert (found.person_tasks, found.confirm_above, found.language) == (3, 20, "fr")
    assert found.user_daily_limit == DailyLimit(requests=5)


@pytest.mark.parametrize(
    ("name", "ceiling", "own", "holds"),
    [
        ("person_tasks", 5, 9, 5),
        ("person_tasks", 5, 2, 2),
        ("workspace_tasks", 5, 9, 5),
        ("confirm_above", 20.0, 90.0, 20.0),
        ("confirm_above", None, 90.0, 90.0),
        ("retention_days", 30.0, 90.0, 30.0),
        ("retention_days", 30.0, 7.0, 7.0),
        ("user_daily_limit", DailyLimit(10, 100), DailyLimit(99, 50), DailyLimit(10, 50)),
        ("channel_daily_limit", DailyLimit(10), DailyLimit(None, 50), DailyLimit(10, 50)),
        ("workspace_daily_limit", None, DailyLimit(9), DailyLimit(9)),
    ],
)
def test_no_workspace_raises_a_limit(
    name: str, ceiling: object, own: object, holds: object
) -> None:
    """What protects everybody can only be made stricter by one."""
    assert getattr(terms(operator(**{name: ceiling}), chosen(**{name: own})), name) == holds
