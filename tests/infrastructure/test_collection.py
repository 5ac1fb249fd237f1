"""The collection of examples/bruno speaks of the API that docs/openapi.json describes, with the contract's examples."""

import json
import re

import pytest

from local.calls import CALLS
from local.workspace import ROOT
from tests.support.collection import COLLECTION, Request, blocks, pairs, requests
from tests.support.described import description

EXAMPLES = ROOT / "docs" / "contract" / "examples"
THE_FIVE = {"updateVisitorInfo", "updateProfile", "updateShopperType", "updateCurrentProfileOrder", "updateAddress"}
NOT_THERE = {"00000404", "00000405"}
REQUESTS = requests()


def variables(name: str) -> dict[str, str]:
    return pairs(blocks(COLLECTION / "environments" / f"{name}.bru")["vars"])


def operation(request: Request) -> dict[str, object] | None:
    """Its operation in the description; None where there is none."""
    path = request.path.partition("?")[0]
    for template, methods in description()["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path) and request.method in methods:
            found: dict[str, object] = methods[request.method]
            return found
    return None


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda request: str(request.file))
def test_each_request_is_of_an_operation_that_there_is(request_: Request) -> None:
    status, code = request_.expected
    found = operation(request_)
    assert (found is None) == (code in NOT_THERE)
    if found:
        assert {str(status), "default"} & set(found["responses"])  # type: ignore[call-overload]


def test_the_five_calls_send_the_contract_s_examples() -> None:
    sent = {request.file.stem: request.body for request in REQUESTS if request.file.parent.name == "calls"}
    assert set(sent) >= THE_FIVE
    made = {call.example: call for call in CALLS if call.example}
    assert len(made) == len(THE_FIVE)
    for request in REQUESTS:
        if request.file.stem in THE_FIVE:
            (example,) = [name for name, call in made.items() if same_call(request, call.method, call.path)]
            assert request.body == json.loads((EXAMPLES / example).read_text(encoding="utf-8"))


def same_call(request: Request, method: str, path: str) -> bool:
    path_sent = re.sub(r"\{\{(\w+)\}\}", r"{\1}", request.path.partition("?")[0])
    return (request.method.upper(), path_sent) == (method, path)


def test_errors_are_asserted_by_status_and_code() -> None:
    errors = [request.expected for request in REQUESTS if request.file.parent.name == "errors"]
    assert {status for status, _ in errors} >= {400, 401, 404, 405, 412}
    table = (ROOT / "docs" / "contract" / "errors.md").read_text(encoding="utf-8")
    for status, code in errors:
        assert not code or f"| {code} | {status} |" in table


def test_what_a_request_uses_is_set_before() -> None:
    secret = {name.strip(" ,") for name in blocks(COLLECTION / "environments" / "AWS.bru")["vars:secret"].splitlines()}
    local = variables("local")
    assert set(variables("AWS")) | secret == set(local)
    known = set(local)
    for request in REQUESTS:
        assert request.uses <= known, request.file
        known |= request.stores


def test_the_local_environment_is_the_sample_store_s() -> None:
    sample = json.loads((ROOT / "sample_store" / "sample.json").read_text(encoding="utf-8"))
    users = ("shopper", "merchant", "agent")
    expected = {f"{user}{name.title()}": sample[user][name] for user in users for name in ("username", "password")}
    expected |= {name: sample[name] for name in ("organizationId", "organizationAddressId")}
    expected |= {"administratorProfileId": sample["accountAdministrator"]["profileId"]}
    assert variables("local") == {"baseUrl": "http://localhost:4566"} | expected
