"""Prints what the deployed stack takes of AWS's limits, at its largest: `python -m local.limits`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from backoffice.parameters import ENVIRONMENT_LIMIT, environment_bytes, longest_values, with_defaults
from local.template import read_template
from local.transform import as_deployed

# Of a function's alias: CloudFormation cuts the names that it makes to 64 characters.
ARN_BYTES = len(f'"arn:aws-us-gov:lambda:ap-southeast-2:123456789012:function:{64 * "x"}:live",')
# What a permission's statement has besides its properties: Sid, Effect and the ARN's conditions.
PERMISSION_BYTES = 300
# What makes the most resources; those that hang on a condition of the template count whether they are made or not.
LARGEST = {"GradualDeployment": "Canary10Percent5Minutes"}
STACK_NAME = "a-stack-with-a-name-of-35-characters"


@dataclass(frozen=True)
class Taken:
    """Of one limit: what for, how much, of how much; in `unit`."""

    what: str
    taken: int
    limit: int
    unit: str

    def __str__(self) -> str:
        return f"{self.what}: {self.taken:,} of {self.limit:,} {self.unit} ({self.taken / self.limit:.0%})"


def taken(processed: Mapping[str, Any]) -> list[Taken]:
    """Of a template as CloudFormation gets it."""
    template = read_template()
    (policy,) = template["Resources"]["CallingRole"]["Properties"]["Policies"]
    (statement,) = policy["PolicyDocument"]["Statement"]
    return [
        Taken("resources of the stack", len(processed["Resources"]), 500, "allowed"),
        Taken("template, all resources written out", len(json.dumps(processed)), 1_000_000, "bytes"),
        Taken(
            "environment of a function, every setting at its longest",
            environment_bytes(template, with_defaults(template, longest_values(template)), STACK_NAME),
            ENVIRONMENT_LIMIT,
            "bytes",
        ),
        Taken("policy of the API's role", len(statement["Resource"]) * ARN_BYTES, 10_240, "bytes"),
        Taken("resource policy of a function", _permission_bytes(processed), 20_480, "bytes"),
        Taken("parameters", len(processed["Parameters"]), 200, "allowed"),
        Taken("outputs", len(processed["Outputs"]), 200, "allowed"),
    ]


def _permission_bytes(processed: Mapping[str, Any]) -> int:
    """Of the function that has most: permissions stand in its policy, unless a role of the caller's says it."""
    taken: dict[str, int] = {}
    for resource in processed["Resources"].values():
        if resource["Type"] == "AWS::Lambda::Permission":
            name = json.dumps(resource["Properties"]["FunctionName"])
            taken[name] = taken.get(name, 0) + len(json.dumps(resource["Properties"])) + PERMISSION_BYTES
    return max(taken.values(), default=0)


if __name__ == "__main__":
    (deployed,) = as_deployed(read_template(), [LARGEST])
    print("\n".join(map(str, taken(deployed))))
