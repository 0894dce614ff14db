"""The Slack app's manifest, for Socket Mode or for a public address, as an agent or not.

https://docs.slack.dev/reference/app-manifest
"""

import json
from typing import Any
from urllib.parse import quote

from bots.slack.scopes import AGENT_SCOPES, NEEDED_SCOPES, OPTIONAL_SCOPES
from core.wording import labels

EVENTS = (
    *("app_mention", "member_joined_channel"),
    *("message.channels", "message.groups", "message.im", "message.mpim"),
)
AGENT_EVENTS = ("agent_session_stopped", "app_home_opened")
# How it is known that a workspace has taken the app out.
END_EVENTS = ("app_uninstalled", "tokens_revoked")
CREATE = "https://api.slack.com/apps?new_app=1&manifest_json="


def slack_manifest(
    public_url: str = "", *, agent: bool = True, many: bool = False
) -> dict[str, Any]:
    """Return the manifest; without a `public_url` Slack is asked over Socket Mode.

    `many` workspaces install the app by a button, or whole organizations.
    """
    site = public_url.rstrip("/")
    events_url = f"{site}/slack/events" if site else ""
    back = {"redirect_urls": [f"{site}/slack/oauth_redirect"]} if many else {}
    request_url = {"request_url": events_url} if events_url else {}
    command = {
        "command": "/neocu",
        **({"url": events_url} if events_url else {}),
        "description": "Make an image, sound, video, voice or 3D model",
        "usage_hint": "a lighthouse at dusk",
        # People and channels in a prompt come as IDs: none can be mistaken for a mention.
        "should_escape": True,
    }
    scopes = [*NEEDED_SCOPES, *OPTIONAL_SCOPES, *(AGENT_SCOPES if agent else ())]
    events = [*(AGENT_EVENTS if agent else ()), *EVENTS, *(END_EVENTS if many else ())]
    return {
        "display_information": {
            "name": "Neocu",
            "description": "Images, sounds, video, voice and 3D from one sentence, in the thread.",
            "background_color": "#1d2b3a",
        },
        "features": _features(command, agent=agent),
        "oauth_config": {**back, "scopes": {"bot": scopes}},
        "settings": {
            "event_subscriptions": {**request_url, "bot_events": events},
            "interactivity": {"is_enabled": True, **request_url},
            "org_deploy_enabled": many,
            "socket_mode_enabled": not events_url,
            "token_rotation_enabled": False,
        },
    }


def _features(command: dict[str, Any], *, agent: bool) -> dict[str, Any]:
    features: dict[str, Any] = {
        "app_home": {
            "home_tab_enabled": False,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": "neocu", "always_online": True},
        "shortcuts": [
            {
                "name": labels.USE_MESSAGE,
                "type": "message",
                "callback_id": "use_in_neocu",
                "description": "Make something of this message and its files",
            }
        ],
        "slash_commands": [command],
    }
    if agent:
        prompts = labels.suggestions().items()
        features["agent_view"] = {
            "agent_description": "Say in one sentence what you want to see or hear, "
            "and Neocu makes it.",
            "suggested_prompts": [{"title": name, "message": text} for name, text in prompts],
        }
    return features


def create_link(manifest: dict[str, Any]) -> str:
    """Return the address that opens Slack's page with the manifest filled in."""
    return CREATE + quote(json.dumps(manifest, separators=(",", ":")))


def as_text(manifest: dict[str, Any]) -> str:
    """Return the manifest as a file."""
    return json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"


def line_of_scope(scope: str) -> int:
    """Return the line of the full manifest that asks for a scope."""
    lines = as_text(slack_manifest()).splitlines()
    return next(number for number, line in enumerate(lines, 1) if f'"{scope}"' in line)
