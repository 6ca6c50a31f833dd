"""Where a line of text may break (UAX #14), in time linear in the text.

The properties of characters come from `uniseg`. The rules LB1 to LB30b are applied
here, each to all places of the text at once: `uniseg` itself takes 25 µs a character,
and in runs of digits or combining marks a time quadratic in the run.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from uniseg.emoji import (  # pyright: ignore[reportMissingTypeStubs]
    extended_pictographic,
)
from uniseg.linebreak import (  # pyright: ignore[reportMissingTypeStubs]
    LineBreak,
    line_break,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]
    Places = NDArray[np.intp]
    # Whether lines may break, and at which places.
    Rules = Iterator[tuple[bool, Flags]]

# Numbers of the line breaking classes; class 0 is outside the text.
CLASSES = {str(each.value): number for number, each in enumerate(LineBreak, start=1)}
CLASSES["0"] = 0
# Traits, as bits: what some rules ask of a character besides its class.
EAST_ASIAN, OPENS_QUOTE, CLOSES_QUOTE, IS_HYPHEN, IS_CIRCLE, IS_NEW_EMOJI = (
    1 << bit for bit in range(6)
)
HYPHEN, DOTTED_CIRCLE = "\u2010", "\u25cc"

LINE_ENDS = "BK CR LF NL"
MARKS = "CM ZWJ"
LETTERS = "AL HL"
SYLLABLES = "JL JV JT H2 H3"


class Properties(NamedTuple):
    """The class and the traits of each code point; class 0 if not looked up yet."""

    classes: NDArray[np.uint8]
    traits: NDArray[np.uint8]


def find_breaks(text: str) -> Flags:
    """Return whether a line may break before each character of a text.

    Examples
    --------
    >>> np.flatnonzero(find_breaks("twenty-one 漢字")).tolist()
    [7, 11, 12]
    """
    if not text:
        return np.zeros(0, np.bool_)
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    whole = _Text(*_look_up(points))
    breaks, known = _decide(_apply_outer_rules(whole), len(text))
    # A mark is one with the character that it stands on (LB9).
    base = whole.skip_back(MARKS)
    absorbed = whole.is_in(MARKS) & ~whole.is_in(f"{LINE_ENDS} SP ZW", -1, base)
    absorbed[0] = False
    kept = np.flatnonzero(~absorbed)
    is_last = kept == len(text) - 1
    inner, _ = _decide(_apply_inner_rules(whole.keep(kept), is_last), len(kept))
    breaks[kept] = np.where(known[kept], breaks[kept], inner)
    breaks[absorbed & ~known] = False
    return breaks


@cache
def _make_properties() -> Properties:
    return Properties(np.zeros(0x110000, np.uint8), np.zeros(0x110000, np.uint8))


def _look_up(points: NDArray[np.uint32]) -> Properties:
    """Return the properties of a text's characters."""
    classes, traits = _make_properties()
    for point in np.unique(points[classes[points] == 0]).tolist():
        name = _resolve_class(chr(point))
        classes[point] = CLASSES[name]
        traits[point] = _find_traits(chr(point), name)
    return Properties(classes[points], traits[points])


def _resolve_class(char: str) -> str:
    """Return the class of a character that rule LB1 resolves it to."""
    name = str(line_break(char).value)
    if name == "SA":
        return "CM" if unicodedata.category(char) in ("Mn", "Mc") else "AL"
    return {"AI": "AL", "SG": "AL", "XX": "AL", "CJ": "NS"}.get(name, name)


def _find_traits(char: str, name: str) -> int:
    """Return the traits of a character of the named class."""
    category = unicodedata.category(char)
    is_wide = unicodedata.east_asian_width(char) in ("F", "W", "H")
    # Code points that are kept for emoji are of class ID.
    is_new = name == "ID" and category == "Cn" and extended_pictographic(char)
    return (
        (EAST_ASIAN if is_wide else 0)
        | {"Pi": OPENS_QUOTE, "Pf": CLOSES_QUOTE}.get(category, 0)
        | {HYPHEN: IS_HYPHEN, DOTTED_CIRCLE: IS_CIRCLE}.get(char, 0)
        | (IS_NEW_EMOJI if is_new else 0)
    )


@cache
def _list_members(names: str) -> Flags:
    """Return whether each class is one of those named."""
    members = np.zeros(len(CLASSES), np.bool_)
    members[[CLASSES[name] for name in names.split()]] = True
    return members


