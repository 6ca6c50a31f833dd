// The bar in which a reader types what is to be found: an element over the heatmap, which
// moves nothing of it.

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
  private readonly wholeHeatmap: HTMLElement;
  private readonly barElement = document.createElement("div");
  private readonly searchField = document.createElement("input");
  private readonly expressionToggle: HTMLButtonElement;
  private readonly hitOutput = document.createElement("output");

  constructor(listeners: Listeners, heatmap: HTMLElement, asked: Asked) {
    this.wholeHeatmap = heatmap;
    this.barElement.dataset.find = "";
    this.barElement.setAttribute("role", "search");
    this.barElement.hidden = true;
    this.searchField.type = "text";
    this.searchField.autocomplete = "off";
    this.searchField.spellcheck = false;
    this.searchField.placeholder = "Find";
    this.searchField.maxLength = 1000;
    this.searchField.setAttribute("aria-label", "Find in the text");
    this.expressionToggle = this.buildButton(".*", "Regular expression", () => {
      this.setExpression(!this.isExpression);
      ask();
      this.searchField.focus();
    });
    this.setExpression(false);
    this.barElement.append(
      this.searchField,
      this.expressionToggle,
      this.hitOutput,
      this.buildButton("↑", "Hit before", () => asked.go(-1)),
      this.buildButton("↓", "Next hit", () => asked.go(1)),
      this.buildButton("×", "Close", () => asked.close()),
    );
    const ask = () => {
      const { value } = this.searchField;
      const search = this.isExpression ? { pattern: value } : value;
      asked.search(value === "" ? null : search);
    };
    listeners.listen(this.searchField, "input", ask);
    listeners.listen(this.barElement, "keydown", (event) => {
      // What is typed is nothing that the heatmap should do.
      event.stopPropagation();
      if (event.target !== this.searchField || event.key !== "Enter") return;
      event.preventDefault();
      asked.go(event.shiftKey ? -1 : 1);
    });
    (heatmap.shadowRoot ?? heatmap).append(this.barElement);
    listeners.add(() => this.barElement.remove());
  }

  private get isExpression(): boolean {
    return this.expressionToggle.ariaPressed === "true";
  }

  private setExpression(isOn: boolean) {
    this.expressionToggle.setAttribute("aria-pressed", String(isOn));
  }

  /** Shows the bar, and gives it the keyboard. @param told what it says at first */
  open(told = "") {
    if (told !== "") this.hitOutput.textContent = told;
    this.barElement.hidden = false;
    this.searchField.focus();
    this.searchField.select();
  }

  /** Hides the bar; says whether it was there. The keyboard goes back to the heatmap. */
  close(): boolean {
    if (this.barElement.hidden) return false;
    const { activeElement } = this.barElement.getRootNode() as Document | ShadowRoot;
    const hadFocus = this.barElement.contains(activeElement);
    this.barElement.hidden = true;
    if (hadFocus) this.wholeHeatmap.focus({ preventScroll: true });
    return true;
  }

  /** Shows what is searched for, and what is to be told of it. */
  show(search: Search | null, told: string, isWrong: boolean) {
    this.hitOutput.textContent = told;
    this.searchField.setAttribute("aria-invalid", String(isWrong));
    if (search === null) {
      // The toggle stays for what is typed next.
      if (!this.searchField.matches(":focus")) this.searchField.value = "";
      return;
    }
    this.barElement.hidden = false;
    const text = typeof search === "string" ? search : search.pattern;
    this.setExpression(typeof search !== "string");
    // What is being typed keeps its cursor.
    if (this.searchField.value !== text) this.searchField.value = text;
  }

  private buildButton(
    text: string,
    name: string,
    press: () => void,
  ): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    button.title = name;
    button.setAttribute("aria-label", name);
    button.addEventListener("click", press);
    return button;
  }
}
