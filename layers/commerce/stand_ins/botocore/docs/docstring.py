"""No manual: a client's methods have empty docstrings."""

from typing import Self


class NoDocstring(str):
    """Takes what a docstring would be written from."""

    __slots__ = ()

    def __new__(cls, *_: object, **__: object) -> Self:
        return super().__new__(cls)


ClientMethodDocstring = PaginatorDocstring = WaiterDocstring = NoDocstring
