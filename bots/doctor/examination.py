"""The whole examination in order, and the quick part of it that each start makes."""

from collections.abc import AsyncIterator, Iterator
from typing import TypeVar

from bots.discord import DiscordSettings
from bots.doctor.finding import Finding, Level, ok, wrong
from bots.doctor.names import AREA, names_for_ids, unknown_names
from bots.doctor.neocu_check import KEY_REFUSED, check_neocu, client
from bots.platforms import Tokens
from bots.slack import SlackSettings
from core.neocu.errors import ApiError, AuthenticationError
from core.settings import EnvSettings, Settings, SettingsError

QUICK_SECONDS = 2.0  # a start in an outage of Neocu must not keep Slack waiting
S = TypeVar("S", bound=EnvSettings)


async def examine() -> AsyncIterator[Finding]:
    """Look at everything that can be looked at."""
    from bots.doctor.database_check import check_database  # noqa: PLC0415 (a start needs it not)
    from bots.doctor.discord_check import check_discord  # noqa: PLC0415 (a start needs no SDK of it)
    from bots.doctor.slack_check import check_slack  # noqa: PLC0415 (nor of this)

    loaded: list[Finding] = []
    settings = _load(Settings, loaded)
    tokens = Tokens()
    slack = _load(SlackSettings, loaded) if tokens.slack else None
    discord = _load(DiscordSettings, loaded) if tokens.discord_token else None
    if settings:
        loaded += [*names_for_ids(settings, slack), *_no_encryption(settings, slack)]
    for finding in [*unknown_names(), *_no_platform(tokens), *loaded]:
        yield finding
    if not loaded:
        yield ok(AREA, "They can be read.")
    checks = (
        check_neocu(settings) if settings else None,
        check_slack(slack) if slack else None,
        check_discord(discord) if discord else None,
        check_database(settings) if settings else None,
    )
    for check in filter(None, checks):
        async for finding in check:
            yield finding


def _load(kind: type[S], findings: list[Finding]) -> S | None:
    try:
        return kind.load()
    except SettingsError as error:
        findings.append(wrong(AREA, str(error), "Mend it in .env; .env.example shows each line."))
        return None


def _no_encryption(settings: Settings, slack: SlackSettings | None) -> Iterator[Finding]:
    if slack and slack.by_button and not settings.encryption_keys:
        yield wrong(
            AREA,
            "ENCRYPTION_KEYS is not set, but SLACK_CLIENT_ID is: tokens are kept encrypted.",
            "`neocu-bots secrets new` makes a key.",
        )


def _no_platform(tokens: Tokens) -> Iterator[Finding]:
    if not tokens.slack and not tokens.discord_token:
        yield wrong(
            AREA,
            "No chat is set up: neither SLACK_BOT_TOKEN nor DISCORD_TOKEN is set.",
            "`neocu-bots setup slack` or `neocu-bots setup discord` shows how to get one.",
        )


async def at_start(
    settings: Settings, *platforms: SlackSettings | DiscordSettings
) -> list[Finding]:
    """Look at what can be told at once, and return what is odd but stops nothing.

    Raises SettingsError where a key is surely wrong. A Neocu that can't be reached now may be
    there later.
    """
    slack = next((one for one in platforms if isinstance(one, SlackSettings)), None)
    if slack:
        from bots.doctor.slack_check import check_kinds  # noqa: PLC0415 (Discord alone needs it not)

        if swapped := list(check_kinds(slack)):
            raise SettingsError(" ".join(f"{one.text} {one.remedy}" for one in swapped))
    try:
        async with client(settings, QUICK_SECONDS) as api:
            await api.get_compute()
    except AuthenticationError:
        raise SettingsError(KEY_REFUSED) from None
    except ApiError:
        pass
    odd = [*unknown_names(), *names_for_ids(settings, slack)]
    return [finding for finding in odd if finding.level is Level.WRONG]
