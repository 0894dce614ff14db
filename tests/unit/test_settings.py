"""Settings: what is wrong is said in a sentence with its name, and what is secret stays so."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from bots.discord import DiscordSettings
from bots.platforms import Tokens
from bots.slack import SlackSettings
from core.settings import EnvSettings, Settings, SettingsError

EXAMPLE = Path(__file__).parents[2] / ".env.example"
SECRET = "xoxb-very-secret-0123456789"

NEOCU = {"NEOCU_API_KEY": SECRET}
SLACK = {"SLACK_BOT_TOKEN": SECRET, "SLACK_SIGNING_SECRET": SECRET}
DISCORD = {"DISCORD_TOKEN": SECRET}

Load = Callable[[type[EnvSettings], dict[str, str]], EnvSettings]


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Load:
    """Load settings from just these variables."""
    monkeypatch.chdir(tmp_path)
    for name in names():
        monkeypatch.delenv(name, raising=False)

    def _load(settings: type[EnvSettings], variables: dict[str, str]) -> EnvSettings:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return settings.load()

    return _load


def every_settings(kind: type[EnvSettings] = EnvSettings) -> list[type[EnvSettings]]:
    """Return all settings classes; those of the command line only pick from the others."""
    below = [found for child in kind.__subclasses__() for found in [child, *every_settings(child)]]
    return [settings for settings in below if settings is not Tokens]


def names() -> set[str]:
    """Return the variables of all settings."""
    return {name.upper() for settings in every_settings() for name in settings.model_fields}


def refusal(load: Load, settings: type[EnvSettings], variables: dict[str, str]) -> str:
    """Return the sentence that is said about the variables."""
    with pytest.raises(SettingsError) as caught:
        load(settings, variables)
    assert caught.value.__cause__ is None
    return str(caught.value)


@pytest.mark.parametrize(
    ("settings", "variables", "name", "where"),
    [
        (Settings, {}, "NEOCU_API_KEY", "Neocu platform under API keys"),
        (Settings, {"NEOCU_API_KEY": ""}, "NEOCU_API_KEY", "Neocu platform under API keys"),
        (SlackSettings, {}, "SLACK_BOT_TOKEN", "api.slack.com/apps under OAuth"),
        (
            SlackSettings,
            {"SLACK_BOT_TOKEN": SECRET},
            "SLACK_SIGNING_SECRET",
            "api.slack.com/apps under Basic Information",
        ),
        (DiscordSettings, {}, "DISCORD_TOKEN", "discord.com/developers/applications under Bot"),
    ],
)
def test_a_missing_setting_is_named_with_where_to_get_it(
    load: Load, settings: type[EnvSettings], variables: dict[str, str], name: str, where: str
) -> None:
    """The reader is about to set up the bot for the first time."""
    said = refusal(load, settings, variables)

    assert f"{name} is not set" in said
    assert where in said
    assert SECRET not in said


@pytest.mark.parametrize(
    ("settings", "variables", "name", "value"),
    [
        (Settings, NEOCU, "NEOCU_API_KEY", "two words"),
        (Settings, NEOCU, "NEOCU_API_KEY", " "),
        (Settings, NEOCU, "NEOCU_API_KEY", "schlüssel"),
        (Settings, NEOCU, "NEOCU_API_KEY", "line\nbreak"),
        (Settings, NEOCU, "NEOCU_BASE_URL", "api.neocu.com"),
        (Settings, NEOCU, "NEOCU_BASE_URL", "https:///v1"),
        (Settings, NEOCU, "NEOCU_BASE_URL", "https://:99999999"),
        (Settings, NEOCU, "NEOCU_BASE_URL", "http://[::1"),
        (Settings, NEOCU, "NEOCU_BASE_URL", "file:///etc/passwd"),
        (Settings, NEOCU, "NEOCU_TIMEOUT", "soon"),
        (Settings, NEOCU, "NEOCU_TIMEOUT", "0"),
        (Settings, NEOCU, "NEOCU_CONNECT_TIMEOUT", "-1"),
        (Settings, NEOCU, "NEOCU_POLL_INTERVAL", "nan"),
        (Settings, NEOCU, "NEOCU_STALE_AFTER", "0"),
        (Settings, NEOCU, "NEOCU_RETRY_FOR", "-5"),
        (Settings, NEOCU, "NEOCU_UPLOAD_URL", "upload.example"),
        (Settings, NEOCU, "PERSON_TASKS", "0"),
        (Settings, NEOCU, "WORKSPACE_TASKS", "1.5"),
        (Settings, NEOCU, "OVERALL_TASKS", "many"),
        (Settings, NEOCU, "DRAIN_SECONDS", "-1"),
        (Settings, NEOCU, "ATTACHMENT_LIMIT", "20MB"),
        (Settings, NEOCU, "DATABASE_URL", "mysql://user:very-secret@host/db"),
        (Settings, NEOCU, "HTTP_PORT", "70000"),
        (Settings, NEOCU, "LOG_LEVEL", "loud"),
        (SlackSettings, SLACK, "SLACK_BOT_TOKEN", "two words"),
        (SlackSettings, SLACK, "SLACK_APP_TOKEN", "two words"),
        (SlackSettings, SLACK, "SLACK_API_URL", "slack.com"),
        (DiscordSettings, DISCORD, "DISCORD_TOKEN", "two words"),
        (DiscordSettings, DISCORD, "DISCORD_API_URL", "discord.com"),
        (DiscordSettings, DISCORD, "DISCORD_GATEWAY_URL", "https://x"),
        (DiscordSettings, DISCORD, "DISCORD_ALERT_CHANNEL_ID", "#general"),
    ],
)
def test_a_wrong_setting_is_named_without_its_value(
    load: Load, settings: type[EnvSettings], variables: dict[str, str], name: str, value: str
) -> None:
    """What is wrong may be a secret in the wrong place; the log keeps it for ever."""
    said = refusal(load, settings, variables | {name: value})

    assert re.match(rf"{name} is wrong \(.+\): it is .+\.$", said)
    assert "\n" not in said
    assert value.strip() == "" or len(value) < 3 or value not in said
    assert "secret" not in said
    assert "Input" not in said
    assert "^" not in said


def test_all_that_is_wrong_is_said_at_once(load: Load) -> None:
    """Nobody wants to mend settings one start at a time."""
    said = refusal(load, Settings, {"HTTP_PORT": "x", "LOG_LEVEL": "loud"})

    assert [name for name in ("NEOCU_API_KEY", "HTTP_PORT", "LOG_LEVEL") if name not in said] == []


def test_secrets_do_not_show(load: Load) -> None:
    """Settings are printed when somebody looks for a mistake."""
    database = {"DATABASE_URL": "postgresql://neocu:very-secret@db/neocu"}
    loaded = [
        load(Settings, NEOCU | database),
        load(SlackSettings, SLACK | {"SLACK_APP_TOKEN": SECRET}),
        load(DiscordSettings, DISCORD),
    ]

    assert "very-secret" not in "".join(f"{settings} {settings!r}" for settings in loaded)


def test_every_key_token_and_secret_is_kept_secret() -> None:
    """By the type of its field, so that a new one can't be forgotten."""
    for settings in every_settings():
        for name, field in settings.model_fields.items():
            secret = re.search(r"(?<!public_)key|token|secret|password", name) is not None

            assert ("SecretStr" in repr(field.annotation)) is secret, name


