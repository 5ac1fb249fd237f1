"""`convert`: what is read of exports, where it goes, and what is told."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from backoffice.commands import run
from backoffice.conversion.exports import read_export
from backoffice.conversion.report import Report
from backoffice.conversion.store import convert_store
from backoffice.findings import BadData
from commerce.exact_json import loads
from tests.support.exports import ACCOUNT, GROUPS, LAMP, PROFILES, promotion, write_exports


class Converted:
    """A conversion of files by their names."""

    def __init__(self, tmp_path: Path, files: dict[str, Any], **options: Any) -> None:
        exports, self.folder = tmp_path / "exports", tmp_path / "store"
        exports.mkdir()
        for name, content in files.items():
            text = content if isinstance(content, str) else json.dumps(content)
            (exports / name).write_text(text, encoding="utf-8")
        self.counts, report, self.findings = convert_store([exports], self.folder, **{"locale": "en"} | options)
        self.told = [str(remark) for remark in report.remarks]

    def __getitem__(self, kind: str) -> Any:
        return loads((self.folder / f"{kind}.json").read_text())


def test_a_whole_store(tmp_path: Path) -> None:
    counts, _, findings = convert_store([write_exports(tmp_path / "in")], tmp_path / "out", locale="en", site="siteUS")
    assert counts == {
        "configuration": 1, "priceListGroups": 1, "products": 1, "prices": 1, "promotions": 1, "organizations": 1,
        "shopper_type": 1, "shoppers": 2,
    }  # fmt: skip
    assert findings.found == []


def test_a_shopper_of_rows(tmp_path: Path) -> None:
    converted = Converted(tmp_path, {"Profiles.csv": "\ufeff" + PROFILES.replace("\n", "\r\n")}, site="siteUS")
    ada, bob = converted["shoppers"]
    assert (ada["id"], ada["login"], ada["lastName"]) == ("110", "ada", "Byron, King")
    assert ada["sites"] == {"siteUS": {"receiveEmail": "yes"}}
    assert ada["custom"] == {"loyalty_tier": "gold"}
    assert [(one["repositoryId"], one["alias"], one["address1"]) for one in ada["addresses"]] == [
        ("a1", "Address", "1 Road"),
        ("a2", "Home", '2 "Side" Road'),
        ("a3", "Work", "3 Example Road"),
    ]
    assert ada["defaultAddress"] == "a1"
    # Without a login, the e-mail address is one.
    assert (bob["login"], bob["sites"]) == ("bob@example.com", {"siteUS": {"receiveEmail": "no"}})
    assert any("no export holds passwords" in line and "these 2" in line for line in converted.told)


def test_without_a_site_what_needs_one_is_told(tmp_path: Path) -> None:
    converted = Converted(tmp_path, {"Profiles.csv": PROFILES, "groups.json": GROUPS})
    assert "sites" not in converted["shoppers"][0]
    assert "Profiles.csv, line 2 (110): receiveEmail: is kept by site: name the site with --site" in converted.told
    assert any(line.startswith("configuration.json: sites: ") for line in converted.told)


@pytest.mark.parametrize(
    ("values", "kind", "stored"),
    [
        ([True, False], "checkbox", [True, False]),
        ([1, 2.5], "number", [1, Decimal("2.5")]),
        (["x", 1], "shortText", ["x", "1"]),
        (["x" * 300, "y"], "richText", ["x" * 300, "y"]),
    ],
)
def test_a_custom_property_is_declared_by_its_values(
    values: list[Any], kind: str, stored: list[Any], tmp_path: Path
) -> None:
    profiles = [{"id": str(at), "login": f"l{at}", "x_value": value} for at, value in enumerate(values)]
    converted = Converted(tmp_path, {"Profiles.json": {"profile": profiles}})
    assert converted["shopper_type"]["properties"]["x_value"]["type"] == kind
    assert [one["custom"]["x_value"] for one in converted["shoppers"]] == stored
    assert any(line.startswith(f"shopper_type.json: x_value: is declared as {kind}") for line in converted.told)


def test_what_has_no_place_is_told_with_its_path_and_what_is_empty_is_not(tmp_path: Path) -> None:
    profile = {
        "id": "1", "login": "a", "shoe": 44, "gloves": None, "password": "secret-1", "dateOfBirth": "31/31/31",
        "parentOrganization": {"id": "or1", "name": "Acme", "logo": "x"},
        "shippingAddress": {"id": "a", "address1": "1 Road", "city": "Macon", "country": "US", "door": 3},
    }  # fmt: skip
    converted = Converted(tmp_path, {"Profiles.json": [profile]})
    where = "Profiles.json, record 1 (1): "
    assert converted.told[:-1] == [
        f"{where}dateOfBirth: no date that can be read",
        f"{where}parentOrganization.logo: has no place here",
        f"{where}password: a password is not taken over",
        f"{where}shippingAddress.door: has no place here",
        f"{where}shippingAddress: state, postalCode missing or unknown: this address is left out",
        f"{where}shoe: has no place here",
    ]
    assert (converted.folder / "conversion.txt").read_text().splitlines() == converted.told
    assert "secret-1" not in (converted.folder / "shoppers.json").read_text()
    assert "secret-1" not in (converted.folder / "conversion.txt").read_text()


def test_an_account_with_its_addresses_and_members(tmp_path: Path) -> None:
    converted = Converted(tmp_path, {"AccountsV2.json": {"account": [ACCOUNT]}, "Profiles.csv": PROFILES})
    (account,) = converted["organizations"]
    assert (account["priceListGroup"], account["defaultBilling"]) == ("defaultPriceGroup", "b2")
    assert [(one["repositoryId"], one.get("addressType")) for one in account["addresses"]] == [
        ("b2", None),
        ("b1", "HQ"),
    ]
    assert converted["shoppers"][1]["parentOrganization"]["id"] == "or1"
    assert "parentOrganization" not in converted["shoppers"][0]


def test_prices_of_a_price_list_go_over_those_of_products(tmp_path: Path) -> None:
    prices = [
        {"productId": "lamp1", "priceListGroupId": "defaultPriceGroup", "type": "list", "listPrice": 0.1},
        {"productId": "lamp1", "skuId": "lamp1-red", "priceListId": "defaultPriceGroup_salePrices", "listPrice": 7},
        {"productId": "lamp1", "priceListGroupId": "euro", "type": "shippingSurcharge", "listPrice": "2.50"},
        {"productId": "lamp1", "priceListId": "nobody knows it", "listPrice": 1},
        {"productId": "lamp1", "priceListId": "listPrices", "listPrice": 1, "importOperationCode": "delete"},
    ]
    converted = Converted(tmp_path, {"Prices.json": prices, "Products.json": [LAMP]})
    assert converted["prices"] == [
        {
            "productId": "lamp1", "priceListGroup": "defaultPriceGroup", "list": Decimal("0.1"),
            "skus": {"lamp1-red": {"sale": 7}},
        },
        {"productId": "lamp1", "priceListGroup": "euro", "surcharge": Decimal("2.5")},
    ]  # fmt: skip
    assert [line for line in converted.told if line.startswith("Prices.json")] == [
        "Prices.json, record 4 (lamp1): needs productId, and priceListId, or priceListGroupId and type: left out",
        "Prices.json, record 5 (lamp1): importOperationCode: takes a price away, there is none to take away: left out",
    ]
    assert [line.partition(":")[0] for line in converted.told if line.startswith("priceListGroups")] == [
        "priceListGroups.json (defaultPriceGroup)",
        "priceListGroups.json (euro)",
    ]


def test_volume_prices_of_a_product(tmp_path: Path) -> None:
    levels = [{"levelMinimum": 1, "levelMaximum": 9, "price": 5}, {"levelMinimum": 10, "price": 4}]
    volumes = {"defaultPriceGroup": {"tieredPrice": levels}, "euro": {"bulkPrice": {"levels": levels}}}
    converted = Converted(tmp_path, {"Products.json": [LAMP | {"listPrices": None, "listVolumePrices": volumes}]})
    assert {one["priceListGroup"]: one["list"] for one in converted["prices"]} == {
        "defaultPriceGroup": {"scheme": "tiered", "brackets": levels},
        "euro": {"scheme": "bulk", "brackets": levels},
    }


def test_rows_that_continue_a_record_repeat_its_id_alone(tmp_path: Path) -> None:
    """Oracle's default headers of accounts and products have a `type`, which is no part of what names them."""
    accounts = (
        "id,name,type,members.row#,members.id,secondaryAddresses.key#,secondaryAddresses.id,secondaryAddresses.companyName,"
        "secondaryAddresses.address1,secondaryAddresses.city,secondaryAddresses.state,secondaryAddresses.country,"
        "secondaryAddresses.postalCode,secondaryAddresses.phoneNumber\n"
        "or2,Beta,company,0,121,HQ,b2,Beta,2 Example Plaza,Macon,GA,US,31201,478-555-0101\n"
        "or2,,,,,Depot,b3,Beta,3 Example Plaza,Atlanta,GA,US,30301,478-555-0102\n"
        "or3,Gamma,,,,,,,,,,,,\n"
    )
    products = (
        "id,displayName,type,childSKUs.row#,childSKUs.id\n"
        "lamp2,Floor lamp,Lamp,0,lamp2-red\n"
        ",,,1,lamp2-tan\n"
        "lamp2,,,2,lamp2-blue\n"
    )
    converted = Converted(tmp_path, {"AccountsV2.csv": accounts, "ProductsV2.csv": products})
    beta, gamma = converted["organizations"]
    assert (beta["name"], gamma["name"]) == ("Beta", "Gamma")
    assert [one["repositoryId"] for one in beta["addresses"]] == ["b2", "b3"]
    (lamp,) = converted["products"]
    assert [sku["id"] for sku in lamp["skus"]] == ["lamp2-red", "lamp2-tan", "lamp2-blue"]


