"""The examples of answers in docs/examples are what the product answers, with the sample store, to those of requests.

WRITE_EXAMPLES=1 writes them; `make endpoints` then takes them into docs/openapi.json.
"""

import json
import os
from collections.abc import Callable
from itertools import count
from typing import Final

import pytest

from commerce.http.routes import ROUTES
from local.openapi.examples import request_example, response_file
from tests.support.deployment import Product
from tests.support.scenarios import (
    AGENT_CONTEXT,
    LANGUAGE,
    ORDER,
    PROFILE,
    PROFILES,
    Sent,
    address,
    administered,
    agent,
    code_login,
    own,
    password_login,
    profiles,
    session,
    shopper,
    types,
)

COOKIE: Final = {"Cookie": "xd123_SiteUS=1AbC%3A1700000000000%3A1700000000000%3A1700000000000%3A1%3A1"}
BOOK: Final = f"{PROFILE}/addresses"
WITHOUT_VALUE: Final = {"access_token"}


def order(method: str, query: str = "") -> Callable[[Product], Sent]:
    """A call on the order that the contract's example updates."""

    def request(product: Product) -> Sent:
        token, body = shopper(product), request_example("updateCurrentProfileOrder")
        if method != "POST":
            product.call("POST", ORDER, body, token=token)
        return Sent(method, ORDER + query, body if method == "POST" else None, token)

    return request


def typed(product: Product) -> Sent:
    sent = types("shopperTypes/user")(product)
    return Sent("PUT", sent.path, request_example("updateShopperType"), sent.token, LANGUAGE)


def visitor(_: Product) -> Sent:
    return Sent("PUT", "/ccstore/v1/visitorInfo/current", request_example("updateVisitorInfo"), headers=COOKIE)


REQUESTS: Final[dict[str, Callable[[Product], Sent]]] = {
    "login": password_login("shopper", "Shopper-2026"),
    "mfalogin": code_login,
    "refresh": session("refresh"),
    "verify": session("verify"),
    "logout": session("logout"),
    "updateVisitorInfo": visitor,
    "getCurrentProfile": own("GET", ""),
    "createProfile": lambda _: Sent("POST", PROFILES, request_example("createProfile")),
    "updateProfile": own("PUT", "", request_example("updateProfile")),
    "listSiteProperties": own("GET", "/siteProperties"),
    "updateSiteProperties": own("PUT", "/siteProperties", request_example("updateSiteProperties")),
    "listProfileAddresses": own("GET", "/addresses?limit=1"),
    "addProfileAddress": own("POST", "/addresses", request_example("addProfileAddress")),
    "getProfileAddress": own("GET", "/addresses/se-980031"),
    "updateProfileAddress": own("PUT", "/addresses/se-980031", request_example("updateProfileAddress")),
    "deleteProfileAddress": own("DELETE", "/addresses/se-980031"),
    "getIncompleteOrder": order("GET", "?explain=true"),
    "updateCurrentProfileOrder": order("POST", "?includeShippingGroups=true"),
    "removeCurrentProfileIncompleteOrder": order("DELETE"),
    "updateShopperType": typed,
    "getShopperType": types("shopperTypes/user"),
    "listShopperTypes": types("shopperTypes"),
    "listLocales": types("locales"),
    "listProfiles": profiles("?limit=1"),
    "getProfile": profiles("/se-570031"),
    "updateProfileById": administered(request_example("updateProfileById")),
    "getOrderType": types("orderTypes/order"),
    "getItemType": types("itemTypes/commerceItem"),
    "listAddresses": lambda product: Sent(
        "GET", "/ccagent/v1/addresses?limit=1", token=agent(product), headers=AGENT_CONTEXT
    ),
    "getAddresses": address("GET"),
    "addAddress": address("POST", body=request_example("addAddress")),
    "getAddress": address("GET", "280004"),
    "updateAddress": address("PUT", "280004", request_example("updateAddress")),
    "deleteAddress": address("DELETE", "280004"),
}


def test_each_operation_has_an_example() -> None:
    # The registry's says what this document says.
    assert REQUESTS.keys() == {route.operation for route in ROUTES} - {"getRegistry"}


@pytest.mark.parametrize("operation", REQUESTS)
def test_the_example_is_what_is_answered(product: Product, monkeypatch: pytest.MonkeyPatch, operation: str) -> None:
    numbers = count(1)
    monkeypatch.setattr("commerce.composition.new_id", lambda: f"{next(numbers):032x}")
    answer = REQUESTS[operation](product).to(product)
    assert answer.status == 200, answer.text
    body = {name: "…" if name in WITHOUT_VALUE else value for name, value in answer.body.items()}
    if os.environ.get("WRITE_EXAMPLES"):
        text = json.dumps(body, indent=1, ensure_ascii=False) + "\n"
        response_file(operation).write_text(text, encoding="utf-8")
    assert json.loads(response_file(operation).read_text(encoding="utf-8")) == body
