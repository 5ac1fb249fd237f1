"""Failures made by the gateway itself (contract: common.md §5.5)."""

import json

import boto3
import pytest

from commerce.errors import RateLimited, UnknownRoute
from commerce.http.routes import MAX_BODY_BYTES, ROUTES
from local.template import resources
from tests.support.refusals import SENTENCE

EXPECTED = {
    ("404", "00000404"): {"RESOURCE_NOT_FOUND", "MISSING_AUTHENTICATION_TOKEN", "INVALID_SIGNATURE"},
    ("413", "00000413"): {"REQUEST_TOO_LARGE"},
    ("429", "00000429"): {"THROTTLED", "QUOTA_EXCEEDED"},
    ("401", "00001000"): {"UNAUTHORIZED", "EXPIRED_TOKEN", "INVALID_API_KEY"},
    ("403", "00002000"): {"ACCESS_DENIED", "WAF_FILTERED"},
    ("400", "00000400"): {"BAD_REQUEST_BODY", "BAD_REQUEST_PARAMETERS", "UNSUPPORTED_MEDIA_TYPE", "DEFAULT_4XX"},
    ("503", "00000503"): {"INTEGRATION_TIMEOUT", "INTEGRATION_FAILURE"},
    ("500", "00000500"): {
        "API_CONFIGURATION_ERROR",
        "AUTHORIZER_CONFIGURATION_ERROR",
        "AUTHORIZER_FAILURE",
        "DEFAULT_5XX",
    },
}
CASES = [(kind, status, code) for (status, code), kinds in EXPECTED.items() for kind in sorted(kinds)]
DECLARED = resources("AWS::Serverless::Api")["Api"]["Properties"]["GatewayResponses"]


def test_every_type_that_aws_knows_is_declared() -> None:
    client = boto3.client("apigateway", region_name="us-east-1")
    known = set(client.meta.service_model.shape_for("GatewayResponseType").enum)
    assert set(DECLARED) == known
    assert {kind for kind, _, _ in CASES} == known


@pytest.mark.parametrize(("kind", "status", "code"), CASES)
def test_answer(kind: str, status: str, code: str) -> None:
    declared = DECLARED[kind]
    assert str(declared["StatusCode"]) == status
    assert set(declared["ResponseTemplates"]) == {"application/json"}
    body = json.loads(declared["ResponseTemplates"]["application/json"])
    assert set(body) == {"errorCode", "message", "status"} | ({"devMessage"} if int(status) < 500 else set())
    assert body["errorCode"] == code
    assert body["status"] == status
    assert "$" not in "".join(body.values())  # fixed text: nothing of the request comes back
    assert int(status) >= 500 or SENTENCE.fullmatch(body["devMessage"])
    expected_headers = {"Cache-Control": "'no-store'"} | ({"Retry-After": "'1'"} if status in {"429", "503"} else {})
    assert declared["ResponseParameters"] == {"Headers": expected_headers}


def test_what_functions_refuse_too_is_told_in_their_words() -> None:
    told = {
        kind: json.loads(declared["ResponseTemplates"]["application/json"]).get("devMessage")
        for kind, declared in DECLARED.items()
    }
    assert told["RESOURCE_NOT_FOUND"] == told["MISSING_AUTHENTICATION_TOKEN"] == UnknownRoute().dev_message
    assert told["THROTTLED"] == told["QUOTA_EXCEEDED"] == RateLimited(1).dev_message
    for limit in (MAX_BODY_BYTES, max(route.max_body_bytes for route in ROUTES)):
        assert f"{limit:,}" in told["REQUEST_TOO_LARGE"]
