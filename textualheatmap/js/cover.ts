// Keeps a heatmap in sight while the plots under it are replaced.

import { make, measure } from "./elements.ts";

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Returns the element around another, out of shadow roots and slots too. */
function parentOf(element: Element): Element | null {
  const parent = element.assignedSlot ?? element.parentNode;
  return parent instanceof ShadowRoot ? parent.host : (parent as Element | null);
}

/** Finds the part of the window that the elements around an element leave to it. */
function findRoom(element: Element): Box {
  const far = Number.POSITIVE_INFINITY;
  let [left, top, right, bottom] = [-far, -far, far, far];
  let parent = parentOf(element);
  // What the body cuts, the window cuts.
  while (parent !== null && parent !== document.body) {
    const { overflowX, overflowY } = getComputedStyle(parent);
    const { clientLeft, clientTop, clientWidth, clientHeight } = parent;
    const outer = measure(parent);
    if (overflowX !== "visible") {
      left = Math.max(left, outer.left + clientLeft);
      right = Math.min(right, outer.left + clientLeft + clientWidth);
    }
    if (overflowY !== "visible") {
      top = Math.max(top, outer.top + clientTop);
      bottom = Math.min(bottom, outer.top + clientTop + clientHeight);
    }
    parent = parentOf(parent);
  }
  return { left, top, right, bottom };
}

/** The new state as plain HTML, over the place where the heatmap is. */
export class Cover {
  private readonly element: HTMLElement;

  /**
   * @param place what is about to be replaced
   * @param markup of Python's; all text in it is escaped
   */
  constructor(place: HTMLElement, markup: string) {
    const { left, top, width } = measure(place);
    const room = findRoom(place);
    const picture = make("div", { innerHTML: markup });
    this.element = make("div", { inert: true }, picture);
    this.element.dataset.cover = "heatmap";
    document.body.append(this.element);
    // A heatmap that stretches is as wide as the one before.
    picture.style.cssText = `position: absolute; width: ${width}px;
      color-scheme: ${place.style.colorScheme}`;
    const { scrollWidth, scrollHeight } = picture;
    const shown = {
      left: Math.max(left, room.left),
      top: Math.max(top, room.top),
      right: Math.min(left + scrollWidth, room.right),
      bottom: Math.min(top + scrollHeight, room.bottom),
    };
    this.element.style.cssText = `position: absolute; overflow: hidden;
      z-index: 1000;
      width: ${Math.max(0, shown.right - shown.left)}px;
      height: ${Math.max(0, shown.bottom - shown.top)}px;
      left: ${shown.left + scrollX}px; top: ${shown.top + scrollY}px`;
    picture.style.left = `${left - shown.left}px`;
    picture.style.top = `${top - shown.top}px`;
  }

  remove() {
    this.element.remove();
  }
}
