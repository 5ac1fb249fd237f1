"""Bodies of the calls on the shopper type, and of listLocales (contract: shopper-types.md §1, §2, §6, common.md §1)."""

from __future__ import annotations

from typing import Any, NotRequired

from typing_extensions import TypedDict

from commerce.bodies import Kind, LimitedText, Linked


class SentShopperTypeProperty(TypedDict, total=False):
    """Attributes of one property (contract: shopper-types.md §2); those that are left out stay as they are.

    Whatever an answer shows may be sent back.
    """

    id: str
    """The property's id again."""
    label: LimitedText | None
    """In the language of `X-CCAsset-Language`; null takes it away."""
    type: str
    """Of a new property: `shortText`, `richText`, `number`, `date` or `checkbox`. Cannot be changed."""
    uiEditorType: str
    """The same as `type`."""
    default: Any
    """What shows where a profile has no value: a text, number or boolean, as the type says."""
    required: bool
    internalOnly: bool | None
    """Shoppers do not see it."""
    searchable: bool
    textSearchable: bool
    dimension: bool
    multiSelect: bool | None
    audienceVisibility: str | None
    """`all` or `b2b`."""
    order: int
    """Position of a new property, from 1."""
    readRole: str | None
    """Id of the role that may read it."""
    writeRole: str | None
    readAccessRight: str | None
    """Id of the access right that lets read it."""
    writeAccessRight: str | None
    readSecurityLevel: str | None
    """`ignore`: others see the masking text. `deny`: they do not see the property."""
    writeSecurityLevel: str | None
    """`ignore`: what others write is dropped. `deny`: it is an error."""
    securityMaskingValue: str | None
    shopperReadable: bool | None
    """Shoppers may read it of their own profile all the same."""
    shopperWriteable: bool | None


class ShopperTypeUpdate(TypedDict):
    """Properties to add or change; those that are left out stay as they are."""

    properties: dict[str, SentShopperTypeProperty]
    """Property id → attributes. An id that is not there yet makes a new property."""
    propertiesOrder: NotRequired[list[str]]
    """Ids in the order they are to be shown; those that are left out come after them."""


class DeclaredPropertyAttributes(TypedDict):
    """What is said of a declared property."""

    label: str
    """In the request's language."""
    type: Kind
    uiEditorType: Kind
    default: Any
    required: bool
    length: int | None
    localizable: bool
    writable: bool
    internalOnly: bool | None
    searchable: bool | None
    textSearchable: bool | None
    dimension: bool | None
    multiSelect: bool | None
    audienceVisibility: str | None
    editableAttributes: list[str]
    """Attributes that may be changed."""


class ShopperTypeProperty(DeclaredPropertyAttributes):
    """A property of every profile. Of core properties, those on security are there once one of them is set."""

    readRole: NotRequired[str | None]
    writeRole: NotRequired[str | None]
    readAccessRight: NotRequired[str | None]
    writeAccessRight: NotRequired[str | None]
    readSecurityLevel: NotRequired[str | None]
    """`ignore` or `deny`."""
    writeSecurityLevel: NotRequired[str | None]
    """`ignore` or `deny`."""
    securityMaskingValue: NotRequired[str | None]
    shopperReadable: NotRequired[bool | None]
    shopperWriteable: NotRequired[bool | None]


class ShopperType(Linked):
    """The whole shopper type."""

    id: str
    repositoryId: str
    """The same as `id`."""
    displayName: str
    propertiesOrder: list[str]
    """All property ids, core and custom, in the order they are shown."""
    properties: dict[str, ShopperTypeProperty]
    """Property id → attributes."""


class ListedShopperType(TypedDict):
    """A shopper type by its name."""

    displayName: str


class ShopperTypeList(Linked):
    """Shopper types by their ids; there is one."""

    user: NotRequired[ListedShopperType]


class Locale(TypedDict):
    """A locale in its underscore form, as `pt_BR`."""

    name: str
    displayName: str
    """In English."""


class LocaleName(TypedDict):
    """A locale by its name."""

    name: str


class LocaleList(Linked):
    """The locales that labels can be given in."""

    items: list[Locale]
    defaultLocale: LocaleName
