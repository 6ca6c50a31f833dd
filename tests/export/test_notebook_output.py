"""What a cell of a notebook shows, without a notebook."""

from __future__ import annotations

from base64 import b64decode
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from textualheatmap.export import notebook_output
from textualheatmap.export.notebook_output import render_output
from textualheatmap.export.plain import render_text
from textualheatmap.state.heatmap import Heatmap

LIVE = "<p>live</p>"


def build(**style: Any) -> Heatmap:  # noqa: ANN401 - any parameters
    records = [{"token": token, "heat": [1, 0.5]} for token in ("a", "b")]
    return Heatmap(**style).set_data([records]).highlight(1)


def test_it_is_the_live_heatmap_with_its_picture_and_its_text() -> None:
    heatmap = build()
    output = render_output(heatmap, LIVE, "p1")
    assert list(output) == ["text/html", "text/plain"]
    assert output["text/plain"] == render_text(heatmap)
    content = output["text/html"]
    assert content.count(LIVE) == 1
    assert content.index('data-static="p1"') < content.index(LIVE)
    assert content.endswith(".start('p1')</script>")


def test_a_picture_is_a_png_as_wide_as_the_heatmap_that_no_page_with_styles_shows() -> (
    None
):
    heatmap = build(width=500, facet_titles=['"><script>'])
    output = render_output(heatmap, LIVE, "p1", has_picture=True)
    with Image.open(BytesIO(b64decode(output["image/png"]))) as image:
        assert image.width / 1.5 == pytest.approx(500, abs=8)
    tag = output["text/html"].partition("<div")[0]
    assert tag.startswith(f'<img src="data:image/png;base64,{output["image/png"]}"')
    assert tag.endswith('style="display:none">')
    assert 'alt="&quot;&gt;&lt;script&gt;"' in tag


def test_a_long_text_has_neither_a_png_nor_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(notebook_output, "MOST_TOKENS", 1)
    assert list(render_output(build(), LIVE, "p1", has_picture=True)) == ["text/html"]
