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
import gc
import marshal
import os
import re
import typing
from collections.abc import Callable
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from typing import Any, Final, TypeAlias

# (text, "exec" or "eval") → marshalled code; (pattern, flags) → what `_sre.compile` takes after the pattern
Table: TypeAlias = dict[tuple[Any, Any], Any]

TABLE_FILE: Final = Path(__file__).with_name("precompiled.bin")
MADE_BY: Final = (MAGIC_NUMBER, _sre.MAGIC)


def begin() -> None:
    """To be called before anything else is imported."""
    if TABLE_FILE.exists():
        made_by, table = marshal.loads(TABLE_FILE.read_bytes())  # noqa: S302  as trusted as the modules beside it
        if made_by == MADE_BY:
            install(table)
    if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
        gc.disable()  # nothing that is made while importing becomes garbage


def end() -> None:
    """To be called when everything is imported: what is there now stays, the collector need not look at it again."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def install(table: Table) -> None:
    """Makes Python take compiled texts from `table`."""
    modules: Any = (dataclasses, collections, typing, re._compiler)  # type: ignore[attr-defined]  # noqa: SLF001
    in_dataclasses, in_collections, in_typing, in_re = modules
    in_dataclasses.exec = _running(builtins.exec, "exec", table)
    in_collections.eval = _running(builtins.eval, "eval", table)
    in_typing.compile = _compiling(table)
    in_re.compile = _compiling_patterns(in_re.compile, table)


def _running(run: Callable[..., Any], mode: str, table: Table) -> Callable[..., Any]:
    def run_text(text: Any, *namespaces: Any) -> Any:
        code = table.get((text, mode))
        return run(text if code is None else marshal.loads(code), *namespaces)  # noqa: S302

    return run_text


def _compiling(table: Table) -> Callable[..., Any]:
    def compile_text(text: Any, filename: str, mode: str, *options: Any) -> Any:
        code = table.get((text, mode))
        return compile(text, filename, mode, *options) if code is None else marshal.loads(code)  # noqa: S302

    return compile_text


def _compiling_patterns(compile_pattern: Callable[..., Any], table: Table) -> Callable[..., Any]:
    def compile_or_take(pattern: Any, flags: int = 0) -> Any:
        taken = table.get((pattern, int(flags))) if isinstance(pattern, str | bytes) else None
        if taken is None:
            return compile_pattern(pattern, flags)
        all_flags, code, *groups = taken
        return _sre.compile(pattern, all_flags, list(memoryview(code).cast("I")), *groups)

    return compile_or_take
