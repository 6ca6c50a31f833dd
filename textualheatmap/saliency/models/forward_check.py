"""A check that a model reads the same from embedded tokens as from the tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

# Logits may differ by this share of the largest one, or by so many of the rounding
# errors of one operation where these are larger, as in bfloat16.
ROUNDING = 1e-5
OPERATIONS = 4
# What a model raises that cannot do without the numbers of the tokens.
FAILURES = (AttributeError, LookupError, RuntimeError, TypeError, ValueError)


def find_difference(
    name: str, expected: Tensor, read_embedded: Callable[[], Tensor]
) -> Exception | None:
    """Return an error if a model predicts something else from embedded tokens.

    A map is about embedded tokens. It would be wrong without a word for a model that
    reads the numbers of the tokens beside them.

    Parameters
    ----------
    name
        Name of the model, for the message.
    expected
        The logits that the model returns for the tokens themselves, of any shape.
    read_embedded
        Runs it on the embedded tokens, and returns the same logits.

    Returns
    -------
    error
        None if the largest difference is rounding, that is at most 1e-5 of the largest
        logit, or 4 units of rounding in half precision. A TypeError if the model
        cannot run on embedded tokens, else a ValueError.

    Examples
    --------
    >>> find_difference("A", torch.ones(2), lambda: torch.tensor([1.0, 0.5]))
    ValueError('A predicts something else from embedded tokens than from the tokens \
themselves (logits differ by 50 % of the largest), expected a model that reads nothing \
else of them')
    """
    try:
        with torch.no_grad():
            found = read_embedded()
    except FAILURES as error:
        return TypeError(
            f"{name} fails on embedded tokens, expected a model that reads nothing "
            f"else of the tokens: {error}"
        )
    largest = expected.abs().max()
    difference = (found - expected).abs().max()
    allowed = max(ROUNDING, OPERATIONS * torch.finfo(expected.dtype).eps)
    # Logits that are not finite pass here; `choose_targets` tells of them.
    if not difference > allowed * largest:
        return None
    share = 100 * (difference / largest).item()
    return ValueError(
        f"{name} predicts something else from embedded tokens than from the tokens "
        f"themselves (logits differ by {share:.2g} % of the largest), expected a model "
        "that reads nothing else of them"
    )
