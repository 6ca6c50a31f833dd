"""How Sphinx builds the site: `bash .ci/serve docs` builds and serves it."""

import logging
import os
import sys
from importlib.metadata import version as read_version
from pathlib import Path

ROOT = Path(__file__).parents[1]
# The pages run code of the repository, and the apps import each other by name.
sys.path[:0] = [str(ROOT), str(ROOT / "apps")]

# Before tqdm is imported: a bar is no part of what a page prints.
os.environ["TQDM_DISABLE"] = "1"
# It tells every glyph of a figure.
logging.getLogger("fontTools").setLevel(logging.WARNING)

project = "textualheatmap"
author = "The textualheatmap developers"
project_copyright = author
version = release = read_version("panel-textualheatmap")

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx_copybutton",
    "docs.site_parts",
]
exclude_patterns = ["_build"]
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence", "deflist"]
# In docstrings a word between single backticks is code.
default_role = "code"
numpydoc_show_class_members = False
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
maximum_signature_line_length = 60

html_theme = "furo"
html_title = "textualheatmap"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_js_files = ["frames.js"]
html_copy_source = False
html_show_sphinx = False
# Only code that is typed: what is printed is not copied.
copybutton_selector = "div.highlight-python pre, div.highlight-sh pre"
