"""A saliency map that goes on where it was stopped."""

from __future__ import annotations

import warnings
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from textualheatmap.corpus.corpus_store import describe_function
from textualheatmap.facet.fields import name_type
from textualheatmap.saliency.maps.kept_rows import keep_rows

if TYPE_CHECKING:
    from os import PathLike

Explained = TypeVar("Explained")


def resume_map(explain: partial[Explained], path: str | PathLike[str]) -> Explained:
    """Explain a text, and keep each row of heat on the disk as it is computed.

    If the process is stopped or killed, the same call later computes only the rows that
    are left, and returns the same map. Once it is done, the folder may be deleted.

    Parameters
    ----------
    explain
        A `functools.partial` of `masked`, `causal`, `seq2seq`, `chat`, `classify` or
        `sequence` with all its arguments, such as
        ``partial(causal, model, tokenizer, text)``.
    path
        Of the folder for the rows. One process at a time may use it.

    Returns
    -------
    explained
        What the function returns.

    Raises
    ------
    ValueError
        If the folder has rows of another text, of other options, or of a model with
        other weights. The message says what differs.
    TypeError
        If `explain` is no partial.
    OSError
        If the folder cannot be written, or another process uses it.

    Notes
    -----
    Rows are computed, and kept, 16 at a time where they share a pass through the model.
    Numbers of accuracy in the provenance are the largest of these groups. Writing a
    continuation and choosing the predictions is done again.

    Examples
    --------
    >>> resume_map(print, "map.rows")
    Traceback (most recent call last):
        ...
    TypeError: explain is a builtin_function_or_method, expected a functools.partial: \
partial(causal, model, tokenizer, text)
    """
    if not isinstance(explain, partial):
        msg = (
            f"explain is {name_type(explain)}, expected a functools.partial: "
            "partial(causal, model, tokenizer, text)"
        )
        raise TypeError(msg)
    with keep_rows(path, describe_function(explain)) as kept:
        explained = explain()
    if not kept.is_begun:
        warnings.warn(
            "the function computes no map row by row: nothing was kept", stacklevel=2
        )
    return explained
