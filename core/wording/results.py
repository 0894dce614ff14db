"""What is said of a task that has ended: the card with its files, or what went wrong."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from core.conversation import Barrier, Button, FilesRefusedError, Media, Reply
from core.files.download import TooLargeError
from core.neocu.models import Asset
from core.neocu.moderation import is_moderation
from core.neocu.presets import Offer
from core.records import Entry
from core.request import Action
from core.wording import assets, buttons, markup, menu, phrases
from core.wording.answers import thread_link
from core.wording.content import failed_for_content
from core.wording.language import N_, _, listed, sentences


def result(
    entry: Entry, offers: Sequence[Offer] = (), parent: str = "", *, first: bool = False
) -> Reply:
    """Return the card of a finished task: each result as a file, a preview, or a link.

    `offers` is what can be made of it, `parent` links to the message of what it was made from. A
    person's `first` result tells what to do with it.
    """
    shown = [asset for asset in entry.assets if asset.url or asset.thumbnail]
    if not shown:
        return Reply(
            sentences(_("**Finished, but Neocu gave no result with it.**"), phrases.spent()),
            small=_facts(entry),
            buttons=(Button(_("Again"), Action.AGAIN, entry.key),),
            notify=entry.request.person,
        )
    person = markup.person(entry.request.person)
    text = "\n".join([_ready(shown, person), *_links(entry)])
    text += _made_from(parent) if parent else phrases.based_on(entry.files)
    hint = _("Not quite it? Reply here and mention me, or press **Edit…**")
    return Reply(
        f"{text}\n{hint}" if first else text,
        small=_facts(entry),
        media=_media(entry),
        buttons=_buttons(entry),
        menu=menu.more(entry, offers),
        notify=entry.request.person,
    )


def _made_from(parent: str) -> str:
    return "\n" + _("Made from {link}.", link=markup.link(_("this result"), parent))


def with_links(reply: Reply, left_out: Sequence[tuple[Media, Exception]]) -> Reply:
    """Return the reply with a line for each file that can't be shown, and why."""
    if not left_out:
        return reply
    several = len(reply.media) > 1
    lines = [_unshown(media, error, several=several) for media, error in left_out]
    return replace(reply, text="\n".join([reply.text, *lines]))


def _unshown(media: Media, error: Exception, *, several: bool) -> str:
    """Say why a file is not shown here, with a link to it."""
    if media.chart is not None:
        return _("The picture can't be shown here; its numbers stand above.")
    file = markup.link(media.name, media.url)
    match error:
        case TooLargeError():
            line = _("{file} is too large to show here; the link may stop working.", file=file)
        case FilesRefusedError():
            line = _("{file} can't be shown here; the link may stop working.", file=file)
        case _other:
            line = _("{file} couldn't be fetched; the link may stop working.", file=file)
    return f"{media.number}\\. {line}" if several else line


READY = {
    "image": N_("**Your image is ready**, {person}."),
    "video": N_("**Your video is ready**, {person}."),
    "sound": N_("**Your sound is ready**, {person}."),
    "voice": N_("**Your voice recording is ready**, {person}."),
    "3d": N_("**Your 3D model is ready**, {person}."),
    "360": N_("**Your 360° picture is ready**, {person}."),
    "file": N_("**Your file is ready**, {person}."),
}


def _ready(shown: Sequence[Asset], person: str) -> str:
    """Return what is ready: one thing of a kind, or so many of each."""
    kinds = Counter(phrases.kind(asset) for asset in shown)
    if len(shown) == 1:
        return _(READY[next(iter(kinds))], person=person)
    found = listed([phrases.counted(kind, number) for kind, number in kinds.items()])
    return _("**Ready**, {person}: {results}.", person=person, results=found)


LINKS = {
    "image": N_("Image: {link}"),
    "video": N_("Video: {link}"),
    "sound": N_("Sound: {link}"),
    "voice": N_("Voice recording: {link}"),
    "3d": N_("3D model: {link}"),
    "360": N_("360° picture: {link}"),
    "file": N_("File: {link}"),
}


def _links(entry: Entry) -> list[str]:
    """Return a line for each result that chats can't show as it is."""
    several = len(entry.assets) > 1
    return [
        (f"{number}\\. " if several else "")
        + _(LINKS[phrases.kind(asset)], link=markup.link(assets.file_name(asset), asset.url))
        for number, asset in enumerate(entry.assets, 1)
        if asset.url and not assets.displayable(asset)
    ]


