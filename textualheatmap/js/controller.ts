// One heatmap in the browser: turns gestures into states, and states into paint.

import { Address } from "./address.ts";
import { type Model, type Signal, setLocally, type View, type Views } from "./bokeh.ts";
import { listenToLinks } from "./caption.ts";
import { Connection } from "./connection.ts";
import { Covers } from "./covers.ts";
import { Debounce } from "./debounce.ts";
import { readOut, readOutRest } from "./describe.ts";
import { isWithin, measure } from "./elements.ts";
import { Finder } from "./finder.ts";
import { findGroups, findShown, widen } from "./grouping.ts";
import { HeatReader } from "./heat_reader.ts";
import { HottestWalk } from "./hottest.ts";
import { type Act, isStep, listenToEscape, listenToKeys, type Step } from "./keys.ts";
import { Legend } from "./legend.ts";
import { readLink } from "./link.ts";
import { Listeners } from "./listeners.ts";
import { Notice } from "./notice.ts";
import { takeTabStop } from "./paint.ts";
import { Panel } from "./panel.ts";
import { type FacetData, type Parts, type StateModel, unpack } from "./payload.ts";
import { isCalm, Player } from "./play.ts";
import { listenToPointer } from "./pointer.ts";
import { keepLayoutInPrint } from "./print.ts";
import { reduce } from "./reduce.ts";
import { type Layout, Reflow } from "./reflow.ts";
import { Reporter } from "./reports.ts";
import { Requester } from "./requests.ts";
import { SelectMode } from "./select_mode.ts";
import { Slider } from "./slider.ts";
import {
  type Alignment,
  type Focus,
  findFocus,
  findSlid,
  type Gesture,
  isAt,
  type ViewState,
} from "./state.ts";
import { TabStop } from "./tab_stop.ts";
import { Theme } from "./theme.ts";
import { Viewport } from "./viewport.ts";
import { type Units, wrap } from "./wrap.ts";

// The minimaps show the heat of all lines once the focus rests (ms).
const REST = 120;
// So many of the hottest tokens of a row can be gone through.
const MOST_HOTTEST = 100;
// A screen reader tells the focus once it rests for longer (ms): not of each move.
const SAID = 500;
// Python hears of these gestures without delay.
const AT_ONCE: ReadonlySet<Gesture["kind"]> = new Set([
  "click",
  "pin",
  "release",
  "play",
  "link",
]);

/** The browser's half of one heatmap; it lives as long as the State model. */
export class Controller {
  private readonly state: StateModel;
  private readonly views: Views;
  private panels: Panel[] = [];
  private alignments: Alignment[] = [];
  private reader = new HeatReader([]);
  private axes: Parts["axes"] = {};
  /** Of a heatmap that the address of the page speaks of. */
  private address: Address | null = null;
  /** Whether Python keeps any of the heat. */
  private isPartial = false;
  private slider: Slider | null = null;
  private legend: Legend | null = null;
  private value: ViewState;
  /** What the State model tells of it. */
  private readonly shown: ViewState;
  /** Of the data that are shown. */
  private version = -1;
  /** The tokens between which the reader made a span, the one that moves last. */
  private span: [number, number] = [-1, -1];
  private readonly selectMode = new SelectMode();
  private readonly viewport: Viewport;
  private readonly covers: Covers;
  private readonly rest = new Debounce(REST, () => {
    for (const panel of this.panels) panel.paintMinimap();
    this.address?.tell(this.value);
  });
  private readonly stops = new Set<TabStop>();
  private readonly finder = new Finder((gesture) => this.move(gesture));
  private readonly hottest = new HottestWalk();
  private readonly player = new Player(() => this.tick());
  private readonly themes = new Set<Theme>();
  private readonly telling = new Debounce(SAID, () => this.tell());
  private readonly reporter: Reporter;
  private readonly requester: Requester;
  /** What is heard of the models that show the heatmap at present. */
  private readonly heard = new Listeners();
  /** What is listened to in each view of a plot, or of the whole. */
  private readonly attached = new Map<View, Listeners>();
  private layout: Model | null = null;
  /** How the keyboard is given to what replaces the layout; null where it is not. */
  private keyboard: FocusOptions | null = null;

