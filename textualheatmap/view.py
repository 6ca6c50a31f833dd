"""The heatmap as a Panel object: the only module that knows Panel."""

from __future__ import annotations

from functools import cached_property, partial
from math import prod
from typing import TYPE_CHECKING, Any, ClassVar, cast
from weakref import WeakSet

import panel as pn
import param
from bokeh.models import Column
from panel.reactive import Reactive

from textualheatmap.export.html import write_html
from textualheatmap.plot.layout import build_layout, read_state
from textualheatmap.plot.payload import pack_row
from textualheatmap.state.heatmap import Heatmap

if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike

    from bokeh.document import Document
    from bokeh.model import Model
    from pyviz_comms import Comm

    from textualheatmap.plot.payload import FacetData
    from textualheatmap.state.heatmap import Facet


# Heats of all facets that travel with a served page, about a megabyte before they are
# compressed. Of more, only the rows that are asked for travel. A notebook's page has to
# work without a kernel, too, so everything travels there.
LARGEST_MATRIX = 1_000_000


def _answer(
    facet: Facet, data: FacetData, _attr: str, _old: list[int], focused: list[int]
) -> None:
    """Send the heat row that the browser asks for."""
    data.update(row=pack_row(facet, focused))


class FocusPane(Reactive):
    """One showing of a heatmap, whose focus is kept in step with the page.

    Examples
    --------
    >>> heatmap = TextualHeatmap().set_data([[{"token": "a", "heat": [1]}]])
    >>> heatmap.highlight(0)._create_view().origin
    [0, 0, 0]
    """

    origin = param.List(default=[0, -1, -1], doc="As `FocusState.origin`.")
    pinned = param.Boolean(default=False, doc="Whether hover leaves the focus alone.")

    # The browser hears of the focus, and of nothing else that Panel knows of layouts.
    _rename: ClassVar[Mapping[str, str | None]] = dict.fromkeys(Reactive.param)

    def __init__(self, heatmap: TextualHeatmap, **params: Any) -> None:  # noqa: ANN401
        self._heatmap = heatmap
        self._states: dict[str, Model] = {}
        super().__init__(**read_state(heatmap), **params)

    def _get_model(
        self,
        doc: Document,
        root: Model | None = None,
        parent: Model | None = None,
        comm: Comm | None = None,
    ) -> Model:
        model = Column(margin=0)
        root = root or model
        self._models[root.ref["id"]] = (model, parent)
        model.children = [self._draw(root, doc, comm)]
        return model

    def _draw(self, root: Model, doc: Document, comm: Comm | None) -> Column:
        heats = sum(prod(facet.store.shape) for facet in self._heatmap.facets)
        served = comm is None and doc.session_context is not None
        stays = served and heats > LARGEST_MATRIX
        layout, state = build_layout(self._heatmap, with_heat=not stays)
        self._states[root.ref["id"]] = state
        self._link_props(state, ["origin", "pinned"], doc, root, comm)
        if stays:
            for i, facet in enumerate(self._heatmap.facets):
                data = cast("FacetData", layout.select_one({"name": f"data-{i}"}))
                data.on_change("focused", partial(_answer, facet, data))
        return layout

    def redraw(self) -> None:
        """Replace what is shown, wherever it is shown, by the heatmap as it now is.

        Examples
        --------
        >>> FocusPane(TextualHeatmap()).redraw()
        """
        self._update_manual()

    def _manual_update(  # noqa: PLR0917 - Panel's own signature
        self,
        events: tuple[param.parameterized.Event, ...],  # noqa: ARG002 - likewise
        model: Model,
        doc: Document,
        root: Model,
        parent: Model | None,  # noqa: ARG002 - likewise
        comm: Comm | None,
    ) -> None:
        model.update(children=[self._draw(root, doc, comm)])

    def _update_model(  # noqa: PLR0917 - Panel's own signature
        self,
        events: dict[str, param.parameterized.Event],
        msg: dict[str, Any],
        root: Model,
        model: Model,
        doc: Document,
        comm: Comm | None,
    ) -> None:
        model = self._states[root.ref["id"]]
        super()._update_model(events, msg, root, model, doc, comm)

    def _cleanup(self, root: Model | None = None) -> None:
        if root is not None:
            self._states.pop(root.ref["id"], None)
        super()._cleanup(root)

    @param.depends("origin", "pinned", watch=True)
    def _tell_heatmap(self) -> None:
        facet, index, _ = self.origin
        self._heatmap.param.update(
            focus_facet=None if index < 0 else self._heatmap.facet_ids[facet],
            focus_span=None if index < 0 else (index, index + 1),
            pinned=self.pinned,
        )


STYLE = (
    *("width", "max_height", "palette", "show_meta", "interactive"),
    *("rotate_facet_titles", "wrap_after_token"),
)


class TextualHeatmap(Heatmap, pn.viewable.Viewer):
    """An interactive textual heatmap, shown in a notebook, served or saved.

    Hover over a token and every token is coloured by how much it mattered there, in
    every facet at once; click it to keep it. The parameters are those of `Heatmap`.

    Raises
    ------
    ValueError, TypeError
        If an argument is of a wrong type or value; the message names it.

    Examples
    --------
    >>> heatmap = TextualHeatmap(facet_titles=["GRU"])
    >>> records = [{"token": "a", "heat": [1, 0]}, {"token": "b", "heat": [0.5, 1]}]
    >>> heatmap.set_data([records]).highlight(1).focus
    1
    """

    @cached_property
    def _panes(self) -> WeakSet[FocusPane]:
        return WeakSet()

    def __panel__(self) -> FocusPane:
        """Return a new showing of the heatmap, which follows it."""
        pane = FocusPane(self)
        self._panes.add(pane)
        return pane

    @param.depends("_view_state", watch=True)
    def _tell_panes(self) -> None:
        for pane in list(self._panes):
            pane.param.update(**read_state(self))

    # Not left to Panel, by these dependencies on `__panel__` itself: it would keep
    # every showing that ever was, and a cell that is run again makes one more.
    @param.depends("facets", "facet_titles", "arrived", *STYLE, watch=True)
    def _redraw_panes(self) -> None:
        for pane in list(self._panes):
            pane.redraw()

    def save(self, path: str | PathLike[str], *, title: str | None = None) -> None:
        """Write the heatmap to one HTML file that needs no network and no Python.

        Parameters
        ----------
        path
            The file to write; one that exists is replaced.
        title
            Title of the page; the facets' titles without one.

        Raises
        ------
        ValueError
            If there are no data yet.

        Examples
        --------
        >>> import tempfile, pathlib
        >>> heatmap = TextualHeatmap().set_data([[{"token": "a", "heat": [1]}]])
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     heatmap.save(pathlib.Path(folder, "out.html"))
        """
        write_html(self, path, title=title)

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> object:
        # Panel only shows what it is given after `pn.extension()`; and without
        # `inline` that asks a CDN for its scripts.
        if not pn.extension._loaded:  # noqa: SLF001 - Panel has no public name for it
            pn.extension(inline=True)
        return super()._repr_mimebundle_(include, exclude)