def test_the_catalogues_own_csv(tmp_path: Path) -> None:
    products = (
        "/atg/commerce/catalog/ProductCatalog:product,,,,LOCALE=de\n"
        "ID,displayName,childSKUs,PLG:defaultPriceGroup.ListPrice,PLG:defaultPriceGroup.SalePrice\n"
        'p1,Lampe,"s1,s2",12.50,\n'
    )
    skus = (
        "/atg/commerce/catalog/ProductCatalog:sku;;;;\n"
        "ID;active;PLG:defaultPriceGroup.ListPrice\ns2;false;11\nlost;true;1\n"
    )
    converted = Converted(tmp_path, {"a.csv": products, "b.csv": skus})
    assert converted["products"] == [
        {"id": "p1", "displayName": {"de": "Lampe"}, "skus": [{"id": "s1"}, {"id": "s2", "active": False}]}
    ]
    assert converted["prices"] == [
        {
            "productId": "p1", "priceListGroup": "defaultPriceGroup", "list": Decimal("12.5"),
            "skus": {"s2": {"list": 11}},
        }
    ]  # fmt: skip
    assert "b.csv, line 4 (lost): no product that was read names this SKU among its childSKUs: left out" in (
        converted.told
    )


@pytest.mark.parametrize(
    ("exported", "reward"),
    [
        (promotion("amountOff", "5.50"), {"kind": "order", "adjustment": "amount", "value": Decimal("5.5")}),
        (
            promotion("fixedPrice", "0", "shipping", shippingMethods=["ground"]),
            {"kind": "shipping", "adjustment": "fixedPrice", "value": 0, "methods": ["ground"]},
        ),
    ],
)
def test_a_discount_without_conditions(exported: Any, reward: Any, tmp_path: Path) -> None:
    converted = Converted(tmp_path, {"Promotions.json": [exported], "groups.json": GROUPS})
    (record,) = converted["promotions"]
    assert record["reward"] == reward


