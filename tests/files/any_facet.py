"""Any facet, for tests of what keeps facets, and what it has to keep."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from textualheatmap import Facet

# Of any code points, thus surrogates and NULs too.
TEXTS = st.text(st.characters())
FINITE = st.floats(allow_nan=False, allow_infinity=False)
SCALARS = st.none() | st.booleans() | st.integers() | FINITE | TEXTS
# Not so small that float32 has too few digits for them.
NUMBERS = st.sampled_from([1, -1]).flatmap(
    lambda sign: st.floats(2**-60, 2**100, width=32).map(lambda x: sign * x)
)
META = st.lists(TEXTS | st.tuples(TEXTS, st.floats(0, 1)), max_size=3)


@st.composite
def facets(draw: st.DrawFn) -> Facet:
    """Draw any valid facet of up to eight tokens."""
    is_format = draw(
        st.lists(st.booleans(), max_size=7).map(lambda some: [False, *some])
    )
    n = is_format.count(False)
    rows = draw(st.just(n) | st.integers(1, 5))
    lengths = draw(st.lists(st.integers(1, 3), max_size=2))
    missing = draw(st.booleans())
    heat = draw(st.sampled_from([st.floats(0, 1, width=32), NUMBERS]))
    if missing:
        heat |= st.just(float("nan"))
    names = draw(
        st.lists(
            st.text(st.characters(), min_size=1, max_size=40), max_size=2, unique=True
        )
    )
    axes = [f"axis {k}" for k in range(len(lengths))]
    # Meta and numbers follow an axis, or none.
    followed = draw(st.none() | st.sampled_from(range(len(axes)))) if axes else None
    each_meta, each_number = META, st.none() | FINITE
    if followed is not None:
        length = lengths[followed]
        each_meta = st.lists(st.none() | META, min_size=length, max_size=length)
        each_number = st.none() | st.tuples(*[st.none() | FINITE] * length)
    each = [st.none() if flag else each_number for flag in is_format]
    return Facet.from_arrays(
        [draw(TEXTS) for _ in is_format],
        draw(hnp.arrays(np.float32, (*lengths, rows, n), elements=heat)),
        meta=[None if flag else draw(st.none() | each_meta) for flag in is_format],
        format=is_format,
        provenance=draw(
            st.dictionaries(TEXTS, SCALARS | st.lists(SCALARS, max_size=3), max_size=3)
        ),
        title=draw(TEXTS),
        caption=draw(TEXTS),
        id=draw(st.none() | TEXTS.filter(len)),
        rows_of=None if rows == n else "other",
        axes=axes,
        missing=missing,
        numbers={name: [draw(number) for number in each] for name in names},
        meta_axis=None if followed is None else axes[followed],
    )


def assert_same_but_heat(facet: Facet, other: Facet) -> None:
    assert facet.tokens.texts == other.tokens.texts
    assert facet.meta_axis == other.meta_axis
    assert facet.tokens.given_meta == other.tokens.given_meta
    numbers, given_numbers = facet.tokens.given_numbers, other.tokens.given_numbers
    assert numbers == given_numbers
    assert [*numbers] == [*given_numbers]
    assert facet.tokens.is_format.tolist() == other.tokens.is_format.tolist()
    assert facet.provenance == other.provenance
    for name in ("title", "id", "rows_of", "caption"):
        assert getattr(facet, name) == getattr(other, name)
    store, given_store = facet.store, other.store
    for name in ("axes", "shape", "signed", "missing"):
        assert getattr(store, name) == getattr(given_store, name)


def assert_equal(facet: Facet, other: Facet) -> None:
    assert_same_but_heat(facet, other)
    np.testing.assert_array_equal(facet.heat, other.heat)
