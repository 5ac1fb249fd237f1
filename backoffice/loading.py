"""Loading a store's files into a stack: what the files say is put back, anything else in the tables stays.

That is other records, and, where people change them beside the files (shoppers, users, organizations, the shopper
type), the members that a record leaves out, such as a password. Nothing of a file is written before all of it has been
checked, and nothing at all where a file has logins or gift cards that are marked as samples and the stack is not on
this machine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from tqdm import tqdm

from backoffice.configuration import load_configuration
from backoffice.coupons import load_coupons
from backoffice.deployment import Deployment
from backoffice.gift_cards import load_gift_cards
from backoffice.internal_users import load_internal_users
from backoffice.orders import load_orders
from backoffice.organizations import load_organizations
from backoffice.products import load_prices, load_products
from backoffice.promotions import load_promotions
from backoffice.records import count_records
from backoffice.samples import refuse_samples
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

# In the order of loading. A loader checks its whole file, tells how many records it has, then writes them.
LOADERS: Final[Sequence[tuple[str, Loader]]] = (
    ("configuration.json", load_configuration),
    ("priceListGroups.json", load_price_list_groups),
    ("products.json", load_products),
    ("prices.json", load_prices),
    ("shippingMethods.json", load_shipping_methods),
    ("taxRates.json", load_tax_rates),
    ("locations.json", load_locations),
    ("promotions.json", load_promotions),
    ("coupons.json", load_coupons),
    ("giftCards.json", load_gift_cards),
    ("orderProperties.json", load_order_properties),
    ("users.json", load_internal_users),
    ("organizations.json", load_organizations),
    ("shopper_type.json", load_shopper_type),
    ("shoppers.json", load_shoppers),
    ("orders.json", load_orders),
)


# What these files hold people change too: with `--replace` nothing of that stays in a record that the file names.
REPLACING: Final[Mapping[str, Loader]] = {
    "users.json": partial(load_internal_users, replace=True),
    "organizations.json": partial(load_organizations, replace=True),
    "shopper_type.json": partial(load_shopper_type, replace=True),
    "shoppers.json": partial(load_shoppers, replace=True),
}


def load_store(
    directory: Path,
    deployment: Deployment,
    *,
    replace: bool = False,
    progress: bool = False,
    written: dict[str, int] | None = None,
) -> dict[str, int]:
    """Load every file that is there; the number of records of each. Raises BadData.

    `replace`: members that a record leaves out do not stay. `written`: how many records of each file are, at any time;
    of what raises, as far as it came.
    """
    if not deployment.is_local:
        refuse_samples(directory)
    counts = {} if written is None else written
    for name, load in LOADERS:
        file = directory / name
        if not file.is_file():
            continue
        total = count_records(file) if progress else None
        with tqdm(desc=name, unit=" records", total=total, disable=not progress, leave=True) as bar:

            def advance(records: int, name: str = name, bar: Any = bar) -> None:
                counts[name] += records
                bar.update(records)

            counts[name] = 0
            (REPLACING[name] if replace and name in REPLACING else load)(file, deployment, advance)
    return counts
