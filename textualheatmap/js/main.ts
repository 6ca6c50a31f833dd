// Starts the browser's half. Where Python is connected, this bundle is the code of a
// CustomJS; in a saved page it is a script of the page.

import type { BokehDocument, Views } from "./bokeh.ts";
import { Controller } from "./controller.ts";
import type { StateModel } from "./payload.ts";
import { recall } from "./recall.ts";

/** Bundles of several versions may be on one page; each is registered under its own. */
const VERSION = "3";

/** What a bundle offers to the page. */
interface Half {
  /** Returns the controller of a heatmap, the same one at each call. */
  mount(state: StateModel, views: Views): Controller;
}

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
      mount: (state, views) =>
        recall(controllers, state, () => new Controller(state, views)),
    };
  }
  return halves[VERSION];
}

/** Waits for the models of a saved page, and starts the heatmap among them. */
function startSaved(id: string, half: Half) {
  const { Bokeh } = globalThis;
  for (const document of Bokeh?.documents ?? []) {
    const state = document.get_model_by_id(id);
    if (state !== null && Bokeh !== undefined) {
      half.mount(state as StateModel, Bokeh.index).coverBy(findStatic(id));
      return;
    }
  }
  setTimeout(() => startSaved(id, half), 10);
}

/** Finds the plain HTML that stands where the heatmap will be. */
function findStatic(id: string): HTMLElement | null {
  const found = document.querySelector<HTMLElement>(`[data-static="${id}"]`);
  // So that the pointer reaches the live heatmap under it.
  if (found !== null) found.style.pointerEvents = "none";
  return found;
}

const half = register();
if (typeof textualheatmap_state !== "undefined") {
  half.mount(textualheatmap_state, cb_context.index).attach();
} else {
  const id = document.currentScript?.dataset.state;
  if (id !== undefined) startSaved(id, half);
}
