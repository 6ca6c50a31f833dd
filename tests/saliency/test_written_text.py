"""Texts that are shown while a model writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.saliency.test_chat import MESSAGES, build_talker
from tests.saliency.test_generation import build_decoder, spell_out, write_script
from tests.saliency.test_seq2seq import build_t5
from textualheatmap import Facet, Heatmap
from textualheatmap.saliency import causal, chat, seq2seq
from textualheatmap.saliency.models.pieces import Piece, join_pieces
from textualheatmap.saliency.models.spelling import (
    WrittenText,
    find_anchor,
    spell_tokens,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.saliency.conftest import Pair
    from textualheatmap.saliency.models.pieces import Special

TEXT = "The state of é"


class Reader:
    """Follows a text in a heatmap, and keeps what it was told."""

    def __init__(self) -> None:
        self.heatmap = Heatmap()
        # The facet that is written, the rows that came with it, and what is shown.
        self.told: list[tuple[Facet, int, tuple[Facet, ...]]] = []
        self.versions: list[int] = []

    def __call__(self, facets: Any, start: int, rows: Any) -> None:  # noqa: ANN401
        self.heatmap.stream(facets, start, rows)
        is_one = isinstance(facets, Facet)
        self.told.append(
            (
                facets if is_one else facets[-1],
                len(rows if is_one else rows[-1]),
                tuple(self.heatmap.facets),
            )
        )
        self.versions.append(self.heatmap.version)

    @property
    def written(self) -> list[Facet]:
        """What came while the model wrote."""
        whole = len(self.told[-1][0])
        return [
            facet for facet, rows, _ in self.told if not rows and len(facet) < whole
        ]


@pytest.fixture(scope="module")
def calls(gpt: Pair, llama: Pair) -> dict[str, Callable[..., Any]]:
    """Return functions that let a model write."""
    talker, t5 = build_talker(), build_t5()
    return {
        "gpt": lambda **options: causal(*gpt, TEXT, generate=8, **options),
        "llama": lambda **options: causal(*llama, TEXT, generate=8, **options),
        "chat": lambda **options: chat(*talker, MESSAGES, generate=6, **options),
        "t5": lambda **options: seq2seq(*t5, "👍", generate=9, **options),
    }


def list_facets(answer: Facet | tuple[Facet, ...]) -> tuple[Facet, ...]:
    return (answer,) if isinstance(answer, Facet) else tuple(answer)


def describe(facet: Facet) -> tuple[object, ...]:
    """Return all that a facet says but for its heat."""
    tokens = facet.tokens
    return (
        tokens.texts,
        tokens.is_format.tolist(),
        tokens.meta,
        facet.title,
        facet.id,
        facet.rows_of,
        facet.store.signed,
        dict(facet.provenance),
    )


@pytest.mark.parametrize("name", ["gpt", "llama", "chat", "t5"])
@pytest.mark.parametrize("special", ["format", "keep"])
def test_a_text_that_was_shown_is_in_the_end_what_it_is_without(
    calls: dict[str, Callable[..., Any]], name: str, special: str
) -> None:
    reader, call = Reader(), calls[name]
    options: dict[str, Any] = {"special": special, "batch_size": 4}
    options["method"] = "gradient-x-input"
    watched = list_facets(call(on_rows=reader, **options))
    plain = list_facets(call(**options))
    for shown in (watched, tuple(reader.heatmap.facets)):
        for facet, expected in zip(shown, plain, strict=True):
            assert describe(facet) == describe(expected)
            np.testing.assert_array_equal(facet.heat, expected.heat)
    # It was set once, and grew from then on.
    assert set(reader.versions) == {1}
    assert reader.heatmap.facets[-1].store.signed


@pytest.mark.parametrize("name", ["gpt", "llama", "chat", "t5"])
def test_each_token_comes_with_its_meta_before_there_is_any_heat(
    calls: dict[str, Callable[..., Any]], name: str
) -> None:
    reader = Reader()
    last = list_facets(calls[name](on_rows=reader))[-1]
    written = reader.written
    assert len(written) >= 3
    assert [len(facet) for facet in written] == sorted({len(f) for f in written})
    for facet in written:
        count = len(facet.tokens.texts)
        assert facet.tokens.texts == last.tokens.texts[:count]
        for seen, told in zip(facet.tokens.meta, last.tokens.meta, strict=False):
            assert [word for word, _ in seen] == [word for word, _ in told]
            shares: Any = [[share for _, share in each] for each in (seen, told)]
            np.testing.assert_allclose(*shares, rtol=1e-4)
    for _, rows, shown in reader.told[: len(written)]:
        assert rows == 0
        assert all(each.store.shape[0] == len(shown[-1]) for each in shown)


def test_a_text_is_there_before_the_model_goes_on(gpt: Pair) -> None:
    passes: list[int] = []
    watch = gpt[0].register_forward_hook(lambda *_: passes.append(len(reader.told)))
    reader = Reader()
    try:
        causal(*gpt, TEXT, generate=3, on_rows=reader)
    finally:
        watch.remove()
    # Read once for its own meta, then once for each token.
    assert passes[:3] == [0, 1, 1]
    first = reader.written[0]
    assert first.tokens.text == TEXT
    assert all(first.tokens.meta[place] for place in first.tokens.positions)


def test_half_a_character_waits_for_its_other_half(gpt: Pair) -> None:
    script = write_script(gpt, spell_out(gpt[1], "y👍x"))
    reader = Reader()
    facet = causal(*script, "y", generate=5, on_rows=reader)
    assert facet.tokens.texts == ("y", "👍", "x")
    assert [each.tokens.text for each in reader.written] == ["y", "y👍"]


@pytest.mark.parametrize("special", ["drop", "format", "keep"])
def test_the_end_of_a_text_is_shown_as_it_is_asked(gpt: Pair, special: Special) -> None:
    end = gpt[1].convert_tokens_to_ids("<|endoftext|>")
    assert isinstance(end, int)
    script = write_script(gpt, [*spell_out(gpt[1], "yx"), end])
    reader = Reader()
    facet = causal(*script, "y", generate=9, special=special, on_rows=reader)
    assert set(reader.versions) == {1}
    assert describe(reader.heatmap.facets[0]) == describe(facet)
    assert [each.tokens.text for each in reader.written][:1] == ["y"]


@pytest.mark.parametrize("name", ["gpt", "chat", "t5"])
def test_who_watches_may_stop_between_two_tokens(
    calls: dict[str, Callable[..., Any]], name: str
) -> None:
    reader = Reader()

    def stop(*told: Any) -> None:  # noqa: ANN401
        reader(*told)
        if len(reader.told) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        calls[name](on_rows=stop)
    assert len(reader.told) == 2
    # What was written is still there, and can be given back to be explained.
    kept = reader.heatmap.facets[-1]
    assert kept.tokens.text
    assert np.isnan(kept.heat).all()


def test_a_text_without_tokens_is_shown_with_its_first_one(bert: Pair) -> None:
    reader = Reader()
    facet = causal(build_decoder(bert), bert[1], " ", generate=3, on_rows=reader)
    assert len(reader.told[0][0]) >= 1
    assert describe(reader.heatmap.facets[0]) == describe(facet)


@pytest.mark.parametrize("name", ["gpt", "llama", "bert"])
@given(picks=st.lists(st.integers(0, 10**6), min_size=1, max_size=12))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_spelt_token_by_token_is_what_all_of_them_spell(
    name: str, request: pytest.FixtureRequest, picks: list[int]
) -> None:
    tokenizer = request.getfixturevalue(name)[1]
    ids = [pick % len(tokenizer) for pick in picks]
    anchor = find_anchor(tokenizer)
    written, spelt = WrittenText(tokenizer, anchor), ("", list[Piece]())
    for number in ids:
        text, pieces = written.add(number)
        at = len(spelt[0])
        moved = [
            piece._replace(start=piece.start + at, end=piece.end + at)
            for piece in pieces
        ]
        spelt = spelt[0] + text, [*spelt[1], *moved]
    whole, pieces = spell_tokens(tokenizer, ids, anchor)
    # A wrong byte makes wrong ones of those before it, if bytes are tokens.
    assume(whole.startswith(spelt[0]))
    known = join_pieces(*spelt, "keep")
    expected = join_pieces(whole, pieces, "keep")
    for some, all_of_them in zip(known, expected, strict=True):
        assert some == all_of_them[: len(some)]


def test_what_a_later_token_changes_is_shown_anew(
    gpt: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, tokenizer = gpt
    plain = type(tokenizer).decode

    def decode(self: Any, ids: Any, **options: Any) -> str:  # noqa: ANN401
        text = str(plain(self, ids, **options))
        return text.upper() if len(ids) > 4 else text

    monkeypatch.setattr(type(tokenizer), "decode", decode)
    reader = Reader()
    facet = causal(model, tokenizer, "y", generate=8, on_rows=reader)
    assert describe(reader.heatmap.facets[0]) == describe(facet)
    assert reader.versions[-1] == 2
    assert not any(
        map(str.isupper, "".join(each.tokens.text for each in reader.written))
    )
