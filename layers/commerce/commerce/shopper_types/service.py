"""The shopper type's calls (contract: shopper-types.md §1, §7)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from commerce.call import Call, EntityVersion, Outcome
from commerce.dates import Clock
from commerce.errors import AssetLanguageRequired, UnknownShopperType
from commerce.identity.callers import Caller, InternalCallers
from commerce.settings import Settings
from commerce.shopper_types.model import DISPLAY_NAME, TYPE_ID, LabelledType
from commerce.shopper_types.presentation import shown_type
from commerce.shopper_types.repository import ShopperTypeRepository
from commerce.shopper_types.rules import same_type, sent_properties, updated_type
from commerce.storage import Item, Key, Store, retry_on_lost_write

ADMINISTRATORS = frozenset({"adminRole"})


class ShopperTypeService:
    """Administrators change the one shopper type; every internal caller reads it."""

    def __init__(
        self,
        *,
        store: Store,
        callers: InternalCallers,
        types: ShopperTypeRepository,
        settings: Settings,
        clock: Clock,
    ) -> None:
        self._store = store
        self._callers = callers
        self._types = types
        self._settings = settings
        self._clock = clock

    def update(self, call: Call) -> Outcome:
        """A partial update under the locale of the request, re-applied on the newest state when a rival was faster.

        Raises NotAuthenticated, NotPermitted, AssetLanguageRequired, UnknownShopperType, NoProperties, StaleTag,
        ShopperTypeError, Contention. Nothing is stored then.
        """
        caller = self._callers.authenticate(call)
        return retry_on_lost_write(call.budget, lambda: self._attempt(call, caller))

    def get(self, call: Call) -> Outcome:
        """Raises NotAuthenticated, NotPermitted, UnknownShopperType."""
        caller = self._callers.authenticate(call)
        rows = self._read(caller, self._types.keys(call.language))
        _check_id(call.entity_id)
        return self._shown(self._types.current(rows, call.language))

    def list(self, call: Call) -> Outcome:
        """The types that match the query's `name` and `shopperTypeIds`. Raises NotAuthenticated, NotPermitted."""
        self._read(self._callers.authenticate(call))
        name, ids = call.parameters.get("name", ""), call.parameters.get("shopperTypeIds", "")
        listed = [type_id for type_id in (word.strip() for word in ids.split(",")) if type_id]
        matches = (not listed or TYPE_ID in listed) and name.casefold() in DISPLAY_NAME.casefold()
        return Outcome({TYPE_ID: {"displayName": DISPLAY_NAME}} if matches else {})

    def _attempt(self, call: Call, caller: Caller) -> Outcome:
        rows = self._read(caller, self._types.keys(call.language), ADMINISTRATORS)
        if call.asset_language is None:
            raise AssetLanguageRequired
        _check_id(call.entity_id)
        body = call.json_object or {}
        sent_properties(call.body)
        current = self._types.current(rows, call.language)
        # A rival that goes first makes the tag stale, which the next attempt finds.
        call.precondition.holds(TYPE_ID, current.type.version)

        underscore = self._settings.require_underscore_names and not call.flag("allowNonUnderscoreNames")
        changed = updated_type(current, body, underscore_required=underscore)
        if same_type(changed, current):
            return self._shown(current)
        return self._shown(self._types.save(current, changed, caller.login))

    def _read(
        self, caller: Caller, keys: Collection[Key] = (), roles: Collection[str] | None = None
    ) -> Mapping[Key, Item]:
        """One batch with the caller's row. Raises NotAuthenticated, NotPermitted."""
        rows = self._store.get([caller.key, *keys])
        self._callers.check(caller, rows, roles)
        return rows

    def _shown(self, labelled: LabelledType) -> Outcome:
        entity = EntityVersion(TYPE_ID, labelled.type.version, labelled.type.modifier)
        return Outcome(shown_type(labelled, self._clock()), entity)


def _check_id(type_id: str) -> None:
    if type_id != TYPE_ID:
        raise UnknownShopperType(type_id, expected=f"be {TYPE_ID}", value=type_id)
