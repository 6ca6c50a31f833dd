// The slider under the facets, and the focused token in words beside it.

import type { Model, Views } from "./bokeh.ts";

// A slider's move costs as much as recolouring: it follows a hover at this pace (ms).
const PACE = 200;

interface SliderModel extends Model {
  value: number;
}

/** Moves the focus by the slider, and the slider by the focus. */
export class Slider {
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Where the slider is known to be: to be put there is no move of the user's. */
  private followed = -1;
  private index = -1;
  private text = "";
  private readonly slider: SliderModel;
  private readonly readout: Model;
  private readonly views: Views;
  private readonly slide: (index: number) => void;
  private readonly hear = () => {
    const { value } = this.slider;
    if (value === this.followed) return;
    this.followed = value;
    this.slide(value);
  };

  /**
   * @param slider Bokeh's @param readout what is said beside it
   * @param views of the page @param slide takes the index that the user slides to
   */
  constructor(
    slider: Model,
    readout: Model,
    views: Views,
    slide: (index: number) => void,
  ) {
    this.readout = readout;
    this.views = views;
    this.slide = slide;
    this.slider = slider as SliderModel;
    this.slider.properties.value.change.connect(this.hear);
  }

  /**
   * Follows the focus.
   * @param index in the first facet, or -1 @param text that says it
   */
  follow(index: number, text: string) {
    this.index = index;
    if (text !== this.text) {
      this.text = text;
      this.readout.setv({ text }, { sync: false });
    }
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      if (this.index >= 0 && this.slider.value !== this.index) {
        this.followed = this.index;
        this.slider.setv({ value: this.index }, { sync: false });
      }
      this.label();
    }, PACE);
  }

  stop() {
    clearTimeout(this.timer);
    this.slider.properties.value.change.disconnect(this.hear);
  }

  /** Says to assistive technology what the slider is for and where it is. */
  private label() {
    for (const { el } of this.views.find(this.slider)) {
      const handle = el.shadowRoot?.querySelector("[role=slider]");
      handle?.setAttribute("aria-label", "Focused token");
      handle?.setAttribute("aria-valuetext", this.text);
    }
  }
}
