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

/** A picture of an element over the place where it is. */
export class Cover {
  private readonly element: HTMLElement;

  constructor(source: HTMLElement) {
    const { left, top, width, height } = source.getBoundingClientRect();
    this.element = document.createElement("div");
    this.element.inert = true;
    this.element.dataset.cover = "heatmap";
    this.element.style.cssText = `position: absolute; overflow: hidden;
      z-index: 1000; pointer-events: none; width: ${width}px; height: ${height}px;
      left: ${left + scrollX}px; top: ${top + scrollY}px`;
    const { color, font } = getComputedStyle(source);
    this.element.style.color = color;
    this.element.style.font = font;
    this.element.append(copy(source));
    document.body.append(this.element);
  }

  remove() {
    this.element.remove();
  }
}
