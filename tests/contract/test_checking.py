"""`check`: every error of every file at once, in plain words, against files and stack; nothing is written."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backoffice.checking import check_store
from backoffice.commands import run
from backoffice.deployment import no_deployment
from backoffice.loading import load_store
from backoffice.records import BadData
from tests.contract.catalogue.stores import STORE, product, sites
from tests.support.deployment import ROOT, Product

Check = Callable[..., list[str]]
SHOPPER = {"id": "p1", "login": "p1"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Its own, since a folder is read whole."""
    (made := tmp_path / "store").mkdir()
    return made


@pytest.fixture
def check(folder: Path) -> Check:
    """`check(**{"products.json": …})`: what is told, without a stack."""

    def tell(stack: Product | None = None, **files: Any) -> list[str]:
        for name, content in files.items():
            text = content if isinstance(content, str | bytes) else json.dumps(content)
            (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        findings = check_store(folder, stack.deployment if stack else no_deployment())
        return [str(finding) for finding in findings.ordered()]

    return tell


def test_the_sample_store_is_sound(product: Product) -> None:
    before = product.stored("CATALOGUE_TABLE")
    for deployment in (no_deployment(), product.deployment):
        findings = check_store(ROOT / "sample_store", deployment)
        assert findings.found == []
        assert findings.counts["products.json"] == 19
    assert product.stored("CATALOGUE_TABLE") == before


def test_every_error_of_every_file_is_told_at_once(check: Check) -> None:
    shoppers = [
        SHOPPER | {"email": "nowhere", "gender": "f", "fistName": "Kim"},
        {"login": "", "id": "a b", "firstName": "x" * 255},
        {"id": "p1", "login": "P1", "dateOfBirth": "1990-13-01"},
        SHOPPER | {"email": "no.where", "gender": "f"},
    ]
    lines = ",\n".join(map(json.dumps, shoppers))
    told = check(
        **{
            "products.json": [{"id": "p1", "skus": [{}]}, {"id": "p1", "displayName": "P", "skus": []}],
            "shoppers.json": f"[\n{lines}\n]",
            "configuration.json": {"sites": [], "adressProperties": {}},
        }
    )
    assert told == [
        "configuration.json, line 1: sites: an object is expected, not a list",
        "configuration.json, line 1: adressProperties: there is no such member; did you mean addressProperties?",
        "products.json, line 1 (p1): displayName: is missing",
        "products.json, line 1 (p1): skus.0.id: is missing",
        "products.json, line 1 (p1): displayName: an object is expected, not a text",
        "products.json, line 1 (p1): skus: at least 1 entry must be there",
        "shoppers.json, line 2 (p1): fistName: there is no such member; did you mean firstName?",
        "shoppers.json, line 3 (a b): id: letters, digits and -._~ only, 254 at most",
        "shoppers.json, line 3 (a b): login: at least 1 character is expected",
        "shoppers.json, line 3 (a b): firstName: at most 254 characters, it has 255",
        "shoppers.json, line 4 (p1): dateOfBirth: no date",
        "shoppers.json, line 5 (p1): email: no e-mail address",
        "shoppers.json, line 5 (p1): gender: must be one of male, female, unknown",
    ]


def test_a_similar_name_is_proposed_at_any_depth(check: Check) -> None:
    address = {
        "repositoryId": "a1",
        "alias": "A",
        "postCode": "53111",
        "address1": "1",
        "city": "Bonn",
        "country": "DE",
    }
    told = check(
        **{
            "shoppers.json": [SHOPPER | {"addresses": [address], "sites": {"siteUS": {"recieveEmail": "yes"}}}],
            "promotions.json": [
                {"id": "x", "displayName": {"en": "X"}, "reward": {"kind": "gift", "options": [{"productID": "p"}]}}
            ],
        }
    )
    assert told == [
        "promotions.json, line 1 (x): reward.options.0.productId: is missing",
        "promotions.json, line 1 (x): reward.options.0.productID: there is no such member; did you mean productId?",
        "shoppers.json, line 1 (p1): sites.siteUS.recieveEmail: there is no such member; did you mean receiveEmail?",
        "shoppers.json, line 1 (p1): addresses.0.postCode: there is no such member; did you mean postalCode?",
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("id;name\n1;x\n", "products.json, line 1: a JSON array of records is expected; this looks like CSV"),
        ("[1]", "products.json, line 1: a record is a JSON object, not a number"),
        ("[{} {}]", "products.json, line 1: ',' or ']' is expected"),
        ("[\n{]", "products.json, line 2: Expecting property name enclosed in double quotes"),
        ("[] []", "products.json, line 1: something follows the end of the array"),
        (b"PK\x03\x04rest", "products.json: this is a spreadsheet or an archive; JSON is expected"),
        ("[]".encode("utf-16"), "products.json: this is text in UTF-16; JSON in UTF-8 is expected"),
        (b"[\xe4]", "products.json: no text in UTF-8: byte 1 is 0xe4"),
        ('{"id": "p1"}', "products.json, line 1: a JSON array of records is expected; this is one object: put records"),
    ],
)
def test_what_is_no_json(check: Check, content: Any, told: str) -> None:
    *_, last = check(**{"products.json": content})
    assert last.startswith(told)


