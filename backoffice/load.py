"""Load a store's data into a stack: ``python -m backoffice.load DIRECTORY --stack NAME``.

The directory holds the files of `sample_store`, each optional. What the files say is put back, anything else in the
tables stays: other records, and, where people change them beside the files (shoppers, users, organizations, the shopper
type), the members that a record leaves out, such as a password. Nothing of a file is written before all of it has been
checked, and nothing at all where a file has logins or gift cards that are marked as samples and the stack is not on
this machine. A load that was interrupted says how far it came, and is safe to repeat.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError
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
from commerce.errors import DependencyDown
from commerce.storage import StorageFailure

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

# What may stop a load that repeating it mends.
STOPPED: Final = (KeyboardInterrupt, BotoCoreError, ClientError, DependencyDown, StorageFailure)


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


def main(arguments: Sequence[str] | None = None) -> int:
    """The command. Ends with 1 and a sentence when the data is wrong or the load was stopped, and what is written."""
    parser = argparse.ArgumentParser(prog="python -m backoffice.load", description=__doc__)
    parser.add_argument("directory", type=Path, help="folder with the store's JSON files")
    stack_argument(parser)
    parser.add_argument(
        "--replace",
        action="store_true",
        help="take away what a record of shoppers, users, organizations or the shopper type leaves out, instead of "
        "keeping it: passwords, addresses and what else people have changed",
    )
    chosen = parser.parse_args(arguments)
    if not chosen.directory.is_dir():
        parser.error(f"{chosen.directory} is no folder")
    written: dict[str, int] = {}
    deployment = find_deployment(chosen.stack)
    try:
        load_store(chosen.directory, deployment, replace=chosen.replace, progress=sys.stderr.isatty(), written=written)
    except BadData as error:
        print(error, *([_came_so_far(written)] if any(written.values()) else []), sep="\n", file=sys.stderr)
        return 1
    except STOPPED as error:
        print(f"stopped: {type(error).__name__} {error}\n{_came_so_far(written)}", file=sys.stderr)
        return 1
    print(_counted(written) or "nothing to load")
    return 0


def _counted(written: Mapping[str, int]) -> str:
    return ", ".join(f"{name}: {count}" for name, count in written.items())


def _came_so_far(written: Mapping[str, int]) -> str:
    """Batches that were under way may have been written too."""
    done = _counted({name: count for name, count in written.items() if count}) or "nothing"
    return f"Written for certain: {done}. Load again to go on: that is safe."


if __name__ == "__main__":
    sys.exit(main())
