"""The site: it is built without a warning, shows the exhibits, and needs no network."""

import json
import os
import re
import sys
import warnings
from pathlib import Path
from unittest.mock import patch

import pytest
from sphinx.cmd.build import main as build_site

import textualheatmap
from textualheatmap import TextualHeatmap, saliency

ROOT = Path(__file__).parents[2]
# What a browser fetches by itself, whether or not a reader clicks.
FETCHED = re.compile(
    r"<(?:script|img|iframe)\b[^>]*\bsrc=[\"']([^\"']+)"
    r"|<link\b[^>]*\brel=[\"'](?:stylesheet|preload|icon|shortcut icon)[\"'][^>]*"
    r"\bhref=[\"']([^\"']+)|url\(([^)]+)\)|@import"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site as `.ci/serve docs` does; the code of its pages runs for it."""
    folder = tmp_path_factory.mktemp("site")
    # In this process, which has torch and Panel; what Sphinx changes of it is put back.
    with (
        patch.dict(os.environ),
        patch.object(sys, "path", [*sys.path]),
        warnings.catch_warnings(),
    ):
        # Those of other packages about each other; Sphinx counts its own.
        warnings.simplefilter("ignore")
        options = ["-W", "--keep-going", "-q"]
        assert build_site([*options, str(ROOT / "docs"), str(folder)]) == 0
    return folder


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def test_the_site_asks_no_network_for_anything(site: Path) -> None:
    pages = [page for page in site.rglob("*.html") if page.parent.name != "exhibits"]
    pages = [page for page in pages if "shown" not in page.parts]
    assert len(pages) > 20
    styles = [*site.rglob("*.css")]
    fetched = {
        address
        for page in [*pages, *styles]
        for found in FETCHED.findall(read(page))
        for address in found
    }
    assert "_static/frames.js" in {address.split("?")[0] for address in fetched}
    assert [each for each in fetched if re.match(r"[\"']?(https?:)?//", each)] == []


def test_what_a_page_shows_is_there(site: Path) -> None:
    for page in site.rglob("*.html"):
        if {"exhibits", "shown"} & set(page.parts):
            continue
        for found in re.findall(r"<(?:iframe|img)\b[^>]*\bsrc=\"([^\"]+)", read(page)):
            assert (page.parent / found).is_file()


def test_the_gallery_shows_every_exhibit_with_its_caption(site: Path) -> None:
    samples = json.loads(read(ROOT / "apps" / "samples.json"))
    gallery = read(site / "gallery.html")
    for sample in samples:
        file = f"exhibits/{sample['name'].lower().replace(' ', '-')}.html"
        assert f'src="{file}"' in gallery
        assert (site / file).stat().st_size > 1_000_000
        # Sphinx makes its quotes round.
        assert re.split("[“']", sample["about"])[0] in gallery
    assert gallery.count("<iframe") == len(samples)


def test_the_api_has_every_parameter_and_public_name(site: Path) -> None:
    api = "".join(map(read, (site / "reference").glob("api*.html")))
    parameters = {
        name
        for name, parameter in TextualHeatmap.param.objects().items()
        if parameter.doc and not name.startswith("_") and name != "name"
    }
    assert {"gamma", "palette", "focus_span"} < parameters
    names = {*textualheatmap.__all__, *saliency.__all__, *parameters}
    assert [name for name in names if f">{name}</span>" not in api] == []
