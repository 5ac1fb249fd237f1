"""Per-property read and write security: every combination, against a table written from the contract.

contract: shopper-types.md §2 and §8, profiles.md §4. Nothing here asks the code what it thinks is permitted.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from commerce.call import Selection
from tests.support.profiles import OwnProfile

ROLE, RIGHT = "r-500", "viewSecrets"
HELD: dict[str | None, list[str]] = {None: ["r-other", "x"], "role": [ROLE], "right": ["r-carrier", RIGHT]}

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


def shopper(held: str | None, custom: Any = None) -> OwnProfile:
    """The sample shopper with what opens a restricted property; `custom`: its stored values, absent as they are."""
    own = OwnProfile(held=HELD[held])
    if custom is not None:
        own.document["custom"] = custom
    return own


def stored_values(own: OwnProfile) -> Any:
    return own.document.get("custom", {})


@pytest.mark.parametrize("held", HELD)
def test_reading(held: str | None) -> None:
    every = list(cases(held))
    own = shopper(held, {case.id: STORED for case in every if case.stored})
    own.declare(**{case.id: declaration(case, "read") for case in every})
    shown = own.entries()
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

    for case in every:
        for path in ((case.id,), ("dynamicProperties", case.id), ("dynamicProperties", case.id, "value")):
            assert own.declared.denied_names(Selection(fields=(("id",), path))) == (case.id in denied), case


@pytest.mark.parametrize("held", HELD)
def test_writing(held: str | None) -> None:
    every = list(cases(held))
    before = {case.id: STORED for case in every if case.stored}
    own = shopper(held, before)
    own.declare(**{case.id: declaration(case, "write") for case in every})

    refused = [case.id for case in every if not case.open and case.level == "deny"]
    assert len(refused) == {None: 48, "role": 16, "right": 16}[held]
    assert own.refused({case.id: SENT for case in every}) == [("13036", name, name) for name in refused]

    own.put({case.id: SENT for case in every if case.id not in refused})
    shown, after = own.entries(), stored_values(own)
    for case in every:
        default = DEFAULT if case.default else None
        kept = SENT if case.open else before.get(case.id)
        assert after.get(case.id) == kept, case
        assert shown[case.id]["value"] == (kept if kept is not None else default), case


@pytest.mark.parametrize(("read", "write"), [*itertools.product(("ignore", "deny"), repeat=2)])
@pytest.mark.parametrize("flag", [None, "shopperReadable", "shopperWriteable"])
def test_each_direction_has_attributes_of_its_own(read: str, write: str, flag: str | None) -> None:
    """One flag opens one direction, and a role of one direction none of the other."""
    secured = {"readRole": "r-closed", "writeRole": "r-closed", "readSecurityLevel": read, "writeSecurityLevel": write}
    own = shopper("role", {"x_a": STORED})
    own.declare(x_a={"type": "shortText", **secured} | ({flag: True} if flag else {}))

    shown = own.entries()
    if flag == "shopperReadable":
        assert shown["x_a"]["value"] == STORED
    elif read == "deny":
        assert "x_a" not in shown
    else:
        assert shown["x_a"]["value"] is None

    written = flag == "shopperWriteable"
    if written or write == "ignore":
        own.put({"x_a": SENT})
    else:
        assert own.refused({"x_a": SENT}) == [("13036", "x_a", "x_a")]
    assert stored_values(own)["x_a"] == (SENT if written else STORED)


@pytest.mark.parametrize("readable", [True, False])
def test_no_answer_tells_whether_a_guess_is_right(readable: bool) -> None:
    """A value sent as it is stored never fails, unless its sender may not know it."""
    closed = {"writeRole": "r-closed", "writeSecurityLevel": "deny"}
    hidden = {} if readable else {"readRole": "r-closed", "securityMaskingValue": MASK}
    own = shopper(None, {"x_a": STORED})
    own.declare(x_a={"type": "shortText", **closed, **hidden})
    denied = [("13036", "x_a", "x_a")]
    assert own.unchanged_by({"x_a": STORED if readable else MASK})
    for guess in (MASK if readable else STORED, "a wrong guess", None):
        assert own.refused({"x_a": guess}) == denied


def test_the_mask_sent_back_is_no_value() -> None:
    own = shopper(None, {"x_a": 7})
    own.declare(
        x_a={"type": "number", "readRole": "r-closed", "securityMaskingValue": MASK, "required": True, "default": 1}
    )
    assert own.unchanged_by({"x_a": MASK})
    own.put({"x_a": 8})
    assert stored_values(own)["x_a"] == 8
    assert own.refused({"x_a": "eight"}) == [("22026", "x_a", "x_a")]


def test_nothing_sent_for_a_hidden_value_that_is_not_set_changes_nothing() -> None:
    own = shopper(None, {})
    own.declare(x_a={"type": "shortText", "readRole": "r-closed", "shopperWriteable": True})
    for _ in range(2):
        own.put({"x_a": None})
        assert "custom" not in own.document
        own.put({"x_a": SENT})
