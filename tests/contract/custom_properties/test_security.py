"""Property security as configured and stored: who holds what (contract: shopper-types.md §8, profiles.md §4).

Every combination of attributes: tests/unit/profiles/test_property_security.py
"""

from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.custom_properties.conftest import RIGHT, ROLE, entries, stored_values
from tests.support.deployment import Answer, Product

STORED, SENT = "the stored value", "the sent value"


@pytest.mark.parametrize(("held", "opened"), [(None, set()), ("role", {"x_role"}), ("right", {"x_right"})])
def test_roles_and_the_rights_that_they_carry(
    product: Product,
    declare: Callable[..., None],
    hold: Callable[..., None],
    store_profile: Callable[..., None],
    put: Callable[..., Answer],
    get: Callable[..., Answer],
    held: str | None,
    opened: set[str],
) -> None:
    levels = {"type": "shortText", "readSecurityLevel": "deny", "writeSecurityLevel": "deny"}
    declare(
        x_role=levels | {"readRole": ROLE, "writeRole": ROLE},
        x_right=levels | {"readAccessRight": RIGHT, "writeAccessRight": RIGHT},
    )
    hold(held)
    before = {"x_role": STORED, "x_right": STORED}
    store_profile(custom=before)
    closed = [name for name in before if name not in opened]

    shown = entries(get())
    assert {name: shown[name]["value"] for name in before if name in shown} == dict.fromkeys(opened, STORED)
    for name in before:
        for fields in (name, f"dynamicProperties.{name}", f"id, dynamicProperties.{name}.value"):
            answer = get(f"?fields={fields}")
            assert (answer.status, answer.text.count("00002000")) == ((403, 1) if name in closed else (200, 0))

    answer = put(dict.fromkeys(before, SENT))
    assert (answer.status, answer.code) == (400, "13036")
    assert [(error["moreInfo"], error["errorCode"]) for error in answer.body["errors"]] == [
        (name, "13036") for name in closed
    ]
    assert stored_values(product) == before
    assert put(dict.fromkeys(opened, SENT)).status == 200
    assert stored_values(product) == before | dict.fromkeys(opened, SENT)


def test_what_the_code_does_not_know_opens_nothing(product: Product, token: str, get: Callable[..., Answer]) -> None:
    """A document of another release: an unknown level denies, an odd flag or an unknown attribute lets nobody in."""
    from commerce.storage import CachedDocument

    deployment = product.deployment
    types: CachedDocument[Any] = CachedDocument(
        deployment.store, deployment.tables.shopper_types, "user", lambda document, version: document
    )
    text = {"type": "shortText", "default": "d", "readRole": "r-closed", "writeRole": "r-closed"}
    types.replace(
        {
            "properties": {
                "x_level": text | {"readSecurityLevel": "mask", "writeSecurityLevel": "audit"},
                "x_flag": text | {"shopperReadable": "true", "shopperWriteable": 1},
                "x_attribute": text | {"everyoneReadable": True, "publicWriteable": True},
                "x_role": text | {"readRole": ["r-100001"], "writeRole": {"any": True}},
                "x_internal": {"type": "shortText", "internalOnly": "no"},
                "x_type": {"type": "video", "default": "d"},
                "lastName": {
                    "readRole": "r-closed",
                    "readSecurityLevel": "deny",
                    "writeRole": "r",
                    "writeSecurityLevel": "?",
                },
            }
        }
    )
    shown = entries(get())
    assert set(shown) == {"x_flag", "x_attribute", "x_role"}
    assert {entry["value"] for entry in shown.values()} == {"d"}
    assert get().body["lastName"] is None
    sent = {
        "x_level": "v",
        "x_flag": "v",
        "x_attribute": "v",
        "x_role": "v",
        "x_internal": "v",
        "x_type": "v",
        "lastName": "v",
    }
    answer = product.call("PUT", "/ccstore/v1/profiles/current", sent, token=token)
    assert [error["moreInfo"] for error in answer.body["errors"]] == ["x_level", "lastName"]
    del sent["x_level"], sent["lastName"]
    assert product.call("PUT", "/ccstore/v1/profiles/current", sent, token=token).status == 200
    assert "v" not in stored_values(product).values()
