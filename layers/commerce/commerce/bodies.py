"""What bodies of several rooms have in common.

Modules called `bodies` say what bodies look like on the wire, each beside the presentation that makes them, or the
rules that read them. They are for docs/openapi.json and for the tests, which hold every answer against them; nothing
that is deployed imports them, and the layer is built without them. The text below a member is its description.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from typing_extensions import TypedDict

from commerce.shapes import MaxLength
from commerce.values import MAX_TEXT

LimitedText: TypeAlias = Annotated[str, MaxLength(MAX_TEXT)]
SentId: TypeAlias = str | int
Kind: TypeAlias = Literal["shortText", "longText", "richText", "number", "date", "checkbox"]


class OtherData(TypedDict):
    """An object of whatever members."""


class Link(TypedDict):
    """Where an answer can be had again (contract: common.md §4)."""

    rel: str
    """`self`: the request that was answered."""
    href: str
    """An absolute URL."""


class Linked(TypedDict):
    """An answer with nothing but its links."""

    links: list[Link]
    """The address that was called."""


class Reference(TypedDict):
    """Something named by its id alone."""

    repositoryId: str | None


class AddressTypeReference(TypedDict):
    """An address type, as `{"id": "SHIPPING"}`."""

    id: str


class SetProperty(TypedDict):
    """The value of a declared property."""

    id: str
    label: str | None
    """In the request's language."""
    value: Any
    """A text, number or boolean, as the property's type says; null where it is not set."""


class Page(Linked):
    """One page of a list (contract: companions.md §1)."""

    total: int
    """How many entries match, on all pages."""
    totalResults: int
    """The same as `total`."""
    offset: int
    """How many entries come before this page."""
    limit: int
    """How many entries a page may have."""
    count: int
    """How many entries this page has."""
    sort: str | None
    """The query's `sort`."""
