"""The facets of one heatmap, and what they are to each other."""

import pickle
from typing import Any

import numpy as np
import pytest

from textualheatmap.errors import HeatmapDataError
from textualheatmap.facet.facet import Facet
from textualheatmap.state.facet_set import MOST_FACETS, FacetSet
from textualheatmap.state.view_state import AxisChoices

LAYERS = ("first", "second")


def make_facet(
    count: int = 2,
    rows: int | None = None,
    **more: Any,  # noqa: ANN401 - what `Facet` takes
) -> Facet:
    heat = np.zeros((count if rows is None else rows, count))
    return Facet.from_arrays([f"t{i} " for i in range(count)], heat, **more)


def make_deep(layers: tuple[str, ...] = LAYERS, heads: int = 3) -> Facet:
    """Return a facet whose heat at layer i and head k is i + k / 10."""
    places = np.arange(len(layers))[:, None] + np.arange(heads) / 10
    heat = places[:, :, None, None] * np.ones((2, 2))
    axes = {"layer": list(layers), "head": None}
    return Facet.from_arrays(["a", "b"], heat, axes=axes)


def test_an_id_is_the_facets_own_its_title_or_its_number() -> None:
    facets = (
        make_facet(id="a", title="twice"),
        make_facet(title="b"),
        make_facet(title="twice"),
        make_facet(title="twice"),
        make_facet(),
        make_facet(title="a"),
        make_facet(id="facet-4"),
        make_facet(title="x" * 1001),
    )
    assert FacetSet(facets).ids == [
        *("a", "b", "facet-2", "facet-3", "facet-4'", "facet-5", "facet-4", "facet-7")
    ]


def test_the_ids_of_one_facet_several_times_all_differ() -> None:
    facet = make_facet(title="one")
    assert FacetSet((facet,) * 3).ids == ["facet-0", "facet-1", "facet-2"]


@pytest.mark.parametrize(
    ("facets", "message"),
    [
        (
            [make_facet(id="a"), make_facet(), make_facet(id="a")],
            "facets[2].id is 'a', which facets[0] has, too",
        ),
        (
            [make_facet(id="a" * 1001)],
            "facets[0].id has 1001 characters, expected at most 1000",
        ),
        (
            [make_facet(rows_of="answer"), make_facet(id="answers")],
            (
                "facets[0].rows_of is 'answer', expected the id of another facet: "
                "'answers', did you mean 'answers'?"
            ),
        ),
        (
            [make_facet(rows_of="answer")],
            (
                "facets[0].rows_of is 'answer', expected the id of another facet: "
                "there is none"
            ),
        ),
        (
            [make_facet(rows_of="me", id="me")],
            (
                "facets[0].rows_of is 'me', expected the id of another facet: "
                "there is none"
            ),
        ),
        (
            [make_facet(2, 4, rows_of="b"), make_facet(3, id="b")],
            "facets[0].heat has 4 rows, expected 3 (one per non-format token of 'b')",
        ),
        (
            [
                make_facet(),
                make_facet(id="a", rows_of="b"),
                make_facet(id="b", rows_of="c"),
                make_facet(id="c", rows_of="a"),
            ],
            "facets[1].rows_of goes in a circle: 'a' -> 'b' -> 'c' -> 'a'",
        ),
        (
            [
                make_facet(rows_of="a"),
                make_facet(id="a", rows_of="b"),
                make_facet(id="b", rows_of="a"),
            ],
            "facets[1].rows_of goes in a circle: 'a' -> 'b' -> 'a'",
        ),
        (
            [make_facet()] * (MOST_FACETS + 1),
            "data has 65 facets, expected at most 64",
        ),
    ],
)
def test_facets_that_do_not_agree_are_refused(
    facets: list[Facet], message: str
) -> None:
    with pytest.raises(HeatmapDataError) as caught:
        FacetSet(tuple(facets))
    assert str(caught.value) == message


def test_rows_may_be_another_facets_tokens_which_are_not_aligned_then() -> None:
    facets = FacetSet(
        (
            make_facet(2, 2, rows_of="answer"),
            make_facet(2, id="answer"),
            make_facet(5, 2, rows_of="answer"),
        )
    )
    assert facets.row_facets == [1, 1, 1]
    one, other, _ = facets.alignment.facets
    assert one.axis != other.axis


def test_a_chain_of_rows_is_no_circle() -> None:
    facets = [make_facet(id="a", rows_of="b"), make_facet(id="b", rows_of="c")]
    assert FacetSet((*facets, make_facet(id="c"))).row_facets == [1, 2, 2]


