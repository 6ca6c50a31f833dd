"""Saliency maps of what a chat model answers to a conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

from textualheatmap.facet.fields import name_type, quote, read_string
from textualheatmap.saliency.arguments.argument_checks import check_choice, read_integer
from textualheatmap.saliency.arguments.options import AttributionOptions
from textualheatmap.saliency.arguments.progress import report_progress
from textualheatmap.saliency.maps.pair_facets import (
    ReadPair,
    begin_pair,
    check_tokens,
    explain_pair,
    watch_answer,
)
from textualheatmap.saliency.models.evaluation_mode import evaluation_mode
from textualheatmap.saliency.models.generation import EMPTY_ANSWER, continue_text
from textualheatmap.saliency.models.language_model import LanguageModel
from textualheatmap.saliency.models.model_checks import check_text
from textualheatmap.saliency.models.pieces import join_pieces
from textualheatmap.saliency.models.spelling import WrittenText, find_anchor

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import torch

    from textualheatmap.saliency.arguments.options import (
        Arithmetic,
        Baseline,
        Contrast,
        Method,
        Output,
        Reduce,
        Scale,
        TargetClass,
        Wrt,
    )
    from textualheatmap.saliency.maps.pair_facets import ShowPairs, SourceAndTarget
    from textualheatmap.saliency.models.language_model import Encoding
    from textualheatmap.saliency.models.pieces import Special
    from textualheatmap.state.grouping import Unit

Marks = Literal["format", "keep"]


def chat(
    model: Any,  # noqa: ANN401 - any model of transformers, which is not imported here
    tokenizer: Any,  # noqa: ANN401 - likewise
    messages: Sequence[Mapping[str, str]],
    answer: str | None = None,
    *,
    generate: int = 64,
    method: Method = "gradient",
    reduce: Reduce | None = None,
    target: TargetClass | Contrast = "true",
    output: Output = "logit",
    wrt: Wrt = "embedding",
    baseline: Baseline = "mean",
    by: Unit = "token",
    steps: int = 32,
    noise: float = 0.0,
    samples: int = 20,
    seed: int = 0,
    scale: Scale = "row",
    special: Marks = "format",
    top: int = 3,
    target_id: str = "answer",
    batch_size: int | None = None,
    memory: int | str | None = None,
    device: str | torch.device | None = None,
    precision: Arithmetic = "float32",
    progress: bool | Callable[[int, int], object] = True,
    on_rows: ShowPairs | None = None,
) -> SourceAndTarget:
    """Return how much each token mattered to each token that a chat model answers.

    The conversation is written out by the tokenizer's chat template, up to where the
    assistant is to speak: this text is the prompt. Row i explains the prediction of
    token i of the answer, from the prompt and from the tokens of the answer before it.
    Let y be the output of the model for class k there. By default, heat (i, j) is the
    norm of the gradient of y with respect to the embedded token j, be it of the prompt
    or of the answer::

        heat[i, j] ~ || d y_k[i] / d x[j] ||_2                  (Madsen, Distill 2019)

    In the answer it is exactly 0 for every j after i, and for i itself, unless this is
    a character that the tokenizer cuts into several pieces. Such a token is explained
    by the sum of its pieces' outputs, of which the later ones depend on the earlier
    ones. Its pieces share a column, where their vectors are taken as one long vector.

    Parameters
    ----------
    model, tokenizer
        A causal language model of Hugging Face's transformers, and its fast tokenizer,
        which has a chat template. The model may be in float32, bfloat16 or float16, or
        run in `torch.autocast`. Its mode, gradients and device are left as they were.
    messages
        The conversation, as chat templates take it: a mapping with the `role` and the
        `content` of each message. The last one is not the assistant's.
    answer
        What the assistant says. None lets the model write it, always with the most
        probable token: the probabilities in the meta are then those it was written by.
    generate
        The most tokens that the model writes, its end token included, from 1.
    method
        `"gradient"`; `"gradient-x-input"`, the gradient times the embedded token
        j; `"occlusion"`, the change of y when token j is replaced by the baseline; or
        `"integrated-gradients"`, from the baseline to prompt and answer.
    reduce
        Whether heat is the `"norm"` over the dimensions of a token, or their `"sum"`,
        which is signed: positive heat raises y, negative heat lowers it. None means
        `"sum"` for gradient x input, and `"norm"` for the others. The norm of an
        occlusion is the absolute change, its sum the signed one.
    target
        Class k is the `"true"` token of the answer, or the model's `"top"` prediction
        there. A pair asks why one class rather than another: y is then the logit of the
        first minus that of the second. The first may be `"true"`, `"top"` or a token's
        text, the second `"top"`, `"runner-up"` or a token's text (Yin & Neubig, 2022).
        Where the top one is the first class itself, the runner-up is the second, and
        the other way round.
    output
        y is the `"logit"` of class k, or its `"log-probability"`.
    wrt
        x is the `"embedding"` of a token, or the `"one-hot"` vector that the embedding
        matrix is multiplied by. The norm is then over the vocabulary.
    baseline
        What replaces a token: the `"mean"` of all embedded tokens, `"zero"`, or the
        embedded `"mask"` token where the tokenizer has one.
    by
        What occlusion takes out at once: a `"token"`, or all tokens of a `"word"`, a
        `"sentence"` or a `"line"`, which are those of a heatmap's `grouping`. Each of
        its tokens that the model has read then has the whole change as its heat.
    steps
        Number of points of integrated gradients between baseline and texts, from 1 to
        1000. It is doubled while the sums miss the change of y by more than 0.01 %.
    noise, samples, seed
        With `noise` above 0, a method of gradients is averaged over `samples` texts
        with noise (SmoothGrad; Smilkov et al., 2017). It is the noise's standard
        deviation, as a share of the spread of the embedded tokens: the
        largest of all their numbers minus the least. The same seed gives the same map.
    scale
        Divide heat by the largest of its `"row"`, in prompt and answer together, or of
        `"all"` rows, in magnitude. `"none"` leaves it in the unit of y: a row of summed
        integrated gradients then sums up, over both, to what y rises by from the
        baseline to them, if special tokens are kept.
    special
        Whether special tokens that the template writes, such as `<|im_start|>`, are
        shown as format tokens (`"format"`), or as tokens like the others (`"keep"`),
        with the end token of an answer. The model reads them in either case.
    top
        Number of top predictions with probabilities in the meta of each token of the
        answer.
    target_id
        The id of the answer's facet, which the prompt's rows name. Two conversations in
        one heatmap need two ids.
    batch_size
        Number of neighbouring rows at a time, of which gradients share a pass over the
        tokens that they read; by default 16. For occlusion the number of sequences at a
        time, by default at most 64 and as many as keep the logits within 64 MB.
    memory
        Bytes that batches may take, also with a unit, such as `"2 GiB"`; by default
        four fifths of what is free. A row is measured before long work begins, and
        batches are as small as it needs; a bar, and the logger
        `textualheatmap.saliency`, say what they take.
    device
        Where to run: a device's name, or `"auto"` for the first of `cuda`, `mps` and
        `cpu` that there is. By default where the model is.
    precision
        Whether a model in bfloat16, float16 or `torch.autocast` computes in `"float32"`
        all the same, from its weights as they are, one at a time; or in the precision
        of the `"model"`, which is faster on many a GPU, and less exact: of occlusion,
        which subtracts outputs, most.
    progress
        True shows a bar when the work takes more than two seconds. A callable is
        called with the rows done and their total, again and again; an exception that
        it raises stops the work.
    on_rows
        Called with `(facets, start, rows)` as rows are computed, from the first to the
        last: `rows` is a pair, heat of the prompt and of the answer, for the answer's
        tokens from index `start` on; `facets` have all but heat, which is missing, for
        `Heatmap.fill_rows`. The first call, without rows, comes once the predictions
        are known; with `scale="all"` all rows come at the end. Where the model writes
        the answer, it is also called, without rows, with each token that is written:
        the facets are then longer, as `Heatmap.grow` takes them. `Heatmap.stream` shows
        all of this. An exception that it raises stops the work, between two tokens or
        two batches.

    Returns
    -------
    facets
        A pair, `source` (the prompt) and `target` (the answer), for
        `Heatmap.set_data`. The prompt has heat of shape (T, S), the answer (T, T), for
        S and T tokens. The prompt spells the conversation as the template writes it.
        The `provenance` says how heat was computed.

    Raises
    ------
    TypeError
        If the model or tokenizer is of the wrong kind, or a message is none.
    MemoryError
        If not even one row fits into memory.
    ValueError
        If the tokenizer has no chat template, or it does not take the messages; if the
        conversation and its answer are too long, or the answer is empty; an argument
        has none of its values; the model is not causal, or reads the numbers of the
        tokens beside their embeddings.

    Examples
    --------
    >>> chat("a model", None, [{"role": "user", "content": "Hi"}])
    Traceback (most recent call last):
        ...
    TypeError: model is a str, expected a model of transformers (load_model reads one \
from a folder)
    """
    options = AttributionOptions(
        method=method,
        reduce=reduce,
        target=target,
        output=output,
        wrt=wrt,
        baseline=baseline,
        by=by,
        steps=steps,
        noise=noise,
        samples=samples,
        seed=seed,
        scale=scale,
        top=top,
        batch_size=batch_size,
        memory=memory,
        precision=precision,
        progress=progress,
        on_rows=on_rows,
    )
    check_choice("special", special, get_args(Marks))
    generate = read_integer("generate", generate, 1)
    target_id = read_string(target_id, "target_id")
    forms: Any = {
        "target_id": target_id,
        "titles": ("prompt", "answer"),
        "provenance": {"special": special, "chat template": True},
    }
    language = LanguageModel(model, tokenizer)
    prompt = write_prompt(tokenizer, messages)
    with evaluation_mode(model, device=device, precision=precision):
        source = encode_written(language, "messages", prompt)
        written = None
        if answer is None:
            if on_rows is not None:
                written = watch_answer(
                    language,
                    read_prompt(language, prompt, source, special),
                    options,
                    text=WrittenText(tokenizer, find_anchor(tokenizer)),
                    special=_show_marks(special),
                    **forms,
                )
            watched = options.progress if callable(options.progress) else False
            with report_progress(watched, len(source.ids) + generate):
                whole, encoding = continue_text(
                    language, prompt, source, generate, written and written.add
                )
        else:
            check_text(answer, "answer")
            whole = prompt + answer
            encoding = encode_written(language, "answer", whole)
            if encoding.ids[: len(source.ids)] != source.ids:
                msg = (
                    f"answer is {quote(answer)}, of which the first token begins in "
                    "the prompt, expected another first character"
                )
                raise ValueError(msg)
        if special == "format":
            encoding = hide_marks(language, whole, encoding)
        pair = part_texts(prompt, whole, encoding, len(source.ids), special)
        network = language.build_network(encoding, pair.list_columns(), options)
        return explain_pair(
            language,
            network,
            pair._replace(is_written=answer is None),
            options,
            written=written.facets if written else (),
            **forms,
        )


def write_prompt(tokenizer: Any, messages: object) -> str:  # noqa: ANN401 - duck-typed
    """Write a conversation as a chat template does, up to the assistant's answer.

    Parameters
    ----------
    tokenizer
        The tokenizer.
    messages
        Mappings with `role` and `content`.

    Raises
    ------
    TypeError
        If they are not of this form.
    ValueError
        If there are none, the last is the assistant's, or the template takes none or
        not these.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> write_prompt(SimpleNamespace(chat_template="..."), [])
    Traceback (most recent call last):
        ...
    ValueError: messages is empty, expected at least one message
    """
    if not getattr(tokenizer, "chat_template", None):
        msg = (
            f"{type(tokenizer).__name__} has no chat template, expected one: write the "
            "prompt yourself and use causal()"
        )
        raise ValueError(msg)
    if not isinstance(messages, list | tuple):
        msg = f"messages is {name_type(messages)}, expected a list of messages"
        raise TypeError(msg)
    if not messages:
        msg = "messages is empty, expected at least one message"
        raise ValueError(msg)
    for number, message in enumerate(messages):
        for key in ("role", "content"):
            if not isinstance(message, dict) or not isinstance(message.get(key), str):
                msg = (
                    f"messages[{number}] is {quote(message)}, expected a mapping with "
                    "'role' and 'content', both strings"
                )
                raise TypeError(msg)
    if messages[-1]["role"] == "assistant":
        msg = (
            "the last of the messages is the assistant's, expected another's: give "
            "what is to be explained as answer="
        )
        raise ValueError(msg)
    try:
        return tokenizer.apply_chat_template(
            list(messages), tokenize=False, add_generation_prompt=True
        )
    except Exception as error:  # A template is a program, which may raise anything.
        msg = f"messages do not fit the chat template, expected what it takes: {error}"
        raise ValueError(msg) from error


def encode_written(language: LanguageModel, name: str, text: str) -> Encoding:
    """Return the pieces of a text that has its special tokens written out.

    Parameters
    ----------
    language
        The model and its tokenizer.
    name
        Name of the argument that the text is of, for messages.
    text
        The text.

    Examples
    --------
    >>> from tokenizers import Tokenizer, models
    >>> from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast
    >>> words = Tokenizer(models.WordLevel({"<s>": 0, "a": 1}, unk_token="a"))
    >>> tokenizer = PreTrainedTokenizerFast(tokenizer_object=words, bos_token="<s>")
    >>> config = GPT2Config(vocab_size=2, n_embd=4, n_layer=1, n_head=1)
    >>> language = LanguageModel(GPT2LMHeadModel(config).eval(), tokenizer)
    >>> encode_written(language, "answer", "<s>").ids
    [0]
    """
    return language.read_encoding(name, text, text=text, add_special_tokens=False)


def hide_marks(language: LanguageModel, text: str, encoding: Encoding) -> Encoding:
    """Make special tokens that are written out in a text pieces that are left out.

    `join_pieces` then makes format tokens of their characters, as of any gap.

    Parameters
    ----------
    language
        Its tokenizer says which tokens are special.
    text, encoding
        The text and its pieces.

    Examples
    --------
    >>> from tokenizers import Tokenizer, models
    >>> from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast
    >>> words = Tokenizer(models.WordLevel({"<s>": 0, "a": 1}, unk_token="a"))
    >>> tokenizer = PreTrainedTokenizerFast(tokenizer_object=words, bos_token="<s>")
    >>> config = GPT2Config(vocab_size=2, n_embd=4, n_layer=1, n_head=1)
    >>> language = LanguageModel(GPT2LMHeadModel(config).eval(), tokenizer)
    >>> encoding = encode_written(language, "answer", "<s>a")
    >>> hide_marks(language, "<s>a", encoding).pieces
    [Piece(start=0, end=3, special='<s>'), Piece(start=3, end=4, special=None)]
    """
    marks = set(language.tokenizer.all_special_ids)
    return encoding._replace(
        pieces=[
            piece._replace(special=text[piece.start : piece.end] or piece.special)
            if number in marks
            else piece
            for piece, number in zip(encoding.pieces, encoding.ids, strict=True)
        ]
    )


def read_prompt(
    language: LanguageModel, prompt: str, encoding: Encoding, special: Marks
) -> ReadPair:
    """Return a prompt, and an answer that has no token yet, as a pair.

    Parameters
    ----------
    language
        The model and its tokenizer.
    prompt, encoding
        The prompt and its pieces.
    special
        Whether special pieces become tokens.

    Raises
    ------
    ValueError
        If the prompt has no token.

    Examples
    --------
    >>> from textualheatmap.saliency.models.pieces import Piece
    >>> from textualheatmap.saliency.models.language_model import Encoding
    >>> encoding = Encoding([5], [Piece(0, 1)])
    >>> read_prompt(None, "a", encoding, "keep").source_tokens.texts
    ['a']
    """
    if special == "format":
        encoding = hide_marks(language, prompt, encoding)
    tokens = join_pieces(prompt, encoding.pieces, _show_marks(special))
    check_tokens("messages", prompt, tokens)
    return begin_pair(encoding, tokens)


def _show_marks(special: Marks) -> Special:
    """Say what becomes of special pieces: hidden ones are gaps that have a text."""
    return "keep" if special == "keep" else "drop"


def part_texts(
    prompt: str, whole: str, encoding: Encoding, count: int, special: Marks
) -> ReadPair:
    """Return a prompt and its answer as a pair.

    Parameters
    ----------
    prompt, whole
        The prompt, and the prompt with the answer.
    encoding
        The pieces of both.
    count
        How many of them are the prompt's.
    special
        Whether special pieces become tokens.

    Raises
    ------
    ValueError
        If one of both has no token.

    Examples
    --------
    >>> from textualheatmap.saliency.models.language_model import Encoding
    >>> from textualheatmap.saliency.models.pieces import Piece
    >>> encoding = Encoding([5, 7], [Piece(0, 1), Piece(1, 3)])
    >>> part_texts("a", "abc", encoding, 1, "keep").target_tokens.texts
    ['bc']
    """
    edge, answer = len(prompt), whole[len(prompt) :]
    if not answer:
        raise ValueError(EMPTY_ANSWER)
    ids, pieces, types = encoding
    moved = [
        piece._replace(start=piece.start - edge, end=piece.end - edge)
        for piece in pieces[count:]
    ]
    source = encoding._replace(
        ids=ids[:count], pieces=pieces[:count], token_types=types and types[:count]
    )
    target = encoding._replace(
        ids=ids[count:], pieces=moved, token_types=types and types[count:]
    )
    shown = _show_marks(special)
    source_tokens = join_pieces(prompt, source.pieces, shown)
    target_tokens = join_pieces(answer, target.pieces, shown)
    check_tokens("messages", prompt, source_tokens)
    check_tokens("answer", answer, target_tokens)
    return ReadPair(source, target, source_tokens, target_tokens, is_written=True)
