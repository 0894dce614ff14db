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


async def talk() -> None:
    """Let a person type until the end of the input."""
    click.echo("Starting the workspace, the guild, Neocu's sandbox, and the bots …")
    async with Stage() as stage:
        await stage.start_bots()
        click.secho(WELCOME, dim=True)
        seats: dict[str, Seat] = {
            "/slack": SlackSeat(stage.workspace),
            "/discord": DiscordSeat(stage.guild),
        }
        here = seats["/slack"]
        watchers = [asyncio.create_task(_watch(seat)) for seat in seats.values()]
        try:
            while words := await asyncio.to_thread(sys.stdin.readline):
                here = seats.get(words.strip(), here)
                if words.strip() and words.strip() not in seats:
                    await _do(here, words.strip())
        finally:
            for watcher in watchers:
                watcher.cancel()


async def _do(seat: Seat, words: str) -> None:
    """Do what was typed."""
    verb, _, rest = words.partition(" ")
    number, _, rest = rest.partition(" ")
    try:
        if verb == "press":
            await seat.press(seat.lines()[int(number)], rest)
        elif verb == "in":
            await seat.type(rest, thread=seat.lines()[int(number)].thread)
        else:
            await seat.type(words)
    except (LookupError, ValueError, PermissionError) as error:
        click.secho(str(error), fg="red")


async def _watch(seat: Seat) -> None:
    """Print what is new or has changed in the channel."""
    known: dict[object, Line] = {}
    async for _ in seat.journal.changes():
        for number, line in enumerate(seat.lines()):
            if known.get(id(line.shown)) not in (None, line) or id(line.shown) not in known:
                click.echo(
                    f"{click.style(f'{seat.platform} {number:>2}', dim=True)}  {written(line)}"
                )
            known[id(line.shown)] = line
