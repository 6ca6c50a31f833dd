// Links in a facet's caption that move the focus.

import { rootOf } from "./elements.ts";
import type { Listeners } from "./listeners.ts";

/**
 * Follows the links of a caption that lead to a place of the heatmap.
 * @param follow takes their fragment, from "#" on
 */
export function listenToLinks(
  listeners: Listeners,
  caption: HTMLElement,
  follow: (fragment: string) => void,
) {
  // Captions are in a shadow root: outside of it the link is not told.
  const root = rootOf(caption);
  listeners.listen(root, "click", (event) => {
    const link = (event.target as Element).closest("a");
    const fragment = link?.getAttribute("href") ?? "";
    if (!fragment.startsWith("#")) return;
    event.preventDefault();
    follow(fragment);
  });
}
