"""The provenance of facets in words: how their heat was computed."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from textualheatmap import Facet

# Characters to quote of the provenance of a file's facets.
MAX_QUOTED = 300

METHODS = {
    "gradient": "the norm of the gradient of {output} with respect to each {wrt}",
    "gradient-x-input": "the {sum} of the gradient of {output} times each {wrt}",
    "occlusion": "the change of {output} with {baseline} in place of each token",
    "integrated-gradients": (
        "the {sum} of the integrated gradients of {output}, "
        "from {baseline} to the text in {steps} steps"
    ),
}
TARGETS = {
    "top": "the best prediction",
    "true": "the true token",
    "runner-up": "the second-best prediction",
}
WRTS = {"embedding": "embedded token", "one-hot": "one-hot token"}
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
    heat = METHODS[provenance["method"]].format(
        sum=provenance.get("reduce", "norm"),
        output=_describe_output(provenance["target"], provenance["output"]),
        wrt=WRTS.get(provenance.get("wrt", "")),
        baseline=BASELINES.get(provenance.get("baseline", "")),
        steps=provenance.get("steps"),
    )
    capped = "; the first token is left out of that"
    scale = SCALES[provenance["scale"]]
    sign = f": {provenance['sign']}" if "sign" in provenance else ""
    return f"{heat}{scale}{capped * bool(scale and provenance.get('cap_first'))}{sign}"


def _describe_output(target: str | list[str], output: str) -> str:
    """Describe what is explained: the output of a class, or of one minus another."""
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
