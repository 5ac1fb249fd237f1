"""Moves imports of packages into the functions that need them.

A module imports at its head whatever any of its functions may need once: botocore the writer of its manual, urllib3 the
reader of installed packages' metadata. Where a function of ours never comes that way, the import is most of what the
module costs at a start. Moved, it runs when a function that needs it is called, or, where it only hands the name
on, when somebody asks for it: the package does what it did.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import TypeAlias

# File → names that its functions alone use, on ways that a request does not take, or that it hands on to nobody here.
IMPORTS: Mapping[str, Sequence[str]] = {
    "aws_lambda_powertools/__init__.py": ("Tracer",),
    "aws_lambda_powertools/logging/logger.py": (
        "LoggerBufferCache",
        "_check_minimum_buffer_log_level",
        "_create_buffer_record",
        "build_lambda_context_model",
        "jmespath_utils",
    ),
    "botocore/auth.py": ("calendar",),
    "botocore/client.py": (
        "EndpointDiscoveryHandler",
        "EndpointDiscoveryManager",
        "Paginator",
        "adaptive",
        "block_endpoint_discovery_required_operations",
        "waiter",
    ),
    "botocore/compat.py": ("shlex", "tzlocal"),
    "botocore/compress.py": ("GzipFile", "gzip_compress"),
    "botocore/configloader.py": ("configparser", "shlex"),
    "botocore/credentials.py": ("dateutil", "parse", "tzlocal", "tzutc"),
    "botocore/docs/__init__.py": ("ServiceDocumenter",),
    "botocore/docs/docstring.py": (
        "DocumentStructure",
        "document_model_driven_method",
        "document_paginate_method",
        "document_wait_method",
    ),
    "botocore/handlers.py": ("retryhandler",),
    "botocore/paginate.py": ("jmespath",),
    "botocore/parsers.py": ("EventStream", "NoInitialResponseError"),
    "botocore/regions.py": ("jmespath",),
    "botocore/serialize.py": ("calendar", "validate"),
    "botocore/session.py": ("monitoring", "paginate", "retryhandler", "waiter"),
    "botocore/tokens.py": ("dateutil", "tzutc"),
    "botocore/utils.py": ("dateutil", "getproxies", "proxy_bypass", "tempfile", "tzutc"),
    "botocore/waiter.py": ("jmespath",),
    "jwt/__init__.py": ("PyJWKClient",),
    "jwt/algorithms.py": ("HashlibHash", "JWKDict"),
    "jwt/api_jwt.py": ("timegm",),
    "msgspec/__init__.py": ("inspect", "toml", "yaml"),
    "msgspec/json.py": ("schema", "schema_components"),
    "urllib3/__init__.py": ("_TYPE_FIELDS", "encode_multipart_formdata"),
    "urllib3/_request_methods.py": ("_TYPE_FIELDS", "encode_multipart_formdata"),
    "urllib3/http2/__init__.py": ("version",),
}
NOTE = "# Moved to where it is needed when the layer was built:"

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
Import: TypeAlias = ast.Import | ast.ImportFrom


def replace(packages: Path) -> None:
    """Rewrites the files of IMPORTS below `packages`. Raises SystemExit where one is not what is expected of it."""
    for name, names in IMPORTS.items():
        file = packages / name
        try:
            package = ".".join(Path(name).parent.parts)
            file.write_text(deferred(file.read_text(encoding="utf-8"), names, package), encoding="utf-8")
        except (OSError, SyntaxError, ValueError) as error:
            raise SystemExit(f"IMPORTS in deferred.py does not fit {name}: {error}") from error


def deferred(source: str, names: Sequence[str], package: str) -> str:
    """The text of one of a package's modules with each import of `names` right before the statements that use them.

    Raises ValueError for a name that is not imported once at the module's head, that a function binds too, or that is
    used while the module is imported; SyntaxError where a statement leaves no line for an import.
    """
    source = source.rstrip("\n") + _handing_on([name for name in names if name not in _used_by_functions(source)])
    tree = _parsed(source)
    moved = {name: _import_of(tree, name) for name in names}
    functions = _functions(tree)
    if bound := sorted({name for function in functions for name in _bound(function)} & moved.keys()):
        raise ValueError(f"bound by a function, too: {bound}")
    if early := sorted(_used_at_import(tree.body) & moved.keys()):
        raise ValueError(f"used while the module is imported: {early}")

    changes: list[tuple[int, int, list[str]]] = []
    for function in functions:
        for name, statement in _users(function.body, moved.keys()):
            line = " " * statement.col_offset + ast.unparse(_late(_only(moved[name], [name]), package))
            changes.append((statement.lineno, statement.lineno, [line]))
    for node in {id(node): node for node in moved.values()}.values():
        kept = [name for name in map(_bound_name, node.names) if name not in moved]
        gone = [f"{NOTE} {ast.unparse(_only(node, [name for name in map(_bound_name, node.names) if name in moved]))}"]
        left = [ast.unparse(_only(node, kept))] if kept else []
        changes.append((node.lineno, (node.end_lineno or node.lineno) + 1, gone + left))
    lines = source.splitlines()
    for start, end, text in sorted(changes, reverse=True):
        lines[start - 1 : end - 1] = text
    changed = "\n".join([*lines, ""])
    ast.parse(changed)
    return changed


def _handing_on(names: Sequence[str]) -> str:
    """What makes a module give out names that it does not have (PEP 562)."""
    if not names:
        return ""
    cases = "".join(f"    if name == {name!r}:\n        return {name}\n" for name in names)
    return f"\n\n\ndef __getattr__(name):\n{cases}    raise AttributeError(name)\n"


def _parsed(source: str) -> ast.Module:
    tree = ast.parse(source)
    _without_annotations(tree)
    return tree


def _functions(tree: ast.Module) -> list[Function]:
    functions = [node for node in ast.walk(tree) if isinstance(node, Function)]
    if [function.name for function in functions].count("__getattr__") > 1:
        raise ValueError("it has a function __getattr__ of its own")
    return functions


def _used_by_functions(source: str) -> set[str]:
    nodes = [node for function in _functions(_parsed(source)) for node in ast.walk(function)]
    return {node.id for node in nodes if isinstance(node, ast.Name)}


def _late(node: Import, package: str) -> Import:
    """The statement as it can stand where the package is asked for its own module: ``from`` would ask once more."""
    if isinstance(node, ast.ImportFrom) and node.module is None and node.level == 1:
        return ast.Import([ast.alias(f"{package}.{alias.name}", alias.asname or alias.name) for alias in node.names])
    return node


def _import_of(tree: ast.Module, name: str) -> Import:
    found = [node for node in tree.body if isinstance(node, Import) and name in map(_bound_name, node.names)]
    if len(found) != 1:
        raise ValueError(f"{name} is imported {len(found)} times")
    return found[0]


def _only(node: Import, names: Sequence[str]) -> Import:
    """The statement for some of its names."""
    aliases = [alias for alias in node.names if _bound_name(alias) in names]
    if isinstance(node, ast.ImportFrom):
        return ast.ImportFrom(node.module, aliases, node.level)
    return ast.Import(aliases)


def _bound_name(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]


def _users(block: Sequence[ast.stmt], names: AbstractSet[str]) -> Iterator[tuple[str, ast.stmt]]:
    """The names that statements use, each with the first of its block that does; an outer block's hold inside too."""
    for statement in block:
        used, blocks = _parts(statement)
        yield from ((name, statement) for name in sorted(used & names))
        names = names - used
        for inner in blocks:
            yield from _users(inner, names)