  constructor(state: StateModel, views: Views) {
    this.state = state;
    this.views = views;
    this.value = state.command.state;
    this.shown = { ...this.value };
    this.covers = new Covers(views);
    this.viewport = new Viewport(state, () => this.findSeen());
    this.reporter = new Reporter((report) => state.setv({ report }));
    this.requester = new Requester((request) => state.setv({ request }));
    state.properties.parts.change.connect(() => this.load());
    state.properties.palette.change.connect(() => {
      for (const panel of this.panels) panel.dress(state.palette);
      this.legend?.dress(state.palette);
    });
    state.properties.command.change.connect(() => this.obey());
    state.properties.rows.change.connect(() => {
      if (state.rows !== null && this.requester.take(state.rows)) this.paint();
    });
    this.load();
  }

  /** Replaces what is shown by what Python has shipped. */
  private async load() {
    const { parts } = this.state;
    const old = this.layout;
    if (old !== null && parts !== null && parts.layout !== old) {
      this.keepKeyboard(old);
      this.covers.cover(old, this.state.cover);
    }
    this.layout = parts?.layout ?? null;
    const unpacked = await Promise.all((parts?.facets ?? []).map(unpack));
    if (this.state.parts !== parts) return;
    this.heard.remove();
    for (const listeners of this.attached.values()) listeners.remove();
    this.attached.clear();
    this.requester.stop();
    this.slider?.stop();
    this.viewport.stop();
    for (const panel of this.panels) panel.stop();
    this.panels = [];
    this.slider = null;
    if (parts === null) {
      this.uncover();
      return;
    }
    this.alignments = unpacked.map(({ heat }) => heat.alignment);
    this.reader = new HeatReader(unpacked.map(({ heat }) => heat));
    this.isPartial = unpacked.some(({ heat }) => heat.matrices === null);
    this.axes = parts.axes;
    const units = unpacked.map((data) => data.units);
    const reflow = this.buildReflow(parts, units);
    const layouts =
      reflow?.layouts ??
      parts.geometry.map((geometry, i) => {
        return { geometry, cells: wrap(units[i], geometry.columns) };
      });
    this.panels = unpacked.map((data, i) =>
      this.buildPanel(parts, i, data, layouts[i]),
    );
    for (const { plot } of this.panels) {
      this.heard.connect(plot.properties.inner_width.change, () => this.attach());
    }
    if (parts.controls !== null) {
      const { slider, readout } = parts.controls;
      const slide = (index: number) => this.move({ kind: "slide", index });
      this.slider = new Slider(slider, readout, this.views, slide);
    }
    this.finder.take(this.panels, this.alignments);
    this.selectMode.take(this.panels);
    this.viewport.take(this.panels, reflow);
    this.legend = this.buildLegend(parts);
    const { version, state } = this.state.command;
    const isNew = version === parts.version && version !== this.version;
    this.version = parts.version;
    this.attach();
    this.viewport.show();
    setLocally(this.state, { value: this.shown });
    if (isNew) this.address?.begin(state);
    this.show(isNew ? state : this.value);
    this.calm();
    if (parts.link) this.meetAddress();
    this.viewport.reveal();
    this.uncover();
  }

  /** Remembers whether a layout that is about to be replaced has the keyboard. */
  private keepKeyboard(layout: Model) {
    this.finder.keepTyping();
    for (const { el } of this.views.find(layout)) {
      if (!el.matches(":focus-within")) continue;
      const focusVisible = el.matches(":focus-visible");
      this.keyboard = { preventScroll: true, focusVisible };
    }
  }

