// @ts-check
/**
 * What the benchmark asks of a page, whichever heatmap is on it.
 *
 * `window.probe` is there before the page's own scripts. It changes nothing in the
 * page and costs nothing between two questions, except while `watch` is on.
 */
(() => {
  /** @type {any} */
  const page = window;

  /** The next frame, until it has been painted. */
  const painted = () =>
    new Promise((done) => {
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
          port1.close();
          done(performance.now());
        };
        port2.postMessage(null);
      });
    });

  const predecessor = {
    name: "predecessor",
    contents: () => [...document.querySelectorAll(".textual-heatmap .token-content")],
    ready() {
      const contents = this.contents();
      return contents.length > 0 && contents.every((element) => element.firstChild);
    },
    points() {
      const first = this.contents()[0];
      return [...first.children].map((span, index) => {
        const { left, right, top, bottom } = span.getClientRects()[0];
        return { index, left, right, top, bottom };
      });
    },
    colors() {
      return this.contents().map((content) =>
        [...content.children]
          .map((span) => /** @type {HTMLElement} */ (span).style.backgroundColor)
          .join(),
      );
    },
    /** Its spans are painted by the frame that follows. */
    paints: () => null,
  };

  /** Whether what was painted is kept, which costs: only while colours are clocked. */
  let keeping = false;

  /** Counts how often the layer of a plot that holds the rectangles is painted. */
  function countPaints(/** @type {any} */ view, /** @type {any} */ source) {
    const layer = view.canvas_view.primary;
    const paints = { count: 0, heats: "" };
    const finish = layer.finish.bind(layer);
    layer.finish = () => {
      paints.count++;
      if (keeping) paints.heats = [...source.data.heat].join();
      finish();
    };
    return paints;
  }

  const bokeh = {
    name: "bokeh",
    /** @type {any[] | undefined} */
    found: undefined,
    facets() {
      if (this.found) return this.found;
      const document_ = page.Bokeh?.documents?.[0];
      const facets = [];
      for (let i = 0; document_; i++) {
        const plot = document_.get_model_by_name(`facet-${i}`);
        if (plot == null) break;
        const view = page.Bokeh.index.find_one(plot);
        const isTokens = (/** @type {any} */ r) => r.name === "tokens";
        const tokens = plot.renderers.find(isTokens);
        if (!view?.frame?.x_scale || !view._render_count || !tokens) return [];
        const source = tokens.data_source;
        facets.push({ view, source, paints: countPaints(view, source) });
      }
      if (facets.length) this.found = facets;
      return facets;
    },
    ready() {
      const facets = this.facets();
      return (
        facets.length > 0 && facets.every(({ source }) => source.data.index.length)
      );
    },
    points() {
      const { view, source } = this.facets()[0];
      const { index, left, right, top, bottom } = source.data;
      const { x_scale, y_scale } = view.frame;
      const origin = view.el.getBoundingClientRect();
      const seen = new Set();
      const points = [];
      for (let i = 0; i < index.length; i++) {
        if (index[i] < 0 || seen.has(index[i])) continue;
        seen.add(index[i]);
        const ys = [y_scale.compute(top[i]), y_scale.compute(bottom[i])];
        if (Math.min(...ys) < view.frame.bbox.top) continue;
        if (Math.max(...ys) > view.frame.bbox.bottom) continue;
        points.push({
          index: index[i],
          left: origin.left + x_scale.compute(left[i]),
          right: origin.left + x_scale.compute(right[i]),
          top: origin.top + Math.min(...ys),
          bottom: origin.top + Math.max(...ys),
        });
      }
      return points;
    },
    colors() {
      return this.facets().map(({ source }) => [...source.data.heat].join());
    },
    /** Index and heat of each token that is shown, by facet. */
    heats() {
      return this.facets().map(({ source }) => [
        [...source.data.index],
        [...source.data.heat],
      ]);
    },
    boxes() {
      return this.facets().map(({ view }) => {
        const { left, top, right, bottom } = view.el.getBoundingClientRect();
        return [left, top, right, bottom];
      });
    },
    /** What each facet was last painted with. */
    painted() {
      return this.facets().map(({ paints }) => paints.heats);
    },
    /** How often each facet was painted: Bokeh may put a repaint off by a frame. */
    paints() {
      return this.facets().map(({ paints }) => paints.count);
    },
  };

  const adapter = () => (page.Bokeh ? bokeh : predecessor);

  /** @type {number[]} */
  const latencies = [];
  let finished = Promise.resolve();
  let place = "";

  /** Clocks a move from its dispatch to the paint of every facet. */
  async function clock() {
    const start = performance.now();
    const before = adapter().paints();
    for (let frame = 0; frame < 60; frame++) {
      const end = await painted();
      const paints = adapter().paints();
      if (!paints?.some((count, i) => count === before?.[i])) {
        latencies.push(end - start);
        return;
      }
    }
    throw new Error("a facet was not painted in 60 frames");
  }

  /**
   * Clocks a move until every facet was painted with other heats, that are not all 0:
   * those that have arrived from Python.
   */
  async function clockColours() {
    const start = performance.now();
    const before = bokeh.colors();
    for (let frame = 0; frame < 600; frame++) {
      const end = await painted();
      const now = bokeh.painted();
      if (now.every((heats, i) => heats !== before[i] && /[1-9]/.test(heats))) {
        latencies.push(end - start);
        return;
      }
    }
    throw new Error("no other colours in 600 frames");
  }

  /** Other colours for a palette, and back. */
  function changePalette() {
    const state = page.Bokeh.documents[0].get_model_by_name("state");
    const { palette } = state;
    const colors = [...palette.colors].reverse();
    state.setv({ palette: { ...palette, colors } }, { sync: false });
  }

  /**
   * Changes the view by the fragment of the address, or the palette without one, and
   * clocks it until every facet was painted anew (ms).
   */
  async function clockSwitch(/** @type {string} */ fragment) {
    keeping = true;
    const counted = bokeh.paints();
    const heats = bokeh.colors();
    const start = performance.now();
    if (fragment === "") changePalette();
    else location.hash = fragment;
    for (let frame = 0; frame < 600; frame++) {
      const end = await painted();
      const now = bokeh.paints();
      const shown = bokeh.painted();
      const isNew = (/** @type {number} */ i) =>
        fragment === "" ? now[i] !== counted[i] : shown[i] !== heats[i];
      if (heats.every((_, i) => isNew(i) && shown[i] !== "")) return end - start;
    }
    throw new Error("a facet was not painted anew in 600 frames");
  }

  let clockMove = clock;

  /**
   * The first event of a move, before any of either heatmap's own listeners. Chromium
   * repeats it under a resting pointer after a layout: that is not a move.
   */
  function watch(/** @type {PointerEvent} */ event) {
    const { clientX, clientY } = event;
    if (place === `${clientX},${clientY}`) return;
    place = `${clientX},${clientY}`;
    finished = clockMove();
  }

  page.probe = {
    ready: () => adapter().ready(),
    /** Centres of the first facet's tokens that can be hit in the viewport. */
    points: () =>
      adapter()
        .points()
        .filter(({ left, right }) => right - left >= 3)
        .map(({ index, left, right, top, bottom }) => ({
          index,
          x: (left + right) / 2,
          y: (top + bottom) / 2,
        }))
        .filter(({ y }) => y > 0 && y < window.innerHeight),
    colors: () => adapter().colors(),
    paints: () => adapter().paints(),
    painted,
    watch: () => addEventListener("pointermove", watch, { capture: true }),
    /** Like `watch`, of a page that asks Python for its heats. */
    watchColours() {
      keeping = true;
      clockMove = clockColours;
      this.watch();
    },
    heats: () => bokeh.heats(),
    switch: clockSwitch,
    boxes: () => bokeh.boxes(),
    finished: () => finished,
    latencies: () => latencies,
  };
})();
