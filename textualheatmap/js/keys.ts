// Keys: which one does what while a heatmap has the keyboard.

import { isWithin } from "./elements.ts";
import type { Listeners } from "./listeners.ts";

const STEPS = ["step", "line", "page", "lineEnd", "textEnd"] as const;

/** What leads from the focus to another token, back where `by` is negative. */
export interface Step {
  kind: (typeof STEPS)[number];
  by: number;
}

/** What else a key asks for. */
export type Act =
  | "colours"
  | "find"
  | "findAll"
  | "help"
  | "hit"
  | "hottest"
  | "pin"
  | "play"
  | "select";

/** What a key asks for, and how far or which way; the controller knows how. */
export type Action = Step | { kind: Act; by: number };

/** Says whether a key leads to another token. */
export function isStep(action: Action): action is Step {
  return STEPS.includes(action.kind as Step["kind"]);
}

/** The keys that do something alone; with Ctrl, Home and End are those of the text. */
const ACTIONS: Record<string, readonly [Action["kind"], number]> = {
  ArrowRight: ["step", 1],
  ArrowLeft: ["step", -1],
  ArrowDown: ["line", 1],
  ArrowUp: ["line", -1],
  PageDown: ["page", 1],
  PageUp: ["page", -1],
  End: ["lineEnd", 1],
  Home: ["lineEnd", -1],
  Enter: ["pin", 0],
  "+": ["colours", -1],
  "-": ["colours", 1],
  "0": ["colours", 0],
  "?": ["help", 0],
  "/": ["find", 0],
  n: ["hit", 1],
  N: ["hit", -1],
  ".": ["hottest", 1],
  ",": ["hottest", -1],
  s: ["select", 0],
  p: ["play", 0],
};
const WITH_CTRL: typeof ACTIONS = {
  f: ["findAll", 0],
  End: ["textEnd", 1],
  Home: ["textEnd", -1],
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
    if (key === "Enter" && isForEnter(event)) return;
    const asked = (ctrlKey || metaKey ? WITH_CTRL : ACTIONS)[key];
    if (asked === undefined) return;
    const [kind, by] = asked;
    if (act({ kind, by } as Action, shiftKey)) event.preventDefault();
  });
}

/** Says whether a link or a button has the keyboard, which Enter is for. */
function isForEnter(event: KeyboardEvent): boolean {
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
  const use = (event: Event) => {
    used = isWithin(event, heatmap);
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "Escape" && (used || isWithin(event, heatmap))) release();
  };
  const { ownerDocument } = heatmap;
  listeners.listenFirst(ownerDocument, "pointerdown", use);
  listeners.listenFirst(ownerDocument, "keydown", press);
}
