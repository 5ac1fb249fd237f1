"""An error whose turn comes later: the wire fixes the order of checks, reads go better together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from commerce.errors import CommerceError

T = TypeVar("T")


class Deferred(Generic[T]):
    """What a check gives, made at once; the error it raises instead is kept until the value is asked for."""

    __slots__ = ("_error", "_value")

    _value: T

    def __init__(self, check: Callable[[], T]) -> None:
        self._error: CommerceError | None = None
        try:
            self._value = check()
        except CommerceError as error:
            self._error = error

    def value(self) -> T:
        """Raises the check's error: its turn has come."""
        if self._error is not None:
            raise self._error
        return self._value

    def peek(self) -> T | None:
        """The value as far as there is one, to know what else to read."""
        return None if self._error is not None else self._value
