"""What is asked of models, and in words what they did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from textualheatmap import Facet
    from textualheatmap.saliency.recipe import Method, Target

METHODS: dict[str, Method] = {
    "Gradient norm": "gradient",
    "Occlusion": "occlusion",
    "Integrated gradients": "integrated-gradients",
}
TARGETS: dict[str, Target] = {"Best prediction": "top", "True token": "true"}

HEATS: dict[Method, str] = {
    "gradient": "the norm of the gradient of {output} with respect to each {wrt}",
    "occlusion": "the change of {output} with {baseline} in place of each token",
    "integrated-gradients": (
        "the norm of the integrated gradients of {output}, "
        "from {baseline} to the text in {steps} steps"
    ),
}
CLASSES: dict[Target, str] = {"top": "the best prediction", "true": "the true token"}
WRTS = {"embedding": "embedded token", "one-hot": "one-hot token"}
BASELINES = {"mask": "the mask", "mean": "the mean token", "zero": "zeros"}
SCALES = {"row": "the largest of its row", "all": "the largest of all"}


class Wish(NamedTuple):
    """What is asked of each model, by the names of `textualheatmap.saliency`."""

    method: Method = "gradient"
    target: Target = "top"
    cap_first: bool = False


def describe_heat(titles: Sequence[str], facets: Sequence[Facet]) -> str:
    """Return what was done, in one sentence for all facets that were made alike.

    Parameters
    ----------
    titles, facets
        As many; what was done is in the facets' provenance.

    Examples
    --------
    >>> from textualheatmap import Facet
    >>> done = {"method": "gradient", "target": "top", "output": "logit",
    ...         "wrt": "embedding", "scale": "row"}
    >>> describe_heat(["GRU"], [Facet.from_arrays(["a"], [[1]], provenance=done)])
    "GRU: heat is the norm of the gradient of the best prediction's logit with respect \
to each embedded token, divided by the largest of its row."
    """
    alike: dict[str, list[str]] = {}
    for title, facet in zip(titles, facets, strict=True):
        alike.setdefault(_describe(facet.provenance), []).append(title)
    return " ".join(
        f"{', '.join(each)}: heat is {heat}." for heat, each in alike.items()
    )


def _describe(done: Mapping[str, Any]) -> str:
    heat = HEATS[done["method"]].format(
        output=f"{CLASSES[done['target']]}'s {done['output']}",
        wrt=WRTS.get(done.get("wrt", "")),
        baseline=BASELINES.get(done.get("baseline", "")),
        steps=done.get("steps"),
    )
    capped = "; the first token is left out of that" if done.get("cap_first") else ""
    return f"{heat}, divided by {SCALES[done['scale']]}{capped}"
