"""What the reader tells of each call on organization addresses."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from commerce.call import FinishedAnswer
from commerce.idempotency import IdempotencyKey
from commerce.organizations.model import Address, Lineage, Modifier, Organization


class Acting(Struct, frozen=True):
    """Who acts for which shopper, and on which account.

    `lineage`: ids of the account and of its ancestors, nearest first. `properties`: declared property of addresses →
    its kind.
    """

    modifier: Modifier
    shopper_id: str
    lineage: tuple[str, ...]
    properties: Mapping[str, str]

    @property
    def account(self) -> str:
        return self.lineage[0]

    @property
    def facts(self) -> Mapping[str, str]:
        """For the log line."""
        return {"callerId": self.modifier.id, "shopperId": self.shopper_id, "organizationId": self.account}


class CollectionReading(Struct, frozen=True):
    """The account with all its addresses, and its ancestors with theirs."""

    acting: Acting
    lineage: Lineage


class GetReading(Struct, frozen=True):
    """An own or inherited address."""

    acting: Acting
    address: Address


class CreateReading(Struct, frozen=True):
    """The account that gets an address. `kept_answer`: to this very request, answered before under its `key`."""

    acting: Acting
    organization: Organization
    key: IdempotencyKey | None
    kept_answer: FinishedAnswer | None


class UpdateReading(Struct, frozen=True):
    """An own or inherited address, and the account whose default it may become."""

    acting: Acting
    organization: Organization
    address: Address


class DeleteReading(Struct, frozen=True):
    """An own address of the first of `lineage`, which is as in `CollectionReading`."""

    acting: Acting
    lineage: Lineage
    address: Address
