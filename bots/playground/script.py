"""One fixed conversation, played on both platforms: does the main job work?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus

import click

from bots.playground.seats import DiscordSeat, File, Line, Seat, SlackSeat
from bots.playground.stage import Stage
from core import wording
from core.conversation import Reply
from core.neocu.errors import InsufficientComputeError, ServerError
from core.records import State
from core.wording import buttons
from core.wording.card import ENDINGS
from core.wording.markup import spans

ANSWER_DEADLINE_SECONDS = 10.0
LOW, NONE, FULL = 60.0, 0.0, 1000.0  # credits


@dataclass(frozen=True)
class Scene:
    """Something that a person types, and what must be seen then.

    `made`: how many files must come, in a card with the task's ID and buttons. `said`: what must
    be told, each known by how it begins. `fault` is what Neocu answers, `compute` the credits
    that it has left from then on.
    """

    title: str
    words: str = ""
    made: int = 0
    said: tuple[Reply, ...] = ()
    files: tuple[File, ...] = ()
    fault: int | None = None
    compute: float | None = None


SKETCH: File = ("sketch.txt", b"a small boat, left of the lighthouse", "text/plain")
TOO_LITTLE = InsufficientComputeError(HTTPStatus.PAYMENT_REQUIRED, "")
BROKEN = ServerError(HTTPStatus.INTERNAL_SERVER_ERROR, "")
SCENES = (
    Scene("A command", "/neocu a lighthouse at dusk", made=1),
    Scene("A mention", "@neocu three seconds of waves, as a sound", made=1),
    Scene("Several at once", "@neocu 3 pictures of a red sailing boat", made=3),
    Scene("An attachment", "@neocu put this into the picture", made=1, files=(SKETCH,)),
    Scene("Compute runs low", said=(wording.low(LOW, []),), compute=LOW),
    Scene(
        "No compute left",
        "@neocu a storm at sea",
        said=(wording.refused(TOO_LITTLE, ""), wording.empty()),
        compute=NONE,
    ),
    Scene("Topped up", said=(wording.restored(FULL),), compute=FULL),
    Scene(
        "Neocu fails",
        "@neocu a calm morning",
        said=(wording.refused(BROKEN, ""),),
        fault=BROKEN.status,
    ),
)


async def play() -> bool:
    """Play every scene on both platforms, print what people see; True if nothing is missing."""
    async with Stage(seconds=0.5) as stage:
        stage.settings |= {"COMPUTE_INTERVAL": "0.2", "LOG_LEVEL": "ERROR"}
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

    def missing() -> list[str]:
        return [*_untold(scene, new()), *_unmade(scene, stage, new()), *_unended(scene, new())]

    click.secho(f"\n{scene.title}", dim=True)
    try:
        await seat.journal.until(lambda: not missing(), within=ANSWER_DEADLINE_SECONDS)
    except TimeoutError:
        click.secho(f"missing: {missing()}", fg="red")
        return False
    finally:
        for line in new():
            click.echo(written(line))
    return True


def _untold(scene: Scene, lines: Sequence[Line]) -> Iterator[str]:
    """Yield how each reply begins that was to be said and can't be read."""
    text = "\n".join(line.plain for line in lines)
    for reply in scene.said:
        beginning = spans(reply.text)[0].text
        if beginning not in text:
            yield beginning


def _unmade(scene: Scene, stage: Stage, lines: Sequence[Line]) -> Iterator[str]:
    """Yield what is missing of the card: its files, its buttons, its task ID."""
    if not scene.made:
        return
    cards = [line for line in lines if line.who == "neocu" and line.files]
    if sum(len(card.files) for card in cards) < scene.made:
        yield f"{scene.made} files"
    if not any(card.buttons for card in cards):
        yield "buttons"
    task = stage.sandbox.generated[-1].task_id if stage.sandbox.generated else "a task"
    if not any(task in card.plain for card in cards):
        yield task


def _unended(scene: Scene, lines: Sequence[Line]) -> Iterator[str]:
    """Yield what should have ended: the progress goes, and a command's question says how."""
    bots = [line for line in lines if line.who == "neocu"]
    under_way = {one.label for one in (buttons.cancel(""), buttons.mute(""))}
    if any(line.deep and not under_way.isdisjoint(line.buttons) for line in bots):
        yield "the end of the progress"
    done = ENDINGS[State.COMPLETED]
    if scene.words.startswith("/") and not any(done in line.plain for line in bots):
        yield done


def written(line: Line) -> str:
    """Return a message as text for a terminal."""
    mark = "   ↳ " if line.deep else ""
    indent = " " * (len(mark) + 2)
    who = click.style(line.who, fg="cyan" if line.who == "neocu" else "yellow")
    note = click.style(" (only you see this)", dim=True) if line.private else ""
    edited = click.style(" (edited)", dim=True) if line.edited else ""
    below = [f"📎 {name}" for name in line.files]
    labels = [*line.buttons, *([f"{wording.labels.more()} ▾"] if line.menu else [])]
    below += ["  ".join(f"[ {label} ]" for label in labels)] if labels else []
    text = "\n".join([line.styled + edited, *below]).replace("\n", "\n" + indent)
    return f"{mark}{who}{note}: {text}"
