"""The bots on a Slack where workspaces install them by a button: two, with neither of them yet."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp
from slack_bots import Bots, running

from bots.playground.neocu import Sandbox
from bots.playground.slack import Workspace
from bots.playground.slack.visitor import Seen
from bots.playground.stage import free_port
from bots.slack import Timing
from core.workspaces.secrets import new_key

ENDED = {"completed", "failed", "refused", "unknown"}
KEYS = new_key()


@dataclass
class Teams:
    """A Slack with two workspaces, one app, and the bots behind it."""

    lab: Workspace
    acme: Workspace
    sandbox: Sandbox
    bots: Bots
    folder: Path
    stack: AsyncExitStack
    port: int
    about: dict[str, Any]

    @property
    def site(self) -> str:
        """The bots' own address."""
        return f"http://127.0.0.1:{self.port}"

    async def install(self, workspace: Workspace, **how: Any) -> Seen:
        """Let ada install the bot in a workspace; return the page that she sees in the end."""
        seen = await workspace.add_to_slack("ada", f"{self.site}/slack/install", **how)
        workspace.invite("general")
        return seen

    def at(self, workspace: Workspace) -> Bots:
        """Return the bots as a workspace sees them."""
        return replace(self.bots, workspace=workspace)

    @asynccontextmanager
    async def again(self, **changed: Any) -> AsyncIterator[None]:
        """Stop the bots, and run them once more until the block ends."""
        await self.close()
        async with AsyncExitStack() as self.stack:
            await self.start(**changed)
            yield

    async def close(self) -> None:
        """Stop the bots that run now."""
        await self.stack.aclose()

    async def start(self, **changed: Any) -> None:
        """Run the bots."""
        run = running(self.folder, self.sandbox, self.lab, self.port, **self.about | changed)
        self.bots = await self.stack.enter_async_context(run)

    async def ended(self) -> set[str]:
        """Return how all requests have ended, as soon as they have."""
        async with asyncio.timeout(10), aiohttp.ClientSession() as session:
            while True:
                async with session.get(f"{self.site}/requests") as answer:
                    states = {one["state"] for one in await answer.json()}
                if states and states <= ENDED:
                    return states
                await asyncio.sleep(0.05)

    def kept(self) -> bytes:
        """Return everything that is on disk."""
        return b"".join(one.read_bytes() for one in self.folder.glob("bots.db*"))

    def credentials(self) -> int:
        """Return of how many workspaces credentials are kept."""
        with sqlite3.connect(f"file:{self.folder / 'bots.db'}?mode=ro", uri=True) as store:
            [[number]] = store.execute("SELECT count(*) FROM credentials")
        return int(number)


@asynccontextmanager
async def teams_on_slack(
    folder: Path,
    *,
    socket: bool = False,
    timing: Timing | None = None,
    rotates: float = 0.0,
    **changed: Any,
) -> AsyncIterator[Teams]:
    """Run the bots until the block ends; tokens that last so many seconds where they rotate."""
    async with AsyncExitStack() as stack:
        sandbox = await stack.enter_async_context(Sandbox(seconds=0.05))
        lab = await stack.enter_async_context(Workspace())
        acme = await stack.enter_async_context(Workspace(beside=lab, domain="acme"))
        lab.server.grants.revoke(lab.team_id)
        lab.rules.scopes = set()
        port = free_port()
        lab.app.redirect_urls = [f"http://127.0.0.1:{port}/slack/oauth_redirect"]
        lab.app.rotates_tokens, lab.app.token_lifetime = bool(rotates), rotates
        if not socket:
            lab.events_url = f"http://127.0.0.1:{port}/slack/events"
        by_button = {
            "slack_client_id": lab.app.client_id,
            "slack_client_secret": lab.app.client_secret,
            "slack_app_token": lab.app.app_token if socket else None,
        }
        about = {"slack": by_button, "timing": timing, "encryption_keys": KEYS}
        about |= {"allowed_workspaces": frozenset({"*"})} | changed
        bots = await stack.enter_async_context(AsyncExitStack())
        teams = Teams(lab, acme, sandbox, None, folder, bots, port, about)  # type: ignore[arg-type]  # until they run
        await teams.start()
        stack.push_async_callback(teams.close)
        yield teams
