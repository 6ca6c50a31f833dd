"""The exhibits: that they are what their scripts make, and small."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest

from textualheatmap import Facet, read_npz

DATA = Path(__file__).parents[1] / "data"
METHODS = {
    "agreement": "gradient x input and occlusion",
    "answer": "gradient",
    "attention": "attention",
    "autocomplete": "gradient",
    "causal": "gradient",
    "causal-long": "gradient",
    "fact": "logit lens",
    "masked": "gradient",
    "preference": "gradient x input",
    "tokens": "gradient",
}


def test_the_methods_of_all_files_are_known() -> None:
    assert METHODS.keys() == {path.stem for path in DATA.glob("*.npz")}


@pytest.mark.parametrize(("name", "method"), METHODS.items())
def test_an_exhibit_says_how_it_was_made(name: str, method: str) -> None:
    for facet in read_npz(DATA / f"{name}.npz"):
        assert facet.provenance["method"] == method
        assert {"model", "scale", "torch"} <= set(facet.provenance)
        if method not in {"attention", "logit lens"}:
            assert {"target", "output"} <= set(facet.provenance)


def test_what_speaks_for_a_word_and_against_it_is_signed() -> None:
    (facet,) = read_npz(DATA / "preference.npz")
    assert facet.store.signed
    assert not np.triu(facet.heat, 1).any()
    row = facet.heat[148]
    text = facet.tokens.text
    # What the sentence beside it says.
    assert [word for word, _ in facet.tokens.meta[148]][:2] == ["and", "as"]
    order = text.index("order a")
    assert row[order : order + len("order ")].sum() > 1
    assert row[order - len("and ") : order].sum() < -0.5


def test_both_is_looked_at_freedom() -> None:
    (facet,) = read_npz(DATA / "causal.npz")
    texts = [facet.tokens.texts[position] for position in facet.tokens.positions]
    assert texts[30] == " freedom"
    assert [texts[place : place + 2] for place in (46, 69)] == [[" is", " freedom"]] * 2
    assert facet.heat[[46, 69], 30].min() > 0.8


def test_a_word_of_characters_looked_at_what_came_before_it() -> None:
    for facet in read_npz(DATA / "autocomplete.npz"):
        text = facet.tokens.text
        assert text[84:94] == "government"
        before = facet.heat[84:94, :84].max(axis=0)
        assert before.max() > 0.9
        assert before.argmax() >= text.index("plan of")


def test_an_answer_looks_at_the_question_and_at_itself() -> None:
    question, answer = read_npz(DATA / "answer.npz")
    assert (question.rows_of, answer.id) == ("answer", "answer")
    assert question.heat.shape == (len(answer), len(question))
    assert not np.triu(answer.heat).any()
    places = [facet.tokens.texts.index(" Lisbon") for facet in (answer, question)]
    assert question.heat[tuple(places)] == 1
    portugal = answer.tokens.texts.index(" Portugal")
    found = np.argsort(-answer.heat[portugal])[:2]
    assert [answer.tokens.texts[place] for place in found] == [" Austria", " Lisbon"]
    assert answer.heat[portugal, found[1]] > question.heat[portugal].max()


def test_heads_look_where_the_caption_says() -> None:
    (facet,) = read_npz(DATA / "attention.npz")
    assert [axis.name for axis in facet.store.axes] == ["layer", "head"]
    texts = facet.tokens.texts
    assert texts[31:37] == ("—", "every", "where", " in", " the", " world")

    def find_most(layer: int, head: int, row: int) -> int:
        (heat,) = facet.store.at(layer=layer, head=head).rows([row])
        assert heat.sum() == pytest.approx(1, abs=0.05)
        return int(heat.argmax())

    assert texts[find_most(18, 6, 35)] == " world"
    assert texts[find_most(17, 3, 31)] == "every"
    before = {(16, 0): 33, (11, 1): 32, (2, 1): 34}
    assert [find_most(*head, row) for head, row in before.items()] == [32, 31, 33]
    for head in ((17, 4), (18, 8), (24, 3), (22, 0)):
        assert find_most(*head, 33) == find_most(*head, 35) == 0


def test_the_heads_that_a_caption_names_are_those_of_the_highest_scores() -> None:
    (facet,) = read_npz(DATA / "attention.npz")
    samples = json.loads((DATA.parent / "apps" / "samples.json").read_text("utf-8"))
    (sample,) = (each for each in samples if each["file"] == "attention.npz")
    linked = re.findall(r"axes\.layer=(\d+)&axes\.head=(\d+)", str(sample["caption"]))
    scored = [
        found
        for kind in ("previous-token", "first-token", "induction")
        for found in re.findall(
            r"layer (\d+), head (\d+)", str(facet.provenance[f"{kind} heads"])
        )
    ]
    assert len(scored) == 9
    assert set(linked) == set(scored)


def test_two_methods_agree_and_disagree_as_the_caption_says() -> None:
    keys, key = read_npz(DATA / "agreement.npz")
    assert keys.tokens.texts[1] == " keys"
    assert key.tokens.texts[1] == " key"

    def read_noun(facet: Facet, method: int) -> float:
        (row,) = facet.store.at(method=method).rows([4])
        return float(row[1])

    assert min(read_noun(keys, 0), read_noun(keys, 1)) > 0.5
    assert read_noun(key, 0) > 0.5
    assert read_noun(key, 1) < -0.3


def test_a_fact_is_said_by_the_last_layers_alone() -> None:
    (facet,) = read_npz(DATA / "fact.npz")
    layers = range(31)
    assert facet.meta_axis == "layer"
    assert facet.store.axes[0].labels == tuple(map(str, layers))
    ranks = {
        layer: facet.tokens.find_numbers(4, {"layer": layer})["rank"]
        for layer in (24, 28, 29, 30)
    }
    assert ranks == {24: 396, 28: 7, 29: 3, 30: 1}
    assert facet.heat[30, 4, 4] == pytest.approx(0.77, abs=0.005)

    def list_first(place: int, word: str) -> list[int]:
        metas = [facet.tokens.find_meta(place, {"layer": layer}) for layer in layers]
        return [layer for layer, meta in enumerate(metas) if meta[0][0] == word]

    assert list_first(4, "Paris") == [30]
    assert list_first(3, "is") == [26, 28, 29, 30]
    assert list_first(1, "of") == [*range(19, 31)]


def test_every_caption_leads_by_links_to_tokens_that_there_are() -> None:
    samples = json.loads((DATA.parent / "apps" / "samples.json").read_text("utf-8"))
    for sample in samples:
        facets = read_npz(DATA / sample["file"])
        names = [
            facet.id or title
            for facet, title in zip(facets, sample["titles"], strict=True)
        ]
        assert len(sample["caption"]) == 3, sample["name"]
        for item in sample["caption"]:
            links = re.findall(r"\]\(#focus=(?:([^)&]*):)?(\d+)(?:-(\d+))?[)&]", item)
            assert links, item
            for name, start, stop in links:
                facet = facets[names.index(unquote(name)) if name else 0]
                assert int(start) < int(stop or int(start) + 1) <= len(facet), item
            counts = {axis.name: len(axis.labels) for axis in facets[0].store.axes}
            for axis, place in re.findall(r"axes\.(\w+)=(\d+)", item):
                assert int(place) < counts[axis], item


def read_hottest(facet: Facet, row: int, count: int) -> list[int]:
    """Return the columns of a row with the most heat, the hottest first."""
    return np.argsort(-facet.heat[row], kind="stable")[:count].tolist()


def test_three_tokenizers_look_where_their_caption_says() -> None:
    characters, words, pieces = read_npz(DATA / "tokens.npz")
    place = pieces.tokens.texts.index(" the", 15)
    assert place == 21
    assert read_hottest(pieces, place, 1) == [15]
    assert pieces.tokens.texts[15] == " human"
    assert pieces.tokens.meta[14][0][1] == pytest.approx(0.05, abs=0.005)
    positions = words.tokens.positions
    found = [words.tokens.texts[positions[n]] for n in read_hottest(words, 21, 2)]
    assert found == ["hand", "human"]
    assert characters.tokens.text[107:109] == "hu"
    assert read_hottest(characters, 108, 2) == [108, 107]
    assert characters.tokens.meta[108][0] == ("human", pytest.approx(0.62, abs=0.005))


def test_a_long_text_is_remembered_as_its_caption_says() -> None:
    (facet,) = read_npz(DATA / "causal-long.npz")
    texts = facet.tokens.texts

    def list_hottest(row: int, count: int) -> list[tuple[str, int]]:
        return [(texts[n], row - n) for n in read_hottest(facet, row, count)]

    assert list_hottest(737, 2) == [(" world", 39), (" world", 62)]
    assert list_hottest(742, 3) == [(" four", 87), (" third", 39), (" second", 62)]
    assert list_hottest(797, 1) == [(" world", 122)]
    said = [facet.tokens.meta[row][0][0] for row in (737, 742, 797)]
    assert said == ["world", "fourth", "world"]


def test_those_who_looked_are_those_of_the_caption() -> None:
    (facet,) = read_npz(DATA / "causal.npz")
    texts = facet.tokens.texts
    assert [texts[place] for place in (28, 40)] == [" first", " world"]
    assert texts[44:46] == ("The", " second")
    # From the next sentence on.
    later = facet.heat[44:, :]
    assert later[:, 28].argmax() == 0
    assert set(np.argsort(-later[:, 40])[:2] + 44) == {61, 62}
    assert facet.heat[102, 63] > facet.heat[102, 40]


def test_the_networks_looked_as_far_back_for_a_word_as_the_caption_says() -> None:
    gru, lstm = read_npz(DATA / "autocomplete.npz")
    text = gru.tokens.text
    assert (text[52:60], text[165:176]) == ("Congress", "Philippines")
    for facet in (gru, lstm):
        before = facet.heat[52:60, :52].max(axis=0)
        assert before.argmax() == 51
        assert before[text.index("duty of") : 51].max() > 0.8
    freedom = text.index("freedom")
    before = [facet.heat[165:176, :165].max(axis=0) for facet in (gru, lstm)]
    far = [row[freedom : freedom + 7].max() for row in before]
    assert far[0] > 0.5 > 2 * far[1]
    assert before[1].argmax() == text.index("the P") + 1


def test_all_files_together_are_small() -> None:
    assert sum(path.stat().st_size for path in DATA.glob("*.npz")) < 1_000_000
    weights = [path.stat().st_size for path in (DATA / "models").glob("*.npz")]
    assert len(weights) == 2
    assert max(weights) < 3_000_000


def test_the_long_exhibit_is_long_and_never_looks_ahead() -> None:
    (facet,) = read_npz(DATA / "causal-long.npz")
    assert len(facet) >= 1000
    assert not np.triu(facet.heat, 1).any()


def test_one_text_is_read_as_characters_as_wordpiece_and_as_bpe() -> None:
    facets = read_npz(DATA / "tokens.npz")
    assert len({facet.tokens.text for facet in facets}) == 1
    characters, words, pieces = facets
    assert len(characters) == len(characters.tokens.text)
    # WordPiece leaves the spaces between words out, BPE counts them in.
    assert any(words.tokens.is_format)
    assert " human" in pieces.tokens.texts


def find_row(facet: Facet, text: str) -> int:
    """Return the index of the first token that ends with a part of the text."""
    end = facet.tokens.text.index(text) + len(text)
    ends = facet.tokens.ends[facet.tokens.positions]
    return int(np.searchsorted(ends, end))