@pytest.mark.parametrize(
    "exported",
    [
        promotion("fixedPrice"),  # of an order
        promotion(path="item"),
        promotion(value="much"),
        promotion(templateName="buyXGetY"),
        promotion(templateValues={"pmdl": {"xml": "<pricing-model><qualifier><x/></qualifier></pricing-model>"}}),
        promotion(templateValues={"spend": 5}),
    ],
)
def test_any_other_promotion_is_told_and_left_out(exported: Any, tmp_path: Path) -> None:
    converted = Converted(tmp_path, {"Promotions.json": [exported]})
    assert converted.counts == {}
    assert any(line.startswith("Promotions.json, record 1 (p1): templateValues: only") for line in converted.told)


def test_what_the_check_refuses_is_left_out_and_told_with_all_that_needs_it(tmp_path: Path) -> None:
    converted = Converted(
        tmp_path, {"Products.json": [LAMP, LAMP | {"id": "ghost", "childSKUs": []}], "groups.json": GROUPS}
    )
    assert [one["id"] for one in converted["products"]] == ["lamp1"]
    assert [one["productId"] for one in converted["prices"]] == ["lamp1"]
    assert "Products.json, record 2 (ghost): left out: skus: at least 1 entry must be there" in converted.told
    assert "prices.json (ghost): left out, since its product is" in converted.told
    assert converted.findings.errors == []


