"""`convert`: exports of Oracle Commerce Cloud become a store that loads and prices a cart."""

from pathlib import Path

from backoffice.checking import check_store
from backoffice.commands import run
from backoffice.loading import load_store
from tests.contract.test_exporting import clear
from tests.support.deployment import Product
from tests.support.exports import write_exports


def test_a_converted_store_passes_the_check_loads_and_prices_a_cart(product: Product, tmp_path: Path) -> None:
    folder = tmp_path / "store"
    assert run(["convert", str(write_exports(tmp_path / "exports")), "--to", str(folder), "--site", "siteUS"]) == 0
    clear(product)
    assert check_store(folder, product.deployment).errors == []
    load_store(folder, product.deployment)
    cart = {
        "shoppingCart": {
            "items": [
                {"productId": "lamp1", "catRefId": "lamp1-red", "quantity": 10},
                {"productId": "lamp1", "catRefId": "lamp1-tan", "quantity": 1},
            ]
        }
    }
    token = product.issue("110", "ada")
    answer = product.call("POST", "/ccstore/v1/orders/current", cart, token=token, headers={"Idempotency-Key": "one"})
    assert answer.status == 200, answer.text
    # 10 at the bulk price of 40, the other SKU at its own list price but the product's sale price; 10 % off the order.
    price = answer.body["priceInfo"]
    assert (price["subTotal"], price["amount"]) == (444.9, 400.41)
    assert answer.body["shoppingCart"]["items"][0]["variant"][0]["optionValue"] == "Red"
    profile = product.call("GET", "/ccstore/v1/profiles/current", token=token).body
    assert (profile["firstName"], profile["parentOrganization"], len(profile["shippingAddresses"])) == ("Ada", None, 3)
    assert [(one["id"], one["value"]) for one in profile["dynamicProperties"]] == [("loyalty_tier", "gold")]
