"""A model by its name, loaded once in a process, and many texts by it."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.saliency.test_seq2seq import build_t5
from textualheatmap.saliency import Explainer, causal, explain_corpus, explainer

if TYPE_CHECKING:
    from pathlib import Path

    from tests.saliency.conftest import Pair

TEXTS = ["The state", "The state of the union " * 20, "Peace and commerce"]


@pytest.fixture
def folder(gpt: Pair, tmp_path: Path) -> Path:
    """Return where a causal model was saved."""
    for part in gpt:
        part.save_pretrained(tmp_path / "model")
    return tmp_path / "model"


def test_texts_are_explained_by_a_model_that_is_loaded_once(
    gpt: Pair, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[str] = []

    def load(name: str, **options: Any) -> object:  # noqa: ANN401
        loaded.append(name)
        return load_model(name, **options)

    load_model = explainer.load_model
    monkeypatch.setattr(explainer, "load_model", load)
    explain = pickle.loads(pickle.dumps(Explainer(folder, method="occlusion")))  # noqa: S301
    maps = explain_corpus(explain, TEXTS, folder.with_name("a.zarr"), progress=False)
    assert loaded == [str(folder)]
    assert [*maps.facets] == ["0", "2"]
    assert maps.failed["1"].startswith("ValueError: text has ")
    expected = causal(*gpt, TEXTS[2], method="occlusion")
    np.testing.assert_allclose(maps.facets["2"].heat, expected.heat, atol=1e-6)
    assert maps.facets["2"].provenance == expected.provenance
    with pytest.raises(ValueError, match=r"made with method 'occlusion', but this run"):
        explain_corpus(Explainer(folder), TEXTS, folder.with_name("a.zarr"))


def test_a_model_that_cannot_be_loaded_ends_the_run(folder: Path) -> None:
    with pytest.raises(OSError, match="'no/such' is no model on this machine"):
        explain_corpus(Explainer("no/such"), TEXTS, folder.with_name("a.zarr"))
    with pytest.raises(OSError, match="kind is 'masked', but the model is a causal"):
        explain_corpus(
            Explainer(folder, kind="masked"), TEXTS, folder.with_name("a.zarr")
        )
    assert not folder.with_name("a.zarr").exists()


def test_wrong_options_are_told_at_once() -> None:
    with pytest.raises(TypeError, match="there is no option 'generate' of a model"):
        Explainer("my/bert", kind="masked", generate=3)
    with pytest.raises(TypeError, match="there is no option 'on_rows' of a model"):
        Explainer("my/bert", on_rows=print)
    with pytest.raises(ValueError, match="kind is 'both', expected causal or masked"):
        Explainer("my/bert", kind="both")


def test_a_model_of_two_facets_is_not_one_of_many_texts(tmp_path: Path) -> None:
    for part in build_t5():
        part.save_pretrained(tmp_path)
    with pytest.raises(ValueError, match=r"is a seq2seq one, .* two facets, and a"):
        Explainer(tmp_path).prepare()