def _used_at_import(block: Sequence[ast.stmt]) -> set[str]:
    """The names in everything but the bodies of functions."""
    found: set[str] = set()
    for statement in block:
        used, blocks = _parts(statement)
        found |= used | {name for inner in blocks for name in _used_at_import(inner)}
    return found


def _parts(node: ast.AST) -> tuple[set[str], list[list[ast.stmt]]]:
    """The names that a statement uses itself, and the blocks in it; of a function what is not its body."""
    used: set[str] = set()
    blocks: list[list[ast.stmt]] = []
    for field, value in ast.iter_fields(node):
        if field == "body" and isinstance(node, Function):
            continue
        children = value if isinstance(value, list) else [value]
        if children and isinstance(children[0], ast.stmt):
            blocks.append(children)
            continue
        for child in children:
            if isinstance(child, ast.ExceptHandler | ast.match_case):
                own, inside = _parts(child)
                used |= own
                blocks += inside
            elif isinstance(child, ast.AST):
                used |= {part.id for part in ast.walk(child) if isinstance(part, ast.Name)}
    return used, blocks


def _bound(function: Function) -> set[str]:
    """Names that are a parameter, or set in the function or in one inside it."""
    nodes = list(ast.walk(function))
    imported = {_bound_name(alias) for node in nodes if isinstance(node, Import) for alias in node.names}
    parameters = {node.arg for node in nodes if isinstance(node, ast.arg)}
    return imported | parameters | {node.id for node in nodes if isinstance(node, ast.Name) and _is_set(node)}


def _is_set(name: ast.Name) -> bool:
    return not isinstance(name.ctx, ast.Load)


def _without_annotations(tree: ast.Module) -> None:
    """Where a module asks for annotations as texts, nothing of them is looked up."""
    if not any(isinstance(node, ast.ImportFrom) and node.module == "__future__" for node in tree.body):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, Function):
            node.returns = None
        elif isinstance(node, ast.AnnAssign):
            node.annotation = ast.Constant(None)
