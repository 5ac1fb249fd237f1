"""A shopper's own profile without a table."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

import pytest

from commerce.accounts.directory import Directory, Place
from commerce.addresses.regions import Regions
from commerce.errors import PropertyErrors
from commerce.exact_json import JsonObject, dumps, loads
from commerce.identity.login_records import LoginRecord
from commerce.profiles.custom import DeclaredProperties
from commerce.profiles.model import Profile
from commerce.profiles.presentation import shown_profile
from commerce.profiles.rules import UpdateContext, updated_profile
from commerce.shopper_types.security import Holdings
from commerce.storage import Key
from local.workspace import ROOT
from tests.support.shopper_types import NOW, StoredType, sample_type

# Code, path and moreInfo of an entry in the answer's list of errors.
Refusal: TypeAlias = tuple[str, str | None, str | None]

_STORED_APART: Final = ("id", "login", "password")


def any_of(*values: Any) -> tuple[Any, ...]:
    """Values of whatever kinds."""
    return values


def sample_document() -> JsonObject:
    """What is stored of the sample store's first shopper."""
    shoppers = loads((ROOT / "sample_store" / "shoppers.json").read_text(encoding="utf-8"))
    return {name: value for name, value in shoppers[0].items() if name not in _STORED_APART}


@dataclass
class OwnProfile:
    """A profile as its row holds it after each update, and what its owner is shown.

    `held`: ids of roles and access rights. `others`: identifiers of other profiles; `other_logins`: those that are
    nobody's e-mail address. `accounts`: the tree of organizations; `organization`: the one that each call names.
    """

    document: JsonObject = field(default_factory=sample_document)
    login: str = "shopper"
    type: StoredType = field(default_factory=sample_type)
    held: Collection[str] = ()
    others: Collection[str] = ()
    other_logins: Collection[str] = ()
    accounts: Mapping[str, Place] = field(default_factory=dict)
    organization: str | None = None
    regions: Regions = field(default_factory=Regions)
    now: datetime = NOW
    new_id: Callable[[], str] = field(default_factory=lambda: map("new-{}".format, itertools.count()).__next__)

    def put(self, body: Any, site: str = "siteUS") -> JsonObject:
        """Update, and show the profile afterwards; a text is parsed as it stands. Raises PropertyErrors."""
        received = loads(body if isinstance(body, str) else dumps(body))
        draft = updated_profile(self._profile(), received, self._context(site))
        self.document, self.login = loads(dumps(draft.document)), draft.login
        return self.shown(site)

    def shown(self, site: str = "siteUS") -> JsonObject:
        """All members but the links, as the owner's client parses them."""
        directory = Directory(self.accounts)
        return dict(loads(dumps(shown_profile(self._profile(), site, self.declared, directory, self.organization))))

    def refused(self, body: Any, site: str = "siteUS") -> list[Refusal]:
        """Each entry of the answer to an update that is refused; the profile is as it was then."""
        before = dumps(self.document), self.login
        with pytest.raises(PropertyErrors) as caught:
            self.put(body, site)
        assert (dumps(self.document), self.login) == before
        assert {error.status for error in caught.value.errors} == {400}
        return [(error.code, error.path, error.more_info) for error in caught.value.errors]

    def told(self, body: Any, site: str = "siteUS") -> list[tuple[Mapping[str, object], str]]:
        """What each entry's text names, and its `devMessage`."""
        with pytest.raises(PropertyErrors) as caught:
            self.put(body, site)
        return [(error.values, error.dev_message) for error in caught.value.errors]

    def unchanged_by(self, body: Any, site: str = "siteUS") -> bool:
        """Whether an update leaves nothing to write."""
        before = self.document, self.login
        self.put(body, site)
        return (self.document, self.login) == before

    def declare(self, locale: str = "en", /, **properties: Any) -> None:
        """What a merchandiser puts."""
        self.type = self.type.put(properties, locale)

    def entries(self) -> JsonObject:
        """`dynamicProperties` by id."""
        shown = self.shown()["dynamicProperties"]
        found = {entry["id"]: entry for entry in shown}
        assert len(found) == len(shown)
        return found

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)

    def _profile(self) -> Profile:
        return Profile(LoginRecord(Key("T", "se-570031", "profile"), {"login": self.login}), self.document, 1)

    @property
    def declared(self) -> DeclaredProperties:
        """The type as it stands, for this shopper."""
        held = frozenset(self.held)
        return DeclaredProperties(self.type.seen("en"), Holdings(held, held))

    def _context(self, site: str) -> UpdateContext:
        def taken(kind: str, text: str) -> bool:
            return text in self.others or (kind == "login" and text in self.other_logins)

        return UpdateContext(site, self.now, self.regions, self.new_id, taken, self.declared)
