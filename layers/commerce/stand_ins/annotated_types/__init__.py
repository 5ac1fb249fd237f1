"""Marks on wire models. Schemas are made from them when the layer is built; in the functions they say nothing."""


class Mark:
    """Takes what any mark takes."""

    def __init__(self, *_: object, **__: object) -> None: ...


Ge = Gt = Le = Len = Lt = MaxLen = MinLen = Mark
