"""Parameters that change all together or not at all."""

from collections.abc import Mapping

import param
import pytest

from textualheatmap.state.settling import Settling


class Span(Settling):
    """A span whose start is not behind its stop."""

    start = param.Integer(0)
    stop = param.Integer(1)
    size = param.Integer(1, doc="What follows from the two.")
    kind = param.String("plain", constant=True)
    note = "no parameter"

    def _settle(self, given: Mapping[str, object]) -> Mapping[str, object]:
        values = {"start": self.start, "stop": self.stop, **given}
        start, stop = values["start"], values["stop"]
        if not (isinstance(start, int) and isinstance(stop, int) and start <= stop):
            msg = "start is behind stop"
            raise ValueError(msg)
        return {**given, "size": stop - start}


@pytest.fixture
def span() -> Span:
    return Span()


def read(span: Span) -> tuple[int, int, int]:
    return span.start, span.stop, span.size


def test_what_follows_is_set_along_with_what_is_given(span: Span) -> None:
    seen: list[tuple[int, int, int]] = []
    span.param.watch(lambda *_: seen.append(read(span)), ["start", "stop", "size"])
    span.stop = 5
    span.param.update({"start": 7}, stop=9)
    assert seen == [(0, 5, 5), (7, 9, 2)]


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"stop": 4, "start": 5}, ValueError),
        ({"stop": 4, "size": "a"}, ValueError),
        ({"stop": 4, "kind": "fancy"}, TypeError),
        ({"stop": 4, "name": "another"}, TypeError),
        ({"stop": 4, "strat": 1}, ValueError),
    ],
)
def test_one_wrong_value_changes_nothing_and_tells_nobody(
    span: Span, given: dict[str, object], error: type[Exception]
) -> None:
    if "size" in given:
        span = Loose()
    seen: list[str] = []
    span.param.watch(
        lambda *events: seen.extend(event.name for event in events),
        ["start", "stop", "size"],
    )
    with pytest.raises(error):
        span.param.update(given)
    assert read(span) == (0, 1, 1)
    span.stop = 2
    assert "stop" in seen
    assert "start" not in seen


class Loose(Span):
    """One that leaves all checks to Param."""

    def _settle(self, given: Mapping[str, object]) -> Mapping[str, object]:
        return given


def test_a_constant_keeps_its_value_but_may_be_set_to_it(span: Span) -> None:
    span.param.update(stop=3, kind=span.kind)
    assert span.stop == 3
    with pytest.raises(TypeError, match="Constant parameter 'kind' cannot be modified"):
        span.kind = "fancy"


def test_a_context_sets_back_what_followed_too(span: Span) -> None:
    with span.param.update(stop=5):
        assert read(span) == (0, 5, 5)
    assert read(span) == (0, 1, 1)


def test_params_own_batches_see_settled_values_at_their_end(span: Span) -> None:
    seen: list[tuple[int, int, int]] = []
    span.param.watch(lambda *_: seen.append(read(span)), ["start", "stop", "size"])
    with param.parameterized.batch_call_watchers(span):
        span.stop = 5
        span.start = 4
    assert seen == [(4, 5, 1)]
    with param.parameterized.discard_events(span):
        span.stop = 6
    assert seen == [(4, 5, 1)]
    assert span.size == 2


def test_a_trigger_calls_watchers_without_a_change(span: Span) -> None:
    seen: list[str] = []
    span.param.watch(lambda *events: seen.extend(e.name for e in events), "stop")
    span.param.trigger("stop")
    assert seen == ["stop"]


def test_unknown_names_are_refused_wherever_they_are_given(span: Span) -> None:
    with pytest.raises(
        AttributeError, match="no attribute 'strat', did you mean 'start'"
    ):
        span.strat = 1  # pyright: ignore[reportAttributeAccessIssue]
    with pytest.raises(
        TypeError, match=r"Span\(\) has no parameter 'strat', did you mean"
    ):
        Span(strat=1)
    with pytest.raises(ValueError, match="'strat' is not a parameter of Span, did you"):
        span.param.update(strat=1)


def test_attributes_of_the_class_and_private_ones_can_be_set(span: Span) -> None:
    span.note = "mine"
    span._own = 1  # noqa: SLF001 # pyright: ignore[reportAttributeAccessIssue]
    assert (span.note, Span.note) == ("mine", "no parameter")


def test_a_subclass_that_takes_any_names_gets_them() -> None:
    class Open(Settling):
        def __init__(self, **names: object) -> None:
            self._names = names
            super().__init__()

    assert Open(anything=1)._names == {"anything": 1}  # noqa: SLF001


def test_the_class_itself_still_has_params_own_namespace() -> None:
    assert list(Span.param) == ["name", "start", "stop", "size", "kind"]
    assert Span.param["size"].doc == "What follows from the two."
