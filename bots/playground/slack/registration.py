"""The app as Slack's own pages know it: what it is called, its secrets, where it is reached."""

import secrets
from dataclasses import dataclass, field

HOURS_12 = 12 * 3600.0


def _secret(begin: str = "", length: int = 12) -> str:
    return begin + secrets.token_hex(length)


@dataclass
class App:
    """One app, which several workspaces may install; its settings may be changed at any time.

    Without an `events_url` deliveries go to a socket. `redirect_urls` are where an install may lead
    back to, `org_wide` lets an organization install it once for all its workspaces, and with
    `rotates_tokens` bot tokens last for `token_lifetime` seconds.
    https://docs.slack.dev/authentication/installing-with-oauth
    """

    id: str = field(default_factory=lambda: f"A{secrets.token_hex(5).upper()}")
    app_token: str = field(default_factory=lambda: _secret("xapp-1-"))
    signing_secret: str = field(default_factory=lambda: _secret(length=16))
    verification_token: str = field(default_factory=_secret)
    client_id: str = field(default_factory=lambda: f"{secrets.randbelow(10**12)}.playground")
    client_secret: str = field(default_factory=lambda: _secret(length=16))
    base_url: str = ""
    events_url: str | None = None
    redirect_urls: list[str] = field(default_factory=list)
    org_wide: bool = False
    rotates_tokens: bool = False
    token_lifetime: float = HOURS_12

    def takes_back(self, redirect_uri: str) -> bool:
        """Whether an install may lead to this address: a configured one, or below one."""
        return any(redirect_uri.startswith(url) for url in self.redirect_urls)
