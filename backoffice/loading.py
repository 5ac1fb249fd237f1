"""Loading a store's files into a stack: what the files say is put back, anything else in the tables stays.

That is other records, and, where people change them beside the files (shoppers, users, organizations, the shopper
type), the members that a record leaves out, such as a password. Nothing is written before all files have been checked,
and nothing at all where one has logins or gift cards that are marked as samples and the stack is not on this machine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

from tqdm import tqdm

from backoffice.checking import check_store, found_files
from backoffice.configuration import load_configuration
from backoffice.coupons import load_coupons
from backoffice.deployment import Deployment
from backoffice.findings import BadData, Findings
from backoffice.gift_cards import load_gift_cards
from backoffice.internal_users import load_internal_users
from backoffice.orders import load_orders
from backoffice.organizations import load_organizations
from backoffice.products import load_prices, load_products
from backoffice.promotions import load_promotions
from backoffice.selling import (
    load_locations,
    load_order_properties,
    load_price_list_groups,
    load_shipping_methods,
    load_tax_rates,
)
from backoffice.shopper_type import load_shopper_type
from backoffice.shoppers import load_shoppers

Loader = Callable[[Path, Deployment, Callable[[int], object]], int]

# Each writes the records of a file that was checked; in this order, as `checking.CHECKS`.
LOADERS: Final[Mapping[str, Loader]] = {
    "configuration": load_configuration,
    "priceListGroups": load_price_list_groups,
    "products": load_products,
    "prices": load_prices,
    "shippingMethods": load_shipping_methods,
    "taxRates": load_tax_rates,
    "locations": load_locations,
    "promotions": load_promotions,
    "coupons": load_coupons,
    "giftCards": load_gift_cards,
    "orderProperties": load_order_properties,
    "users": load_internal_users,
    "organizations": load_organizations,
    "shopper_type": load_shopper_type,
    "shoppers": load_shoppers,
    "orders": load_orders,
}


# What these files hold people change too: with `--replace` nothing of that stays in a record that the file names.
REPLACING: Final[Mapping[str, Loader]] = {
    "users": partial(load_internal_users, replace=True),
    "organizations": partial(load_organizations, replace=True),
    "shopper_type": partial(load_shopper_type, replace=True),
    "shoppers": partial(load_shoppers, replace=True),
}


def load_store(
    directory: Path,
    deployment: Deployment,
    *,
    replace: bool = False,
    progress: bool = False,
    written: dict[str, int] | None = None,
    findings: Findings | None = None,
) -> dict[str, int]:
    """Check every file that is there, then load them; the number of records of each. Raises BadData: all errors.

    `replace`: members that a record leaves out do not stay. `written`: how many records of each file are, at any time;
    of what raises, as far as it came. `findings`: where the check's warnings go.
    """
    findings = Findings() if findings is None else findings
    check_store(directory, deployment, findings, replace=replace, progress=progress)
    if findings.errors:
        raise BadData("\n".join(map(str, findings.errors)))
    counts = {} if written is None else written
    for kind, file in found_files(directory).items():
        load, name = (REPLACING[kind] if replace and kind in REPLACING else LOADERS[kind]), file.name
        total = findings.counts.get(name)
        with tqdm(desc=name, unit=" records", total=total, disable=not progress, leave=True) as bar:

            def advance(records: int, name: str = name, bar: Any = bar) -> None:
                counts[name] += records
                bar.update(records)

            counts[name] = 0
            load(file, deployment, advance)
    return counts
