"""One fixed conversation, played on both platforms: does the main job work?"""

from dataclasses import dataclass

import click

from bots.playground.seats import DiscordSeat, File, Line, Seat, SlackSeat
from bots.playground.stage import Stage

ANSWER_DEADLINE_SECONDS = 10.0


@dataclass(frozen=True)
class Scene:
    """Something that a person types, and what must be seen then, said or changed.

    `fault` is what Neocu answers, `compute` the credits that it has left from then on.
    """

    title: str
    words: str
    expected: tuple[str, ...]
    files: tuple[File, ...] = ()
    fault: int | None = None
    compute: float | None = None


SKETCH: File = ("sketch.txt", b"a small boat, left of the lighthouse", "text/plain")
SCENES = (
    Scene("A command", "/neocu a lighthouse at dusk", ("asked Neocu", "Task", "Done")),
    Scene("A mention", "@neocu three seconds of waves, as a sound", ("Task", "Done")),
    Scene("An attachment", "@neocu put this into the picture", ("Task", "Done"), (SKETCH,)),
    Scene("Compute runs low", "", ("is running low",), compute=60),
    Scene(
        "No compute left",
        "@neocu a storm at sea",
        ("too little compute", "No compute was spent", "has run out"),
        compute=0,
    ),
    Scene("Topped up", "", ("that is over", "has compute again"), compute=1000),
    Scene(
        "Neocu fails",
        "@neocu a calm morning",
        ("Something went wrong inside Neocu", "may have been spent"),
        fault=500,
    ),
)


async def play() -> bool:
    """Play every scene on both platforms, print what people see; True if nothing is missing."""
    async with Stage(seconds=0.5) as stage:
        stage.settings["COMPUTE_INTERVAL"] = "0.2"
        await stage.start_bots()
        complete = True
        for seat in (SlackSeat(stage.workspace), DiscordSeat(stage.guild)):
            click.secho(f"\n━━━ {seat.platform.capitalize()} · #general ━━━", bold=True)
            for scene in SCENES:
                complete &= await _play(stage, seat, scene)
        click.echo(f"\n{len(stage.sandbox.generated)} tasks were started.")
        click.echo("Everything is there." if complete else "Something is missing.")
        return complete


async def _play(stage: Stage, seat: Seat, scene: Scene) -> bool:
    if scene.fault is not None:
        stage.sandbox.faults.next("generate", scene.fault)
    if scene.compute is not None:
        stage.sandbox.compute = scene.compute
    before = {id(line.shown): line.text for line in seat.lines()}
    if scene.words:
        await seat.type(scene.words, scene.files)

    def new() -> list[Line]:
        return [line for line in seat.lines() if before.get(id(line.shown)) != line.text]

    def told() -> bool:
        text = "\n".join(line.text for line in new())
        return all(words in text for words in scene.expected)

    click.secho(f"\n{scene.title}", dim=True)
    try:
        await seat.journal.until(told, within=ANSWER_DEADLINE_SECONDS)
    except TimeoutError:
        missing = [words for words in scene.expected if words not in str(new())]
        click.secho(f"missing: {missing}", fg="red")
        return False
    finally:
        for line in new():
            click.echo(written(line))
    return True


def written(line: Line) -> str:
    """Return a message as text for a terminal."""
    mark = "   ↳ " if line.deep else ""
    extra = "".join(f"  📎 {name}" for name in line.files)
    extra += "".join(f"  [ {label} ]" for label in line.buttons)
    who = click.style(line.who, fg="cyan" if line.who == "neocu" else "yellow")
    note = click.style(" (only you see this)", dim=True) if line.private else ""
    text = line.text.replace("\n", "\n" + " " * (len(mark) + 2))
    return f"{mark}{who}{note}: {text}{extra}"
