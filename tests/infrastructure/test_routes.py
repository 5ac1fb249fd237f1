"""Every endpoint is wired to its function, and nothing else is."""

import re
from collections import Counter
from typing import Any

import pytest

from commerce.http.routes import PREFIXES, ROUTES, Route
from local import wiring
from local.openapi.operations import OPERATIONS
from local.template import TEMPLATE, integrations, parse, read_template, resources
from local.workspace import ROOT

FUNCTIONS = resources("AWS::Serverless::Function")
ALL_METHODS = {"get", "put", "post", "delete", "patch", "options", "head"}


def _paths(operation_path: str, apis: tuple[Any, ...]) -> set[str]:
    return {f"/{prefix}/v1/{operation_path}" for prefix, api in PREFIXES.items() if api in apis}


def test_each_route_and_no_other_is_wired_to_the_function_of_its_operation() -> None:
    expected = {
        (f"{wiring.stem(route)}Function", method.lower(), path)
        for route in ROUTES
        for method in route.methods
        for path in _paths(route.path, route.apis)
    }
    wired = [
        (name, method, path) for method, path, name in integrations() if name != "FallbackFunction" and method != "any"
    ]
    assert Counter(wired) == Counter(expected)


def test_each_known_path_has_one_function_for_its_other_verbs() -> None:
    known = {path for route in ROUTES for path in _paths(route.path, route.apis)}
    assert Counter(path for method, path, _ in integrations() if method == "any") == Counter(known)


def test_the_api_calls_each_function_by_its_alias_and_nothing_else() -> None:
    (alias,) = {function["Properties"]["AutoPublishAlias"] for function in FUNCTIONS.values()}
    role = resources("AWS::IAM::Role")["CallingRole"]["Properties"]
    (trusted,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert trusted["Principal"] == {"Service": "apigateway.amazonaws.com"}
    (statement,) = role["Policies"][0]["PolicyDocument"]["Statement"]
    assert statement["Action"] == "lambda:InvokeFunction"
    assert Counter(arn["Fn::Sub"] for arn in statement["Resource"]) == Counter(
        f"${{{name}.Arn}}:{alias}" for name in FUNCTIONS
    )
    definition = resources("AWS::Serverless::Api")["Api"]["Properties"]["DefinitionBody"]
    operations = [operation for verbs in definition["paths"].values() for operation in verbs.values()]
    calls = [operation["x-amazon-apigateway-integration"] for operation in operations]
    invocations = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/%s/invocations"
    assert {call["uri"]["Fn::Sub"] for call in calls} == {invocations % arn["Fn::Sub"] for arn in statement["Resource"]}
    assert {(call["type"], call["httpMethod"], *call["credentials"]["Fn::GetAtt"]) for call in calls} == {
        ("aws_proxy", "POST", "CallingRole", "Arn")
    }
    assert resources("AWS::Lambda::Permission") == {}


def test_each_path_that_takes_a_password_has_low_limits_of_its_own() -> None:
    everywhere, *own = resources("AWS::Serverless::Api")["Api"]["Properties"]["MethodSettings"]
    assert (everywhere["ResourcePath"], everywhere["HttpMethod"]) == ("/*", "*")
    assert {(setting["ResourcePath"], setting["HttpMethod"]) for setting in own} == {
        ("/" + path.replace("/", "~1"), route.method)
        for route in ROUTES
        if route.operation in {"login", "mfalogin", "createProfile"}
        for path in _paths(route.path, route.apis)
    }
    for setting in own:
        assert setting["ThrottlingRateLimit"] == {"Ref": "LoginRateLimit"}
        assert setting["ThrottlingBurstLimit"] == {"Ref": "LoginBurstLimit"}
        assert setting["MetricsEnabled"] == everywhere["MetricsEnabled"] == {"Ref": "DetailedMetrics"}
    parameters = read_template()["Parameters"]
    assert parameters["LoginRateLimit"]["Default"] * 10 <= parameters["ThrottlingRateLimit"]["Default"]


def test_the_fallback_takes_every_verb_of_every_other_path() -> None:
    taken = {(method, path) for method, path, name in integrations() if name == "FallbackFunction"}
    assert taken == {(method, path) for method in ALL_METHODS for path in ("/", "/{proxy+}")}


def test_the_template_lacks_nothing_that_the_route_table_says() -> None:
    """`python -m local.wiring` writes what is missing."""
    assert list(wiring.differences(TEMPLATE.read_text(encoding="utf-8"))) == []


def test_what_is_missing_is_named_and_written() -> None:
    whole = TEMPLATE.read_text(encoding="utf-8")
    for line in ('          "/ccstore/v1/profiles/current":\n', "            put: *UpdateProfile\n"):
        assert line in whole
        assert line.strip() in "".join(wiring.differences(whole.replace(line, "", 1)))
    callee = "                  - !Sub ${UpdateProfileFunction.Arn}:live\n"
    assert callee in whole
    assert callee.strip() in "".join(wiring.differences(whole.replace(callee, "")))
    assert wiring.wired(whole.replace(callee, "")) == whole
    without_paths = re.sub(r"(?<=        paths:\n)(          .*\n)+", "", whole)
    assert '"/":' in "".join(wiring.differences(without_paths))
    unwatched = re.sub(r"^  ReadThrottleAlarm:\n(?:    .*\n)*", "", whole, flags=re.MULTILINE)
    assert "ReadThrottleAlarm" in "".join(wiring.differences(unwatched))
    assert wiring.wired(unwatched) == whole
    assert wiring.wired(without_paths) == wiring.wired(whole) == whole

    without_function = re.sub(
        r"^  VerifyFunction:\n.*?(?=^  LogoutFunction:)", "", whole, flags=re.DOTALL | re.MULTILINE
    )
    assert "VerifyFunction is missing" in "".join(wiring.differences(without_function))
    written = wiring.wired(without_function)
    assert list(wiring.differences(written)) == []
    made = parse(written)["Resources"]
    function, group = (made[f"Verify{kind}"] for kind in ("Function", "LogGroup"))
    there = FUNCTIONS["VerifyFunction"]["Properties"]
    assert function["Properties"] | {"Policies": there["Policies"]} == there
    configuration, *_, keys = there["Policies"][0]["Statement"]
    assert function["Properties"]["Policies"][0]["Statement"] == [configuration, keys]
    assert group == resources("AWS::Logs::LogGroup")["VerifyLogGroup"]

    stranger = whole.replace("  VerifyFunction:\n", "  CheckFunction:\n")
    assert "CheckFunction serves no operation" in "".join(wiring.differences(stranger))


def test_each_function_is_a_folder_with_a_page_long_handler() -> None:
    folders = {path.parent.name: path for path in (ROOT / "functions").glob("*/app.py")}
    assert set(folders) == {*map(wiring.folder, ROUTES), "fallback"}
    for path in folders.values():
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 60, path


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.operation)
def test_each_handler_serves_the_operation_of_its_folder(route: Route) -> None:
    source = (ROOT / "functions" / wiring.folder(route) / "app.py").read_text(encoding="utf-8")
    assert re.findall(r"handler = endpoint\(\s*\"(\w+)\"", source) == [route.operation]


def test_the_document_describes_each_operation_and_the_body_of_each_that_takes_one() -> None:
    assert OPERATIONS.keys() == {route.operation for route in ROUTES}
    assert {name for name, described in OPERATIONS.items() if described.body} == {
        route.operation for route in ROUTES if route.body
    }