@pytest.mark.parametrize("head", ["", "\ufeff"])
def test_marks_and_line_ends_of_other_systems(check: Check, head: str) -> None:
    assert check(
        **{"taxRates.json": head + '[\r\n{"country": "US",\r\n"percent": 8},\r\n{"country": "XX", "percent": 1}]'}
    ) == ["taxRates.json, line 4: country: XX is no country code"]


def test_json_lines(empty: Product, check: Check, folder: Path) -> None:
    lines = "\ufeff" + "\r\n".join(json.dumps(one) for one in [product("p1"), product("p2"), {"id": "p3"}])
    assert check(**{"products.jsonl": lines})[0] == "products.jsonl, line 3 (p3): displayName: is missing"
    assert check(**{"products.jsonl": "\n\n{]"})[0].startswith("products.jsonl, line 3: a line holds one record: ")
    assert check(**{"products.jsonl": lines.rpartition("\r\n")[0] + "\r\n\r\n"}) == []
    assert load_store(folder, empty.deployment) == {"products.jsonl": 2}
    assert check(**{"products.json": []}) == ["products.jsonl: there is products.json too: which one counts?"]


def test_files_that_nobody_reads(check: Check, folder: Path) -> None:
    (folder / "images").mkdir()
    told = check(
        **{
            "product.json": [],
            "prices.xlsx": b"PK",
            "prices.csv": "",
            "README.md": "",
            ".hidden": "",
            "notes.json": [],
            "Users.json": [],
        }
    )
    assert told == [
        "Users.json: warning: is no file of a store and is not read; did you mean users.json?",
        "notes.json: warning: is no file of a store and is not read",
        "prices.csv: warning: is not read with the folder: name it by itself",
        "prices.xlsx: warning: is no JSON and is not read; did you mean prices.json?",
        "product.json: warning: is no file of a store and is not read; did you mean products.json?",
    ]


def test_names_are_looked_for_across_files(check: Check) -> None:
    assert check(**STORE) == []
    broken = STORE | {
        "configuration.json": sites("usd", "uds"),
        "shoppers.json": [
            SHOPPER
            | {
                "parentOrganization": {"id": "o2"},
                "roles": [{"repositoryId": "r1", "relativeTo": {"repositoryId": "o3"}}],
                "sites": {"siteFR": {}},
                "priceListGroup": {"id": "uds"},
                "custom": {"x_y": 1},
            }
        ],
        "organizations.json": [
            {"id": "o1", "name": "One", "parent": "o0", "sites": ["siteFR"], "priceListGroup": "gbp"}
        ],
        "orders.json": [{"id": "7", "shopper": "p2", "site": "siteFR", "organization": "o2", "lines": []}],
    }
    told = check(**broken)
    where = " (in these files; name a stack to look there too)"
    assert [line.partition("warning: ")[2].removesuffix(where) for line in told] == [
        "the price list group uds of the site siteUS is missing; did you mean usd?",
        "sites: siteFR is no site; did you mean siteUS?",
        "priceListGroup: gbp is no price list group",
        "parent: its parent o0 does not exist",
        "custom: the shopper type has no property x_y",
        "organizations: o2 is no organization",
        "roles: o3 is no organization",
        "sites: siteFR is no site; did you mean siteUS?",
        "priceListGroup: uds is no price list group; did you mean usd?",
        "site: there is no site siteFR; did you mean siteUS?",
        "shopper: there is no profile p2",
        "organization: o2 is no organization",
    ]


