"""The provenance of facets in words: how their heat was computed."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from textualheatmap import Facet

# Characters to quote of the provenance of a file's facets.
MAX_QUOTED = 300

METHODS = {
    "gradient": "the norm of the gradient of {output} with respect to each {wrt}",
    "gradient-x-input": "the {sum} of the gradient of {output} times each {wrt}",
    "occlusion": "the change of {output} with {baseline} in place of each {by}",
    "integrated-gradients": (
        "the {sum} of the integrated gradients of {output}, "
        "from {baseline} to the text in {steps} steps"
    ),
    "shap": (
        "the Owen value of each token for {output}, with {baseline} in place of others"
    ),
    "logit lens": (
        "the probability, after each layer, of what the model predicts in the end"
    ),
}
# What heat is by a method that this app does not offer, such as a class of Captum.
OTHER_METHOD = "what {method} says of each token for {output}"
ATTENTION = {
    "weights": "the attention weight of each token, by layer and head",
    "rollout": "the share of each token that attention passes on, layer by layer",
    "gradient": (
        "the attention weight of each token times the gradient of {output}, by layer "
        "and head"
    ),
    "norm": (
        "the norm of what attention takes from each token, weight times value, by "
        "layer and head"
    ),
}
TARGETS = {
    "top": "the best prediction",
    "true": "the true token",
    "runner-up": "the second-best prediction",
    "each class": "each class",
}
WRTS = {
    "embedding": "embedded token",
    "one-hot": "one-hot token",
    "layers": "token's state at each layer",
}
BASELINES = {"mask": "the mask", "mean": "the mean token", "zero": "zeros"}
SCALES = {
    "row": ", divided by the largest of its row",
    "all": ", divided by the largest of all",
    "none": "",
}


def describe_heat(titles: Sequence[str], facets: Sequence[Facet]) -> str:
    """Describe the heat of `textualheatmap.saliency`, once for facets of the same kind.

    Parameters
    ----------
    titles, facets
        One title for each facet.

    Examples
    --------
    >>> from textualheatmap import Facet
    >>> provenance = {"method": "gradient", "target": "top", "output": "logit",
    ...               "wrt": "embedding", "scale": "row"}
    >>> facet = Facet.from_arrays(["a"], [[1]], provenance=provenance)
    >>> describe_heat(["GRU"], [facet])
    "GRU: heat is the norm of the gradient of the best prediction's logit with respect \
to each embedded token, divided by the largest of its row."
    """
    alike: dict[str, list[str]] = {}
    for title, facet in zip(titles, facets, strict=True):
        alike.setdefault(_describe_method(facet.provenance), []).append(title)
    return " ".join(
        f"{', '.join(each)}: heat is {heat}." for heat, each in alike.items()
    )


def describe_file(facets: Sequence[Facet]) -> str:
    """Describe the facets of a file: their sizes, and their provenance as it stands.

    Examples
    --------
    >>> from textualheatmap import Facet
    >>> facet = Facet.from_arrays(["a"], [[1]], provenance={"method": "norm"})
    >>> describe_file([facet, facet])
    'Tokens: 1 and 1. Heat: method norm.'
    """
    sizes = " and ".join(str(len(facet)) for facet in facets)
    # The facets of one file often have the same provenance, which is said once.
    provenances = dict.fromkeys(
        ", ".join(f"{key} {_write(value)}" for key, value in facet.provenance.items())
        for facet in facets
        if facet.provenance
    )
    heats = [f"Heat: {text[:MAX_QUOTED]}." for text in provenances]
    return " ".join([f"Tokens: {sizes}.", *heats])


def _describe_method(provenance: Mapping[str, Any]) -> str:
    method = provenance["method"]
    if method in ("attention", "cross-attention"):
        heat = ATTENTION[provenance["kind"]]
    else:
        heat = METHODS.get(method, OTHER_METHOD)
    heat = heat.format(
        method=method,
        sum=provenance.get("reduce", "norm"),
        output=_describe_output(provenance),
        wrt=WRTS.get(provenance.get("wrt", "")),
        baseline=BASELINES.get(provenance.get("baseline", "")),
        by=provenance.get("by", "token"),
        steps=provenance.get("steps"),
    )
    scale = SCALES[provenance["scale"]]
    if scale and provenance.get("cap_first"):
        of = " of its window" if provenance.get("windows", 1) > 1 else ""
        scale += f"; the first token{of} is left out of that"
    sign = f": {provenance['sign']}" if "sign" in provenance else ""
    return "".join(
        [heat, *_describe_ways(provenance), scale, *_describe_text(provenance), sign]
    )


def _describe_ways(provenance: Mapping[str, Any]) -> Iterator[str]:
    """Describe how the model was asked: what else heat is due to."""
    if "by" in provenance:
        yield f", which all tokens of a {provenance['by']} share"
    if provenance.get("noise"):
        yield (
            f", averaged over {provenance['samples']} texts with noise of "
            f"{provenance['noise']:.0%}"
        )
    if provenance.get("windows", 1) > 1:
        yield (
            f", in {provenance['windows']} windows of {provenance['window']} tokens, "
            "before which nothing was read"
        )


def _describe_text(provenance: Mapping[str, Any]) -> Iterator[str]:
    """Describe what of a text a model wrote itself."""
    if provenance.get("target text") == "written by the model":
        yield "; the model wrote the answer itself"
    if "prompt characters" in provenance:
        begun = provenance["prompt characters"]
        yield f"; the model wrote what follows the first {begun:,} characters"


def _describe_output(provenance: Mapping[str, Any]) -> str:
    """Describe what is explained: the output of a class, or of one minus another."""
    target, output = provenance.get("target", "top"), provenance.get("output", "logit")
    if "against" in provenance:
        target = [target, provenance["against"]]
    if isinstance(target, str):
        return f"{TARGETS[target]}'s {output}"
    wanted, foil = (TARGETS.get(name, repr(name)) for name in target)
    return f"{wanted}'s {output} minus {foil}'s"


def _write(value: object) -> str:
    """Return a value of a provenance as text."""
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def write_table(titles: Sequence[str], facets: Sequence[Facet]) -> str:
    """Return HTML of a table of the provenance of facets, those of the same kind once.

    Examples
    --------
    >>> from textualheatmap import Facet
    >>> facet = Facet.from_arrays(["a"], [[1]], provenance={"method": "1 < 2"})
    >>> write_table(["GRU"], [facet])
    '<table><caption>GRU</caption><tr><th scope="row">method</th><td>1 &lt; 2</td></tr>\
</table>'
    """
    alike: dict[str, list[str]] = {}
    for title, facet in zip(titles, facets, strict=True):
        rows = "".join(
            f'<tr><th scope="row">{escape(key)}</th>'
            f"<td>{escape(_write(value)[:MAX_QUOTED])}</td></tr>"
            for key, value in facet.provenance.items()
        )
        if rows:
            alike.setdefault(rows, []).append(title)
    return "".join(
        f"<table><caption>{escape(', '.join(each))}</caption>{rows}</table>"
        for rows, each in alike.items()
    )
