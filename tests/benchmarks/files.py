"""What the largest and strangest files cost that may be opened.

Run it in the root: `python -m tests.benchmarks.files`, with names of cases or without.
Each file is read in a process of its own, of which the CPU time of reading and the
largest memory are printed (on Linux, which tells it).
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple
from zipfile import ZipFile, ZipInfo

import numpy as np

from textualheatmap import HeatmapDataError, read_json, read_npz
from textualheatmap.files.json_file import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
TOKEN = b'[[{"token":"a","heat":[1]},'
META = b'[[{"token":"a","heat":[1],"meta":['
ABOUT: dict[str, Any] = {
    "token": ["a"],
    "format": [False],
    "meta": [[]],
    "provenance": {},
    "title": "",
    "id": None,
    "rows_of": None,
    "axes": [],
    "rows": 1,
    "signed": False,
    "missing": False,
    "sparse": False,
    "bytes": 1,
}


class Cost(NamedTuple):
    """What reading a file took, and what came of it."""

    seconds: float
    megabytes: float
    outcome: str


def repeat(unit: bytes, start: bytes = b"[", end: bytes = b"]") -> bytes:
    """Return JSON as large as may be, of one unit over and over."""
    count = (MAX_BYTES - len(start) - len(end)) // (len(unit) + 1)
    return start + b",".join([unit] * count) + end


def write_heat(n: int) -> bytes:
    """Return JSON of `n` tokens with a heat on every token."""
    record = b'{"token":"ab","heat":[' + b",".join([b"0.5"] * n) + b"]}"
    return b"[[" + b",".join([record] * n) + b"]]"


def write_keys(start: bytes, end: bytes) -> bytes:
    """Return JSON as large as may be, of keys in an object."""
    count = (MAX_BYTES - len(start) - len(end)) // len(b'"0000000":0,')
    return start + b",".join(b'"%07d":0' % i for i in range(count)) + end


def write_axes() -> bytes:
    """Return JSON of as many matrices as brackets allow, with labels for each."""
    labels = b",".join(b'"%d"' % i for i in range(9959))
    matrices = b",".join([b"[" + b",".join([b"[[1]]"] * 40) + b"]"] * 9959)
    axes = b'{"name":"a","labels":[' + labels + b']},{"name":"b","labels":['
    axes += b",".join(b'"%d"' % i for i in range(40)) + b"]}"
    start = b'{"version":1,"facets":[{"tokens":[{"token":"a"}],"axes":['
    return start + axes + b'],"heat":[' + matrices + b"]}]}"


JSON_CASES: dict[str, Callable[[], bytes]] = {
    "lists": lambda: repeat(b"[]"),
    "objects": lambda: repeat(b'{"a":0}'),
    "numbers": lambda: repeat(b"1"),
    "strings": lambda: repeat(b'"ab"'),
    "facets": lambda: repeat(b'[{"token":"a","heat":[1]}]'),
    "records": lambda: repeat(b'{"token":"","heat":[1]}', b"[[", b"]]"),
    "format-tokens": lambda: repeat(b'{"token":"","format":true}', TOKEN, b"]]"),
    "meta": lambda: repeat(b'"a"', META, b"]}]]"),
    "meta-pairs": lambda: repeat(b'["a",1]', META, b"]}]]"),
    "row": lambda: repeat(b"1", b'[[{"token":"a","heat":[', b"]}]]"),
    "token": lambda: b'[[{"token":"' + b"a" * (MAX_BYTES - 40) + b'","heat":[1]}]]',
    "numbers-of-300-digits": lambda: repeat(b"9" * 300, META, b"]}]]"),
    "heat": lambda: write_heat(2200),
    "one-column": lambda: repeat(
        b"[0.12345678901234567]",
        b'{"version":1,"facets":[{"rows_of":"a","tokens":[{"token":"a"}],"heat":[',
        b"]}]}",
    ),
    "missing-heat": lambda: repeat(
        b"null",
        b'{"version":1,"facets":[{"missing":true,"tokens":[{"token":"a","heat":[',
        b"]}]}]}",
    ),
    "json-provenance": lambda: write_keys(
        b'{"version":1,"facets":[{"tokens":[{"token":"a","heat":[1]}],"provenance":{',
        b"}}]}",
    ),
    "unknown-keys": lambda: write_keys(
        b'{"version":1,"facets":[{"tokens":[{"token":"a","heat":[1]}],"a":{},"b":{',
        b"}}]}",
    ),
    "style": lambda: write_keys(
        b'{"version":1,"facets":[{"tokens":[{"token":"a","heat":[1]}]}],"style":{"a":{',
        b"}}}",
    ),
    "axes": write_axes,
}


def save(path: Path, facets: list[dict[str, Any]], **arrays: np.ndarray) -> None:
    """Write an NPZ file of what is said of facets, and their arrays."""
    about = json.dumps({"version": 2, "facets": facets}, separators=(",", ":"))
    named = {name.replace("_", "-"): array for name, array in arrays.items()}
    np.savez_compressed(path, about=np.frombuffer(about.encode(), "u1"), **named)  # pyright: ignore[reportArgumentType]


def describe(n: int, **changed: object) -> dict[str, Any]:
    """Return what a file says of a facet of `n` tokens."""
    lists = {"token": ["a"] * n, "format": [False] * n, "meta": [[]] * n}
    return ABOUT | lists | {"rows": n} | changed


def save_dense(path: Path, code: int) -> None:
    """Write a file that unpacks to nearly all that it may."""
    n = 9900
    heat = np.full((n, n), code, dtype="u1")
    save(path, [describe(n)], heat_0=heat, scale_0=np.ones(n, "f4"))


def save_sparse(path: Path) -> None:
    """Write sparse heat of as many tokens as there may be."""
    n, count = 200_000, 7_500_000
    save(
        path,
        [describe(n, sparse=True)],
        heat_0=np.ones(count, "u1"),
        scale_0=np.ones(n, "f4"),
        column_0=np.arange(count, dtype="u4") % n,
        start_0=np.linspace(0, count, n + 1).astype("u8"),
    )


def save_rows(path: Path) -> None:
    """Write many rows of one column."""
    n = 9_000_000
    about = describe(1, rows=n, rows_of="b")
    save(path, [about], heat_0=np.ones((n, 1), "u1"), scale_0=np.ones(n, "f4"))


def save_facets(path: Path) -> None:
    """Write as many facets as there may be."""
    count = 1000
    heats = {f"heat_{i}": np.ones((1, 1), "u1") for i in range(count)}
    scales = {f"scale_{i}": np.ones(1, "f4") for i in range(count)}
    save(path, [describe(1)] * count, **heats, **scales)


def save_provenance(path: Path) -> None:
    """Write as much provenance as there may be."""
    about = describe(1, provenance={str(i): 0 for i in range(850_000)})
    save(path, [about], heat_0=np.ones((1, 1), "u1"), scale_0=np.ones(1, "f4"))


def save_members(path: Path) -> None:
    """Write an archive of many empty files."""
    with ZipFile(path, "w") as archive:
        for i in range(190_000):
            archive.writestr(ZipInfo(str(i)), b"")


NPZ_CASES: dict[str, Callable[[Path], None]] = {
    "zeros": lambda path: save_dense(path, 0),
    "ones": lambda path: save_dense(path, 254),
    "sparse": save_sparse,
    "rows": save_rows,
    "1000-facets": save_facets,
    "provenance": save_provenance,
    "members": save_members,
}


def measure(case: str) -> Cost:
    """Write the file of a case, and read it in a process of its own."""
    with TemporaryDirectory() as folder:
        if case in JSON_CASES:
            path = Path(folder, f"{case}.json")
            path.write_bytes(JSON_CASES[case]())
        else:
            path = Path(folder, f"{case}.npz")
            NPZ_CASES[case](path)
        command = [sys.executable, "-m", "tests.benchmarks.files", "--read", str(path)]
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, check=True
        )
    seconds, megabytes, outcome = done.stdout.strip().split(" ", 2)
    return Cost(float(seconds), float(megabytes), outcome)


def read(path: str) -> None:
    """Read a file, and print what it took."""
    started = time.process_time()
    try:
        facets = read_npz(path) if path.endswith(".npz") else read_json(path)
        outcome = f"read: {len(facets)} facets, {sum(map(len, facets))} tokens"
    except HeatmapDataError as error:
        outcome = f"refused: {error}"
    seconds = time.process_time() - started
    # Not of `getrusage`, which begins with what the parent process had.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    kilobytes = int(status.split("VmHWM:")[1].split()[0])
    print(f"{seconds:.2f} {kilobytes / 1000:.0f} {outcome}")


def main() -> None:
    """Print a line for each case that is asked for."""
    if sys.argv[1:2] == ["--read"]:
        read(sys.argv[2])
        return
    print("file | CPU s | memory MB | outcome")
    for case in sys.argv[1:] or [*JSON_CASES, *NPZ_CASES]:
        cost = measure(case)
        print(f"{case} | {cost.seconds:.2f} | {cost.megabytes:.0f} | {cost.outcome}")


if __name__ == "__main__":
    main()
