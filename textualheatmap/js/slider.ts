// The slider under the facets, and the focused token in words beside it.

import { type Model, setLocally, type Views } from "./bokeh.ts";
import { Debounce } from "./debounce.ts";
import { rootOf } from "./elements.ts";

// How long a hover must rest before the slider follows (ms): to move the slider costs
// as much as to recolour the tokens.
const REST = 150;
// The least time between two changes of the words beside it (ms).
const PACE = 100;

interface SliderModel extends Model {
  value: number;
}

/** Moves the focus by the slider, and the slider by the focus. */
export class Slider {
  private readonly slider: SliderModel;
  private readonly readout: Model;
  private readonly views: Views;
  private readonly slide: (index: number) => void;
  private readonly rest = new Debounce(REST, () => this.place());
  private last = Number.NEGATIVE_INFINITY;
  /** The value that the slider was last given: it changes to another one by a user. */
  private followed: number;
  private index = -1;
  private word = () => "";
  private said = "";
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
    this.followed = this.slider.value;
    this.slider.properties.value.change.connect(this.hear);
  }

  /**
   * Follows the focus.
   * @param index in the first facet, or -1 @param word says it, once it is shown
   */
  follow(index: number, word: () => string) {
    this.index = index;
    this.word = word;
    this.rest.begin();
    // Not by a timer, between two frames: the browser would lay it out separately.
    if (performance.now() - this.last >= PACE) this.say();
  }

  stop() {
    this.rest.stop();
    this.slider.properties.value.change.disconnect(this.hear);
  }

  private say() {
    const text = this.word();
    if (text === this.said) return;
    this.said = text;
    this.last = performance.now();
    setLocally(this.readout, { text });
  }

  /** Moves the slider to the focus, and says it. */
  place() {
    this.say();
    if (this.index >= 0 && this.slider.value !== this.index) {
      this.followed = this.index;
      setLocally(this.slider, { value: this.index });
    }
    this.label();
  }

  /** Says to assistive technology what the slider is for and where it is. */
  private label() {
    for (const { el } of this.views.find(this.slider)) {
      const handle = rootOf(el).querySelector("[role=slider]");
      if (handle !== null)
        Object.assign(handle, { ariaLabel: "Focused token", ariaValueText: this.said });
    }
  }
}
