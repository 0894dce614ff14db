"""Every sentence that the bots say, in Markdown. Each failure tells whether compute was spent.

What stands on forms, commands and menus is in `wording.labels`, as plain strings.
"""

from core.wording import labels
from core.wording.answers import HELP, balance, no_balance, no_such_task, recent, status, which_task
from core.wording.card import beginning, ended, making, queued, waiting
from core.wording.notices import empty, low, over, restored, too_large
from core.wording.phrases import MAYBE_SPENT, NOTHING_SPENT
from core.wording.progress import confirm, declined
from core.wording.refusals import (
    NOT_TAKEN,
    already_pressed,
    bad_attachment,
    bad_input,
    broken,
    cannot_speak,
    direct_messages_closed,
    limit_reached,
    mention_me_not_my_role,
    no_compute,
    not_allowed,
    not_announced,
    nothing_made,
    refused,
    refused_person,
    unknown,
    visiting,
)
from core.wording.results import (
    checking,
    failed,
    gone,
    nothing_to_show,
    result,
    said_aside,
    shown_again,
    shown_in_channel,
    unknown_status,
    with_links,
)

__all__ = [
    "HELP",
    "MAYBE_SPENT",
    "NOTHING_SPENT",
    "NOT_TAKEN",
    "already_pressed",
    "bad_attachment",
    "bad_input",
    "balance",
    "beginning",
    "broken",
    "cannot_speak",
    "checking",
    "confirm",
    "declined",
    "direct_messages_closed",
    "empty",
    "ended",
    "failed",
    "gone",
    "labels",
    "limit_reached",
    "low",
    "making",
    "mention_me_not_my_role",
    "no_balance",
    "no_compute",
    "no_such_task",
    "not_allowed",
    "not_announced",
    "nothing_made",
    "nothing_to_show",
    "over",
    "queued",
    "recent",
    "refused",
    "refused_person",
    "restored",
    "result",
    "said_aside",
    "shown_again",
    "shown_in_channel",
    "status",
    "too_large",
    "unknown",
    "unknown_status",
    "visiting",
    "waiting",
    "which_task",
    "with_links",
]
