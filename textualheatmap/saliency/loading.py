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

    place = str(name)
    options: dict[str, Any] = {"local_files_only": True}
    path = Path(place)
    if path.is_file():
        place, options["gguf_file"] = str(path.parent), path.name

    def read(part: str, reader: Any, **more: object) -> Any:  # noqa: ANN401
        try:
            return reader.from_pretrained(place, **options, **more)
        except Exception as error:  # What is wrong with files is raised as anything.
            if path.exists():
                reason = shorten(str(error), MAX_REASON, placeholder=" ...")
                msg = f"{str(name)!r} cannot be read as a model: its {part}: {reason}"
                raise OSError(msg) from error
            msg = (
                f"{str(name)!r} is no model on this machine, expected a folder as "
                "save_pretrained writes it, a GGUF file, or the name of a downloaded "
                "model"
            )
            raise FileNotFoundError(msg) from None

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
    return Loaded(model.eval().requires_grad_(requires_grad=False), tokenizer, kind)
