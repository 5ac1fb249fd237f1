"""Alarms and dashboard watch what is emitted: by AWS as it documents, by the product as a call shows."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import Mock
from urllib.parse import urlencode

import pytest

from backoffice import credentials
from commerce.http.routes import ROUTES
from commerce.identity.applications import OPEN_APIS
from commerce.storage import Store
from local.template import read_template, resources
from local.watching import DOCUMENTED, DYNAMODB, GATEWAY, LAMBDA, OWN
from local.workspace import ROOT
from tests.support.deployment import Product, form

Watched = tuple[str, str, dict[str, str]]
ALARMS = resources("AWS::CloudWatch::Alarm")
FUNCTIONS = set(resources("AWS::Serverless::Function"))
TABLES = set(resources("AWS::DynamoDB::Table"))
OPERATIONS = {route.operation for route in ROUTES} | {"fallback"}
QUERY = re.compile(r'SELECT SUM\((\w+)\) FROM SCHEMA\("([\w/]+)", Operation, TableName\) WHERE TableName = \'(.+)\'')


def _plain(value: Any) -> str:
    return str(value["Fn::Sub"] if isinstance(value, dict) else value)


def _in_alarm(alarm: Any) -> Iterator[Watched]:
    for entry in alarm["Properties"]["Metrics"]:
        if "MetricStat" in entry:
            metric = entry["MetricStat"]["Metric"]
            dimensions = {each["Name"]: _plain(each["Value"]) for each in metric.get("Dimensions", [])}
            yield _plain(metric["Namespace"]), metric["MetricName"], dimensions
        elif query := QUERY.fullmatch(_plain(entry["Expression"])):
            yield query[2], query[1], {"TableName": query[3], "Operation": "any"}


def _on_dashboard() -> Iterator[Watched]:
    (dashboard,) = resources("AWS::CloudWatch::Dashboard").values()
    for widget in json.loads(dashboard["Properties"]["DashboardBody"]["Fn::Sub"])["widgets"]:
        for namespace, metric, *rest in widget["properties"]["metrics"]:
            yield namespace, metric, dict(zip(rest[::2], rest[1::2], strict=True))


IN_ALARMS = [watched for alarm in ALARMS.values() for watched in _in_alarm(alarm)]
ALL = [*IN_ALARMS, *_on_dashboard()]


def test_what_is_watched_of_aws_is_documented() -> None:
    """And of this stack: by its functions, tables, API and stage."""
    of_aws = [watched for watched in ALL if watched[0] != OWN]
    values = {
        "FunctionName": {f"${{{name}}}" for name in FUNCTIONS},
        "TableName": {f"${{{name}}}" for name in TABLES},
        "ApiName": {"${AWS::StackName}"},
        "Stage": {"${Stage}"},
        "Operation": {"any"},
    }
    for namespace, metric, dimensions in of_aws:
        assert frozenset(dimensions) in DOCUMENTED[namespace][metric], (namespace, metric, dimensions)
        assert all(value in values[name] for name, value in dimensions.items()), dimensions
    assert {namespace for namespace, _, _ in of_aws} == {LAMBDA, GATEWAY, DYNAMODB}
    assert resources("AWS::Serverless::Api")["Api"]["Properties"]["StageName"] == {"Ref": "Stage"}


def test_what_is_watched_of_the_product_is_emitted(
    product: Product, token: str, printed: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    product.call("POST", "/ccstore/v1/login", form(username="shopper", password="Wrong-Wrong"))
    key = credentials.create(product.deployment, "importer", "Order import", OPEN_APIS, 1)
    grant = urlencode({"grant_type": "client_credentials"})
    answer = product.call("POST", "/ccadmin/v1/login", grant, headers={"Authorization": f"Bearer {key}"})
    assert answer.status == 200, answer.text
    monkeypatch.setattr(Store, "get", Mock(side_effect=RuntimeError))
    product.call("PUT", "/ccstore/v1/profiles/current", {}, token=token)
    emitted = set()
    for line in map(json.loads, printed().splitlines()):
        for described in line.get("_aws", {}).get("CloudWatchMetrics", []):
            for metric in described["Metrics"]:
                emitted |= {(metric["Name"], *sorted((name, line[name]) for name in described["Dimensions"][0]))}
    assert ("Refused", ("operation", "login"), ("service", "commerce")) in emitted
    assert ("Failed", ("operation", "updateProfile"), ("service", "commerce")) in emitted
    own = [watched for watched in ALL if watched[0] == OWN]
    assert own
    names = {name for name, *_ in emitted}
    for _, metric, dimensions in own:
        assert metric in names
        assert (set(dimensions), dimensions["service"]) == ({"operation", "service"}, "commerce")
        assert dimensions["operation"] in OPERATIONS


def test_every_function_table_and_operation_is_watched() -> None:
    def found(metric: str, dimension: str) -> set[str]:
        return {each[dimension].strip("${}") for _, name, each in IN_ALARMS if name == metric and dimension in each}

    assert found("Errors", "FunctionName") == found("Duration", "FunctionName") == FUNCTIONS
    for metric in ("ReadThrottleEvents", "WriteThrottleEvents", "SystemErrors"):
        assert found(metric, "TableName") == TABLES
    assert found("Failed", "operation") == OPERATIONS
    assert found("Refused", "operation") == {"login", "mfalogin"}
    assert {"5XXError", "4XXError", "Throttles"} <= {name for _, name, _ in IN_ALARMS}


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_holds_what_cloudwatch_takes(name: str) -> None:
    """CloudWatch user guide, "Limits": ten metrics, no SEARCH; one entry is the value watched."""
    properties = ALARMS[name]["Properties"]
    entries = properties["Metrics"]
    assert sum("MetricStat" in entry for entry in entries) <= 10
    assert sum(entry.get("ReturnData", True) for entry in entries) == 1
    assert len({entry["Id"] for entry in entries}) == len(entries)
    assert "SEARCH" not in json.dumps(entries)
    assert properties["DatapointsToAlarm"] <= properties["EvaluationPeriods"]
    assert properties["AlarmActions"] == [
        {"Fn::If": ["HasAlarmTopic", {"Ref": "AlarmTopicArn"}, {"Ref": "AlarmTopic"}]}
    ]


def test_durations_are_held_against_the_function_s_timeout() -> None:
    for alarm in ALARMS.values():
        for _, metric, dimensions in _in_alarm(alarm):
            if metric == "Duration":
                function = resources("AWS::Serverless::Function")[dimensions["FunctionName"].strip("${}")]
                assert alarm["Properties"]["Threshold"] == function["Properties"]["Timeout"] * 1000 * 0.8


def test_the_composite_alarm_knows_every_other() -> None:
    (composite,) = resources("AWS::CloudWatch::CompositeAlarm").values()
    rule = composite["Properties"]["AlarmRule"]["Fn::Sub"]
    assert set(re.findall(r"ALARM\(\$\{(\w+)\}\)", rule)) == set(ALARMS)
    assert len(ALARMS) <= 100  # in one rule


def test_alarms_reach_somebody() -> None:
    template = read_template()
    assert template["Resources"]["AlarmSubscription"]["Properties"] == {
        "TopicArn": {"Ref": "AlarmTopic"},
        "Protocol": "email",
        "Endpoint": {"Ref": "AlarmEmail"},
    }
    conditions = {name: one.get("Condition") for name, one in template["Resources"].items() if "Alarm" in name}
    assert conditions.pop("AlarmTopic") == "MakesAlarmTopic"
    assert conditions.pop("AlarmSubscription") == "SendsMail"
    assert set(conditions.values()) == {"HasAlarms"}


def test_the_operations_page_explains_every_alarm_and_every_graph() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    explained = " ".join(line.partition(" | ")[0] for line in page.splitlines() if line.startswith("| "))
    composite = set(resources("AWS::CloudWatch::CompositeAlarm"))
    for name in {*ALARMS, *composite}:
        shown = {name, re.sub(r"\d+$", "1", name), re.sub(r"^\w+(?=TableErrorAlarm$)", "…", name)}
        assert any(f"`{one}`" in explained for one in shown), name
    (dashboard,) = resources("AWS::CloudWatch::Dashboard").values()
    for widget in json.loads(dashboard["Properties"]["DashboardBody"]["Fn::Sub"])["widgets"]:
        assert widget["properties"]["title"] in explained, widget["properties"]["title"]
