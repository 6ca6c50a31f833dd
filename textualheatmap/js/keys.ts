// Steps through the tokens by arrow keys on a facet, and releases the pin by Esc.

import type { Listeners } from "./listeners.ts";

const STEPS: Record<string, number> = {
  ArrowRight: 1,
  ArrowDown: 1,
  ArrowLeft: -1,
  ArrowUp: -1,
};

/** Listens to the arrow keys on a facet. */
export function listenToArrows(
  listeners: Listeners,
  facet: HTMLElement,
  step: (by: number) => void,
) {
  listeners.listen(facet, "keydown", (event) => {
    const by = STEPS[event.key];
    const { altKey, ctrlKey, metaKey } = event;
    if (by === undefined || altKey || ctrlKey || metaKey) return;
    event.preventDefault();
    step(by);
  });
}

/**
 * Listens to Esc. Of several heatmaps on a page it is for the one that was used last.
 * @param heatmap the element of the whole heatmap
 * @param release releases the pin, if there is one
 */
export function listenToEscape(
  listeners: Listeners,
  heatmap: HTMLElement,
  release: () => void,
) {
  let used = false;
  const within = (event: Event) => event.composedPath().includes(heatmap);
  const use = (event: Event) => {
    used = within(event);
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "Escape" && (used || within(event))) release();
  };
  const { ownerDocument } = heatmap;
  listeners.listen(ownerDocument, "pointerdown", use, { capture: true });
  listeners.listen(ownerDocument, "keydown", press, { capture: true });
}
