"""The template's alarms and dashboard, written from the functions and tables that there are.

An alarm by metric math takes ten metrics and no SEARCH (CloudWatch user guide, "Limits"): functions come in groups of
ten. A dashboard takes 500, each by its name, so that it needs no SEARCH either.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

# What the services emit: metric and dimensions, as AWS documents them.
LAMBDA: Final = "AWS/Lambda"  # Lambda developer guide, "Types of metrics for Lambda functions"
GATEWAY: Final = "AWS/ApiGateway"  # API Gateway developer guide, "Amazon API Gateway dimensions and metrics"
DYNAMODB: Final = "AWS/DynamoDB"  # DynamoDB developer guide, "DynamoDB Metrics and dimensions"
DOCUMENTED: Final[Mapping[str, Mapping[str, Sequence[frozenset[str]]]]] = {
    LAMBDA: {
        "Errors": [frozenset({"FunctionName"})],
        "Throttles": [frozenset(), frozenset({"FunctionName"})],  # without dimensions: of all functions of the region
        "Duration": [frozenset({"FunctionName"})],
    },
    GATEWAY: {
        metric: [frozenset({"ApiName", "Stage"})]
        for metric in ("Count", "4XXError", "5XXError", "Latency", "IntegrationLatency")
    },
    DYNAMODB: {
        "ReadThrottleEvents": [frozenset({"TableName"})],
        "WriteThrottleEvents": [frozenset({"TableName"})],
        "ConsumedReadCapacityUnits": [frozenset({"TableName"})],
        "ConsumedWriteCapacityUnits": [frozenset({"TableName"})],
        # "Dimensions: All dimensions": of those there are, the two that any request of a table without an index has.
        "SystemErrors": [frozenset({"TableName", "Operation"})],
    },
}
OWN: Final = "${AWS::StackName}"
SERVICE: Final = "commerce"
GROUP: Final = 10
# A table's metrics have the operation as well: ten at most would be too few.
QUERY: Final = (
    "SELECT SUM(SystemErrors) FROM SCHEMA(\"AWS/DynamoDB\", Operation, TableName) WHERE TableName = '${{{table}}}'"
)
BEGIN: Final = "  # `make endpoints` writes what follows, to the outputs: local/watching.py\n"
END: Final = "\nOutputs:\n"

_STAGE = {"ApiName": "${AWS::StackName}", "Stage": "${Stage}"}
_SUM_OF_ALL = "SUM(METRICS())"


def watched(functions: Mapping[str, tuple[str, int]], tables: Sequence[str]) -> str:
    """The resources' text. `functions`: logical id → operation and seconds of its timeout; `tables`: logical ids."""
    alarms = dict(_alarms(functions, tables))
    lines = [BEGIN]
    for name, properties in alarms.items():
        lines.append(_resource(name, "AWS::CloudWatch::Alarm", properties))
    # CloudFormation takes no more than 100 in a rule; the names are made by CloudFormation.
    rule = " OR ".join(f"ALARM(${{{name}}})" for name in alarms)
    composite = {
        "AlarmDescription": "Something of the product is not well; its end is told when the last alarm ends.",
        "AlarmRule": {"Fn::Sub": rule},
        "OKActions": _ACTIONS,
    }
    lines.append(_resource("UnwellAlarm", "AWS::CloudWatch::CompositeAlarm", composite))
    body = {"DashboardName": {"Ref": "AWS::StackName"}, "DashboardBody": {"Fn::Sub": _dashboard(functions, tables)}}
    lines.append(_resource("Dashboard", "AWS::CloudWatch::Dashboard", body, condition=None))
    return "\n".join(lines)


def stopping(functions: int) -> list[str]:
    """The alarms, by logical id, that stop a gradual deployment of so many functions."""
    return ["ServerErrorAlarm", *(f"FunctionErrorAlarm{number + 1}" for number in range(math.ceil(functions / GROUP)))]


_ACTIONS = [{"Fn::If": ["HasAlarmTopic", {"Ref": "AlarmTopicArn"}, {"Ref": "AlarmTopic"}]}]


