"""The tiny models of the tests without a browser, for an app and for a notebook.

They are imported where they are built: torch and transformers take ten seconds, which
every worker would need for any test of a page.
"""

# ruff: noqa: PLC0415

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.saliency.conftest import Pair


@pytest.fixture(scope="session")
def bert() -> Pair:
    """Return a masked model whose lower-casing tokenizer cuts words into pieces."""
    from tests.saliency.conftest import build_bert

    return build_bert()


@pytest.fixture(scope="session")
def gpt() -> Pair:
    """Return a causal model with byte-level BPE and a window of 64 tokens."""
    from tests.saliency.conftest import build_gpt

    return build_gpt(trim_offsets=False)


@pytest.fixture(scope="session")
def t5() -> Pair:
    """Return a model that reads one text and writes another."""
    from tests.saliency.test_seq2seq import build_t5

    return build_t5()


@pytest.fixture(scope="session")
def talker() -> Pair:
    """Return a causal model whose tokenizer has a chat template."""
    from tests.saliency.test_chat import build_talker

    return build_talker()


@pytest.fixture(scope="session")
def classifier(bert: Pair) -> Pair:
    """Return a model of three classes: bad, fair, good."""
    from tests.saliency.test_classify import build_classifier

    return build_classifier(bert)


@pytest.fixture(scope="session")
def llama() -> Pair:
    """Return a causal model that turns its positions and begins a text with ``<s>``."""
    from tests.saliency.conftest import build_llama

    return build_llama()
