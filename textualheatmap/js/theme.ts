// Light or dark: what stands around the text is dressed for the page that it is on.

import { make } from "./elements.ts";
import type { Listeners } from "./listeners.ts";
import type { ViewState } from "./state.ts";

type Choice = ViewState["theme"];

// Of a grey, from 0 to 255: lighter text is that of a dark page.
const MIDDLE = 128;
const DARK = "(prefers-color-scheme: dark)";
// Frames by which a page's style sheets are in force once its attributes have changed.
const PATIENCE = 3;

/** The theme of one showing of the heatmap. */
export class Theme {
  private readonly element: HTMLElement;
  private choice: Choice = "auto";

  /** @param element the whole heatmap */
  constructor(listeners: Listeners, element: HTMLElement) {
    this.element = element;
    const follow = () => this.follow(PATIENCE);
    const observer = new MutationObserver(follow);
    const { body, documentElement } = element.ownerDocument;
    // Pages turn dark by a class or another attribute of either.
    for (const each of [documentElement, body]) {
      observer.observe(each, { attributes: true });
    }
    listeners.listen(matchMedia(DARK), "change", follow);
    listeners.add(() => observer.disconnect());
  }

  /** Dresses the heatmap for the page, or as it is told. */
  set(choice: Choice) {
    this.choice = choice;
    const { style } = this.element;
    const isFollowing = choice === "auto";
    // A ground of its own: the page around it may be of the other theme.
    style.background = isFollowing ? "" : "Canvas";
    style.color = isFollowing ? "" : "CanvasText";
    style.colorScheme = isFollowing ? readScheme(this.element) : choice;
  }

  private follow(frames: number) {
    if (this.choice !== "auto" || frames === 0) return;
    requestAnimationFrame(() => {
      if (this.element.isConnected) this.set(this.choice);
      this.follow(frames - 1);
    });
  }
}

/**
 * Says whether an element stands on a light or on a dark page, by the colour that text
 * has there: notebooks and apps turn dark without a word to the browser.
 */
function readScheme(element: HTMLElement): "light" | "dark" {
  const context = make("canvas").getContext("2d");
  if (context === null) return "light";
  context.fillStyle = getComputedStyle(element).color;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  return (red + green + blue) / 3 > MIDDLE ? "dark" : "light";
}
