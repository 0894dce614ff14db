"""What a form's pickers write: words at the end of a prompt, which the estimates read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import choices
from core.choices import Choices
from core.neocu.estimates import estimate

ANY = st.builds(
    Choices,
    **{
        name: st.sampled_from(["", *several])
        for name, several in {
            "kind": choices.KIND_WORDS,
            "length": choices.LENGTHS,
            "size": [size for sizes in choices.SIZES.values() for size in sizes],
            "shape": choices.SHAPES,
        }.items()
    },
)


@pytest.mark.parametrize(
    ("prompt", "chosen", "written"),
    [
        ("a boat", Choices(), "a boat"),
        (
            "a boat",
            Choices("video", "5 s", "720p", "16:9"),
            "a boat (video, 5 s, 720p, 16:9)",
        ),
        ("a boat (video, 5 s)", Choices("image", "5 s", "720p"), "a boat (image)"),
        ("a boat (video, 5 s)", Choices(), "a boat"),
        ("a boat (red)", Choices("3d", "5 s"), "a boat (red) (3D model)"),
        ("a boat (video, red)", Choices("360"), "a boat (video, red) (360° scene)"),
        ("", Choices("sound", "3 s"), "(sound, 3 s)"),
    ],
)
def test_what_is_picked_stands_at_the_end(prompt: str, chosen: Choices, written: str) -> None:
    """In place of what was picked before; what a person put in brackets stays."""
    assert choices.write(prompt, chosen) == written


@given(st.text(), ANY)
def test_what_is_written_is_read_again(prompt: str, chosen: Choices) -> None:
    """A form that is opened with a prompt shows what was picked for it."""
    plain = choices.without(choices.without(prompt))
    written = choices.write(plain, chosen)

    assert choices.read(written) == (choices.read(plain) if written == plain else chosen.fitting)
    assert choices.write(written, Choices()) == choices.without(written)


@pytest.mark.parametrize("kind", choices.KIND_WORDS)
def test_the_estimates_read_what_is_picked(kind: str) -> None:
    """Otherwise the form could not say what it costs."""
    for length in choices.options("length", kind) or ("",):
        for size in choices.options("size", kind) or ("",):
            found = estimate(choices.write("a boat at dusk", Choices(kind, length, size, "16:9")))

            assert found is not None
            assert found.medium == kind
            assert not found.at_least or not size
            assert not length or found.seconds == int(length.removesuffix(" s"))
