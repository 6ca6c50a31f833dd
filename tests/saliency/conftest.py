"""Tiny models with random weights, and the tokenizers that go with them.

All are made anew, alike each time, in well under a second. Their weights are larger
than a new model's, so that gradients are far from 0 and predictions differ.
"""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from copy import deepcopy
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

# Before transformers is imported: a test that asks for a model from a hub is wrong.
os.environ["HF_HUB_OFFLINE"] = "1"
# A tokenizer that has used threads complains when JupyterLab or an app is started.
os.environ["TOKENIZERS_PARALLELISM"] = "false"
# Compiling shap's loops takes longer than they do, uncompiled, in all tests.
os.environ["NUMBA_DISABLE_JIT"] = "1"

import pytest
import torch
from tokenizers import (
    AddedToken,
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)
from torch import nn
from transformers import (
    BertConfig,
    BertForMaskedLM,
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
    RobertaConfig,
    RobertaForMaskedLM,
)

from tests.saliency.reference import (
    Float64Model,
    ReferenceOutput,
    reference_causal,
    reference_masked,
    reference_sequence,
)
from textualheatmap.saliency import causal, masked, sequence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from torch import Tensor
    from transformers import PreTrainedModel

    from textualheatmap.facet.facet import Facet

    Pair = tuple[PreTrainedModel, PreTrainedTokenizerFast]

# Several threads are slower on models as small as these.
torch.set_num_threads(1)

SENTENCES = [
    "The state of the union is strong, and the people of the states are one people.",
    "We hold that the government of a free people rests upon their consent.",
    "Peace and commerce with all nations have been our first wish.",
    "The harvest was plentiful; the treasury, however, is not what it was.",
    "Whatever is well begun is half done, and what is half done is not done.",
]
WINDOW = 64
# How many tokens byte-pair encoding is trained to know.
PIECES = 320
# How many characters of a word are WordPiece's first piece.
HEAD = 5
STD = 0.3


@contextmanager
def fixed_seed() -> Iterator[None]:
    """Make a model's random weights the same each time, and touch no other numbers."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        yield


def train_byte_level(special: list[str], *, trim_offsets: bool) -> Tokenizer:
    """Return byte-level BPE, in which a rare character is several tokens.

    With `trim_offsets` a token's offsets leave out the space that it begins with.
    """
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=trim_offsets)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=PIECES,
        special_tokens=special,
        initial_alphabet=alphabet,
        show_progress=False,
    )
    tokenizer.train_from_iterator(SENTENCES, trainer)
    return tokenizer


def cut_words() -> list[str]:
    """Return WordPiece's pieces: characters, short words, and halves of long ones.

    They are not trained, since what its trainer makes of equal counts is up to chance.
    """
    split = pre_tokenizers.BertPreTokenizer().pre_tokenize_str
    words = {word for word, _ in split(" ".join(SENTENCES).lower())}
    characters = {character for word in words for character in word}
    pieces = characters | {word[:HEAD] for word in words}
    tails = characters | {word[HEAD:] for word in words if len(word) > HEAD}
    return sorted(pieces) + sorted(f"##{tail}" for tail in tails)


def build_bert() -> Pair:
    """Return a masked model whose lower-casing tokenizer cuts words into pieces."""
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    trained = Tokenizer(
        models.WordPiece(
            vocab={piece: number for number, piece in enumerate(special + cut_words())},
            unk_token="[UNK]",
        )
    )
    trained.normalizer = normalizers.BertNormalizer(lowercase=True)
    trained.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trained.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    trained.decoder = decoders.WordPiece()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=trained,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
        model_max_length=WINDOW,
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
    )
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=WINDOW,
        initializer_range=STD,
    )
    with fixed_seed():
        return BertForMaskedLM(config).eval(), tokenizer


@pytest.fixture(scope="session")
def bert() -> Pair:
    """Return what `build_bert` builds."""
    return build_bert()


@pytest.fixture(scope="session")
def roberta() -> Pair:
    """Return a masked model with byte-level BPE, whose positions begin at 2."""
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    trained = train_byte_level(special, trim_offsets=True)
    trained.add_special_tokens([AddedToken("<mask>", lstrip=True)])
    trained.post_processor = processors.RobertaProcessing(
        ("</s>", 2), ("<s>", 0), trim_offsets=True, add_prefix_space=False
    )
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=trained,
        bos_token="<s>",
        cls_token="<s>",
        pad_token="<pad>",
        eos_token="</s>",
        sep_token="</s>",
        unk_token="<unk>",
        mask_token=AddedToken("<mask>", lstrip=True),
        model_max_length=WINDOW,
        model_input_names=["input_ids", "attention_mask"],
    )
    config = RobertaConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=WINDOW + 2,
        type_vocab_size=1,
        initializer_range=STD,
    )
    with fixed_seed():
        return RobertaForMaskedLM(config).eval(), tokenizer


def build_gpt(*, trim_offsets: bool) -> Pair:
    end = "<|endoftext|>"
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=train_byte_level([end], trim_offsets=trim_offsets),
        bos_token=end,
        eos_token=end,
        unk_token=end,
        model_input_names=["input_ids", "attention_mask"],
    )
    config = GPT2Config(
        vocab_size=len(tokenizer),
        n_embd=32,
        n_layer=2,
        n_head=2,
        n_positions=WINDOW,
        initializer_range=STD,
        bos_token_id=0,
        eos_token_id=0,
    )
    with fixed_seed():
        return GPT2LMHeadModel(config).eval(), tokenizer


@pytest.fixture(scope="session")
def gpt() -> Pair:
    """Return a causal model with byte-level BPE and a window of 64 tokens."""
    return build_gpt(trim_offsets=False)


@pytest.fixture(scope="session")
def trimmed_gpt() -> Pair:
    """Return `gpt`, the space before a word left out of the word's offsets."""
    return build_gpt(trim_offsets=True)


