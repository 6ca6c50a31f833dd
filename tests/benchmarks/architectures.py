"""Whether maps of every architecture of transformers are right, or refused.

Run it in the root: `python -m tests.benchmarks.architectures`, or with the names of
some architectures. It takes minutes: each one is built from a tiny configuration with
random weights, explained, and compared with gradients in float64, of one output at a
time, of the model that reads the tokens themselves. A table says of each

- `agrees`: the largest difference, of heat from 0 to 1, is at most 1e-4;
- `refused`: with the sentence that a user gets;
- `wrong`: the heat differs;
- `not built`: there is no tiny model of it, with the reason.

Wrong ones are named at the end, and make the exit code 1.
"""

from __future__ import annotations

import inspect
import sys
import warnings
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import torch
import transformers
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers.models.auto import modeling_auto
from transformers.models.auto.configuration_auto import CONFIG_MAPPING
from transformers.utils import logging

from textualheatmap.saliency import causal, masked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Kind = Literal["causal", "masked"]

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
WORDS = [f"w{number}" for number in range(59)]
TEXT = "w3 w14 w15 w9 w26 w5"
# The tokens of the text are between [CLS] and [SEP].
PLACES = range(1, 7)
MASK = 4
LIMIT = 1e-4
# A model with more weights is no tiny one: some size of it has another name.
MAX_WEIGHTS = 5_000_000
# What sizes are called in configurations. Those that one does not know are left out.
SIZES = {
    **dict.fromkeys(
        ["vocab_size", "vocab_size_per_layer_input"], len(SPECIAL) + len(WORDS)
    ),
    **dict.fromkeys(["hidden_size", "n_embd", "d_model", "dim", "embedding_size"], 32),
    **dict.fromkeys(["emb_dim", "input_embedding_size", "d_embed", "hidden_dim"], 32),
    **dict.fromkeys(["num_hidden_layers", "n_layer", "n_layers", "num_layers"], 2),
    **dict.fromkeys(["decoder_layers", "encoder_layers", "num_blocks"], 2),
    **dict.fromkeys(["num_attention_heads", "n_head", "n_heads", "num_heads"], 2),
    **dict.fromkeys(["decoder_attention_heads", "encoder_attention_heads"], 2),
    **dict.fromkeys(["num_key_value_heads", "num_kv_heads", "multi_query_group"], 2),
    **dict.fromkeys(["intermediate_size", "n_inner", "ffn_dim", "d_inner"], 64),
    **dict.fromkeys(["decoder_ffn_dim", "encoder_ffn_dim", "dff"], 64),
    **dict.fromkeys(["moe_intermediate_size", "shared_intermediate_size"], 32),
    **dict.fromkeys(["shared_expert_intermediate_size", "expert_ffn_hidden_size"], 32),
    **dict.fromkeys(["num_experts", "num_local_experts", "n_routed_experts"], 4),
    **dict.fromkeys(["num_experts_per_tok", "moe_topk", "n_group", "topk_group"], 1),
    **dict.fromkeys(["mamba_n_heads", "mamba_num_heads", "n_mamba_heads"], 4),
    **dict.fromkeys(["linear_num_key_heads", "linear_num_value_heads"], 2),
    **dict.fromkeys(["linear_key_head_dim", "linear_value_head_dim"], 16),
    **dict.fromkeys(["q_lora_rank", "kv_lora_rank", "qk_nope_head_dim"], 16),
    **dict.fromkeys(["v_head_dim", "mamba_d_head", "mamba_head_dim"], 16),
    **dict.fromkeys(["max_position_embeddings", "n_positions", "n_ctx"], 64),
    **dict.fromkeys(["pad_token_id", "pad_index"], 0),
    **dict.fromkeys(["bos_token_id", "cls_token_id"], 2),
    **dict.fromkeys(["eos_token_id", "sep_token_id"], 3),
    "head_dim": 16,
    "hidden_size_per_layer_input": 8,
    "num_kv_shared_layers": 0,
    "qk_rope_head_dim": 16,
    "rotary_dim": 8,
    "attention_window": 8,
    "mask_token_id": MASK,
    "true_hidden_size": 32,
    "intra_bottleneck_size": 32,
    "initializer_range": 0.2,
}


def main() -> None:
    """Print the table, and name the wrong ones."""
    logging.set_verbosity_error()
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    asked = set(sys.argv[1:])
    wrong: list[str] = []
    counts: dict[str, int] = {}
    for kind, name, head in list_heads():
        if asked and not asked & {name, head}:
            continue
        verdict, detail = judge(kind, name, head)
        counts[verdict] = counts.get(verdict, 0) + 1
        print(f"{kind} | {head} | {verdict} | {detail}", flush=True)
        if verdict == "wrong":
            wrong.append(head)
    print(*(f"{count} {verdict}" for verdict, count in counts.items()), sep=", ")
    if wrong:
        sys.exit(f"wrong: {', '.join(wrong)}")


