// The bar in which a reader types what is to be found: an element over the heatmap, which
// moves nothing of it.

import { make, put, setText } from "./elements.ts";
import type { Listeners } from "./listeners.ts";
import type { Search } from "./state.ts";

/** What a bar asks for. */
export interface Asked {
  search(search: Search | null): void;
  /** Goes to the next hit, or to the one before. */
  go(by: number): void;
  close(): void;
}

/** The bar of one showing of the heatmap. */
export class FindBar {
  private readonly heatmap: HTMLElement;
  private readonly element = make("div", { hidden: true, role: "search" });
  private readonly field = make("input", {
    ariaLabel: "Find in the text",
    autocomplete: "off",
    maxLength: 1000,
    placeholder: "Find",
    spellcheck: false,
    type: "text",
  });
  private readonly toggle: HTMLButtonElement;
  private readonly output = make("output");

  constructor(listeners: Listeners, heatmap: HTMLElement, asked: Asked) {
    this.heatmap = heatmap;
    this.element.dataset.find = "";
    this.toggle = this.button(".*", "Regular expression", () => {
      this.setExpression(!this.isExpression);
      ask();
      this.field.focus();
    });
    this.setExpression(false);
    this.element.append(
      this.field,
      this.toggle,
      this.output,
      this.button("↑", "Hit before", () => asked.go(-1)),
      this.button("↓", "Next hit", () => asked.go(1)),
      this.button("×", "Close", () => asked.close()),
    );
    const ask = () => {
      const { value } = this.field;
      const search = this.isExpression ? { pattern: value } : value;
      asked.search(value === "" ? null : search);
    };
    listeners.listen(this.field, "input", ask);
    listeners.listen(this.element, "keydown", (event) => {
      // What is typed is nothing that the heatmap should do.
      event.stopPropagation();
      if (event.target !== this.field || event.key !== "Enter") return;
      event.preventDefault();
      asked.go(event.shiftKey ? -1 : 1);
    });
    put(listeners, heatmap, this.element);
  }

  private get isExpression(): boolean {
    return this.toggle.ariaPressed === "true";
  }

  private setExpression(isOn: boolean) {
    this.toggle.ariaPressed = String(isOn);
  }

  /** Shows the bar, and gives it the keyboard. @param told what it says at first */
  open(told = "") {
    if (told !== "") this.output.textContent = told;
    this.goOn();
    this.field.select();
  }

  /** Shows the bar, and lets the reader go on typing. */
  goOn() {
    this.element.hidden = false;
    this.field.focus();
  }

  /** Says whether the reader is typing here. */
  get isTyped(): boolean {
    return this.field.matches(":focus");
  }

  /** Hides the bar; says whether it was there. The keyboard goes back to the heatmap. */
  close(): boolean {
    if (this.element.hidden) return false;
    const { activeElement } = this.element.getRootNode() as Document | ShadowRoot;
    const hadFocus = this.element.contains(activeElement);
    this.element.hidden = true;
    if (hadFocus) this.heatmap.focus({ preventScroll: true });
    return true;
  }

  /** Shows what is searched for, and what is to be told of it. */
  show(search: Search | null, told: string, isWrong: boolean) {
    setText(this.output, told);
    this.field.ariaInvalid = String(isWrong);
    if (search === null) {
      // The toggle stays for what is typed next.
      if (!this.isTyped) this.field.value = "";
      return;
    }
    this.element.hidden = false;
    const text = typeof search === "string" ? search : search.pattern;
    this.setExpression(typeof search !== "string");
    // What is being typed keeps its cursor.
    if (this.field.value !== text) this.field.value = text;
  }

  private button(text: string, name: string, press: () => void): HTMLButtonElement {
    const values = { ariaLabel: name, onclick: press, title: name, type: "button" };
    return make("button", values as Partial<HTMLButtonElement>, text);
  }
}
