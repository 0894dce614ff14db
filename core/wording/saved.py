"""What is said of saved prompts: saved, listed, forgotten, and why a name will not do."""

from collections.abc import Sequence

from core.conversation import Button, Reply
from core.prompt_names import MAX_NAME, Fault
from core.records import SavedPrompt
from core.request import Action
from core.wording import markup, phrases
from core.wording.language import N_, _, decimal, sentences

MAX_LISTED_LENGTH = 1_400  # of a list, so that it fits a message on Discord, with all its escapes

FAULTS = {
    Fault.TAKEN: N_("**That name won't do.** Requests begin with “{name}”."),
    Fault.MENTION: N_("**That name won't do.** “{name}” mentions a person or a channel."),
    Fault.LONG: N_("**That name won't do.** “{name}” has more than {most} characters."),
    Fault.SHAPE: N_(
        "**That name won't do.** “{name}” isn't one word of letters, digits, - and _ that begins "
        "with a letter."
    ),
}


def saved(prompt: SavedPrompt, *, with_files: bool) -> Reply:
    """Confirm that a prompt is saved, and tell how to ask with it."""
    asked = markup.code(f"/neocu {prompt.name}")
    return Reply(
        sentences(
            _("**Saved.** Ask with {command}, and add words if you like.", command=asked),
            _("Everybody here can use it.") if prompt.shared else "",
            _("Attached files aren't saved with it.") if with_files else "",
            phrases.nothing_spent(),
        )
        + f"\n{markup.quote(prompt.text[: phrases.ECHO_LIMIT])}"
    )


def saved_prompts(prompts: Sequence[SavedPrompt]) -> Reply:
    """List what a person can ask with here."""
    if not prompts:
        return Reply(sentences(_("You haven't saved a prompt yet."), how_to_save().text))
    lines: list[str] = []
    for prompt in prompts:
        text = " ".join(prompt.text.split())
        short = text if len(text) <= phrases.TITLE_LIMIT else text[: phrases.TITLE_LIMIT] + "…"
        line = f"{markup.code(prompt.name)} · {markup.verbatim(short)}"
        lines.append(f"{line} · {_('shared')}" if prompt.shared else line)
        if sum(map(len, lines)) > MAX_LISTED_LENGTH:
            lines[-1] = "…"
            break
    return Reply(
        "\n".join(
            [
                _("**Your saved prompts**"),
                *lines,
                _("Ask with `/neocu NAME`, and forget one with `/neocu forget NAME`."),
            ]
        )
    )


def how_to_save() -> Reply:
    """Tell how a prompt is saved."""
    return Reply(
        _(
            "Save a prompt with `/neocu save NAME: prompt`, then ask with `/neocu NAME`, and add "
            "words if you like."
        )
    )


def bad_name(name: str, fault: Fault, key: str) -> Reply:
    """Tell why a name will not do; what was meant as a request can still be made."""
    shown = markup.verbatim(name[: phrases.TITLE_LIMIT])
    told = _(FAULTS[fault], name=shown, most=decimal(MAX_NAME))
    return Reply(
        sentences(told, phrases.nothing_spent()),
        buttons=(Button(_("Make it anyway"), Action.CONFIRM, key),),
    )


def only_admins_share() -> Reply:
    """Tell that what everybody can use is an admin's business."""
    return Reply(
        sentences(
            _("**Only admins can save or forget prompts that everybody here can use.**"),
            phrases.nothing_spent(),
            _("Leave out “team” to save it for yourself."),
        )
    )


def too_many_saved() -> Reply:
    """Tell that there is no room for another prompt."""
    return Reply(
        sentences(
            _("**There are too many saved prompts already.** Forget one first: `/neocu saved`."),
            phrases.nothing_spent(),
        )
    )


def forgotten(name: str) -> Reply:
    """Confirm that a prompt is forgotten."""
    return Reply(_("**Forgotten:** {name}", name=markup.code(name)))


def not_saved(name: str) -> Reply:
    """Tell that there is no prompt of that name."""
    return Reply(
        _(
            "**There is no saved prompt of that name:** {name}. `/neocu saved` lists them.",
            name=markup.code(name[: phrases.TITLE_LIMIT]),
        )
    )
