"""Per-property read and write security: every combination, against a table written from the contract.

contract: shopper-types.md §2 and §8, profiles.md §4. Nothing here asks the code what it thinks is permitted.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.contract.custom_properties.conftest import RIGHT, ROLE, entries, stored_values
from tests.support.deployment import Answer, Product

MASK, DEFAULT, STORED, SENT = "*mask*", "the default", "the stored value", "the sent value"

# What restricts a direction → which of the three shoppers it lets in.
#                     nothing held   the role   a role with the right
RESTRICTIONS: dict[str, dict[str | None, bool]] = {
    "none": {None: True, "role": True, "right": True},
    "role": {None: False, "role": True, "right": False},
    "right": {None: False, "role": False, "right": True},
    "both": {None: False, "role": True, "right": True},
}
LEVELS = (None, "ignore", "deny")
FLAGS = (None, False, True)


@dataclass(frozen=True)
class Case:
    """One declaration, one shopper."""

    restriction: str
    level: str | None
    flag: bool | None
    stored: bool
    default: bool
    mask: bool
    held: str | None
    id: str

    @property
    def open(self) -> bool:
        return RESTRICTIONS[self.restriction][self.held] or self.flag is True


def cases(held: str | None) -> Iterator[Case]:
    either = (False, True)
    combinations = itertools.product(RESTRICTIONS, LEVELS, FLAGS, itertools.product(either, either, either))
    for number, (restriction, level, flag, (stored, default, mask)) in enumerate(combinations):
        yield Case(restriction, level, flag, stored, default, mask, held, f"x_{number}")


def declaration(case: Case, direction: str) -> dict[str, Any]:
    bypass = {"read": "shopperReadable", "write": "shopperWriteable"}[direction]
    return {
        "type": "shortText",
        "default": DEFAULT if case.default else None,
        "securityMaskingValue": MASK if case.mask else None,
        f"{direction}Role": ROLE if case.restriction in ("role", "both") else None,
        f"{direction}AccessRight": RIGHT if case.restriction in ("right", "both") else None,
        f"{direction}SecurityLevel": case.level,
        bypass: case.flag,
    }


@pytest.mark.parametrize("held", [None, "role", "right"])
def test_reading(
    declare: Callable[..., None],
    hold: Callable[..., None],
    store_profile: Callable[..., None],
    get: Callable[..., Answer],
    held: str | None,
) -> None:
    every = list(cases(held))
    declare(**{case.id: declaration(case, "read") for case in every})
    hold(held)
    store_profile(custom={case.id: STORED for case in every if case.stored})
    shown = entries(get())
    denied = []
    for case in every:
        default = DEFAULT if case.default else None
        if case.open:
            expected: Any = STORED if case.stored else default
        elif case.level == "deny":
            denied.append(case.id)
            assert case.id not in shown, case
            continue
        else:
            expected = MASK if case.mask else default
        assert shown[case.id] == {
            "id": case.id,
            "label": case.id,
            "type": "shortText",
            "uiEditorType": "shortText",
            "value": expected,
            "default": default,
            "length": 254,
            "required": False,
        }, case
    assert len(denied) == {None: 48, "role": 16, "right": 16}[held]

    for case in every[::5]:
        for name in (case.id, f"dynamicProperties.{case.id}", f"id, dynamicProperties.{case.id}.value"):
            answer = get(f"?fields={name}")
            assert (answer.status, answer.text.count("00002000")) == ((403, 1) if case.id in denied else (200, 0)), case


@pytest.mark.parametrize("held", [None, "role", "right"])
def test_writing(
    product: Product,
    declare: Callable[..., None],
    hold: Callable[..., None],
    store_profile: Callable[..., None],
    put: Callable[..., Answer],
    held: str | None,
) -> None:
    every = list(cases(held))
    declare(**{case.id: declaration(case, "write") for case in every})
    hold(held)
    before = {case.id: STORED for case in every if case.stored}
    store_profile(custom=before)

    refused = {case.id for case in every if not case.open and case.level == "deny"}
    answer = put({case.id: SENT for case in every})
    assert answer.status == (400 if refused else 200)
    if refused:
        errors = answer.body["errors"]
        assert [each["moreInfo"] for each in errors] == [case.id for case in every if case.id in refused]
        assert {each["errorCode"] for each in errors} == {"13036"} == {answer.code}
        assert stored_values(product) == before  # nothing is stored

    answer = put({case.id: SENT for case in every if case.id not in refused})
    shown = entries(answer)
    after = stored_values(product)
    for case in every:
        default = DEFAULT if case.default else None
        kept = SENT if case.open else before.get(case.id)
        assert after.get(case.id) == kept, case
        assert shown[case.id]["value"] == (kept if kept is not None else default), case


@pytest.mark.parametrize(("read", "write"), [*itertools.product(("ignore", "deny"), repeat=2)])
@pytest.mark.parametrize("flag", [None, "shopperReadable", "shopperWriteable"])
def test_each_direction_has_attributes_of_its_own(
    product: Product,
    declare: Callable[..., None],
    hold: Callable[..., None],
    store_profile: Callable[..., None],
    put: Callable[..., Answer],
    get: Callable[..., Answer],
    read: str,
    write: str,
    flag: str | None,
) -> None:
    """One flag opens one direction, and a role of one direction none of the other."""
    secured = {"readRole": "r-closed", "writeRole": "r-closed", "readSecurityLevel": read, "writeSecurityLevel": write}
    declare(x_a={"type": "shortText", **secured} | ({flag: True} if flag else {}))
    hold("role")
    store_profile(custom={"x_a": STORED})

    shown = entries(get())
    if flag == "shopperReadable":
        assert shown["x_a"]["value"] == STORED
    elif read == "deny":
        assert "x_a" not in shown
    else:
        assert shown["x_a"]["value"] is None

    answer = put({"x_a": SENT})
    written = flag == "shopperWriteable"
    assert answer.status == (200 if written or write == "ignore" else 400)
    assert stored_values(product)["x_a"] == (SENT if written else STORED)


@pytest.mark.parametrize("readable", [True, False])
def test_no_answer_tells_whether_a_guess_is_right(
    declare: Callable[..., None],
    hold: Callable[..., None],
    store_profile: Callable[..., None],
    put: Callable[..., Answer],
    readable: bool,
) -> None:
    """A value sent as it is stored never fails, unless its sender may not know it."""
    closed = {"writeRole": "r-closed", "writeSecurityLevel": "deny"}
    hidden = {} if readable else {"readRole": "r-closed", "securityMaskingValue": MASK}
    declare(x_a={"type": "shortText", **closed, **hidden})
    hold(None)
    store_profile(custom={"x_a": STORED})
    assert put({"x_a": STORED}).status == (200 if readable else 400)
    assert put({"x_a": "a wrong guess"}).status == 400
    assert put({"x_a": None}).status == 400
    assert put({"x_a": MASK}).status == (400 if readable else 200)


def test_the_mask_sent_back_is_no_value(
    product: Product,
    declare: Callable[..., None],
    hold: Callable[..., None],
    store_profile: Callable[..., None],
    put: Callable[..., Answer],
) -> None:
    declare(
        x_a={"type": "number", "readRole": "r-closed", "securityMaskingValue": MASK, "required": True, "default": 1}
    )
    hold(None)
    store_profile(custom={"x_a": 7})
    assert put({"x_a": MASK}).status == 200
    assert stored_values(product)["x_a"] == 7
    assert put({"x_a": 8}).status == 200
    assert stored_values(product)["x_a"] == 8
    assert put({"x_a": "8"}).code == "22026"


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
    assert {each["value"] for each in shown.values()} == {"d"}
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
    assert [each["moreInfo"] for each in answer.body["errors"]] == ["x_level", "lastName"]
    del sent["x_level"], sent["lastName"]
    assert product.call("PUT", "/ccstore/v1/profiles/current", sent, token=token).status == 200
    assert "v" not in stored_values(product).values()
