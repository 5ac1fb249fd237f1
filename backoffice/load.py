"""Load a store's data into a stack: ``python -m backoffice.load DIRECTORY --stack NAME``.

The directory holds the files of `sample_store`, each optional. Loading is idempotent: what the files name is put back
to what they say, anything else in the tables stays. Nothing of a file is written before all of it has been checked, and
nothing at all where a file has logins or gift cards that are marked as samples and the stack is not on this machine.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from tqdm import tqdm

from backoffice.configuration import load_configuration
from backoffice.coupons import load_coupons
from backoffice.deployment import Deployment, find_deployment, stack_argument
from backoffice.gift_cards import load_gift_cards
from backoffice.internal_users import load_internal_users
from backoffice.orders import load_orders
from backoffice.organizations import load_organizations
from backoffice.products import load_prices, load_products
from backoffice.promotions import load_promotions
from backoffice.records import BadData, count_records
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


def load_store(directory: Path, deployment: Deployment, *, progress: bool = False) -> dict[str, int]:
    """Load every file that is there; the number of records of each. Raises BadData."""
    if not deployment.is_local:
        refuse_samples(directory)
    counts = {}
    for name, load in LOADERS:
        file = directory / name
        if not file.is_file():
            continue
        total = count_records(file) if progress else None
        with tqdm(desc=name, unit=" records", total=total, disable=not progress, leave=True) as bar:
            counts[name] = load(file, deployment, bar.update)
    return counts


def main(arguments: Sequence[str] | None = None) -> int:
    """The command. Ends with 1 and one sentence when the data is wrong."""
    parser = argparse.ArgumentParser(prog="python -m backoffice.load", description=__doc__)
    parser.add_argument("directory", type=Path, help="folder with the store's JSON files")
    stack_argument(parser)
    chosen = parser.parse_args(arguments)
    if not chosen.directory.is_dir():
        parser.error(f"{chosen.directory} is no folder")
    try:
        counts = load_store(chosen.directory, find_deployment(chosen.stack), progress=sys.stderr.isatty())
    except BadData as error:
        print(error, file=sys.stderr)
        return 1
    print(", ".join(f"{name}: {count}" for name, count in counts.items()) or "nothing to load")
    return 0


if __name__ == "__main__":
    sys.exit(main())
