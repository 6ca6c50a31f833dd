// The models that Python sends for a heatmap, and how the data in them are unpacked.

import type { Model, Plot } from "./bokeh.ts";
import { readCodes } from "./codes.ts";
import type { LimitSource } from "./colour.ts";
import type { Measures } from "./fit.ts";
import { makeGroups } from "./grouping.ts";
import type { Averages, FacetHeat } from "./heat_reader.ts";
import { type Axis, CodedMatrix } from "./matrix.ts";
import { recall } from "./recall.ts";
import type { Command, Report, Request, Rows, ViewState } from "./state.ts";
import type { Units } from "./wrap.ts";

/** `HeatmapState` of plot/payload.py, which says what each property is. */
export interface StateModel extends Model {
  parts: Parts | null;
  palette: Palette;
  cover: string;
  report: Report | null;
  command: Command;
  request: Request | null;
  rows: Rows | null;
  value: ViewState | null;
  line: number;
}

/** The models that show a heatmap. */
export interface Parts {
  version: number;
  layout: Model;
  plots: Plot[];
  facets: FacetModel[];
  geometry: Geometry[];
  /** The strip of meta of each facet that has meta to show. */
  strips: (Model | null)[];
  /** The titles of the facets. */
  titles: string[];
  /** The captions of those that have one. */
  captions: Model[];
  minimaps: Plot[];
  controls: {
    slider: Model;
    /** What the slider and what is beside it are in. */
    row: Model;
    readout: Model;
    /** CSS of the tooltips. */
    tooltip: Record<string, string>;
    /** What each key does. */
    keys: [string, string][];
  } | null;
  legend: LegendParts | null;
  /** Of a heatmap that is as wide as what holds it. */
  stretch: Stretch | null;
  /** How many slices each axis of the heat has, wherever these are. */
  axes: Record<string, number>;
  /** Whether the address of the page says what is seen. */
  link: boolean;
}

/** The legend, and what it says of each facet, by what has the full colour. */
export interface LegendParts {
  row: Model;
  texts: Record<LimitSource, string>[];
}

export interface Stretch extends Measures {
  /** What is assumed before the width is known (px). */
  width: number;
  /** CSS variables: the width of the titles' tabs, how minimaps are displayed. */
  variables: [string, string];
}

/** Hex colours: 256 for unsigned and for signed heat, and that of missing heat. */
export interface Palette {
  colors: string[];
  signed: string[];
  missing: string;
  /** The colour of the text. */
  text: string;
  /** CSS of the panels. */
  panel: Record<string, string>;
}

/** `HeatData` of plot/payload.py; without codes the heat stays in Python. */
export interface HeatModel extends Model {
  codes: ArrayBuffer | null;
  largest: ArrayBuffer | null;
  two_bytes: boolean;
  signed: boolean;
  axes: Axis[];
  /** The largest heat of each slice, in magnitude; null where it is not known. */
  reach: (number | null)[];
}

/** `FacetData` of plot/payload.py. */
export interface FacetModel extends Model {
  /** Its id. */
  facet: string;
  heat: HeatModel;
  text: ArrayBuffer;
  shown: { line: number } | null;
}

/** Measures of a facet, in px, columns and lines. */
export interface Geometry {
  left: number;
  top: number;
  cell: number;
  line: number;
  lines: number;
  window: number;
  columns: number;
}

/** A string shown for a token, its probability if any, and how much its bar takes (%). */
export type MetaEntry = readonly [string, string, number];

/** All that is shown for a token. */
export type Meta = MetaEntry[];

/** A facet, unpacked. */
export interface FacetData {
  heat: FacetHeat;
  tokens: string[];
  /** Of each token, at each place of `metaAxis`; without that axis, at one. */
  meta: Meta[][];
  metaAxis: string;
  units: Units;
  /** Texts that are drawn otherwise, by position. */
  originals: Record<string, string>;
}

/** The JSON of `text` of a facet's model. */
interface Text {
  tokens: string[];
  start: number[];
  stop: number[];
  axis: number;
  same_tokens: number;
  rows_of: number;
  units: Units;
  meta?: Meta[][];
  meta_axis?: string;
  excluded?: number[];
  averages?: Averages[];
  /** How many tokens each group has, by what makes the groups. */
  groups?: Record<string, number[]>;
  /** Texts that are drawn otherwise, by position. */
  originals?: Record<string, string>;
}

async function inflate(bytes: ArrayBuffer): Promise<ArrayBuffer> {
  const stream = new Blob([bytes]).stream();
  const inflated = stream.pipeThrough(new DecompressionStream("deflate"));
  return new Response(inflated).arrayBuffer();
}

async function inflateJson<T>(bytes: ArrayBuffer): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await inflate(bytes))) as T;
}

const unpacked = new WeakMap<Model, Promise<FacetData>>();

/** Unpacks a facet, once. */
export function unpack(model: FacetModel): Promise<FacetData> {
  return recall(unpacked, model, () => unpackFacet(model));
}

async function unpackFacet(model: FacetModel): Promise<FacetData> {
  const text = await inflateJson<Text>(model.text);
  const alignment = {
    id: model.facet,
    axis: text.axis,
    start: Int32Array.from(text.start),
    stop: Int32Array.from(text.stop),
    sameTokens: text.same_tokens,
    rowsOf: text.rows_of,
    groups: Object.fromEntries(
      Object.entries(text.groups ?? {}).map(([name, sizes]) => [
        name,
        makeGroups(sizes),
      ]),
    ),
  };
  return {
    heat: {
      alignment,
      excluded: text.excluded ?? [],
      averages: text.averages,
      ...(await unpackHeat(model.heat)),
    },
    tokens: text.tokens,
    meta: text.meta ?? [],
    metaAxis: text.meta_axis ?? "",
    units: text.units,
    originals: text.originals ?? {},
  };
}

type UnpackedHeat = Omit<FacetHeat, "alignment" | "excluded" | "averages">;
const unpackedHeats = new WeakMap<Model, Promise<UnpackedHeat>>();

/** Unpacks the heat of a facet, once: a matrix for each slice. */
function unpackHeat(model: HeatModel): Promise<UnpackedHeat> {
  return recall(unpackedHeats, model, () => inflateHeat(model));
}

async function inflateHeat(model: HeatModel): Promise<UnpackedHeat> {
  const { axes, reach, signed } = model;
  const known = { axes, signed, reach: reach[0] ?? null };
  if (model.codes === null || model.largest === null)
    return { ...known, matrices: null };
  const codes = readCodes(await inflate(model.codes), model.two_bytes);
  const largest = new Float32Array(await inflate(model.largest));
  const [size, rows] = [codes.length, largest.length].map((n) => n / reach.length);
  const matrices = reach.map(
    (each, k) =>
      new CodedMatrix(
        codes.subarray(k * size, (k + 1) * size),
        largest.subarray(k * rows, (k + 1) * rows),
        signed,
        each,
      ),
  );
  return { ...known, matrices };
}