@pytest.mark.parametrize(
    ("name", "text", "error"),
    [
        ("Profiles.json", "{", "Profiles.json: "),
        ("Profiles.json", '{"a": [], "b": []}', "one array of records is expected, there are 2"),
        ("Profiles.json", "[1]", "Profiles.json, record 1: a record is a JSON object"),
        ("Profiles.csv", "id,login\n1,a,b\n", "Profiles.csv, line 2: 3 cells, but 2 headers"),
        ("Profiles.csv", "id,id\n1,1\n", "a header stands there twice"),
        ("Profiles.csv", 'id,login\n1,"a\n', "Profiles.csv, line 2: "),
        ("Profiles.csv", "id,a.row#,a.b\n1,,x\n", "a.b: neither a.row# nor a.key# says where it belongs"),
        ("Profiles.csv", "id,a.row#,login\n1,0,x\n1,1,y\n", "login: 'y' contradicts 'x'"),
        ("Profiles.csv", "PK\x03\x04", "unpack it"),
    ],
)
def test_a_file_that_cannot_be_read(name: str, text: str, error: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_text(text)
    with pytest.raises(BadData) as raised:
        read_export(file, Report())
    assert error in str(raised.value)


def test_files_of_other_kinds_are_told(tmp_path: Path) -> None:
    converted = Converted(tmp_path, {"Inventory.csv": "skuId,stockLevel\ns1,3\n", "x.txt": "hello\n"})
    assert converted.told == [
        "Inventory.csv: is no export of a kind that is known: nothing of it has a place here",
        "x.txt: is no export of a kind that is known: nothing of it has a place here",
    ]


def test_the_verb(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exports, folder = write_exports(tmp_path / "in"), tmp_path / "out"
    assert run(["convert", str(exports), "--to", str(folder), "--locale", "tlh"]) == 2
    assert not folder.exists()
    assert run(["convert", str(exports), "--to", str(folder)]) == 0
    shown = capsys.readouterr().out
    assert "AccountsV2.json, record 1 (or1): dunsNumber: has no place here" in shown
    assert "shoppers: 2" in shown
    # A second time nothing is overwritten.
    assert run(["convert", str(exports), "--to", str(folder)]) == 1
    assert "is there already" in capsys.readouterr().err
