"""The heatmap as a Panel object."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, ClassVar
from weakref import WeakSet

import panel as pn
import param
from bokeh.models import Column
from panel.io.document import hold
from panel.io.notebook import push
from panel.io.state import set_curdoc
from panel.reactive import Reactive

from textualheatmap.controls import CONTROL_GROUPS, WIDTH, build_controls
from textualheatmap.export.notebook_output import render_output
from textualheatmap.export.options import LEAST_COLUMNS, MOST_COLUMNS
from textualheatmap.export.saving import save_heatmap
from textualheatmap.export.static_html import render_cover
from textualheatmap.export.terminal import (
    match_depth,
    print_heatmap,
    render_terminal,
)
from textualheatmap.notebook import Libraries
from textualheatmap.plot.layout import (
    build_layout,
    replace_facets,
    size_column,
    start_in_browser,
    write_palette,
)
from textualheatmap.plot.messages import answer_request, read_report, write_command
from textualheatmap.plot.payload import FacetPacker, HeatmapState, ships_groups
from textualheatmap.scene.meta import count_meta_boxes
from textualheatmap.scene.scene import build_scene
from textualheatmap.state.heatmap import Heatmap

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import IO

    from bokeh.document import Document
    from bokeh.model import Model
    from matplotlib.axes import Axes
    from panel.io.location import Location
    from pyviz_comms import Comm
    from rich.console import Console, ConsoleOptions, RenderResult

    from textualheatmap.controls import ControlGroup
    from textualheatmap.export.options import FigureKind, FocusItem
    from textualheatmap.export.saving import Target
    from textualheatmap.export.terminal import ColourChoice
    from textualheatmap.state.arrival import Arrival
    from textualheatmap.state.view_state import ViewState

# How many heat values a served page gets at once, about a megabyte before compression;
# of more it gets only the rows that it asks for. A notebook must work without a kernel,
# too, so it gets everything that a page can hold.
MOST_SERVED = 1_000_000

# What another layout is built for; the rest of the style and the state travel.
STYLE = (
    *("width", "sizing_mode", "max_height", "show_meta", "interactive"),
    *("meta_label", "meta_truth", "legend"),
    *("rotate_facet_titles", "wrap_after_token", "link"),
)

# Fields of the `ViewState` for which a page needs other heat or other colours, too.
SENT_APART = ("axes", "exclude", "grouping", "palette")

# Of all heatmaps of a notebook.
LIBRARIES = Libraries()


@dataclass
class _Showing:
    """One place on a page that shows the heatmap."""

    state: HeatmapState
    packer: FacetPacker
    # The `ViewState`, as JSON, that the browser there has reported or was last sent.
    known: dict[str, Any]
    # The last arrival whose heat was sent there, and the `ViewState` it was sent for.
    arrived: Arrival | None
    sent: ViewState
    # Number of the last command.
    sequence: int = 0

    def find_changed(self, state: ViewState) -> set[str]:
        """Return the fields that need more to be sent there than a command."""
        return {
            name
            for name in SENT_APART
            if getattr(state, name) != getattr(self.sent, name)
        }


class HeatmapPane(Reactive):
    """The Panel object of one heatmap; it keeps all places that show it in step.

    A place is shown by Bokeh models of its own (`_Showing`). What its reader does comes
    back as a report or a request.

    Examples
    --------
    >>> heatmap = TextualHeatmap().set_data([[{"token": "a", "heat": [1]}]])
    >>> HeatmapPane(heatmap).follow()
    """

    # The browser hears of the state, and of nothing else that Panel knows of layouts.
    _rename: ClassVar[Mapping[str, str | None]] = dict.fromkeys(Reactive.param)

    def __init__(self, heatmap: TextualHeatmap, **params: Any) -> None:  # noqa: ANN401
        self._heatmap = heatmap
        self._showings: dict[str, _Showing] = {}
        self._drawn = self._read_drawn()
        super().__init__(**params)

    def _get_model(
        self,
        doc: Document,
        root: Model | None = None,
        parent: Model | None = None,
        comm: Comm | None = None,
    ) -> Model:
        model = Column(margin=0, **size_column(self._heatmap))
        root = root or model
        ref = root.ref["id"]
        self._models[ref] = (model, parent)
        served = comm is None and doc.session_context is not None
        state = HeatmapState(name="state", command=write_command(self._heatmap))
        self._showings[ref] = _Showing(
            state,
            FacetPacker(MOST_SERVED, keep_growing=True) if served else FacetPacker(),
            self._heatmap.view_state.to_json(),
            self._heatmap.arrived,
            self._heatmap.view_state,
        )
        state.on_change("report", partial(self._receive_report, ref, doc, comm))
        state.on_change("request", partial(self._answer_request, doc, comm, state))
        model.children = [self._draw(ref)]
        return model

    def _draw(self, ref: str) -> Column:
        showing = self._showings[ref]
        layout, state = build_layout(self._heatmap, showing.packer, showing.state)
        start_in_browser(state)
        return layout

    def _render_mimebundle(
        self,
        model: Model,
        doc: Document,
        comm: Comm,
        location: Location | None = None,
    ) -> tuple[dict[str, str], dict[str, Any]]:
        """Return the output of a notebook's cell, as Panel does, with a picture."""
        heatmap, showing = self._heatmap, self._showings[model.ref["id"]]
        start_in_browser(showing.state, is_loaded=True)
        output, meta = super()._render_mimebundle(model, doc, comm, location)
        if heatmap.facets:
            output |= render_output(
                heatmap,
                output["text/html"],
                showing.state.id,
                has_picture=heatmap.picture,
            )
        return output, meta

    def _send_cover(self, ref: str) -> None:
        """Send what stands over the plots until the new ones are painted."""
        if self._heatmap.facets:
            scene = build_scene(self._heatmap)
            self._showings[ref].state.cover = render_cover(scene)

    def _read_drawn(self) -> tuple[object, ...]:
        """Return what another layout is drawn for when it changes."""
        heatmap = self._heatmap
        style = (getattr(heatmap, name) for name in STYLE)
        # Tokens that are appended may be the first with meta, or with so many of them.
        boxes = [
            count_meta_boxes(heatmap, i) if has_meta else 0
            for i, has_meta in enumerate(heatmap.facets_with_meta)
        ]
        return heatmap.version, boxes, *style

    def follow(self) -> None:
        """Draw or update every place, so that it shows what the heatmap is now.

        Examples
        --------
        >>> HeatmapPane(TextualHeatmap()).follow()
        """
        drawn = self._read_drawn()
        if drawn != self._drawn:
            self._drawn = drawn
            self._update_manual()
            return
        for ref, showing in list(self._showings.items()):
            if not self._is_in_step(showing):
                self._apply_update({}, {}, self._models[ref][0], ref)

    def _is_in_step(self, showing: _Showing) -> bool:
        heatmap = self._heatmap
        return (
            showing.known == heatmap.view_state.to_json()
            and showing.arrived is heatmap.arrived
            and not showing.find_changed(heatmap.view_state)
        )

    def _manual_update(  # noqa: PLR0917 - Panel's own signature
        self,
        events: tuple[param.parameterized.Event, ...],  # noqa: ARG002 - likewise
        model: Model,
        doc: Document,  # noqa: ARG002 - likewise
        root: Model,
        parent: Model | None,  # noqa: ARG002 - likewise
        comm: Comm | None,  # noqa: ARG002 - likewise
    ) -> None:
        ref = root.ref["id"]
        showing = self._showings[ref]
        self._send_command(showing)
        self._note_sent(showing)
        self._send_cover(ref)
        model.update(children=[self._draw(ref)], **size_column(self._heatmap))

    def _update_model(  # noqa: PLR0917 - Panel's own signature
        self,
        events: dict[str, param.parameterized.Event],  # noqa: ARG002 - likewise
        msg: dict[str, Any],  # noqa: ARG002 - likewise
        root: Model,
        model: Model,
        doc: Document,  # noqa: ARG002 - likewise
        comm: Comm | None,  # noqa: ARG002 - likewise
    ) -> None:
        showing = self._showings.get(root.ref["id"])
        if showing is None or self._is_in_step(showing):
            return
        heatmap = self._heatmap
        if showing.known != heatmap.view_state.to_json():
            self._send_command(showing)
        changed = showing.find_changed(heatmap.view_state)
        if "palette" in changed:
            showing.state.palette = write_palette(heatmap)
        is_other_heat = (
            showing.arrived is not heatmap.arrived
            or not changed.isdisjoint({"axes", "exclude"})
            or ("grouping" in changed and not ships_groups(heatmap))
        )
        self._note_sent(showing)
        if is_other_heat and not replace_facets(heatmap, showing.packer, showing.state):
            self._send_cover(root.ref["id"])
            model.update(children=[self._draw(root.ref["id"])])

    def _note_sent(self, showing: _Showing) -> None:
        showing.arrived = self._heatmap.arrived
        showing.sent = self._heatmap.view_state

    def _send_command(self, showing: _Showing) -> None:
        showing.sequence += 1
        showing.known = self._heatmap.view_state.to_json()
        showing.state.command = write_command(self._heatmap, showing.sequence)

    def _receive_report(
        self,
        ref: str,
        doc: Document,
        comm: Comm | None,
        _attr: str,
        _old: object,
        report: object,
    ) -> None:
        """Apply a report in the way that Panel handles events of a page."""
        if comm is not None:
            with hold(doc, comm=comm):
                self._apply_report(ref, report)
        else:
            with set_curdoc(doc):
                pn.state.execute(
                    partial(self._apply_report, ref, report), schedule=True
                )

    def _apply_report(self, ref: str, report: object) -> None:
        """Take over the state that the browser reports, unless it is out of date."""
        showing = self._showings.get(ref)
        if showing is None:
            return
        told = read_report(self._heatmap, report, showing.sequence)
        if told is None:
            return
        showing.known = told.to_json()
        try:
            self._heatmap.view_state = told
        finally:
            # A watcher may have set another state than the reported one.
            self.follow()

    def _answer_request(
        self,
        doc: Document,
        comm: Comm | None,
        state: HeatmapState,
        _attr: str,
        _old: object,
        request: object,
    ) -> None:
        """Send the rows that the browser asks for."""
        rows = answer_request(self._heatmap, request)
        if rows is None:
            return
        state.rows = rows
        if comm is not None:
            push(doc, comm)

    def _cleanup(self, root: Model | None = None) -> None:
        if root is not None:
            self._showings.pop(root.ref["id"], None)
        super()._cleanup(root)


