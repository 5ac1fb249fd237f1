"""Laws of the shopper type's merge, on generated updates (contract: shopper-types.md §3, §4)."""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from commerce.errors import ShopperTypeError
from commerce.exact_json import JsonObject, dumps, loads
from commerce.shopper_types.core_properties import CORE_PROPERTIES
from commerce.shopper_types.model import read_type, type_document
from commerce.shopper_types.presentation import shown_type
from commerce.shopper_types.rules import updated_type
from tests.support.shopper_types import NOW, StoredType

LOCALES = ("en", "de", "fr")
TYPES = {"x_text": "shortText", "x_rich": "richText", "x_number": "number", "x_date": "date", "x_flag": "checkbox"}
# No label of these is missing in the default locale: what serves for it would depend on who came first.
START = {name: {"type": kind, "label": name.upper()} for name, kind in TYPES.items()}

flags = st.booleans()
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
roles = st.none() | texts
levels = st.sampled_from([None, "ignore", "deny"])
DEFAULTS: dict[str, st.SearchStrategy[Any]] = {
    "shortText": st.none() | texts,
    "richText": st.none() | texts,
    "number": st.none() | st.integers() | st.decimals(-1000, 1000, places=2),
    "date": st.none() | st.dates().map(str),
    "checkbox": st.none() | flags,
}
ATTRIBUTES: dict[str, st.SearchStrategy[Any]] = {
    "label": st.none() | texts,
    "internalOnly": flags,
    "searchable": flags,
    "textSearchable": flags,
    "dimension": flags,
    "multiSelect": st.none() | flags,
    "audienceVisibility": st.sampled_from([None, "all", "b2b"]),
    "readRole": roles,
    "writeRole": roles,
    "readAccessRight": roles,
    "writeAccessRight": roles,
    "writeSecurityLevel": levels,
    "securityMaskingValue": roles,
    "shopperReadable": st.none() | flags,
    "shopperWriteable": st.none() | flags,
}


def kind_of(name: str) -> str:
    return TYPES[name] if name in TYPES else CORE_PROPERTIES[name].type


@cache
def attributes_of(name: str) -> st.SearchStrategy[JsonObject]:
    return st.fixed_dictionaries({}, optional=ATTRIBUTES | {"default": DEFAULTS[kind_of(name)]})


known = st.sampled_from([*TYPES, "login", "firstName", "gender", "member"])
changes = st.lists(known, unique=True, min_size=1, max_size=6).flatmap(
    lambda names: st.fixed_dictionaries({name: attributes_of(name) for name in names})
)
locales = st.sampled_from(LOCALES)


def beginning() -> StoredType:
    return StoredType().put(START)


def everywhere(stored: StoredType) -> dict[str, JsonObject]:
    """What each locale shows."""
    return {locale: shown_type(stored.seen(locale), NOW) for locale in LOCALES}


def disjoint(one: JsonObject, other: JsonObject, *, one_locale: str, other_locale: str) -> JsonObject:
    """`other` without the members that `one` names too. Labels of two locales are two members."""
    kept = {}
    for name, attributes in other.items():
        mine = one.get(name, {})
        kept[name] = {
            attribute: value
            for attribute, value in attributes.items()
            if attribute not in mine or (attribute == "label" and one_locale != other_locale)
        }
    return {name: attributes for name, attributes in kept.items() if attributes}


@given(changes, locales, changes, locales)
def test_updates_without_common_members_commute(
    one: JsonObject, one_locale: str, other: JsonObject, other_locale: str
) -> None:
    other = disjoint(one, other, one_locale=one_locale, other_locale=other_locale)
    # A label that equals what shows is not stored, and what shows elsewhere follows the default locale's.
    assume("en" not in (one_locale, other_locale) or one_locale == other_locale or not _labels_meet(one, other))
    assume(other)
    start = beginning()
    forwards = start.put(one, one_locale).put(other, other_locale)
    backwards = start.put(other, other_locale).put(one, one_locale)
    assert everywhere(forwards) == everywhere(backwards)


def _labels_meet(one: JsonObject, other: JsonObject) -> bool:
    return any("label" in one[name] and "label" in other.get(name, {}) for name in one)


new_names = st.lists(st.from_regex(r"[a-z]_[a-z]{1,4}", fullmatch=True), unique=True, min_size=1, max_size=4)