def test_spaces_around_a_key_are_not_part_of_it(load: Load) -> None:
    """They come along when it is copied."""
    settings = load(Settings, {"NEOCU_API_KEY": f" {SECRET}\n", "LOG_LEVEL": "debug"})

    assert isinstance(settings, Settings)
    assert settings.neocu_api_key == SecretStr(SECRET)
    assert settings.log_level == "DEBUG"


def test_an_empty_variable_counts_as_not_set(load: Load) -> None:
    """Compose files pass empty ones on."""
    settings = load(Settings, NEOCU | {"NEOCU_UPLOAD_URL": "", "HTTP_PORT": ""})

    assert isinstance(settings, Settings)
    assert (settings.neocu_upload_url, settings.http_port) == (None, 3000)


def test_socket_mode_needs_no_signing_secret(load: Load) -> None:
    """There is no request to be signed."""
    settings = load(SlackSettings, {"SLACK_BOT_TOKEN": SECRET, "SLACK_APP_TOKEN": SECRET})

    assert isinstance(settings, SlackSettings)
    assert settings.slack_signing_secret is None


# What most have to fill in, though there is another way.
USUAL = {"slack_bot_token"}
BY_BUTTON = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": SECRET, "SLACK_APP_TOKEN": SECRET}


def test_a_client_in_place_of_a_token_lets_any_workspace_install(load: Load) -> None:
    """Each has a token of its own then, which no setting holds."""
    settings = load(SlackSettings, BY_BUTTON)

    assert isinstance(settings, SlackSettings)
    assert (settings.by_button, settings.slack_bot_token) == (True, None)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"SLACK_CLIENT_SECRET": ""}, "SLACK_CLIENT_SECRET is not set: it is the client secret"),
        ({"SLACK_BOT_TOKEN": SECRET}, "SLACK_BOT_TOKEN and SLACK_CLIENT_ID are both set"),
        ({"SLACK_ALERT_CHANNEL": "C1"}, "SLACK_ALERT_CHANNEL is one workspace's"),
        ({"SLACK_CLIENT_ID": ""}, "SLACK_BOT_TOKEN is not set: it is the bot token"),
    ],
)
def test_one_workspace_or_many_and_not_half_of_each(
    load: Load, changed: dict[str, str], told: str
) -> None:
    """Which of the two was meant only who runs the bots can tell."""
    with pytest.raises(SettingsError) as refused:
        load(SlackSettings, BY_BUTTON | changed)

    assert told in str(refused.value)


