"""The CSS of the frame around a facet's text."""

import pytest

from textualheatmap.plot import frame_styles
from textualheatmap.scene.palettes import contrast


@pytest.mark.parametrize("ground", ["META_GROUND", "META_BAR"])
@pytest.mark.parametrize("ink", ["META_TEXT", "META_NOTE"])
def test_meta_are_readable_on_their_bars(ground: str, ink: str) -> None:
    colors = (getattr(frame_styles, name) for name in (ink, ground))
    assert contrast(*colors) >= 4.5
