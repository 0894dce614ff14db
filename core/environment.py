"""How settings are read from the environment and a `.env` file, and the kinds of their values."""

import re
from base64 import urlsafe_b64decode
from binascii import Error as NotBase64
from dataclasses import dataclass
from typing import Annotated, Literal, Self
from urllib.parse import unquote

from pydantic import AfterValidator, BeforeValidator, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from yarl import URL

from core.voice import LANGUAGES, closest

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


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


FERNET_KEY_BYTES = 32  # https://github.com/fernet/spec/blob/master/Spec.md#key-format


def _encryption_keys(value: object) -> object:
    if not isinstance(value, str):
        return value
    keys = value.replace(",", " ").split()
    for key in keys:
        try:
            right = len(urlsafe_b64decode(key)) == FERNET_KEY_BYTES
        except (NotBase64, ValueError):
            right = False
        if not right:
            raise ValueError("`neocu-bots secrets new` makes one that is right")
    return tuple(map(SecretStr, keys))


EncryptionKeys = Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(_encryption_keys)]


def _phrases(value: object) -> object:
    if not isinstance(value, str):
        return value
    return frozenset(phrase.strip() for phrase in value.split(",") if phrase.strip())


Phrases = Annotated[frozenset[str], NoDecode, BeforeValidator(_phrases)]


def _hook(url: str) -> str:
    """Return an address that people's words may be sent to."""
    where = URL(url)
    if where.scheme != "https" and where.host not in LOOPBACK:
        raise ValueError("has to start with https://, or be on this machine")
    if where.user is not None or where.password is not None:
        raise ValueError("may hold no name and no password")
    return url


Hook = Annotated[str, AfterValidator(_address), AfterValidator(_hook)]


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


def secrets_of(*loaded: EnvSettings) -> list[str]:
    """Return what may stand in no log: the keys and tokens, and the database's password."""
    found = []
    for settings in loaded:
        for name, value in settings:
            several = value if isinstance(value, tuple) else (value,)
            found += [one.get_secret_value() for one in several if isinstance(one, SecretStr)]
            if name == "database_url" and "@" in str(value):
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
