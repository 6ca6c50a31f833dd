// Starts the browser's half: in a page that Python is connected to by a CustomJS, whose
// code this bundle is, and in a saved page as a script of its own.

import type { BokehDocument, Views } from "./bokeh.ts";
import { Controller } from "./controller.ts";
import type { StateModel } from "./payload.ts";

const VERSION = "3";

interface Half {
  mount(state: StateModel, views: Views): Controller;
}

declare global {
  var textualheatmap: Record<string, Half> | undefined;
  var Bokeh: { documents: BokehDocument[]; index: Views } | undefined;
}
/** Arguments of the CustomJS. */
declare const textualheatmap_state: StateModel | undefined;
declare const cb_context: { index: Views };

/** Registers what starts a heatmap; the first bundle of a version on a page does. */
function register(): Half {
  globalThis.textualheatmap ??= {};
  const halves = globalThis.textualheatmap;
  if (!(VERSION in halves)) {
    const controllers = new WeakMap<StateModel, Controller>();
    halves[VERSION] = {
      mount(state, views) {
        let controller = controllers.get(state);
        if (controller === undefined) {
          controller = new Controller(state, views);
          controllers.set(state, controller);
        }
        return controller;
      },
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
  // What is under it is alive already.
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