def _alarms(functions: Mapping[str, tuple[str, int]], tables: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    operations = [operation for operation, _ in functions.values()]
    yield "ServerErrorAlarm", _alarm("The API answers with 5xx.", _stage("5XXError"), "m0", 5)
    yield "LatencyAlarm", _alarm("One call in a hundred takes over 3 s.", _stage("Latency", "p99"), "m0", 3000, 3)
    surge = [_metric("calls", GATEWAY, "Count", _STAGE), _metric("refused", GATEWAY, "4XXError", _STAGE)]
    share = "IF(calls >= 100, 100 * refused / calls, 0)"
    yield (
        "RefusalSurgeAlarm",
        _alarm("Of 100 calls a minute or more, over half are answered 4xx, or the gateway fails.", surge, share, 50, 3),
    )
    for number, group in enumerate(_groups(list(functions)), 1):
        crashed = [_function(index, name, "Errors") for index, name in enumerate(group)]
        text = "Functions crash or run out of time: the gateway counts its own answer to that as 4xx."
        yield f"FunctionErrorAlarm{number}", _alarm(text, crashed, _SUM_OF_ALL, 1, 1)
    for seconds in sorted({seconds for _, seconds in functions.values()}):
        names = [name for name, (_, timeout) in functions.items() if timeout == seconds]
        for number, group in enumerate(_groups(names), 1):
            slow = [_function(index, name, "Duration", "p99") for index, name in enumerate(group)]
            text = f"One call in a hundred takes 80 % of its function's {seconds} s."
            yield f"Duration{seconds}Alarm{number}", _alarm(text, slow, "MAX(METRICS())", seconds * 800)
    throttled = [_metric("m0", LAMBDA, "Throttles", {})]
    yield "FunctionThrottleAlarm", _alarm("Functions of the region lack concurrency.", throttled, "m0", 1)
    for number, group in enumerate(_groups(operations), 1):
        failed = [_own(index, operation, "Failed") for index, operation in enumerate(group)]
        yield f"FailureAlarm{number}", _alarm("Operations answer with 5xx.", failed, _SUM_OF_ALL, 5)
    refused = [_own(index, operation, "Refused") for index, operation in enumerate(("login", "mfalogin"))]
    yield "LoginRefusalAlarm", _alarm("Logins are refused: passwords may be guessed.", refused, _SUM_OF_ALL, 60, 3)
    ending = [_own(index, operation, "EndingKey") for index, operation in enumerate(("login", "mfalogin"))]
    yield "EndingKeyAlarm", _daily(_alarm("An application's key ends within 14 days.", ending, _SUM_OF_ALL, 1))
    for kind in ("Read", "Write"):
        events = [
            _metric(f"m{index}", DYNAMODB, f"{kind}ThrottleEvents", {"TableName": f"${{{table}}}"})
            for index, table in enumerate(tables)
        ]
        yield f"{kind}ThrottleAlarm", _alarm(f"Tables refuse {kind.lower()}s.", events, _SUM_OF_ALL, 1)
    for table in tables:
        query = {
            "Id": "q",
            "Expression": {"Fn::Sub": QUERY.format(table=table)},
            "Period": 60,
        }
        yield f"{table}ErrorAlarm", _alarm("DynamoDB fails at the table.", [query], None, 5)


def _alarm(
    description: str, metrics: Sequence[dict[str, Any]], expression: str | None, threshold: int, minutes: int = 2
) -> dict[str, Any]:
    """`minutes`: of five, in how many the threshold is reached. `expression`: None where the one metric is a query."""
    watched = [{**metric, "ReturnData": False} for metric in metrics]
    if expression in (None, "m0"):
        watched = [{**metrics[0], "ReturnData": True}]
    else:
        watched.append({"Id": "watched", "Expression": expression, "ReturnData": True})
    return {
        "AlarmDescription": description,
        "Metrics": watched,
        "EvaluationPeriods": 5,
        "DatapointsToAlarm": minutes,
        "Threshold": threshold,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "TreatMissingData": "notBreaching",
        "AlarmActions": _ACTIONS,
    }


def _daily(alarm: dict[str, Any]) -> dict[str, Any]:
    """Rings while any hour of the last day reaches the threshold."""
    for metric in alarm["Metrics"]:
        if "MetricStat" in metric:
            metric["MetricStat"]["Period"] = 3600
    return {**alarm, "EvaluationPeriods": 24, "DatapointsToAlarm": 1}


def _metric(
    name: str, namespace: str, metric: str, dimensions: Mapping[str, str], statistic: str = "Sum"
) -> dict[str, Any]:
    described: dict[str, Any] = {"Namespace": _text(namespace), "MetricName": metric}
    if dimensions:
        described["Dimensions"] = [{"Name": key, "Value": _text(value)} for key, value in dimensions.items()]
    return {"Id": name, "MetricStat": {"Metric": described, "Period": 60, "Stat": statistic}}


def _stage(metric: str, statistic: str = "Sum") -> list[dict[str, Any]]:
    return [_metric("m0", GATEWAY, metric, _STAGE, statistic)]


def _function(index: int, name: str, metric: str, statistic: str = "Sum") -> dict[str, Any]:
    return _metric(f"m{index}", LAMBDA, metric, {"FunctionName": f"${{{name}}}"}, statistic)


def _own(index: int, operation: str, metric: str) -> dict[str, Any]:
    return _metric(f"m{index}", OWN, metric, {"operation": operation, "service": SERVICE})


def _dashboard(functions: Mapping[str, tuple[str, int]], tables: Sequence[str]) -> str:
    stage = [part for pair in _STAGE.items() for part in pair]
    names = [["FunctionName", f"${{{name}}}"] for name in functions]
    own = [["operation", operation, "service", SERVICE] for operation, _ in functions.values()]
    rows = [["TableName", f"${{{table}}}"] for table in tables]
    widgets = [
        ("Calls and errors", "Sum", [[GATEWAY, name, *stage] for name in ("Count", "4XXError", "5XXError")]),
        ("Latency (ms, p99)", "p99", [[GATEWAY, name, *stage] for name in ("Latency", "IntegrationLatency")]),
        ("Duration by function (ms, p99)", "p99", [[LAMBDA, "Duration", *name] for name in names]),
        ("Crashes by function", "Sum", [[LAMBDA, "Errors", *name] for name in names]),
        ("Throttles by function", "Sum", [[LAMBDA, "Throttles", *name] for name in names]),
        ("Failures by operation", "Sum", [[OWN, "Failed", *operation] for operation in own]),
        ("Refusals by operation", "Sum", [[OWN, "Refused", *operation] for operation in own]),
        (
            "Throttled events by table",
            "Sum",
            [[DYNAMODB, f"{kind}ThrottleEvents", *row] for kind in ("Read", "Write") for row in rows],
        ),
        ("Read units", "Sum", [[DYNAMODB, "ConsumedReadCapacityUnits", *row] for row in rows]),
        ("Write units", "Sum", [[DYNAMODB, "ConsumedWriteCapacityUnits", *row] for row in rows]),
    ]
    shown = [
        {
            "type": "metric",
            "x": 12 * (index % 2),
            "y": 6 * (index // 2),
            "width": 12,
            "height": 6,
            "properties": {
                "title": title,
                "region": "${AWS::Region}",
                "stat": statistic,
                "period": 60,
                "metrics": metrics,
            },
        }
        for index, (title, statistic, metrics) in enumerate(widgets)
    ]
    return json.dumps({"widgets": shown})


def _text(value: str) -> Any:
    return {"Fn::Sub": value} if "${" in value else value


def _groups(names: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(names), GROUP):
        yield names[start : start + GROUP]


def _resource(name: str, kind: str, properties: Mapping[str, Any], condition: str | None = "HasAlarms") -> str:
    head = f"  {name}:\n    Type: {kind}\n" + (f"    Condition: {condition}\n" if condition else "")
    return head + "    Properties:\n" + "".join(f"      {key}: {_yaml(value)}\n" for key, value in properties.items())


def _yaml(value: Any) -> str:
    """JSON is YAML."""
    if isinstance(value, list) and value and isinstance(value[0], dict) and "Id" in value[0]:
        return "".join(f"\n        - {json.dumps(entry)}" for entry in value)
    return json.dumps(value)