@given(new_names, new_names, locales, locales)
def test_new_properties_of_two_updates_all_survive(
    one: list[str], other: list[str], one_locale: str, other_locale: str
) -> None:
    assume(not set(one) & set(other))
    first: JsonObject = {name: {"type": "number", "label": f"{name}!", "default": 1} for name in one}
    second: JsonObject = {name: {"type": "date", "label": f"{name}?"} for name in other}
    start = beginning()
    forwards = everywhere(start.put(first, one_locale).put(second, other_locale))
    backwards = everywhere(start.put(second, other_locale).put(first, one_locale))
    for locale in LOCALES:
        # Both stand at the end in the order they came in: that one thing does depend on who was first.
        ends = [shown[locale].pop("propertiesOrder")[-len(one) - len(other) :] for shown in (forwards, backwards)]
        assert ends == [[*one, *other], [*other, *one]]
        assert forwards[locale] == backwards[locale]


@given(changes, locales, locales)
def test_what_a_read_showed_can_be_sent_back(sent: JsonObject, locale: str, reader: str) -> None:
    stored = beginning().put(sent, locale)
    shown = stored.shown(reader)
    assert stored.unchanged_by(shown["properties"], reader, propertiesOrder=shown["propertiesOrder"])


@given(changes, locales)
def test_an_update_applied_twice_is_applied_once(sent: JsonObject, locale: str) -> None:
    once = beginning().put(sent, locale)
    assert everywhere(once.put(sent, locale)) == everywhere(once)


@given(changes, locales)
def test_only_what_was_sent_changes(sent: JsonObject, locale: str) -> None:
    start = beginning()
    before, after = everywhere(start), everywhere(start.put(sent, locale))
    for seen in LOCALES:
        for name, entry in after[seen]["properties"].items():
            untouched = entry.keys() - sent.get(name, {}).keys()
            for attribute in untouched & before[seen]["properties"][name].keys():
                assert entry[attribute] == before[seen]["properties"][name][attribute]
        assert after[seen]["propertiesOrder"] == before[seen]["propertiesOrder"]


orders = st.none() | st.integers(-3, 60)


@given(
    st.dictionaries(st.from_regex(r"[a-z]_[a-z]{1,3}", fullmatch=True), orders, min_size=1, max_size=6),
    st.none() | st.lists(st.sampled_from([*CORE_PROPERTIES, *TYPES, "unknown"]), max_size=12),
)
def test_the_order_names_each_property_once(new: dict[str, int | None], wanted: list[str] | None) -> None:
    properties: JsonObject = {
        name: {"type": "number"} | ({} if order is None else {"order": order}) for name, order in new.items()
    }
    members: dict[str, Any] = {} if wanted is None else {"propertiesOrder": wanted}
    start = beginning()
    before = list(start.type.properties)
    after = list(start.put(properties, **members).type.properties)
    assert sorted(after) == sorted([*before, *new])
    listed = [property_id for property_id in dict.fromkeys(wanted or ()) if property_id in before]
    assert [property_id for property_id in after if property_id not in new] == [
        *listed,
        *(property_id for property_id in before if property_id not in listed),
    ]
    if wanted is None:
        alone = [name for name, order in new.items() if order is not None]
        if len(alone) == 1:
            place = new[alone[0]] or 0
            assert after.index(alone[0]) == min(max(place, 1), len(before) + 1) - 1


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["shortText", "deny", "user"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
names = st.sampled_from([*TYPES, "login", "password", "registrationDate", "x_new", "1", "links"]) | st.text(max_size=5)
members = st.sampled_from([*ATTRIBUTES, "default", "required", "type", "uiEditorType", "id", "order", "length"])


@given(
    st.fixed_dictionaries(
        {"properties": json_values | st.dictionaries(names, json_values | st.dictionaries(members, json_values))},
        optional={"propertiesOrder": json_values},
    ),
    locales,
)
def test_whatever_is_sent_is_refused_or_leaves_a_type_that_can_be_stored(body: JsonObject, locale: str) -> None:
    start = beginning()
    try:
        after = updated_type(start.seen(locale), body, underscore_required=False)
    except ShopperTypeError:
        return
    document = type_document(after.type.properties, {}, "")
    read = read_type(loads(dumps(document)), 0)
    assert list(read.properties.items()) == list(after.type.properties.items())
    for declared in read.custom:
        assert not declared.required or declared.default is not None
