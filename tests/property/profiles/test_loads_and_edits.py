"""A store's file is loaded, a shopper edits the profile, the file is loaded again: the edits stay.

What the second load says itself is put back.
"""

import json
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backoffice.loading import load_store
from tests.contract.profiles.conftest import PROFILE
from tests.support.deployment import Product

TEXT = st.text("abcdefgh ", min_size=1, max_size=8).map(str.strip).filter(bool)
MEMBERS = st.fixed_dictionaries(
    {},
    optional={
        "firstName": TEXT,
        "middleName": TEXT,
        "lastName": TEXT,
        "email": st.sampled_from(["a@example.com", "b@example.com", "c@example.com"]),
        "gender": st.sampled_from(["female", "male"]),
        "daytimeTelephoneNumber": st.sampled_from(["212-555-0101", "212-555-0102"]),
    },
)
ADDRESSES = st.none() | st.lists(st.sampled_from(["Bonn", "Ulm", "Jena"]), unique=True, max_size=3)
PASSWORDS = st.sampled_from([None, "Changed-2026"])
IDENTITY = {"id": "p1", "login": "p1"}


def address(city: str) -> dict[str, str]:
    return {"alias": city, "address1": "1 Example Road", "city": city, "country": "DE", "postalCode": "53111"}


def read(product: Product, password: str) -> Any:
    answer = product.call("GET", PROFILE, token=product.login("p1", password))
    assert answer.status == 200
    return answer.body


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=MEMBERS, edits=MEMBERS, addresses=ADDRESSES, password=PASSWORDS, second=MEMBERS)
def test_edits_stay(
    product: Product,
    tmp_path: Path,
    first: dict[str, Any],
    edits: dict[str, Any],
    addresses: list[str] | None,
    password: str | None,
    second: dict[str, Any],
) -> None:
    def load(record: dict[str, Any], *, replace: bool = False) -> None:
        (tmp_path / "shoppers.json").write_text(json.dumps([IDENTITY | record]), encoding="utf-8")
        load_store(tmp_path, product.deployment, replace=replace)

    load(first | {"password": "Different-1"}, replace=True)
    body: dict[str, Any] = dict(edits)
    if addresses is not None:
        body["shippingAddresses"] = [address(city) for city in addresses]
    if password is not None:
        body |= {"oldPassword": "Different-1", "newPassword": password, "newConfirmPassword": password}
    if body:
        answer = product.call("PUT", PROFILE, body, token=product.login("p1", "Different-1"))
        assert answer.status == 200, answer.text
    edited = read(product, password or "Different-1")
    load(second)
    assert read(product, password or "Different-1") == edited | second
