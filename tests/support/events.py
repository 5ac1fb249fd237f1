"""The events in events/: operation by folder, outcome by file."""

import argparse
import json
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from commerce.http.routes import Route, route_of
from commerce.identity.keyring import KeyRing
from commerce.identity.tokens import Tokens
from tests.support.standing import KEY_RING, START

ROOT = Path(__file__).parents[2]
EVENTS = sorted((ROOT / "events").glob("*/*.json"))
STATUSES = {"ok": 200, "gift_of_choice": 200, "invalid": 400, "unauthorised": 401, "unknown_route": 404}

# A token written down once belongs to a login of long ago: its chain of refreshes must not have ended.
SETTINGS = {"SESSION_HOURS": "876000"}


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def function_of(path: Path) -> str:
    """Logical id of the function that an event is for."""
    return path.parent.name.title().replace("_", "") + "Function"


def standing_token(issuer: str, login: str, profile_id: str, *roles: str) -> str:
    """A token from the moment at which the tests' clock stands until 2100, by the tests' key ring."""
    tokens = Tokens(KeyRing(lambda: KEY_RING), lambda: START, lambda: uuid.uuid4().hex)
    life = datetime(2100, 1, 1, tzinfo=UTC) - START
    return tokens.issue(issuer=issuer, subject=login, profile_id=profile_id, roles=roles, life=life, generation=0)[0]


def event_of(route: Route, token: str | None, entity_id: str) -> dict[str, Any]:
    """The event of a call without a query; the body is for the author of the event."""
    resource = f"/{route.apis[0].value}/v1/{route.path}"
    path = resource.replace("{id}", entity_id)
    headers = {"Accept": "application/json"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    if route.body == "json":
        headers["Content-Type"] = "application/json"
    elif route.body == "form":
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    headers |= {
        "Host": "shop.example.com",
        "X-Forwarded-For": "192.0.2.10",
        "X-Forwarded-Port": "443",
        "X-Forwarded-Proto": "https",
    }
    return {
        "resource": resource,
        "path": path,
        "httpMethod": route.method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": {"id": entity_id} if "{id}" in route.path else None,
        "stageVariables": None,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "example",
            "resourceId": "example",
            "stage": "dev",
            "resourcePath": resource,
            "path": f"/dev{path}",
            "httpMethod": route.method,
            "protocol": "HTTP/1.1",
            "domainName": "shop.example.com",
            "requestId": "11111111-2222-3333-4444-555555555555",
            "extendedRequestId": "example=",
            "requestTime": START.strftime("%d/%b/%Y:%H:%M:%S +0000"),
            "requestTimeEpoch": int(START.timestamp()) * 1000,
            "identity": {"sourceIp": "192.0.2.10", "userAgent": "example"},
        },
        "body": None,
        "isBase64Encoded": False,
    }


def main() -> None:
    """Print the event of an operation, with a token if it is said whose."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("operation", help="the route's: getCurrentProfile")
    parser.add_argument("--id", default="", help="what stands for {id} in the path")
    parser.add_argument("--token", nargs="+", metavar="WHO", help="issuer, login, profile id, roles")
    chosen = parser.parse_args()
    token = standing_token(*chosen.token) if chosen.token else None
    print(json.dumps(event_of(route_of(chosen.operation), token, chosen.id), indent=2))


if __name__ == "__main__":
    main()
