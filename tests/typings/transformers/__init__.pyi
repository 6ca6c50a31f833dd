# The names of transformers that are used here, for pyright alone: the package's own
# `__init__` takes in every model that there is, and half a minute.

from transformers.modeling_utils import PreTrainedModel as PreTrainedModel
from transformers.models.auto.configuration_auto import AutoConfig as AutoConfig
from transformers.models.auto.modeling_auto import (
    AutoModelForCausalLM as AutoModelForCausalLM,
)
from transformers.models.auto.modeling_auto import (
    AutoModelForMaskedLM as AutoModelForMaskedLM,
)
from transformers.models.auto.tokenization_auto import AutoTokenizer as AutoTokenizer
from transformers.models.bert.configuration_bert import BertConfig as BertConfig
from transformers.models.bert.modeling_bert import BertForMaskedLM as BertForMaskedLM
from transformers.models.bert.modeling_bert import (
    BertForSequenceClassification as BertForSequenceClassification,
)
from transformers.models.bert.modeling_bert import (
    BertForTokenClassification as BertForTokenClassification,
)
from transformers.models.bert.modeling_bert import BertModel as BertModel
from transformers.models.byt5.tokenization_byt5 import ByT5Tokenizer as ByT5Tokenizer
from transformers.models.gpt2.configuration_gpt2 import GPT2Config as GPT2Config
from transformers.models.gpt2.modeling_gpt2 import GPT2LMHeadModel as GPT2LMHeadModel
from transformers.models.gpt2.modeling_gpt2 import GPT2Model as GPT2Model
from transformers.models.llama.configuration_llama import LlamaConfig as LlamaConfig
from transformers.models.llama.modeling_llama import (
    LlamaForCausalLM as LlamaForCausalLM,
)
from transformers.models.roberta.configuration_roberta import (
    RobertaConfig as RobertaConfig,
)
from transformers.models.roberta.modeling_roberta import (
    RobertaForMaskedLM as RobertaForMaskedLM,
)
from transformers.tokenization_utils_tokenizers import (
    PreTrainedTokenizerFast as PreTrainedTokenizerFast,
)

__version__: str
