"""Each function may do what it does, on the tables it uses, and nothing else."""

from typing import Any

import pytest

from commerce.configuration import repository as configuration
from local.template import resources

FUNCTIONS = resources("AWS::Serverless::Function")
TABLES = resources("AWS::DynamoDB::Table")
INDEXES = {
    f"${{{table}.Arn}}/index/{index['IndexName']}"
    for table, resource in TABLES.items()
    for index in resource["Properties"].get("GlobalSecondaryIndexes", ())
}
DATA_ACTIONS = {
    f"dynamodb:{action}"
    for action in (
        "BatchGetItem",
        "DeleteItem",
        "GetItem",
        "PutItem",
        "Query",
        "UpdateItem",
    )
}


def _statements(function: dict[str, Any]) -> list[dict[str, Any]]:
    policies = function["Properties"].get("Policies", [])
    assert all(set(policy) == {"Version", "Statement"} for policy in policies)  # no managed policies, no SAM templates
    return [statement for policy in policies for statement in policy["Statement"]]


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_statements_name_actions_and_resources(name: str) -> None:
    for statement in _statements(FUNCTIONS[name]):
        assert statement["Effect"] == "Allow"
        actions = set(_as_list(statement["Action"]))
        if actions == {"secretsmanager:GetSecretValue"}:
            assert statement["Resource"] == {"Fn::GetAtt": ["SigningKeys", "Id"]}  # its ARN
            continue
        assert actions <= DATA_ACTIONS
        for resource in _as_list(statement["Resource"]):
            if "Fn::Sub" in resource:
                # What an index is for; and nobody scans.
                assert (actions, resource["Fn::Sub"] in INDEXES) == ({"dynamodb:Query"}, True)
                continue
            table, attribute = resource["Fn::GetAtt"]
            assert table in TABLES
            assert attribute == "Arn"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_role_is_shared(name: str) -> None:
    assert not {"Role", "PermissionsBoundary"} & set(FUNCTIONS[name]["Properties"])


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_may_read_from_where_browsers_may_call(name: str) -> None:
    """One document, unless it reads the table anyway."""
    partition = {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": [configuration.NAME]}}
    reads = set()
    for statement in _statements(FUNCTIONS[name]):
        resources = [one["Fn::GetAtt"][0] for one in _as_list(statement["Resource"]) if "Fn::GetAtt" in one]
        assert statement.get("Condition", partition) == partition
        if "CatalogueTable" in resources:
            reads |= set(_as_list(statement["Action"]))
    assert reads == {"dynamodb:GetItem", "dynamodb:BatchGetItem"}


def test_what_serves_without_data_may_read_that_one_document_only() -> None:
    for name in ("FallbackFunction", "GetRegistryFunction"):
        (statement,) = _statements(FUNCTIONS[name])
        assert "Condition" in statement
