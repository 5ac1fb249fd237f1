"""Prints what the deployed stack takes of AWS's limits, with the template's defaults: `python -m local.limits`."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from backoffice.parameters import ENVIRONMENT_LIMIT, environment_bytes, with_defaults
from local.template import read_template
from local.transform import as_deployed

# A statement as Lambda stores it: principal, action, two ARNs, condition and a long id of its own.
STATEMENT_BYTES = 480
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
    permissions = Counter(
        resource["Properties"]["FunctionName"]["Ref"]
        for resource in processed["Resources"].values()
        if resource["Type"] == "AWS::Lambda::Permission"
    )
    template = read_template()
    return [
        Taken("resources of the stack", len(processed["Resources"]), 500, "allowed"),
        Taken("template, all resources written out", len(json.dumps(processed)), 1_000_000, "bytes"),
        Taken(
            "environment of a function, before settings",
            environment_bytes(template, with_defaults(template, {}), STACK_NAME),
            ENVIRONMENT_LIMIT,
            "bytes",
        ),
        Taken("largest resource policy of a function", max(permissions.values()) * STATEMENT_BYTES, 20_480, "bytes"),
        Taken("parameters", len(processed["Parameters"]), 200, "allowed"),
        Taken("outputs", len(processed["Outputs"]), 200, "allowed"),
    ]


if __name__ == "__main__":
    (deployed,) = as_deployed(read_template(), [{}])
    print("\n".join(map(str, taken(deployed))))
