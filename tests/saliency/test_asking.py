"""What the app asks of models of each kind, and what it says of the answers."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.saliency.test_chat import build_talker
from tests.saliency.test_classify import build_classifier
from tests.saliency.test_growing_answer import HEAT, UNKNOWN, Paced, running, until
from tests.saliency.test_saliency_app import DONE, apps, explain, open_with
from tests.saliency.test_seq2seq import build_t5
from textualheatmap import Facet
from textualheatmap.saliency import LoadedModel, SourceAndTarget

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from apps.model_request import ModelRequest, ShowRows
    from tests.saliency.conftest import Pair

__all__ = ["apps"]

TEXT = "the state of"


@pytest.fixture(autouse=True)
def _at_once(apps: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch) -> None:
    """Show rows whenever the loop looks for them."""
    monkeypatch.setattr(apps["growing_answer"], "INTERVAL", 0)
    monkeypatch.setattr(apps["background_task"], "INTERVAL", 0.01)


@pytest.fixture(scope="module")
def loaded(bert: Pair, gpt: Pair) -> dict[str, LoadedModel]:
    """Return a model of each kind."""
    return {
        "bert": LoadedModel(*bert, "masked"),
        "gpt": LoadedModel(*gpt, "causal"),
        "talker": LoadedModel(*build_talker(), "causal"),
        "t5": LoadedModel(*build_t5(), "seq2seq"),
        "classes": LoadedModel(*build_classifier(bert), "classify"),
    }


def open_models(apps: dict[str, ModuleType], loaded: dict[str, LoadedModel]) -> Any:  # noqa: ANN401
    """Return a session that offers models, all of them read."""
    own = apps["explainers"]
    app = open_with(
        apps,
        **{
            name: own.AbleExplainer(
                partial(own.explain_tokens, each), own.find_abilities(each)
            )
            for name, each in loaded.items()
        },
    )
    asyncio.run(app.read_models())
    return app


@pytest.mark.parametrize(
    ("models", "wishes", "offered"),
    [
        (["bert"], {}, "foil method noise show target"),
        (
            ["gpt"],
            {"method": "occlusion"},
            "by cap_first foil go_on is_signed method show target window",
        ),
        (
            ["gpt"],
            {"window": 64},
            "cap_first foil go_on method noise show target window",
        ),
        (["gpt"], {"show": "lens"}, "show"),
        (["gpt"], {"show": "layers"}, "show target"),
        (
            ["talker"],
            {"is_chat": True},
            "answer foil is_chat longest method noise show target",
        ),
        (["t5"], {"answer": "of"}, "answer foil method noise show_pair target"),
        (["t5"], {"show_pair": "cross-attention"}, "answer longest show_pair"),
        (
            ["t5"],
            {"show_pair": "cross-attention-gradient", "answer": "of", "show": "lens"},
            "answer show_pair target",
        ),
        (["classes"], {"method": "occlusion"}, "by foil is_signed method"),
        (["bert", "gpt"], {}, "foil method noise show target"),
        (["t5", "classes"], {}, "foil method noise"),
    ],
)
def test_only_what_all_chosen_models_can_do_is_offered(
    apps: dict[str, ModuleType],
    loaded: dict[str, LoadedModel],
    models: list[str],
    wishes: dict[str, Any],
    offered: str,
) -> None:
    app = open_models(apps, loaded)
    app.param.update(models=models, **wishes)
    assert " ".join(app.askable) == offered


def test_what_is_not_offered_is_not_asked(
    apps: dict[str, ModuleType], loaded: dict[str, LoadedModel]
) -> None:
    app = open_models(apps, loaded)
    app.param.update(show="lens", cap_first=True, noise=0.1, models=["classes"])
    request = app.read_request()
    assert (request.show, request.cap_first, request.noise) == ("saliency", False, 0.1)


def test_a_contrast_is_chosen_or_written_and_comes_back(
    apps: dict[str, ModuleType],
) -> None:
    asking = apps["asking"].Asking(models=["gpt"])
    asking.contrast = "runner-up"
    assert asking.read_request().foil == "runner-up"
    asking.contrast = "named"
    assert asking.read_request().foil == ""
    asking.foil = " are"
    kept = asking.read_request()
    asking.contrast = ""
    assert asking.read_request().foil == ""
    asking.foil = kept.foil
    assert (asking.contrast, asking.foil) == ("named", " are")


@pytest.mark.parametrize(
    ("model", "wishes", "titles", "said"),
    [
        (
            "gpt",
            {"method": "occlusion", "by": "word", "foil": "runner-up", "go_on": 1},
            ["gpt"],
            (
                "heat is the change of the best prediction's logit minus the "
                "second-best prediction's with the mean token in place of each word, "
                "which all tokens of a word share, divided by the largest of its row; "
                "the model wrote what follows the first 12 characters."
            ),
        ),
        (
            "gpt",
            {"noise": 0.1, "window": 32, "text": "the state " * 30},
            ["gpt"],
            (
                "with respect to each embedded token, averaged over 20 texts with "
                "noise of 10%, in "
            ),
        ),
        (
            "bert",
            {"method": "integrated-gradients", "is_signed": True},
            ["bert"],
            "heat is the sum of the integrated gradients of the best prediction's",
        ),
        (
            "t5",
            {"answer": "of the", "foil": "top", "target": "true"},
            ["source (t5)", "target (t5)"],
            "of the true token's logit minus the best prediction's with respect to",
        ),
        (
            "talker",
            {"is_chat": True, "longest": 8},
            ["prompt (talker)", "answer (talker)"],
            "divided by the largest of its row; the model wrote the answer itself.",
        ),
        (
            "classes",
            {"foil": "fair", "method": "gradient-x-input"},
            ["text (classes)", "classes (classes)"],
            "the sum of the gradient of each class's logit minus 'fair''s times each",
        ),
        (
            "gpt",
            {"show": "attention"},
            ["gpt"],
            (
                "heat is the attention weight of each token, by layer and head. Choose "
                "the layer and the head under View."
            ),
        ),
        (
            "bert",
            {"show": "attention-gradient", "target": "true"},
            ["bert"],
            "attention weight of each token times the gradient of the true token's l",
        ),
        (
            "t5",
            {"show_pair": "cross-attention", "longest": 8},
            ["source (t5)", "target (t5)"],
            "by layer and head; the model wrote the answer itself. Choose the layer an",
        ),
        (
            "t5",
            {"show_pair": "cross-attention-gradient", "answer": "of", "target": "true"},
            ["source (t5)", "target (t5)"],
            "attention weight of each token times the gradient of the true token's l",
        ),
        ("gpt", {"show": "attention-rollout"}, ["gpt"], "that attention passes on, la"),
        ("gpt", {"show": "attention-norm"}, ["gpt"], "weight times value, by layer"),
        (
            "gpt",
            {"show": "layers"},
            ["gpt"],
            "with respect to each token's state at each layer, divided by the largest",
        ),
        (
            "gpt",
            {"show": "lens"},
            ["gpt"],
            "heat is the probability, after each layer, of what the model predicts in",
        ),
    ],
)
def test_what_was_asked_is_done_and_said(
    apps: dict[str, ModuleType],
    loaded: dict[str, LoadedModel],
    model: str,
    *,
    wishes: dict[str, Any],
    titles: list[str],
    said: str,
) -> None:
    app = open_models(apps, loaded)
    explain(app, **{"text": TEXT, "models": [model], **wishes})
    assert app.message == ""
    assert app.heatmap.facet_titles == titles
    assert app.about.startswith(f"{model}: heat is ")
    assert said in app.about
    # What has a row is focused: the last token, answer or class.
    owner = app.heatmap.facets[-1]
    last = len(owner) - 1
    assert app.heatmap.focus_span == (last, last + 1)
    assert app.name_shown()


@pytest.mark.parametrize(
    ("provenance", "said"),
    [
        (
            {"method": "shap", "baseline": "mean"},
            "the Owen value of each token for the best prediction's logit, with the me",
        ),
        (
            {"method": "captum.GradientShap"},
            "what captum.GradientShap says of each token for the best prediction's log",
        ),
    ],
)
def test_a_method_of_another_library_is_said(
    apps: dict[str, ModuleType], provenance: dict[str, Any], said: str
) -> None:
    facet = Facet.from_arrays(["a"], [[1]], provenance={**DONE, **provenance})
    assert said in apps["provenance_text"].describe_heat(["gpt"], [facet])


def test_models_of_all_kinds_answer_together(
    apps: dict[str, ModuleType], loaded: dict[str, LoadedModel]
) -> None:
    app = open_models(apps, loaded)
    for _ in range(2):
        explain(app, text=TEXT, models=["bert", "classes", "t5"], longest=8)
        assert app.message == ""
        assert app.heatmap.facet_titles == [
            "bert",
            *("text (classes)", "classes (classes)", "source (t5)", "target (t5)"),
        ]
    # Only an answer of one facet is compared with the last one.
    assert app.compared == [("bert", "bert (last)")]


def test_attention_of_too_many_heads_is_refused(
    apps: dict[str, ModuleType],
    loaded: dict[str, LoadedModel],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(apps["explainers"], "MAX_WEIGHTS", 16)
    app = open_models(apps, loaded)
    explain(app, text=TEXT, models=["gpt"], show="attention")
    assert "expected at most 2 for the attention of 4 heads" in app.message
    explain(app, text=TEXT, models=["t5"], show_pair="cross-attention", longest=8)
    assert "expected at most 2 for the attention of 4 heads" in app.message


class PacedPair(Paced):
    """A model that answers by a source and a target, whose rows come one by one."""

    def __call__(
        self,
        request: ModelRequest,
        report: Callable[[int, int], object],
        on_rows: ShowRows,
    ) -> Any:  # noqa: ANN401 - not one facet, as of its base
        def build(to_source: Any, to_target: Any) -> SourceAndTarget:  # noqa: ANN401
            common: Any = {"missing": True, "provenance": DONE}
            return SourceAndTarget(
                Facet.from_arrays(
                    ["s"], to_source, title="source", rows_of="b", **common
                ),
                Facet.from_arrays(
                    list(request.text), to_target, title="target", id="b", **common
                ),
            )

        begun = build(UNKNOWN[:, :1], UNKNOWN)

        def show(_: Facet, row: int, rows: Any) -> None:  # noqa: ANN401
            on_rows(begun, row, (rows[:, :1], rows))

        super().__call__(request, report, show)
        return build(HEAT[:, :1], HEAT)


def test_rows_of_a_pair_appear_in_both_facets(apps: dict[str, ModuleType]) -> None:
    model = PacedPair()
    pair: Any = model
    app = open_with(apps, t5=pair)
    app.text = "abc"

    async def read() -> None:
        async with running(app, model, 1):
            assert app.heatmap.facet_titles == ["source (t5)", "target (t5)"]
            source, target = app.heatmap.facets
            assert not np.isnan(source.heat[0]).any()
            assert np.isnan(source.heat[1:]).all()
            assert (app.heatmap.focus_facet, app.heatmap.focus_span) == ("b", (0, 1))
            model.step()
            await until(lambda: not np.isnan(target.heat[1]).any())
            assert app.heatmap.focus_span == (1, 2)
            app.facet_choice.choose(["target (t5)"])
            model.step()
            await until(lambda: app.heatmap.focus_span == (2, 3))
            app.facet_choice.choose(["source (t5)", "target (t5)"])
            assert not np.isnan(app.heatmap.facets[0].heat[2]).any()
            model.step()

    asyncio.run(read())
    source, target = app.heatmap.facets
    np.testing.assert_array_equal(target.heat, HEAT)
    np.testing.assert_array_equal(source.heat, HEAT[:, :1])
    assert (app.heatmap.focus_facet, app.heatmap.focus_span) == ("b", (2, 3))
