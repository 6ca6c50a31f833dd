// @ts-check
// Moves the focus by the slider, and the slider and its read-out by the focus.

// A slider's move costs as much as recolouring: it follows a hover at this pace (ms).
const PACE = 200;

/** @type {WeakMap<object, ReturnType<typeof setTimeout>>} */
const timers = new WeakMap();

/**
 * @param {number} index
 * @param {string | undefined} token
 * @param {boolean} pinned
 * @returns {string} the focused token beside its index
 */
export function readOut(index, token, pinned) {
  if (token === undefined) return "no focus";
  return `${index} “${token}”${pinned ? " pinned" : ""}`;
}

/**
 * Says to assistive technology what the slider is for and where it is.
 * @param {any} slider @param {any} index of Bokeh's views @param {string} text
 */
function label(slider, index, text) {
  const root = index.find_one(slider)?.el.shadowRoot;
  const handle = root?.querySelector("[role=slider]");
  handle?.setAttribute("aria-label", "Focused token");
  handle?.setAttribute("aria-valuetext", text);
}

/**
 * @param {{ state: any, facets: any[], slider: any, readout: any }} args
 * @param {any} moved the slider, the state, or a facet that was unpacked
 * @param {any} _data
 * @param {{ index: any }} context
 */
export default function slide(
  { state, facets, slider, readout },
  moved,
  _data,
  { index: views },
) {
  if (moved === slider) {
    // What this very function set below is not the user's move.
    if (slider.value === state.slid) return;
    const index = slider.value;
    state.setv({ origin: [0, index, index], slid: index });
    return;
  }
  const [facet, index] = state.origin;
  const text = readOut(index, facets[facet].unpacked?.tokens[index], state.pinned);
  readout.setv({ text }, { sync: false });
  if (timers.has(state)) return;
  const follow = () => {
    timers.delete(state);
    const focus = state.origin[2];
    if (focus >= 0 && slider.value !== focus) {
      state.setv({ slid: focus }, { silent: true });
      slider.setv({ value: focus });
    }
    label(slider, views, readout.text);
  };
  timers.set(state, setTimeout(follow, PACE));
}
