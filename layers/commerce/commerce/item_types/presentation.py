"""Order and item types on the wire (contract: companions.md §5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from commerce.exact_json import JsonObject
from commerce.shopper_types.model import LENGTHS
from commerce.values import TEXT_LENGTHS

ORDER: Final = "order"
LINES: Final = "commerceItem"
ADDRESSES: Final = "contactInfo"
# The other item types that Oracle documents: nothing is declared of them here.
OTHERS: Final = frozenset({
    "appeasement", "appeasementComment", "appeasementRefund", "category", "creditCard", "creditCardAppeasementRefund",
    "customCurrencyAppeasementRefund", "customCurrencyPaymentGroup", "electronicShippingGroup",
    "externalAppeasementRefund", "gift-item", "gift-list", "hardgoodShippingGroup", "inStorePickupShippingGroup",
    "inStoreTakeWithShippingGroup", "invoiceRequest", "loyaltyPrograms", "mailing", "onlinePaymentGroup",
    "onlinePaymentGroupAppeasementRefund", "orderAgentComment", "organization", "organizationRequest",
    "physicalGiftCard", "physicalGiftCardAppeasementRefund", "product", "profileAgentComment", "profileRequest",
    "promotion", "quoteInfo", "returnComment", "returnItem", "sku", "storeCreditAppeasementRefund",
    "tokenizedCreditCard", "tokenizedCreditCardAppeasementRefund", "userSiteProperties",
})  # fmt: skip


class TypeProperty(Struct, frozen=True):
    """A declared property. `kind` is one of `PropertyKind`."""

    id: str
    label: str
    kind: str
    internal_only: bool = False

    def shown(self) -> JsonObject:
        """Its attributes. None is editable: properties of these types are changed by loading them."""
        return {
            "label": self.label,
            "type": self.kind,
            "uiEditorType": self.kind,
            "default": None,
            "required": False,
            "length": TEXT_LENGTHS.get(self.kind) or LENGTHS.get(self.kind),
            "localizable": False,
            "writable": True,
            "internalOnly": self.internal_only,
            "searchable": False,
            "textSearchable": False,
            "dimension": False,
            "multiSelect": None,
            "audienceVisibility": None,
            "editableAttributes": [],
        }


def shown_order_type(properties: Sequence[TypeProperty]) -> JsonObject:
    """The one order type but its links."""
    return {
        "id": ORDER,
        "repositoryId": ORDER,
        "displayName": "Order",
        "propertiesOrder": [declared.id for declared in properties],
        "properties": {declared.id: declared.shown() for declared in properties},
    }


def shown_item_type(type_id: str, properties: Sequence[TypeProperty]) -> JsonObject:
    """An item type but its links."""
    return {
        "id": type_id,
        "displayName": type_id,
        "count": len(properties),
        "propertiesOrder": [declared.id for declared in properties],
        "specifications": [{"id": declared.id, **declared.shown()} for declared in properties],
        "base": [],
        "variants": [],
        "shopperInputs": [],
    }
