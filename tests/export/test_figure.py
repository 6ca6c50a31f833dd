"""Figures: what is drawn, where, and in which colours."""

import io
import warnings
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pypdfium2
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image

from textualheatmap import read_npz
from textualheatmap.export.figures.figure import plot_heatmap, render_figure
from textualheatmap.export.figures.matrix import compute_matrix
from textualheatmap.export.figures.text import TEXT_SIZE
from textualheatmap.facet.facet import Facet
from textualheatmap.scene.geometry import compute_geometry
from textualheatmap.scene.palettes import get_palette
from textualheatmap.scene.scene import Scene, build_scene
from textualheatmap.state.heatmap import Heatmap

Pixels = NDArray[np.uint8]

# At this size a px takes 3/4 points; so many dots of an image are one px.
FONT_SIZE, DOTS = TEXT_SIZE * 0.75, 4
# Tokens without ink, on several lines.
BLANKS = ["\xa0" * (1 + i % 4) for i in range(30)]


def build_heatmap(*, signed: bool = False, **style: object) -> Heatmap:
    random = np.random.default_rng(3)
    low = -1 if signed else 0
    facets = [
        Facet.from_arrays(BLANKS, random.uniform(low, 1, (30, 30)), title=title)
        for title in ("A", "B")
    ]
    heatmap = Heatmap(facets=facets, width=200, legend=False)
    heatmap.param.update(style)
    return heatmap.highlight(7)


def read_pdf(content: bytes) -> Pixels:
    page = pypdfium2.PdfDocument(content)[0]
    scale: Any = DOTS / 0.75
    return page.render(scale=scale).to_numpy()[..., ::-1]


def read_png(content: bytes) -> Pixels:
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))


def read_text(content: bytes) -> str:
    return pypdfium2.PdfDocument(content)[0].get_textpage().get_text_range()


def draw(heatmap: Heatmap, suffix: str, **options: object) -> Pixels:
    content = render_figure(
        heatmap, suffix, font_size=FONT_SIZE, dpi=96 * DOTS, **options
    )
    return read_pdf(content) if suffix == ".pdf" else read_png(content)


def check_boxes(pixels: Pixels, scene: Scene) -> None:
    """Compare the middle of each box with its colour, up to one step of 255."""
    top, count = 0, 0
    for facet in scene.facets:
        for line in facet.lines:
            for box in line.boxes:
                across, down = box.left + box.width / 2, top + box.top + 4
                seen = pixels[round(DOTS * down), round(DOTS * across)]
                expected = 255 * np.array(to_rgb(box.color))
                assert np.abs(seen - expected).max() <= 1, (box, seen)
                count += 1
        top += facet.height + 8
    assert count >= 60


@pytest.mark.parametrize("suffix", [".pdf", ".png"])
@pytest.mark.parametrize(
    "style",
    [
        {},
        {"palette": "paper", "scale": "row"},
        {"signed": True, "palette": "magma"},
        {"direction": "column", "gamma": 0.5, "threshold": 0.3},
        {"exclude": [3, 4], "theme": "dark"},
    ],
)
def test_the_colours_are_those_of_the_scene(suffix: str, style: dict[str, Any]) -> None:
    heatmap = build_heatmap(**style)
    check_boxes(draw(heatmap, suffix), build_scene(heatmap))


def test_the_focus_is_underlined_and_what_is_excluded_framed() -> None:
    heatmap = build_heatmap(palette="paper", exclude=[20])
    pixels = draw(heatmap, ".pdf")
    ink = 255 * np.array(to_rgb(get_palette("paper").text))
    boxes = [b for line in build_scene(heatmap).facets[0].lines for b in line.boxes]
    for index, offset in ((7, 19), (20, 0.5)):
        box = next(each for each in boxes if each.index == index)
        row = pixels[round(DOTS * (box.top + offset))]
        part = row[DOTS * box.left : DOTS * (box.left + box.width)]
        is_ink = np.abs(part - ink).max(axis=-1) < 120
        assert is_ink.mean() > 0.3, index
        other = pixels[round(DOTS * (box.top + 10))]
        inner = other[DOTS * box.left + DOTS : DOTS * (box.left + box.width) - DOTS]
        assert (np.abs(inner - ink).max(axis=-1) > 120).all()