def test_a_file_gives_settings_and_the_environment_wins(load: Load) -> None:
    """Variables of other programs in the same file are nobody's mistake."""
    Path(".env").write_text(f"NEOCU_API_KEY={SECRET}\nHTTP_PORT=1\nOTHER=x\n", encoding="utf-8")
    settings = load(Settings, {"HTTP_PORT": "2"})

    assert isinstance(settings, Settings)
    assert (settings.neocu_api_key.get_secret_value(), settings.http_port) == (SECRET, 2)


def test_a_file_in_another_encoding_is_said(load: Load) -> None:
    """Some editors save UTF-16."""
    Path(".env").write_text(f"NEOCU_API_KEY={SECRET}\n", encoding="utf-16")

    assert refusal(load, Settings, {}) == "The file .env can't be read: save it as UTF-8 text."


# .env.example


def example() -> dict[str, tuple[str, bool, str]]:
    """Return the example's lines: by name the value, whether it is on, and the comment above."""
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    found = {}
    for above, line in zip(["", *lines], lines, strict=False):
        if named := re.fullmatch(r"(#?)([A-Z][A-Z0-9_]*)=(.*)", line):
            found[named[2]] = (named[3], not named[1], above.removeprefix("# "))
    return found


def test_the_example_names_just_the_settings_there_are() -> None:
    """A setting that nobody can find is none, and one that does nothing is worse."""
    assert set(example()) == names()


@pytest.mark.parametrize("settings", every_settings())
def test_the_example_shows_each_setting_as_it_is(settings: type[EnvSettings]) -> None:
    """Its default, its description, and only what is needed is on."""
    for name, field in settings.model_fields.items():
        value, on, comment = example()[name.upper()]
        unset = field.is_required() or field.default in (None, frozenset())
        default = "" if unset else str(field.default)

        assert field.description, name
        assert (name, value, on) == (name, default, field.is_required() or name in USUAL)
        assert comment.lower() == field.description.lower()


@pytest.mark.parametrize("settings", every_settings())
def test_the_example_can_be_used_once_its_blanks_are_filled(
    load: Load, settings: type[EnvSettings]
) -> None:
    """Also with everything switched on: the defaults shown are valid."""
    text = EXAMPLE.read_text(encoding="utf-8")
    text = re.sub(r"^#?([A-Z][A-Z0-9_]*=.*)$", r"\1", text, flags=re.MULTILINE)
    text = re.sub(
        r"^(\w+(?:(?<!PUBLIC_)KEY|TOKEN|SECRET)=)$", rf"\1{SECRET}", text, flags=re.MULTILINE
    )
    Path(".env").write_text(text, encoding="utf-8")

    assert isinstance(load(settings, {}), settings)
