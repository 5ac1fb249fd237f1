"""What an update makes of the shopper type (contract: shopper-types.md §1 to §5). Plain data in, plain data out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from commerce.errors import (
    AttributeInvalid,
    AttributeNotEditable,
    NoProperties,
    PropertyIdInvalid,
    PropertyTypeChanged,
    PropertyTypeMissing,
    RequiredWithoutDefault,
    ShopperTypeTooLarge,
    UnderscoreRequired,
    UnsupportedPropertyType,
)
from commerce.exact_json import JsonObject, JsonValue, Unusable, dumps, expected_object, kind_of
from commerce.shopper_types.core_properties import ALWAYS_REQUIRED, DEFAULT_IS_NOW
from commerce.shopper_types.model import (
    LENGTHS,
    SHOPPER_READABLE,
    SHOPPER_WRITEABLE,
    LabelledType,
    Property,
    new_property,
)
from commerce.values import (
    EXPECTED_PROPERTY_ID,
    MAX_TEXT,
    Misfit,
    id_text,
    is_whole,
    possible_property_id,
    property_value,
)

MAX_CUSTOM_PROPERTIES: Final = 500
ORDER: Final = "propertiesOrder"

# Members of a profile (contract: profiles.md §1, §5, companions.md §7): no custom property may hide one of them.
RESERVED_IDS: Final = frozenset({
    "id", "repositoryId", "login", "email", "firstName", "middleName", "lastName", "gender", "locale",
    "daytimeTelephoneNumber", "customerContactId", "lifetimeCurrencyCode", "dateOfBirth", "registrationDate",
    "receiveEmailDate", "GDPRProfileP13nConsentDate", "firstVisitDate", "previousVisitDate", "lastVisitDate",
    "firstPurchaseDate", "lastPurchaseDate", "receiveEmail", "GDPRProfileP13nConsentGranted", "numberOfOrders",
    "numberOfVisits", "lifetimeSpend", "lifetimeAOV", "lastPurchaseAmount", "derivedOrderPriceLimit", "taxExempt",
    "derivedApprovalRequired", "parentOrganization", "currentOrganization", "catalog", "priceListGroup",
    "contactBillingAddress", "contactShippingAddress", "secondaryOrganizations", "loyaltyPrograms", "roles",
    "shippingAddress", "shippingAddresses", "secondaryAddresses", "dynamicProperties", "links", "oldPassword",
    "newPassword", "newConfirmPassword", "active",
})  # fmt: skip

AUDIENCES: Final = (None, "all", "b2b")
LEVELS: Final = (None, "ignore", "deny")
# Says where a new property goes; means nothing on a known one.
_IGNORED_LATER: Final = frozenset({"order"})


def updated_type(current: LabelledType, body: JsonObject, *, underscore_required: bool) -> LabelledType:
    """The type after a partial update under the locale of `current`. What the body does not name stays.

    `underscore_required`: new ids must hold one. Raises NoProperties, or the first failure in the documented order:
    AttributeInvalid, PropertyIdInvalid, UnderscoreRequired, PropertyTypeMissing, UnsupportedPropertyType,
    PropertyTypeChanged, AttributeNotEditable, RequiredWithoutDefault, ShopperTypeTooLarge.
    """
    order = body.get(ORDER, [])
    if not isinstance(order, list) or not all(isinstance(property_id, str) for property_id in order):
        raise _invalid(ORDER, "be a list of ids of properties")
    labels = _Labels(current)
    known = current.type.properties
    changed: dict[str, Property] = {}
    for property_id, sent in sent_properties(body).items():
        _check_id(property_id, sent, known)
        if not isinstance(sent, dict):
            raise _invalid(property_id, f"be an object, not {kind_of(sent)}")
        if property_id in known:
            changed[property_id] = _merged(known[property_id], sent, labels, ignored=_IGNORED_LATER)
        else:
            created = _created(property_id, sent, underscore_required=underscore_required)
            changed[property_id] = _merged(created, sent, labels, ignored=frozenset())
    new = [property_id for property_id in changed if property_id not in known]
    if len(current.type.custom) + len(new) > MAX_CUSTOM_PROPERTIES:
        raise ShopperTypeTooLarge(expected=f"have at most {MAX_CUSTOM_PROPERTIES} custom properties")
    ids = _ordered(list(known), body, new)
    properties = {property_id: changed.get(property_id) or known[property_id] for property_id in ids}
    return replace(current, type=replace(current.type, properties=properties), own=labels.own, fallback=labels.fallback)


def sent_properties(body: JsonValue | Unusable) -> JsonObject:
    """The map of properties. Raises NoProperties when there is nothing to update."""
    if not isinstance(body, dict):
        raise NoProperties(expected=expected_object(body))
    properties = body.get("properties")
    if not isinstance(properties, dict) or not properties:
        raise NoProperties(
            about="properties", expected='be an object, ids by attributes: {"x_color":{"label":"Color"}}'
        )
    return properties


def same_type(one: LabelledType, other: LabelledType) -> bool:
    """Whether both read alike, display order included."""
    return (
        list(one.type.properties.items()) == list(other.type.properties.items())
        and one.own == other.own
        and one.fallback == other.fallback
    )


class _Labels:
    """The labels of the request's locale and of the default one while properties are merged."""

    def __init__(self, current: LabelledType) -> None:
        self._shown = current.label
        self._locale = current.locale
        self.fallback = dict(current.fallback)
        self.own = self.fallback if current.locale == current.default_locale else dict(current.own)

    def set(self, declared: Property, label: str | None) -> str | None:
        """Give, change or take away one label of the locale; the property's label origin afterwards."""
        if label and label == self._shown(declared):
            return declared.label_origin
        if self.own is self.fallback:
            return self._set_default(declared, label)
        serves = declared.label_origin == self._locale or (
            bool(label) and not declared.core and declared.label_origin is None and declared.id not in self.fallback
        )
        _put(self.own, declared.id, label)
        if not serves:
            return declared.label_origin
        _put(self.fallback, declared.id, label)
        return self._locale if label else None

    def _set_default(self, declared: Property, label: str | None) -> str | None:
        if not label and declared.label_origin:
            return declared.label_origin
        _put(self.own, declared.id, label)
        return None


