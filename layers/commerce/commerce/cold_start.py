"""What is done once for the whole of an execution environment's start; docs/decisions/0060-cold-start.md measures it.

Python compiles text at run time for each regular expression, dataclass, named tuple and quoted annotation. The layer
build compiles those texts beforehand, as it does the modules, into `precompiled.bin`; here they are taken from it. A
text that is not in the table is compiled as ever, and so are all when another Python made the table.
"""

from __future__ import annotations

import _sre  # type: ignore[import-not-found]
import builtins
import collections
import dataclasses
import marshal
import re
import typing
from collections.abc import Callable, Mapping
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from typing import Any, Final, TypeAlias

# (text, "exec" or "eval") → marshalled code; (pattern, flags) → what `_sre.compile` takes after the pattern
Table: TypeAlias = dict[tuple[Any, Any], Any]

TABLE_FILE: Final = Path(__file__).with_name("precompiled.bin")
MADE_BY: Final = (MAGIC_NUMBER, _sre.MAGIC)

RUNS, COMPILES, COMPILES_PATTERNS = "runs text", "compiles text", "compiles patterns"
# Every name of the standard library that is set, here and by the layer build when it records: where Python compiles
# text. A module finds a name of its own before the builtin one.
PATCHED: Final[tuple[tuple[Any, str, str], ...]] = (
    (dataclasses, "exec", RUNS),  # generated methods
    (collections, "eval", RUNS),  # constructors of named tuples
    (typing, "compile", COMPILES),  # quoted annotations
    (re._compiler, "compile", COMPILES_PATTERNS),  # type: ignore[attr-defined]  # noqa: SLF001
)
# (the genuine function, its name) → what takes its place
Replacement: TypeAlias = Callable[[Callable[..., Any], str], Callable[..., Any]]


def begin() -> None:
    """To be called before anything else is imported."""
    if TABLE_FILE.exists():
        made_by, table = marshal.loads(TABLE_FILE.read_bytes())  # noqa: S302  # nosec B302  # as trusted as the modules beside it
        if made_by == MADE_BY:
            install(table)


def install(table: Table) -> None:
    """Makes Python take compiled texts from `table`."""
    patch(
        {
            RUNS: lambda genuine, name: _running(genuine, name, table),
            COMPILES: lambda genuine, _: _compiling(genuine, table),
            COMPILES_PATTERNS: lambda genuine, _: _compiling_patterns(genuine, table),
        }
    )


def patch(replacements: Mapping[str, Replacement]) -> None:
    """Sets each name of PATCHED to what the replacement of its kind makes of the genuine function and the name."""
    for module, name, kind in PATCHED:
        setattr(module, name, replacements[kind](getattr(module, name, None) or getattr(builtins, name), name))


def _running(run: Callable[..., Any], mode: str, table: Table) -> Callable[..., Any]:
    def run_text(text: Any, *namespaces: Any) -> Any:
        code = table.get((text, mode))
        return run(text if code is None else marshal.loads(code), *namespaces)  # noqa: S302  # nosec B302  # of that table

    return run_text


def _compiling(genuine: Callable[..., Any], table: Table) -> Callable[..., Any]:
    def compile_text(text: Any, filename: str, mode: str, *options: Any) -> Any:
        code = table.get((text, mode))
        return genuine(text, filename, mode, *options) if code is None else marshal.loads(code)  # noqa: S302  # nosec B302  # of that table

    return compile_text


def _compiling_patterns(compile_pattern: Callable[..., Any], table: Table) -> Callable[..., Any]:
    def compile_or_take(pattern: Any, flags: int = 0) -> Any:
        taken = table.get((pattern, int(flags))) if isinstance(pattern, str | bytes) else None
        if taken is None:
            return compile_pattern(pattern, flags)
        all_flags, code, *groups = taken
        return _sre.compile(pattern, all_flags, list(memoryview(code).cast("I")), *groups)

    return compile_or_take
