"""Files of a heatmap: which format a name stands for, and how it is written."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from typing import IO, TYPE_CHECKING, TypeAlias, cast

from textualheatmap.export.html import render_html
from textualheatmap.export.latex import render_latex
from textualheatmap.export.plain import render_markdown, render_text
from textualheatmap.export.typst import render_typst
from textualheatmap.facet.fields import name_type, quote
from textualheatmap.files.atomic_write import open_atomically

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from textualheatmap.state.heatmap import Heatmap

Target: TypeAlias = "str | PathLike[str] | IO[bytes] | IO[str]"

FIGURE_OPTIONS = frozenset(
    ("kind", "width", "font_size", "dpi", "focus", "title", "legend")
)
TYPESET_OPTIONS = FIGURE_OPTIONS - {"kind", "dpi"}
TEXT_OPTIONS = TYPESET_OPTIONS - {"font_size"}


@dataclass(frozen=True)
class Format:
    """A kind of file.

    Parameters
    ----------
    render
        Returns the content, from a heatmap, the suffix and options.
    options
        The options that it takes.
    is_text
        Whether the content is text in UTF-8.
    """

    render: Callable[..., bytes]
    options: frozenset[str]
    is_text: bool = True


def save_heatmap(
    heatmap: Heatmap,
    target: Target,
    *,
    file_format: str | None = None,
    **options: object,
) -> None:
    """Write a heatmap to a file.

    Parameters
    ----------
    heatmap
        With data.
    target
        A path, whose ending says which format is meant, or a file open for writing. A
        file that exists is replaced once the new one is whole.
    file_format
        The format, as the ending of a name, such as ``"pdf"``. Without one that of the
        path, and ``"html"`` for a file that is open for writing.
    options
        Those of the format that are not None.

    Raises
    ------
    ValueError, TypeError, IndexError
        If there are no data, no such format, or an option is not as expected.
    ImportError
        If the format needs a package that is not installed; the message names it.

    Examples
    --------
    >>> import io
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap().set_data([[{"token": "Hi", "heat": [1.0]}]])
    >>> file = io.BytesIO()
    >>> save_heatmap(heatmap, file)
    >>> file.getvalue()[:15]
    b'<!DOCTYPE html>'
    """
    suffix, chosen = _choose_format(target, file_format)
    given = {option: value for option, value in options.items() if value is not None}
    for option in given:
        if option not in chosen.options:
            takers = [each for each, kind in FORMATS.items() if option in kind.options]
            msg = f"{option} is not for {suffix!r}, only for {', '.join(takers)}"
            raise ValueError(msg)
    content = chosen.render(heatmap, suffix, **given)
    if isinstance(target, str | PathLike):
        with open_atomically(target) as file:
            file.write(content)
    # A file open for text knows its encoding, also one of `tempfile`, which wraps it.
    elif not hasattr(target, "encoding"):
        cast("IO[bytes]", target).write(content)
    elif chosen.is_text:
        cast("IO[str]", target).write(content.decode())
    else:
        msg = f"the file is open for text, expected one open for bytes: {suffix!r}"
        raise TypeError(msg)


def _choose_format(target: object, file_format: object) -> tuple[str, Format]:
    """Return the ending of a format's files, and the format."""
    if isinstance(target, str | PathLike):
        suffix, where = Path(target).suffix.lower(), "path ends in"
    elif hasattr(target, "write"):
        suffix, where = ".html", ""
    else:
        msg = f"path is {name_type(target)}, expected a path or a file"
        raise TypeError(msg)
    if file_format is not None:
        if not isinstance(file_format, str):
            msg = f"format is {name_type(file_format)}, expected a string"
            raise TypeError(msg)
        suffix, where = f".{file_format.lower().removeprefix('.')}", "format is"
    if suffix not in FORMATS:
        msg = f"{where} {quote(suffix)}, expected one of {', '.join(FORMATS)}"
        raise ValueError(msg)
    return suffix, FORMATS[suffix]


def _render_page(heatmap: Heatmap, _suffix: str, *, title: str | None = None) -> bytes:
    return render_html(heatmap, title=title).encode()


def render_figure_file(heatmap: Heatmap, suffix: str, **options: object) -> bytes:
    """Return a figure, as `render_figure`; matplotlib is imported only for one.

    Raises
    ------
    ImportError
        If matplotlib is not installed.

    Examples
    --------
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap().set_data([[{"token": "Hi", "heat": [1.0]}]])
    >>> render_figure_file(heatmap, ".pdf")[:5]
    b'%PDF-'
    """
    try:
        from textualheatmap.export.figures.figure import render_figure  # noqa: PLC0415
    except ImportError as error:
        msg = "figures need matplotlib: pip install 'panel-textualheatmap[figures]'"
        raise ImportError(msg) from error
    return render_figure(heatmap, suffix, **options)


def _render_text(
    render: Callable[..., str], heatmap: Heatmap, _suffix: str, **options: object
) -> bytes:
    return render(heatmap, **options).encode()


_PAGE = Format(_render_page, frozenset(("title",)))
_FIGURE = Format(render_figure_file, FIGURE_OPTIONS, is_text=False)
FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        ".html": _PAGE,
        ".htm": _PAGE,
        ".pdf": _FIGURE,
        ".svg": Format(render_figure_file, FIGURE_OPTIONS),
        ".png": _FIGURE,
        ".tex": Format(partial(_render_text, render_latex), TYPESET_OPTIONS),
        ".typ": Format(partial(_render_text, render_typst), TYPESET_OPTIONS),
        ".md": Format(partial(_render_text, render_markdown), TEXT_OPTIONS),
        ".txt": Format(partial(_render_text, render_text), TEXT_OPTIONS),
    }
)
"""By the ending of a file's name."""
