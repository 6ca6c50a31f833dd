// Keys: which one does what while a heatmap has the keyboard.

import type { Listeners } from "./listeners.ts";

/** What a key asks for; the controller knows which token that is. */
export type Action =
  | { kind: "step"; by: number }
  | { kind: "line"; by: number }
  | { kind: "page"; by: number }
  | { kind: "lineEnd"; by: number }
  | { kind: "textEnd"; by: number }
  | { kind: "pin" }
  | { kind: "stronger" }
  | { kind: "weaker" }
  | { kind: "resetColours" }
  | { kind: "play" }
  | { kind: "help" }
  | { kind: "find" }
  | { kind: "hit"; way: number }
  | { kind: "hottest"; way: number }
  | { kind: "select" }
  | { kind: "findAll" };

/** Those that lead from the focus to another token, back where `by` is negative. */
export type Step = Extract<Action, { by: number }>;

/** Turns what the arrows ask for, where a text runs from right to left. */
export function turnStep(action: Action): Action {
  return action.kind === "step" ? { kind: "step", by: -action.by } : action;
}

/** The keys that do something alone; with Ctrl, Home and End are those of the text. */
const ACTIONS: Record<string, Action> = {
  ArrowRight: { kind: "step", by: 1 },
  ArrowLeft: { kind: "step", by: -1 },
  ArrowDown: { kind: "line", by: 1 },
  ArrowUp: { kind: "line", by: -1 },
  PageDown: { kind: "page", by: 1 },
  PageUp: { kind: "page", by: -1 },
  End: { kind: "lineEnd", by: 1 },
  Home: { kind: "lineEnd", by: -1 },
  Enter: { kind: "pin" },
  "+": { kind: "stronger" },
  "-": { kind: "weaker" },
  "0": { kind: "resetColours" },
  "?": { kind: "help" },
  "/": { kind: "find" },
  n: { kind: "hit", way: 1 },
  N: { kind: "hit", way: -1 },
  ".": { kind: "hottest", way: 1 },
  ",": { kind: "hottest", way: -1 },
  s: { kind: "select" },
  p: { kind: "play" },
};
const WITH_CTRL: Record<string, Action> = {
  f: { kind: "findAll" },
  End: { kind: "textEnd", by: 1 },
  Home: { kind: "textEnd", by: -1 },
};

/**
 * Listens to the keys of a heatmap.
 * @param act takes what they ask for, and whether Shift extends the focus to there;
 *   returns false to leave the key to the browser
 */
export function listenToKeys(
  listeners: Listeners,
  heatmap: HTMLElement,
  act: (action: Action, extend: boolean) => boolean,
) {
  listeners.listen(heatmap, "keydown", (event) => {
    const { altKey, ctrlKey, key, metaKey, shiftKey } = event;
    // The slider has keys of its own, and tells so.
    if (event.defaultPrevented || altKey) return;
    if (key === "Enter" && isLink(event)) return;
    const action = (ctrlKey || metaKey ? WITH_CTRL : ACTIONS)[key];
    if (action !== undefined && act(action, shiftKey)) event.preventDefault();
  });
}

/** Says whether a link or a button has the keyboard: Enter is for that. */
function isLink(event: KeyboardEvent): boolean {
  const [target] = event.composedPath() as (Element | undefined)[];
  return (target?.closest?.("a, button") ?? null) !== null;
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
