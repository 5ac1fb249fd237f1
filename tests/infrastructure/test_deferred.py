"""Imports that the layer build moves stand where they are needed, and the packages do what they did."""

from __future__ import annotations

import ast
import dis
import importlib
import re
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from types import CodeType, ModuleType

import botocore
import pytest

from layer_build import deferred
from layer_build.deferred import IMPORTS

PACKAGES = Path(botocore.__file__).parent.parent

MODULE = '''"""A module."""
import os
import email.message
from fractions import (
    Fraction,
    gcd as divisor,
)
from json import dumps

class Writer:
    @staticmethod
    def written(value):
        """Text."""
        return dumps(value)

def halves(values):
    if values:
        return [Fraction(value, 2) for value in values]
    elif os.sep:
        message = email.message.Message()
        message["half"] = str(Fraction(1, 2))
        return message
    return None

def later():
    def inner():
        return Fraction(3, 4)
    return inner

def tried(text):
    try:
        return Fraction(text)
    except ValueError:
        return dumps(text)
'''
MOVED = '''"""A module."""
import os
# Moved to where it is needed when the layer was built: import email.message
# Moved to where it is needed when the layer was built: from fractions import Fraction
from fractions import gcd as divisor
# Moved to where it is needed when the layer was built: from json import dumps

class Writer:
    @staticmethod
    def written(value):
        """Text."""
        from json import dumps
        return dumps(value)

def halves(values):
    if values:
        from fractions import Fraction
        return [Fraction(value, 2) for value in values]
    elif os.sep:
        import email.message
        message = email.message.Message()
        from fractions import Fraction
        message["half"] = str(Fraction(1, 2))
        return message
    return None

def later():
    def inner():
        from fractions import Fraction
        return Fraction(3, 4)
    return inner

def tried(text):
    try:
        from fractions import Fraction
        return Fraction(text)
    except ValueError:
        from json import dumps
        return dumps(text)
'''


def test_an_import_stands_before_the_statements_that_need_it() -> None:
    assert deferred.deferred(MODULE, ["Fraction", "dumps", "email"], "p") == MOVED


def test_a_condition_has_it_before_all_branches_and_none_has_it_again() -> None:
    source = "import re\ndef f(x):\n    if re.match('a', x):\n        return re.escape(x)\n    return re.I\n"
    moved = "    import re\n    if re.match('a', x):\n        return re.escape(x)\n    return re.I\n"
    assert deferred.deferred(source, ["re"], "p").endswith(f"def f(x):\n{moved}")


