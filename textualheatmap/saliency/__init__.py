"""Saliency maps of real models: from a text to a `Facet` in one call.

`masked` explains masked language models and `causal` explains causal ones, both of
Hugging Face's transformers; `seq2seq` explains those that read one text and write
another, and `classify` those that classify one. `sequence` explains any torch module
that predicts at each step, such as a recurrent network. `load_model` reads a model from
this machine.
`attention` shows what each head of each layer reads, and `layer_gradients` which states
mattered at each layer; `logit_lens` has the predictions after each. `explain_corpus`
explains many texts by an `Explainer`, here or on a cluster; `resume_map` goes on with a
map that was stopped.

Heat (i, j) says how much input j mattered to output i. By default it is the norm of
the gradient (Madsen, *Visualizing memorization in RNNs*, Distill 2019).
"""

from importlib.util import find_spec

if missing := [
    name for name in ("torch", "transformers", "tqdm") if not find_spec(name)
]:
    msg = (
        f"textualheatmap.saliency needs {' and '.join(missing)}: "
        'pip install "panel-textualheatmap[saliency]"'
    )
    raise ImportError(msg)

from textualheatmap.corpus.explaining import CorpusMaps, explain_corpus
from textualheatmap.saliency.attention_maps import attention
from textualheatmap.saliency.causal_lm import causal
from textualheatmap.saliency.chat_lm import chat
from textualheatmap.saliency.classification import TextAndClasses, classify
from textualheatmap.saliency.comparison import Comparison, compare_methods
from textualheatmap.saliency.cross_attention_maps import cross_attention
from textualheatmap.saliency.explainer import Explainer
from textualheatmap.saliency.layer_gradient_maps import layer_gradients
from textualheatmap.saliency.lens import logit_lens
from textualheatmap.saliency.maps.pair_facets import SourceAndTarget
from textualheatmap.saliency.masked_lm import masked
from textualheatmap.saliency.models.loading import LoadedModel, load_model
from textualheatmap.saliency.resuming import resume_map
from textualheatmap.saliency.seq2seq_lm import seq2seq
from textualheatmap.saliency.sequences import sequence

__all__ = [
    "Comparison",
    "CorpusMaps",
    "Explainer",
    "LoadedModel",
    "SourceAndTarget",
    "TextAndClasses",
    "attention",
    "causal",
    "chat",
    "classify",
    "compare_methods",
    "cross_attention",
    "explain_corpus",
    "layer_gradients",
    "load_model",
    "logit_lens",
    "masked",
    "resume_map",
    "seq2seq",
    "sequence",
]
