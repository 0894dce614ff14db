"""Encrypts what is kept of others' secrets: their chats' tokens, and their Neocu keys.

https://cryptography.io/en/latest/fernet/: AES-128-CBC with an HMAC, under a key of 32 bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

from pydantic import SecretStr

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

MIN_SHOWN_LENGTH = 12  # characters of a key of which four may be shown
FINGERPRINT_LENGTH = 16  # hexadecimal digits: 64 bits tell keys apart, and lead back to none


class SecretsOffError(Exception):
    """Nothing can be encrypted: ENCRYPTION_KEYS is not set."""


class LostKeyError(Exception):
    """A secret was encrypted under a key that ENCRYPTION_KEYS does not have."""


@dataclass(frozen=True)
class Sealed:
    """An encrypted secret; `key_id` tells under which encryption key, without telling that."""

    text: str
    key_id: str


def fingerprint(secret: SecretStr) -> str:
    """Return what a key is known by: the same for the same key, and of no use for anything else."""
    digest = sha256(b"neocu-bots " + secret.get_secret_value().encode())
    return digest.hexdigest()[:FINGERPRINT_LENGTH]


def last_four(secret: SecretStr) -> str:
    """Return what may be shown of a key: its last four characters, of a short one nothing."""
    value = secret.get_secret_value()
    return value[-4:] if len(value) >= MIN_SHOWN_LENGTH else ""


def new_key() -> str:
    """Return a new encryption key."""
    from cryptography.fernet import Fernet  # noqa: PLC0415 (only who keeps others' secrets needs cryptography in memory)

    return Fernet.generate_key().decode()


class Secrets:
    """Encrypts under the first of the keys, and decrypts what any of them has encrypted."""

    def __init__(self, keys: Sequence[SecretStr]) -> None:
        self._keys = tuple(keys)
        self.key_ids = tuple(map(fingerprint, keys))

    def __bool__(self) -> bool:
        return bool(self._keys)

    @property
    def key_id(self) -> str:
        """The one that encrypts, "" where nothing does."""
        return self.key_ids[0] if self.key_ids else ""

    def seal(self, secret: str) -> Sealed:
        """Return a secret encrypted. Raises SecretsOffError."""
        if not self._keys:
            raise SecretsOffError("ENCRYPTION_KEYS is not set.")
        return Sealed(self._fernet.encrypt(secret.encode()).decode(), self.key_id)

    def open(self, sealed: Sealed) -> str:
        """Return what was encrypted. Raises LostKeyError."""
        if sealed.key_id not in self.key_ids:
            raise LostKeyError(f"ENCRYPTION_KEYS lacks the key {sealed.key_id}.")
        from cryptography.fernet import InvalidToken  # noqa: PLC0415 (only who keeps others' secrets needs cryptography in memory)

        try:
            return self._fernet.decrypt(sealed.text.encode()).decode()
        except InvalidToken:
            raise LostKeyError("A stored secret was changed, and can't be decrypted.") from None

    @cached_property
    def _fernet(self) -> "MultiFernet":
        from cryptography.fernet import Fernet, MultiFernet  # noqa: PLC0415 (only who keeps others' secrets needs cryptography in memory)

        return MultiFernet([Fernet(key.get_secret_value()) for key in self._keys])
