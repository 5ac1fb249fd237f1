"""docs/openapi.json says all that the code reads, in names that generators can use."""

import ast
import json
import keyword
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_args

import jsonschema_rs
import pytest

import commerce
from commerce.addresses.model import LocatedForm
from commerce.errors import LoginRefused, leaves
from commerce.http.bodies import OAuthError
from commerce.http.routes import ALL_APIS, ROUTES
from commerce.listing import QUERY_PARAMETERS
from commerce.orders import bodies as orders
from commerce.orders import model as order_model
from commerce.orders import rules as order_rules
from commerce.organizations import bodies as organizations
from commerce.organizations import model as organization_model
from commerce.profiles import bodies as profiles
from commerce.profiles import model as profile_model
from commerce.shopper_types import bodies as shopper_types
from commerce.shopper_types.model import SECURITY_ATTRIBUTES
from local.openapi.document import document
from local.openapi.examples import EXAMPLES, response_file
from tests.support.described import description

DOCUMENT = description()
OPERATIONS = [
    (path, method, operation) for path, methods in DOCUMENT["paths"].items() for method, operation in methods.items()
]
PRODUCT = Path(commerce.__file__).parent
# A security scheme, a cookie of its own, and what the gateway sends.
READ_OTHERWISE = {"authorization", "cookie", "host", "x-forwarded-proto", "origin", "access-control-request-headers"}


def described(place: str) -> set[str]:
    """Names of all parameters at one place."""
    return {
        parameter["name"]
        for *_, operation in OPERATIONS
        for parameter in operation["parameters"]
        if parameter["in"] == place
    }


def first_texts(calls: re.Pattern[str], *files: Path) -> Iterator[str]:
    """The text that each call of such a name begins with."""
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(args=[ast.Constant(value=str(text)), *_]) if calls.fullmatch(ast.unparse(node.func)):
                    yield text


def test_the_file_is_what_the_command_writes() -> None:
    assert json.loads(json.dumps(document())) == DOCUMENT


def test_each_header_that_is_read_is_described() -> None:
    read = set(first_texts(re.compile(r".*\bheaders\.get"), *(PRODUCT / "http").glob("*.py")))
    assert len(read) > 8
    assert {name.lower() for name in described("header")} == read - READ_OTHERWISE


def test_each_query_parameter_that_is_read_is_described() -> None:
    files = sorted(PRODUCT.rglob("*.py"))
    read = {*first_texts(re.compile(r".*\b(parameters\.get|query\.get|call\.flag)"), *files), *QUERY_PARAMETERS}
    assert len(read) > 12
    assert described("query") == read


def test_nothing_is_described_twice_or_without_need() -> None:
    assert not any(path.split("/")[1].endswith("ui") for path in DOCUMENT["paths"])
    assert len(OPERATIONS) == sum(len(route.apis) for route in ROUTES)


def test_names_are_such_that_generators_can_use_them() -> None:
    names = [operation["operationId"] for *_, operation in OPERATIONS]
    assert len(set(names)) == len(names)
    assert [name for name in names if not re.fullmatch("[a-z]+([A-Z][a-z]+)*", name) or keyword.iskeyword(name)] == []
    for name, schema in DOCUMENT["components"]["schemas"].items():
        assert schema["title"] == name
        assert re.fullmatch("([A-Z][A-Za-z]+)+", name)


def test_no_object_with_members_is_without_a_name() -> None:
    def nameless(part: Any) -> Iterator[Any]:
        if isinstance(part, dict):
            if "properties" in part and isinstance(part.get("type"), str) and "title" not in part:
                yield part
            part = list(part.values())
        if isinstance(part, list):
            for inner in part:
                yield from nameless(inner)

    assert list(nameless(DOCUMENT["components"]["schemas"])) == []
    assert list(nameless(DOCUMENT["paths"])) == []


@pytest.mark.parametrize("name", DOCUMENT["components"]["examples"])
def test_each_example_fits(name: str) -> None:
    """Under each schema that it is an example of; there is one at least."""
    value = DOCUMENT["components"]["examples"][name]["value"]
    schemas = list(schemas_of(name))
    assert schemas
    for schema in schemas:
        assert [error.message for error in validator_of(json.dumps(schema)).iter_errors(value)] == []


@cache
def validator_of(schema: str) -> jsonschema_rs.Draft202012Validator:
    """Of one that refers to the document's."""
    components = {"schemas": DOCUMENT["components"]["schemas"]}
    return jsonschema_rs.Draft202012Validator({**json.loads(schema), "components": components})


def schemas_of(example: str) -> Iterator[dict[str, Any]]:
    reference = {"$ref": f"#/components/examples/{example}"}
    bodies = [operation.get("requestBody", {}) for *_, operation in OPERATIONS]
    answers = [answer for *_, operation in OPERATIONS for answer in operation["responses"].values()]
    for part in (*bodies, *answers, *DOCUMENT["components"]["responses"].values()):
        for media in part.get("content", {}).values():
            if reference in media.get("examples", {}).values():
                yield media["schema"]


def test_each_file_of_examples_is_of_an_operation() -> None:
    wanted = {route.operation for route in ROUTES}
    assert {file.name.partition(".")[0] for file in EXAMPLES.iterdir()} <= wanted
    assert all(response_file(route.operation).exists() for route in ROUTES if route.apis is not ALL_APIS)


@pytest.mark.parametrize(
    ("model", "described"),
    [
        (profile_model.ProfileChanges, profiles.ProfileUpdate),
        (profile_model.ProfileAddressForm, profiles.SentProfileAddress),
        (profile_model.ProfileAddressRequest, profiles.ProfileAddressUpdate),
        (profile_model.SiteReference, profiles.SentSite),
        (profile_model.PerSiteMembers, profiles.SentSiteMembers),
        (profile_model.SitePropertiesEntry, profiles.SentSiteProperties),
        (profile_model.SitePropertiesRequest, profiles.SitePropertiesUpdate),
        (organization_model.AccountAddressForm, organizations.SentOrganizationAddress),
        (organization_model.AddressRequest, organizations.OrganizationAddressUpdate),
        (order_model.CouponForm, orders.SentCoupon),
        (order_model.ShoppingCartForm, orders.SentShoppingCart),
        (order_model.ShippingAddressForm, orders.SentShippingAddress),
        (order_model.MethodForm, orders.SentShippingMethod),
        (order_model.GroupItemForm, orders.SentGroupItem),
        (order_model.GroupForm, orders.SentShippingGroup),
        (order_model.OrderForm, orders.OrderUpdate),
        (order_rules.ExternalDataForm, orders.SentExternalData),
        (order_rules.SelectionForm, orders.SentGiftSelection),
        (order_rules.LineForm, orders.SentChildLine),
        (LocatedForm, profiles.SentProfileAddress),
    ],
    ids=lambda model: model.__name__,
)
def test_each_member_that_a_wire_model_checks_is_described(model: Any, described: Any) -> None:
    assert model.__annotations__.keys() - described.__annotations__.keys() == set()


def test_lists_that_the_code_has_are_whole() -> None:
    said = shopper_types.SentShopperTypeProperty.__annotations__.keys()
    assert set(SECURITY_ATTRIBUTES) <= said & shopper_types.ShopperTypeProperty.__annotations__.keys()
    codes = DOCUMENT["components"]["schemas"][OAuthError.__name__]["properties"]["error"]["enum"]
    assert sorted(codes) == sorted({kind.code for kind in leaves(LoginRefused)})
    assert set(get_args(orders.Level)) == {"item", "order", "shipping"}
