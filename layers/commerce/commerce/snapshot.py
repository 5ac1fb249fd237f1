"""An environment that is made ready before anybody calls: SnapStart's snapshot, provisioned concurrency.

Nothing here makes an id, reads a clock or fetches a key for later: what is unique comes with the first request.
"""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from commerce.storage import Store


def get_ready(store: Store | None) -> None:
    """Take the first request's work beforehand where Lambda says that nobody waits for it."""
    match os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE"):
        case "provisioned-concurrency":
            prime(store)
        case "snap-start":
            # Lambda's own package, there in every runtime that has SnapStart.
            from snapshot_restore_py import (  # type: ignore[import-not-found]  # noqa: PLC0415
                register_after_restore,
                register_before_snapshot,
            )

            register_before_snapshot(prime, store)
            # Copies of one snapshot must not pause equally long before they try again.
            register_after_restore(random.seed)


def prime(store: Store | None) -> None:
    """Go the way of a request up to the network."""
    if store:
        store.rehearse()
