// Keeps a heatmap in sight while the plots under it are replaced.

/** The new state as plain HTML, over the place where the heatmap is. */
export class Cover {
  private readonly element: HTMLElement;

  /**
   * @param place what is about to be replaced
   * @param markup of Python's; all text in it is escaped
   */
  constructor(place: HTMLElement, markup: string) {
    const { left, top } = place.getBoundingClientRect();
    this.element = document.createElement("div");
    this.element.inert = true;
    this.element.dataset.cover = "heatmap";
    this.element.style.cssText = `position: absolute; z-index: 1000;
      left: ${left + scrollX}px; top: ${top + scrollY}px; pointer-events: none`;
    this.element.innerHTML = markup;
    document.body.append(this.element);
  }

  remove() {
    this.element.remove();
  }
}
