"""Bodies of getOrderType and getItemType (contract: companions.md §5)."""

from __future__ import annotations

from commerce.bodies import Linked, OtherData
from commerce.shopper_types.bodies import DeclaredPropertyAttributes


class OrderType(Linked):
    """The declared properties of orders."""

    id: str
    repositoryId: str
    """The same as `id`."""
    displayName: str
    propertiesOrder: list[str]
    properties: dict[str, DeclaredPropertyAttributes]
    """Property id → attributes."""


class Specification(DeclaredPropertyAttributes):
    """A declared property of lines or addresses."""

    id: str


class ItemType(Linked):
    """The declared properties of lines or addresses."""

    id: str
    displayName: str
    count: int
    """How many there are."""
    propertiesOrder: list[str]
    specifications: list[Specification]
    base: list[OtherData]
    """Always empty, as are the next two."""
    variants: list[OtherData]
    shopperInputs: list[OtherData]
