"""How much a shopper type holds (contract: common.md §11, §15)."""

import json
import random
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.contract.shopper_types.conftest import Put
from tests.support.deployment import Product

Get = Callable[..., Mapping[str, Any]]
LOCALES = ("en", "de", "fr", "es", "it", "ja", "pt_BR", "ru", "zh_CN", "el")
SAMPLE = 3
LAMBDA_ANSWER_BYTES = 6 * 1024 * 1024


def words(random_source: random.Random, count: int) -> str:
    letters = "abcdefghijklmnopqrstuvwxyzäöüßéèçñабвгд日本語"
    return " ".join("".join(random_source.choices(letters, k=random_source.randint(3, 10))) for _ in range(count))


def test_five_hundred_properties_with_labels_in_ten_locales(product: Product, put: Put, get: Get, token: str) -> None:
    chance = random.Random(20260314)  # noqa: S311  a test's own noise
    ids = [f"property_{index}" for index in range(500 - SAMPLE)]
    for start in range(0, len(ids), 100):
        sent = {
            property_id: {
                "type": "shortText", "label": words(chance, 5), "default": words(chance, 4), "required": True,
                "readRole": words(chance, 1), "writeAccessRight": words(chance, 1), "readSecurityLevel": "ignore",
                "securityMaskingValue": words(chance, 1), "shopperReadable": True, "shopperWriteable": True,
            }
            for property_id in ids[start : start + 100]
        }  # fmt: skip
        assert put(sent).status == 200
    for locale in LOCALES[1:]:
        answer = put({property_id: {"label": f"{locale} {words(chance, 5)}"} for property_id in ids}, locale)
        assert answer.status == 200, answer.text[:500]
    for locale in LOCALES[1:]:
        shown = get(locale)["properties"]
        assert all(shown[property_id]["label"].startswith(locale) for property_id in ids)

    refused = put({"one_more": {"type": "checkbox"}})
    assert (refused.code, refused.body.get("moreInfo")) == ("75010", None)
    assert put({ids[0]: {"label": "Still editable"}}).status == 200

    values = {property_id: words(chance, 10) for property_id in ids}
    profile = product.call("PUT", "/ccstore/v1/profiles/current", values, token=token)
    assert profile.status == 200, profile.text[:500]
    entries = {entry["id"]: entry["value"] for entry in profile.body["dynamicProperties"]}
    assert values.items() <= entries.items()
    assert len(json.dumps({"body": profile.text}).encode()) < LAMBDA_ANSWER_BYTES


@pytest.mark.parametrize("text", ["incompressible", "compressible"])
def test_what_cannot_be_stored_or_answered_is_refused(put: Put, get: Get, text: str) -> None:
    chance = random.Random(7)  # noqa: S311
    for index in range(4):
        body = "d" * 400_000 if text == "compressible" else words(chance, 40_000)
        before = get()
        answer = put({f"x_{index}": {"type": "richText", "default": body}})
        if answer.status != 200:
            assert answer.code == "75010"
            assert get() == before
            assert index > 0
            return
    pytest.fail("nothing was refused")