def test_annotations_that_are_texts_are_no_use() -> None:
    source = (
        "from __future__ import annotations\nfrom re import Pattern\n\ndef f(x: Pattern) -> Pattern:\n    return x\n"
    )
    note = f"{deferred.NOTE} from re import Pattern"
    assert deferred.deferred(source, ["Pattern"], "p").startswith(source.replace("from re import Pattern", note))
    with pytest.raises(ValueError, match="while the module is imported"):
        deferred.deferred(source.partition("\n")[2], ["Pattern"], "p")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("import re\nA = re.I\n", "while the module is imported"),
        ("import re\nclass A(re.Pattern): ...\n", "while the module is imported"),
        ("import re\ndef f(x=re.I):\n    return x\n", "while the module is imported"),
        ("import re\n@re.f\ndef f():\n    return 1\n", "while the module is imported"),
        ("import re\ntry:\n    A = 1\nexcept re.error:\n    A = 2\n", "while the module is imported"),
        ("import re\nA = lambda: re.I\n", "while the module is imported"),
        ("import re\ndef f(re):\n    return re\n", "bound by a function"),
        ("import re\ndef f():\n    re = 1\n    return re\n", "bound by a function"),
        ("import re\ndef f():\n    import re\n    return re\n", "bound by a function"),
        ("import re\nimport re\ndef f():\n    return re\n", "imported 2 times"),
        ("def f():\n    return re\n", "imported 0 times"),
        ("import re\ndef __getattr__(name):\n    return 1\n", "of its own"),
    ],
)
def test_what_cannot_be_moved_is_refused(source: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        deferred.deferred(source, ["re"], "p")


@pytest.mark.parametrize("function", ["def f(): return re.I", "def f(x):\n    if x: return re.I"])
def test_a_statement_without_a_line_of_its_own_is_refused(function: str) -> None:
    with pytest.raises(SyntaxError):
        deferred.deferred(f"import re\n{function}\n", ["re"], "p")


def test_what_no_function_uses_is_given_out_when_it_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "handing_on"
    package.mkdir()
    source = "from . import part, other\nfrom .part import VALUE as WORTH\nfrom .other import KEPT\n"
    changed = deferred.deferred(source, ["part", "WORTH"], "handing_on")
    (package / "__init__.py").write_text(changed, encoding="utf-8")
    (package / "part.py").write_text("VALUE = 3\n", encoding="utf-8")
    (package / "other.py").write_text("KEPT = 4\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)

    module = importlib.import_module("handing_on")
    assert module.KEPT == module.other.KEPT == 4
    assert "handing_on.part" not in sys.modules
    assert module.WORTH == 3
    assert module.part is sys.modules["handing_on.part"]
    with pytest.raises(AttributeError, match="nothing"):
        module.nothing  # noqa: B018

    for name in ("handing_on", "handing_on.part"):
        monkeypatch.delitem(sys.modules, name)
    module = importlib.import_module("handing_on")
    assert module.part.VALUE == 3


def test_a_package_that_changed_stops_the_build(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="does not fit"):
        deferred.replace(tmp_path)


def test_no_other_module_takes_what_was_moved_from_where_it_was() -> None:
    moved = {(_module(file), name) for file in IMPORTS for name in _no_longer_there(file)}
    names = {name for _, name in moved}
    mentioned = re.compile(rf"\b(?:{'|'.join(names)})\b")
    packages = sorted({file.partition("/")[0] for file in IMPORTS})
    for path in (path for package in packages for path in (PACKAGES / package).rglob("*.py")):
        file, source = path.relative_to(PACKAGES).as_posix(), path.read_text(encoding="utf-8")
        if not mentioned.search(source):
            continue
        package = _module(file) if file.endswith("/__init__.py") else _module(file).rpartition(".")[0]
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ImportFrom):
                assert not moved & {*_pairs(node, package)}, file
            elif isinstance(node, ast.Attribute) and node.attr in names:
                assert tuple(ast.unparse(node).rsplit(".", 1)) not in moved, file


@pytest.mark.parametrize("file", IMPORTS)
def test_the_module_says_the_same_but_for_its_imports(file: str) -> None:
    """Without them the two are equal, and nothing is left that looks for the name in the module."""
    source = (PACKAGES / file).read_text(encoding="utf-8")
    changed = _changed(file)
    texts = (source, changed.partition("\n\n\ndef __getattr__(name):\n")[0] + "\n")
    bare = [ast.dump(_Bare(IMPORTS[file]).visit(ast.parse(text))) for text in texts]
    assert changed != source
    assert bare[0] == bare[1]
    assert not {*IMPORTS[file]} & {*_global_names(compile(changed, file, "exec"))}


def test_a_moved_import_is_made_where_it_is_called_for(monkeypatch: pytest.MonkeyPatch) -> None:
    source = (PACKAGES / "urllib3/http2/__init__.py").read_text(encoding="utf-8")
    module = ModuleType("urllib3.http2")
    exec(compile(deferred.deferred(source, ["version"], "urllib3.http2"), "http2", "exec"), module.__dict__)  # noqa: S102
    assert not hasattr(module, "version")
    monkeypatch.setattr("importlib.metadata.version", lambda name: f"3 of {name}")
    with pytest.raises(ImportError, match="3 of h2"):
        module.inject_into_urllib3()


class _Bare(ast.NodeTransformer):
    """Without the imports of some names."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names

    def visit_Import(self, node: ast.Import) -> ast.AST | None:
        return self._without(node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | None:
        return self._without(node)

    def _without(self, node: ast.Import | ast.ImportFrom) -> ast.AST | None:
        node.names = [
            alias for alias in node.names if (alias.asname or alias.name.partition(".")[0]) not in self._names
        ]
        return node if node.names else None


@cache
def _changed(file: str) -> str:
    package = ".".join(Path(file).parent.parts)
    return deferred.deferred((PACKAGES / file).read_text(encoding="utf-8"), IMPORTS[file], package)


def _no_longer_there(file: str) -> set[str]:
    """The names that were moved and that the module does not give out when it is asked for them."""
    return {name for name in IMPORTS[file] if f"    if name == {name!r}:\n" not in _changed(file)}


def _module(file: str) -> str:
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _pairs(node: ast.ImportFrom, package: str) -> Iterator[tuple[str, str]]:
    base = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
    module = ".".join([*base, *([node.module] if node.module else [])])
    return ((module, alias.name) for alias in node.names)


def _global_names(code: CodeType) -> Iterator[str]:
    """The names that code and what is inside it looks up in its module or binds there."""
    for instruction in dis.get_instructions(code):
        if instruction.opname in {"LOAD_GLOBAL", "LOAD_NAME", "STORE_NAME", "STORE_GLOBAL"}:
            yield instruction.argval
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _global_names(constant)
