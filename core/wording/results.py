"""What is said of a task: how far it is, what came of it, what can be done with that."""

from collections import Counter
from collections.abc import Sequence

from core.conversation import Action, Button, Media, Reply
from core.files.download import FetchError, TooLargeError
from core.neocu.estimates import Estimate
from core.neocu.models import Asset
from core.neocu.polling import Expected
from core.records import Entry
from core.wording import markup, phrases


def progress(
    entry: Entry,
    expected: Expected | None,
    messages: Sequence[str],
    estimate: Estimate | None = None,
) -> Reply:
    """Tell how far a task is; in place of what was said when it started."""
    usual = f", usually about {phrases.seconds(expected.median)}" if expected else ""
    line = f"\n{markup.quote(messages[-1][: phrases.DETAIL_LIMIT])}" if messages else ""
    text = f"Generating … {phrases.seconds(entry.now - entry.submitted)}{usual}. "
    price = f"\n{phrases.price(estimate)}" if estimate else ""
    text += f"Task {markup.code(entry.task_id)}{price}{phrases.using(entry.files)}{line}"
    return Reply(text, working=True)


def finished(entry: Entry) -> Reply:
    """Tell how long a task took, and what it cost; in place of its progress."""
    took = phrases.seconds(entry.now - entry.submitted)
    cost = "" if entry.cost is None else f" It cost {phrases.credits(entry.cost)}."
    used = phrases.using(entry.files)
    return Reply(f"Finished after {took}. Task {markup.code(entry.task_id)}.{cost}{used}")


def stopped(entry: Entry) -> Reply:
    """Tell how long a task took that came to nothing; in place of its progress."""
    took = phrases.seconds(entry.now - entry.submitted)
    return Reply(f"Stopped after {took}. Task {markup.code(entry.task_id)}.")


def result(asset: Asset, media: Media | None) -> Reply:
    """Show a result: the file itself where chats can show it, else a link."""
    if media is not None and media.url == asset.url:
        return Reply("", media=media)
    name = asset.name or asset.type or "the result"
    kind = phrases.kind(asset)
    return Reply(f"{kind[:1].upper()}{kind[1:]}: {markup.link(name, asset.url or '')}", media=media)


def not_shown(media: Media, error: FetchError | None) -> str:
    """Say why a file is not shown here, with a link to it. `error` None: it is too large here."""
    why = "is too large to show here"
    if error is not None and not isinstance(error, TooLargeError):
        why = "could not be fetched"
    return f"{markup.link(media.name, media.url)} {why}; the link may not work for ever."


def completed(entry: Entry) -> Reply:
    """Tell that everything is there, and what can be done with it."""
    again = Button("Again", Action.AGAIN, entry.key)
    if not any(asset.url or asset.thumbnail for asset in entry.assets):
        return Reply(
            f"Task {markup.code(entry.task_id)} is finished, but Neocu gave no result with it. "
            f"{phrases.SPENT}",
            buttons=(again,),
        )
    count = len(entry.assets)
    kinds = Counter(phrases.kind(asset) for asset in entry.assets)
    listed = ", ".join(phrases.counted(number, kind) for kind, number in kinds.items())
    edits = tuple(
        Button("Edit …" if count == 1 else f"Edit {n} …", Action.EDIT, entry.key, n)
        for n, asset in enumerate(entry.assets[: phrases.EDITABLE], 1)
        if asset.id
    )
    return Reply(
        f"**Done**: {listed} for {markup.person(entry.request.person)}.",
        buttons=(again, *edits),
    )


def still_working() -> Reply:
    """Tell that a task takes longer than most."""
    return Reply("This takes longer than most. Still working, I keep looking.")


def unknown_status(status: str) -> Reply:
    """Tell of a status that nobody knows."""
    return Reply(
        f"Neocu calls this task “{markup.verbatim(status)}”, which is new to me. I keep looking."
    )


def failed(entry: Entry, messages: Sequence[str]) -> Reply:
    """Tell that a task failed, with Neocu's reason where it gives one."""
    said = markup.quote(messages[-1][: phrases.DETAIL_LIMIT]) if messages else ""
    reason = f" Neocu says:\n{said}\n\n" if said else " "
    return Reply(
        f"Task {markup.code(entry.task_id)} failed.{reason}Its compute may have been spent. "
        "Try again, perhaps with other words.",
        buttons=(Button("Try again", Action.AGAIN, entry.key),),
    )


def gone(task_id: str) -> Reply:
    """Tell that Neocu does not know a task any more."""
    return Reply(
        f"Neocu no longer knows task {markup.code(task_id)}, so its result can't be fetched. "
        "Its compute was probably spent. Ask again if you still need it."
    )


def stale(task_id: str, key: str) -> Reply:
    """Tell that a task takes too long to wait for."""
    return Reply(
        f"Task {markup.code(task_id)} takes much longer than usual. I look less often now; "
        "if a result comes, you will get it here.",
        buttons=(Button("Check now", Action.CHECK_NOW, key),),
    )


def shown_again(query: str, person: str) -> Reply:
    """Announce the results of a request once more, and for whom."""
    asked = markup.quote(query[: phrases.ECHO_LIMIT])
    return Reply(f"Here it is again, at no cost, for {markup.person(person)}:\n{asked}")


def nothing_to_show() -> Reply:
    """Tell that a request has no results to show again."""
    return Reply("There is nothing to show again.")


def looking() -> Reply:
    """Tell that a task is being looked at."""
    return Reply("I am looking. If there is a result, it comes here.")
