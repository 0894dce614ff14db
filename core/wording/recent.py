"""What is said in answer to `recent`: a list of what a person asked lately, a few at a time."""

from collections.abc import Sequence
from datetime import UTC, datetime

from core.conversation import Button, Reply, Row
from core.neocu.models import Asset
from core.records import Entry
from core.request import Action
from core.wording import markup, phrases
from core.wording.language import _, day_and_month

ROWS = 5  # with their pictures and buttons, one message holds no more
WEB = ("https://", "http://")


def recent(
    entries: Sequence[tuple[Entry, str]], key: str = "", page: int = 0, *, more: bool = False
) -> Reply:
    """List what a person asked lately, each with a link to where it was asked.

    `key` is the question's, whose buttons lead to the other pages; the first `page` is 0.
    """
    if not entries and not page:
        return Reply(_("You haven't asked me for anything yet."))
    rows = (
        _row(page * ROWS + number, entry, link) for number, (entry, link) in enumerate(entries, 1)
    )
    turns = ((page > 0, _("Back"), page - 1), (more, _("Next"), page + 1))
    return Reply(
        _("**Your latest requests**"),
        rows=tuple(rows),
        buttons=tuple(Button(label, Action.PAGE, key, to) for there, label, to in turns if there),
    )


def _row(number: int, entry: Entry, link: str) -> Row:
    """Return one request: a picture of what came of it, and a button to show that again."""
    prompt = " ".join(entry.query.split())
    short = len(prompt) <= phrases.TITLE_LIMIT
    title = prompt if short else prompt[: phrases.TITLE_LIMIT].rstrip() + "…"
    facts = (
        phrases.state(entry.state),
        "" if entry.cost is None else phrases.credits(entry.cost),
        day_and_month(datetime.fromtimestamp(entry.created, UTC)),
    )
    shown = markup.link(title, link) if link else markup.verbatim(title)
    return Row(
        f"{number}\\. {shown}\n{markup.verbatim(' · '.join(filter(None, facts)))}",
        picture=next(filter(None, map(_picture, entry.assets)), ""),
        description=phrases.alt_text(prompt),
        buttons=(Button(_("Repost"), Action.SHOW, entry.key),) if entry.assets else (),
    )


def _picture(asset: Asset) -> str:
    """Return the web address of a small picture of a result, "" where there is none."""
    url = asset.thumbnail or (asset.url if asset.kind == "image" else "") or ""
    return url if url.startswith(WEB) else ""
