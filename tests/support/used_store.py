"""The sample store after people have used it: what an operator finds in the tables."""

from __future__ import annotations

from typing import Any

from commerce.call import Api
from commerce.identity.tokens import ISSUERS
from tests.support.deployment import Product

PROFILE = "/ccstore/v1/profiles/current"
ADDRESS = {"alias": "Bonn", "address1": "1 Example Road", "city": "Bonn", "country": "DE", "postalCode": "53111"}


def use(product: Product) -> Product:
    """A profile is edited, a cart filled, an address of an account made, the shopper type changed in three locales."""
    token = product.login()
    edits = {
        "firstName": "Élodie", "receiveEmail": "yes", "favorite_color": "red", "GDPRProfileP13nConsentGranted": True,
        "shippingAddresses": [ADDRESS], "email": "new@example.com", "dateOfBirth": "1990-02-03",
    }  # fmt: skip
    done(product, "PUT", PROFILE, edits, token)
    to = ADDRESS | {"firstName": "Kim", "lastName": "A"}
    cart = {
        "cartName": "Party",
        "shoppingCart": {
            "items": [{"productId": "prodB", "catRefId": "skuB", "quantity": 5}],
            "coupons": [{"code": "SAVE5"}],
        },
        "shippingGroups": [{"type": "hardgoodShippingGroup", "shippingAddress": to}],
    }
    done(product, "POST", "/ccstore/v1/orders/current", cart, token, **{"Idempotency-Key": "one"})
    address = {name: value for name, value in ADDRESS.items() if name != "alias"}
    address |= {"companyName": "C", "phoneNumber": "1234567", "deliveryNote": "x"}
    administrator = product.login("account-administrator", "Administrator-2026")
    new = {"addressType": "New", "address": address}
    done(product, "POST", "/ccstore/v1/organizationAddresses", new, administrator, **{"Idempotency-Key": "two"})
    merchant = product.issue("in-100001", "merchant", issuer=ISSUERS[Api.ADMIN], roles=("adminRole",))
    for locale, label in (("de", "Größe"), ("en", "Size"), ("fr", "Taille")):
        size = {"type": "shortText", "label": label, "searchable": True}
        body = {"properties": {"x_size": size, "email": {"label": f"Mail {label}"}}}
        done(product, "PUT", "/ccadmin/v1/shopperTypes/user", body, merchant, **{"X-CCAsset-Language": locale})
    return product


def done(product: Product, method: str, path: str, body: Any, token: str, **headers: str) -> None:
    """The call succeeds."""
    answer = product.call(method, path, body, token=token, headers=headers)
    assert answer.status == 200, answer.text
