"""Heat as one array in memory."""

import numpy as np
import pytest

from textualheatmap.facet.dense_store import DenseStore


def test_the_sign_is_found_out_unless_it_is_told() -> None:
    heat = np.array([[-1, 2]], dtype=np.float32)
    assert DenseStore(heat).signed
    assert not DenseStore(abs(heat)).signed
    assert DenseStore(abs(heat), signed=True).signed


def test_what_is_read_is_a_copy_and_the_whole_is_not_writeable() -> None:
    store = DenseStore(np.eye(2, dtype=np.float32))
    store.rows([0])[:] = 5
    store.columns([0])[:] = 5
    assert store.to_array().tolist() == [[1, 0], [0, 1]]
    with pytest.raises(ValueError, match="read-only"):
        store.to_array()[0, 0] = 5


def test_the_array_is_not_copied() -> None:
    heat = np.zeros((2, 2), dtype=np.float32)
    assert np.shares_memory(DenseStore(heat).to_array(), heat)