def test_what_is_found_is_framed() -> None:
    heatmap = build_heatmap(palette="paper")
    boxes = [b for line in build_scene(heatmap).facets[0].lines for b in line.boxes]
    box = max(boxes, key=lambda each: each.width)
    ink = 255 * np.array(to_rgb(get_palette("paper").text))

    def is_framed() -> bool:
        row = draw(heatmap, ".pdf")[round(DOTS * (box.top + 0.5))]
        part = row[DOTS * box.left : DOTS * (box.left + box.width)]
        return (np.abs(part - ink).max(axis=-1) < 120).mean() > 0.9

    assert not is_framed()
    heatmap.search = box.source
    assert is_framed()


def test_text_is_text_and_nothing_in_it_a_formula() -> None:
    tokens = ["$x^2$ ", r"\frac ", "<b> ", "a_b ", "漢字 ", "\u202e"]
    facet = Facet.from_arrays(tokens, np.eye(6), title="$T$", meta=[["$m$"]] * 6)
    heatmap = Heatmap(facets=[facet], show_meta=True, meta_label="$l$").highlight(0)
    text = read_text(render_figure(heatmap, ".pdf", title="$t$"))
    for part in ("$x^2$", r"\frac", "<b>", "a_b", "漢", "$T$", "$m$", "$l$", "$t$"):
        assert part in text
    assert r"\u202e" in text
    svg = render_figure(heatmap, ".svg").decode()
    assert "$x^2$" in svg
    assert "&lt;b&gt;" in svg
    assert "<b>" not in svg


def test_fonts_are_in_the_file() -> None:
    heatmap = build_heatmap(legend=True)
    pdf = render_figure(heatmap, ".pdf")
    assert pdf.count(b"/FontFile2") == pdf.count(b"/FontDescriptor /") == 2
    svg = render_figure(heatmap, ".svg").decode()
    assert svg.count("@font-face") == 2
    assert "<text" in svg


@pytest.mark.parametrize("suffix", [".pdf", ".svg", ".png"])
def test_the_same_heatmap_is_the_same_file(suffix: str) -> None:
    first, second = (render_figure(build_heatmap(), suffix) for _ in range(2))
    assert first == second


def test_settings_of_the_user_play_no_part() -> None:
    heatmap = build_heatmap(legend=True)
    expected = render_figure(heatmap, ".pdf")
    with mpl.rc_context({"text.usetex": True, "path.sketch": (5, 10, 2)}):
        assert render_figure(heatmap, ".pdf") == expected
        assert mpl.rcParams["path.sketch"] == (5, 10, 2)


@pytest.mark.parametrize(
    ("width", "points"), [("3.3in", 237.6), ("84mm", 238.1), (3.3, 237.6)]
)
def test_it_is_as_wide_as_asked_for(width: object, points: float) -> None:
    heatmap = build_heatmap(legend=True)
    content = render_figure(heatmap, ".pdf", width=width, font_size=8)
    page = pypdfium2.PdfDocument(content)[0]
    px = 8 / TEXT_SIZE
    assert points - px < page.get_width() <= points + 0.01
    scene = build_scene(heatmap.clone(width=int(points / px)))
    assert scene.legend is not None
    height = sum(facet.height for facet in scene.facets) + 8 + 24 + 4
    assert page.get_height() == pytest.approx(height * px, abs=0.01)


def test_several_focuses_stand_below_each_other_with_their_captions() -> None:
    tokens = ["one ", "two ", "three"]
    facets = [Facet.from_arrays(tokens, np.eye(3), title=title) for title in "AB"]
    heatmap = Heatmap(facets=facets).highlight(0)
    axes = Figure(figsize=(6, 4)).add_axes((0, 0, 1, 1))
    plot_heatmap(heatmap, axes, focus=[1, slice(0, 2), ("B", 2)])
    text = "|".join(each.get_text() for each in axes.texts)
    captions = ("1 “two ”", "0\N{EN DASH}1 “one two ”", "2 “three”")
    places = [text.index(each) for each in captions]
    assert places == sorted(places)
    assert text.count("heat") == 1
    assert heatmap.focus_span == (0, 1)
    single = read_text(render_figure(heatmap, ".pdf", focus=1))
    assert "“" not in single


