"""The settings that every platform shares, read from the environment and a `.env` file."""

import re
from dataclasses import dataclass
from typing import Annotated, Literal, Self
from urllib.parse import unquote

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from yarl import URL

from core.voice import LANGUAGES, closest


class SettingsError(Exception):
    """A setting is missing or wrong; the text is a sentence for whoever runs the bots."""


def _key(secret: SecretStr) -> SecretStr:
    value = secret.get_secret_value().strip()
    if not value:
        raise ValueError("is empty")
    if not value.isascii() or not value.isprintable() or " " in value:
        raise ValueError("has characters that a key can't have: copy it again")
    return SecretStr(value)


Key = Annotated[SecretStr, AfterValidator(_key)]


def _address(url: str) -> str:
    if not re.match(r"https?://[^\s/?#]+", url):
        raise ValueError("has to start with https:// (or http://) and a host")
    try:
        URL(url)
    except ValueError:
        raise ValueError("is no web address") from None
    return url.rstrip("/")


Address = Annotated[str, AfterValidator(_address)]


def _names(value: object) -> object:
    return frozenset(value.replace(",", " ").split()) if isinstance(value, str) else value


Names = Annotated[frozenset[str], NoDecode, BeforeValidator(_names)]


@dataclass(frozen=True)
class DailyLimit:
    """At most so many requests, and so many estimated credits, in 24 hours; None: no limit."""

    requests: float | None = None
    credits: float | None = None

    def __str__(self) -> str:
        kinds = (("requests", self.requests), ("credits", self.credits))
        return ", ".join(f"{most:g} {kind}" for kind, most in kinds if most is not None)


def _daily_limit(value: object) -> object:
    if not isinstance(value, str):
        return value
    most: dict[str, float] = {}
    for part in value.split(","):
        found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(requests?|credits?)?\s*", part)
        if found is None:
            raise ValueError('is written like "20 requests", "500 credits", or both with a comma')
        most["credits" if (found[2] or "").startswith("credit") else "requests"] = float(found[1])
    return DailyLimit(**most)


def _database(url: str) -> str:
    if not url.startswith(("sqlite:///", "postgres://", "postgresql://")):
        raise ValueError("has to start with sqlite:/// or postgresql://")
    return url


Database = Annotated[str, AfterValidator(_database)]
Daily = Annotated[DailyLimit | None, NoDecode, BeforeValidator(_daily_limit)]

Level = Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(str.upper)]


def _language(value: object) -> object:
    """Read a locale, or a list of them with colons, as systems set it in the same variable."""
    if not isinstance(value, str):
        return value
    locales = value.split(":")
    if not all(re.fullmatch(r"[A-Za-z]{1,3}([_.@-].*)?", one) for one in locales if one):
        raise ValueError(f"is not one of {', '.join(LANGUAGES)}")
    return next(filter(None, map(closest, locales)), LANGUAGES[0])


Language = Annotated[str, BeforeValidator(_language)]


class EnvSettings(BaseSettings):
    """Settings by the names of their variables; an empty variable counts as not set."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    @classmethod
    def load(cls) -> Self:
        """Read the settings. Raises SettingsError, one sentence a variable, no value repeated."""
        try:
            return cls()
        except UnicodeDecodeError:
            raise SettingsError("The file .env can't be read: save it as UTF-8 text.") from None
        except ValidationError as error:
            wrong = error.errors(include_input=False, include_url=False, include_context=False)
            raise SettingsError(" ".join(_sentence(cls, one) for one in wrong)) from None


# What pydantic says in terms of programs.
WORDS = {
    "bool_parsing": "has to be true or false",
    "float_parsing": "is not a number",
    "finite_number": "is not a number",
    "int_from_float": "is not a whole number",
    "int_parsing": "is not a whole number",
    "string_too_short": "is empty",
}


def secrets_of(*several: EnvSettings) -> list[str]:
    """Return what may stand in no log: the keys and tokens, and the database's password."""
    found = []
    for settings in several:
        for name, value in settings:
            if isinstance(value, SecretStr):
                found.append(value.get_secret_value())
            elif name == "database_url" and "@" in str(value):
                found.append(unquote(str(value).partition("@")[0].rpartition(":")[2]))
    return found


def _sentence(settings: type[EnvSettings], wrong: ErrorDetails) -> str:
    message = WORDS.get(wrong["type"], wrong["msg"]).removeprefix("Value error, ")
    message = message.replace("Input should be", "it has to be")
    if not wrong["loc"]:  # about several settings at once
        return message
    name = str(wrong["loc"][0])
    what = settings.model_fields[name].description
    if wrong["type"] == "missing":
        return f"{name.upper()} is not set: it is {what}"
    return f"{name.upper()} is wrong ({message[0].lower()}{message[1:]}): it is {what}"


