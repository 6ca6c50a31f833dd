"""What the pages of the site hold beside text: live heatmaps, exhibits, parameters.

A Sphinx extension. Live heatmaps are files that the code of their own page writes, so
a page cannot show anything else than what its code makes.
"""

from __future__ import annotations

import inspect
from html import escape
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from docs.page_code import run_blocks
from docs.pictures import PICTURES

if TYPE_CHECKING:
    from sphinx.application import Sphinx

ROOT = Path(__file__).parents[1]
HEIGHT = 260


def setup(app: Sphinx) -> dict[str, Any]:
    """Add the directives to Sphinx."""
    app.add_directive("shown", Shown)
    app.add_directive("exhibit", Exhibit)
    app.add_directive("parameters", Parameters)
    app.add_directive("picture", Picture)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class Shown(SphinxDirective):
    """A file that the code of this page writes: a live page, or a picture.

    ```{shown} heatmap.html
    :title: what it is, for who does not see it
    :height: 260, in CSS pixels, until the page says how high it is
    ```
    """

    required_arguments = 1
    option_spec: ClassVar = {
        "title": directives.unchanged_required,
        "height": directives.nonnegative_int,
    }

    def run(self) -> list[nodes.Node]:
        """Return the frame or the picture."""
        folder = Path(self.env.app.outdir, "shown", self.env.docname)
        if self.env.temp_data.get("ran") != self.env.docname:
            self.env.temp_data["ran"] = self.env.docname
            folder.mkdir(parents=True, exist_ok=True)
            try:
                run_blocks(Path(self.env.doc2path(self.env.docname)), folder)
            except Exception as error:
                msg = f"the code of this page failed: {error!r}"
                raise self.error(msg) from error
        file = folder / self.arguments[0]
        if not file.is_file():
            msg = f"the code of this page writes no {file.name}"
            raise self.error(msg)
        title = self.options["title"]
        address = f"{up(self.env.docname)}shown/{self.env.docname}/{file.name}"
        if file.suffix == ".html":
            return [frame(address, title, self.options.get("height", HEIGHT))]
        picture = f'<img class="figure" src="{escape(address)}" alt="{escape(title)}">'
        return [nodes.raw("", picture, format="html")]


class Exhibit(SphinxDirective):
    """An exhibit of `data/`, by its name in the app, live and with its caption."""

    required_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar = {"height": directives.nonnegative_int}

    def run(self) -> list[nodes.Node]:
        """Return what is said of the exhibit, and its frame."""
        # Panel takes a second, which a page without exhibits can do without.
        from apps.documents import read_samples  # noqa: PLC0415
        from textualheatmap import TextualHeatmap  # noqa: PLC0415

        name = self.arguments[0]
        exhibit = read_samples()[name]
        file = f"{name.lower().replace(' ', '-')}.html"
        folder = Path(self.env.app.outdir, "exhibits")
        folder.mkdir(exist_ok=True)
        heatmap = TextualHeatmap(
            facets=exhibit.facets,
            facet_titles=exhibit.titles,
            sizing_mode="stretch_width",
            show_meta=any(any(facet.tokens.meta) for facet in exhibit.facets),
            **exhibit.view,
        )
        heatmap.save(folder / file, title=name)
        for dependency in ("apps/samples.json", "data"):
            self.env.note_dependency(ROOT / dependency)
        address = f"{up(self.env.docname)}exhibits/{file}"
        about = nodes.paragraph("", "")
        about += nodes.Text(exhibit.about)
        return [about, frame(address, name, self.options.get("height", HEIGHT))]


class Parameters(SphinxDirective):
    """The parameters of a class of Param: name, default and what `doc=` says."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return a definition list."""
        module, name = self.arguments[0].rsplit(".", 1)
        owner = getattr(import_module(module), name)
        lines: list[str] = []
        for each, parameter in sorted(owner.param.objects().items()):
            if each.startswith("_") or each == "name" or not parameter.doc:
                continue
            default = "" if callable(parameter.default) else f"{parameter.default!r}"
            lines += [f"``{each}`` = ``{default}``", f"    {parameter.doc}", ""]
        content = StringList(lines, source=inspect.getsourcefile(owner) or "")
        parent = nodes.Element()
        self.state.nested_parse(content, 0, parent)
        return parent.children


class Picture(SphinxDirective):
    """A picture of `pictures.py`, drawn in the colours of the page."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the drawing."""
        return [nodes.raw("", PICTURES[self.arguments[0]](), format="html")]


def up(page: str) -> str:
    """Return the way from a page to the site's root."""
    return "../" * page.count("/")


def frame(address: str, title: str, height: int) -> nodes.raw:
    """Return a live page in a frame, with a link that opens it alone."""
    address, title = escape(address), escape(title)
    return nodes.raw(
        "",
        f'<figure class="live"><iframe src="{address}" title="{title}" '
        f'loading="lazy" style="height: {height}px"></iframe><figcaption>'
        f'<a href="{address}">Open this file alone</a></figcaption></figure>',
        format="html",
    )
