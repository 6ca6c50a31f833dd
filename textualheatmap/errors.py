"""What is wrong with the data of a heatmap, and where."""


class HeatmapDataError(ValueError):
    """Data of a heatmap is not what was expected.

    The message names the place, what came, and what was expected.

    Examples
    --------
    >>> from textualheatmap.model import Facet
    >>> Facet.from_records([{"token": "a", "heat": [1.0, 0.5]}])
    Traceback (most recent call last):
        ...
    textualheatmap.errors.HeatmapDataError: facet.tokens[0].heat has 2 values, \
expected 1 (one per non-format token)
    """
