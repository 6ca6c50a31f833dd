"""The colours of the frame around a facet's text."""

import pytest

from textualheatmap.plot import frame_colors
from textualheatmap.scene.oklab import contrast

ON = [
    ("META_TEXT", "META_GROUND"),
    ("META_TEXT", "META_BAR"),
    ("META_NOTE", "META_GROUND"),
    ("META_NOTE", "META_BAR"),
    ("TAB_TEXT", "TAB_GROUND"),
    ("TOOLTIP_TEXT", "TOOLTIP_GROUND"),
]


@pytest.mark.parametrize("side", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), ON)
def test_text_is_readable_on_its_ground(ink: str, ground: str, side: str) -> None:
    colors = (getattr(getattr(frame_colors, name), side) for name in (ink, ground))
    assert contrast(*colors) >= 4.5
