"""What holds a secret and must not end in a log or a traceback."""

from __future__ import annotations

from msgspec import Struct


class Unprinted(Struct, frozen=True):
    """A base of values with a secret: their `repr`, and that of whatever holds them, tells their type alone."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"
