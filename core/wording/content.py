"""What is said where a prompt is not allowed: by an operator's words, their hook, or Neocu."""

from core.conversation import Reply
from core.policy import Failure, Verdict
from core.records import Entry
from core.wording import buttons, markup, phrases
from core.wording.language import N_, _, sentences

FAILURES = {
    Failure.SLOW: N_("**The check of prompts didn't answer in time, so I didn't start this.**"),
    Failure.DOWN: N_("**The check of prompts can't be reached, so I didn't start this.**"),
    Failure.NONSENSE: N_(
        "**The check of prompts gave an answer that makes no sense, so I didn't start this.**"
    ),
}


def blocked(word: str, key: str) -> Reply:
    """Tell that a prompt has a word that whoever runs the bot doesn't allow."""
    return _change_the_words(
        key,
        _("**No prompt may have this in it here:** “{word}”.", word=markup.verbatim(word)),
        phrases.nothing_spent(),
    )


def not_permitted(verdict: Verdict, key: str) -> Reply:
    """Tell that the hook of whoever runs the bot lets a prompt not be sent, or has failed."""
    if verdict.failure:
        return Reply(
            sentences(
                _(FAILURES[verdict.failure]),
                phrases.nothing_spent(),
                _("Try again in a minute."),
            ),
            buttons=(buttons.try_again(key),),
        )
    reason = markup.sentence(verdict.reason[: phrases.DETAIL_LIMIT])
    return _change_the_words(
        key,
        _("**This prompt isn't allowed here.**"),
        _("The reason given: “{words}”", words=reason) if reason else "",
        phrases.nothing_spent(),
    )


def failed_for_content(entry: Entry, words: str, small: str) -> Reply:
    """Tell that a task failed for its content, in Neocu's words."""
    told = _change_the_words(
        entry.key,
        _("**Neocu won't make this: its rules don't allow the content.**"),
        phrases.may_have_cost(),
    )
    quoted = markup.quote(words[: phrases.DETAIL_LIMIT])
    return Reply(
        f"{told.text}\n{quoted}",
        small=small,
        buttons=told.buttons,
        notify=entry.request.person,
    )


def _change_the_words(key: str, *told: str) -> Reply:
    advice = _("Change the words with **Edit…**")
    return Reply(sentences(*told, advice), buttons=(buttons.edit(key),))
