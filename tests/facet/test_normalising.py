"""By which characters texts are compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textualheatmap.facet.normalising import normalise_token

SPECIAL = ["[CLS]", "[SEP]", "<s>", "</s>", "<|endoftext|>", "[PAD]", "<pad>", "[MASK]"]


@pytest.mark.parametrize("token", [*SPECIAL, "[cls]", " <s> ", "<extra_id_7>", "<bos>"])
def test_a_special_token_has_no_characters(token: str) -> None:
    assert normalise_token(token) == ""


@pytest.mark.parametrize(
    ("token", "characters"),
    [
        ("The ", "the"),
        ("\tthe\r\n", "the"),
        ("ĠThe", "the"),
        ("ĠĠ", ""),
        ("Ċ", ""),
        ("▁the", "the"),
        ("##the", "the"),
        ("##", "##"),
        ("###", "#"),
        ("C#", "c#"),
        ("in the", "inthe"),
        ("\u00a0a\u3000b", "ab"),
        ("Straße", "strasse"),
        ("Café", "cafe"),
        ("Cafe\u0301", "cafe"),
        ("ﬁn", "fin"),
        ("İ", "i"),
        ("<b>", "<b>"),
        ("[1]", "[1]"),
        ("\ud800", "\ud800"),
        ("", ""),
    ],
)
def test_marks_whitespace_case_and_accents_do_not_count(
    token: str, characters: str
) -> None:
    assert normalise_token(token) == characters


letters = st.text(st.sampled_from("aBß éİ\n字😀"), max_size=8)


@given(letters, letters)
def test_how_a_text_is_cut_does_not_matter(one: str, other: str) -> None:
    assert normalise_token(one) + normalise_token(other) == normalise_token(one + other)
