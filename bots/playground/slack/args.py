"""The arguments of a Web API call, however they were sent."""

import json
from typing import Any

from aiohttp import web

from bots.playground.slack.slack_error import SlackError
from bots.playground.slack.state import Json

TRUE_VALUES = (True, "1", "true", "True")
JSON_TYPE = "application/json"


class Args:
    """Arguments by name. Slack takes them from the query, a form or a JSON body alike."""

    def __init__(self, values: Json) -> None:
        self.values = values

    def text(self, name: str, default: str = "") -> str:
        """Return an argument as text; numbers are taken as written."""
        value = self.values.get(name)
        return default if value is None else str(value)

    def need(self, name: str, error: str = "invalid_arguments") -> str:
        """Return an argument's text; SlackError if there is none."""
        if not (value := self.text(name)):
            raise SlackError(error, response_metadata={"messages": [f"[ERROR] missing: {name}"]})
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return a yes or no."""
        value = self.values.get(name)
        return default if value is None else value in TRUE_VALUES

    def number(self, name: str, default: int) -> int:
        """Return a whole number; SlackError if it is none."""
        try:
            return int(self.text(name, str(default)))
        except ValueError:
            raise SlackError("invalid_arguments") from None

    def json(self, name: str, error: str = "invalid_arguments") -> Any:
        """Return a structure, parsed if it was sent as text; None if absent."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except json.JSONDecodeError:
            raise SlackError(error) from None


async def read_args(request: web.Request) -> tuple[Args, str]:
    """Return a call's arguments and its token ("" if there is none)."""
    values: Json = dict(request.query)
    if request.content_type == JSON_TYPE:
        try:
            body = json.loads(await request.text() or "{}")
        except json.JSONDecodeError:
            raise SlackError("invalid_json") from None
        if not isinstance(body, dict):
            raise SlackError("json_not_object")
        values |= body
        body_token = ""  # a token in a JSON body is not looked at
    else:
        values |= {k: v for k, v in (await request.post()).items() if isinstance(v, str)}
        body_token = str(values.get("token", ""))
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return Args(values), token if scheme.lower() == "bearer" else body_token
