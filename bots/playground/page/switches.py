"""What one can let go wrong, at the press of a button: the promises are kept all the same."""

import signal
from functools import partial
from http import HTTPStatus

from bots.playground.neocu import Fault
from bots.playground.neocu.tasks import ENDINGS
from bots.playground.page.backstage import Backstage
from bots.playground.page.place_switches import (
    ADMIN,
    LANGUAGES,
    Admin,
    DiscordPlaces,
    SlackPlaces,
    Tongue,
)
from bots.playground.page.seen import Things
from bots.playground.page.switch import Switch
from core.voice import closest

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


# Settings of the bots by what their switch says: the variable, and its value when it is on.
SETTINGS = {
    "ask first above 2 credits": ("CONFIRM_ABOVE", "2"),
    "3 requests a day each": ("USER_DAILY_LIMIT", "3 requests"),
    "Slack threads without @": ("THREAD_FOLLOW", "auto"),
}


class Switches:
    """The buttons by name. What is on stays on until it is switched off, or cleared."""

    def __init__(self, backstage: Backstage) -> None:
        self._backstage = backstage
        self._admin = Admin(backstage.stage.workspace, backstage.stage.guild)
        self._tongue = Tongue(backstage.stage.workspace, backstage.stage.guild)
        self._all = {
            **self._of_bots(),
            **self._of_slack(),
            **self._of_discord(),
            "admin": Switch(
                "Settings", f"{ADMIN} is an admin", self._turn_admin, lambda: self._admin.is_one
            ),
            **self._of_languages(),
            "clear": Switch("Neocu", "All well again", self._clear),
        }
        self._faults: dict[str, int | Fault] = {str(status): status for status in STATUSES} | {
            fault.name.lower(): fault for fault in FAULT_NAMES
        }

    def seen(self) -> Things:
        """Return the buttons, and which are on."""
        faults = [[name, _fault_name(fault)] for name, fault in self._faults.items()]
        return {
            "backstage/switches": [
                {
                    "id": name,
                    "group": one.group,
                    "label": one.label,
                    "on": one.on() if one.on else None,
                }
                for name, one in self._all.items()
            ],
            "backstage/faults": faults,
            "backstage/endings": list(ENDINGS.items()),
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

    def end_next(self, words: str) -> None:
        """Let Neocu's next task end otherwise; KeyError if there is no such ending."""
        ending = ENDINGS[words]
        self._backstage.stage.sandbox.next_ending = words
        self._backstage.note(f"Neocu's next task {ending}.")

    def _of_bots(self) -> dict[str, Switch]:
        backstage, settings = self._backstage, self._backstage.stage.settings
        fixed = {
            "kill": Switch("Bots", "Kill & restart", self._kill),
            "stop": Switch("Bots", "Kill", lambda: backstage.stop(signal.SIGKILL)),
            "start": Switch("Bots", "Start", backstage.start),
            "deploy": Switch("Bots", "Deploy", lambda: backstage.restart(signal.SIGTERM)),
            "full": Switch("Compute", "Full", lambda: self._fill(FULL_CREDITS)),
            "low": Switch("Compute", "Low", lambda: self._fill(LOW_CREDITS)),
            "empty": Switch("Compute", "Empty", lambda: self._fill(NO_CREDITS)),
        }
        return fixed | {
            name.lower(): Switch(
                "Settings",
                label,
                partial(self._set, name, value),
                partial(settings.__contains__, name),
            )
            for label, (name, value) in SETTINGS.items()
        }

    def _of_slack(self) -> dict[str, Switch]:
        slack = self._backstage.stage.workspace
        return {
            "slack-429": Switch(
                "Slack",
                f"429, {TIMES} times",
                lambda: slack.faults.rate_limit(
                    "chat.postMessage", times=TIMES, retry_after=RETRY_AFTER_SECONDS
                ),
            ),
            "slack-again": Switch("Slack", "Deliver again", self._slack_again),
            "slack-down": Switch("Slack", "Outage", self._slack_down, lambda: slack.faults.outage),
            **SlackPlaces(slack).switches(),
        }

    def _of_discord(self) -> dict[str, Switch]:
        discord = self._backstage.stage.guild
        return {
            "discord-429": Switch(
                "Discord",
                f"429, {TIMES} times",
                lambda: discord.faults.rate_limit(
                    "POST /channels/*/messages", times=TIMES, retry_after=RETRY_AFTER_SECONDS
                ),
            ),
            "discord-drop": Switch("Discord", "Drop gateway", discord.drop_gateway),
            "discord-down": Switch(
                "Discord", "Outage", self._discord_down, lambda: discord.faults.outage
            ),
            **DiscordPlaces(discord).switches(),
            "discord-commands": Switch(
                "Discord",
                "Commands only",
                self._commands_only,
                lambda: not discord.world.bot_joined,
            ),
        }

    def _of_languages(self) -> dict[str, Switch]:
        return {
            f"language-{closest(slack)}": Switch(
                "Language",
                language,
                partial(self._speak, language),
                partial(self._tongue.is_spoken, language),
            )
            for language, (slack, _) in LANGUAGES.items()
        }

    async def _turn_admin(self) -> None:
        """Make somebody an admin, or not; the bots remember who is, so they start anew."""
        self._admin.turn()
        await self._backstage.restart(signal.SIGTERM)

    async def _speak(self, language: str) -> None:
        """Let everybody speak a language; the bots remember people's, so they start anew."""
        self._tongue.choose(language)
        self._backstage.stage.settings["LANGUAGE"] = closest(LANGUAGES[language][0])
        await self._backstage.restart(signal.SIGTERM)

    async def _commands_only(self) -> None:
        """Take the bot out of the guild, or let it in again.

        Out of it, the bot can't see whose guild it is, and serves it only where its ID, or a star,
        stands in the settings.
        """
        guild = self._backstage.stage.guild
        if guild.world.bot_joined:
            guild.remove_bot()
        else:
            guild.invite_bot()
        await self._set("ALLOWED_WORKSPACES", "*")

    async def _set(self, name: str, value: str) -> None:
        """Set a setting of the bots, or take it back; it counts from their next start."""
        settings = self._backstage.stage.settings
        if settings.pop(name, None) is None:
            settings[name] = value
        await self._backstage.restart(signal.SIGTERM)

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
        stage.sandbox.next_ending = ""


def _fault_name(fault: int | Fault) -> str:
    if isinstance(fault, Fault):
        return FAULT_NAMES[fault]
    return f"{fault} {HTTPStatus(fault).phrase}"
