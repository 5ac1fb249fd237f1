"""What an update makes of a profile (contract: profiles.md §1 to §3). Plain data in, plain data out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from commerce.dates import canonical_date, format_date
from commerce.errors import (
    EmailMalformed,
    EmailRequired,
    IdentifierTaken,
    NewPasswordMissing,
    NotAString,
    OldPasswordMissing,
    PasswordConfirmationDiffers,
    PropertyError,
    PropertyErrors,
    PropertyIncorrect,
    TooManyProfileAddresses,
    ValueTooLong,
)
from commerce.exact_json import JsonObject, JsonValue
from commerce.locales import canonical_locale
from commerce.profiles.addresses import MAX_ADDRESSES, AddressBook, book_with_default, replaced_book, resolved_address
from commerce.profiles.model import Profile, ProfileChanges
from commerce.regions import Regions
from commerce.shapes import STRING, TOO_LONG, Path, Shape, Violation, path_text

RECEIVE_EMAIL: Final = "receiveEmail"
CONSENT: Final = "GDPRProfileP13nConsentGranted"
PASSWORD_MEMBERS: Final = ("oldPassword", "newPassword", "newConfirmPassword")
GENDERS: Final = ("male", "female", "unknown")

_PER_SITE: Final[Mapping[str, tuple[JsonValue, str]]] = {
    RECEIVE_EMAIL: ("no", "receiveEmailDate"),
    CONSENT: (False, "GDPRProfileP13nConsentDate"),
}
_EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f-\x9f]+@[^@\s\x00-\x1f\x7f-\x9f]*", re.UNICODE)
_SHAPE: Final = Shape(ProfileChanges)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What an update is decided on beside the stored profile and the body.

    `taken` tells whether an identifier (``email`` or ``login``, its text) belongs to another profile. `required`: core
    members that may not be cleared.
    """

    site: str
    now: datetime
    regions: Regions
    new_id: Callable[[], str]
    taken: Callable[[str, str], bool]
    required: frozenset[str] = frozenset({"login"})


@dataclass(frozen=True, slots=True)
class Draft:
    """The profile as it will be stored."""

    document: JsonObject
    login: str
    identifiers_changed: bool


@dataclass(frozen=True, slots=True)
class PasswordChange:
    """Old and new password of a well-formed request."""

    old: str
    new: str


def updated_profile(profile: Profile, body: JsonObject, circumstances: Circumstances) -> Draft:
    """The profile after a partial update. Members absent from the body stay.

    Raises PropertyErrors with what is wrong, in the order of the members in the request.
    """
    return _Update(profile, body, circumstances).run()


def password_change(body: JsonObject) -> PasswordChange | None:
    """The password change of a body whose members have the right kinds; None when none was sent.

    Raises OldPasswordMissing, NewPasswordMissing, PasswordConfirmationDiffers.
    """
    old, new, confirmation = (body.get(name) or "" for name in PASSWORD_MEMBERS)
    if not (old or new or confirmation):
        return None
    if new and not old:
        raise OldPasswordMissing
    if old and not new:
        raise NewPasswordMissing
    if confirmation and confirmation != new:
        raise PasswordConfirmationDiffers
    return PasswordChange(old, new)


def valid_email(text: str) -> bool:
    """One ``@``, something before it, a dot inside what follows; no blanks or control characters."""
    domain = text.partition("@")[2]
    return bool(_EMAIL.fullmatch(text)) and "." in domain[1:-1]


def site_values(document: JsonObject, site: str) -> JsonObject:
    """The per-site members as that site shows them."""
    stored = document.get("sites", {}).get(site, {})
    values: JsonObject = {}
    for name, (default, date) in _PER_SITE.items():
        values[name] = stored.get(name, default)
        values[date] = stored.get(date)
    return values


