"""The pages of the site do what they say: their code runs and prints what they show."""

from pathlib import Path

import pytest

from docs.page_code import read_blocks, run_blocks

DOCS = Path(__file__).parents[2] / "docs"
# Those that show what their code writes run where the site is built, and those that ask
# models where there are some.
PAGES = [
    page
    for page in sorted(DOCS.rglob("*.md"))
    if read_blocks(page)
    and "```{shown}" not in (text := page.read_text(encoding="utf-8"))
    and "my/gpt" not in text
    and "my/translator" not in text
    and "my/classifier" not in text
]


def name_page(page: Path) -> str:
    return str(page.relative_to(DOCS))


@pytest.mark.parametrize("page", PAGES, ids=name_page)
def test_the_code_of_a_page_runs_and_prints_what_it_says(
    page: Path, tmp_path: Path
) -> None:
    run_blocks(page, tmp_path)
