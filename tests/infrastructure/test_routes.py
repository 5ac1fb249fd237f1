"""Every endpoint is wired to its function, and nothing else is."""

import re
from collections import Counter
from typing import Any

import pytest

from commerce.http.routes import PREFIXES, ROUTES, Route
from local import openapi, wiring
from local.template import TEMPLATE, parse, read_template, resources
from local.workspace import ROOT

FUNCTIONS = resources("AWS::Serverless::Function")
ALL_METHODS = {"get", "put", "post", "delete", "patch", "options", "head"}


def _events(function: dict[str, Any]) -> list[tuple[str, str]]:
    events = [event["Properties"] for event in function["Properties"].get("Events", {}).values()]
    assert all(event["RestApiId"] == {"Ref": "Api"} for event in events)
    return [(event["Method"], event["Path"]) for event in events]


def _paths(operation_path: str, apis: tuple[Any, ...]) -> set[str]:
    return {f"/{prefix}/v1/{operation_path}" for prefix, api in PREFIXES.items() if api in apis}


def test_each_route_and_no_other_is_wired_to_the_function_of_its_operation() -> None:
    expected = {
        (f"{wiring.stem(route)}Function", method.lower(), path)
        for route in ROUTES
        for method in route.methods
        for path in _paths(route.path, route.apis)
    }
    wired = {
        (name, method, path)
        for name, function in FUNCTIONS.items()
        if name != "FallbackFunction"
        for method, path in _events(function)
        if method != "any"
    }
    assert wired == expected


def test_each_known_path_has_one_function_for_its_other_verbs() -> None:
    known = {path for route in ROUTES for path in _paths(route.path, route.apis)}
    rest = Counter(path for function in FUNCTIONS.values() for method, path in _events(function) if method == "any")
    assert rest == Counter(known)


def test_each_path_that_takes_a_password_has_low_limits_of_its_own() -> None:
    everywhere, *own = resources("AWS::Serverless::Api")["Api"]["Properties"]["MethodSettings"]
    assert (everywhere["ResourcePath"], everywhere["HttpMethod"]) == ("/*", "*")
    assert {(setting["ResourcePath"], setting["HttpMethod"]) for setting in own} == {
        ("/" + path.replace("/", "~1"), route.method)
        for route in ROUTES
        if route.operation in {"login", "mfalogin"}
        for path in _paths(route.path, route.apis)
    }
    for setting in own:
        assert setting["ThrottlingRateLimit"] == {"Ref": "LoginRateLimit"}
        assert setting["ThrottlingBurstLimit"] == {"Ref": "LoginBurstLimit"}
        assert setting["MetricsEnabled"] == everywhere["MetricsEnabled"] == {"Ref": "DetailedMetrics"}
    parameters = read_template()["Parameters"]
    assert parameters["LoginRateLimit"]["Default"] * 10 <= parameters["ThrottlingRateLimit"]["Default"]


def test_the_fallback_takes_every_verb_of_every_other_path() -> None:
    assert set(_events(FUNCTIONS["FallbackFunction"])) == {
        (method, path) for method in ALL_METHODS for path in ("/", "/{proxy+}")
    }


def test_the_template_lacks_nothing_that_the_route_table_says() -> None:
    """`python -m local.wiring` writes what is missing."""
    assert list(wiring.differences(TEMPLATE.read_text(encoding="utf-8"))) == []


def test_what_is_missing_is_named_and_written() -> None:
    whole = TEMPLATE.read_text(encoding="utf-8")
    event = next(
        line for line in whole.splitlines(keepends=True) if "/ccstore/v1/profiles/current, Method: put" in line
    )
    without_event = whole.replace(event, "")
    assert "UpdateProfileFunction lacks the event StorePut" in "".join(wiring.differences(without_event))
    assert wiring.wired(without_event) == wiring.wired(whole) == whole

    without_function = re.sub(
        r"^  VerifyFunction:\n.*?(?=^  LogoutFunction:)", "", whole, flags=re.DOTALL | re.MULTILINE
    )
    assert "VerifyFunction is missing" in "".join(wiring.differences(without_function))
    written = wiring.wired(without_function)
    assert list(wiring.differences(written)) == []
    function, group = (parse(written)["Resources"][name] for name in ("VerifyFunction", "VerifyLogGroup"))
    there = FUNCTIONS["VerifyFunction"]["Properties"]
    assert function["Properties"] | {"Policies": there["Policies"]} == there
    assert function["Properties"]["Policies"][0]["Statement"] == there["Policies"][0]["Statement"][-1:]
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


def test_the_document_describes_the_body_of_each_operation_that_takes_json() -> None:
    assert set(openapi.BODIES) == {route.operation for route in ROUTES if route.body == "json"}
