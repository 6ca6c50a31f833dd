// The pointer over a facet: hovers, clicks, and drags that make a span.

import { measure } from "./elements.ts";
import type { Listeners } from "./listeners.ts";

// How long a finger rests before it starts a span (ms), and how far it may stray (px).
const LONG = 450;
const STRAY = 8;
// A drag this near to the upper or lower edge (px) scrolls a line every so often (ms).
const EDGE = 12;
const PACE = 60;

/** What is done with the tokens under the pointer; -1 stands for no token. */
export interface Pointed {
  find(point: { clientX: number; clientY: number }): number;
  /** Of a mouse or pen; each token once. */
  hover(index: number): void;
  leave(): void;
  click(index: number): void;
  /** A drag from one token to another, again at each token on the way. */
  span(from: number, to: number): void;
  /** A drag has come to an edge. */
  scroll(lines: number): void;
  /** Says whether a press is to select text. */
  selects(): boolean;
}

/**
 * Listens to the pointer over a facet. A press that reaches another token makes a span;
 * a finger has to rest first, since one that moves scrolls.
 */
export function listenToPointer(
  listeners: Listeners,
  element: HTMLElement,
  pointed: Pointed,
) {
  let hovered = -1;
  let pressed = -1;
  /** The last token of the span that is being dragged; -1 while there is none. */
  let reached = -1;
  let wasDragged = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let began = [0, 0];
  let selects = false;
  let scrolling: ReturnType<typeof setInterval> | undefined;

  const extend = (index: number) => {
    if (index < 0 || index === reached) return;
    reached = index;
    pointed.span(pressed, index);
  };
  const stopScrolling = () => {
    clearInterval(scrolling);
    scrolling = undefined;
  };
  /** Extends the span that is being dragged, beyond the window too. */
  const drag = ({ clientX, clientY }: PointerEvent) => {
    const { bottom, top } = measure(element);
    const y = Math.max(top + EDGE, Math.min(clientY, bottom - EDGE));
    const reach = () => extend(pointed.find({ clientX, clientY: y }));
    reach();
    stopScrolling();
    const by = Math.sign(clientY - y);
    if (by === 0) return;
    scrolling = setInterval(() => {
      pointed.scroll(by);
      reach();
    }, PACE);
  };
  const end = () => {
    clearTimeout(timer);
    stopScrolling();
    wasDragged = reached >= 0;
    pressed = -1;
    reached = -1;
  };
  const press = (event: PointerEvent) => {
    end();
    selects = pointed.selects();
    if (event.button !== 0 || selects || !event.isPrimary) return;
    pressed = pointed.find(event);
    began = [event.clientX, event.clientY];
    if (event.pointerType !== "touch" || pressed < 0) return;
    timer = setTimeout(() => extend(pressed), LONG);
  };
  const move = (event: PointerEvent) => {
    // Bokeh would look for tools, renderers and callbacks that it may concern.
    event.stopPropagation();
    if (selects && event.buttons !== 0) return;
    const isTouch = event.pointerType === "touch";
    if (isTouch && reached < 0) {
      const [x, y] = began;
      const far = Math.hypot(event.clientX - x, event.clientY - y);
      if (far > STRAY) clearTimeout(timer);
      return;
    }
    const index = pointed.find(event);
    if (pressed >= 0 && (reached >= 0 || (index >= 0 && index !== pressed))) {
      if (reached < 0) element.setPointerCapture(event.pointerId);
      drag(event);
      return;
    }
    if (isTouch || index === hovered) return;
    hovered = index;
    pointed.hover(index);
  };
  const leave = () => {
    hovered = -1;
    pointed.leave();
  };
  const click = (event: MouseEvent) => {
    if (selects) return;
    if (wasDragged) wasDragged = false;
    else pointed.click(pointed.find(event));
  };
  /** While a finger makes a span, the browser must neither scroll nor open a menu. */
  const keep = (event: Event) => {
    if (reached >= 0) event.preventDefault();
  };
  listeners.listen(element, "pointerdown", press);
  listeners.listenFirst(element, "pointermove", move);
  listeners.listen(element, "pointerup", end);
  listeners.listen(element, "pointercancel", end);
  listeners.listen(element, "pointerleave", leave);
  listeners.listen(element, "click", click);
  listeners.listen(element, "contextmenu", keep);
  listeners.listen(element, "touchmove", keep, { passive: false });
  listeners.add(end);
}
