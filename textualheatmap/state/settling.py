"""Parameters that change all together or not at all."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, Self, cast

import param
from param.parameterized import (
    Parameters,
    batch_call_watchers,  # pyright: ignore[reportUnknownVariableType]
)

from textualheatmap.state.suggesting import suggest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from param.parameterized import Event, Watcher

NOTHING: Any = param.Undefined


class _SettlingParameters(Parameters):
    """The ``param`` of `Settling`: what Param's own does, but all or nothing.

    Param's `update` sets one value after another and stops where one is wrong, and
    where a watcher raises it leaves out the watchers that come after it.
    """

    def _update(
        self,
        arg: Mapping[str, object] | Iterable[tuple[str, object]] = NOTHING,
        /,
        **kwargs: object,
    ) -> dict[str, object]:
        given = {**({} if arg is NOTHING else dict(arg)), **kwargs}
        owner = self.self
        if not isinstance(owner, Settling):
            return super()._update(given)
        return owner._assign(given)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]

    def _batch_call_watchers(self) -> None:
        outer, self.errors = self.errors, list[Exception]()
        try:
            super()._batch_call_watchers()
            errors: list[Exception] = self.errors
        finally:
            self.errors = outer
        if len(errors) == 1:
            raise errors[0]
        if errors:
            msg = "several watchers raised"
            raise ExceptionGroup(msg, errors)

    def _execute_watcher(self, watcher: Watcher, events: Iterable[Event]) -> None:
        try:
            super()._execute_watcher(watcher, events)
        except Exception as error:  # noqa: BLE001 - it is raised after the others
            self.errors.append(error)

    @property
    def errors(self) -> list[Exception]:
        """What the watchers that are being called have raised so far."""
        errors: list[Exception] = vars(self.self).setdefault("_errors", [])
        return errors

    @errors.setter
    def errors(self, errors: list[Exception]) -> None:
        vars(self.self)["_errors"] = errors


class _Namespace:
    """The descriptor that makes `param` a `_SettlingParameters`."""

    def __get__(self, owner: Settling | None, kind: type[Settling]) -> Parameters:
        if owner is None:
            # As Param's own descriptor does.
            return kind._param__parameters  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
        return _SettlingParameters(kind, self=owner)


class Settling(param.Parameterized):
    """An object whose parameters change all together or not at all.

    Every assignment, of one parameter or by ``param.update``, goes through `_settle`. A
    subclass overrides it: it returns the values of all parameters that change with
    those that were given, or raises. Only then are they set, and after that watchers
    are called: all of them, even if one raises. Unknown names are refused.

    Examples
    --------
    >>> class Range(Settling):
    ...     low = param.Integer(0)
    ...     high = param.Integer(1)
    >>> range = Range()
    >>> range.param.update(low=5, high="a")
    Traceback (most recent call last):
        ...
    ValueError: Integer parameter 'Range.high' must be an integer, not <class 'str'>.
    >>> range.low
    0
    """

    param: Parameters = _Namespace()  # pyright: ignore[reportAssignmentType]

    # Type checkers know the names of the arguments from `__init__`.
    def __new__(  # pyright: ignore[reportInconsistentConstructor]
        cls, *_args: object, **given: object
    ) -> Self:
        """Return an object that is not set up yet, and refuse unknown names."""
        known = inspect.signature(cls).parameters
        takes_any = any(each.kind is each.VAR_KEYWORD for each in known.values())
        for name in given:
            if name not in known and not takes_any:
                msg = (
                    f"{cls.__name__}() has no parameter {name!r:.60}"
                    f"{suggest(name, known)}"
                )
                raise TypeError(msg)
        return super().__new__(cls)

    def __setattr__(self, name: str, value: object) -> None:
        # Param is not initialised either where it changes a constant of its own.
        is_set_up = self._param__private.initialized  # pyright: ignore[reportPrivateUsage]
        if name.startswith("_") or not is_set_up:
            super().__setattr__(name, value)
        elif name in self.param:
            self._assign({name: value})
        elif hasattr(type(self), name):
            super().__setattr__(name, value)
        else:
            kind = type(self).__name__
            msg = f"{kind} has no attribute {name!r:.60}{suggest(name, self.param)}"
            raise AttributeError(msg)

    def _settle(self, given: Mapping[str, object]) -> Mapping[str, object]:
        """Return the given parameters and all that change with them, or raise.

        It changes nothing itself.
        """
        return given

    def _assign(self, given: Mapping[str, object]) -> dict[str, object]:
        """Set parameters and all that change with them; return the values before."""
        for name in given:
            if name not in self.param:
                kind = type(self).__name__
                hint = suggest(name, self.param)
                msg = f"{name!r:.60} is not a parameter of {kind}{hint}"
                raise ValueError(msg)
        settled = self._settle(given)
        before = {name: getattr(self, name) for name in settled}
        self._put(settled)
        return before

    def _put(self, settled: Mapping[str, object]) -> None:
        """Set parameters that are settled: all of them, or none if one is invalid."""
        for name, value in settled.items():
            parameter = cast("param.Parameter[Any]", self.param[name])
            if parameter.constant and value is not getattr(self, name):
                msg = f"Constant parameter {name!r} cannot be modified"
                raise TypeError(msg)
            # Param has no public name for it.
            validate = parameter._validate  # noqa: SLF001 # pyright: ignore[reportPrivateUsage, reportUnknownMemberType, reportUnknownVariableType]
            validate(value)
        with batch_call_watchers(self):
            for name, value in settled.items():
                super().__setattr__(name, value)
