"""Which Arabic letters are joined to their neighbours."""

import pytest

from textualheatmap.scene.joining import joins_before, joins_next


@pytest.mark.parametrize(
    ("letter", "after", "before"),
    [
        ("\u0628", True, True),  # beh
        ("\u0627", False, True),  # alef
        ("\u0648", False, True),  # waw
        ("\u0621", False, False),  # hamza
        ("\u06cc", True, True),  # Farsi yeh
        ("\u0640", True, True),  # tatweel
        ("\u05d0", False, False),  # Hebrew alef
        ("a", False, False),
        ("", False, False),
    ],
)
def test_letters_are_joined_as_in_their_script(
    *, letter: str, after: bool, before: bool
) -> None:
    assert joins_next(letter) is after
    assert joins_before(letter) is before


def test_marks_on_a_letter_do_not_part_it() -> None:
    fatha = "\u064e"
    assert joins_next("\u0628" + fatha)
    assert not joins_next("\u0627" + fatha)
    assert joins_before(fatha + "\u0628")
