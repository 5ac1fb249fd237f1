"""The steps that make a start cheaper, each of which can be left out; README.md says what each saves."""

import os
from collections.abc import Iterable

PRUNE = "prune"
BOTOCORE_DATA = "botocore-data"
DEFERRED = "deferred"
PRECOMPILED = "precompiled"
BYTECODE = "bytecode"
ALL = (PRUNE, BOTOCORE_DATA, DEFERRED, PRECOMPILED, BYTECODE)


def chosen_steps() -> tuple[str, ...]:
    """All but those that LAYER_WITHOUT names, separated by commas. Raises SystemExit for a name that is no step's."""
    return without([name for name in os.environ.get("LAYER_WITHOUT", "").replace(",", " ").split() if name])


def without(names: Iterable[str]) -> tuple[str, ...]:
    """The other steps, in their order. Raises SystemExit for a name that is no step's."""
    left_out = set(names)
    if unknown := left_out - set(ALL):
        raise SystemExit(f"LAYER_WITHOUT names no step of {', '.join(ALL)}: {', '.join(sorted(unknown))}.")
    return tuple(step for step in ALL if step not in left_out)
