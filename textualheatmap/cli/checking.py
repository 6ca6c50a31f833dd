"""The command `check`: all that is wrong with files, or what they hold."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textualheatmap.cli.failures import describe_failure
from textualheatmap.cli.inputs import STANDARD, name_input, read_input
from textualheatmap.errors import HeatmapDataError
from textualheatmap.facet.attempts import Attempts, collect_errors
from textualheatmap.state.heatmap import Heatmap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textualheatmap.facet.facet import Facet

# An error begins with the place, if it has one.
PLACE = re.compile(r"facets\[\d+\](?:\.\w+|\['[^']*'\]|\[[\d, ]*\])*(?= )")


@dataclass(frozen=True)
class Report:
    """What a file holds, or what is wrong with it.

    Parameters
    ----------
    file
        What messages call the file.
    facets
        What it holds, if nothing is wrong.
    errors
        The place of each error, empty for the whole file, and what is wrong there.
    """

    file: str
    facets: Sequence[Facet]
    errors: Sequence[tuple[str, str]]

    def to_lines(self) -> list[str]:
        """Return a line for each error, or one that says what the file holds.

        Examples
        --------
        >>> Report("my.json", (), [("facets[0]", "is empty")]).to_lines()
        ['my.json: facets[0]: is empty']
        """
        if self.errors:
            return [": ".join(filter(None, [self.file, *each])) for each in self.errors]
        counts = ", ".join(
            f"{facet.title or f'facet {number}'} ({_count(len(facet), 'token')})"
            for number, facet in enumerate(self.facets, start=1)
        )
        return [f"{self.file}: good, {_count(len(self.facets), 'facet')}: {counts}"]

    def to_json(self) -> dict[str, object]:
        """Return the same for machines.

        Examples
        --------
        >>> Report("my.json", (), [("facets[0]", "is empty")]).to_json()["errors"]
        [{'place': 'facets[0]', 'message': 'is empty'}]
        """
        return {
            "file": self.file,
            "errors": [
                {"place": place, "message": message} for place, message in self.errors
            ],
            "facets": [
                {"title": facet.title, "id": facet.id, "tokens": len(facet)}
                for facet in self.facets
            ],
        }


def check_file(name: str, file_format: str | None = None) -> Report:
    """Find all that is wrong with a file.

    Parameters
    ----------
    name, file_format
        As `read_input` takes them.

    Raises
    ------
    ValueError
        If `file_format` is not known, or missing for stdin.

    Examples
    --------
    >>> check_file("no/such/file.json").to_lines()
    ['no/such/file.json: No such file or directory']
    """
    called = name_input(name)
    facets: Sequence[Facet] = ()
    try:
        with collect_errors() as found:
            facets = read_input(name, file_format)
            if not found:
                _read_heat(facets)
                # Facets that are right by themselves may not go together.
                Heatmap().set_data(facets)
    except (OSError, ImportError) as error:
        found = [_as_error(error, called)]
    except ValueError as error:
        # An option that is wrong is wrong for all files, a name for one.
        if file_format is not None or name == STANDARD:
            raise
        found = [_as_error(error, called)]
    errors = [_split_place(str(error)) for error in found]
    return Report(called, () if errors else facets, errors)


def _read_heat(facets: Sequence[Facet]) -> None:
    """Read all heat that stays in a file, where it is checked as it is read."""
    attempts = Attempts()
    for facet in facets:
        if not facet.store.in_memory:
            for matrix in facet.store.matrices():
                attempts.read(None, deque, matrix.blocks(), maxlen=0)
    attempts.finish()


def _as_error(error: Exception, called: str) -> HeatmapDataError:
    """Return an error of one file, without the file's name."""
    return HeatmapDataError(describe_failure(error).removeprefix(f"{called}: "))


def _split_place(message: str) -> tuple[str, str]:
    """Return the place that an error begins with, and the rest."""
    found = PLACE.match(message)
    if found is None:
        return "", message
    return found[0], message[found.end() :].lstrip()


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