class _Text:
    """The classes and traits of a text's characters, seen from each of its places.

    Place k is the one before character k. All methods answer for all places at once,
    with arrays of shape (characters,).
    """

    def __init__(self, classes: NDArray[np.uint8], traits: NDArray[np.uint8]) -> None:
        self.places: Places = np.arange(len(classes))
        # Two characters outside at each end: no rule looks farther.
        self._classes = np.pad(classes, 2)
        self._traits = np.pad(traits, 2)

    def is_in(self, names: str, offset: int = 0, at: Places | None = None) -> Flags:
        """Return for each place whether a character near it is of a named class.

        The character is the one after the place, or `offset` characters farther. With
        `at`, it is counted from the place `at[k]` instead of place k.
        """
        return _list_members(names)[self._look(self._classes, offset, at)]

    def has(self, trait: int, offset: int = 0, at: Places | None = None) -> Flags:
        """Return for each place whether a character, as of `is_in`, has a trait."""
        return (self._look(self._traits, offset, at) & trait) != 0

    def before(self, names: str) -> Flags:
        """Return whether a place is before a character of the named classes."""
        return self.is_in(names)

    def after(self, names: str) -> Flags:
        """Return whether a place is after a character of the named classes."""
        return self.is_in(names, -1)

    def between(self, left: str, right: str) -> Flags:
        """Return whether a place is between characters of the named classes."""
        return self.after(left) & self.before(right)

    def _look(
        self, values: NDArray[np.uint8], offset: int, at: Places | None
    ) -> NDArray[np.uint8]:
        if at is None:
            return values[2 + offset : 2 + offset + len(self.places)]
        return values[at + (2 + offset)]

    def skip_back(self, names: str, at: Places | None = None) -> Places:
        """Return for each place the start of the run of named classes before it."""
        stops = np.where(self.is_in(names), -1, self.places)
        last = np.concatenate([[-1], np.maximum.accumulate(stops)])
        return last[self.places if at is None else at] + 1

    def keep(self, kept: Places) -> _Text:
        """Return the text of some characters; marks among them are letters (LB10)."""
        is_mark = self.is_in(MARKS)[kept]
        classes, traits = (v[2:-2][kept] for v in (self._classes, self._traits))
        letter = np.uint8(CLASSES["AL"])
        return _Text(
            np.where(is_mark, letter, classes), np.where(is_mark, np.uint8(0), traits)
        )


def _decide(rules: Rules, size: int) -> tuple[Flags, Flags]:
    """Return whether a line may break at each place, and whether a rule decided it.

    The first rule that applies to a place decides. Where none does, lines may break.
    """
    breaks, known = np.ones(size, np.bool_), np.zeros(size, np.bool_)
    for may_break, where in rules:
        if not may_break:
            breaks &= known | ~where
        known |= where
    return breaks, known


def _apply_outer_rules(text: _Text) -> Rules:
    """Yield the rules that look at every single character, LB2 to LB8a."""
    yield False, text.places == 0
    yield True, text.after("BK")
    yield False, text.between("CR", "LF")
    yield True, text.after("CR LF NL")
    yield False, text.before(f"{LINE_ENDS} SP ZW")
    yield True, text.is_in("ZW", -1, text.skip_back("SP"))
    yield False, text.after("ZWJ")


def _apply_inner_rules(text: _Text, is_last: Flags) -> Rules:
    """Yield the rules that take a character and its marks as one, LB11 to LB30b."""
    yield from _apply_space_rules(text, is_last)
    yield from _apply_quote_rules(text, is_last)
    yield from _apply_hyphen_rules(text)
    yield from _apply_number_rules(text)
    yield from _apply_syllable_rules(text)
    yield from _apply_letter_rules(text)


def _apply_space_rules(text: _Text, is_last: Flags) -> Rules:
    """Yield LB11 to LB18: what spaces, and what else at their ends, do."""
    yield False, text.before("WJ") | text.after("WJ GL")
    yield False, text.before("GL") & ~text.after("SP BA HY")
    yield False, text.before("CL CP EX SY")
    spaces = text.skip_back("SP")
    yield False, text.is_in("OP", -1, spaces)
    begins = text.is_in("0 BK CR LF NL OP QU GL SP ZW", -2, spaces)
    yield False, text.has(OPENS_QUOTE, -1, spaces) & begins
    ends = text.is_in("SP GL WJ CL QU CP EX IS SY BK CR LF NL ZW", 1) | is_last
    yield False, text.has(CLOSES_QUOTE) & text.before("QU") & ends
    yield True, text.between("SP", "IS") & text.is_in("NU", 1)
    yield False, text.before("IS")
    yield False, text.is_in("CL CP", -1, spaces) & text.before("NS")
    yield False, text.is_in("B2", -1, spaces) & text.before("B2")
    yield True, text.after("SP")