def list_heads() -> Iterator[tuple[Kind, str, str]]:
    """Yield the kind, the name and the class of each architecture."""
    causal_heads: Any = modeling_auto.MODEL_FOR_CAUSAL_LM_MAPPING_NAMES
    masked_heads: Any = modeling_auto.MODEL_FOR_MASKED_LM_MAPPING_NAMES
    for name, head in sorted(causal_heads.items()):
        yield "causal", name, head if isinstance(head, str) else head[0]
    for name, head in sorted(masked_heads.items()):
        yield "masked", name, head if isinstance(head, str) else head[0]


def judge(kind: Kind, name: str, head: str) -> tuple[str, str]:
    """Return the verdict on an architecture, and what it is based on."""
    try:
        model = build_model(kind, name, head)
    except Exception as error:  # noqa: BLE001 - whatever it is, there is no model
        return "not built", shorten(error)
    explain = causal if kind == "causal" else masked
    options: Any = {"target": "true", "special": "drop", "progress": False}
    try:
        heat = explain(model, build_tokenizer(), TEXT, **options).heat
    except Exception as error:  # noqa: BLE001 - a user would get it
        return "refused", f"{type(error).__name__}: {shorten(error)}"
    try:
        truth, note = compute_truth(kind, deepcopy(model).double()), ""
        check_finite(truth)
    except Exception as error:  # noqa: BLE001 - a part that knows no float64
        note = f" (float32: {shorten(error)})"
        truth = compute_truth(kind, model)
    difference = abs(heat - truth).max()
    return "agrees" if difference <= LIMIT else "wrong", f"{difference:.1e}{note}"


def build_model(kind: Kind, name: str, head: str) -> Any:  # noqa: ANN401
    """Return a tiny model of an architecture; raise if there is none."""
    family = CONFIG_MAPPING[name]
    known = family().to_dict()
    sizes = {size: value for size, value in SIZES.items() if size in known}
    if "is_decoder" in known:
        sizes["is_decoder"] = kind == "causal"
    config = family(**sizes)
    with torch.device("meta"):
        count = sum(
            each.numel() for each in getattr(transformers, head)(config).parameters()
        )
    if count > MAX_WEIGHTS:
        msg = f"{count:,} weights"
        raise ValueError(msg)
    torch.manual_seed(0)
    model = getattr(transformers, head)(config).float().eval()
    if hasattr(model, "set_experts_implementation"):
        # The default one knows no float64.
        model.set_experts_implementation("eager")
    return model


def build_tokenizer() -> Any:  # noqa: ANN401 - transformers' are not typed
    """Return a tokenizer of words, with [CLS] before and [SEP] after them."""
    trained = Tokenizer(
        models.WordLevel(
            {word: number for number, word in enumerate(SPECIAL + WORDS)}, "[UNK]"
        )
    )
    trained.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    trained.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=trained,
        **{f"{word[1:-1].lower()}_token": word for word in SPECIAL},
    )


def compute_truth(kind: Kind, model: Any) -> NDArray[np.float64]:  # noqa: ANN401
    """Return heat, computed in the model's precision, one output at a time, by ids."""
    embedding = model.get_input_embeddings()
    ids = build_tokenizer()(TEXT).input_ids
    rows: list[NDArray[np.float64]] = []
    for place in PLACES:
        read, true = list(ids), ids[place + 1] if kind == "causal" else ids[place]
        if kind == "masked":
            read[place] = MASK
        embedded: list[torch.Tensor] = []

        def keep(
            _module: object,
            _args: object,
            output: torch.Tensor,
            kept: Any = embedded,  # noqa: ANN401
        ) -> torch.Tensor:
            kept.append(output.detach().requires_grad_())
            # CTRL multiplies it in place.
            return kept[-1].clone()

        hook = embedding.register_forward_hook(keep)
        given = torch.tensor([read])
        options: dict[str, Any] = {"attention_mask": torch.ones_like(given)}
        if "use_cache" in inspect.signature(model.forward).parameters:
            options["use_cache"] = False
        try:
            logits = model(input_ids=given, **options).logits
        finally:
            hook.remove()
        (gradient,) = torch.autograd.grad(logits[0, place, true], embedded[0])
        norms = gradient[0].double().norm(dim=1).numpy()[list(PLACES)]
        if kind == "masked":
            norms[place - 1] = 0
        rows.append(norms / (norms.max() or 1))
    return np.stack(rows)


def check_finite(heat: NDArray[np.float64]) -> None:
    """Raise FloatingPointError if a model overflows."""
    if not np.isfinite(heat).all():
        msg = "gradients are not finite"
        raise FloatingPointError(msg)


def shorten(error: Exception) -> str:
    """Return an error's first line, of a table's width."""
    first, *_ = str(error).splitlines() or [type(error).__name__]
    return first[:300]


if __name__ == "__main__":
    main()
