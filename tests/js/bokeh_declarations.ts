// Holds what the browser's half says of Bokeh to Bokeh's own declarations: what no longer
// fits is an error of `npm run types`, for the lowest and for the newest Bokeh.

import type { ColorUniformVector } from "bokehjs/core/uniforms";
import type { CanvasLayer } from "bokehjs/core/util/canvas";
import type { Uint8NDArray } from "bokehjs/core/util/ndarray";
import type { View } from "bokehjs/core/view";
import type { ViewManager } from "bokehjs/core/view_manager";
import type { Document } from "bokehjs/document";
import type { Image } from "bokehjs/models/glyphs/image";
import type { QuadView } from "bokehjs/models/glyphs/quad";
import type { Plot } from "bokehjs/models/plots/plot";
import type { PlotView } from "bokehjs/models/plots/plot_canvas";
import type { GlyphRendererView } from "bokehjs/models/renderers/glyph_renderer";
import type { ColumnDataSource } from "bokehjs/models/sources/column_data_source";
import type { Tooltip } from "bokehjs/models/ui/tooltip";
import type * as ours from "../../textualheatmap/js/bokeh.ts";
import type { PixelsClass } from "../../textualheatmap/js/minimap.ts";
import type * as insides from "../../textualheatmap/js/paint.ts";

/** Is an error where Bokeh's type is not what ours says. */
type Fits<Bokehs extends Ours, Ours> = Bokehs;
/** Is an error where a member of Bokeh's type is not what ours says. */
type Has<Bokehs extends Pick<Ours, Name>, Ours, Name extends keyof Ours> = Bokehs;

export type Used = [
  Has<Plot, ours.Model, "id" | "name" | "setv">,
  Fits<Plot["change"], ours.Signal>,
  Fits<Plot["properties"]["inner_width"]["change"], ours.Signal>,
  Has<Plot, ours.Plot, "inner_width">,
  Has<Plot["x_range"], ours.Model, "setv">,
  Has<Plot["y_range"], ours.Model, "setv">,
  Fits<"width" | "height", keyof Plot["properties"]>,
  Fits<"dh", keyof Image["properties"]>,
  Fits<typeof Uint8NDArray, PixelsClass>,
  Has<ColumnDataSource, ours.Source, "setv">,
  Fits<Document["on_event"], ours.BokehDocument["on_event"]>,
  Fits<"get_model_by_id", keyof Document>,
  Has<PlotView, ours.View, "el" | "is_destroyed">,
  Fits<View["removed"], ours.Signal>,
  Fits<ReturnType<ViewManager["find"]>, Iterable<unknown>>,
  // The insides.
  Fits<PlotView["canvas_view"]["primary"], insides.Layer>,
  Fits<CanvasLayer, insides.Layer>,
  Fits<PlotView["canvas_view"]["overlays"], { el: HTMLElement }>,
  Fits<PlotView["canvas_view"]["events_el"], HTMLElement>,
  Fits<PlotView["renderer_views"], Map<unknown, unknown>>,
  Fits<GlyphRendererView["all_indices"], insides.RendererView["all_indices"]>,
  Fits<QuadView, GlyphRendererView["glyph"]>,
  // Where a column is mapped to colours they are in an array.
  Fits<"fill_color", keyof QuadView>,
  Fits<ColorUniformVector["array"], Uint32Array>,
  Fits<"content" | "position" | "visible", keyof Tooltip["properties"]>,
];
