// Starts the browser's half. Where Python is connected, this bundle is the code of a
// CustomJS; in a saved page and in a notebook's output it is a script of the page. An
// output has both, the CustomJS for what is drawn later, since either may be forbidden.

import type { BokehDocument, Views } from "./bokeh.ts";
import { Controller } from "./controller.ts";
import type { StateModel } from "./payload.ts";
import { recall } from "./recall.ts";

/** Bundles of several versions may be on one page; each is registered under its own. */
const VERSION = "4";

/** What a bundle offers to the page. */
interface Half {
  /** Returns the controller of a heatmap, the same one at each call. */
  mount(state: StateModel, views: Views): Controller;
  /** Mounts the heatmap whose state has this id, once its models are there. */
  start(id: string, pause?: number): void;
}

// How long until a script looks again for the models of its heatmap (ms): at first, and
// at last where they never come, since BokehJS is not there.
const [SOON, LATER] = [10, 1000];

declare global {
  var textualheatmap: Record<string, Half> | undefined;
  var Bokeh: { documents: BokehDocument[]; index: Views } | undefined;
}
/** Arguments of the CustomJS. */
declare const textualheatmap_state: StateModel | undefined;
declare const cb_context: { index: Views };

/** Registers this bundle, unless one of its version is on the page already. */
function register(): Half {
  globalThis.textualheatmap ??= {};
  const halves = globalThis.textualheatmap;
  if (!(VERSION in halves)) {
    const controllers = new WeakMap<StateModel, Controller>();
    halves[VERSION] = {
      mount(state, views) {
        const controller = recall(
          controllers,
          state,
          () => new Controller(state, views),
        );
        // The plain HTML that stands where the heatmap will be.
        const pictures = `[data-static="${state.id}"]`;
        for (const picture of document.querySelectorAll<HTMLElement>(pictures)) {
          // So that the pointer reaches the live heatmap under it.
          picture.style.pointerEvents = "none";
          controller.coverBy(picture);
        }
        return controller;
      },
      start: startOnceThere,
    };
  }
  return halves[VERSION];
}

/** Waits for the models of a page, and starts the heatmap among them. */
function startOnceThere(id: string, pause = SOON) {
  const { Bokeh } = globalThis;
  for (const document of Bokeh?.documents ?? []) {
    const state = document.get_model_by_id(id);
    if (state !== null && Bokeh !== undefined) {
      half.mount(state as StateModel, Bokeh.index);
      return;
    }
  }
  setTimeout(() => startOnceThere(id, Math.min(pause + 1, LATER)), pause);
}

const half = register();
if (typeof textualheatmap_state !== "undefined") {
  half.mount(textualheatmap_state, cb_context.index).attach();
}
