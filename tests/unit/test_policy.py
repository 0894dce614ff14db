"""What an operator lets nobody ask for: words, and a hook that may be slow, down, or mad."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from house import ENTRY

from bots.playground.local_server import HOST, serve
from bots.playground.stage import free_port
from core.policy import MAX_ANSWER_BYTES, Failure, PromptPolicy, Verdict
from core.settings import Settings

KEY = "neocu-key-0123456789"


def settings(**changed: Any) -> Settings:
    """Return settings with these changes."""
    return Settings(_env_file=None, **{"neocu_api_key": KEY} | changed)


class Hook:
    """A hook of an operator's: how it answers, and what it was asked."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.answer: Callable[[], Any] = lambda: web.json_response({"allow": True})
        self.asked: list[tuple[dict[str, Any], dict[str, str]]] = []

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer as is said."""
        self.asked.append((await request.json(), dict(request.headers)))
        answer = self.answer()
        return await answer if asyncio.iscoroutine(answer) else answer


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    """A hook that allows everything, until it is told otherwise."""
    port = free_port()
    it = Hook(f"http://{HOST}:{port}/check")
    app = web.Application()
    app.router.add_route("*", "/{any:.*}", it.handle)
    async with serve(app, port=port, cancel_handlers=True):
        yield it


@asynccontextmanager
async def policy(url: str, **changed: Any) -> AsyncIterator[PromptPolicy]:
    """Open the policy of these settings."""
    async with PromptPolicy(settings(prompt_policy_url=url, **changed)) as it:
        yield it


@pytest.mark.parametrize(
    ("words", "prompt", "found"),
    [
        ("falcon, red herring", "A Falcon at dusk", "falcon"),
        ("falcon", "falconry", ""),
        ("red herring", "a red\n herring", "red herring"),
        ("falcon", "a fal\u200bcon", "falcon"),
        ("falcon", "\uff46\uff41\uff4c\uff43\uff4f\uff4e", "falcon"),
        ("straße", "STRASSE", "straße"),
        ("猫", "黒猫の絵", "猫"),
        ("c++", "a C++ book", "c++"),
        (" , ,\u200b", "anything", ""),
        ("", "anything", ""),
    ],
)
def test_blocked_words_are_found_as_words(words: str, prompt: str, found: str) -> None:
    """Whatever their case, width and what is hidden in them; never inside of a harmless word."""
    it = PromptPolicy(Settings(_env_file=None, neocu_api_key=KEY, blocked_words=words))  # type: ignore[arg-type, call-arg]  # it is read from text

    assert it.blocked_word(prompt) == found


async def test_the_hook_hears_the_prompt_and_no_secret(hook: Hook) -> None:
    """It is another's program: what it need not know it isn't told."""
    async with policy(hook.url) as it:
        verdict = await it.judge(ENTRY)
        [(told, headers)] = hook.asked

    assert verdict == Verdict(allowed=True)
    assert told == {
        "prompt": ENTRY.query,
        "files": list(ENTRY.files),
        "platform": ENTRY.request.platform,
        "workspace": ENTRY.request.workspace,
        "channel": ENTRY.request.channel,
        "person": ENTRY.request.person,
    }
    assert KEY not in str((told, headers))


async def test_what_is_allowed_is_asked_about_once(hook: Hook) -> None:
    """What waits in the queue is looked at often; what was refused may be asked again."""
    async with policy(hook.url) as it:
        await it.judge(ENTRY)
        await it.judge(ENTRY)
        allowed = len(hook.asked)
    hook.answer = lambda: web.json_response({"allow": False})
    async with policy(hook.url) as it:
        await it.judge(ENTRY)
        await it.judge(ENTRY)

    assert (allowed, len(hook.asked)) == (1, 3)


async def _never() -> web.Response:
    await asyncio.Event().wait()
    return web.Response()


SLOW, DOWN, NONSENSE = (
    Verdict(allowed=False, failure=failure)
    for failure in (Failure.SLOW, Failure.DOWN, Failure.NONSENSE)
)
ANSWERS: list[tuple[Callable[[], Any], Verdict]] = [
    (lambda: web.json_response({"allow": False}), Verdict(allowed=False)),
    (lambda: web.json_response({"allow": False, "reason": None}), Verdict(allowed=False)),
    (
        lambda: web.json_response({"allow": False, "reason": "No falcons.\ud800"}),
        Verdict(allowed=False, reason="No falcons.?"),
    ),
    (_never, SLOW),
    (lambda: web.Response(status=500), DOWN),
    (lambda: web.Response(status=429), DOWN),
    *(
        (make, NONSENSE)
        for make in (
            lambda: web.Response(text="<html>"),
            lambda: web.Response(text="[" * 20_000),
            lambda: web.json_response({"allow": "true"}),
            lambda: web.json_response({"allow": 1}),
            lambda: web.json_response([True]),
            lambda: web.json_response({"allow": True}, status=201),
            lambda: web.json_response({"allow": True, "x": "x" * MAX_ANSWER_BYTES}),
            lambda: web.Response(status=404),
            lambda: web.Response(status=302, headers={"Location": "/elsewhere"}),
        )
    ),
]


@pytest.mark.parametrize(("answer", "verdict"), ANSWERS)
async def test_each_answer_is_a_verdict_or_a_failure(
    hook: Hook, answer: Callable[[], Any], verdict: Verdict
) -> None:
    """Only a clear yes is one, a redirect is not followed, and what fails may be let through."""
    hook.answer = answer
    async with policy(hook.url, prompt_policy_timeout=0.3) as closed:
        judged = await closed.judge(ENTRY)
    async with policy(hook.url, prompt_policy_timeout=0.3, prompt_policy_fails="open") as it:
        let_through = await it.judge(ENTRY)

    assert judged == verdict
    assert let_through.allowed == (verdict.failure is not None)
    assert len(hook.asked) == 2


async def test_a_hook_that_is_not_there_is_down() -> None:
    """It is told, and not a traceback."""
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        async with policy(f"http://{HOST}:{taken.getsockname()[1]}/") as it:
            assert await it.judge(ENTRY) == Verdict(allowed=False, failure=Failure.DOWN)


@pytest.mark.parametrize(
    "url",
    [
        "http://policy.example/check",
        "https://name:word@policy.example/",
        "ftp://policy.example",
        "policy.example",
    ],
)
def test_prompts_go_nowhere_in_the_clear(url: str) -> None:
    """They are people's own words."""
    with pytest.raises(ValueError, match="prompt_policy_url"):
        settings(prompt_policy_url=url)
