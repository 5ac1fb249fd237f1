"""Exports of a small store, in the forms that Oracle Commerce Cloud's documentation describes."""

import json
from pathlib import Path
from typing import Any

PMDL = (
    "<pricing-model><qualifier/><offer>\n<discount-structure calculator-type='standard' "
    "discount-type='{kind}' adjuster='{value}'/></offer></pricing-model>"
)
GROUPS = {
    "items": [
        {
            "id": "defaultPriceGroup",
            "displayName": "US dollars",
            "locale": "en_US",
            "active": True,
            "currency": {
                "currencyCode": "USD",
                "symbol": "$",
                "displayName": "US Dollar",
                "fractionalDigits": 2,
                "currencyType": "real",
            },
            "listPriceList": {"repositoryId": "standardList"},
            "salePriceList": {"repositoryId": "standardSale"},
        }
    ]
}
LAMP = {
    "id": "lamp1",
    "displayName": "Desk lamp",
    "seoUrlSlugDerived": "desk-lamp",
    "active": True,
    "notForIndividualSale": False,
    "orderLimit": 12,
    "listPrices": {"defaultPriceGroup": 49.9},
    "salePrices": {"defaultPriceGroup": None},
    "productVariantOptions": [{"optionId": "colour", "optionName": "Colour"}],
    "childSKUs": [{"repositoryId": "lamp1-red", "colour": "Red", "weight": 2}, {"repositoryId": "lamp1-tan"}],
}
PRICES = """\
productId,skuId,priceListId,pricingScheme,listPrice,complexPrice.levels.row#,complexPrice.levels.levelMinimum,\
complexPrice.levels.levelMaximum,complexPrice.levels.price
lamp1,,standardSale,bulkPrice,,0,1,9,44.90
lamp1,,standardSale,bulkPrice,,1,10,,40
lamp1,lamp1-tan,standardList,listPrice,0.10,,,,
"""
PROFILES = """\
id,login,email,firstName,lastName,receiveEmail,loyalty_tier,shippingAddress.id,shippingAddress.address1,\
shippingAddress.city,shippingAddress.state,shippingAddress.country,shippingAddress.postalCode,\
secondaryAddresses.key#,secondaryAddresses.id,secondaryAddresses.address1,secondaryAddresses.city,\
secondaryAddresses.country,secondaryAddresses.postalCode
110,ada,ada@example.com,Ada,"Byron, King",true,gold,a1,1 Road,Macon,GA,US,31201,Home,a2,"2 ""Side"" Road",Paris,FR,75001
110,,,,,,,,,,,,,Work,a3,3 Example Road,Lyon,FR,69001
111,,bob@example.com,Bob,B,false,,,,,,,,,,,,,
"""
ACCOUNT: dict[str, Any] = {
    "id": "or1",
    "name": "Acme",
    "dunsNumber": "123456789",
    "members": [{"id": "111", "email": "bob@example.com"}],
    "contract": {"priceListGroup": {"id": "defaultPriceGroup"}},
    "secondaryAddresses": {
        "HQ": {
            "id": "b1",
            "companyName": "Acme",
            "address1": "1 Example Plaza",
            "city": "Macon",
            "state": "GA",
            "country": "US",
            "postalCode": "31201",
            "phoneNumber": "478-555-0100",
        }
    },
    "billingAddress": {
        "id": "b2",
        "companyName": "Acme",
        "address1": "2 Example Plaza",
        "city": "Macon",
        "state": "GA",
        "country": "US",
        "postalCode": "31201",
        "phoneNumber": "478-555-0101",
    },
}


def promotion(kind: str = "percentOff", value: str = "10", path: str = "order", **members: Any) -> dict[str, Any]:
    return {
        "id": "p1",
        "displayName": "Ten off",
        "priority": "1",
        "enabled": True,
        "priceListGroups": ["defaultPriceGroup"],
        "templatePath": path,
        "templateName": "rawPmdlTemplate",
        "templateValues": {"pmdl": {"xml": PMDL.format(kind=kind, value=value)}},
        **members,
    }


def write_exports(folder: Path) -> Path:
    folder.mkdir()
    for name, value in {
        "groups.json": GROUPS,
        "ProductsV2.json": {"product": [LAMP]},
        "Promotions.json": [promotion()],
        "AccountsV2.json": {"account": [ACCOUNT]},
    }.items():
        (folder / name).write_text(json.dumps(value))
    # As a spreadsheet program writes it.
    for name, text in {"Prices.csv": PRICES, "Profiles.csv": PROFILES}.items():
        (folder / name).write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    return folder
