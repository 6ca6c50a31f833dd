"""A Hugging Face model that classifies texts, with its tokenizer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import torch

from textualheatmap.facet.fields import quote
from textualheatmap.saliency.models.head_input import record_nothing
from textualheatmap.saliency.models.language_model import LanguageModel

if TYPE_CHECKING:
    from torch import Tensor

    from textualheatmap.saliency.arguments.options import AttributionOptions
    from textualheatmap.saliency.models.language_model import Encoding
    from textualheatmap.saliency.models.network import Network

READER = "AutoModelForSequenceClassification"


class TextClassifier(LanguageModel):
    """A model that gives a text a logit for each of some classes, and its tokenizer.

    Parameters
    ----------
    model
        Model of Hugging Face's transformers with a head that classifies texts.
    tokenizer
        The model's fast tokenizer, which knows the characters of each token.

    Raises
    ------
    TypeError
        If they cannot be explained. The message says what to use instead.

    Examples
    --------
    >>> TextClassifier("my/bert", None)
    Traceback (most recent call last):
        ...
    TypeError: model is a str, expected a model of transformers that classifies texts \
(AutoModelForSequenceClassification.from_pretrained reads it)
    """

    def __post_init__(self) -> None:
        config = getattr(self.model, "config", None)
        if not hasattr(self.model, "get_input_embeddings"):
            name = f"model is a {type(self.model).__name__}"
        elif getattr(config, "is_encoder_decoder", False):
            name = f"{type(self.model).__name__} is an encoder with a decoder"
        else:
            super().__post_init__()
            return
        msg = (
            f"{name}, expected a model of transformers that classifies texts "
            f"({READER}.from_pretrained reads it)"
        )
        raise TypeError(msg)

    @property
    def labels(self) -> list[str]:
        """The names of the classes, in the order of their logits."""
        config = self.model.config
        return [str(config.id2label[number]) for number in range(config.num_labels)]

    @property
    def are_exclusive(self) -> bool:
        """Whether a text has one of several classes, so that a softmax is taken."""
        kind = getattr(self.model.config, "problem_type", None)
        named = {"multi_label_classification", "regression"}
        return len(self.labels) > 1 and kind not in named

    @property
    def are_independent(self) -> bool:
        """Whether a text has any number of classes, each of a probability by itself."""
        kind = getattr(self.model.config, "problem_type", None)
        return kind == "multi_label_classification"

    def run(self, positions: list[int], **inputs: Tensor) -> Tensor:
        """Run the model, and return logits, shape (B, 1, classes).

        There is one position: that of the text.
        """
        del positions
        first, *_ = inputs.values()
        mask = torch.ones(first.shape[:2], dtype=torch.long, device=first.device)
        output = self.model(attention_mask=mask, **inputs, **self.forward_options)
        logits: Any = getattr(output, "logits", None)
        shape = (len(first), len(self.labels))
        if logits is None or logits.shape != shape:
            msg = (
                f"{type(self.model).__name__} classifies no texts, expected one with a "
                f"head for that: use {READER}"
            )
            raise TypeError(msg)
        return logits[:, None]

    def build_class_network(
        self, encoding: Encoding, columns: list[list[int]], options: AttributionOptions
    ) -> Network:
        """Return the model as a `Network` that predicts at position 0 alone.

        Parameters
        ----------
        encoding, columns, options
            As in `build_network`, which says what is raised.
        """
        network = self.build_network(
            encoding, columns, options, cover=lambda _: encoding.ids
        )
        return replace(
            network,
            classes=len(self.labels),
            shares_inputs=True,
            record_head=record_nothing,
        )

    def find_label(self, name: str) -> int:
        """Return the number of a class.

        Raises
        ------
        ValueError
            If no class, or more than one, has this name.
        """
        labels = self.labels
        if labels.count(name) == 1:
            return labels.index(name)
        known = ", ".join(map(repr, labels))
        msg = f"against is {quote(name)}, expected 'top', 'runner-up' or {known:.200}"
        raise ValueError(msg)
