// Elements of the page: how they are made and dressed, where they are put, and where
// they are.

import type { Listeners } from "./listeners.ts";

type Values<Tag extends keyof HTMLElementTagNameMap> = Partial<
  Omit<HTMLElementTagNameMap[Tag], "style" | "dataset">
>;

/** Makes an element. @param values of its properties @param children what is in it */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  values: Values<Tag> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = Object.assign(document.createElement(tag), values);
  element.append(...children);
  return element;
}

/** Sets CSS by names of properties, variables too. */
export function setStyle(
  { style }: ElementCSSInlineStyle,
  css: Readonly<Record<string, string>>,
) {
  for (const [name, value] of Object.entries(css)) style.setProperty(name, value);
}

/** Sets an element's text, unless it is that: screen readers tell what is set. */
export function setText(element: Element, text: string) {
  if (element.textContent !== text) element.textContent = text;
}

/** Returns what holds the content of an element: its shadow root, where it has one. */
export function rootOf(element: Element): Element | ShadowRoot {
  return element.shadowRoot ?? element;
}

/** Puts elements last into another one, until its listeners are removed. */
export function put(listeners: Listeners, host: Element, ...elements: HTMLElement[]) {
  rootOf(host).append(...elements);
  for (const element of elements) listeners.add(() => element.remove());
}

/** Says whether an event happened in an element, in shadow roots within it too. */
export function isWithin(event: Event, element: Element): boolean {
  return event.composedPath().includes(element);
}

/** Returns where an element is in the window (px). */
export function measure(element: Element): DOMRect {
  return element.getBoundingClientRect();
}
