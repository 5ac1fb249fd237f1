"""What a load would change: the records of a store's files beside those that a stack holds.

Passwords and PINs are not compared: what is stored of them tells nothing without the work of a login.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from backoffice.book import Book
from backoffice.checking import OBJECTS, found_files
from backoffice.configuration import revised
from backoffice.deployment import Deployment
from backoffice.findings import Findings
from backoffice.organizations import stored_addresses as addresses_of_organization
from backoffice.records import Record, read_object, read_records
from backoffice.shopper_type import UNSET
from backoffice.shoppers import DATES, stored_addresses
from backoffice.stored import Source, name_of
from commerce.dates import canonical_date
from commerce.exact_json import JsonObject
from commerce.locales import locales_of_text
from commerce.profiles.custom import stored_value
from commerce.shopper_types.core_properties import CORE_PROPERTIES

# Members that a load reads and a stack does not show.
UNSEEN: Final = frozenset({"sample", "password", "passwordHash", "totpSecret"})
# Of an order without `details`: what every order has.
_COMMON_DETAILS: Final = frozenset({"created", "modified", "creationSiteId", "groups", "sequence"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One record that a load would write. `members`: None = it is new, else those that change."""

    kind: str
    name: str
    members: Collection[str] | None

    def __str__(self) -> str:
        # A card's number pays.
        name = f"…{self.name[-4:]}" if self.kind == "giftCards" else self.name
        what = f"{self.kind} {name}".rstrip()
        return f"+ {what}" if self.members is None else f"~ {what}: {', '.join(self.members)}"


@dataclass
class Comparison:
    """`same`, `beside`: by file, how many records are as they are stored, and how many the stack holds besides."""

    differences: list[Difference] = field(default_factory=list)
    same: dict[str, int] = field(default_factory=dict)
    beside: dict[str, int] = field(default_factory=dict)

    def summary(self) -> list[str]:
        lines = []
        for name, same in sorted(self.same.items()):
            own = [one for one in self.differences if one.kind == name.partition(".")[0]]
            new = sum(one.members is None for one in own)
            beside = f"; {self.beside[name]:,} more in the stack stay" if self.beside[name] else ""
            lines.append(f"{name}: {new:,} new, {len(own) - new:,} changed, {same:,} the same{beside}")
        return lines


def compare_store(directory: Path, deployment: Deployment, *, replace: bool = False) -> Comparison:
    """Compare files that were checked. `replace`: as the load with that option would change the stack."""
    source, comparison = Source(deployment), Comparison()
    comparing = _Comparing(deployment, replace=replace)
    for kind, file in found_files(directory).items():
        stored = source.stored(kind)
        known = same = 0
        for record in [read_object(file)] if kind in OBJECTS else read_records(file):
            name = name_of(kind, record.value)
            before = stored.record(name)
            known += before is not None
            changed = None if before is None else comparing.members(kind, record, before)
            if changed is None or changed:
                comparison.differences.append(Difference(kind, name, changed))
            else:
                same += 1
        comparison.same[file.name] = same
        comparison.beside[file.name] = len(stored.rows) - known
        source.forget(kind)
    return comparison