class Settings(EnvSettings):
    """What the core needs to know."""

    neocu_api_key: Key = Field(
        description="your organization's key, from the Neocu platform under API keys."
    )
    neocu_base_url: Address = Field("https://api.neocu.com", description="where the Neocu API is.")
    neocu_timeout: float = Field(60, gt=0, description="seconds that an answer may take.")
    neocu_connect_timeout: float = Field(10, gt=0, description="seconds to connect.")
    neocu_poll_interval: float = Field(
        3, gt=0, description="seconds until a task is first looked at."
    )
    neocu_slow_after: float = Field(
        300, gt=0, description="seconds after which the thread hears that it takes longer."
    )
    neocu_stale_after: float = Field(
        1800, gt=0, description="seconds after which a task is looked at only rarely."
    )
    neocu_retry_for: float = Field(
        900, ge=0, description="seconds to keep trying while Neocu can't be reached."
    )
    announce_within: float = Field(
        900,
        gt=0,
        description="seconds that a chat may take no message before a request ends, with nothing "
        "spent.",
    )
    person_tasks: int = Field(10, gt=0, description="tasks of one person at the same time.")
    workspace_tasks: int = Field(50, gt=0, description="tasks of one workspace or guild at once.")
    overall_tasks: int = Field(100, gt=0, description="tasks of everybody at the same time.")
    compute_low_at: float = Field(
        100, ge=0, description="credits below which compute is low, and the channels hear of it."
    )
    compute_interval: float = Field(
        300, gt=0, description="seconds between looks at the balance, besides those after requests."
    )
    confirm_above: float | None = Field(
        None, ge=0, description="estimated credits above which a person has to agree first."
    )
    user_daily_limit: Daily = Field(
        None, description='what one person may ask in 24 hours: "20 requests, 500 credits".'
    )
    channel_daily_limit: Daily = Field(None, description="the same for one channel.")
    workspace_daily_limit: Daily = Field(None, description="the same for a workspace or guild.")
    allowed_channels: Names = Field(
        frozenset(), description="IDs of the only channels to ask in; unset, all."
    )
    allowed_people: Names = Field(
        frozenset(), description="IDs of the only people who may ask; unset, all."
    )
    allowed_roles: Names = Field(
        frozenset(), description="IDs of roles whose members may ask, too, where a chat has roles."
    )
    allowed_workspaces: Names = Field(
        frozenset(),
        description="IDs of the workspaces and servers that may ask, or *; unset, your own: the "
        "Slack workspace of the token, the Discord servers that the app's owner is in.",
    )
    language: Language = Field(
        "en",
        description=f"the language where a person's is not known: {', '.join(LANGUAGES)}.",
    )
    ai_label: bool = Field(
        True,  # noqa: FBT003 (it is the default)
        description="whether every result says that it was made with AI.",
    )
    retention_days: float = Field(
        30, gt=0, description="days that finished requests are remembered."
    )
    drain_seconds: float = Field(
        25, ge=0, description="seconds that what is under way gets when the bots are stopped."
    )
    neocu_upload_url: Address | None = Field(
        None, description="where attachments are handed over to Neocu; unset, they are refused."
    )
    neocu_upload_field: str = Field(
        "file", min_length=1, description="the multipart field that the upload expects."
    )
    neocu_upload_id: str = Field(
        "_id", min_length=1, description="the field of the upload's answer with the file ID."
    )
    neocu_reuse_results: bool = Field(
        True,  # noqa: FBT003 (it is the default)
        description="whether a follow-up in a thread works on the thread's last results.",
    )
    attachment_limit: int = Field(
        20 * 1024 * 1024, gt=0, description="bytes that one attachment may have."
    )
    files_in_flight_bytes: int = Field(
        200 * 1024 * 1024,
        gt=0,
        description="bytes of files held in memory at once; more wait their turn.",
    )
    database_url: Database = Field(
        "sqlite:///neocu-bots.db",
        repr=False,  # it may hold a password
        description="where requests are remembered: sqlite:///a-file or postgresql://….",
    )
    http_host: str = Field("127.0.0.1", description="the address the web server listens on.")
    http_port: int = Field(
        3000, ge=0, le=65535, description="the port the web server listens on; 0: any free."
    )
    show_requests: bool = Field(
        False,  # noqa: FBT003 (it is the default)
        description="whether /requests shows the latest requests, words and all: for a demo.",
    )
    log_level: Level = Field(
        "INFO", description="how much is logged: DEBUG, INFO, WARNING or ERROR."
    )
