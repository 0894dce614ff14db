"""What is said of a task that has ended: the card with its files, or what went wrong."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from core.conversation import Barrier, Button, FilesRefusedError, Media, Reply
from core.files.download import TooLargeError
from core.neocu.models import Asset
from core.records import Entry
from core.request import Action
from core.wording import assets, markup, phrases


def result(entry: Entry) -> Reply:
    """Return the card of a finished task: each result as a file, a preview, or a link."""
    shown = [asset for asset in entry.assets if asset.url or asset.thumbnail]
    if not shown:
        return Reply(
            f"**Finished, but Neocu gave no result with it.** {phrases.SPENT}",
            small=_facts(entry),
            buttons=(Button("Again", Action.AGAIN, entry.key),),
            notify=entry.request.person,
        )
    text = f"**{_ready(shown)}**, {markup.person(entry.request.person)}."
    return Reply(
        "\n".join([text, *_links(entry)]) + phrases.based_on(entry.files),
        small=_facts(entry),
        media=_media(entry),
        buttons=_buttons(entry),
        notify=entry.request.person,
    )


def with_links(reply: Reply, left_out: Sequence[tuple[Media, Exception]]) -> Reply:
    """Return the reply with a line for each file that can't be shown, and why."""
    if not left_out:
        return reply
    several = len(reply.media) > 1
    lines = [_unshown(media, error, several=several) for media, error in left_out]
    return replace(reply, text="\n".join([reply.text, *lines]))


def _unshown(media: Media, error: Exception, *, several: bool) -> str:
    """Say why a file is not shown here, with a link to it."""
    match error:
        case TooLargeError():
            why = "is too large to show here"
        case FilesRefusedError():
            why = "can't be shown here"
        case _:
            why = "couldn't be fetched"
    number = f"{media.number}\\. " if several else ""
    return f"{number}{markup.link(media.name, media.url)} {why}; the link may stop working."


def _ready(shown: Sequence[Asset]) -> str:
    """Return "Your image is ready", or "3 images and 1 sound are ready"."""
    kinds = Counter(phrases.kind(asset) for asset in shown)
    if len(shown) == 1:
        return f"Your {next(iter(kinds))} is ready"
    listed = [phrases.counted(number, kind) for kind, number in kinds.items()]
    return f"Your {' and '.join(filter(None, (', '.join(listed[:-1]), listed[-1])))} are ready"


def _links(entry: Entry) -> list[str]:
    """Return a line for each result that chats can't show as it is."""
    several = len(entry.assets) > 1
    return [
        (f"{number}\\. " if several else "")
        + f"{phrases.kind(asset)[:1].upper()}{phrases.kind(asset)[1:]}: "
        + markup.link(asset.name or asset.type or "the result", asset.url)
        for number, asset in enumerate(entry.assets, 1)
        if asset.url and not assets.displayable(asset)
    ]


def _media(entry: Entry) -> tuple[Media, ...]:
    found = (assets.media(asset, entry.query, n) for n, asset in enumerate(entry.assets, 1))
    return tuple(media for media in found if media is not None)


def _facts(entry: Entry) -> str:
    """Return the small line: how long, how much, which task."""
    cost = [] if entry.cost is None else [phrases.credits(entry.cost)]
    task = f"task {markup.code(entry.task_id)}"
    return " · ".join([phrases.seconds(entry.running_seconds), *cost, task, phrases.AI_LABEL])


def _buttons(entry: Entry) -> tuple[Button, ...]:
    several = len(entry.assets) > 1
    edits = [
        Button(f"Edit {n}…" if several else "Edit…", Action.EDIT, entry.key, n)
        for n, asset in enumerate(entry.assets[: phrases.MAX_EDIT_BUTTONS], 1)
        if asset.id
    ]
    in_channel = Button("Show in channel", Action.SHOW_IN_CHANNEL, entry.key)
    shared = () if entry.request.in_private else (in_channel,)
    return (Button("Again", Action.AGAIN, entry.key), *edits, *shared)


def shown_again(entry: Entry) -> Reply:
    """Show the results of a request once more; that costs nothing."""
    prompt = markup.quote(entry.query[: phrases.ECHO_LIMIT])
    return Reply(
        "\n".join(["**Here it is again**, at no cost.", prompt, *_links(entry)]),
        small=_facts(entry),
        media=_media(entry),
        buttons=tuple(one for one in _buttons(entry) if one.action is not Action.SHOW_IN_CHANNEL),
    )


def shown_in_channel(entry: Entry, person: str, link: str) -> Reply:
    """Show a result to the channel, with the way to its thread."""
    prompt = markup.quote(entry.query[: phrases.TITLE_LIMIT])
    where = f" {markup.link('Open the thread', link)}" if link else ""
    text = f"{markup.person(person)} shows what Neocu made.{where}\n{prompt}"
    return Reply("\n".join([text, *_links(entry)]), small=phrases.AI_LABEL, media=_media(entry))


def unknown_status(status: str) -> str:
    """Tell of a status that nobody knows, as a note under the progress."""
    return f"Neocu reports a status I don't know (“{status}”). I'll keep checking."


def failed(entry: Entry, messages: Sequence[str]) -> Reply:
    """Tell that a task failed, with Neocu's reason where it gives one."""
    said = f"\n{markup.quote(messages[-1][: phrases.DETAIL_LIMIT])}" if messages else ""
    return Reply(
        f"**Neocu couldn't make this.** It may have cost credits. "
        f"Try again, perhaps in other words.{said}",
        small=_facts(entry),
        buttons=(Button("Try again", Action.AGAIN, entry.key),),
        notify=entry.request.person,
    )


def not_found() -> str:
    """Tell that Neocu does not know a task, as a note under the progress."""
    return (
        "Neocu doesn't know this task right now. It probably cost credits, so I'll keep checking."
    )


def nothing_to_show() -> Reply:
    """Tell that a request has no results to show again."""
    return Reply("There is nothing to show again.")


def checking() -> Reply:
    """Tell that a task is being looked at."""
    return Reply("Checking. If there is a result, it comes in the thread.")


def said_aside(reply: Reply, barrier: Barrier) -> Reply:
    """Return a reply that its place refused, for its person alone."""
    note = f"I couldn't post this where you asked: {phrases.BARRIERS[barrier]}."
    small = " · ".join(filter(None, (note, reply.small)))
    return Reply(reply.text, small=small, media=reply.media, buttons=reply.buttons)
