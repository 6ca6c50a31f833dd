// Keeps what is shown in sight while the plots under it are replaced.

/** Copies an element as it looks, canvases and shadow roots included. */
function copy(source: Element): Element {
  const target = source.cloneNode(false) as Element;
  if (source instanceof HTMLCanvasElement && source.width > 0 && source.height > 0) {
    (target as HTMLCanvasElement).getContext("2d")?.drawImage(source, 0, 0);
  }
  if (source.shadowRoot !== null) {
    const root = target.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = source.shadowRoot.adoptedStyleSheets;
    copyChildren(source.shadowRoot, root);
  }
  copyChildren(source, target);
  return target;
}

function copyChildren(source: ParentNode & Node, target: Node) {
  for (const child of source.childNodes) {
    target.appendChild(child instanceof Element ? copy(child) : child.cloneNode());
  }
}

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Returns the box of an element and what overflows it, in px of the window. */
function measure(element: HTMLElement): Box {
  const { left, top } = element.getBoundingClientRect();
  const { scrollWidth, scrollHeight } = element;
  return { left, top, right: left + scrollWidth, bottom: top + scrollHeight };
}

/** Returns the element around another, out of shadow roots and slots too. */
function parentOf(element: Element): Element | null {
  const parent = element.assignedSlot ?? element.parentNode;
  return parent instanceof ShadowRoot ? parent.host : (parent as Element | null);
}

/** Cuts a box where the elements around its own cut it. */
function cut(box: Box, element: Element): Box {
  let { left, top, right, bottom } = box;
  let parent = parentOf(element);
  // What the body cuts, the window cuts.
  while (parent !== null && parent !== document.body) {
    const { overflowX, overflowY } = getComputedStyle(parent);
    const { clientLeft, clientTop, clientWidth, clientHeight } = parent;
    const outer = parent.getBoundingClientRect();
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
  return { left, top, right: Math.max(left, right), bottom: Math.max(top, bottom) };
}

/** A picture of what can be seen of an element, over the place where it is. */
export class Cover {
  private readonly element: HTMLElement;

  constructor(source: HTMLElement) {
    const whole = measure(source);
    const { left, top, right, bottom } = cut(whole, source);
    this.element = document.createElement("div");
    this.element.inert = true;
    this.element.dataset.cover = "heatmap";
    this.element.style.cssText = `position: absolute; overflow: hidden;
      z-index: 1000; pointer-events: none;
      width: ${right - left}px; height: ${bottom - top}px;
      left: ${left + scrollX}px; top: ${top + scrollY}px`;
    const picture = document.createElement("div");
    picture.style.cssText = `position: absolute;
      width: ${source.offsetWidth}px; height: ${source.offsetHeight}px;
      left: ${whole.left - left}px; top: ${whole.top - top}px`;
    const { color, font } = getComputedStyle(source);
    this.element.style.color = color;
    this.element.style.font = font;
    picture.append(copy(source));
    this.element.append(picture);
    document.body.append(this.element);
  }

  remove() {
    this.element.remove();
  }
}
