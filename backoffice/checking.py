"""Checking a store's files: every error of every file at once, before anything is written.

What records name is looked for in the files, and in the stack where one is named.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from tqdm import tqdm

from backoffice.book import Book
from backoffice.configuration import check_configuration
from backoffice.coupons import check_coupons
from backoffice.deployment import Deployment
from backoffice.findings import Finding, Findings, suggestion
from backoffice.gift_cards import check_gift_cards
from backoffice.internal_users import check_internal_users
from backoffice.orders import check_orders
from backoffice.organizations import check_organizations
from backoffice.price_csv import SUFFIX as CSV
from backoffice.products import check_prices, check_products
from backoffice.promotions import check_promotions
from backoffice.records import LINES
from backoffice.selling import (
    check_locations,
    check_order_properties,
    check_price_list_groups,
    check_shipping_methods,
    check_tax_rates,
)
from backoffice.shopper_type import check_shopper_type
from backoffice.shoppers import check_shoppers

# In the order of loading: what a file names stands in those before it.
CHECKS: Final[Mapping[str, Callable[[Path, Book], None]]] = {
    "configuration": check_configuration,
    "priceListGroups": check_price_list_groups,
    "products": check_products,
    "prices": check_prices,
    "shippingMethods": check_shipping_methods,
    "taxRates": check_tax_rates,
    "locations": check_locations,
    "promotions": check_promotions,
    "coupons": check_coupons,
    "giftCards": check_gift_cards,
    "orderProperties": check_order_properties,
    "users": check_internal_users,
    "organizations": check_organizations,
    "shopper_type": check_shopper_type,
    "shoppers": check_shoppers,
    "orders": check_orders,
}
# Files of one object, which lines cannot hold.
OBJECTS: Final = frozenset({"configuration", "shopper_type"})
TABLES_OF_OTHERS: Final = frozenset({".csv", ".tsv", ".xls", ".xlsx", ".ods"})
# Beside the sample store's data, for the local cloud; and what people put beside data.
ACCOMPANYING: Final = frozenset({"sample.json"})
TEXTS: Final = frozenset({".md", ".txt"})


def check_store(
    directory: Path,
    deployment: Deployment,
    findings: Findings | None = None,
    *,
    replace: bool = False,
    progress: bool = False,
) -> Findings:
    """What is wrong, and what is odd, with the files of a folder and a load of them into a stack."""
    findings = Findings() if findings is None else findings
    files = found_files(directory)
    _look_around(directory, files, findings)
    book = Book(deployment, findings, replace=replace)
    with tqdm(desc="check", unit=" files", total=len(files), disable=not progress, leave=False) as bar:
        for kind, file in files.items():
            CHECKS[kind](file, book)
            if kind == "priceListGroups" or (kind == "configuration" and "priceListGroups" not in files):
                book.check_sites()
            bar.update()
    if files:
        book.check_size()
    return findings


def found_files(directory: Path) -> dict[str, Path]:
    """The files of a store that a folder holds, by kind, in the order of loading."""
    found: dict[str, Path] = {}
    for kind in CHECKS:
        for suffix in (".json", *([LINES] if kind not in OBJECTS else [])):
            file = directory / f"{kind}{suffix}"
            if file.is_file():
                found.setdefault(kind, file)
    return found


def _look_around(directory: Path, files: Mapping[str, Path], findings: Findings) -> None:
    """Files that nobody reads."""
    for file in sorted(directory.iterdir()):
        if file in files.values() or file.name in ACCOMPANYING or file.name.startswith("."):
            continue
        if file.is_dir() or (file.suffix in TEXTS and file.stem not in CHECKS):
            continue
        kind, is_error = file.stem, False
        if kind in files and file.suffix == LINES:
            text, is_error = f"there is {files[kind].name} too: which one counts?", True
        elif file.name == f"prices{CSV}":
            text = "is not read with the folder: name it by itself"
        elif file.suffix.lower() in TABLES_OF_OTHERS:
            text = f"is no JSON and is not read{_alike(kind)}"
        else:
            text = f"is no file of a store and is not read{_alike(kind)}"
        findings.add(Finding(file.name, 0, "", text, is_error))


def _alike(kind: str) -> str:
    found = suggestion(kind, CHECKS)
    return f"{found.removesuffix('?')}.json?" if found else ""