  /** Gives the keyboard to a view that replaces one with it, unless it is elsewhere. */
  private returnKeyboard({ el }: View) {
    const { activeElement, body } = el.ownerDocument;
    if (this.keyboard !== null && activeElement === body) {
      el.focus(this.keyboard);
      this.finder.goOn();
    }
    this.keyboard = null;
  }

  /** Keeps an element over the heatmap until that can be seen. */
  coverBy(element: HTMLElement) {
    this.covers.keep(element);
  }

  private uncover() {
    this.covers.remove(() => this.panels.every((panel) => panel.isLaidOut()));
  }

  private buildLegend({ legend }: Parts): Legend | null {
    if (legend === null) return null;
    return new Legend(legend, this.state.palette, (limits) =>
      this.move({ kind: "limits", ...limits }),
    );
  }

  private buildReflow(parts: Parts, units: readonly Units[]): Reflow | null {
    const { stretch } = parts;
    if (stretch === null) return null;
    const refit = () => this.viewport.refit();
    const reflow = new Reflow(parts, stretch, units, this.views, refit);
    reflow.fit();
    return reflow;
  }

  private buildPanel(parts: Parts, i: number, data: FacetData, layout: Layout): Panel {
    const models = {
      facet: parts.facets[i],
      plot: parts.plots[i],
      minimap: parts.minimaps[i],
      tooltip: parts.controls?.tooltip,
      palette: this.state.palette,
    };
    const scrollTo = (line: number) => this.viewport.scroll(line);
    return new Panel(data, models, layout, this.reader.heats[i], scrollTo);
  }

  /** Listens to each view of the heatmap that it does not listen to yet. */
  attach() {
    const { document, parts } = this.state;
    if (parts === null) return;
    // Before the facets are unpacked there are no panels yet.
    for (const [i, { meta }] of this.panels.entries()) {
      const strip = parts.strips[i];
      if (strip === null) continue;
      this.attachToViews(strip, (listeners, view) => meta.attach(listeners, view));
    }
    for (const panel of this.panels) {
      this.attachToViews(panel.plot, (listeners, view) => {
        // Bokeh walks through all views to find one: not at each move.
        panel.attach(view);
        listeners.add(() => panel.detach(view));
        const { repainted } = view as View & { repainted?: Signal };
        if (repainted) listeners.connect(repainted, () => panel.complete(view));
        this.attachPanel(listeners, panel, view.el);
        // It does not change by itself where the plot is put back.
        listeners.add(() => panel.plot.setv({ inner_width: 0 }, { silent: true }));
      });
      const { minimap } = panel;
      if (minimap === null) continue;
      this.attachToViews(minimap.plot, (listeners, view) => {
        takeTabStop(view);
        minimap.listen(listeners, view.el);
      });
    }
    for (const caption of parts.captions) {
      this.attachToViews(caption, (listeners, { el }) => {
        listenToLinks(listeners, el, (fragment) => this.followLink(fragment));
      });
    }
    if (parts.legend !== null) {
      this.attachToViews(parts.legend.row, (listeners, view) =>
        this.legend?.attach(listeners, view),
      );
    }
    if (parts.controls !== null) {
      this.attachToViews(parts.controls.row, (listeners, { el }) =>
        this.player.addButton(listeners, el, () => this.move({ kind: "play" })),
      );
    }
    this.attachToViews(parts.layout, (listeners, view) => {
      const { el } = view;
      this.viewport.observe(listeners, view);
      keepLayoutInPrint(listeners, el);
      const theme = new Theme(listeners, el);
      theme.set(this.value.theme);
      listeners.hold(this.themes, theme);
      this.reporter.attach(listeners, el);
      const notice = new Notice(listeners, el);
      const connection = document && Connection.of(document);
      const show = (isLost: boolean) => notice.show(isLost);
      connection?.watch(show);
      listeners.add(() => connection?.unwatch(show));
      if (parts.controls === null) return;
      this.attachKeys(listeners, el);
      this.returnKeyboard(view);
    });
  }

