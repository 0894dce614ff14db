"""What one can let go wrong, at the press of a button: the promises are kept all the same."""

import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus

from bots.playground.neocu import Fault
from bots.playground.page.backstage import Backstage
from bots.playground.page.seen import Things

FULL_CREDITS, LOW_CREDITS, NO_CREDITS = 1000.0, 40.0, 0.0
RETRY_AFTER_SECONDS = 2
TIMES = 3  # in a row

STATUSES = (400, 401, 402, 404, 429, 500, 503)
FAULT_NAMES = {
    Fault.HANG: "no answer",
    Fault.DROP: "connection cut before it is read",
    Fault.ACCEPT_AND_DROP: "taken, then connection cut",
    Fault.HTML: "a web page",
    Fault.TRUNCATED: "half a JSON",
    Fault.WRONG_SHAPE: "JSON that makes no sense",
    Fault.NO_TASK_ID: "success without a task ID",
    Fault.TEN_MEGABYTES: "ten megabytes of text",
    Fault.REDIRECT: "a redirect",
}


@dataclass(frozen=True)
class Switch:
    """A button of the panel, and what it does."""

    group: str
    label: str
    act: Callable[[], Awaitable[None] | None]


class Switches:
    """The buttons by name. What is on stays on until it is switched off, or cleared."""

    def __init__(self, backstage: Backstage) -> None:
        self._backstage = backstage
        stage = backstage.stage
        slack, discord = stage.workspace, stage.guild
        self._all = {
            "kill": Switch("Bots", "Kill & restart", self._kill),
            "stop": Switch("Bots", "Kill", lambda: backstage.stop(signal.SIGKILL)),
            "start": Switch("Bots", "Start", backstage.start),
            "deploy": Switch("Bots", "Deploy", lambda: backstage.restart(signal.SIGTERM)),
            "full": Switch("Compute", "Full", lambda: self._fill(FULL_CREDITS)),
            "low": Switch("Compute", "Low", lambda: self._fill(LOW_CREDITS)),
            "empty": Switch("Compute", "Empty", lambda: self._fill(NO_CREDITS)),
            "slack-429": Switch(
                "Slack",
                f"429, {TIMES} times",
                lambda: slack.faults.rate_limit(
                    "chat.postMessage", times=TIMES, retry_after=RETRY_AFTER_SECONDS
                ),
            ),
            "slack-again": Switch("Slack", "Deliver again", self._slack_again),
            "slack-down": Switch("Slack", "Outage", self._slack_down),
            "discord-429": Switch(
                "Discord",
                f"429, {TIMES} times",
                lambda: discord.faults.rate_limit(
                    "POST /channels/*/messages", times=TIMES, retry_after=RETRY_AFTER_SECONDS
                ),
            ),
            "discord-drop": Switch("Discord", "Drop gateway", discord.drop_gateway),
            "discord-down": Switch("Discord", "Outage", self._discord_down),
            "clear": Switch("Neocu", "All well again", self._clear),
        }
        self._faults: dict[str, int | Fault] = {str(status): status for status in STATUSES} | {
            fault.name.lower(): fault for fault in FAULT_NAMES
        }

    def seen(self) -> Things:
        """Return the buttons, and which are on."""
        stage = self._backstage.stage
        on = {
            "slack-down": stage.workspace.faults.outage,
            "discord-down": stage.guild.faults.outage,
        }
        faults = [[name, _fault_name(fault)] for name, fault in self._faults.items()]
        return {
            "backstage/switches": [
                {"id": name, "group": one.group, "label": one.label, "on": on.get(name)}
                for name, one in self._all.items()
            ],
            "backstage/faults": faults,
        }

    async def press(self, name: str) -> None:
        """Do what a button says; KeyError if there is none of that name."""
        switch = self._all[name]
        self._backstage.note(f"You pressed “{switch.label}” ({switch.group}).")
        if (waiting := switch.act()) is not None:
            await waiting

    def break_next(self, name: str, *, always: bool) -> None:
        """Let Neocu's next answer to a request for a task, or all of them, be this."""
        fault, faults = self._faults[name], self._backstage.stage.sandbox.faults
        if always:
            faults.always("generate", fault)
        else:
            faults.next("generate", fault)
        which = "all next answers" if always else "next answer"
        self._backstage.note(f"Neocu's {which} to generate: {_fault_name(fault)}.")

    async def _kill(self) -> None:
        await self._backstage.restart(signal.SIGKILL)

    def _fill(self, compute: float) -> None:
        self._backstage.stage.sandbox.compute = compute

    def _slack_again(self) -> None:
        slack = self._backstage.stage.workspace
        if slack.deliveries:
            slack.redeliver(slack.deliveries[-1])

    def _slack_down(self) -> None:
        faults = self._backstage.stage.workspace.faults
        faults.outage = not faults.outage

    def _discord_down(self) -> None:
        faults = self._backstage.stage.guild.faults
        faults.outage = not faults.outage

    def _clear(self) -> None:
        stage = self._backstage.stage
        for faults in (stage.sandbox.faults, stage.workspace.faults, stage.guild.faults):
            faults.clear()


def _fault_name(fault: int | Fault) -> str:
    if isinstance(fault, Fault):
        return FAULT_NAMES[fault]
    return f"{fault} {HTTPStatus(fault).phrase}"
