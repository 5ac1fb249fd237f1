"""Reads template.yaml: what is deployed is also what tests check and what emulators' tables are made from."""

import functools
import json
import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from local.workspace import ROOT

TEMPLATE = ROOT / "template.yaml"

# Of a table's properties, those that decide how it behaves to a program.
TABLE_PROPERTIES = ("AttributeDefinitions", "KeySchema", "BillingMode", "GlobalSecondaryIndexes")


class _Loader(yaml.CSafeLoader):
    """YAML with CloudFormation's short forms: `!Ref x` becomes {"Ref": "x"}, `!Sub x` {"Fn::Sub": "x"}."""


def _short_form(loader: yaml.CSafeLoader, name: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    elif isinstance(node, yaml.MappingNode):
        value = loader.construct_mapping(node, deep=True)
    if name == "GetAtt":
        value = value.split(".")
    return {name if name in {"Ref", "Condition"} else f"Fn::{name}": value}


_Loader.add_multi_constructor("!", _short_form)


def read_template() -> dict[str, Any]:
    """The template, its short forms written out; a copy of its own for each caller."""
    template: dict[str, Any] = pickle.loads(_parsed())  # noqa: S301  made below
    return template


@functools.cache
def _parsed() -> bytes:
    """Pickled: copies are made of it in a quarter of the time that `copy.deepcopy` takes."""
    return pickle.dumps(parse(TEMPLATE.read_text(encoding="utf-8")))


def parse(text: str) -> dict[str, Any]:
    """A template's text, its short forms written out."""
    template: dict[str, Any] = yaml.load(text, Loader=_Loader)  # noqa: S506  a safe loader
    return template


def write_as_json(template: Path) -> None:
    """Rewrites a template that `sam build` made. SAM reads it a dozen times per command, JSON far faster than YAML."""
    template.write_text(json.dumps(parse(template.read_text(encoding="utf-8")), indent=1), encoding="utf-8")


def resources(kind: str) -> dict[str, dict[str, Any]]:
    """The template's resources of one type, by logical id."""
    return {name: value for name, value in read_template()["Resources"].items() if value["Type"] == kind}


def integrations(template: Mapping[str, Any] | None = None) -> list[tuple[str, str, str]]:
    """Verb in lower case (``any`` for all others), path and logical id of the function, as the API has them."""
    resources = (template or read_template())["Resources"]
    found = []
    for path, verbs in resources["Api"]["Properties"]["DefinitionBody"]["paths"].items():
        for verb, operation in verbs.items():
            uri = operation["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
            function = uri.rpartition("/functions/${")[2].partition(".Arn}")[0]
            found.append(("any" if verb.startswith("x-") else verb, path, function))
    return found


def table_definitions() -> dict[str, dict[str, Any]]:
    """For each table the arguments of CreateTable but its name, by logical id ("ProfilesTable")."""
    return {
        name: {key: table["Properties"][key] for key in TABLE_PROPERTIES if key in table["Properties"]}
        for name, table in resources("AWS::DynamoDB::Table").items()
    }


def environment_variables() -> dict[str, Any]:
    """What each function's environment holds, by name; a test sees that all have the same."""
    properties = next(iter(resources("AWS::Serverless::Function").values()))["Properties"]
    variables: dict[str, Any] = properties["Environment"]["Variables"]
    return variables


def table_variables() -> dict[str, str]:
    """Environment variable of the functions → logical id of the table that it names."""
    tables = table_definitions()
    return {
        name: value["Ref"]
        for name, value in environment_variables().items()
        if isinstance(value, dict) and value.get("Ref") in tables
    }
