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
  setv(values: object, options?: { sync?: boolean; silent?: boolean }): void;
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

export interface Renderer extends Model {
  data_source: Source;
}

export interface Plot extends Model {
  renderers: Renderer[];
  center: Model[];
  inner_width: number;
}

/** Returns the source of a plot's renderer by its name. */
export function sourceOf(plot: Plot, name: string): Source {
  const found = plot.renderers.find((renderer) => renderer.name === name);
  if (!found) throw new Error(`${plot.name} has no renderer ${name}`);
  return found.data_source;
}
