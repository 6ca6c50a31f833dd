"""Facets that grow token by token while a model writes their text."""

from __future__ import annotations

from collections import deque
from itertools import takewhile
from typing import TYPE_CHECKING, Any, NamedTuple

from textualheatmap.facet.growing import append_rows, append_tokens, await_rows
from textualheatmap.saliency.methods.targets import find_top_classes
from textualheatmap.saliency.models.pieces import JoinedPieces, join_pieces

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor

    from textualheatmap.facet.facet import Facet
    from textualheatmap.saliency.methods.targets import TopClasses
    from textualheatmap.saliency.models.language_model import LanguageModel
    from textualheatmap.saliency.models.pieces import Special
    from textualheatmap.saliency.models.spelling import WrittenText


class _Token(NamedTuple):
    """A written token, and which choice of the model its meta tell; None for a gap."""

    text: str
    told: int | None


class WrittenFacets:
    """What a model writes: a facet that grows, after others whose rows are its tokens.

    Parameters
    ----------
    language
        The model and its tokenizer.
    text
        Spells what is written.
    special
        Whether special tokens are shown.
    top
        Number of top predictions in the meta of each token.
    lag
        0 if the meta of a token tell how it was predicted itself. 1 if they tell what
        is predicted after it: the token is then shown once that is known.
    build
        Takes the first tokens and their most probable classes, and returns the facets
        with these, whose heat is missing; the last of them is that which grows.
    show
        Called with the facets each time they have grown.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> import torch
    >>> from textualheatmap.facet.facet import Facet
    >>> from textualheatmap.saliency.models.pieces import Piece
    >>> language = SimpleNamespace(name_token="ab".__getitem__)
    >>> text = SimpleNamespace(add=lambda number: ("ab"[number], [Piece(0, 1)]))
    >>> def build(tokens, _classes):
    ...     return [Facet.from_arrays(tokens.texts, [[0]])]
    >>> def show(facets):
    ...     print(facets[-1].tokens.texts, facets[-1].tokens.meta[-1])
    >>> written = WrittenFacets(
    ...     language, text, special="drop", top=1, lag=0, build=build, show=show
    ... )
    >>> written.add(1, torch.tensor([0.0, 99.0]))
    ('b',) ()
    >>> written.add(0, torch.tensor([99.0, 0.0]))
    ('b', 'a') (('a', 1.0),)
    """

    def __init__(
        self,
        language: LanguageModel,
        text: WrittenText,
        *,
        special: Special,
        top: int,
        lag: int,
        build: Callable[[JoinedPieces, Sequence[TopClasses]], Sequence[Facet]],
        show: Callable[[Any], object],
    ) -> None:
        self.facets: tuple[Facet, ...] = ()
        self._language = language
        self._text = text
        self._special: Special = special
        self._top = top
        self._lag = lag
        self._build = build
        self._show = show
        # What each choice of the model was made from.
        self._classes: list[TopClasses] = []
        # Pieces that are tokens already, and the tokens whose meta is not known yet.
        self._joined = 0
        self._waiting: deque[_Token] = deque()

    def begin(self) -> None:
        """Show the facets before any token is written, where they have tokens.

        Examples
        --------
        >>> from textualheatmap.facet.facet import Facet
        >>> def build(*_):
        ...     return [Facet.from_arrays(["a"], [[0]])]
        >>> how = {"special": "drop", "top": 1, "lag": 1, "show": print}
        >>> WrittenFacets(None, None, build=build, **how).begin()
        (<Facet of 1 token: 'a'>,)
        """
        self._grow([])

    def add(self, number: int, logits: Tensor) -> None:
        """Take a token that is written, and the logits that it was chosen by.

        Raises
        ------
        FloatingPointError
            If the logits have no softmax, because some are not a number.

        Examples
        --------
        >>> from types import SimpleNamespace
        >>> import torch
        >>> how = {"special": "drop", "top": 1, "lag": 1, "show": print}
        >>> text = SimpleNamespace(add=lambda _: ("", []))
        >>> written = WrittenFacets(None, text, build=list, **how)
        >>> written.add(0, torch.zeros(2))
        >>> written.facets
        ()
        """
        place = len(self._classes)
        self._classes.append(find_top_classes(logits, self._top, place))
        text, pieces = self._text.add(number)
        joined = join_pieces(text, pieces, self._special)
        own = iter(joined.pieces)
        for each, is_format in zip(joined.texts, joined.is_format, strict=True):
            told = None if is_format else self._joined + next(own)[-1] + self._lag
            self._waiting.append(_Token(each, told))
        self._joined += len(pieces)
        known = list(takewhile(self._is_known, self._waiting))
        # Format tokens come with the next token.
        if any(token.told is not None for token in known):
            for _ in known:
                self._waiting.popleft()
            self._grow(known)

    def _is_known(self, token: _Token) -> bool:
        return token.told is None or token.told < len(self._classes)

    def _grow(self, known: Sequence[_Token]) -> None:
        """Put tokens at the end of the facet that grows."""
        texts = [token.text for token in known]
        is_format = [token.told is None for token in known]
        told = [token.told for token in known if token.told is not None]
        classes = [self._classes[place] for place in told]
        if not self.facets:
            pieces = [[place] for place in range(len(told))]
            built = self._build(JoinedPieces(texts, is_format, pieces), classes)
            self.facets = tuple(map(await_rows, built))
        else:
            name = self._language.name_token
            metas = ([(name(kind), share) for kind, share in own] for own in classes)
            *others, grown = self.facets
            longer = append_tokens(
                grown,
                texts,
                meta=[[] if is_gap else next(metas) for is_gap in is_format],
                format=is_format,
            )
            more = [append_rows(each, len(told)) for each in others]
            self.facets = (*more, longer)
        self._show(self.facets)