def test_every_axis_has_a_choice_the_mean_if_there_is_none() -> None:
    facets = FacetSet((make_facet(), make_deep()))
    assert facets.choose_axes({}) == {"layer": "mean", "head": "mean"}
    assert facets.choose_axes({"layer": "second", "head": np.int64(2)}) == {
        "layer": 1,
        "head": 2,
    }
    assert facets.choose_axes({"head": "max"}) == {"layer": "mean", "head": "max"}


def follow_layers(count: int) -> Facet:
    return Facet.from_arrays(
        ["a"],
        np.ones((count, 2, 1, 1)),
        [[["x"]] * count],
        axes=["layer", "head"],
        meta_axis="layer",
    )


def test_an_axis_that_meta_follow_begins_at_its_last_label() -> None:
    facets = FacetSet((follow_layers(3), follow_layers(3)))
    assert facets.choose_axes({"head": 1}) == {"layer": 2, "head": 1}
    assert facets.keep_axes(AxisChoices({"layer": 3})) == {"layer": 2, "head": "mean"}
    # The last label of one facet would be another one of the other.
    uneven = FacetSet((follow_layers(3), follow_layers(2)))
    assert uneven.choose_axes({}) == {"layer": "mean", "head": "mean"}


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"layers": 0}, "axes has 'layers', but the axes are 'layer', 'head', did you"),
        ({1: 0}, "axes has 1, but the axes are 'layer', 'head'"),
        ({"layer": 2}, r"axes\['layer'\] is 2, expected an index from 0 to 1"),
        ({"layer": "third"}, r"axes\['layer'\] is 'third', expected an index"),
        ({"layer": None}, r"axes\['layer'\] is None"),
    ],
)
def test_a_choice_that_does_not_fit_is_refused(
    choices: dict[Any, object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        FacetSet((make_deep(),)).choose_axes(choices)


def test_a_label_that_facets_have_at_different_places_is_refused() -> None:
    facets = FacetSet((make_deep(), make_deep(("second", "third"))))
    assert facets.choose_axes({"layer": 1})["layer"] == 1
    with pytest.raises(ValueError, match=r"axes\['layer'\] is 'second', which facets"):
        facets.choose_axes({"layer": "second"})


def test_choices_are_kept_where_they_fit() -> None:
    facets = FacetSet((make_deep(heads=2),))
    kept = facets.keep_axes(AxisChoices({"layer": 1, "head": 2, "step": 0}))
    assert kept == {"layer": 1, "head": "mean"}


def test_the_chosen_matrix_is_made_once() -> None:
    facets = FacetSet((make_deep(), make_facet()))
    choices = facets.choose_axes({"layer": "second"})
    store = facets.choose_store(0, choices)
    assert store.rows([0]) == pytest.approx(1.1)
    assert store.maximum == pytest.approx(1.1)
    assert facets.choose_store(0, AxisChoices(choices)) is store
    other = facets.choose_store(0, facets.choose_axes({"layer": 0, "head": 2}))
    assert other.rows([0]) == pytest.approx(0.2)
    assert facets.choose_store(1, choices) is facets.facets[1].store


def test_a_titled_copy_has_everything_of_the_facet_but_its_title() -> None:
    facet = Facet.from_arrays(
        *(["a", " "], [[1.0]], [["m"], None], [False, True]),
        title="old",
        id="me",
        provenance={"method": "none"},
    )
    source = make_facet(1, 1, id="you", rows_of="me")
    [copied, other] = FacetSet().replace([facet, source], ["new", "b"]).facets
    assert (copied.title, facet.title) == ("new", "old")
    assert copied.tokens is facet.tokens
    assert copied.store is facet.store
    assert (copied.id, copied.provenance) == ("me", {"method": "none"})
    assert (other.id, other.rows_of) == ("you", "me")


def test_a_set_of_facets_can_be_pickled_with_what_was_found() -> None:
    facets = FacetSet((make_deep(),), ("one",), 3)
    store = facets.choose_store(0, facets.choose_axes({}))
    back = pickle.loads(pickle.dumps(facets))  # noqa: S301 - our own
    assert (back.titles, back.given_titles, back.version) == (["Heatmap"], ("one",), 3)
    assert back.choose_store(0, back.choose_axes({})).rows([0]) == pytest.approx(
        store.rows([0])
    )