def test_names_are_looked_for_in_the_stack(product: Product, check: Check) -> None:
    sound = {
        "shoppers.json": [SHOPPER | {"parentOrganization": {"id": "100002"}, "custom": {"favorite_color": "red"}}],
        "orders.json": [{"id": "7", "shopper": "se-570031", "site": "siteDE", "lines": []}],
        "coupons.json": [{"code": "NEW", "promotions": ["pSave"]}],
    }
    assert check(product, **sound) == []
    told = check(
        product,
        **{
            "shoppers.json": [
                SHOPPER | {"login": "Shopper", "email": "KIM@example.com", "parentOrganization": {"id": "100009"}}
            ],
            "orders.json": [{"id": "7", "shopper": "nobody", "site": "siteUS", "lines": []}],
            "coupons.json": [{"code": "NEW", "promotions": ["pSaved"]}],
            "products.json": [{"id": "pNew", "displayName": {"en": "N"}, "skus": [{"id": "skuA"}]}],
        },
    )
    assert told == [
        "products.json, line 1 (pNew): skus: skuA belongs to the product prodA already",
        "coupons.json, line 1 (NEW): promotions: pSaved is no promotion; did you mean pSave?",
        "shoppers.json, line 1 (p1): organizations: 100009 is no organization",
        "shoppers.json, line 1 (p1): login: belongs to se-570031 already",
        "shoppers.json, line 1 (p1): email: belongs to se-570031 already",
        "orders.json, line 1 (7): shopper: there is no profile nobody",
    ]


def test_a_sku_may_change_hands_within_a_file(product: Product, check: Check) -> None:
    given_up = {"id": "prodA", "displayName": {"en": "A"}, "skus": [{"id": "skuA2"}]}
    taker = {"id": "pNew", "displayName": {"en": "N"}, "skus": [{"id": "skuA"}]}
    assert check(product, **{"products.json": [taker, given_up]}) == []


def test_a_line_of_what_is_sold_no_longer_is_a_warning(product: Product, check: Check) -> None:
    line = {"id": "ci1", "productId": "gone", "catRefId": "gone", "quantity": 1}
    order = {"id": "7", "shopper": "se-570031", "site": "siteUS", "lines": [line]}
    assert check(product, **{"orders.json": [order]}) == [
        "orders.json, line 1 (7): warning: lines: ci1: gone is no SKU of a product gone"
    ]


def test_no_secret_is_repeated(check: Check) -> None:
    told = check(
        **{
            "shoppers.json": [SHOPPER | {"password": 1234567}],
            "giftCards.json": [{"number": "6035x10988880101071", "pin": 47110815, "balance": 1, "currencyCode": "USD"}],
        }
    )
    assert len(told) == 3
    assert not any(secret in " ".join(told) for secret in ("1234567", "6035", "4711"))


def test_an_error_in_the_last_file_keeps_the_first_from_being_written(empty: Product, folder: Path) -> None:
    (folder / "taxRates.json").write_text('[{"country": "US", "percent": 8}]')
    (folder / "shoppers.json").write_text('[{"id": "p1"}]')
    with pytest.raises(BadData, match="login: is missing"):
        load_store(folder, empty.deployment)
    assert not empty.stored("CATALOGUE_TABLE")


def test_the_verb(folder: Path, capsys: pytest.CaptureFixture[str], product: Product, monkeypatch: Any) -> None:
    (folder / "shoppers.json").write_text(json.dumps([SHOPPER | {"parentOrganization": {"id": "o9"}}]))
    assert run(["check", str(folder)]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == [
        "shoppers.json: 1 record, 0 errors, 1 warning",
        "0 errors, 1 warning",
    ]
    monkeypatch.setattr("backoffice.commands.running.find_deployment", lambda *_: product.deployment)
    assert run(["check", str(folder), "--stack", "any"]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "1 error, 0 warnings"
