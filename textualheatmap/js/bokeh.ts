// The part of Bokeh's models and views that the browser's half uses, declared as Bokeh
// declares it.

/** A signal of Bokeh's. */
export interface Signal<Args = unknown> {
  connect(slot: (args: Args) => void): boolean;
  disconnect(slot: (args: Args) => void): boolean;
  emit(args?: Args): void;
}

/** Any Bokeh model. */
export interface Model {
  id: string;
  name: string | null;
  document: BokehDocument | null;
  properties: Record<string, { change: Signal }>;
  change: Signal;
  setv(
    values: object,
    options?: { sync?: boolean; silent?: boolean; check_eq?: boolean },
  ): void;
}

export interface BokehDocument {
  on_event(event: string, ...callbacks: (() => void)[]): void;
  get_model_by_id(id: string): Model | null;
}

/** Bokeh's index of the views of a page. */
export interface Views {
  find(model: Model): Iterable<View>;
}

export interface View {
  model: Model;
  el: HTMLElement;
  removed: Signal;
  is_destroyed: boolean;
}

export type Column = ArrayLike<number | string>;

export interface Source extends Model {
  data: Record<string, Column>;
}

/** What colours a field by a mapper. */
export interface Glyph extends Model {
  fill_color: { transform: Model };
}

export interface Renderer extends Model {
  data_source: Source;
  glyph: Model;
}

export interface Plot extends Model {
  renderers: Renderer[];
  center: Model[];
  x_range: Model;
  y_range: Model;
  width: number;
  inner_width: number;
}

/** Sets properties of a model on this page alone: Python does not hear of it. */
export function setLocally(model: Model, values: object) {
  model.setv(values, { sync: false });
}

/** Returns a plot's renderer. */
export function rendererOf(plot: Plot, name: string): Renderer {
  const found = plot.renderers.find((renderer) => renderer.name === name);
  if (!found) throw new Error(`${plot.name} has no renderer ${name}`);
  return found;
}

/** Returns a renderer's source. */
export function sourceOf(plot: Plot, name: string): Source {
  return rendererOf(plot, name).data_source;
}

/** Returns what maps the heat of the tokens to colours. */
export function mapperOf(plot: Plot): Model {
  return (rendererOf(plot, "tokens").glyph as Glyph).fill_color.transform;
}