def _put(labels: dict[str, str], property_id: str, label: str | None) -> None:
    if label:
        labels[property_id] = label
    else:
        labels.pop(property_id, None)


def _check_id(property_id: str, sent: JsonValue, known: Mapping[str, Property]) -> None:
    if property_id not in known and not possible_property_id(property_id):
        raise PropertyIdInvalid(property_id, expected=EXPECTED_PROPERTY_ID, property=property_id)
    if property_id not in known and property_id in RESERVED_IDS:
        raise PropertyIdInvalid(property_id, expected="not be that of a member of profiles", property=property_id)
    if isinstance(sent, dict) and sent.get("id", property_id) != property_id:
        place = _path(f"{property_id}.id")
        raise PropertyIdInvalid(
            property_id, about=place, expected="be the name it stands under, or be left out", property=property_id
        )


def _created(property_id: str, sent: JsonObject, *, underscore_required: bool) -> Property:
    if underscore_required and "_" not in property_id:
        raise UnderscoreRequired(property_id, property=property_id)
    kind = sent.get("type")
    if kind is None:
        place = _path(f"{property_id}.type")
        raise PropertyTypeMissing(property_id, about=place, expected=_expected_type(), property=property_id)
    _check_type(property_id, kind)
    return new_property(property_id, kind)


def _check_type(property_id: str, kind: JsonValue) -> None:
    if not isinstance(kind, str) or kind not in LENGTHS:
        text = kind if isinstance(kind, str) else dumps(kind)
        place = _path(f"{property_id}.type")
        raise UnsupportedPropertyType(text, about=place, expected=_expected_type(), value=text)


def _expected_type() -> str:
    return f"be one of {', '.join(LENGTHS)}"


def _merged(target: Property, sent: JsonObject, labels: _Labels, *, ignored: frozenset[str]) -> Property:
    """The property with what was sent. Each check runs through all attributes before the next one does."""
    if sent.get("type") is not None:
        _check_type(target.id, sent["type"])
    if any(sent.get(name, target.type) != target.type for name in ("type", "uiEditorType")):
        raise PropertyTypeChanged(target.id, about=_path(f"{target.id}.type"), property=target.id)
    for name, value in sent.items():
        _check_editable(target, name, value)
    attributes = {
        name: _ATTRIBUTES[name](target, name, value)
        for name, value in sent.items()
        if name in _ATTRIBUTES and name not in ignored and not (name == "default" and target.id in DEFAULT_IS_NOW)
    }
    label = attributes.pop("label", None)
    attributes.pop("order", None)
    merged = target.attributes | attributes
    if not target.core and merged["required"] and merged["default"] is None:
        raise RequiredWithoutDefault(target.id, about=_path(f"{target.id}.default"), property=target.id)
    origin = labels.set(target, label) if "label" in sent else target.label_origin
    return target.changed(attributes, origin)