def _media(entry: Entry) -> tuple[Media, ...]:
    description = phrases.alt_text(entry.query)
    found = (assets.media(asset, description, n) for n, asset in enumerate(entry.assets, 1))
    return tuple(media for media in found if media is not None)


def _facts(entry: Entry, *, timed: bool = True) -> str:
    """Return the small line: how long, if it has just ended, how much, which task."""
    facts = (
        phrases.seconds(entry.running_seconds) if timed else "",
        "" if entry.cost is None else phrases.credits(entry.cost),
        _("task {task}", task=markup.code(entry.task_id)),
        phrases.ai_label(),
    )
    return " · ".join(filter(None, facts))


def _buttons(entry: Entry) -> tuple[Button, ...]:
    several = len(entry.assets) > 1
    edits = [
        Button(_("Edit {number}…", number=n) if several else _("Edit…"), Action.EDIT, entry.key, n)
        for n, asset in enumerate(entry.assets[: phrases.MAX_EDIT_BUTTONS], 1)
        if asset.id
    ]
    return (Button(_("Again"), Action.AGAIN, entry.key), *edits)


def shown_again(entry: Entry, offers: Sequence[Offer] = ()) -> Reply:
    """Show the results of a request once more; that costs nothing."""
    prompt = markup.quote(entry.query[: phrases.ECHO_LIMIT])
    return Reply(
        "\n".join([_("**Here it is again**, at no cost."), prompt, *_links(entry)]),
        small=_facts(entry, timed=False),
        media=_media(entry),
        buttons=_buttons(entry),
        menu=tuple(one for one in menu.more(entry, offers) if one.action in menu.FOR_COPIES),
    )


def shown_in_channel(entry: Entry, person: str, link: str, key: str) -> Reply:
    """Show a result to the channel, with the way to its thread; `key` is of who shows it."""
    prompt = markup.quote(entry.query[: phrases.TITLE_LIMIT])
    shows = _("{person} shows what Neocu made.", person=markup.person(person))
    text = sentences(shows, thread_link(link))
    return Reply(
        "\n".join([text, prompt, *_links(entry)]),
        small=phrases.ai_label(),
        media=_media(entry),
        buttons=(buttons.delete(key),),
    )


def originals(entry: Entry) -> Reply:
    """Give the links to the files as Neocu made them."""
    links = [markup.link(assets.file_name(asset), asset.url) for asset in entry.assets if asset.url]
    return Reply(
        sentences(
            _("**As Neocu made it:** {links}.", links=listed(links)),
            _("Such links may stop working."),
        )
    )


def unknown_status(status: str) -> str:
    """Tell of a status that nobody knows, as a note under the progress."""
    return _("Neocu reports a status I don't know (“{status}”). I'll keep checking.", status=status)


def failed(entry: Entry, messages: Sequence[str]) -> Reply:
    """Tell that a task failed, with Neocu's reason where it gives one."""
    if refusal := next(filter(is_moderation, reversed(messages)), ""):
        return failed_for_content(entry, refusal, _facts(entry))
    said = f"\n{markup.quote(messages[-1][: phrases.DETAIL_LIMIT])}" if messages else ""
    return Reply(
        sentences(
            _("**Neocu couldn't make this.**"),
            phrases.may_have_cost(),
            _("Try again, perhaps in other words."),
        )
        + said,
        small=_facts(entry),
        buttons=(Button(_("Try again"), Action.AGAIN, entry.key), buttons.edit(entry.key)),
        notify=entry.request.person,
    )


def not_found() -> str:
    """Tell that Neocu does not know a task, as a note under the progress."""
    return sentences(
        _("Neocu doesn't know this task right now."),
        phrases.probably_spent(),
        _("I'll keep checking."),
    )


def nothing_to_show() -> Reply:
    """Tell that a request has no results to show again."""
    return Reply(_("There is nothing to show again."))


def checking() -> Reply:
    """Tell that a task is being looked at."""
    return Reply(_("Checking. If there is a result, it comes in the thread."))


def said_aside(reply: Reply, barrier: Barrier) -> Reply:
    """Return a reply that its place refused, for its person alone."""
    note = sentences(_("I couldn't post this where you asked."), _(phrases.BARRIERS[barrier]))
    small = " · ".join(filter(None, (note, reply.small)))
    return replace(reply, small=small, working=False, notify="")
