"""Custom values of shoppers.json fit the shopper type, as those of an update do (contract: profiles.md §4)."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backoffice.loading import load_store
from backoffice.records import BadData
from tests.contract.custom_properties.conftest import PROFILE, SHOPPER, entries, stored_values
from tests.support.deployment import Product


@pytest.fixture
def load(product: Product, declare: Callable[..., None], tmp_path: Path) -> Callable[[Any], None]:
    """`load({"x_number": 7})`: the sample shopper with these values, where each kind of property is declared."""
    declare(
        x_text={"type": "shortText"},
        x_number={"type": "number"},
        x_box={"type": "checkbox"},
        x_day={"type": "date"},
        x_inside={"type": "number", "internalOnly": True},
    )

    def write(custom: Any) -> None:
        record = {"id": SHOPPER, "login": "shopper", "password": "Shopper-2026", "custom": custom}
        (tmp_path / "shoppers.json").write_text(json.dumps([record]), encoding="utf-8")
        load_store(tmp_path, product.deployment)

    return write


def test_values_of_each_kind(load: Callable[[Any], None], product: Product) -> None:
    load({"x_text": "A", "x_number": 1.5, "x_box": True, "x_day": "2026-03-01", "x_inside": 7})
    shown = entries(product.call("GET", PROFILE, token=product.login()))
    assert [shown[name]["value"] for name in ("x_text", "x_number", "x_box")] == ["A", 1.5, True]
    assert shown["x_day"]["value"] == "2026-03-01T00:00:00.000Z"
    assert stored_values(product)["x_inside"] == 7
    assert "x_inside" not in shown


def test_no_value_is_none(load: Callable[[Any], None], product: Product) -> None:
    load({"x_text": None})
    assert stored_values(product) == {"credit_rating": "B"}
    load({"x_text": "A", "credit_rating": None})
    assert stored_values(product) == {"x_text": "A"}


@pytest.mark.parametrize(
    ("custom", "reason"),
    [
        ({"x_missing": 1}, "custom: the shopper type has no property x_missing"),
        ({"firstName": "Kim"}, "custom: the shopper type has no property firstName"),
        ({"x_text": 7}, "custom: x_text: no value of the type shortText"),
        ({"x_text": "x" * 255}, "custom: x_text"),
        ({"x_number": "7"}, "custom: x_number: no value of the type number"),
        ({"x_number": True}, "custom: x_number"),
        ({"x_box": "true"}, "custom: x_box: no value of the type checkbox"),
        ({"x_day": "soon"}, "custom: x_day: no value of the type date"),
    ],
)
def test_values_that_do_not_fit(load: Callable[[Any], None], product: Product, custom: Any, reason: str) -> None:
    before = product.stored("PROFILES_TABLE")
    with pytest.raises(BadData, match=reason) as caught:
        load(custom)
    assert "shoppers.json, line 1" in str(caught.value)
    assert product.stored("PROFILES_TABLE") == before
