"""An element of HTML with a style of its own."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from textualheatmap.plot.style import write_css

if TYPE_CHECKING:
    from textualheatmap.plot.style import Style


def write_element(tag: str, style: Style, *content: str, **attributes: str) -> str:
    """Return an element.

    Parameters
    ----------
    tag
        Name of the element.
    style
        Its CSS.
    content
        HTML, escaped by the caller.
    attributes
        Plain text by name; it is escaped here.

    Examples
    --------
    >>> write_element("b", {"color": "red"}, "a &lt; b", title='"')
    '<b style="color:red" title="&quot;">a &lt; b</b>'
    """
    named = {"style": write_css(style), **attributes}
    listed = "".join(f' {name}="{escape(value)}"' for name, value in named.items())
    return f"<{tag}{listed}>{''.join(content)}</{tag}>"
