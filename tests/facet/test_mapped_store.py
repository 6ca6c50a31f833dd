"""Heat in a memory-mapped file."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from textualheatmap.errors import HeatmapDataError
from textualheatmap.facet.facet import Facet
from textualheatmap.facet.heat import HeatForm, read_heat
from textualheatmap.facet.mapped_store import MappedStore

HEAT = np.random.default_rng(0).random((2, 4, 5))
# Prints by how many MB reading a file of 200 MB raises the memory that is resident.
MEASURE = """
import sys
from pathlib import Path
import numpy as np
from textualheatmap.facet.heat import HeatForm, read_heat

def measure():
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1000

n = 7000
np.lib.format.open_memmap(sys.argv[1], "w+", np.float32, (n, n))
before = measure()
store = read_heat(sys.argv[1], HeatForm("f", range(n)))
assert sum(len(block) for block in store.blocks()) == n
for i in range(0, n, 5):
    assert store.rows([i]).shape == (1, n)
assert store.columns([5, 6]).shape == (2, n)
print(measure() - before)
"""


def write(folder: Path, heat: np.ndarray) -> Path:
    np.save(folder / "heat.npy", heat)
    return folder / "heat.npy"


def fail(path: object, form: HeatForm) -> str:
    with pytest.raises(HeatmapDataError) as caught:
        read_heat(path, form)
    return str(caught.value)


def test_rows_and_columns_are_read_from_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, HEAT[0])
    form = HeatForm("f", range(5), has_own_rows=False)
    for given in (path, str(path), np.load(path, mmap_mode="r")):
        store = read_heat(given, form)
        assert isinstance(store, MappedStore)
        assert not store.in_memory
        assert (store.minimum, store.maximum, store.signed) == (None, None, False)
        np.testing.assert_allclose(store.rows([3, 0]), HEAT[0, [3, 0]], rtol=1e-6)
        np.testing.assert_allclose(store.columns([4]), HEAT[0].T[[4]], rtol=1e-6)
        assert store.rows([0]).dtype == np.float32


@pytest.mark.parametrize("dtype", ["f2", ">f8", "i4", "u1"])
def test_the_file_may_be_of_any_type_of_number(tmp_path: Path, dtype: str) -> None:
    heat = np.arange(4).reshape(2, 2).astype(dtype)
    store = read_heat(write(tmp_path, heat), HeatForm("f", range(2)))
    assert store.rows([1]).tolist() == [[2, 3]]


def test_a_file_in_the_order_of_fortran_is_read_as_well(tmp_path: Path) -> None:
    path = write(tmp_path, np.asfortranarray(HEAT[0, :, :4]))
    store = read_heat(path, HeatForm("f", range(4)))
    np.testing.assert_allclose(store.rows([1]), HEAT[0, [1], :4], rtol=1e-6)


def test_a_file_may_have_axes(tmp_path: Path) -> None:
    form = HeatForm("f", range(5), has_own_rows=False, axes={"layer": ["a", "b"]})
    store = read_heat(write(tmp_path, HEAT), form)
    np.testing.assert_allclose(store.at(layer="b").rows([2]), HEAT[1, [2]], rtol=1e-6)
    mean = store.at(layer="mean")
    np.testing.assert_allclose(mean.rows([2]), HEAT[:, [2]].mean(axis=0), rtol=1e-6)
    assert not mean.in_memory
    assert mean.maximum is None


def test_the_whole_heat_of_a_facet_is_the_memory_map(tmp_path: Path) -> None:
    facet = Facet.from_arrays(list("abcd"), write(tmp_path, HEAT[0, :, :4]))
    assert isinstance(facet.heat, np.memmap)
    assert not facet.heat.flags.writeable


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (np.nan, "f.heat[3][1] is nan, expected a number (or missing=True)"),
        (-0.5, "f.heat[3][1] is -0.5, expected at least 0 (or signed=True)"),
        (1e39, "f.heat[3][1] is 1e+39, expected a number of at most 3.4e+38"),
    ],
)
def test_a_wrong_value_is_told_when_its_row_is_read(
    tmp_path: Path, value: float, message: str
) -> None:
    heat = HEAT[0, :, :4].copy()
    heat[3, 1] = value
    store = read_heat(write(tmp_path, heat), HeatForm("f", range(4)))
    store.rows([2])
    for read in (lambda: store.rows([2, 3]), lambda: store.columns([0])):
        with pytest.raises(HeatmapDataError) as caught:
            read()
        assert str(caught.value) == message


def test_a_wrong_value_is_told_where_there_are_more_columns_than_rows(
    tmp_path: Path,
) -> None:
    heat = np.zeros((2, 4))
    heat[1, 2] = -1
    form = HeatForm("f", range(4), has_own_rows=False)
    with pytest.raises(HeatmapDataError, match=r"f.heat\[1\]\[2\] is -1.0, exp"):
        read_heat(write(tmp_path, heat), form).rows([0, 1])


def test_an_error_in_a_file_with_axes_names_the_place(tmp_path: Path) -> None:
    heat = HEAT.copy()
    heat[1, 2, 3] = -1
    form = HeatForm("f", range(5), has_own_rows=False, axes=["layer"])
    store = read_heat(write(tmp_path, heat), form)
    with pytest.raises(HeatmapDataError, match=r"f.heat\[1\]\[2\]\[3\] is -1.0, exp"):
        store.at(layer=1).rows([2])


def test_negative_and_missing_heat_is_read_where_it_is_told(tmp_path: Path) -> None:
    path = write(tmp_path, np.array([[-1, np.nan], [2, 0]]))
    store = read_heat(path, HeatForm("f", range(2), signed=True, missing=True))
    np.testing.assert_array_equal(store.rows([0, 1]), [[-1, np.nan], [2, 0]])
    assert store.signed


def test_a_value_below_0_by_rounding_is_0(tmp_path: Path) -> None:
    path = write(tmp_path, np.array([[-1e-7, 5], [2, 0]]))
    assert read_heat(path, HeatForm("f", range(2))).rows([0]).tolist() == [[0, 5]]


def test_changes_in_a_map_that_copies_on_write_are_kept(tmp_path: Path) -> None:
    heat = np.load(write(tmp_path, np.zeros((2, 2))), mmap_mode="c")
    heat[1, 1] = 7
    store = read_heat(heat, HeatForm("f", range(2)))
    store.rows([0])
    assert store.rows([1]).tolist() == [[0, 7]]


def test_what_cannot_be_mapped_is_refused(tmp_path: Path) -> None:
    form = HeatForm("f", range(2))
    text = tmp_path / "text.npy"
    text.write_text("no array")
    assert fail(text, form).startswith("f.heat is no .npy file that can be mapped: ")
    np.savez(tmp_path / "heat.npz", np.eye(2))
    assert fail(tmp_path / "heat.npz", form).startswith("f.heat is no .npy file")
    objects = write(tmp_path, np.array([[{}]]))
    assert fail(objects, form).startswith("f.heat is no .npy file")
    flags = write(tmp_path, np.eye(2, dtype=bool))
    assert fail(flags, form) == "f.heat is an array of bool, expected real numbers"
    assert fail(np.load(flags, mmap_mode="r"), form).startswith("f.heat is an array of")
    wide = write(tmp_path, np.ones((2, 3)))
    assert fail(wide, form).startswith("f.heat has shape (2, 3), expected (2, 2)")
    with pytest.raises(FileNotFoundError):
        read_heat(tmp_path / "none.npy", form)


@pytest.mark.skipif(sys.platform != "linux", reason="Linux counts pages of files")
def test_a_file_is_never_in_memory_as_a_whole(tmp_path: Path, root: Path) -> None:
    path = tmp_path / "large.npy"
    command = [sys.executable, "-c", MEASURE, str(path)]
    try:
        done = subprocess.run(
            command, cwd=root, capture_output=True, text=True, check=True
        )
    finally:
        path.unlink(missing_ok=True)
    assert float(done.stdout) < 60  # of 200
