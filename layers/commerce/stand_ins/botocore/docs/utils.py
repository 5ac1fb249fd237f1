"""No manual: what botocore's handlers would change in it is not registered by the services that are left."""


class NoChange:
    """Takes what a change of the manual would be made from; offers every handler, none of them called."""

    def __init__(self, *_: object, **__: object) -> None: ...

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *_: object, **__: object) -> None: ...


AppendParamDocumentation = AutoPopulatedParam = DocumentModifiedShape = HideParamFromOperations = NoChange
