"""How the refusal of an address says what would be right: organization-addresses.md §2, common.md §5.1."""

from typing import Any

import pytest

from commerce.errors import AddressIncomplete
from commerce.exact_json import Unusable
from commerce.organizations.rules import sent_body
from tests.support.organizations import INHERITED, OWN, Account

COMPLETE = {
    "companyName": "Example",
    "address1": "1 Example Way",
    "city": "Mobile",
    "state": "AL",
    "postalCode": "36601",
    "country": "US",
    "phoneNumber": "251-555-0101",
}
CITYLESS = {name: value for name, value in COMPLETE.items() if name != "city"}
NEEDED = "have a value: an address of an account in this country needs one"
A_PHONE = (
    "be at most 40 characters: 3 to 20 digits, blanks, hyphens and ()+./ between them, and an extension, "
    "like +1 (212) 555-0100 x12"
)


@pytest.mark.parametrize(
    ("body", "address_id", "told"),
    [
        ({}, OWN, "The body must hold addressType, or address with members."),
        ({"address": 7}, OWN, "address must be an object, not a number."),
        ({"addressType": 7}, OWN, "addressType must be text, not a number."),
        ({"address": {"city": 7}}, OWN, "address.city must be text, not a number."),
        (
            {"address": {"types": [None]}},
            OWN,
            'address.types must be a list of ids of address types, like [{"id":"Shipping"}].',
        ),
        ({"address": {"types": "x"}}, OWN, "address.types must be a list, not text."),
        ({"address": {"types": ["Home"]}}, OWN, "address.types must name only the types Shipping and Billing."),
        ({"address": {"dockCount": "x"}}, OWN, "address.dockCount must be a number, like 12.5."),
        ({"address": {"phoneNumber": "x"}}, OWN, f"address.phoneNumber must {A_PHONE}."),
        ({"addressType": ""}, OWN, f"addressType must {NEEDED}."),
        ({"address": {"city": ""}}, OWN, f"address.city must {NEEDED}."),
        ({"address": COMPLETE}, None, f"addressType must {NEEDED}."),
        ({"addressType": "x", "address": CITYLESS}, None, f"address.city must {NEEDED}."),
        (
            {"address": {"city": "x"}},
            INHERITED,
            "The id in the path must be that of an own address: of one of a parent only the defaults change.",
        ),
    ],
)
def test_what_an_address_must_be(account: Account, body: Any, address_id: str | None, told: str) -> None:
    assert account.told(body, address_id) == told


@pytest.mark.parametrize(
    ("body", "what"),
    [(7, "a number was sent"), (None, "null was sent"), (Unusable("nothing was sent"), "nothing was sent")],
)
def test_a_body_that_is_no_object(body: Any, what: str) -> None:
    with pytest.raises(AddressIncomplete) as caught:
        sent_body(body)
    assert caught.value.dev_message == f"The body must be a JSON object: {what}."
