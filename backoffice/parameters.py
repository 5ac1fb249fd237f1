"""The template's parameters as an operator gives them, checked before anything is built."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

# Lambda's limit for names and values together, in bytes.
ENVIRONMENT_LIMIT: Final = 4096
# What the names of the parameters end with that keep environments for an operation.
RESERVED: Final = "Concurrency"
# CloudFormation's limits, in characters and bytes.
STACK_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,127}")
VALUE_LIMIT: Final = 4096
# What CloudFormation puts behind the stack's name and a resource's logical id to make a name.
RANDOM_PART: Final = 15
# An ARN without the resource's name, in the longest region.
ARN_LENGTH: Final = 80


def parse_words(words: Iterable[str]) -> dict[str, str]:
    """``["Stage=prod"]`` → {"Stage": "prod"}. Raises SystemExit for a word of another form."""
    found = {}
    for word in words:
        name, sign, value = word.partition("=")
        if not sign:
            raise SystemExit(f"A parameter is given as Name=value, not as {word!r}.")
        found[name] = value
    return found


def with_defaults(template: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, str]:
    """The value of every parameter. Raises SystemExit for one that there is not."""
    if unknown := sorted(given.keys() - template["Parameters"].keys()):
        raise SystemExit(f"The template has no parameter {', '.join(unknown)}.")
    return {name: str(parameter["Default"]) for name, parameter in template["Parameters"].items()} | dict(given)


def refusals(template: Mapping[str, Any], values: Mapping[str, str], stack: str) -> Iterator[str]:
    """Why these values would fail, a sentence each; none when they would not.

    What CloudFormation would say minutes later: limits of single parameters and the template's rules. Within these, the
    functions' environment stays below Lambda's limit, whatever is given.
    """
    if not STACK_NAME.fullmatch(stack):
        yield f"{stack!r} is no name of a stack: a letter, then letters, digits and hyphens, 128 characters at most."
    for name, parameter in template["Parameters"].items():
        yield from _refusals_of_one(name, parameter, values[name])
    for rule in template["Rules"].values():
        if _holds(rule.get("RuleCondition", True), values):
            for assertion in rule["Assertions"]:
                if not _holds(assertion["Assert"], values):
                    yield assertion["AssertDescription"]
    yield from _refusals_of_concurrency(template, values)


def reserved_concurrency(template: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, int]:
    """Logical id of a function → the environments that a parameter keeps for it."""
    functions = [name for name, it in template["Resources"].items() if it["Type"] == "AWS::Serverless::Function"]
    given = {name: values.get(name.removesuffix("Function") + RESERVED, "") for name in functions}
    return {name: int(value) for name, value in given.items() if value.isdecimal()}


def environment_bytes(template: Mapping[str, Any], values: Mapping[str, str], stack: str) -> int:
    """Of one function, at most: what CloudFormation names itself is counted at its longest."""
    functions = [it for it in template["Resources"].values() if it["Type"] == "AWS::Serverless::Function"]
    return max(
        sum(
            len(name.encode()) + _value_bytes(value, values, stack)
            for name, value in function["Properties"]["Environment"]["Variables"].items()
        )
        for function in functions
    )


def longest_values(template: Mapping[str, Any]) -> dict[str, str]:
    """The longest value of each parameter that a function sees. Raises KeyError for one that has no bound."""
    functions = [it for it in template["Resources"].values() if it["Type"] == "AWS::Serverless::Function"]
    values = [value for it in functions for value in it["Properties"]["Environment"]["Variables"].values()]
    seen = {value["Ref"] for value in values if isinstance(value, dict) and "Ref" in value}
    return {name: _longest(template["Parameters"][name]) for name in seen & template["Parameters"].keys()}


def _longest(parameter: Mapping[str, Any]) -> str:
    if "AllowedValues" in parameter:
        return max(map(str, parameter["AllowedValues"]), key=len)
    if parameter["Type"] == "Number":
        return str(parameter["MaxValue"])
    return "x" * int(parameter["MaxLength"])


def _value_bytes(value: Any, values: Mapping[str, str], stack: str) -> int:
    match value:
        case {"Ref": "AWS::StackName"}:
            return len(stack)
        case {"Ref": name} if name in values:
            return len(values[name].encode())
        case {"Ref": name}:
            return len(stack) + len(name) + RANDOM_PART
        case {"Fn::GetAtt": [name, _]}:
            return ARN_LENGTH + len(stack) + len(name) + RANDOM_PART
        case _:
            return len(str(value).encode())


def _refusals_of_one(name: str, parameter: Mapping[str, Any], value: str) -> Iterator[str]:
    allowed = [str(one) for one in parameter.get("AllowedValues", ())]
    if allowed and value not in allowed:
        yield f"{name} is {value!r}; it can be {', '.join(filter(None, allowed))}."
    pattern = parameter.get("AllowedPattern")
    if pattern and not re.fullmatch(pattern, value):
        yield f"{name} is {value!r}, which does not match {pattern}."
    longest = min(parameter.get("MaxLength", VALUE_LIMIT), VALUE_LIMIT)
    if len(value.encode()) > longest:
        yield f"{name} has {len(value.encode()):,} bytes; it takes {longest:,}."
    if parameter["Type"] == "Number":
        least, most = parameter.get("MinValue"), parameter.get("MaxValue")
        if not re.fullmatch(r"-?\d+", value):
            yield f"{name} is {value!r}, not a whole number."
        elif (least is not None and int(value) < least) or (most is not None and int(value) > most):
            yield f"{name} is {value}; it goes from {least} to {'any number' if most is None else most}."


def _refusals_of_concurrency(template: Mapping[str, Any], values: Mapping[str, str]) -> Iterator[str]:
    """Rules of a template compare no numbers."""
    if not values["ProvisionedConcurrency"].isdecimal():
        return
    provisioned = int(values["ProvisionedConcurrency"])
    for name, reserved in reserved_concurrency(template, values).items():
        if "ProvisionedConcurrencyConfig" in template["Resources"][name]["Properties"] and reserved < provisioned:
            parameter = name.removesuffix("Function") + RESERVED
            yield f"{parameter} is {reserved}, less than ProvisionedConcurrency, {provisioned}."


def _holds(condition: Any, values: Mapping[str, str]) -> bool:
    """Of the functions that CloudFormation's rules may use, those that the template uses."""
    match condition:
        case bool():
            return condition
        case {"Fn::Equals": [one, other]}:
            return _text(one, values) == _text(other, values)
        case {"Fn::Not": [inner]}:
            return not _holds(inner, values)
        case {"Fn::Contains": [list() as listed, value]}:
            return _text(value, values) in [_text(one, values) for one in listed]
    raise ValueError(f"A rule of the template holds what is not evaluated here: {condition}")


def _text(value: Any, values: Mapping[str, str]) -> str:
    return values[value["Ref"]] if isinstance(value, dict) else str(value)
