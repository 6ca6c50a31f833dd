// Finds text in the facets of one heatmap, marks it, and goes from hit to hit.

import { type Asked, FindBar } from "./find_bar.ts";
import type { Listeners } from "./listeners.ts";
import type { Panel } from "./panel.ts";
import {
  explainError,
  findAt,
  findHits,
  findPlaces,
  findStop,
  listStops,
  writeExpression,
} from "./search.ts";
import {
  type Alignment,
  type Focus,
  findFocus,
  type Gesture,
  type Search,
  type ViewState,
} from "./state.ts";

// An expression may take for ever on some text: it is stopped after so long (ms).
const PATIENCE = 2000;

/** Follows the search of the state. */
export class Finder {
  private readonly move: (gesture: Gesture) => void;
  private readonly bars = new Set<FindBar>();
  private panels: readonly Panel[] = [];
  private alignments: readonly Alignment[] = [];
  private value: ViewState | null = null;
  /** What was searched for last. */
  private search: Search | null = null;
  private stops: Focus[] = [];
  /** What is wrong, or goes on; empty once there are hits or none. */
  private problem = "";
  private isProblem = false;
  /** Whether a reader was typing in a bar that is being replaced. */
  private isTyped = false;
  private stopWorker = () => {};

  /** @param move makes a gesture */
  constructor(move: (gesture: Gesture) => void) {
    this.move = move;
  }

  /** Takes other facets. */
  take(facets: readonly Panel[], aligned: readonly Alignment[]) {
    this.panels = facets;
    this.alignments = aligned;
    this.stopWorker();
    this.search = null;
  }

  /** Adds the bar of one showing of the heatmap. */
  addBar(listeners: Listeners, heatmap: HTMLElement): FindBar {
    const asked: Asked = {
      search: (search) => this.move({ kind: "search", search }),
      go: (by) => this.go(by),
      close: () => this.close(),
    };
    const bar = new FindBar(listeners, heatmap, asked);
    listeners.hold(this.bars, bar);
    this.tell();
    return bar;
  }

  /** Remembers whether a reader is typing in a bar that is about to be replaced. */
  keepTyping() {
    this.isTyped = [...this.bars].some((bar) => bar.isTyped);
  }

  /** Lets a reader go on typing in the bar that replaces the one before. */
  goOn() {
    if (this.isTyped) for (const bar of this.bars) bar.goOn();
  }

  /** Clears the search and hides the bars; says whether there was any. */
  close(): boolean {
    this.move({ kind: "search", search: null });
    return [...this.bars].filter((bar) => bar.close()).length > 0;
  }

  /** Goes to the next hit, or to the one before. */
  go(by: number) {
    const facets = this.alignments;
    const focus = this.value && findFocus(this.value, facets);
    const stop = this.stops[findStop(this.stops, focus, by, facets)];
    if (stop === undefined) return;
    const facet = facets[stop.facet].id;
    this.move({ kind: "find", facet, start: stop.start, stop: stop.stop });
  }

  /** Follows the state; costs nothing without a search. */
  follow(value: ViewState) {
    this.value = value;
    const { search } = value;
    if (JSON.stringify(search) !== JSON.stringify(this.search)) {
      this.search = search;
      this.run();
    }
    if (search !== null) this.tell();
  }

  private run() {
    const { search } = this;
    this.stopWorker();
    this.show([], "");
    if (search === null) return;
    const texts = this.panels.map(({ source }) => source.text);
    const expression = writeExpression(search);
    if (typeof search === "string") {
      this.show(findPlaces(texts, expression), "");
      return;
    }
    const mistake = explainError(expression);
    if (mistake === null) this.runWorker(texts, expression);
    else this.show([], mistake, true);
  }

  /** Searches beside the page, which goes on meanwhile. */
  private runWorker(texts: string[], expression: string) {
    const script = `onmessage=({data})=>postMessage((${findPlaces})(...data))`;
    const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
    const worker = new Worker(url);
    const timer = setTimeout(() => {
      this.stopWorker();
      this.show([], "stopped: it takes too long on this text", true);
    }, PATIENCE);
    this.stopWorker = () => {
      clearTimeout(timer);
      worker.terminate();
      URL.revokeObjectURL(url);
    };
    worker.onmessage = ({ data }: MessageEvent<number[][]>) => {
      this.stopWorker();
      this.show(data, "");
    };
    worker.onerror = () => {
      this.stopWorker();
      this.show([], "this page allows no regular expressions", true);
    };
    this.show([], "…");
    worker.postMessage([texts, expression]);
  }

  /** Marks what was found. */
  private show(
    places: readonly (readonly number[])[],
    notice: string,
    isWrong = false,
  ) {
    const hits = this.panels.map(({ source }, i) =>
      places[i] === undefined ? [] : findHits(source, places[i]),
    );
    for (const [i, panel] of this.panels.entries()) panel.mark(hits[i]);
    this.stops = listStops(hits, this.alignments);
    this.problem = notice;
    this.isProblem = isWrong;
    this.tell();
  }

  private tell() {
    const { search, value } = this;
    const count = this.stops.length;
    const at = findAt(this.stops, value && findFocus(value, this.alignments));
    const counted =
      at >= 0 ? `${at + 1} of ${count}` : `${count} ${count === 1 ? "hit" : "hits"}`;
    const told = search === null ? "" : this.problem || counted;
    for (const bar of this.bars) bar.show(search, told, this.isProblem);
  }
}
