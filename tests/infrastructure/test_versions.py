"""Callers reach a function by its last published version: what changes it must publish one, and nothing else may.

CloudFormation publishes where the version's logical id is new; SAM makes the id from what it knows of the function.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from local.template import read_template, resources
from local.transform import as_deployed

FUNCTIONS = resources("AWS::Serverless::Function")
PARAMETERS = read_template()["Parameters"]
CODE = "s3://bucket/changed"


def _references(node: Any) -> Iterator[str]:
    """Every name that an intrinsic function refers to."""
    if isinstance(node, list):
        for item in node:
            yield from _references(item)
    elif isinstance(node, dict):
        for name, item in node.items():
            if name == "Ref":
                yield item
            elif name == "Fn::Sub" and isinstance(item, str):
                yield from (part.partition("}")[0] for part in item.split("${")[1:])
            else:
                yield from _references(item)


def _functions_alone() -> dict[str, Any]:
    """The template without what no version hangs on: policies, aliases, all other resources but the layer."""
    template = read_template()
    kept = {name: resource for name, resource in template["Resources"].items() if name in {*FUNCTIONS, "CommerceLayer"}}
    for resource in kept.values():
        for name in (
            "Policies",
            "ProvisionedConcurrencyConfig",
            "ReservedConcurrentExecutions",
            "DeploymentPreference",
        ):
            resource["Properties"].pop(name, None)
    return {**template, "Resources": kept, "Outputs": {}}


SEEN = sorted(
    set(_references([function["Properties"] for function in _functions_alone()["Resources"].values()]))
    & set(PARAMETERS)
)


def _other_value(parameter: Mapping[str, Any]) -> str:
    allowed = [value for value in map(str, parameter.get("AllowedValues", ())) if value != str(parameter["Default"])]
    return allowed[0] if allowed else f"{parameter['Default']}1"


def _versions(processed: Mapping[str, Any]) -> set[str]:
    return {name for name, resource in processed["Resources"].items() if resource["Type"] == "AWS::Lambda::Version"}


@pytest.fixture(scope="module")
def versions() -> dict[str, set[str]]:
    """The versions of the defaults ("" and "again"), and of each parameter's other value."""
    sets: dict[str, dict[str, str]] = {"": {}, "again": {}} | {
        name: {name: _other_value(PARAMETERS[name])} for name in SEEN
    }
    return dict(zip(sets, map(_versions, as_deployed(_functions_alone(), list(sets.values()))), strict=True))


def test_the_same_parameters_make_the_same_versions(versions: Mapping[str, set[str]]) -> None:
    assert len(versions[""]) == len(FUNCTIONS)
    assert versions["again"] == versions[""]


@pytest.mark.parametrize("name", SEEN)
def test_a_parameter_s_change_publishes_every_function(versions: Mapping[str, set[str]], name: str) -> None:
    assert len(versions[name]) == len(FUNCTIONS)
    assert versions[name].isdisjoint(versions[""])


def test_a_version_goes_when_the_next_is_there() -> None:
    """Lambda bills SnapStart for every version that there is."""
    (processed,) = as_deployed(_functions_alone(), [{}])
    kept = {
        resource["DeletionPolicy"]
        for resource in processed["Resources"].values()
        if resource["Type"] == "AWS::Lambda::Version"
    }
    assert kept == {"Delete"}


def test_each_setting_s_parameter_was_tried() -> None:
    assert {"LogLevel", "MemorySize", "DefaultSite", "SnapStart", "Runtime", "Architecture"} <= set(SEEN)


def test_a_change_of_the_layer_alone_publishes_every_function(versions: Mapping[str, set[str]]) -> None:
    template = _functions_alone()
    template["Resources"]["CommerceLayer"]["Properties"]["ContentUri"] = CODE
    (changed,) = map(_versions, as_deployed(template, [{}]))
    assert len(changed) == len(FUNCTIONS)
    assert changed.isdisjoint(versions[""])


def test_a_change_of_a_function_s_code_publishes_that_function(versions: Mapping[str, set[str]]) -> None:
    template = _functions_alone()
    template["Resources"]["LoginFunction"]["Properties"]["CodeUri"] = CODE
    (changed,) = map(_versions, as_deployed(template, [{}]))
    (published,) = changed - versions[""]
    assert published.startswith("LoginFunctionVersion")