def test_focuses_have_a_legend_each_where_these_differ() -> None:
    facet = Facet.from_arrays(["a", "b"], [[0.5, 0], [0, 0.25]])
    heatmap = Heatmap(facets=[facet], scale="row")
    text = read_text(render_figure(heatmap, ".pdf", focus=[0, 1]))
    assert text.count("0.50") == text.count("0.25") == 1
    without = read_text(render_figure(heatmap, ".pdf", focus=[0, 1], legend=False))
    assert "0.50" not in without


def test_a_long_text_is_whole_unless_its_height_is_given() -> None:
    tokens = [f"word{k} " for k in range(1500)]
    facet = Facet.from_arrays(tokens, np.eye(1500))
    heatmap = Heatmap(facets=[facet])
    assert compute_geometry(heatmap).windowed
    text = read_text(render_figure(heatmap, ".pdf"))
    assert "word0 " in text
    assert "word1499" in text
    heatmap.max_height = 200
    text = read_text(render_figure(heatmap.highlight(1000), ".pdf"))
    assert "word0 " not in text
    assert "word1000" in text


def test_wide_characters_stand_in_the_middle_of_their_cells() -> None:
    facet = Facet.from_arrays(["ab", "漢字", "é", "한"], np.eye(4))
    axes = Figure(figsize=(6, 4)).add_axes((0, 0, 1, 1))
    plot_heatmap(Heatmap(facets=[facet], legend=False), axes, title="T")
    drawn = {text.get_text(): text for text in axes.texts}
    places = {
        each: drawn[each].get_position()[0] for each in ("ab", "漢", "字", "é", "한")
    }
    assert places == {"ab": 8, "漢": 32, "字": 48, "é": 60, "한": 72}
    assert {
        drawn[each].get_horizontalalignment() for each in ("漢", "字", "é", "한")
    } == {"center"}


def test_text_from_the_right_is_drawn_without_the_spaces_around_it() -> None:
    facet = Facet.from_arrays(["שלום ", "12 ", " עולם"], np.eye(3))
    heatmap = Heatmap(facets=[facet], legend=False)
    axes = Figure(figsize=(6, 4)).add_axes((0, 0, 1, 1))
    plot_heatmap(heatmap, axes)
    places = {text.get_text(): text.get_position()[0] for text in axes.texts}
    # As of axes: with the width of these, not of the heatmap.
    width = round(6 * 72 / (8 / TEXT_SIZE) - 0.5)
    geometry = compute_geometry(heatmap.clone(width=width))
    end = geometry.left + geometry.columns * 8
    # From right to left: four letters, a space, two digits, two spaces, four letters.
    assert places["שלום"] == end - 4 * 8 / 2
    assert places["12"] == end - 5 * 8 - 2 * 8 / 2
    assert places["עולם"] == end - 9 * 8 - 4 * 8 / 2


def test_a_matrix_has_the_colours_of_each_focus() -> None:
    heatmap = build_heatmap(scale="row")
    matrix = compute_matrix(heatmap, 0)
    assert matrix.rows == matrix.columns == tuple(BLANKS)
    for k in (0, 7, 29):
        scene = build_scene(heatmap.highlight(k))
        boxes = [each for line in scene.facets[0].lines for each in line.boxes]
        colors = {each.index: to_rgb(each.color) for each in boxes}
        np.testing.assert_allclose(matrix.colors[k], [colors[i] for i in range(30)])
    assert (matrix.legend.low, matrix.legend.high) == ("", "")


def test_a_matrix_of_a_source_and_a_target_in_both_directions() -> None:
    source = Facet.from_arrays(
        ["a", "b", "c"], [[1, 0, 0], [0, 0.5, 1]], id="s", rows_of="t"
    )
    target = Facet.from_arrays(["x", "y"], np.eye(2), id="t")
    heatmap = Heatmap(facets=[source, target])
    matrix = compute_matrix(heatmap, 0)
    assert (matrix.rows, matrix.columns) == (("x", "y"), ("a", "b", "c"))
    turned = compute_matrix(heatmap.clone(direction="column"), 0)
    assert (turned.rows, turned.columns) == (("a", "b", "c"), ("x", "y"))
    np.testing.assert_allclose(turned.colors, matrix.colors.swapaxes(0, 1))


