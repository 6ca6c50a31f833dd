"""Models that lie on this machine."""

from __future__ import annotations

from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from os import PathLike

# Of what is wrong with a file, transformers writes pages.
MAX_REASON = 300


class Loaded(NamedTuple):
    """A model and its tokenizer, and what it predicts: masked or next tokens."""

    model: Any
    tokenizer: Any
    kind: Literal["masked", "causal"]


def load_model(name: str | PathLike[str]) -> Loaded:
    """Read a model and its tokenizer from this machine; nothing is downloaded.

    Parameters
    ----------
    name
        A folder as `save_pretrained` writes it, a GGUF file (needs the packages gguf
        and accelerate), or the name of a model that was downloaded before.

    Returns
    -------
    loaded
        Model in float32, fast tokenizer, and `"masked"` or `"causal"`: which of the
        two functions explains it.

    Raises
    ------
    OSError
        If there is no such model, or it cannot be read.
    ValueError
        If it is neither a masked nor a causal language model.

    Examples
    --------
    >>> load_model("no/such/folder")
    Traceback (most recent call last):
        ...
    FileNotFoundError: 'no/such/folder' is no model on this machine, expected a folder \
as save_pretrained writes it, a GGUF file, or the name of a downloaded model
    """
    # Reading models takes seconds to import, and explaining them does not need it.
    import torch  # noqa: PLC0415
    from transformers import (  # noqa: PLC0415
        AutoConfig,
        AutoModelForCausalLM,
        AutoModelForMaskedLM,
        AutoTokenizer,
    )

    path = _find_model(name)
    options: dict[str, Any] = {"local_files_only": True}
    if path.is_file():
        path, options["gguf_file"] = path.parent, path.name

    def read(part: str, reader: Any, **more: object) -> Any:  # noqa: ANN401
        try:
            return reader.from_pretrained(str(path), **options, **more)
        except Exception as error:  # What is wrong with files is raised as anything.
            raise refuse(str(error), part) from error

    def refuse(reason: str, part: str) -> OSError:
        reason = shorten(reason, MAX_REASON, placeholder=" ...")
        msg = f"{str(name)!r} cannot be read as a model: its {part}: {reason}"
        return OSError(msg)

    names = read("configuration", AutoConfig).architectures or []
    if any("MaskedLM" in each for each in names):
        maker, kind = AutoModelForMaskedLM, "masked"
    elif "gguf_file" in options or any(
        each.endswith(("CausalLM", "LMHeadModel")) for each in names
    ):
        maker, kind = AutoModelForCausalLM, "causal"
    else:
        came = " and ".join(names) or "of unknown kind"
        msg = (
            f"{str(name)!r} is {came}, expected a masked or causal language model: "
            "one saved with its head"
        )
        raise ValueError(msg)
    model = read("weights", maker, dtype=torch.float32)
    tokenizer = read("tokenizer", AutoTokenizer, use_fast=True)
    # Where its files are missing, transformers 5 makes one that knows special tokens.
    known, expected = len(tokenizer), model.get_input_embeddings().num_embeddings
    if known < expected / 2:
        reason = f"knows {known:,} tokens, expected {expected:,}"
        raise refuse(reason, "tokenizer")
    return Loaded(model.eval().requires_grad_(requires_grad=False), tokenizer, kind)


def _find_model(name: str | PathLike[str]) -> Path:
    """Return the folder or the file of a model, given one or a downloaded one's name.

    Transformers would find it too, but not without asking the network who we are.
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
