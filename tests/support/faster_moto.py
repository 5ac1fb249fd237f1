"""Where moto's DynamoDB takes most of its time, the same said more directly.

Each piece has to pay. Seconds of processor time of 840 tests on moto, one machine: 19 with all pieces and with
`direct_moto`, one to two more without any one of those below, 66 without `direct_moto`. `replace_items` is what
`tests/conftest.py` puts the sample store back with, 4 ms a test. Signing what moto does not look at would cost more
still, as would a client and its service description for each function of each test (tests/conftest.py).
"""

import copy
import re
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

import pytest
from moto.core import responses, utils
from moto.dynamodb.comparisons import ConditionExpressionParser
from moto.dynamodb.exceptions import ItemSizeTooLarge
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict
from moto.dynamodb.models.table import Table
from moto.dynamodb.parsing import ast_nodes as untyped_nodes
from moto.dynamodb.parsing import expressions as untyped_expressions

ast_nodes: Any = untyped_nodes
expressions: Any = untyped_expressions

Told = TypeVar("Told")

# moto's own bound (`LimitedSizeDict.__setitem__`).
MOST_BYTES_OF_AN_ITEM = 405_000
MOST_EXPRESSIONS = 5_000
_SCALARS = frozenset({"B", "BOOL", "S"})
_PLACEHOLDER = re.compile(r"[:#][A-z0-9\-_]+")


def make_faster(monkeypatch: pytest.MonkeyPatch) -> None:
    """All pieces."""
    list_actions_once(monkeypatch)
    replace_items(monkeypatch)
    measure_items_once(monkeypatch)
    compare_values_directly(monkeypatch)
    parse_expressions_once(monkeypatch)
    walk_trees_directly(monkeypatch)
    project_items_once(monkeypatch)


def told_of(row: Any, tell: Callable[[Any], Told]) -> Told:
    """What `tell` makes of a stored row, made once: a row is never changed (`replace_items`)."""
    told: dict[Any, Any] = vars(row).setdefault("told", {})
    if tell not in told:
        told[tell] = tell(row)
    known: Told = told[tell]
    return known


def list_actions_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """moto lists all of a class's methods for each request."""
    monkeypatch.setattr(responses, "method_names_from_class", cache(utils.method_names_from_class))


