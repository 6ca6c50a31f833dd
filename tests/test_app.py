"""What the app shows and says, without a browser."""

from __future__ import annotations

import asyncio
import doctest
import gc
import gzip
import importlib
import json
import weakref
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from zipfile import ZIP_DEFLATED, ZipFile

import param
import pytest
from panel.io.location import Location

from textualheatmap import (
    Facet,
    HeatmapDataError,
    TextualHeatmap,
    write_file,
    write_npz,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from apps.facet_choice import FacetChoice
    from apps.heatmap import App
    from apps.open_state import OpenState
    from apps.token_panel import TokenPanel
    from apps.upload import Upload

GOOD = b'[[{"token": "a", "heat": [1]}], [{"token": "b", "heat": [0.5]}]]'
SCRIPT = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def apps(root: Path) -> Iterator[dict[str, ModuleType]]:
    """Return the app's modules, found as `panel serve` finds them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(root / "apps")
        names = (
            "choice_list",
            "documents",
            "facet_choice",
            "find_button",
            "folded",
            "open_state",
            "page_drop",
            "play_button",
            "token_panel",
            "heatmap",
            "page",
            "copy_link",
            "provenance_text",
            "save_button",
            "upload",
        )
        yield {name: importlib.import_module(name) for name in names}


@pytest.fixture
def app(apps: dict[str, ModuleType]) -> App:
    """Return one session of the app."""
    return apps["heatmap"].App()


def read(apps: dict[str, ModuleType], content: bytes) -> None:
    apps["documents"].read_facets(content)


def write_token(text: str, heat: list[float], **more: object) -> bytes:
    return json.dumps([[{"token": text, "heat": heat, **more}]]).encode()


def write_facets(**provenance: object) -> bytes:
    """Return an NPZ file of two facets, the first of which says how it was made."""
    file = BytesIO()
    first = Facet.from_arrays(["a", "b"], [[1, 0], [0.5, 1]], provenance=provenance)
    write_npz(file, [first, Facet.from_arrays(["ab"], [[1]])])
    return file.getvalue()


def test_the_examples_of_the_apps_docstrings_run(apps: dict[str, ModuleType]) -> None:
    results = [doctest.testmod(module) for module in apps.values()]
    assert [result.failed for result in results] == [0] * len(apps)
    assert sum(result.attempted for result in results) > 0


def test_the_docstring_is_the_command_that_runs_it(apps: dict[str, ModuleType]) -> None:
    text = apps["heatmap"].__doc__
    assert text is not None
    assert "panel serve apps/heatmap.py --args my.json" in text


def test_every_file_of_the_data_is_offered_with_a_sentence_about_it(
    apps: dict[str, ModuleType], root: Path
) -> None:
    offered = json.loads((root / "apps" / "samples.json").read_text(encoding="utf-8"))
    data = root / "data"
    files = {path.name for path in (*data.glob("*.json"), *data.glob("*.npz"))}
    assert {sample["file"] for sample in offered} == files
    for document in apps["documents"].read_samples().values():
        assert document.about.endswith(".")
        assert 0 < len(document.hint) <= 50
        assert len(document.titles) == len(document.facets)
        heatmap = TextualHeatmap().set_data(document.facets)
        heatmap.param.update(facet_titles=document.titles, **document.view)
        assert heatmap.focus_span is not None


def test_sessions_share_the_samples(apps: dict[str, ModuleType]) -> None:
    one, other = (apps["heatmap"].App().heatmap for _ in range(2))
    assert one.facets[0].store is other.facets[0].store
    one.facets = []
    assert len(other.facets) == len(apps["heatmap"].App().heatmap.facets) == 2


def test_it_begins_with_the_first_sample_and_a_focus(app: App) -> None:
    assert app.document == "Autocomplete"
    assert app.heatmap.facet_titles == ["GRU", "LSTM"]
    assert app.heatmap.focus == 52
    assert "LSTM" in app.about


def test_choosing_a_sample_shows_it_unpinned(app: App) -> None:
    app.heatmap.pinned = True
    app.document = "Next words"
    assert app.heatmap.facet_titles == ["SmolLM2"]
    assert app.heatmap.facets[0].tokens.texts[0] == "In"
    assert (app.heatmap.focus, app.heatmap.pinned) == (62, False)


def test_a_sample_is_shown_as_it_says_whatever_was_shown_before(app: App) -> None:
    app.document = "Layers and heads"
    assert app.heatmap.axes == {"layer": 18, "head": 6}
    app.document = "Who looked at it"
    assert (app.heatmap.focus, app.heatmap.direction) == (30, "column")
    app.document = "Question and answer"
    assert app.heatmap.focus_facet == "answer"
    assert app.heatmap.focus_span == (18, 19)
    assert (app.heatmap.direction, app.heatmap.axes) == ("row", {})


def test_an_opened_file_is_shown_and_stays_among_the_choices(app: App) -> None:
    app.open_file(GOOD, "my.json")
    assert app.document == "my.json"
    assert app.heatmap.facet_titles == ["Facet 1", "Facet 2"]
    app.document = "Masked words"
    app.document = "my.json"
    assert app.heatmap.facets[1].tokens.text == "b"


def test_an_npz_file_is_told_by_its_content_whatever_its_name(app: App) -> None:
    app.open_file(write_facets(), "my.json")
    assert app.message == ""
    assert app.document == "my.json"
    assert app.heatmap.facets[0].heat.tolist() == [
        [1, 0],
        [pytest.approx(0.5, 0.01), 1],
    ]
    assert app.heatmap.facet_titles == ["Facet 1", "Facet 2"]
    assert app.about == "my.json. Tokens: 2 and 1."
    app.open_file(GOOD, "my.npz")
    assert app.document == "my.npz"


def test_a_parquet_file_is_opened(app: App) -> None:
    file = BytesIO()
    write_file(file, [Facet.from_arrays(["a"], [[1]], title="GRU")], name="a.parquet")
    app.open_file(file.getvalue(), "my.parquet")
    assert app.message == ""
    assert app.document == "my.parquet"
    assert app.heatmap.facet_titles == ["GRU"]
    app.open_file(file.getvalue()[:-20], "my.parquet")
    assert app.message.startswith("my.parquet: the file is no Parquet file")


def test_a_zarr_store_is_opened_as_an_archive(app: App) -> None:
    file, facet = BytesIO(), Facet.from_arrays(["a", "b"], [[1, 0], [0.5, 1]])
    write_file(file, [facet], name="a.zarr.zip")
    app.open_file(file.getvalue(), "my.zarr.zip")
    assert app.message == ""
    assert app.document == "my.zarr.zip"
    assert app.heatmap.row()["heat"].tolist() == [0.5, 1]
    app.open_file(file.getvalue(), "my.zip")
    assert app.message.startswith("my.zip: about is missing")


@pytest.mark.parametrize("name", ["my.json", "my.json.gz", "my.JSONL", "my.jsonl.zst"])
def test_files_that_are_packed_or_have_a_facet_a_line_are_opened(
    app: App, name: str, tmp_path: Path
) -> None:
    facet = Facet.from_arrays(["a", "b"], [[1, 0], [0.5, 1]], title="GRU")
    write_file(tmp_path / name, [facet])
    app.open_file((tmp_path / name).read_bytes(), name)
    assert app.message == ""
    assert app.heatmap.facet_titles == ["GRU"]


def test_a_packed_file_that_unpacks_to_too_much_is_refused(app: App) -> None:
    app.open_file(gzip.compress(bytes(20_000_001)), "my.json.gz")
    message = "my.json.gz: the file unpacks to more, expected at most 20000000 bytes"
    assert app.message == message


def test_a_file_that_says_how_its_heat_was_made_is_quoted(app: App) -> None:
    app.open_file(write_facets(method="norm", layers=[0, 1], steps=None), "my.npz")
    made = "Heat: method norm, layers 0 1, steps None."
    assert app.about == f"my.npz. Tokens: 2 and 1. {made}"
    app.open_file(write_facets(method="a" * 10_000), "my.npz")
    assert len(app.about) < 400


def test_a_file_opened_again_is_read_again(app: App) -> None:
    app.open_file(GOOD, "my.json")
    app.open_file(write_token("c", [1]), "my.json")
    assert app.heatmap.facets[0].tokens.text == "c"
    assert list(app.param.document.objects).count("my.json") == 1


def test_a_byte_order_mark_does_not_matter(app: App) -> None:
    app.open_file(b"\xef\xbb\xbf" + GOOD, "my.json")
    assert app.document == "my.json"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            b"",
            "my.json: the file is not JSON: Expecting value: line 1 column 1",
        ),
        (
            b"[[}]]",
            "my.json: the file is not JSON: Expecting value: line 1 column 3",
        ),
        (b'"\xff"', "my.json: the file is not UTF-8 at byte 1, expected JSON in UTF-8"),
        (
            b"PK",
            "my.json: the file is no zip archive, expected an NPZ file: File is no",
        ),
        (write_facets()[:200], "my.json: the file is no zip archive, expected an NPZ"),
        (b"1", "my.json: data is an int, expected a list of facets"),
        (b"{}", "my.json: data.version is None, expected 1"),
        (b"[]", "my.json: data is empty, expected at least one of its facets"),
        (
            write_token("a", [1, 0]),
            "my.json: facets[0].tokens[0].heat has 2 values, expected 1 (one per ",
        ),
        (
            write_token("a", [float("nan")]),
            "my.json: facets[0].tokens[0].heat[0] is nan, expected a number (or ",
        ),
    ],
)
def test_a_wrong_file_is_told_what_is_wrong_with_it(
    app: App, content: bytes, message: str
) -> None:
    before = app.heatmap.param.values()
    app.open_file(content, "my.json")
    assert app.message.startswith(message)
    assert app.document == "Autocomplete"
    assert app.heatmap.param.values() == before


@pytest.mark.parametrize("content", [b"[" * 100_000, b"[" + b"9" * 5000 + b"]"])
def test_json_that_python_refuses_is_a_wrong_file(
    apps: dict[str, ModuleType], content: bytes
) -> None:
    with pytest.raises(HeatmapDataError, match="the file is not JSON"):
        read(apps, content)


def test_a_file_of_too_many_facets_for_one_page_is_a_wrong_file(app: App) -> None:
    before = app.heatmap.param.values()
    app.open_file(
        b"[%s]" % b",".join([b'[{"token": "a", "heat": [1]}]'] * 65), "my.json"
    )
    assert app.message == "my.json: data has 65 facets, expected at most 64"
    assert app.document == "Autocomplete"
    assert "my.json" not in app.param.document.objects
    assert app.heatmap.param.values() == before


def test_facets_of_a_file_have_their_own_titles(app: App) -> None:
    file = BytesIO()
    write_npz(file, [Facet.from_arrays(["a"], [[1]], title="GRU")])
    app.open_file(file.getvalue(), "my.npz")
    assert app.heatmap.facet_titles == ["GRU"]


def test_a_file_above_the_stated_size_is_not_read(apps: dict[str, ModuleType]) -> None:
    size = 20_000_000
    read(apps, GOOD.ljust(size))
    with pytest.raises(HeatmapDataError, match="expected at most 20 MB of JSON"):
        read(apps, GOOD.ljust(size + 1))
    with pytest.raises(HeatmapDataError, match="expected at most 50 MB of NPZ"):
        read(apps, b"PK".ljust(50_000_001))


def test_a_file_that_unpacks_to_too_much_is_not_unpacked(
    apps: dict[str, ModuleType],
) -> None:
    bomb = BytesIO()
    with ZipFile(bomb, "w", ZIP_DEFLATED) as archive:
        archive.writestr("about.npy", bytes(50_000_001))
    message = r"the file unpacks to 50000001 bytes, expected at most 50000000"
    with pytest.raises(HeatmapDataError, match=message):
        read(apps, bomb.getvalue())


def test_a_good_file_and_a_choice_take_the_message_away(app: App) -> None:
    app.open_file(b"", "my.json")
    app.open_file(GOOD, "my.json")
    assert app.message == ""
    app.open_file(b"", "my.json")
    app.document = "Masked words"
    assert app.message == ""


def test_a_path_is_opened_by_its_name(app: App, tmp_path: Path) -> None:
    path = tmp_path / "my.json"
    path.write_bytes(GOOD)
    app.open_path(path)
    assert app.document == "my.json"


def test_a_path_that_cannot_be_read_is_told(app: App, tmp_path: Path) -> None:
    path = tmp_path / "none.json"
    app.open_path(path)
    assert app.message == f"{path} cannot be read: No such file or directory"
    app.open_path(tmp_path)
    assert app.message == f"{tmp_path} cannot be read: Is a directory"


def test_a_path_of_endless_content_is_too_large(app: App) -> None:
    app.open_path(Path("/dev/zero"))
    assert app.message == "zero: the file is too large, expected at most 20 MB of JSON"


def test_sessions_share_nothing(apps: dict[str, ModuleType], app: App) -> None:
    before = apps["heatmap"].App()
    app.open_file(GOOD, "my.json")
    app.heatmap.palette = "greys"
    after = apps["heatmap"].App()
    for other in (before, after):
        assert other.document == "Autocomplete"
        assert "my.json" not in other.param.document.objects
        assert other.heatmap.palette == "viridis"


def test_what_a_file_says_is_text_in_the_page(app: App) -> None:
    parts = app.build_parts()
    app.open_file(write_token("a", [1], **{SCRIPT: 1}), SCRIPT)
    assert SCRIPT in app.message
    assert "&lt;img src=x" in parts["message"].object
    assert "<img" not in parts["message"].object
    app.open_file(write_facets(**{SCRIPT: SCRIPT}), SCRIPT)
    assert parts["about"].object.count("&lt;img src=x") == 3
    assert "<img" not in parts["about"].object
    app.open_file(GOOD, SCRIPT)
    assert parts["message"].object == ""
    assert "&lt;img src=x" in parts["about"].object
    assert "<img" not in parts["about"].object


def find_upload(app: App) -> Upload:
    return app.build_parts()["data"][1]


def send(upload: Upload, *pieces: object, **more: object) -> list[dict[str, object]]:
    """Do what Panel does when the browser sends a file, and return the answers."""
    answers: list[dict[str, object]] = []
    size = sum(len(each) for each in pieces if isinstance(each, bytes))
    start = 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(upload, "_send_msg", answers.append)
        # Panel would leave a loop open.
        patch.setattr(
            param.parameterized, "async_executor", lambda work: asyncio.run(work())
        )
        for piece in pieces:
            sent = {"name": "my.json", "size": size, "place": 0, "count": 1}
            message = sent | {"start": start, "data": piece} | more
            upload._handle_msg(message)  # noqa: SLF001 - what Panel calls
            start += len(piece) if isinstance(piece, bytes) else 0
    return answers


def count_kept_bytes(upload: Upload) -> int:
    """Return how many bytes the attributes of a widget hold."""
    kept = vars(upload).values()
    return sum(len(each) for each in kept if isinstance(each, bytes | bytearray | str))


def test_an_upload_is_opened_once_and_nothing_of_it_is_kept(app: App) -> None:
    upload = find_upload(app)
    answers = send(upload, GOOD[:9], GOOD[9:])
    assert answers == [{"received": 9}, {"received": len(GOOD)}, {"ended": "opened"}]
    assert app.document == "my.json"
    app.document = "Masked words"
    send(upload, write_facets(), name="my.npz")
    assert app.document == "my.npz"
    assert count_kept_bytes(upload) == 0


def test_an_upload_that_is_refused_is_told(app: App) -> None:
    upload = find_upload(app)
    answers = send(upload, b"\xff", name="bad.json")
    assert answers == [{"received": 1}, {"ended": "refused"}]
    assert app.document == "Autocomplete"
    assert app.message.startswith("bad.json: the file is not UTF-8")
    assert count_kept_bytes(upload) == 0


def test_files_sent_together_are_documents_of_their_own(app: App) -> None:
    upload = find_upload(app)
    samples = list(app.param.document.objects)
    bad = write_token("a", [1, 0])
    files = {"bad.json": bad, "a.json": GOOD, "none.json": b"", "b.json": GOOD}
    for place, (name, content) in enumerate(files.items()):
        send(upload, content, name=name, place=place, count=len(files))
        if place == 0:
            assert app.document == "Autocomplete"
    assert list(app.param.document.objects) == [*samples, "a.json", "b.json"]
    # The first that could be opened.
    assert app.document == "a.json"
    first, second = app.message.split("\n")
    assert first.startswith("bad.json: facets[0].tokens[0].heat has 2 values, expected")
    assert second.startswith("none.json: the file is not JSON: Expecting value: line 1")
    send(upload, GOOD, name="c.json")
    assert (app.document, app.message) == ("c.json", "")


def test_files_of_one_name_sent_together_get_a_number(app: App) -> None:
    upload = find_upload(app)
    for place in range(2):
        content = write_token(f"{place}", [1])
        send(upload, content, place=place, count=2)
    texts = {name: each.facets[0].tokens.text for name, each in app.opened.items()}
    assert texts == {"my.json": "0", "my.json (2)": "1"}


def test_more_files_together_than_are_kept_are_refused(app: App) -> None:
    upload = find_upload(app)
    answers = [
        send(upload, GOOD, name=f"{place}.json", place=place, count=6)
        for place in range(6)
    ]
    assert answers[5] == [{"ended": "refused"}]
    assert list(app.opened) == [f"{place}.json" for place in range(5)]
    assert app.message == ("5.json: file 6 of 6 that came together, expected at most 5")


def test_files_that_arrive_leave_a_document_that_was_chosen_meanwhile(app: App) -> None:
    upload = find_upload(app)
    send(upload, GOOD, name="a.json", count=2)
    app.document = "Masked words"
    send(upload, GOOD, name="b.json", place=1, count=2)
    assert app.document == "Masked words"
    assert app.heatmap.facet_titles == ["MiniLM"]
    assert list(app.opened) == ["a.json", "b.json"]


@pytest.mark.parametrize("said", [20_000_000, 50_000_001])
def test_an_upload_that_is_too_large_is_not_kept(app: App, said: int) -> None:
    upload = find_upload(app)
    piece = bytes(10_000_000)
    pieces = [piece] * 5 + [b"1"]
    answers = send(upload, *pieces, size=said)
    assert {"ended": "refused"} in answers
    assert len(answers) < len(pieces)
    assert app.message.startswith("my.json: the file is ")
    assert count_kept_bytes(upload) == 0


def test_a_file_that_the_browser_cannot_read_is_told(app: App) -> None:
    upload = find_upload(app)
    assert send(upload, None, size=4096) == [{"ended": "refused"}]
    assert app.message == "my.json: the browser cannot read it, expected a file"
    send(upload, b"[", b"", size=9)
    assert app.message == "my.json: the file ended after 1 of 9 bytes"


def test_an_error_that_nobody_expects_ends_the_upload(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = find_upload(app)

    def fail(_content: bytes, _name: str) -> None:
        raise MemoryError

    monkeypatch.setattr(upload, "_read", fail)
    with pytest.raises(MemoryError):
        send(upload, GOOD)
    assert app.message == "my.json: it could not be read"


def test_an_upload_that_was_broken_off_is_forgotten_at_the_next(app: App) -> None:
    upload = find_upload(app)
    send(upload, b"[", size=9)
    send(upload, GOOD)
    assert app.message == ""
    assert app.document == "my.json"


@pytest.mark.parametrize(
    "more",
    [
        {"data": "text"},
        {"start": 7},
        {"start": "0"},
        {"name": 7},
        {"count": None},
    ],
)
def test_an_upload_of_another_form_is_refused_quietly(
    app: App, more: dict[str, object]
) -> None:
    assert send(find_upload(app), GOOD, **more) == []
    assert (app.document, app.message) == ("Autocomplete", "")


def test_the_last_five_opened_files_stay_among_the_choices(app: App) -> None:
    samples = list(app.param.document.objects)
    for number in range(7):
        app.open_file(GOOD, f"{number}.json")
        assert app.document == f"{number}.json"
    opened = [f"{number}.json" for number in range(2, 7)]
    assert list(app.param.document.objects) == samples + opened
    app.open_file(GOOD, "2.json")
    app.open_file(GOOD, "7.json")
    assert list(app.param.document.objects)[len(samples) :] == [
        f"{number}.json" for number in (4, 5, 6, 2, 7)
    ]


def list_documents(app: App) -> list[str]:
    """Return the names in the list of documents."""
    return [item["name"] for item in app.build_parts()["data"][0].items]


def test_the_list_offers_all_documents_and_chooses_among_them(app: App) -> None:
    documents = app.build_parts()["data"][0]
    app.open_file(GOOD, "my.json")
    assert documents.chosen == ["my.json"]
    mine, *exhibits = documents.items
    assert mine == {"name": "my.json", "group": "Opened files", "removable": True}
    assert {each["group"] for each in exhibits} == {"Exhibits"}
    assert not any(each.get("removable") for each in exhibits)
    documents.chosen = ["Masked words"]
    assert app.document == "Masked words"


def test_a_closed_file_is_gone_and_the_one_before_it_is_shown(app: App) -> None:
    documents = app.build_parts()["data"][0]
    for name in ("a.json", "b.json", "c.json"):
        app.open_file(GOOD, name)
    for name, shown in (("a", "c.json"), ("c", "b.json"), ("b", "Autocomplete")):
        documents._handle_msg({"remove": f"{name}.json"})  # noqa: SLF001 - as Panel
        assert app.document == shown
        assert f"{name}.json" not in list_documents(app)
        assert f"{name}.json" not in app.param.document.objects
    assert app.heatmap.facet_titles == ["GRU", "LSTM"]


@pytest.mark.parametrize("message", [{"remove": "Masked words"}, {"remove": 7}, None])
def test_a_page_can_remove_no_exhibit(app: App, message: object) -> None:
    app.document = "Masked words"
    documents = app.build_parts()["data"][0]
    documents._handle_msg(message)  # noqa: SLF001 - what Panel calls
    assert app.document == "Masked words"


def count_true(facets: list[Facet], shift: int) -> int:
    """Count tokens whose meta have the token that comes `shift` places later."""
    count = 0
    for tokens in (facet.tokens for facet in facets):
        places = tokens.positions.tolist()
        for place, other in zip(places, places[shift:], strict=False):
            texts = [
                item if isinstance(item, str) else item[0]
                for item in tokens.meta[place]
            ]
            count += tokens.texts[other].strip() in {text.strip() for text in texts}
    return count


def test_each_sample_says_what_its_meta_are_and_which_token_is_true(
    apps: dict[str, ModuleType],
) -> None:
    labels = {"self": "predicts here", "next": "predicts next"}
    for name, document in apps["documents"].read_samples().items():
        has_meta = any(facet.tokens.has_meta for facet in document.facets)
        assert ("meta_label" in document.view) == has_meta, name
        truth = document.view.get("meta_truth")
        if truth is not None:
            assert document.view["meta_label"] == labels[truth]
            # A model is right more often than by chance.
            right = {"self": 0, "next": 1}
            counts = {each: count_true(document.facets, right[each]) for each in right}
            assert max(counts, key=counts.__getitem__) == truth, name


def test_a_sample_says_what_its_meta_are_and_a_file_does_not(app: App) -> None:
    app.document = "Next words"
    shown = app.heatmap
    assert (shown.meta_label, shown.meta_truth) == ("predicts next", "next")
    app.open_file(GOOD, "my.json")
    assert (shown.meta_label, shown.meta_truth) == ("", None)


@pytest.fixture
def choice(apps: dict[str, ModuleType], app: App) -> FacetChoice:
    """Return the choice among the facets of one session."""
    return apps["facet_choice"].FacetChoice(app.heatmap, app._tell)  # noqa: SLF001


def test_facets_are_left_out_and_shown_again(app: App, choice: FacetChoice) -> None:
    choice.choose(["LSTM"])
    assert app.heatmap.facet_titles == ["LSTM"]
    choice.choose([])
    assert app.message == "no facet is chosen, expected at least one"
    assert app.heatmap.facet_titles == choice.shown == ["LSTM"]
    choice.choose(["LSTM", "GRU"])
    assert app.heatmap.facet_titles == ["GRU", "LSTM"]
    assert app.message == ""


def test_a_facet_brings_the_one_that_its_rows_belong_to(
    app: App, choice: FacetChoice
) -> None:
    app.document = "Question and answer"
    choice.choose(["Answer"])
    assert app.heatmap.facet_titles == ["Answer"]
    choice.choose(["Question"])
    assert choice.shown == app.heatmap.facet_titles == ["Question", "Answer"]


def test_the_difference_of_two_facets_is_shown_and_taken_away(
    app: App, choice: FacetChoice
) -> None:
    gru, lstm = app.heatmap.facets
    choice.show_difference("LSTM", "GRU")
    assert app.heatmap.facet_titles == ["GRU", "LSTM", "LSTM - GRU"]
    difference = app.heatmap.facets[2]
    assert difference.store.signed
    assert difference.heat == pytest.approx(lstm.heat - gru.heat)
    choice.show_difference("LSTM", "GRU")
    assert len(app.heatmap.facets) == 3
    choice.choose(["LSTM - GRU"])
    choice.remove("LSTM - GRU")
    assert choice.shown == app.heatmap.facet_titles == ["GRU"]
    assert list(choice.offered) == ["GRU", "LSTM"]


def test_texts_without_a_difference_are_told_and_what_was_shown_stays(
    app: App, choice: FacetChoice
) -> None:
    app.open_file(GOOD, "my.json")
    before = app.heatmap.facets
    choice.show_difference("Facet 1", "Facet 2")
    assert app.message.startswith("the facets have 0% of their text in common")
    assert app.heatmap.facets == before
    assert list(choice.offered) == ["Facet 1", "Facet 2"]


def test_another_document_has_no_difference_of_the_last(
    app: App, choice: FacetChoice
) -> None:
    choice.show_difference("LSTM", "GRU")
    app.document = "Three tokenizers"
    assert choice.shown == list(choice.offered) == app.heatmap.facet_titles
    assert len(choice.offered) == 3
    assert choice.differences == {}


def open_at(apps: dict[str, ModuleType], address: Location) -> App:
    """Return a session of a page with this address."""
    app = apps["heatmap"].App()
    app.follow_address(address)
    return app


def test_the_address_keeps_facets_and_differences(apps: dict[str, ModuleType]) -> None:
    address = Location(search="?theme=dark")
    app = open_at(apps, address)
    app.facet_choice.show_difference("LSTM", "GRU")
    app.facet_choice.choose(["GRU", "LSTM - GRU"])
    again = open_at(apps, Location(search=address.search))
    assert again.heatmap.facet_titles == ["GRU", "LSTM - GRU"]
    assert again.facet_choice.differences == {"LSTM - GRU": ("LSTM", "GRU")}
    again.facet_choice.choose(["LSTM"])
    assert list(again.facet_choice.offered) == ["GRU", "LSTM", "LSTM - GRU"]
    address.hash = "#focus=3"
    app.document = "Three tokenizers"
    assert address.search == "?theme=dark&document=Three+tokenizers"
    assert address.hash == ""
    app.open_file(GOOD, "my.json")
    app.facet_choice.choose(["Facet 1"])
    assert address.search == "?theme=dark"


@pytest.mark.parametrize(
    "query",
    [
        {"facets": ["none"]},
        {"facets": "LSTM"},
        {"facets": [3, None, ["LSTM"]]},
        {"differences": [["GRU"], ["GRU", "none"], "GRU", [1, 2], [["GRU"], "LSTM"]]},
        {"differences": {"GRU": "LSTM"}},
        {"document": ["Autocomplete"]},
    ],
)
def test_an_address_that_names_no_such_facets_shows_all(
    apps: dict[str, ModuleType], query: dict[str, object]
) -> None:
    written = urlencode({key: json.dumps(value) for key, value in query.items()})
    app = open_at(apps, Location(search=f"?{written}"))
    assert app.heatmap.facet_titles == ["GRU", "LSTM"]
    assert app.message == ""


def test_play_is_a_button_that_turns_into_stop(app: App) -> None:
    button = app.build_parts()["actions"][1]
    assert (button.label, button.disabled) == ("Play", False)
    button.param.trigger("clicks")
    assert (app.heatmap.playing, button.label) == (True, "Stop")
    app.heatmap.playing = False
    assert button.label == "Play"


@pytest.mark.parametrize("name", ["view", "token", "style"])
def test_what_is_folded_away_is_built_when_it_is_opened_and_only_once(
    app: App, name: str
) -> None:
    part = app.build_parts()[name]
    assert list(part.content) == []
    part.open_state.is_open = True
    (shown,) = part.content
    part.open_state.is_open = False
    part.open_state.is_open = True
    assert list(part.content) == [shown]


def test_the_panel_of_a_token_opens_where_nothing_is_shown_yet(
    apps: dict[str, ModuleType],
) -> None:
    is_open = apps["open_state"].OpenState(is_open=True)
    panel = apps["token_panel"].TokenPanel(TextualHeatmap(), is_open)
    assert [line.text for line in panel.lines] == ["No token is focused."]


def find_bars(panel: TokenPanel) -> Any:  # noqa: ANN401 - of Bokeh's own types
    """Return the columns that the bar chart of a panel draws."""
    return panel._source.data  # noqa: SLF001 - it has no other name


@pytest.fixture
def open_state(apps: dict[str, ModuleType]) -> OpenState:
    """Return what knows whether the panel of a token is open, which it is not."""
    return apps["open_state"].OpenState()


@pytest.fixture
def token_panel(
    apps: dict[str, ModuleType], app: App, open_state: OpenState
) -> TokenPanel:
    """Return what is told of the focused token in one session, folded away."""
    return apps["token_panel"].TokenPanel(app.heatmap, open_state)


def test_the_hottest_tokens_of_the_focus_are_bars_while_the_panel_is_open(
    app: App, token_panel: TokenPanel, open_state: OpenState
) -> None:
    app.heatmap.highlight(51)
    assert token_panel.lines == []
    open_state.is_open = True
    heading, first, *_ = token_panel.lines
    assert heading.text == "GRU"
    row = app.heatmap.row(facet=0)
    hottest = row.loc[row["rank"] == 1].iloc[0]
    assert (first.token, first.share) == (hottest["index"], 1)
    assert first.number == f"{hottest['value']:.2f}"
    told = [line.text for line in token_panel.lines if line.kind == "meta"]
    meta = app.heatmap.facets[0].tokens.meta[51]
    assert told[:3] == [word for word, _ in meta]
    app.heatmap.highlight(20)
    assert token_panel.lines[1] != first
    assert len(find_bars(token_panel)["y"]) == len(token_panel.lines)
    before = token_panel.lines
    open_state.is_open = False
    app.heatmap.highlight(51)
    assert token_panel.lines == before


def test_the_panel_of_a_token_tells_its_numbers(
    app: App, token_panel: TokenPanel, open_state: OpenState
) -> None:
    open_state.is_open = True
    numbers = {"rank": 3, "entropy": 0.25, SCRIPT: None}
    app.open_file(write_token("a", [1], numbers=numbers), "my.json")
    last = [(line.kind, line.text, line.number) for line in token_panel.lines[-3:]]
    assert last == [
        ("heading", "numbers", ""),
        ("number", "rank", "3"),
        ("number", "entropy", "0.25"),
    ]
    app.heatmap.append(0, ["b"], numbers={"rank": [7]})
    app.heatmap.focus = 1
    assert token_panel.lines[-1][:3] == ("number", "rank", "7")
    assert len(find_bars(token_panel)["y"]) == len(token_panel.lines)


def test_a_bar_that_is_clicked_pins_its_token(
    app: App, token_panel: TokenPanel, open_state: OpenState
) -> None:
    open_state.is_open = True
    numbers = [k for k, line in enumerate(token_panel.lines) if line.facet == 1]
    chosen = token_panel.lines[numbers[2]]
    source: Any = token_panel._source  # noqa: SLF001 - it has no other name
    source.selected.indices = [numbers[2]]
    assert app.heatmap.pinned
    assert app.heatmap.focus_facet == "LSTM"
    assert app.heatmap.focus_span == (chosen.token, chosen.token + 1)
    # So that the same place can be clicked again.
    assert source.selected.indices == []
    source.selected.indices = [0]
    assert app.heatmap.focus_span == (chosen.token, chosen.token + 1)


def test_what_speaks_against_is_a_bar_of_another_colour(
    app: App, token_panel: TokenPanel, open_state: OpenState
) -> None:
    app.document = "For and against"
    open_state.is_open = True
    kinds = {line.kind for line in token_panel.lines}
    assert kinds == {"heading", "for", "against", "meta"}
    for line in token_panel.lines:
        assert line.number.startswith("-") == (line.kind == "against")
    assert len(set(find_bars(token_panel)["color"])) == 4


def test_the_provenance_is_a_table_of_text(
    app: App, token_panel: TokenPanel, open_state: OpenState
) -> None:
    open_state.is_open = True
    app.open_file(write_facets(**{SCRIPT: SCRIPT}), "my.npz")
    shown: Any = token_panel._provenance.object  # noqa: SLF001 - it has no other name
    assert shown.count("&lt;img src=x") == 2
    assert "<img" not in shown


def test_a_dropped_file_is_not_held_by_anything_else(app: App) -> None:
    app.open_file(GOOD, "0.json")
    held = weakref.ref(app.heatmap.facets[0])
    for number in range(1, 6):
        app.open_file(GOOD, f"{number}.json")
    gc.collect()
    assert held() is None


def test_a_file_with_the_name_of_a_sample_leaves_the_sample(app: App) -> None:
    app.open_file(GOOD, "Autocomplete")
    assert app.document == "Autocomplete (file)"
    app.document = "Autocomplete"
    assert app.heatmap.facet_titles == ["GRU", "LSTM"]


def test_a_download_is_the_file_of_what_is_shown(app: App) -> None:
    app.open_file(GOOD, "my.json")
    download = app.build_parts()["actions"][-1]
    sent: list[dict[str, str]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(download, "_send_msg", sent.append)
        for message in ("save", {"text": ""}):
            download._handle_msg(message)  # noqa: SLF001 - what Panel calls
    (answer,) = sent
    assert "<title>my.json</title>" in answer["text"]
