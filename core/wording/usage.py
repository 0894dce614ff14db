"""What is said of what was used lately: a picture, and the same numbers in words."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from core.chart import Balance, Bar, Chart, Point, Ranking, Series
from core.conversation import Media, Reply
from core.records import DAY_SECONDS, USED_DAYS, Day, Outlook, Scope, Used
from core.wording import markup, notices, phrases
from core.wording.language import N_, _, day_and_month, decimal, ngettext, sentences

LABEL_EVERY = 7  # days
OUTLOOK_DAYS = 7

TITLES = {
    Scope.PERSON: N_("Your last 30 days"),
    Scope.CHANNEL: N_("This channel's last 30 days"),
    Scope.WORKSPACE: N_("The team's last 30 days"),
}
NOTHING = {
    Scope.PERSON: N_("**You've used no credits in the last 30 days.**"),
    Scope.CHANNEL: N_("**This channel has used no credits in the last 30 days.**"),
    Scope.WORKSPACE: N_("**The team has used no credits in the last 30 days.**"),
}
MEDIA = {
    "image": N_("Images"),
    "video": N_("Videos"),
    "sound": N_("Sounds"),
    "voice": N_("Voices"),
    "3d": N_("3D"),
    "360": N_("360°"),
    "file": N_("Other"),
}
# In the colours of the picture.
SQUARES = {
    "image": "🟦",
    "video": "🟧",
    "sound": "🟩",
    "voice": "🟨",
    "3d": "🟪",
    "360": "🟥",
    "file": "⬜",
}


def usage(
    scope: Scope,
    days: Sequence[Day],
    people: Sequence[Used],
    channels: Sequence[Used],
    outlook: Outlook,
    *,
    with_private: bool,
) -> Reply:
    """Tell what was used in 30 days, by day and medium, by whom most, and how long the rest lasts.

    `people` and `channels` are those who used most, most first. `with_private` says that what was
    asked in private is counted, too.
    """
    note = "" if with_private else _("What was asked in private isn't counted here.")
    if not days:
        text = "\n".join(filter(None, (_(NOTHING[scope]), _left(outlook))))
        return Reply(text, small=note)
    today = datetime.fromtimestamp(outlook.now, UTC)
    media = _by_medium(days)
    total = phrases.credits(sum(one.credits for one in days))
    number = sum(one.requests for one in days)
    head = _(
        "**{title}: {credits}**, {requests}.",
        title=_(TITLES[scope]),
        credits=total,
        requests=ngettext("{number} request", "{number} requests", number),
    )
    legend = " · ".join(f"{SQUARES[kind]} {_told(kind, some)}" for kind, some in media.items())
    most = {Scope.PERSON: people, Scope.CHANNEL: channels}
    ranked = [_ranked(scope, used) for scope, used in most.items() if used]
    by_day = _by_day(days, today)
    chart = Chart(
        title=_(TITLES[scope]),
        total=total,
        days=tuple(_label(day, today) for day in range(USED_DAYS)),
        series=tuple(_series(kind, some) for kind, some in media.items()),
        balance=_balance(outlook, today),
        rankings=tuple(_ranking(scope, used) for scope, used in most.items() if used),
    )
    told = ", ".join(_told(kind, some) for kind, some in media.items())
    description = " ".join((f"{chart.title}: {total}.", f"{told}.", by_day))
    return Reply(
        "\n".join(filter(None, (head, legend, *ranked, _left(outlook)))),
        small="\n".join(filter(None, (markup.verbatim(by_day), note))),
        media=(Media("", "neocu-usage.png", description, chart=chart),),
    )


def admins_only() -> Reply:
    """Tell that what others used is for admins to see."""
    return Reply(
        _(
            "**Only admins can see that**, and I can't tell that you're one. `/neocu usage` "
            "shows what you've used."
        )
    )


def answered_in_person() -> Reply:
    """Tell that the answer is in the person's direct message, where it can have a picture."""
    return Reply(_("I've answered in our direct messages: pictures can't be private here."))


# ---- In words ------------------------------------------------------------------------------------


def _told(kind: str, days: Sequence[Day]) -> str:
    return f"{_(MEDIA[kind])} {decimal(sum(day.credits for day in days))}"


def _by_day(days: Sequence[Day], today: datetime) -> str:
    """Return the credits of each day that has some; days are those of UTC."""
    totals: dict[int, float] = {}
    for day in days:
        totals[day.day] = totals.get(day.day, 0.0) + day.credits
    told = (f"{_date(day, today)}: {decimal(total)}" for day, total in sorted(totals.items()))
    return _("By day (UTC): {days}", days=" · ".join(told))


def _ranked(scope: Scope, most: Sequence[Used]) -> str:
    named = markup.person if scope is Scope.PERSON else markup.channel
    told = " · ".join(
        f"{place}\\. {named(used.subject)} {decimal(used.credits)}"
        for place, used in enumerate(most, 1)
    )
    return f"{_ranking_title(scope)} · {told}"


def _ranking_title(scope: Scope) -> str:
    return _("Most by person") if scope is Scope.PERSON else _("Most by channel")


def _left(outlook: Outlook) -> str:
    """Return what is left, and how long it lasts, "" where Neocu doesn't tell."""
    if outlook.credits is None:
        return ""
    left = _("**{credits} left.**", credits=phrases.credits(outlook.credits))
    return sentences(left, notices.how_long(outlook.lasts))


# ---- In the picture ------------------------------------------------------------------------------


def _by_medium(days: Sequence[Day]) -> dict[str, list[Day]]:
    """Return the days of each medium, in the order of the table."""
    found: dict[str, list[Day]] = {kind: [] for kind in MEDIA}
    for day in days:
        found[day.medium if day.medium in MEDIA else "file"].append(day)
    return {kind: some for kind, some in found.items() if some}


def _series(kind: str, days: Sequence[Day]) -> Series:
    values = [0.0] * USED_DAYS
    for day in days:
        values[day.day] += max(0.0, day.credits)
    return Series(kind, _(MEDIA[kind]), decimal(sum(day.credits for day in days)), tuple(values))


def _label(day: int, today: datetime) -> str:
    return "" if (USED_DAYS - 1 - day) % LABEL_EVERY else _date(day, today)


def _date(day: int, today: datetime) -> str:
    return day_and_month(today + timedelta(days=day - (USED_DAYS - 1)))


def _balance(outlook: Outlook, today: datetime) -> Balance | None:
    """Return the balance of a week, and where it goes at the longest pace that is known."""
    if outlook.credits is None:
        return None
    past = [
        Point((reading.at - outlook.now) / DAY_SECONDS, reading.credits)
        for reading in outlook.readings
    ]
    ahead: tuple[Point, ...] = ()
    if outlook.lasts:
        lasts = outlook.lasts[-1].seconds / DAY_SECONDS
        until = min(lasts, OUTLOOK_DAYS)
        ahead = (Point(0, outlook.credits), Point(until, outlook.credits * (1 - until / lasts)))
    week = timedelta(days=OUTLOOK_DAYS)
    return Balance(
        title=_("Balance"),
        left=phrases.credits(outlook.credits),
        days=OUTLOOK_DAYS,
        past=(*past, Point(0, outlook.credits)),
        ahead=ahead,
        labels=(day_and_month(today - week), _("now"), day_and_month(today + week)),
    )


def _ranking(scope: Scope, most: Sequence[Used]) -> Ranking:
    bars = (
        Bar(str(place), used.credits, decimal(used.credits)) for place, used in enumerate(most, 1)
    )
    return Ranking(_ranking_title(scope), tuple(bars))
