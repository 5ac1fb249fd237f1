"""What the layer build prepares says the same as what Python would make at run time."""

from __future__ import annotations

import marshal
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from commerce.cold_start import MADE_BY


def _table(layer: Path) -> tuple[Any, dict[tuple[Any, Any], Any]]:
    made_by, table = marshal.loads((layer / "python" / "commerce" / "precompiled.bin").read_bytes())
    return made_by, table


def test_each_pattern_was_compiled_as_python_does(built_layer: Path) -> None:
    made_by, table = _table(built_layer)
    assert made_by == MADE_BY
    assert len(table) > 100
    engine = re._compiler  # type: ignore[attr-defined]
    for (text, wanted), (flags, code, groups, names, indexes) in table.items():
        parsed = engine._parser.parse(text, wanted)
        assert list(memoryview(code).cast("I")) == engine._code(parsed, wanted)
        pattern = engine.compile(text, wanted)
        assert (flags, groups, names) == (pattern.flags, parsed.state.groups - 1, dict(pattern.groupindex))
        assert [name for name in indexes if name] == sorted(names, key=names.__getitem__)


def printed(built_layer: Path, program: str) -> str:
    """What a program prints that starts with the layer alone."""
    done = subprocess.run(
        [sys.executable, "-S", "-B", "-c", program],
        env={"PYTHONPATH": str(built_layer / "python")},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_the_functions_take_patterns_from_it(built_layer: Path) -> None:
    program = (
        "import re; compiled = []\n"
        "genuine = re._compiler._code\n"
        "def counting(*parts):\n"
        "    compiled.append(1)\n"
        "    return genuine(*parts)\n"
        "import commerce\n"
        "re._compiler._code = counting\n"
        "import commerce.profiles.service, commerce.orders.service, botocore.session\n"
        "print(len(compiled))\n"
    )
    said = printed(built_layer, program)
    # One of PyJWT's is joined from a set: its text differs from process to process.
    assert int(said) <= 1
