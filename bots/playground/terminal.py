"""A terminal channel: type as a person would in Slack or Discord, and see what is seen there."""

import asyncio
import sys

import click

from bots.playground.script import written
from bots.playground.seats import DiscordSeat, Line, Seat, SlackSeat
from bots.playground.stage import Stage

WELCOME = """
Type as in the chat:  /neocu a lighthouse at dusk   or   @neocu a lighthouse at dusk
"in N …" answers in thread N;  "press N Label" presses a button of message N
/slack and /discord switch the platform, Ctrl-D ends.
"""


class Screen:
    """One platform's chat in the terminal; each message keeps its number, whatever is deleted."""

    def __init__(self, seat: Seat) -> None:
        self.seat = seat
        self._lines: dict[int, Line] = {}  # by number
        self._printed: dict[int, str] = {}
        self._numbers: dict[int, int] = {}  # by the identity of what is shown

    def line(self, number: str) -> Line:
        """Return a message by its number; LookupError, in words, where there is none."""
        if (line := self._lines.get(int(number))) is None:
            raise LookupError(f"there is no message {number}")
        return line

    async def watch(self) -> None:
        """Print what is new, has changed or is gone."""
        async for _ in self.seat.journal.changes():
            lines = {self._number(line): line for line in self.seat.lines()}
            for number, line in lines.items():
                self._print(number, written(line))
            for number in self._lines.keys() - lines.keys():
                self._print(number, click.style("(deleted)", dim=True))
            self._lines = lines

    def _number(self, line: Line) -> int:
        return self._numbers.setdefault(id(line.shown), len(self._numbers))

    def _print(self, number: int, words: str) -> None:
        if self._printed.get(number) == words:
            return
        self._printed[number] = words
        click.echo(f"{click.style(f'{self.seat.platform} {number:>2}', dim=True)}  {words}")


async def talk() -> None:
    """Let a person type until the end of the input."""
    click.echo("Starting the workspace, the guild, Neocu's sandbox, and the bots …")
    async with Stage() as stage:
        await stage.start_bots()
        click.secho(WELCOME, dim=True)
        screens = {
            "/slack": Screen(SlackSeat(stage.workspace)),
            "/discord": Screen(DiscordSeat(stage.guild)),
        }
        here = screens["/slack"]
        watchers = [asyncio.create_task(screen.watch()) for screen in screens.values()]
        try:
            while words := await asyncio.to_thread(sys.stdin.readline):
                here = screens.get(words.strip(), here)
                if words.strip() and words.strip() not in screens:
                    await _do(here, words.strip())
        finally:
            for watcher in watchers:
                watcher.cancel()


async def _do(screen: Screen, words: str) -> None:
    """Do what was typed."""
    verb, _, rest = words.partition(" ")
    number, _, rest = rest.partition(" ")
    try:
        if verb == "press" and number.isdecimal():
            await screen.seat.press(screen.line(number), rest)
        elif verb == "in" and number.isdecimal():
            await screen.seat.type(rest, thread=screen.line(number).thread)
        else:
            await screen.seat.type(words)
    except (LookupError, ValueError, PermissionError) as error:
        click.secho(str(error), fg="red")