  private attachToViews(
    model: Model,
    attach: (listeners: Listeners, view: View) => void,
  ) {
    for (const view of this.views.find(model)) {
      if (this.attached.has(view)) continue;
      const listeners = new Listeners();
      this.attached.set(view, listeners);
      listeners.connect(view.removed, () => {
        this.attached.delete(view);
        listeners.remove();
      });
      attach(listeners, view);
    }
  }

  /** Listens to scrolling, pointer and keys over a facet. */
  private attachPanel(listeners: Listeners, panel: Panel, element: HTMLElement) {
    this.viewport.attach(listeners, panel, element);
    if (this.slider === null) return;
    const facet = panel.id;
    listenToPointer(listeners, element, {
      find: ({ clientX, clientY }) => {
        const { left, top } = measure(element);
        return panel.findToken(clientX - left, clientY - top);
      },
      hover: (index) => {
        panel.tooltip?.showOnceRested(() => panel.describe(index), element);
        this.player.wait(true);
        if (index >= 0) this.move({ kind: "hover", facet, index });
        this.markLegend(panel, index);
      },
      leave: () => {
        panel.tooltip?.hide();
        this.markLegend(panel, -1);
        this.player.wait(false);
      },
      click: (index) => {
        if (index >= 0) this.move({ kind: "click", facet, index });
      },
      span: (from, to) => {
        panel.tooltip?.hide();
        this.extend(facet, from, to);
      },
      scroll: (lines) => this.viewport.scroll(this.viewport.line + lines),
      selects: () => this.selectMode.isOn,
    });
    // A press would start a selection, or give the keyboard to an element within.
    listeners.listen(element, "mousedown", (event) => {
      if (!this.selectMode.isOn) event.preventDefault();
      for (const { el } of this.views.find(this.layout as Model)) {
        if (isWithin(event, el)) el.focus({ preventScroll: true, focusVisible: false });
      }
    });
  }

  /** Makes a view of the whole heatmap one stop of the Tab key, and listens to keys. */
  private attachKeys(listeners: Listeners, element: HTMLElement) {
    const titles = this.state.parts?.titles ?? [];
    const name = [...new Set(["Heatmap", ...titles])].join(", ");
    const stop = new TabStop(
      listeners,
      element,
      name,
      this.state.parts?.controls?.keys ?? [],
    );
    listeners.hold(this.stops, stop);
    const bar = this.finder.addBar(listeners, element);
    listenToEscape(listeners, element, () => {
      if (stop.hideKeys() || this.finder.close() || this.selectMode.leave()) return;
      this.move({ kind: "release" });
    });
    const hasRow = () => this.value.facet !== null;
    const say = (text: string) => stop.say(text);
    this.selectMode.attach(listeners, element, hasRow, say);
    const acts: Record<Act, (by: number) => void> = {
      colours: (by) => (by === 0 ? this.legend?.reset() : this.legend?.step(by)),
      find: () => bar.open(),
      findAll: () => bar.open("in all lines, also those beyond the window"),
      help: () => stop.toggleKeys(),
      hit: (by) => (this.value.search === null ? bar.open() : this.finder.go(by)),
      hottest: (by) => this.walk(by),
      pin: () => this.move({ kind: "pin" }),
      play: () => this.move({ kind: "play" }),
      select: () => {
        const selects = this.selectMode.toggle();
        stop.say(`The mouse ${selects ? "selects text" : "moves the focus"}.`);
      },
    };
    listenToKeys(listeners, element, (action, extend) => {
      const { kind, by } = action;
      // The browser finds what is on the page: not the lines beyond a window.
      if (kind === "findAll" && !this.panels.some(({ isWindowed }) => isWindowed))
        return false;
      if (isStep(action)) this.follow(action, extend);
      else acts[action.kind](by);
      return true;
    });
  }

