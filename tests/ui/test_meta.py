"""The strip of meta above a facet, in a saved file and on a served page."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.ui.heatmap_page import HeatmapPage
from tests.ui.pixels import read_pixels, to_rgb
from textualheatmap import Facet, TextualHeatmap
from textualheatmap.plot.frame_colors import BORDER

Open = Callable[..., HeatmapPage]

LONG = "a continuation that is much longer than its box"
RADIUS = "(box) => getComputedStyle(box).borderRadius"
BAR = "(box) => getComputedStyle(box).backgroundSize"


def build_heatmap() -> TextualHeatmap:
    records = [
        {
            "token": "the ",
            "meta": [("cat", 0.7), (LONG, 0.2), "dog"],
            "heat": [1, 0],
        },
        {"token": "cat", "meta": [("sat", 0.25)], "heat": [0, 1]},
    ]
    heatmap = TextualHeatmap(
        show_meta=True, width=400, meta_label="<i>predicts", meta_truth="next"
    )
    return heatmap.set_data([records]).highlight(0)


def build_stretched() -> TextualHeatmap:
    return build_heatmap().clone(sizing_mode="stretch_width")


def find_box(shown: HeatmapPage, note: str) -> Locator:
    return shown.page.locator(f"div:has(> span):has-text('{note}')").last


def test_a_probability_is_a_bar_behind_the_text(saved_once: Open) -> None:
    shown = saved_once(build_heatmap)
    assert find_box(shown, "70%").evaluate(BAR).startswith("70%")
    assert find_box(shown, "dog").evaluate(BAR).startswith("0%")
    shown.hover(0, 1)
    shown.wait_for_focus(1)
    assert find_box(shown, "sat").evaluate(BAR).startswith("25%")


def test_a_long_entry_is_cut_and_told_whole_on_hover(saved_once: Open) -> None:
    shown = saved_once(build_heatmap)
    long = find_box(shown, "20%")
    long.hover()
    assert long.get_attribute("title") == LONG
    short = find_box(shown, "70%")
    short.hover()
    assert not short.get_attribute("title")


def test_the_true_token_is_ticked_and_the_meta_have_a_label(
    saved_and_served: Open,
) -> None:
    shown = saved_and_served(build_heatmap)
    shown.wait_for_focus(0)
    assert shown.meta(0, 3) == [("cat", "✓ 70%"), (LONG, "20%"), ("dog", "")]
    assert shown.page.get_by_text("<i>predicts", exact=True).is_visible()


def build_beside_a_difference() -> TextualHeatmap:
    words, letters = (
        Facet.from_arrays(["a", "b"], [[1, 0], [0, heat]], meta=meta, title=title)
        for heat, meta, title in ((1, [["x"], ["y"]], "A"), (0.5, None, "B"))
    )
    facets = [Facet.difference(letters, words), letters, words]
    return TextualHeatmap(facets=facets, show_meta=True, width=400).highlight(0)


def test_only_facets_with_meta_have_a_strip(saved_and_served: Open) -> None:
    shown = saved_and_served(build_beside_a_difference)
    shown.wait_for_focus(0)
    assert shown.meta(2, 1) == [("x", "")]
    shown.hover(0, 1)
    shown.wait_for_focus(1)
    assert shown.meta(2, 1) == [("y", "")]
    text = shown.page.get_by_text("B - A: difference", exact=True)
    assert text.is_visible()
    first, second, third = (shown.cell(i, 0)["top"] for i in range(3))
    assert third - second == second - first + 40


def test_on_a_phone_the_boxes_go_into_rows_that_can_be_read_in_one_border(
    page: Page, saved_and_served: Open
) -> None:
    page.set_viewport_size({"width": 360, "height": 640})
    shown = saved_and_served(build_stretched)
    shown.wait_for_focus(0)
    boxes = [find_box(shown, text).bounding_box() for text in ("70%", "20%", "dog")]
    panel = shown.cell(0, 0)
    for box in boxes:
        assert box is not None
        assert box["width"] >= 100
        assert box["height"] == 40
        assert box["y"] + box["height"] <= panel["top"]
    for width in (360, 361, 362):
        shown.resize(width, 640)
        first, second, last = (
            find_box(shown, text).bounding_box() for text in ("70%", "20%", "dog")
        )
        assert first is not None
        assert second is not None
        assert last is not None
        assert last["y"] > first["y"]
        right = second["x"] + second["width"]
        height = last["y"] + last["height"] - first["y"]
        # Without the rounded corner, and the bottom, where the text begins.
        edge = {"x": right - 1, "y": first["y"] + 8, "width": 1, "height": height - 9}
        assert (read_pixels(page, edge) == to_rgb(BORDER.light)).all()
        assert find_box(shown, "dog").evaluate(RADIUS) == "0px"


def build_numbered() -> TextualHeatmap:
    facet = Facet.from_arrays(
        ["the ", "cat"],
        [[1, 0], [0, 1]],
        meta=[[("cat", 0.7), "dog"], ["sat"]],
        numbers={"rank": [1, 12], "<b>": [None, 0.5]},
    )
    return TextualHeatmap(show_meta=True, width=400).set_data([facet]).highlight(0)


def test_numbers_stand_beside_the_words(saved: Open) -> None:
    shown = saved(build_numbered())
    shown.wait_for_focus(0)
    assert shown.meta(0, 3) == [("cat", "70%"), ("dog", ""), ("rank 1", "")]
    shown.hover(0, 1)
    shown.wait_for_focus(1)
    assert shown.meta(0, 3)[::2] == [("sat", ""), ("rank 12   <b> 0.50", "")]


def build_by_layer() -> TextualHeatmap:
    """Return a heatmap whose meta follow an axis, on which links move."""
    facet = Facet.from_arrays(
        ["the ", "cat"],
        [[[1, 0], [0, 1]], [[0, 1], [1, 0]]],
        meta=[[["early"], [("late", 0.25), "later"]], [["soon"], []]],
        numbers={"rank": [[7, 1], [None, 2]]},
        axes={"layer": ["first", "last"]},
        meta_axis="layer",
        caption="[first](#axes.layer=0) [last](#axes.layer=1) [mean](#axes.layer=mean)",
    )
    return TextualHeatmap(facets=[facet], show_meta=True, width=400).highlight(0)


def test_links_move_the_axis_that_the_meta_follow(saved_and_served: Open) -> None:
    shown = saved_and_served(build_by_layer)
    late = [("late", "25%"), ("later", ""), ("rank 1", "")]
    shown.wait_for_meta(0, late)
    top = shown.cell(0, 0)["top"]
    shown.hover(0, 1)
    shown.wait_for_meta(0, [("", ""), ("", ""), ("rank 2", "")])
    for name, meta in {
        "first": [("soon", ""), ("", ""), ("", "")],
        "mean": [("", "")] * 3,
        "last": [("", ""), ("", ""), ("rank 2", "")],
    }.items():
        shown.page.get_by_role("link", name=name).click()
        shown.wait_for_meta(0, meta)
        told = [" ".join(pair).strip() for pair in meta if pair != ("", "")]
        said = shown.page.locator("[aria-live]").first
        if told:
            expect(said).to_contain_text(f"Meta: {', '.join(told)}.")
        else:
            expect(said).not_to_contain_text("Meta")
        # The strip is as high as ever: nothing jumps.
        assert shown.cell(0, 0)["top"] == top
