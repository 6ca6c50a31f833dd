"""Which way a text runs: from left to right, or from right to left as Arabic does.

The steps and names are those of UAX #9, Unicode's bidirectional algorithm. Controls of
direction have no effect: they are drawn as escapes.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

RIGHT_TO_LEFT: Final = 3
"""The least level in a paragraph that runs from right to left."""

# The classes of characters as one letter each. Those of no class, among them the other
# neutral ones, are "O".
_LETTERS = {
    "L": "L",
    "R": "R",
    "AL": "A",
    "EN": "E",
    "AN": "N",
    "ES": "S",
    "ET": "T",
    "CS": "C",
}
# Only paragraphs with one of these have levels other than 0.
_TURNS = re.compile("[RAN]")
_CLOSING = dict(zip("([{", ")]}", strict=True))
# Brackets within so many others are paired.
_DEEPEST = 63


_Rule: TypeAlias = tuple[re.Pattern[str], dict[int, str]]


def _compile(*rules: tuple[str, str, str]) -> list[_Rule]:
    """Compile rules: within what is found, some letters become another one."""
    return [
        (re.compile(found), str.maketrans(dict.fromkeys(letters, to)))
        for found, letters, to in rules
    ]


# The rules W2 to W7.
_WEAK = _compile(
    # European digits after Arabic letters are Arabic digits.
    ("A[^LRA]*", "E", "N"),
    ("A", "A", "R"),
    # One separator between digits belongs to them, and so do signs beside them.
    ("(?<=E)[SC](?=E)", "SC", "E"),
    ("(?<=N)C(?=N)", "C", "N"),
    ("T+(?=E)|(?<=E)T+", "T", "E"),
    ("[STC]", "STC", "O"),
    # European digits after letters that run from left to right are such letters.
    ("L[^LR]*", "E", "L"),
)
# The rule N1: what is neutral runs as what is on both sides of it.
_NEUTRAL = _compile(("(?<=L)O+(?=L)", "O", "L"), ("(?<=[REN])O+(?=[REN])", "O", "R"))


def find_levels(
    drawn: Sequence[str], ends: Iterable[int], named: Sequence[bool]
) -> list[int]:
    """Find the embedding level of each grapheme cluster of a text.

    A paragraph runs as its first letter does; names such as ``[CLS]`` do not count.

    Parameters
    ----------
    drawn
        What is drawn for each cluster.
    ends
        Where each paragraph ends: the number of the cluster after its last one.
    named
        Whether each cluster is part of a special token's name.

    Returns
    -------
    list of int
        Odd for what runs from right to left. Paragraphs from left to right have the
        levels 0 to 2, those from right to left `RIGHT_TO_LEFT` and 4.

    Examples
    --------
    >>> find_levels("a אב 12", [7], [False] * 7)
    [0, 0, 1, 1, 1, 2, 2]
    >>> find_levels("אב ab", [5], [False] * 5)
    [3, 3, 3, 4, 4]
    """
    known = {text: _classify(text) for text in set(drawn)}
    classes = "".join(
        "L" if is_named else known[text]
        for text, is_named in zip(drawn, named, strict=True)
    )
    levels: list[int] = []
    for stop in ends:
        start = len(levels)
        part = classes[start:stop]
        if _TURNS.search(part) is None:
            levels += [0] * len(part)
            continue
        letters = (
            letter
            for letter, is_named in zip(part, named[start:stop], strict=True)
            if letter in "LRA" and not is_named
        )
        from_right = next(letters, "L") != "L"
        levels += _resolve(part, drawn[start:stop], from_right=from_right)
    return levels


def _classify(drawn: str) -> str:
    """Return the letter of what is drawn for a cluster; an escape is a word."""
    if not drawn:
        return "O"
    if drawn.isascii() and len(drawn) > 1:
        return "L"
    return _LETTERS.get(unicodedata.bidirectional(drawn[0]), "O")


def _resolve(classes: str, drawn: Sequence[str], *, from_right: bool) -> list[int]:
    """Return the levels of the classes of one paragraph."""
    side = "R" if from_right else "L"
    classes = _apply(_WEAK, f"{side}{classes}{side}")
    classes = _apply(_NEUTRAL, _pair_brackets(classes, ["", *drawn, ""]))
    levels = {"L": 0, "R": 1, "E": 2, "N": 2, "O": 0}
    if from_right:
        levels = {"L": 4, "R": RIGHT_TO_LEFT, "E": 4, "N": 4, "O": RIGHT_TO_LEFT}
    return [levels[letter] for letter in classes[1:-1]]


def _apply(rules: list[_Rule], classes: str) -> str:
    for found, table in rules:
        classes = found.sub(
            lambda match, table=table: match[0].translate(table), classes
        )
    return classes


def _pair_brackets(classes: str, drawn: Sequence[str]) -> str:
    """Let both brackets of a pair run as what is within or before them (rule N0)."""
    side = classes[0]
    # Digits run from left to right, but stand where letters from right to left do.
    strong = list(classes.translate(str.maketrans("EN", "RR")))
    paired = list(classes)
    for start, stop in _find_pairs(classes, drawn):
        within = {*strong[start + 1 : stop]} - {"O"}
        if not within:
            continue
        places = range(start - 1, -1, -1)
        before = next(strong[k] for k in places if strong[k] != "O")
        to = side if side in within else before
        for k in (start, stop):
            paired[k] = strong[k] = to
    return "".join(paired)


def _find_pairs(classes: str, drawn: Sequence[str]) -> list[tuple[int, int]]:
    """Return the places of brackets that belong together, in order of the first."""
    pairs: list[tuple[int, int]] = []
    expected: list[tuple[str, int]] = []
    for k, text in enumerate(drawn):
        if classes[k] != "O" or not text:
            continue
        if text in _CLOSING:
            if len(expected) == _DEEPEST:
                break
            expected.append((_CLOSING[text], k))
        elif text in _CLOSING.values():
            depths = range(len(expected) - 1, -1, -1)
            depth = next((d for d in depths if expected[d][0] == text), None)
            if depth is not None:
                pairs.append((expected[depth][1], k))
                del expected[depth:]
    return sorted(pairs)


def order_line(levels: Sequence[int]) -> list[int]:
    """Return the pieces of a line, by their numbers, from left to right (rule L2).

    Parameters
    ----------
    levels
        The embedding level of each piece, in reading order.

    Examples
    --------
    >>> order_line([0, 1, 1, 0]), order_line([3, 4, 4, 3])
    ([0, 2, 1, 3], [3, 1, 2, 0])
    """
    order = list(range(len(levels)))
    for level in range(max(levels, default=0), 0, -1):
        start = 0
        while start < len(order):
            stop = start
            while stop < len(order) and levels[order[stop]] >= level:
                stop += 1
            order[start:stop] = order[start:stop][::-1]
            start = max(stop, start + 1)
    return order