  /** Goes where a key leads, or extends the focus to there. */
  private follow(key: Step, extend: boolean) {
    const turns = key.kind === "step" && this.isFromRight();
    const step = turns ? { ...key, by: -key.by } : key;
    if (extend) this.goOn(step);
    else if (step.kind === "step") this.move({ kind: "step", by: step.by });
    else this.go(step);
  }

  private findFocus(): Focus | null {
    return findFocus(this.value, this.alignments);
  }

  /** Goes to the next hottest token of the row, or back. */
  private walk(by: number) {
    const focus = this.findFocus();
    if (focus === null) return;
    const found = this.hottest.step(focus, by, () => this.findHottest(focus.facet));
    if (found === null) return;
    const { facet, start, stop } = found;
    this.move({ kind: "find", facet: this.panels[facet].id, start, stop });
  }

  /** Lists the hottest tokens of the facet with the focus, or of the first with any. */
  private findHottest(facet: number): Focus[] {
    const order = [facet, ...this.panels.keys()];
    for (const i of order) {
      const found = this.panels[i].findHottest(MOST_HOTTEST);
      if (found.length > 0)
        return found.map((start) => ({ facet: i, start, stop: start + 1 }));
    }
    return [];
  }

  /** Goes on to the next token by itself; the slider does not wait for a rest. */
  private tick() {
    this.move({ kind: "tick" });
    this.slider?.place();
  }

  /** Says whether the focus is in a paragraph that runs from right to left. */
  private isFromRight(): boolean {
    const focus = this.findFocus();
    return focus !== null && this.panels[focus.facet].isFromRight(focus.start);
  }

  /** Goes to another token. */
  private go(action: Step) {
    const focus = this.findFocus();
    const panel = this.panels[focus?.facet ?? 0];
    if (panel === undefined) return;
    const from = focus === null ? 0 : action.by > 0 ? focus.stop - 1 : focus.start;
    const isFirst = focus === null && action.kind !== "textEnd";
    const index = isFirst ? 0 : panel.findFrom(from, action);
    this.move({ kind: "go", facet: panel.id, index });
  }

  /** Holds the heatmap and the address of the page together. */
  private meetAddress() {
    this.heard.listen(globalThis, "hashchange", () => this.followAddress());
    if (this.address !== null) return;
    this.address = new Address(this.value);
    this.followAddress();
  }

  /** Follows the address of the page, as far as it says what is to be seen. */
  private followAddress() {
    this.followLink(location.hash);
  }

  private followLink(fragment: string) {
    const linked = readLink(fragment, this.alignments, this.axes);
    this.move({ kind: "link", linked });
  }

  /** Extends the focus to another token, from the end that does not move. */
  private goOn(action: Step) {
    const focus = this.findFocus();
    if (focus === null) {
      this.go(action);
      return;
    }
    const ends = [focus.start, focus.stop - 1];
    const [from, to] = this.isSpan()
      ? this.span
      : action.by > 0
        ? ends
        : ends.reverse();
    const panel = this.panels[focus.facet];
    const groups = findGroups(this.alignments[focus.facet], this.value.grouping);
    const group = widen(groups, { start: to, stop: to + 1 });
    const edge = action.by > 0 ? group.stop - 1 : group.start;
    this.extend(panel.id, from, panel.findFrom(edge, action));
  }

  /** Says whether the focus is the span that the reader made. */
  private isSpan(): boolean {
    const { start, stop } = this.value;
    return Math.min(...this.span) === start && Math.max(...this.span) === stop - 1;
  }

  private extend(facet: string, from: number, to: number) {
    // The end that moves is brought into view, and then belongs to a whole group.
    this.span = [from, to];
    this.move({ kind: "span", facet, from, to });
    const { start, stop } = this.value;
    this.span = from <= to ? [start, stop - 1] : [stop - 1, start];
  }

