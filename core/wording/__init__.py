"""Every sentence that the bots say, in Markdown. Each failure tells whether compute was spent.

They are said in the language that is spoken at the time (`core.voice`).

What stands on forms, commands and menus is in `wording.labels`, as plain strings.
"""

from core.wording import labels
from core.wording.answers import (
    balance,
    greeting,
    help_with,
    no_balance,
    no_such_task,
    status,
    unsure,
    which_task,
)
from core.wording.card import beginning, ended, making, queued, waiting, withheld
from core.wording.content import blocked, not_permitted
from core.wording.mistakes import bad_attachment, bad_input
from core.wording.notices import empty, low, over, restored, too_large
from core.wording.paying import key_removed, no_key, paused
from core.wording.phrases import maybe_spent, nothing_spent
from core.wording.progress import confirm, declined
from core.wording.recent import recent
from core.wording.refusals import (
    already_pressed,
    broken,
    cannot_speak,
    direct_messages_closed,
    form_not_opened,
    limit_reached,
    mention_me_not_my_role,
    no_compute,
    not_allowed,
    not_announced,
    not_taken,
    nothing_made,
    refused,
    refused_person,
    unknown,
    visiting,
)
from core.wording.results import (
    checking,
    failed,
    not_found,
    nothing_to_show,
    originals,
    result,
    said_aside,
    shown_again,
    shown_in_channel,
    unknown_status,
    with_links,
)
from core.wording.saved import (
    bad_name,
    forgotten,
    how_to_save,
    not_saved,
    only_admins_share,
    saved,
    saved_prompts,
    too_many_saved,
)
from core.wording.usage import admins_only, answered_in_person, usage

__all__ = [
    "admins_only",
    "already_pressed",
    "answered_in_person",
    "bad_attachment",
    "bad_input",
    "bad_name",
    "balance",
    "beginning",
    "blocked",
    "broken",
    "cannot_speak",
    "checking",
    "confirm",
    "declined",
    "direct_messages_closed",
    "empty",
    "ended",
    "failed",
    "forgotten",
    "form_not_opened",
    "greeting",
    "help_with",
    "how_to_save",
    "key_removed",
    "labels",
    "limit_reached",
    "low",
    "making",
    "maybe_spent",
    "mention_me_not_my_role",
    "no_balance",
    "no_compute",
    "no_key",
    "no_such_task",
    "not_allowed",
    "not_announced",
    "not_found",
    "not_permitted",
    "not_saved",
    "not_taken",
    "nothing_made",
    "nothing_spent",
    "nothing_to_show",
    "only_admins_share",
    "originals",
    "over",
    "paused",
    "queued",
    "recent",
    "refused",
    "refused_person",
    "restored",
    "result",
    "said_aside",
    "saved",
    "saved_prompts",
    "shown_again",
    "shown_in_channel",
    "status",
    "too_large",
    "too_many_saved",
    "unknown",
    "unknown_status",
    "unsure",
    "usage",
    "visiting",
    "waiting",
    "which_task",
    "with_links",
    "withheld",
]
