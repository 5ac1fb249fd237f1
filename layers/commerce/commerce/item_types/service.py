"""GET /ccadmin/v1/orderTypes/{id} and itemTypes/{id} (contract: companions.md §5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from commerce.call import Call, Outcome
from commerce.catalogue import CatalogueRepository, DeclaredProperty, text_in
from commerce.configuration import ConfigurationRepository
from commerce.errors import UnknownItemType
from commerce.identity.callers import InternalCallers
from commerce.item_types.presentation import (
    ADDRESSES,
    LINES,
    ORDER,
    OTHERS,
    TypeProperty,
    shown_item_type,
    shown_order_type,
)
from commerce.storage import Item, Key, Store


class ItemTypeService:
    """Every caller of the admin API reads them; one batch each."""

    def __init__(
        self,
        store: Store,
        callers: InternalCallers,
        catalogue: CatalogueRepository,
        configuration: ConfigurationRepository,
    ) -> None:
        self._store = store
        self._callers = callers
        self._catalogue = catalogue
        self._configuration = configuration

    def order_type(self, call: Call) -> Outcome:
        """The declared properties of orders. Raises NotAuthenticated, NotPermitted, UnknownItemType."""
        rows = self._read(call, self._catalogue.selling_keys())
        if call.entity_id != ORDER:
            raise UnknownItemType(call.entity_id, expected=f"be {ORDER}", value=call.entity_id)
        selling = self._catalogue.selling(rows)
        return Outcome(
            shown_order_type(_declared(selling.order_properties.values(), call.language, selling.default_locale))
        )

    def item_type(self, call: Call) -> Outcome:
        """The declared properties of lines or addresses. Raises as `order_type`."""
        type_id = call.entity_id
        at_lines, at_addresses = type_id == LINES, type_id == ADDRESSES
        keys = self._catalogue.selling_keys() if at_lines else self._configuration.keys() if at_addresses else []
        rows = self._read(call, keys)
        if at_lines:
            selling = self._catalogue.selling(rows)
            properties = _declared(selling.line_properties.values(), call.language, selling.default_locale)
        elif at_addresses:
            kinds = self._configuration.current(rows).address_properties
            properties = [TypeProperty(name, name, kind) for name, kind in kinds.items()]
        elif type_id in OTHERS:
            properties = []
        else:
            known = ", ".join(sorted({LINES, ADDRESSES, *OTHERS}))
            raise UnknownItemType(type_id, expected=f"be one of {known}", value=type_id)
        return Outcome(shown_item_type(type_id, properties))

    def _read(self, call: Call, keys: Iterable[Key]) -> Mapping[Key, Item]:
        """One batch with the caller's row. Raises NotAuthenticated, NotPermitted."""
        caller = self._callers.authenticate(call)
        rows = self._store.get([caller.key, *keys])
        self._callers.check(caller, rows)
        return rows


def _declared(properties: Iterable[DeclaredProperty], language: str, default_locale: str) -> list[TypeProperty]:
    return [
        TypeProperty(
            declared.id,
            text_in(declared.label, language, default_locale) or declared.id,
            declared.type,
            declared.internal_only,
        )
        for declared in properties
    ]