class _Comparing:
    """The members in which a record differs from the stored one, kind by kind."""

    def __init__(self, deployment: Deployment, *, replace: bool) -> None:
        self._book = Book(deployment, Findings())
        self._replace = replace

    def members(self, kind: str, record: Record, before: JsonObject) -> list[str]:
        compare = _OF_KIND.get(kind)
        if compare is not None:
            return sorted(set(compare(self, record, before)))
        return sorted(_differing(record.value, before))

    def configuration(self, record: Record, before: JsonObject) -> Iterator[str]:
        return _differing(revised(before, record.value), before)

    def product(self, record: Record, before: JsonObject) -> Iterator[str]:
        return _differing({"discountable": True, **record.value}, {"discountable": True, **before})

    def coupon(self, record: Record, before: JsonObject) -> Iterator[str]:
        """Without `uses` the count goes on."""
        counted = {"uses": before.get("uses", 0)}
        return _differing({**counted, **record.value}, {**before, **counted})

    def card(self, record: Record, before: JsonObject) -> Iterator[str]:
        given = {name: value for name, value in record.value.items() if name not in {"sample", "pin", "pinHash"}}
        has_pin = {"hasPin": True} if record.value.keys() & {"pin", "pinHash"} else {}
        return _differing({**given, **has_pin}, before)

    def person(self, record: Record, before: JsonObject) -> Iterator[str]:
        given = {name: value for name, value in record.value.items() if name not in UNSEEN}
        stored = {"active": True, **before}
        if self._replace:
            yield from stored.keys() - given.keys() - {"active"}
        for name, value in given.items():
            if name in {"custom", "sites"}:
                kept = stored.get(name, {})
                yield from self._custom(value, kept) if name == "custom" else _merged("sites", value, kept)
                if self._replace:
                    yield from (f"{name}.{left}" for left in kept.keys() - value.keys())
            elif name == "addresses":
                addresses = stored_addresses(value, self._book.regions)
                yield from ["addresses"] if addresses != stored.get("addresses", []) else []
            elif (canonical_date(value) if name in DATES else value) != stored.get(name):
                yield name

    def organization(self, record: Record, before: JsonObject) -> Iterator[str]:
        """Its place in the tree is as the file says, all else as a record leaves it."""
        given = {"parent": None, "active": True, **record.value}
        stored = {"parent": None, "active": True, **before}
        if "addresses" in given:
            properties = self._book.configuration.address_properties
            given["addresses"] = addresses_of_organization(record, self._book.regions, properties)
        if self._replace:
            given = {"addresses": [], **given}
            yield from stored.keys() - given.keys()
        yield from (name for name, value in given.items() if value != stored.get(name))

    def shopper_type(self, record: Record, before: JsonObject) -> Iterator[str]:
        """Ids of properties, and the order of display."""
        for name, declared in record.value.get("properties", {}).items():
            stored = before.get("properties", {}).get(name)
            if stored is None and name not in CORE_PROPERTIES:
                yield name
                continue
            stored = stored or {}
            unset = {} if name in CORE_PROPERTIES else UNSET
            said = {key: value for key, value in declared.items() if key != "labels"}
            labels, kept = declared.get("labels", {}), stored.get("labels", {})
            differ = any(value != stored.get(key, unset.get(key)) for key, value in said.items())
            if self._replace and name not in CORE_PROPERTIES:
                differ |= bool(stored.keys() - said.keys() - {"labels"} or kept.keys() - labels.keys())
            if differ or any(self._label(name, locale, kept) != label for locale, label in labels.items()):
                yield name
        listed = record.value.get("propertiesOrder")
        if listed is not None:
            order = [name for name in before.get("propertiesOrder", []) if name in set(listed)]
            yield from ["propertiesOrder"] if order != [name for name in listed if name in set(order)] else []

    def _label(self, name: str, locale: str, kept: Mapping[str, str]) -> str:
        """What a locale shows: a label that it shows already is not stored for it (contract: shopper-types.md §3)."""
        locales = locales_of_text(locale, self._book.deployment.settings.default_locale)
        core = CORE_PROPERTIES.get(name)
        return next((kept[one] for one in locales if kept.get(one)), core.label if core else name)

    def order(self, record: Record, before: JsonObject) -> Iterator[str]:
        if "details" in record.value:
            yield from _differing({"current": False, **record.value}, {"current": False, **before})
            return
        absent = {"current": False, "cartName": None, "organization": None}
        plain = {name: value for name, value in before.items() if name != "details"}
        yield from _differing({**absent, **record.value}, {**absent, **plain})
        if before["details"].keys() - _COMMON_DETAILS:
            yield "details"

    def _custom(self, given: JsonObject, stored: JsonObject) -> Iterator[str]:
        declared = self._book.shopper_type.type.properties
        for name, value in given.items():
            kept = stored_value(declared[name], value) if name in declared else value
            if kept != stored.get(name):
                yield f"custom.{name}"


def _differing(given: JsonObject, before: JsonObject) -> Iterator[str]:
    """Members that are not the same in both."""
    return (name for name in given.keys() | before.keys() if given.get(name) != before.get(name))


def _merged(member: str, given: Mapping[str, JsonObject], stored: Mapping[str, JsonObject]) -> Iterator[str]:
    for name, values in given.items():
        if any(value != stored.get(name, {}).get(key) for key, value in values.items()):
            yield f"{member}.{name}"


_OF_KIND: Final[Mapping[str, Callable[[_Comparing, Record, JsonObject], Iterator[str]]]] = {
    "configuration": _Comparing.configuration,
    "products": _Comparing.product,
    "coupons": _Comparing.coupon,
    "giftCards": _Comparing.card,
    "users": _Comparing.person,
    "organizations": _Comparing.organization,
    "shopper_type": _Comparing.shopper_type,
    "shoppers": _Comparing.person,
    "orders": _Comparing.order,
}
