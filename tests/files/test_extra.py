"""Packages that need not be installed."""

import sys
from io import BytesIO

import pytest

from textualheatmap import Facet, read_file, write_file


@pytest.mark.parametrize(
    ("package", "name", "message"),
    [
        ("pyarrow", "a.parquet", "Parquet files need the package pyarrow: pip install"),
        (
            "zstandard",
            "a.json.zst",
            "files that end in .zst need the package zstandard",
        ),
    ],
)
def test_what_to_install_is_said(
    package: str, name: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = BytesIO()
    write_file(file, [Facet.from_arrays(["a"], [[1]])], name=name)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ModuleNotFoundError, match=message) as caught:
        write_file(BytesIO(), [Facet.from_arrays(["a"], [[1]])], name=name)
    assert "pip install 'panel-textualheatmap[files]'" in str(caught.value)
    with pytest.raises(ModuleNotFoundError, match=message):
        read_file(BytesIO(file.getvalue()), name=name)
