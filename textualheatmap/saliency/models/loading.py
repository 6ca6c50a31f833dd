"""Reading of models from this machine, without running anything in their files."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from textwrap import shorten
from typing import Any, Literal, NamedTuple, TypeAlias, get_args

from textualheatmap.facet.fields import name_type
from textualheatmap.saliency.arguments.argument_checks import check_choice

# How many characters of an error are quoted; transformers writes pages of a wrong file.
MAX_REASON = 300

Precision: TypeAlias = Literal["float32", "bfloat16", "float16"]
Kind: TypeAlias = Literal["masked", "causal", "seq2seq", "classify"]
# The classes of transformers that make a model of each kind.
MAKERS: dict[Kind, str] = {
    "masked": "AutoModelForMaskedLM",
    "causal": "AutoModelForCausalLM",
    "seq2seq": "AutoModelForSeq2SeqLM",
    "classify": "AutoModelForSequenceClassification",
}


class LoadedModel(NamedTuple):
    """A model, its tokenizer, and the name of the function that explains it."""

    model: Any
    tokenizer: Any
    kind: Kind


def load_model(
    name: str | PathLike[str], *, dtype: Precision = "float32"
) -> LoadedModel:
    """Read a model and its tokenizer from this machine; nothing is downloaded.

    No code of the model's folder is run. Weights are read from safetensors or GGUF
    files only, because reading pickled weights could run anything.

    Parameters
    ----------
    name
        A folder that `save_pretrained` wrote, a GGUF file (needs the packages gguf and
        accelerate), or the name of a model that was downloaded before.
    dtype
        The precision of its weights: `"float32"`, `"bfloat16"` or `"float16"`, which
        take half the memory.

    Returns
    -------
    loaded
        The model, its fast tokenizer, and its kind, after the function that
        explains it: `"masked"`, `"causal"`, `"seq2seq"` or `"classify"`. A chat model
        is a causal one.

    Raises
    ------
    OSError
        If there is no such model, or it cannot be read.
    TypeError
        If the name is neither a string nor a path.
    ValueError
        If it is a model of another kind, or was saved without its head; or if the
        precision is none of these.

    Examples
    --------
    >>> load_model("no/such/folder")
    Traceback (most recent call last):
        ...
    FileNotFoundError: 'no/such/folder' is no model on this machine, expected a folder \
as save_pretrained writes it, a GGUF file, or the name of a downloaded model
    """
    if not isinstance(name, str | PathLike):
        msg = f"name is {name_type(name)}, expected a string or a path"
        raise TypeError(msg)
    check_choice("dtype", dtype, get_args(Precision))
    # These take seconds to import, and are not needed to explain a model.
    import torch  # noqa: PLC0415
    import transformers  # noqa: PLC0415

    path = _find_model(name)
    options: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
    if path.is_file():
        path, options["gguf_file"] = path.parent, path.name

    def read(part: str, reader: Any, **more: object) -> Any:  # noqa: ANN401
        try:
            return reader.from_pretrained(str(path), **options, **more)
        except Exception as error:  # A wrong file makes transformers raise anything.
            raise refuse(str(error), part) from error

    def refuse(reason: str, part: str) -> OSError:
        reason = shorten(reason, MAX_REASON, placeholder=" ...")
        msg = f"{str(name)!r} cannot be read as a model: its {part}: {reason}"
        return OSError(msg)

    config = read("configuration", transformers.AutoConfig)
    kind = "causal" if "gguf_file" in options else _find_kind(config)
    if kind is None:
        came = " and ".join(config.architectures or []) or "of unknown kind"
        msg = (
            f"{str(name)!r} is {came}, expected a masked or causal language model, or "
            "one that translates or classifies texts: one saved with its head"
        )
        raise ValueError(msg)
    if "gguf_file" not in options and _has_only_pickled_weights(path):
        reason = (
            "they are pickled, and reading them could run anything; expected "
            "safetensors, as model.save_pretrained writes them"
        )
        raise refuse(reason, "weights")
    maker = getattr(transformers, MAKERS[kind])
    model = read("weights", maker, dtype=getattr(torch, dtype), use_safetensors=True)
    tokenizer = read("tokenizer", transformers.AutoTokenizer, use_fast=True)
    # Without tokenizer files, transformers 5 makes a tokenizer of special tokens only.
    known, expected = len(tokenizer), model.get_input_embeddings().num_embeddings
    if known < expected / 2:
        reason = f"knows {known:,} tokens, expected {expected:,}"
        raise refuse(reason, "tokenizer")
    model = model.eval().requires_grad_(requires_grad=False)
    return LoadedModel(model, tokenizer, kind)


def _find_kind(config: Any) -> Kind | None:  # noqa: ANN401 - of any model
    """Return the kind of a model by what its configuration says it was saved as."""
    from transformers.models.auto.modeling_auto import (  # noqa: PLC0415 - as above
        MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING_NAMES,
    )

    # Those that hear or see are named alike, but read no text.
    is_pair = getattr(config, "is_encoder_decoder", False)
    pairs = MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING_NAMES.values() if is_pair else ()
    for each in config.architectures or []:
        if "MaskedLM" in each:
            return "masked"
        if each.endswith(("CausalLM", "LMHeadModel")):
            return "causal"
        if each in pairs:
            return "seq2seq"
        if each.endswith("ForSequenceClassification"):
            return "classify"
    return None


def _find_model(name: str | PathLike[str]) -> Path:
    """Return the folder or file of a model, given that or a downloaded model's name.

    Transformers finds downloaded models too, but asks the network about them first.
    """
    from huggingface_hub import try_to_load_from_cache  # noqa: PLC0415 - as above
    from huggingface_hub.errors import HFValidationError  # noqa: PLC0415 - as above

    path = Path(name)
    if path.exists():
        return path
    try:
        file = try_to_load_from_cache(str(name), "config.json")
    except HFValidationError:
        file = None
    if isinstance(file, str):
        return Path(file).parent
    msg = (
        f"{str(name)!r} is no model on this machine, expected a folder as "
        "save_pretrained writes it, a GGUF file, or the name of a downloaded model"
    )
    raise FileNotFoundError(msg)


def _has_only_pickled_weights(folder: Path) -> bool:
    """Whether a folder has PyTorch's pickled weights, and none in safetensors."""
    pickled = ("*.bin", "*.pt", "*.pth", "*.ckpt")
    return not any(folder.glob("*.safetensors")) and any(
        any(folder.glob(pattern)) for pattern in pickled
    )
