"""What is done once for the whole of an execution environment's start; docs/decisions/0060-cold-start.md measures it.

Python compiles each regular expression at run time. The layer build compiles those of all packages beforehand, as it
does the modules, into `precompiled.bin`; here they are taken from it. One that is not in the table is compiled as ever,
and so are all when another Python made the table.
"""

from __future__ import annotations

import _sre  # type: ignore[import-not-found]
import marshal
import re
from collections.abc import Callable
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from typing import Any, Final, TypeAlias

# (pattern, flags) → what `_sre.compile` takes after the pattern
Table: TypeAlias = dict[tuple[Any, int], Any]
Compile: TypeAlias = Callable[..., Any]

TABLE_FILE: Final = Path(__file__).with_name("precompiled.bin")
MADE_BY: Final = (MAGIC_NUMBER, _sre.MAGIC)


def begin() -> None:
    """To be called before anything else is imported."""
    if TABLE_FILE.exists():
        made_by, table = marshal.loads(TABLE_FILE.read_bytes())  # noqa: S302  # nosec B302  # as trusted as the modules beside it
        if made_by == MADE_BY:
            patch(lambda genuine: _taking(genuine, table))


def patch(replacement: Callable[[Compile], Compile]) -> None:
    """Sets the one name of the standard library that is set, here and by the layer build when it records."""
    engine: Any = re._compiler  # type: ignore[attr-defined]  # noqa: SLF001
    engine.compile = replacement(engine.compile)


def _taking(compile_pattern: Compile, table: Table) -> Compile:
    def compile_or_take(pattern: Any, flags: int = 0) -> Any:
        taken = table.get((pattern, int(flags))) if isinstance(pattern, str | bytes) else None
        if taken is None:
            return compile_pattern(pattern, flags)
        all_flags, code, *groups = taken
        return _sre.compile(pattern, all_flags, list(memoryview(code).cast("I")), *groups)

    return compile_or_take