class _Update:
    """One update under way: each member's method changes the draft or adds to its errors."""

    def __init__(self, profile: Profile, body: JsonObject, circumstances: Circumstances) -> None:
        self.profile = profile
        self.body = body
        self.circumstances = circumstances
        self.document = dict(profile.document)
        self.login = profile.login
        self.identifiers_changed = False
        self.errors: list[PropertyError] = []

    def run(self) -> Draft:
        violations: dict[str, list[Violation]] = {}
        for each in _SHAPE.violations(self.body):
            violations.setdefault(str(each.path[0]), []).append(each)
        for name, value in self.body.items():
            apply = _MEMBERS.get(name)
            if apply is None or self._unchanged(name, value):
                continue
            if name in violations:
                self._report(name, value, violations[name])
            else:
                apply(self, name, value)
        self._let_login_follow_email()
        if self.errors:
            raise PropertyErrors(self.errors)
        return Draft(self.document, self.login, self.identifiers_changed)

    def text(self, name: str, value: JsonValue) -> None:
        if not value and name in self.circumstances.required:
            self.errors.append(_incorrect(name))
        else:
            self._store(name, value)

    def locale(self, name: str, value: JsonValue) -> None:
        self.text(name, canonical_locale(value) if value else value)

    def gender(self, name: str, value: JsonValue) -> None:
        if value is None or value in GENDERS:
            self.text(name, value)
        else:
            self.errors.append(_incorrect(name))

    def date_of_birth(self, name: str, value: JsonValue) -> None:
        empty = value in (None, "", "null")
        date = None if empty else canonical_date(value)
        if empty or date:
            self.text(name, date)
        else:
            self.errors.append(_incorrect(name))

    def email(self, name: str, value: JsonValue) -> None:
        if not value:
            self.errors.append(EmailRequired(path=name))
        elif not valid_email(value):
            self.errors.append(EmailMalformed(path=name))
        else:
            self._claim(name, name, value)
            self._store(name, value)

    def login_name(self, name: str, value: JsonValue) -> None:
        if value:
            self._claim(name, name, value)
            self.login = value
        else:
            self.errors.append(_incorrect(name))

    def per_site(self, name: str, value: JsonValue) -> None:
        if name == RECEIVE_EMAIL and value not in ("yes", "no", None):
            self.errors.append(_incorrect(name))
            return
        default, date = _PER_SITE[name]
        sites = self.document.get("sites", {})
        site = dict(sites.get(self.circumstances.site, {}))
        before = site.get(name, default)
        if value is None:
            site.pop(name, None)
        else:
            site[name] = value
        if site.get(name, default) != before:
            site[date] = format_date(self.circumstances.now)
        if site != sites.get(self.circumstances.site, {}):
            self._store("sites", sites | {self.circumstances.site: site})

    def address_book(self, name: str, value: JsonValue) -> None:
        if value is None:
            return
        if len(value) > MAX_ADDRESSES:
            self.errors.append(TooManyProfileAddresses(path=name))
            return
        regions, new_id = self.circumstances.regions, self.circumstances.new_id
        self._store_book(*replaced_book(value, _book(self.profile), regions, new_id, (name,)))

    def default_address(self, name: str, value: JsonValue) -> None:
        if value is None or self.body.get("shippingAddresses") is not None:
            return
        regions, new_id = self.circumstances.regions, self.circumstances.new_id
        book, errors = book_with_default(value, _book(self.profile), regions, new_id, (name,))
        if len(book.addresses) > MAX_ADDRESSES:
            errors = [TooManyProfileAddresses(path=name)]
        self._store_book(book, errors)

    def password(self, name: str, value: JsonValue) -> None:
        """Passwords have their kinds checked with the other members; all else about them comes after these."""

    def _unchanged(self, name: str, value: JsonValue) -> bool:
        """A member sent as it is stored never fails."""
        if name == "login":
            return bool(value == self.profile.login)
        stored = self.profile.document.get(name)
        return name in _SCALARS and type(value) is type(stored) and value == stored

    def _claim(self, name: str, member: str, value: str) -> None:
        self.identifiers_changed = True
        if self.circumstances.taken(name, value):
            self.errors.append(IdentifierTaken(path=member, property=name))

    def _let_login_follow_email(self) -> None:
        """A login that was the old e-mail address becomes the new one."""
        old, new = self.profile.document.get("email"), self.document.get("email")
        if (
            self.errors
            or "login" in self.body
            or not old
            or not new
            or old == new
            or self.login.casefold() != old.casefold()
        ):
            return
        self._claim("login", "email", new)
        self.login = new

    def _report(self, name: str, value: JsonValue, violations: list[Violation]) -> None:
        """Wrong kinds and lengths; in a list of addresses also what is wrong with the other items."""
        found = [(_position(value, each.path[1:]), _error(each)) for each in violations]
        if name == "shippingAddresses" and isinstance(value, list) and len(value) <= MAX_ADDRESSES:
            misshapen = {each.path[1] for each in violations if len(each.path) > 1}
            for index in set(range(len(value))) - misshapen:
                errors: list[PropertyError] = []
                resolved_address(value[index], self.circumstances.regions, (name, index), errors)
                found += [((index, place), error) for place, error in enumerate(errors)]
        self.errors += [error for _, error in sorted(found, key=lambda each: each[0])]

    def _store_book(self, book: AddressBook, errors: list[PropertyError]) -> None:
        self.errors += errors
        self._store("addresses", list(book.addresses) or None)
        self._store("defaultAddress", book.default)

    def _store(self, name: str, value: JsonValue) -> None:
        """Members without a value are left out of the document."""
        if value is None:
            self.document.pop(name, None)
        else:
            self.document[name] = value


_MEMBERS: Final[Mapping[str, Callable[[_Update, str, JsonValue], None]]] = {
    "firstName": _Update.text,
    "middleName": _Update.text,
    "lastName": _Update.text,
    "daytimeTelephoneNumber": _Update.text,
    "email": _Update.email,
    "login": _Update.login_name,
    "gender": _Update.gender,
    "dateOfBirth": _Update.date_of_birth,
    "locale": _Update.locale,
    RECEIVE_EMAIL: _Update.per_site,
    CONSENT: _Update.per_site,
    "shippingAddresses": _Update.address_book,
    "shippingAddress": _Update.default_address,
    **dict.fromkeys(PASSWORD_MEMBERS, _Update.password),
}
_SCALARS: Final = frozenset(
    {"firstName", "middleName", "lastName", "daytimeTelephoneNumber", "email", "gender", "dateOfBirth", "locale"}
)


def _book(profile: Profile) -> AddressBook:
    return AddressBook(profile.document.get("addresses", ()), profile.document.get("defaultAddress"))


def _position(value: JsonValue, path: Path) -> tuple[int, ...]:
    """Where a path leads inside a value, as positions that sort in the order of the request."""
    places = []
    for part in path:
        if isinstance(value, dict) and part in value:
            places.append(list(value).index(part))
            value = value[part]
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            places.append(part)
            value = value[part]
    return tuple(places)


def _incorrect(name: str) -> PropertyIncorrect:
    return PropertyIncorrect(name, path=name, property=name)


def _error(violation: Violation) -> PropertyError:
    name, path = str(violation.path[-1]), path_text(violation.path)
    if violation.kind == STRING and violation.path[0] not in PASSWORD_MEMBERS:
        return NotAString(path=path, property=name, value=violation.value)
    if violation.kind == STRING:
        return NotAString(path=path, property=name, value="…")
    if violation.kind == TOO_LONG:
        return ValueTooLong(path=path, property=name, limit=violation.limit)
    member = next(str(part) for part in reversed(violation.path) if isinstance(part, str))
    return PropertyIncorrect(member, path=path, property=member)
