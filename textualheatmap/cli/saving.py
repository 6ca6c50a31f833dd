"""The command `save`: a heatmap as a page, a figure or whatever else is known."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textualheatmap.cli.focus_text import read_focus
from textualheatmap.cli.inputs import choose_format
from textualheatmap.cli.outputs import write_output
from textualheatmap.export.saving import FORMATS, save_heatmap

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from textualheatmap.state.heatmap import Heatmap


def save_output(
    heatmap: Heatmap,
    name: str,
    file_format: str | None = None,
    *,
    focuses: Sequence[str] = (),
    width: str | None = None,
    options: Mapping[str, object],
) -> None:
    """Write a heatmap to a file.

    Parameters
    ----------
    heatmap
        With data. Its focus and its width may be changed.
    name
        A path, whose ending says the format; or ``-`` for stdout, on which the whole
        file is written at once.
    file_format
        The format, such as ``"pdf"``, where the name does not say it.
    focuses
        As `read_focus` takes them; several only for formats that take several.
    width
        A length, such as ``"3.3in"``, for formats that have one, and px for a page.
    options
        Those of the format that are not None, as `save_heatmap` takes them.

    Raises
    ------
    ValueError, IndexError
        If a format, a focus or an option is not as expected.
    ImportError
        If the format needs a package that is not installed.
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap().set_data([[{"token": "a", "heat": [1]}]])
    >>> save_output(heatmap, "my.txt", "docx", options={})
    Traceback (most recent call last):
        ...
    ValueError: --to is 'docx', expected one of ...
    """
    ending = choose_format(name, file_format, FORMATS, "--to")
    taken = FORMATS[ending].options
    given = dict(options)
    chosen = [read_focus(text) for text in focuses]
    if "focus" in taken and chosen:
        given["focus"] = [(facet, index) for facet, index in chosen]
    elif len(chosen) > 1:
        msg = f"--focus is given {len(chosen)} times, expected once for {ending!r}"
        raise ValueError(msg)
    else:
        for facet, index in chosen:
            heatmap.highlight(index, facet)
    if width is not None and "width" in taken:
        given["width"] = width
    elif width is not None:
        heatmap.width = _read_pixels(width)
    write = partial(save_heatmap, heatmap, file_format=ending, **given)
    write_output(name, write)


def _read_pixels(width: str) -> int:
    """Return the width of a page in px."""
    number = width.removesuffix("px").strip()
    if not (number.isascii() and number.isdigit()):
        msg = f"--width is {width!r:.60}, expected a number of px for a page"
        raise ValueError(msg)
    # Python reads no int of more than 4300 digits; this many are too many anyway.
    return int(number[:9])
