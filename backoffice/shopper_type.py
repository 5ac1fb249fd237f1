"""shopper_type.json: properties of the shopper type, with their labels in any locale."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final

from annotated_types import MaxLen
from typing_extensions import TypedDict

from backoffice.book import Book
from backoffice.deployment import Deployment
from backoffice.findings import suggestion
from backoffice.members import Described
from backoffice.records import Record, object_of, read_object
from backoffice.wording import error_words
from backoffice.writing import write_in_turn
from commerce.errors import ShopperTypeError
from commerce.exact_json import JsonObject
from commerce.shopper_types.core_properties import CORE_PROPERTIES
from commerce.shopper_types.model import LENGTHS, new_property
from commerce.shopper_types.repository import ShopperTypeRepository
from commerce.shopper_types.rules import AUDIENCES, LEVELS, same_type, updated_type
from commerce.values import MAX_TEXT

UNSET: Final = new_property("unset", "shortText").attributes


class PropertyRecord(TypedDict, total=False):
    """Attributes as updateShopperType takes them, but `labels` (locale → text) instead of one locale's `label`.

    Attributes and labels that a record leaves out stay as they are stored.
    """

    type: Annotated[str, Described(enum=list(LENGTHS))]
    """Needed for a new property; cannot be changed later."""
    labels: dict[str, Annotated[str, MaxLen(MAX_TEXT)]]
    """Name for people, by locale of the store."""
    default: Any
    """What shows where a profile has no value; of the property's type."""
    required: bool
    """Whether each profile has a value; needs a default. Default false."""
    internalOnly: bool
    """Shoppers do not see it. Default false."""
    searchable: bool
    """Kept and shown; no other effect. Default false."""
    textSearchable: bool
    """As `searchable`."""
    dimension: bool
    """As `searchable`."""
    multiSelect: bool | None
    """Kept and shown. Default null."""
    audienceVisibility: Annotated[str | None, Described(enum=list(AUDIENCES))]
    """For which audiences it counts. Default null."""
    readRole: str | None
    """Id of the role whose holders read it. Default: everybody."""
    writeRole: str | None
    """Id of the role whose holders change it. Default: everybody."""
    readAccessRight: str | None
    """Access right whose holders read it."""
    writeAccessRight: str | None
    """Access right whose holders change it."""
    readSecurityLevel: Annotated[str | None, Described(enum=list(LEVELS))]
    """What others see: `ignore`, the masking text; `deny`, nothing. Default `ignore`."""
    writeSecurityLevel: Annotated[str | None, Described(enum=list(LEVELS))]
    """What others write: `ignore`, it is dropped; `deny`, it is an error. Default `ignore`."""
    securityMaskingValue: str | None
    """What others read in its place."""
    shopperReadable: bool | None
    """Shoppers read it of their own profile all the same."""
    shopperWriteable: bool | None
    """Shoppers change it in their own profile all the same."""


class ShopperTypeRecord(TypedDict, total=False):
    """The whole file."""

    properties: dict[str, PropertyRecord]
    """Property id → attributes. Those that are not named stay."""
    propertiesOrder: list[str]
    """Ids in the order they are shown; others come after them."""


def check_shopper_type(file: Path, book: Book) -> None:
    """The properties by the rules of an update; the book's type is the updated one then."""
    record = object_of(file, book.findings)
    if record is None or not record.check(ShopperTypeRecord):
        return
    settings = book.deployment.settings
    locales = {
        locale for declared in record.value.get("properties", {}).values() for locale in declared.get("labels", {})
    }
    if unsupported := sorted(locales - set(settings.locales)):
        for locale in unsupported:
            record.wrong(f"labels: {locale} is no locale of the store{suggestion(locale, settings.locales)}")
        return
    for _, body in _updates(record, book.deployment, replace=book.replace):
        try:
            book.shopper_type = updated_type(book.shopper_type, body, underscore_required=False)
        except ShopperTypeError as error:
            record.wrong(f"{error.more_info or 'properties'}: {error_words(error)}")


def load_shopper_type(
    file: Path, deployment: Deployment, advance: Callable[[int], object], *, replace: bool = False
) -> int:
    """Put the properties of a file that was checked back to what it says; what it leaves out of one stays, unless
    `replace`.
    """
    record = read_object(file)
    properties = record.value.get("properties", {})
    default_locale = deployment.settings.default_locale
    types = ShopperTypeRepository(deployment.store, deployment.tables.shopper_types, default_locale)

    def update(locale: str, body: JsonObject) -> None:
        before = types.current(deployment.store.get(types.keys(locale)), locale)
        after = updated_type(before, body, underscore_required=False)
        if not same_type(before, after):
            types.save(before, after, "")

    for locale, body in _updates(record, deployment, replace=replace):
        write_in_turn("the properties of the shopper type", partial(update, locale, body))
    advance(len(properties))
    return len(properties)


def _updates(record: Record, deployment: Deployment, *, replace: bool) -> Iterator[tuple[str, JsonObject]]:
    """One update for each locale: the default one brings the attributes, all others their labels alone."""
    properties, settings = record.value.get("properties", {}), deployment.settings
    locales = {locale for declared in properties.values() for locale in declared.get("labels", {})}
    for locale in (settings.default_locale, *sorted(locales - {settings.default_locale})):
        sent = {
            name: _label(declared, locale, replace=replace)
            | (_attributes(name, declared, replace=replace) if locale == settings.default_locale else {})
            for name, declared in properties.items()
        }
        body: JsonObject = {"properties": sent}
        if locale == settings.default_locale and "propertiesOrder" in record.value:
            body["propertiesOrder"] = record.value["propertiesOrder"]
        if sent:
            yield locale, body


def _label(record: JsonObject, locale: str, *, replace: bool) -> JsonObject:
    labels = record.get("labels", {})
    return {"label": labels.get(locale)} if replace or locale in labels else {}


def _attributes(name: str, record: JsonObject, *, replace: bool) -> JsonObject:
    """What the file says; of a custom property, what it leaves out is unset when its record is to `replace` it."""
    said = {attribute: value for attribute, value in record.items() if attribute != "labels"}
    return UNSET | said if replace and name not in CORE_PROPERTIES else said