def test_a_drawn_matrix_shows_these_colours() -> None:
    facet = Facet.from_arrays(["aa", "b"], [[1, 0.5], [0.25, 0]], title="T")
    heatmap = Heatmap(facets=[facet], legend=False)
    pixels = draw(heatmap, ".png", kind="matrix")
    text = read_text(render_figure(heatmap, ".pdf", kind="matrix"))
    assert text.count("aa") == 2
    expected = (255 * compute_matrix(heatmap, 0).colors).round().reshape(-1, 3)
    flat = pixels.reshape(-1, 3)
    for color in expected:
        share = (np.abs(flat - color).max(axis=-1) <= 1).sum()
        assert share >= (18 * DOTS) ** 2


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"kind": "picture"}, ValueError, "kind is 'picture', expected 'text' or"),
        ({"width": "wide"}, ValueError, "width is 'wide', expected a length such as"),
        ({"width": -1}, ValueError, "width is -1, expected a length"),
        ({"width": 10**400}, ValueError, "width is 1000.*, expected a length"),
        ({"width": []}, TypeError, "width is a list, expected a length"),
        ({"width": "0.5in"}, ValueError, r"width is 0\.50in, expected 1\.34 to"),
        (
            {"font_size": 1},
            ValueError,
            "font_size is 1, expected a number from 2 to 72",
        ),
        ({"font_size": "8"}, TypeError, "font_size is a str, expected a number"),
        ({"dpi": 1e9}, ValueError, "dpi is .*, expected a number from 30 to 1200"),
        ({"dpi": 10**400}, ValueError, "dpi is 1000.*, expected a number from 30"),
        ({"dpi": True}, TypeError, "dpi is a bool"),
        ({"focus": 99}, IndexError, "99"),
        ({"focus": "a"}, TypeError, "'a'|a str"),
        ({"focus": []}, ValueError, "focus has 0 items, expected 1 to 20"),
        ({"focus": [0] * 21}, ValueError, "focus has 21 items"),
        ({"focus": ("Z", 0)}, ValueError, "'Z'"),
        ({"title": 3}, TypeError, "title is an int, expected a string"),
        ({"legend": "no"}, TypeError, "legend is 'no', expected True or False"),
    ],
)
def test_what_is_wrong_is_said(
    options: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        render_figure(build_heatmap(), ".pdf", **options)


def test_without_data_there_is_nothing_to_draw() -> None:
    with pytest.raises(ValueError, match="call set_data first"):
        render_figure(Heatmap(), ".pdf")


def test_a_matrix_of_too_many_tokens_is_refused() -> None:
    facet = Facet.from_arrays(["a"] * 501, np.eye(501))
    message = r"facets\[0\] has 501 tokens, expected at most 500 for a matrix"
    with pytest.raises(ValueError, match=message):
        render_figure(Heatmap(facets=[facet]), ".pdf", kind="matrix")


def test_it_is_drawn_into_axes_of_the_user() -> None:
    figure = Figure(figsize=(6, 4))
    left, right = figure.subplots(1, 2)
    heatmap = build_heatmap(palette="paper")
    plot_heatmap(heatmap, right, font_size=6)
    figure.set_size_inches(8, 4)
    figure.canvas.draw()
    corner = right.transAxes.transform((0, 1))
    [panel, *_] = right.collections
    [outline] = panel.get_paths()
    seen = panel.get_transform().transform(outline.vertices)
    assert (seen[:, 0].min(), seen[:, 1].max()) == pytest.approx(tuple(corner), abs=1)
    assert left.axison
    assert not right.axison


def test_a_letter_that_no_font_has_is_told() -> None:
    facet = Facet.from_arrays(["a", "\U0001f600"], np.eye(2))
    with pytest.warns(UserWarning, match=r"no font .* '😀' \(U\+1F600\)"):
        render_figure(Heatmap(facets=[facet]), ".png")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        render_figure(build_heatmap(), ".png")


def test_an_exhibit_is_drawn_as_a_small_file(root: Path) -> None:
    heatmap = Heatmap(facet_titles=["GRU", "LSTM"], show_meta=True)
    heatmap.set_data(read_npz(root / "data" / "autocomplete.npz")).highlight(52)
    assert len(render_figure(heatmap, ".pdf")) < 60_000