class TextualHeatmap(Heatmap, pn.viewable.Viewer):
    """An interactive textual heatmap, shown in a notebook, served or saved.

    Hover over a token and every token is coloured by how much it mattered there, in
    every facet at once; click it to keep it. The parameters are those of `Heatmap`.

    With ``sizing_mode="stretch_width"`` it is as wide as what holds it, and its text is
    wrapped anew whenever that gets wider or narrower: in the browser, which needs no
    Python for it. Set it before the heatmap is put into one of Panel's layouts, which
    ask once for what they hold.

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

    picture = param.Boolean(
        default=False,
        doc="""
        Whether the output of a notebook's cell holds a PNG, too: for previews that take
        all colours away, as GitHub's does, and for PDF by nbconvert. It needs
        matplotlib, half a second or more for each output, and up to 200 kB in the
        notebook; texts of more than 3000 tokens have none. As
        ``TextualHeatmap.picture = True`` it is for all.""",
    )

    @cached_property
    def _panes(self) -> WeakSet[HeatmapPane]:
        return WeakSet()

    def __panel__(self) -> HeatmapPane:
        """Return a new showing of the heatmap, which follows it."""
        pane = HeatmapPane(self)
        self._panes.add(pane)
        return pane

    # With these dependencies on `__panel__` Panel would do it by itself, but keep every
    # pane that ever was; each run of a notebook's cell makes one more.
    @param.depends(
        "facets", "facet_titles", "arrived", "_view_state", *STYLE, watch=True
    )
    def _update_panes(self) -> None:
        for pane in list(self._panes):
            pane.follow()

    def controls(self, *groups: ControlGroup) -> pn.Column:
        """Return widgets for what is shown and how it looks, which follow it as well.

        Parameters
        ----------
        groups
            ``"view"`` for direction, scale and slices of axes, ``"look"`` for palette,
            theme, meta and titles; both without any.

        Raises
        ------
        ValueError
            If there is no such group.

        Examples
        --------
        >>> heatmap = TextualHeatmap()
        >>> [widget.label for widget in heatmap.controls("look")[0]]
        ['Palette', 'Theme', 'Meta', 'Rotated titles']
        """
        return pn.Column(
            *(build_controls(self, group) for group in groups or CONTROL_GROUPS),
            width=WIDTH,
        )

    def explore(self) -> pn.Row:
        """Return the heatmap with all its controls beside it.

        Examples
        --------
        >>> heatmap = TextualHeatmap().set_data([[{"token": "a", "heat": [1]}]])
        >>> len(heatmap.explore())
        2
        """
        wide = {"sizing_mode": "stretch_width"} if self.stretches else {}
        controls = pn.Column(self.controls(), margin=(0, 0, 0, 24))
        return pn.Row(self, controls, **wide)

    def save(
        self,
        path: Target,
        *,
        format: str | None = None,  # noqa: A002 - as matplotlib and pandas call it
        title: str | None = None,
        kind: FigureKind | None = None,
        focus: FocusItem | list[FocusItem] | None = None,
        width: str | float | None = None,
        font_size: float | None = None,
        dpi: float | None = None,
        legend: bool | None = None,
    ) -> None:
        r"""Write the heatmap to a file: a page, or a figure of what is shown now.

        A page is one HTML file that needs no network and no Python. Figures need no
        browser. Those as ``.pdf``, ``.svg`` or ``.png`` need matplotlib, which the
        extra ``figures`` installs; ``.tex`` is for ``\input`` in LaTeX, ``.typ`` for
        ``#include`` in Typst, ``.md`` and ``.txt`` for where no colours are shown.

        Parameters
        ----------
        path
            The file to write, whose name ends in ``.html``, ``.pdf``, ``.svg``,
            ``.png``, ``.tex``, ``.typ``, ``.md`` or ``.txt``, or a file that is open
            for writing. One that exists is replaced once the new one is whole.
        format
            The format, such as ``"pdf"``, where the name does not say it. A file that
            is open for writing is a page without it.
        title
            Title of the page, the facets' titles without one; or what stands above a
            figure.
        kind
            Of a figure: ``"text"``, which is usual, or ``"matrix"``, with a row for
            each focus and a column for each token.
        focus
            Of a figure: a token's index, a slice of indexes, or a pair of a facet's id,
            title or number and one of these; several in a list, up to 20, are drawn one
            below the other. Without it the focus of the heatmap.
        width
            Of a figure: such as ``"3.3in"``, ``"8.4cm"``, ``"84mm"`` or ``"240pt"``, or
            a number of inches. Without it as many characters stand in a line as on the
            page. Of ``.md`` and ``.txt``: a number of characters; 80 without it.
        font_size
            Of a figure: that of the tokens in points, from 2 to 72; 8 without it.
        dpi
            Of a PNG: dots per inch, from 30 to 1200; 300 without it.
        legend
            Of a figure: whether it has the ramp of the colours; as the heatmap without
            it.

        Raises
        ------
        ValueError, TypeError, IndexError
            If there are no data yet, if the name has another ending, or if an option is
            not as expected or not for this format.
        ImportError
            If matplotlib is not installed, and a figure is asked for.

        Examples
        --------
        >>> import tempfile, pathlib
        >>> heatmap = TextualHeatmap().set_data([[{"token": "a", "heat": [1]}]])
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     heatmap.save(pathlib.Path(folder, "out.html"))
        """
        save_heatmap(
            self,
            path,
            file_format=format,
            title=title,
            kind=kind,
            focus=focus,
            width=width,
            font_size=font_size,
            dpi=dpi,
            legend=legend,
        )

    def plot(
        self,
        ax: Axes,
        *,
        kind: FigureKind | None = None,
        focus: FocusItem | list[FocusItem] | None = None,
        font_size: float | None = None,
        title: str | None = None,
        legend: bool | None = None,
    ) -> Axes:
        """Draw what is shown now into axes of matplotlib, as wide as they are.

        Parameters
        ----------
        ax
            They lose their frame and ticks. The drawing begins at their top left
            corner; what does not fit in their height is drawn below them. Their width
            is taken as it is now.
        kind, focus, font_size, title, legend
            As of `save`.

        Returns
        -------
        ax

        Raises
        ------
        ValueError, TypeError, IndexError
            If there are no data yet, if an option is not as expected, or if the axes
            are narrower than 160 px of the page at this font size.

        Examples
        --------
        >>> import matplotlib.pyplot as plt
        >>> heatmap = TextualHeatmap().set_data([[{"token": "a", "heat": [1]}]])
        >>> ax = heatmap.plot(plt.figure().add_subplot(), focus=0)
        >>> plt.close()
        """
        from textualheatmap.export.figures.figure import plot_heatmap  # noqa: PLC0415

        plot_heatmap(
            self,
            ax,
            kind=kind,
            focus=focus,
            font_size=font_size,
            title=title,
            legend=legend,
        )
        return ax

    def print(
        self,
        *,
        file: IO[str] | None = None,
        colour: ColourChoice = "auto",
        width: int | None = None,
        focus: FocusItem | list[FocusItem] | None = None,
        title: str | None = None,
        legend: bool | None = None,
    ) -> None:
        """Print what is shown now to a terminal; rich's `print` shows it as well.

        Parameters
        ----------
        file
            Where it is printed; the standard output without one.
        colour
            ``"truecolor"``, ``"256"`` or ``"none"``, which prints what `save` writes as
            ``.txt``. ``"auto"`` asks the environment: there are no colours where no
            terminal is, or where ``NO_COLOR`` is set.
        width
            Characters of a line, from 16 to 1000; those of the terminal without it.
        focus, title, legend
            As of `save`.

        Raises
        ------
        ValueError, TypeError, IndexError
            If there are no data yet, or if an option is not as expected.

        Examples
        --------
        >>> heatmap = TextualHeatmap(legend=False)
        >>> heatmap.set_data([[{"token": "a", "heat": [1]}]]).print(colour="none")
        Heatmap
        a
        """
        print_heatmap(
            self,
            file=file,
            colour=colour,
            width=width,
            focus=focus,
            title=title,
            legend=legend,
        )

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> RenderResult:
        """Show the heatmap by rich, in as many colours as its console has."""
        from rich.text import Text  # noqa: PLC0415 - only who has it calls this

        depth = match_depth(console.color_system)
        width = min(max(options.max_width, LEAST_COLUMNS), MOST_COLUMNS)
        text = render_terminal(self, depth, width=width)
        yield Text.from_ansi(text, no_wrap=True)

    def _display_(self) -> HeatmapPane:
        """Return what marimo shows, which needs no network for it."""
        pn.config.inline = True  # pyright: ignore[reportAttributeAccessIssue]
        return self.__panel__()

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> object:
        LIBRARIES.publish()
        return super()._repr_mimebundle_(include, exclude)