  /** Changes the state by a gesture, and tells Python. */
  private move(gesture: Gesture) {
    const value = reduce(this.value, gesture, this.alignments);
    if (value === this.value) return;
    this.show(value);
    const { sequence } = this.state.command;
    const report = { version: this.version, sequence, state: value };
    this.reporter.push(report, AT_ONCE.has(gesture.kind));
    // A hover moves a focus that no link keeps, and a browser bounds how often a drag
    // may write one: the rest of the focus does.
    if (AT_ONCE.has(gesture.kind)) this.address?.tell(value);
  }

  /** Shows what Python commands, unless that is about data that are not here. */
  private obey() {
    const { version, state } = this.state.command;
    if (version !== this.version) return;
    this.reporter.drop();
    this.show(state);
    this.address?.tell(state);
    this.calm();
  }

  /** Where less motion is wished, only the reader lets it play. */
  private calm() {
    if (this.value.playing && isCalm()) this.move({ kind: "play" });
  }

  /** Shows a state. */
  private show(value: ViewState) {
    const before = this.value;
    this.value = value;
    // In place: Bokeh looks through what is set for models.
    Object.assign(this.shown, value);
    if (!isAt(before, value)) this.viewport.reveal();
    if (value.theme !== before.theme)
      for (const each of this.themes) each.set(value.theme);
    this.paint();
    this.finder.follow(value);
    this.player.follow(value);
  }

  /** Finds the token that is to be seen: of a span, the end that moves. */
  private findSeen(): { panel: Panel; index: number } | null {
    const panel = this.panels.find(({ id }) => id === this.value.facet);
    if (panel === undefined) return null;
    return { panel, index: this.isSpan() ? this.span[1] : this.value.start };
  }

  /** Colours every facet for the focus, as far as its rows are here. */
  private paint() {
    const { value } = this;
    const rows = this.isPartial ? this.requester.find(this.version, value) : null;
    const focus = this.findFocus();
    const spans = this.alignments.map(
      (own) => focus && findShown(own, this.alignments[focus.facet], value),
    );
    for (const [i, panel] of this.panels.entries()) {
      const reading = this.reader.read(i, value, rows);
      const underline = spans[i] && { ...spans[i], pinned: value.pinned };
      const groups = findGroups(this.alignments[i], value.grouping);
      panel.paint(reading, underline, groups, value.axes);
    }
    const shown = this.panels[focus?.facet ?? 0];
    if (shown !== undefined) this.legend?.follow(focus?.facet ?? 0, shown.heats);
    const slid = spans[findSlid(this.alignments)];
    this.slider?.follow(slid?.exact ? slid.start : -1, () => this.readOut(focus));
    this.rest.begin();
    this.telling.begin();
  }

  /** Marks the heat of the token under the pointer; -1 for none. */
  private markLegend(panel: Panel, index: number) {
    if (this.legend === null) return;
    const heat = index < 0 ? null : panel.heats.heat[index];
    if (heat !== null) this.legend.follow(this.panels.indexOf(panel), panel.heats);
    this.legend.mark(heat);
  }

  /** Tells the focus to a screen reader. */
  private tell() {
    const { pinned, start, stop } = this.value;
    const focus = this.findFocus();
    if (focus === null) return;
    const said = this.panels[focus.facet]?.describeFocus(start, stop, pinned) ?? "";
    for (const each of this.stops) each.say(said);
  }

  /** Says what is shown, beside the slider. */
  private readOut(focus: Focus | null): string {
    if (focus === null) return readOutRest(this.panels[0]?.heats.source);
    const { start } = focus;
    const { data, groups } = this.panels[focus.facet];
    // A word is told as a whole, a span by its first token.
    const stop = groups ? groups.stop[start] : start + 1;
    return readOut(start, data.tokens.slice(start, stop).join(""), this.value.pinned);
  }
}
