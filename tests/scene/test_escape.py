"""How text is shown."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from wcwidth import wcswidth

from textualheatmap.scene.escape import (
    WIDEST,
    count_columns,
    elide,
    escape_text,
    split_clusters,
)

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
SCOTLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("</script>", "</script>"),
        ("2019", "2019"),
        ("a\nb\r\nc\rd", "a↵b↵c↵d"),
        ("a\tb", "a⇥b"),
        ("\x00\x1b\x7f", r"\x00\x1b\x7f"),
        ("\x9b\x85", r"\x9b\x85"),
        ("\u202eabc\u2066\u200f\u061c", r"\u202eabc\u2066\u200f\u061c"),
        ("\u200b\ufeff\xad\u2028\u2029", r"\u200b\ufeff\xad\u2028\u2029"),
        ("\ud800", r"\ud800"),
        ("\u200d", r"\u200d"),
        ("\ufe0f", r"\ufe0f"),
        ("\u3164", r"\u3164"),
        ("\u0301a", "◌\u0301a"),
        ("e\u0301", "e\u0301"),
        ("\u200d\u0301", "\\u200d◌\u0301"),
        ("a\U000e0041", r"a\U000e0041"),
        ("\xa0 ", "\xa0 "),
        ("漢字", "漢字"),
        (FAMILY, FAMILY),
        (SCOTLAND, SCOTLAND),
        ("\U0001f44d\U0001f3fd\u2764\ufe0f", "\U0001f44d\U0001f3fd\u2764\ufe0f"),
        ("שלום", "שלום"),
    ],
)
def test_text_is_shown_with_nothing_in_it_invisible(text: str, shown: str) -> None:
    assert escape_text(text) == shown


@pytest.mark.parametrize(
    "code", [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)
def test_a_bidirectional_control_is_escaped(code: int) -> None:
    assert escape_text(f"a{chr(code)}b") == f"a\\u{code:04x}b"


@given(st.text(st.characters(codec=None)))
@example("\u0600" * 12 + "a")
@example("\u1100" * 6 + "\u1161")
def test_clusters_spell_the_text_and_each_has_a_width(text: str) -> None:
    clusters = list(split_clusters(text))
    assert "".join(cluster for cluster, _, _ in clusters) == text
    assert all(1 <= width <= WIDEST for _, _, width in clusters)
    assert all(wcswidth(drawn) == width for _, drawn, width in clusters)


def test_a_tab_is_drawn_as_wide_as_it_is() -> None:
    assert list(split_clusters("\t")) == [("\t", "⇥   ", 4)]


def test_a_wide_character_counts_two_columns() -> None:
    assert count_columns("漢a\U0001f44d\U0001f3fd") == 5


@given(st.text(), st.integers(1, 20))
def test_elided_text_fits_and_is_cut_only_if_it_must(text: str, columns: int) -> None:
    shown = escape_text(text)
    elided = elide(text, columns)
    assert wcswidth(elided) <= columns
    if sum(width for _, _, width in split_clusters(shown)) <= columns:
        assert elided == shown
    else:
        assert elided.endswith("…")
        assert shown.startswith(elided[:-1])