def replace_items(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is stored never changes: an update works on a copy. So nothing else has to be copied.

    moto copies items when it reads them, and all of a table for each item of a transaction, to put it back.
    """
    update = DynamoDBBackend.update_item

    def updated(self: Any, table_name: str, key: dict[str, Any], *rest: Any, **more: Any) -> Any:
        stored = self.get_item(table_name, key)
        if stored is not None:
            self.get_table(table_name).items[stored.hash_key][stored.range_key] = _copy_of_item(stored)
        return update(self, table_name, key, *rest, **more)

    def table(self: Any, _: dict[int, Any]) -> Any:
        kept: Any = object.__new__(type(self))
        vars(kept).update(vars(self))
        kept.items = type(self.items)(self.items.default_factory)
        for key, partition in self.items.items():
            kept.items[key] = dict(partition)
        return kept

    monkeypatch.setattr(DynamoDBBackend, "update_item", updated)
    monkeypatch.setattr(Item, "__deepcopy__", lambda self, _: self)
    monkeypatch.setattr(Table, "__deepcopy__", table, raising=False)


def measure_items_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """moto adds an item's size up again at each of its attributes, of a map's members with a copy of each."""
    own = DynamoType.size

    def size(self: Any) -> int:
        value = self.value
        match self.type:
            case "S":
                return len(value.encode())
            case "M":
                return sum(len(name.encode()) + member.size() for name, member in value.items())
        return own(self)

    def made(self: Any, hash_key: DynamoType, range_key: DynamoType | None, attrs: dict[str, Any]) -> None:
        self.hash_key, self.range_key = hash_key, range_key
        self.attrs = LimitedSizeDict()
        dict.update(self.attrs, {name: DynamoType(value) for name, value in attrs.items()})
        if _size(self.attrs) > MOST_BYTES_OF_AN_ITEM:
            raise ItemSizeTooLarge

    def kept(self: Any) -> int:
        known: dict[str, int] = vars(self.attrs)
        return known.get("size") or known.setdefault("size", _size(self.attrs))

    monkeypatch.setattr(DynamoType, "size", size)
    monkeypatch.setattr(Item, "__init__", made)
    monkeypatch.setattr(Item, "size", kept)


def compare_values_directly(monkeypatch: pytest.MonkeyPatch) -> None:
    """moto asks of a value whether it is of each kind, and makes a copy of each member."""
    own: Any = vars(DynamoType)["cast_value"]

    def cast(self: Any) -> Any:
        kind, value = self.type, self.value
        if kind in _SCALARS:
            return value
        if kind == "M":
            return {name: member.cast_value for name, member in value.items()}
        if kind == "L":
            return [member.cast_value for member in value]
        return own.fget(self)

    monkeypatch.setattr(DynamoType, "cast_value", property(cast))


def parse_expressions_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """moto parses each expression two or three times for a request."""
    parse, make = ConditionExpressionParser.parse, expressions.UpdateExpressionParser.make
    known: dict[Any, tuple[Any, list[str], list[str]]] = {}

    def condition(self: Any) -> Any:
        expression = self.condition_expression
        if not expression:
            return parse(self)
        names, values = self.expression_attribute_names or {}, self.expression_attribute_values or {}
        # What it stands for, with those names and values that it uses: all that its meaning depends on.
        said = expression, *(repr(values.get(used, names.get(used))) for used in _placeholders(expression))
        parsed = known.get(said)
        if parsed is None:
            if len(known) > MOST_EXPRESSIONS:
                known.clear()
            meaning = parse(self)
            parsed = known[said] = meaning, self.expr_attr_names_found, self.expr_attr_values_found
        self.expr_attr_names_found, self.expr_attr_values_found = [*parsed[1]], [*parsed[2]]
        return parsed[0]

    monkeypatch.setattr(ConditionExpressionParser, "parse", condition)
    # A tree is worked on in a copy.
    monkeypatch.setattr(expressions.UpdateExpressionParser, "make", cache(make))
    monkeypatch.setattr(ast_nodes.Node, "__deepcopy__", lambda self, _: _copy_of_tree(self), raising=False)


def walk_trees_directly(monkeypatch: pytest.MonkeyPatch) -> None:
    """moto asks at each node of an expression's tree anew which nodes are to be processed: ten times an update."""

    node_kinds = _with_subclasses((ast_nodes.Node,))

    def traverse(self: Any, root: Any) -> Any:
        kinds = _with_subclasses(self.nodes_to_be_processed())

        def walk(node: Any, place: int) -> Any:
            parent = node.parent
            for number, child in enumerate(node.children or ()):
                self.pre_processing_of_child(node, number)
                if child.__class__ in node_kinds:
                    walk(child, number)
            if node.__class__ in kinds:
                node = self.process(node)
                node.parent = parent
                if parent:
                    parent.children[place] = node
            return node

        return walk(root, -1)

    monkeypatch.setattr(ast_nodes.DepthFirstTraverser, "traverse", traverse)


def project_items_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """For each attribute that an index has, moto makes Python's values of all of an item, and moto's of these again."""
    own = Item.project

    def project(self: Any, expressions: list[list[str]]) -> Any:
        names = tuple(expression[0] for expression in expressions if len(expression) == 1)
        if len(names) < len(expressions) or not all(map(str.isidentifier, names)):
            return own(self, expressions)
        known: dict[Any, Any] = vars(self).setdefault("projected", {})
        if names not in known:
            projected = known[names] = _without_attributes(self)
            dict.update(projected.attrs, {name: self.attrs[name] for name in names if name in self.attrs})
        return known[names]

    monkeypatch.setattr(Item, "project", project)


def _without_attributes(item: Any) -> Any:
    bare: Any = object.__new__(type(item))
    bare.hash_key, bare.range_key, bare.attrs = item.hash_key, item.range_key, LimitedSizeDict()
    return bare


def _copy_of_item(item: Any) -> Any:
    """An item with values of its own where moto changes a value in place: not in scalars."""
    copied = _without_attributes(item)
    dict.update(copied.attrs, {name: _own_value(value) for name, value in item.attrs.items()})
    return copied


def _own_value(value: Any) -> Any:
    return copy.deepcopy(value) if type(value.value) in (list, dict) else value


def _size(attributes: LimitedSizeDict) -> int:
    return sum(len(name.encode()) + value.size() for name, value in attributes.items())


@cache
def _placeholders(expression: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_PLACEHOLDER.findall(expression)))


def _copy_of_tree(node: Any, parent: Any = None) -> Any:
    copied: Any = object.__new__(type(node))
    vars(copied).update(vars(node), parent=parent)
    if node.children is not None:
        node_kinds = _with_subclasses((ast_nodes.Node,))
        copied.children = [
            _copy_of_tree(child, copied) if child.__class__ in node_kinds else child for child in node.children
        ]
    return copied


@cache
def _with_subclasses(kinds: Any) -> frozenset[Any]:
    """So that a look at a node's class is enough: moto's are abstract ones, which `isinstance` takes its time for."""
    return frozenset(kinds).union(*(_with_subclasses(tuple(kind.__subclasses__())) for kind in kinds))
