"""A facet's caption, which is Markdown, as HTML of text and links only."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from textualheatmap.plot.frame_colors import LINK
from textualheatmap.scene.escape import escape_text

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

# Addresses that a link may have; "#" is a place of the heatmap.
LINKS = ("#", "http://", "https://", "mailto:")
BLOCKS = {
    *("paragraph_open", "bullet_list_open", "ordered_list_open", "blockquote_open"),
    "fence",
}
# Characters that are unseen or turn the text around: controls, surrogates, formats.
UNSEEN = {"Cc", "Cs", "Cf"}
# Formats that letters of some scripts and emoji are joined by.
JOINERS = {"\u200c", "\u200d"}


def render_caption(markdown: str) -> str:
    """Return the caption of a facet as HTML.

    Paragraphs, emphasis, code, lists, quotes and links are what it may have: tags in it
    are shown as they are written, and so are images and links to other kinds of
    addresses.

    Examples
    --------
    >>> render_caption("*a* < b")
    '<p style="margin:0 0 6px"><em>a</em> &lt; b</p>'
    >>> render_caption("[x](javascript:alert(1)) <b>")
    '<p style="margin:0 0 6px">[x](javascript:alert(1)) &lt;b&gt;</p>'
    """
    parser = _build_parser()
    tokens = parser.parse(_escape(markdown))
    for token in tokens:
        _style(token)
    return parser.renderer.render(tokens, parser.options, {}).strip()


def _escape(markdown: str) -> str:
    """Return Markdown in which every character is seen, its line ends aside."""
    if markdown.isascii() and markdown.replace("\n", "").isprintable():
        return markdown
    return "".join(
        escape_text(character)
        if character not in {"\n", *JOINERS}
        and unicodedata.category(character) in UNSEEN
        else character
        for character in markdown
    )


@lru_cache(maxsize=1)
def _build_parser() -> MarkdownIt:
    """Return CommonMark without HTML, images and headings, whose links are safe."""
    # Few heatmaps have a caption.
    from markdown_it import MarkdownIt  # noqa: PLC0415

    parser = MarkdownIt("commonmark", {"html": False})
    parser.validateLink = lambda url: url.lower().startswith(LINKS)
    return parser.disable(
        ["image", "heading", "lheading", "hr", "html_block", "html_inline"]
    )


def _style(token: Token) -> None:
    """Style a block or a link, and all that is in it: no style sheet is at hand."""
    if token.type == "link_open":
        token.attrSet("style", f"color:{LINK.css}")
        # A link that leads elsewhere leaves the page open.
        if not str(token.attrGet("href")).startswith("#"):
            token.attrSet("target", "_blank")
            token.attrSet("rel", "noopener noreferrer")
    elif token.type in BLOCKS:
        token.attrSet("style", "margin:0 0 6px")
    for child in token.children or ():
        _style(child)