def build_llama() -> Pair:
    """Return a causal model that turns its positions and begins a text with ``<s>``.

    Spaces belong to the word after them, also one that is not in the text, before its
    first word; a character out of the vocabulary is one token a byte.
    """
    trained = Tokenizer(models.BPE())
    trained.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.BpeTrainer(vocab_size=PIECES, show_progress=False)
    trained.train_from_iterator(SENTENCES, trainer)
    learnt = json.loads(trained.to_str())["model"]
    names = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256))]
    names += sorted(learnt["vocab"], key=learnt["vocab"].get)
    tokenizer = Tokenizer(
        models.BPE(
            vocab={name: number for number, name in enumerate(names)},
            merges=[(left, right) for left, right in learnt["merges"]],
            unk_token="<unk>",
            byte_fallback=True,
        )
    )
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")]
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", special_tokens=[("<s>", 1)]
    )
    tokenizer.decoder = decoders.Sequence(
        [
            decoders.Replace("▁", " "),
            decoders.ByteFallback(),
            decoders.Fuse(),
            decoders.Strip(" ", 1, 0),
        ]
    )
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<s>",
        eos_token="</s>",
        unk_token="<unk>",
        model_input_names=["input_ids", "attention_mask"],
    )
    config = LlamaConfig(
        vocab_size=len(fast),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        intermediate_size=64,
        initializer_range=STD,
    )
    with fixed_seed():
        return LlamaForCausalLM(config).eval(), fast


@pytest.fixture(scope="session")
def llama() -> Pair:
    """Return what `build_llama` builds."""
    return build_llama()


@pytest.fixture
def one_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    """Integrate gradients in one pass, for tests that do not look at their accuracy."""
    monkeypatch.setattr(
        "textualheatmap.saliency.methods.integrated_gradients.MAX_GAP", float("inf")
    )
    monkeypatch.setattr(
        "textualheatmap.saliency.methods.integrated_gradients.LARGE_GAP", float("inf")
    )


class Recurrent(nn.Module):
    """A GRU from embeddings (batch, T, 8) to logits (batch, T, 11)."""

    def __init__(self) -> None:
        super().__init__()
        self.recurrent = nn.GRU(8, 16, batch_first=True)
        self.output = nn.Linear(16, 11)
        for weights in self.parameters():
            nn.init.normal_(weights, std=STD)

    def forward(self, inputs: Tensor) -> Tensor:
        states, _ = self.recurrent(inputs)
        return self.output(states)


@pytest.fixture(scope="session")
def rnn() -> Recurrent:
    """Return a recurrent network from embeddings (batch, T, 8) to 11 logits a step."""
    with fixed_seed():
        return Recurrent().eval()


class Call(NamedTuple):
    """One of the three functions, with a model of its own, on six tokens."""

    model: nn.Module
    explain: Callable[..., Facet]


@pytest.fixture(params=["masked", "causal", "sequence"])
def call(request: pytest.FixtureRequest) -> Call:
    """Return each of the three functions in turn."""
    if request.param == "sequence":
        module = deepcopy(request.getfixturevalue("rnn"))
        with fixed_seed():
            inputs = torch.randn(6, 8)
        return Call(module, partial(sequence, module, inputs, "abcdef"))
    function, name = {"masked": (masked, "bert"), "causal": (causal, "llama")}[
        request.param
    ]
    model, tokenizer = request.getfixturevalue(name)
    model = deepcopy(model)
    text = "The state of the union is"
    return Call(model, partial(function, model, tokenizer, text))


class KnownRows(NamedTuple):
    """A call whose true rows are known: each explains its `"true"` class.

    Its columns are all inputs. `matrix` has the embedded vocabulary, and `baseline` is
    what replaces an input unless a call says otherwise, in float64.
    """

    explain: Callable[..., Facet]
    references: list[ReferenceOutput]
    matrix: Tensor
    baseline: Tensor


@pytest.fixture(params=["masked", "causal", "sequence"])
def known_rows(request: pytest.FixtureRequest) -> KnownRows:
    """Return each of the three functions in turn, with what its rows explain."""
    if request.param == "sequence":
        module = request.getfixturevalue("rnn")
        matrix = torch.randn(20, 8, generator=torch.Generator().manual_seed(1))
        inputs, true = matrix[[7, 0, 3, 3, 19, 12]], [3, 1, 4, 1, 5, 9]
        known = {"true_classes": true, "target": "true", "embedding": matrix}
        explain = partial(sequence, module, inputs, "abcdef", **known)
        references = reference_sequence(module, inputs, true)
        zero = torch.zeros(8, dtype=torch.float64)
        return KnownRows(explain, references, matrix.double(), zero)
    model, tokenizer = request.getfixturevalue(
        {"masked": "bert", "causal": "llama"}[request.param]
    )
    text = "The state of the union"
    ids = tokenizer(text).input_ids
    columns, precise = [[place] for place in range(len(ids))], Float64Model(model)
    if request.param == "masked":
        references = reference_masked(precise, ids, columns, tokenizer.mask_token_id)
        explain = partial(masked, model, tokenizer, text, special="keep")
        baseline = precise.matrix[tokenizer.mask_token_id]
    else:
        references = reference_causal(precise, ids, columns)
        explain = partial(causal, model, tokenizer, text, special="keep", target="true")
        baseline = precise.matrix.mean(dim=0)
    return KnownRows(explain, references, precise.matrix, baseline)