def _check_editable(target: Property, name: str, value: JsonValue) -> None:
    fixed = name == "required" and target.id in ALWAYS_REQUIRED and value is not True
    closed = name == "readSecurityLevel" and target.core and value == "deny"
    if fixed or closed:
        place, expected = f"{target.id}.{name}", "be true, or be left out" if fixed else "be ignore, null or left out"
        raise AttributeNotEditable(place, path=_path(place), expected=expected, property=place)


def _flag(target: Property, name: str, value: JsonValue) -> JsonValue:
    if isinstance(value, bool) or _as_stored(target, name, value):
        return value
    raise _refused(target, name, "be true or false")


def _flag_or_null(target: Property, name: str, value: JsonValue) -> JsonValue:
    if value is None or isinstance(value, bool):
        return value
    raise _refused(target, name, "be true, false or null")


def _audience(target: Property, name: str, value: JsonValue) -> JsonValue:
    return _one_of(AUDIENCES, target, name, value)


def _level(target: Property, name: str, value: JsonValue) -> JsonValue:
    return _one_of(LEVELS, target, name, value)


def _one_of(allowed: tuple[str | None, ...], target: Property, name: str, value: JsonValue) -> JsonValue:
    if value in allowed:
        return value
    raise _refused(target, name, f"be one of {', '.join(word or 'null' for word in allowed)}")


def _text(target: Property, name: str, value: JsonValue) -> JsonValue:
    if value is None or (isinstance(value, str) and len(value) <= MAX_TEXT):
        return value
    raise _refused(target, name, f"be text of at most {MAX_TEXT} characters, or null")


def _role(target: Property, name: str, value: JsonValue) -> JsonValue:
    """An id; a numeric one is read as its decimal text, an empty one is none."""
    text = id_text(value)
    return _text(target, name, value if text is None else text) or None


def _default_value(target: Property, name: str, value: JsonValue) -> JsonValue:
    if _as_stored(target, name, value):
        return value
    try:
        return property_value(target.type, value, target.length or None)
    except Misfit as misfit:
        raise _refused(target, name, misfit.expected) from misfit


def _position(target: Property, name: str, value: JsonValue) -> JsonValue:
    if is_whole(value):
        return value
    raise _refused(target, name, "be a whole number")


def _as_stored(target: Property, name: str, value: JsonValue) -> bool:
    stored = target.attributes[name]
    return type(value) is type(stored) and bool(value == stored)


def _refused(target: Property, name: str, expected: str) -> AttributeInvalid:
    return _invalid(f"{target.id}.{name}", expected)


def _invalid(place: str, expected: str) -> AttributeInvalid:
    return AttributeInvalid(place, path=_path(place), expected=expected, property=place)


def _path(place: str) -> str:
    return place if place == ORDER else f"properties.{place}"


_ATTRIBUTES: Final[Mapping[str, Callable[[Property, str, JsonValue], JsonValue]]] = {
    "label": _text,
    "default": _default_value,
    "required": _flag,
    "internalOnly": _flag,
    "searchable": _flag,
    "textSearchable": _flag,
    "dimension": _flag,
    "multiSelect": _flag_or_null,
    "audienceVisibility": _audience,
    "order": _position,
    "readRole": _role,
    "writeRole": _role,
    "readAccessRight": _role,
    "writeAccessRight": _role,
    "readSecurityLevel": _level,
    "writeSecurityLevel": _level,
    "securityMaskingValue": _text,
    SHOPPER_READABLE: _flag_or_null,
    SHOPPER_WRITEABLE: _flag_or_null,
}


def _ordered(known: Sequence[str], body: JsonObject, new: Sequence[str]) -> list[str]:
    """All ids in display order (contract: shopper-types.md §4)."""
    wanted = {property_id: body["properties"][property_id].get("order") for property_id in new}
    placed = sorted((property_id for property_id in new if wanted[property_id] is not None), key=wanted.__getitem__)
    last = [property_id for property_id in new if wanted[property_id] is None]
    if ORDER in body:
        ids = {*known, *new}
        listed = [property_id for property_id in dict.fromkeys(body[ORDER]) if property_id in ids]
        return list(dict.fromkeys([*listed, *known, *placed, *last]))
    ids_in_order, least = list(known), 0
    for property_id in placed:
        least = min(max(least, wanted[property_id] - 1), len(ids_in_order))
        ids_in_order.insert(least, property_id)
        least += 1
    return [*ids_in_order, *last]
