"""What the tests of both apps do with a page."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page

AXE = Path(__file__).parents[1] / "js" / "node_modules" / "axe-core" / "axe.min.js"
VIOLATIONS = """
async () => {
  const { violations } = await axe.run(document);
  return violations
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}
"""
# The name of what has the keyboard, in shadow roots too.
FOCUSED = """
() => {
  let found = document.activeElement;
  // Nothing has it, between the end of the page and its beginning.
  if (found === document.body) return "";
  while (found?.shadowRoot?.activeElement) found = found.shadowRoot.activeElement;
  const label = found.labels?.[0]?.textContent ?? "";
  // The knob of a switch has the keyboard, and its label stands beside it.
  const inside = found.getRootNode().querySelector(".bk-label")?.textContent ?? "";
  return `${found.ariaLabel ?? ""} ${label} ${found.textContent} ${inside}`;
}
"""
MOST_TABS = 60
# Something of what the panels at the side hold, once they were opened.
HELD = {
    "More choices": "text=Rather than",
    "View": "text=Direction",
    "Look": "text=Palette",
    "This token": ".bk-Figure",
}


def list_violations(page: Page) -> list[str]:
    """Return what axe-core finds wrong on the whole page."""
    page.add_script_tag(path=AXE)
    return page.evaluate(VIOLATIONS)


def tabs(page: Page) -> Callable[[str], None]:
    """Return a function that presses Tab until what has the keyboard says a text."""

    def tab_to(text: str) -> None:
        for _ in range(MOST_TABS):
            page.keyboard.press("Tab")
            if text in page.evaluate(FOCUSED):
                return
        pytest.fail(f"Tab does not lead to {text!r}")

    return tab_to


def find_message(page: Page) -> Locator:
    """Return the app's own message: what uploads has an alert of its own."""
    return page.get_by_role("region", name="Heatmap").get_by_role("alert")


def open_panel(page: Page, name: str) -> None:
    """Unfold controls beside the heatmap."""
    page.locator("summary", has_text=name).click()
    wait_for_panel(page, name)


def wait_for_panel(page: Page, name: str) -> None:
    """Wait until controls that were unfolded are there."""
    page.locator("details", has=page.locator("summary", has_text=name)).locator(
        HELD[name]
    ).wait_for()
