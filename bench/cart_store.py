"""A store of 300 products, and carts of them: what `bench.cart` measures with."""

from __future__ import annotations

import json
from typing import Any, Final

from local.workspace import SAMPLE_STORE

PRODUCTS: Final = 300
GROUP: Final = "defaultPriceGroup"
ON_SALE_EVERY, PROMOTED_EVERY, COLOURS = 3, 4, ("Moss green", "Sand")


def files() -> dict[str, list[dict[str, Any]]]:
    """The sample store's files that have more in them: products, their prices, an item and an order promotion."""
    more = {"products.json": _products(), "prices.json": _prices(), "promotions.json": _promotions()}
    return {name: json.loads((SAMPLE_STORE / name).read_text(encoding="utf-8")) + more[name] for name in more}


def lines(count: int) -> list[dict[str, Any]]:
    """What a storefront sends of a cart of `count` lines, each of another product, for the first time."""
    return [
        {"productId": f"bench{at}", "catRefId": f"bench{at}-{at % len(COLOURS)}", "quantity": 1 + at % 5}
        for at in range(count)
    ]


def groups() -> list[dict[str, Any]]:
    """One shipping group, with a method and an address that is taxed."""
    address = {
        "firstName": "Jack", "lastName": "Black", "address1": "1 Example Street", "city": "Austin",
        "country": "US", "state": "TX", "postalCode": "78701", "phoneNumber": "555-1234",
    }  # fmt: skip
    return [
        {
            "type": "hardgoodShippingGroup",
            "shippingMethod": {"value": "groundShipping"},
            "shippingAddress": address,
        }
    ]


def _products() -> list[dict[str, Any]]:
    return [
        {
            "id": f"bench{at}",
            "slug": f"camping-lantern-{at}",
            "displayName": {"en": f"Camping lantern {at}", "de": f"Campinglaterne {at}"},
            "description": {"en": "Lights the tent all night.", "de": "Leuchtet die ganze Nacht im Zelt."},
            "primaryThumbImageURL": f"/ccstore/v1/images/?source=/file/products/lantern-{at}.jpg&height=100&width=100",
            "primaryImageAltText": {"en": "A lantern in a tent", "de": "Eine Laterne im Zelt"},
            "primaryImageTitle": {"en": "Camping lantern", "de": "Campinglaterne"},
            "skus": [
                {"id": f"bench{at}-{number}", "variant": [_colour(colour)]} for number, colour in enumerate(COLOURS)
            ],
        }
        for at in range(PRODUCTS)
    ]


def _colour(name: str) -> dict[str, Any]:
    return {"id": "colour", "name": {"en": "Colour", "de": "Farbe"}, "value": {"en": name}}


def _prices() -> list[dict[str, Any]]:
    return [
        {"productId": f"bench{at}", "priceListGroup": GROUP, "list": round(10.99 + at % 90, 2)}
        | ({"sale": round(9.49 + at % 90, 2)} if at % ON_SALE_EVERY == 0 else {})
        for at in range(PRODUCTS)
    ]


def _promotions() -> list[dict[str, Any]]:
    targets = [f"bench{at}" for at in range(0, PRODUCTS, PROMOTED_EVERY)]
    return [
        {
            "id": "benchItem",
            "displayName": {"en": "10 % off some lanterns"},
            "reward": {"kind": "item", "adjustment": "percent", "value": 10, "targets": targets},
        },
        {
            "id": "benchOrder",
            "displayName": {"en": "5 % off"},
            "reward": {"kind": "order", "adjustment": "percent", "value": 5},
        },
    ]
