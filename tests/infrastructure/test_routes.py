"""Every endpoint is wired to its function, and nothing else is."""

import re
from collections import Counter
from typing import Any

from commerce.http.routes import PREFIXES, ROUTES
from local.template import resources
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
        (f"{route.operation[0].upper()}{route.operation[1:]}Function", route.method.lower(), path)
        for route in ROUTES
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


def test_the_fallback_takes_every_verb_of_every_other_path() -> None:
    assert set(_events(FUNCTIONS["FallbackFunction"])) == {
        (method, path) for method in ALL_METHODS for path in ("/", "/{proxy+}")
    }


def test_each_function_is_a_folder_with_a_page_long_handler() -> None:
    folders = {path.parent.name: path for path in (ROOT / "functions").glob("*/app.py")}
    names = {re.sub(r"(?<!^)(?=[A-Z])", "_", name.removesuffix("Function")).lower() for name in FUNCTIONS}
    assert set(folders) == names
    for path in folders.values():
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 60, path
