"""A price keeps every digit from the store's file to the answer (contract: common.md §3)."""

import json
from pathlib import Path

from backoffice.loading import load_store
from tests.contract.orders.conftest import ORDER, line
from tests.support.deployment import Product

GROUP = """[{"id": "defaultPriceGroup", "displayName": {"en": "Grains"}, "locale": "en_US", "currency":
    {"currencyCode": "XGR", "symbol": "g", "displayName": "Grain", "fractionalDigits": 6}}]"""
PRICES = '[{"productId": "prodA", "priceListGroup": "defaultPriceGroup", "list": 12345678901234.123456}]'


def test_a_price_of_twenty_digits(product: Product, tmp_path: Path) -> None:
    (tmp_path / "priceListGroups.json").write_text(GROUP, encoding="utf-8")
    (tmp_path / "prices.json").write_text(PRICES, encoding="utf-8")
    load_store(tmp_path, product.deployment)
    token = product.login()
    cart = json.dumps({"shoppingCart": {"items": [line("prodA", 3)]}})
    for answer in (
        product.call("POST", ORDER, cart, token=token),
        product.call("GET", ORDER, token=token),
    ):
        assert answer.status == 200, answer.text
        assert '"listPrice":12345678901234.123456,' in answer.text
        assert '"subTotal":37037036703702.370368,' in answer.text
        assert '"currencyCode":"XGR"' in answer.text