def _apply_quote_rules(text: _Text, is_last: Flags) -> Rules:
    """Yield LB19 and LB19a: quotation marks, other than between East Asian letters."""
    quote, quoted = text.before("QU"), text.after("QU")
    yield (
        False,
        (quote & ~text.has(OPENS_QUOTE)) | (quoted & ~text.has(CLOSES_QUOTE, -1)),
    )
    yield False, quote & ~(text.has(EAST_ASIAN, -1) & text.has(EAST_ASIAN, 1))
    yield (
        False,
        (quote & is_last)
        | (quoted & ~(text.has(EAST_ASIAN) & text.has(EAST_ASIAN, -2))),
    )


def _apply_hyphen_rules(text: _Text) -> Rules:
    """Yield LB20 to LB22: hyphens, and characters that may not begin or end a line."""
    yield True, text.before("CB") | text.after("CB")
    begins = text.is_in("0 BK CR LF NL SP ZW CB GL", -2)
    hyphen = text.after("HY") | (text.after("BA") & text.has(IS_HYPHEN, -1))
    yield False, begins & hyphen & text.before("AL")
    yield False, text.before("BA HY NS") | text.after("BB")
    yield False, text.is_in("HL", -2) & text.after("HY BA") & ~text.before("HL")
    yield False, text.between("SY", "HL") | text.before("IN")


def _apply_number_rules(text: _Text) -> Rules:
    """Yield LB23 to LB25: numbers with what stands before, in and after them."""
    yield False, text.between(LETTERS, "NU") | text.between("NU", LETTERS)
    yield False, text.between("PR", "ID EB EM") | text.between("ID EB EM", "PO")
    yield False, text.between("PR PO", LETTERS) | text.between(LETTERS, "PR PO")
    number = text.skip_back("SY IS")
    yield False, text.is_in("NU", -1, number) & text.before("PO PR NU")
    closed = text.skip_back("SY IS", np.maximum(text.places - 1, 0))
    yield False, text.is_in("NU", -1, closed) & text.between("CL CP", "PO PR")
    opens = text.is_in("NU", 1) | (text.is_in("IS", 1) & text.is_in("NU", 2))
    yield False, text.between("PO PR", "OP") & opens
    yield False, text.between("PO PR HY IS", "NU")


def _apply_syllable_rules(text: _Text) -> Rules:
    """Yield LB26 to LB28a: syllables of Korean and Brahmic scripts, and words."""
    yield False, text.between("JL", "JL JV H2 H3")
    yield False, text.between("JV H2", "JV JT") | text.between("JT H3", "JT")
    yield False, text.between(SYLLABLES, "PO") | text.between("PR", SYLLABLES)
    yield False, text.between(LETTERS, LETTERS)
    circle = text.has(IS_CIRCLE)
    base = text.before("AK AS") | circle
    after_base = text.after("AK AS") | text.has(IS_CIRCLE, -1)
    base_before_last = text.is_in("AK AS", -2) | text.has(IS_CIRCLE, -2)
    yield False, text.after("AP") & base
    yield False, after_base & text.before("VF VI")
    yield False, base_before_last & text.after("VI") & (text.before("AK") | circle)
    yield False, after_base & base & text.is_in("VF", 1)


def _apply_letter_rules(text: _Text) -> Rules:
    """Yield LB29 to LB30b: brackets beside letters, flags, emoji with modifiers."""
    yield False, text.between("IS", LETTERS)
    yield False, text.between(f"{LETTERS} NU", "OP") & ~text.has(EAST_ASIAN)
    yield False, text.between("CP", f"{LETTERS} NU") & ~text.has(EAST_ASIAN, -1)
    in_pair = (text.places - text.skip_back("RI")) % 2 == 1
    yield False, text.between("RI", "RI") & in_pair
    yield False, text.before("EM") & (text.after("EB") | text.has(IS_NEW_EMOJI, -1))
