"""What an update makes of a profile (contract: profiles.md §1 to §3), what a registration makes (companions.md §6), and
what an administrator may change besides (companions.md §7).

Plain data in, plain data out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, Final, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from commerce.addresses.regions import Regions
from commerce.dates import EXPECTED_DATE, canonical_date, format_date
from commerce.errors import (
    EmailMalformed,
    EmailRequired,
    IdentifierTaken,
    NewPasswordMissing,
    NotAString,
    OldPasswordMissing,
    PasswordConfirmationDiffers,
    PasswordMissing,
    PropertyError,
    PropertyErrors,
    PropertyIncorrect,
    TooManyProfileAddresses,
    ValueTooLong,
    WriteDenied,
)
from commerce.exact_json import JsonObject, JsonValue
from commerce.locales import canonical_locale
from commerce.profiles.addresses import MAX_ADDRESSES, AddressBook, Errors, book_with_default, replaced_book
from commerce.profiles.custom import (
    CUSTOM,
    EXPECTED_VALUE,
    DeclaredProperties,
    plain_value,
    same_value,
    sent_value,
)
from commerce.profiles.model import (
    REGION_MEMBERS,
    AdministeredChanges,
    Profile,
    ProfileChanges,
    ProfileRegistration,
)
from commerce.shapes import STRING, TOO_LONG, Path, Shape, Violation, path_text
from commerce.shopper_types.model import Property
from commerce.shopper_types.security import Access, substitute
from commerce.values import id_text, without_case

RECEIVE_EMAIL: Final = "receiveEmail"
CONSENT: Final = "GDPRProfileP13nConsentGranted"
PASSWORD_MEMBERS: Final = ("oldPassword", "newPassword", "newConfirmPassword")
FIRST_PASSWORD: Final = "password"  # noqa: S105  # a member's name
GENDERS: Final = ("male", "female", "unknown")

_PER_SITE: Final[Mapping[str, tuple[JsonValue, str]]] = {
    RECEIVE_EMAIL: ("no", "receiveEmailDate"),
    CONSENT: (False, "GDPRProfileP13nConsentDate"),
}
PER_SITE_MEMBERS: Final = frozenset(_PER_SITE)
_EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f-\x9f]+@[^@\s\x00-\x1f\x7f-\x9f]*", re.UNICODE)
_SHAPE: Final = Shape(ProfileChanges)
_REGISTRATION_SHAPE: Final = Shape(ProfileRegistration)
_ADMINISTERED_SHAPE: Final = Shape(AdministeredChanges)
_NEEDED: Final = ("email", "firstName", "lastName", RECEIVE_EMAIL)
# Property security says what a shopper may change; without these there would be no profile.
_CHOSEN_AT_FIRST: Final = frozenset({*_NEEDED, "login", FIRST_PASSWORD})


class UpdateContext(Struct, frozen=True):
    """What an update is decided on beside the stored profile and the body.

    `taken` tells whether an identifier (``email`` or ``login``, its text) belongs to another profile.
    """

    site: str
    now: datetime
    regions: Regions
    new_id: Callable[[], str]
    taken: Callable[[str, str], bool]
    declared: DeclaredProperties


class Draft(Struct, frozen=True):
    """The profile as it will be stored. `active`: None = as it stands."""

    document: JsonObject
    login: str
    active: bool | None = None


class PasswordChange(Struct, frozen=True):
    """Old and new password of a well-formed request."""

    old: str
    new: str


def updated_profile(profile: Profile, body: JsonObject, context: UpdateContext) -> Draft:
    """The profile after a partial update. Members absent from the body stay.

    Raises PropertyErrors with what is wrong, in the order of the members in the request.
    """
    return _Update(profile, body, context).run()


def registered_profile(profile: Profile, body: JsonObject, context: UpdateContext) -> Draft:
    """The profile that a registration makes; `profile` holds nothing yet.

    Raises PropertyErrors with what is wrong, in the order of the members in the request, then what is missing.
    """
    draft = _Registration(profile, body, context).run()
    return Draft(draft.document | {"registrationDate": format_date(context.now)}, draft.login)


def administered_update(profile: Profile, body: JsonObject, context: UpdateContext) -> Draft:
    """The same by an administrator, who may change more of it.

    Raises PropertyErrors with what is wrong, in the order of the members in the request.
    """
    update = _AdministeredUpdate(profile, body, context)
    return replace(update.run(), active=update.active)


def given_password(body: JsonObject) -> str | None:
    """The password that an administrator gives a shopper, in a body whose members have the right kinds; None when none
    was sent. Raises PasswordConfirmationDiffers.
    """
    new, confirmation = (body.get(name) or "" for name in PASSWORD_MEMBERS[1:])
    if confirmation and confirmation != new:
        raise PasswordConfirmationDiffers
    return new or None


def first_password(body: JsonObject) -> str:
    """The password of a registration whose members have the right kinds. Raises PasswordMissing."""
    password: str = body.get(FIRST_PASSWORD) or ""
    if not password:
        raise PasswordMissing
    return password


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

    shape = _SHAPE

    def __init__(self, profile: Profile, body: JsonObject, context: UpdateContext) -> None:
        self.profile = profile
        self.body = body
        self.context = context
        self.document = dict(profile.document)
        self.custom_values = {name: value for name, value in self.document.get(CUSTOM, {}).items() if value is not None}
        self.login = profile.login
        self.errors: list[PropertyError] = []

    def run(self) -> Draft:
        sent = self._sent()
        misshapen: dict[str, Errors] = {}
        # A body can hold addresses in such numbers that the errors of all would fit no answer: one error for the list.
        looked_at = sent | {"shippingAddresses": None} if _too_long(sent.get("shippingAddresses")) else sent
        for violation in self.shape.violations(looked_at):
            misshapen.setdefault(str(violation.path[0]), {})[violation.path] = _error(violation)
        for name, value in sent.items():
            # Types of earlier releases may have a property that is named as a member is today.
            custom = None if name in self.members else self.context.declared.custom(name)
            if custom:
                self._custom(custom, value)
                continue
            if self._as_shown(name, value) or not self._may_write(name):
                continue
            if name in _ADDRESS_BOOK:
                self._address_book(name, value, misshapen.get(name, {}))
            elif name in misshapen:
                self.errors += misshapen[name].values()
            else:
                self.members[name](self, name, value)
        self.complete()
        if self.errors:
            raise PropertyErrors(self.errors)
        return Draft(self.document, self.login)

    @property
    def members(self) -> Mapping[str, Method]:
        """The members that count beside the address book and custom properties."""
        return _MEMBERS

    def complete(self) -> None:
        """What can be missing: nothing, since what is not sent stays."""

    def text(self, name: str, value: JsonValue) -> None:
        if not value and name in self.context.declared.required_core:
            self.errors.append(_incorrect(name, EXPECTED_VALUE))
        else:
            self._store(name, value)

    def locale(self, name: str, value: JsonValue) -> None:
        self.text(name, canonical_locale(value) if value else value)

    def gender(self, name: str, value: JsonValue) -> None:
        if value is None or value in GENDERS:
            self.text(name, value)
        else:
            self.errors.append(_incorrect(name, f"be {', '.join(GENDERS)} or null"))

    def date_of_birth(self, name: str, value: JsonValue) -> None:
        empty = value in (None, "", "null")
        date = None if empty else canonical_date(value)
        if empty or date:
            self.text(name, date)
        else:
            self.errors.append(_incorrect(name, f"{EXPECTED_DATE}, or null"))

    def email(self, name: str, value: JsonValue) -> None:
        if not value:
            self.errors.append(EmailRequired(path=name))
        elif not valid_email(value):
            self.errors.append(EmailMalformed(path=name))
        else:
            claimed = self._claim(name, name, value)
            self._store(name, value)
            if claimed:
                self._let_login_follow(value)

    def login_name(self, name: str, value: JsonValue) -> None:
        if value:
            self._claim(name, name, value)
            self.login = value
        else:
            self.errors.append(_incorrect(name, "have a value: it can be changed, not removed"))

    def per_site(self, name: str, value: JsonValue) -> None:
        if name == RECEIVE_EMAIL and value not in ("yes", "no", None):
            self.errors.append(_incorrect(name, "be yes, no or null"))
            return
        default, date = _PER_SITE[name]
        sites = self.document.get("sites", {})
        site = dict(sites.get(self.context.site, {}))
        if (default if value is None else value) == site.get(name, default):
            return
        if value is None and name in self.context.declared.required_core:
            self.errors.append(_incorrect(name, EXPECTED_VALUE))
            return
        if value is None:
            site.pop(name)
        else:
            site[name] = value
        site[date] = format_date(self.context.now)
        self._store("sites", sites | {self.context.site: site})

    def password(self, name: str, value: JsonValue) -> None:
        """Passwords have their kinds checked with the other members; all else about them comes after these."""

    def _as_shown(self, name: str, value: JsonValue) -> bool:
        """A member sent as it is stored never fails. What the caller may not read is compared with what shows instead,
        so that no answer tells whether a guess is right.
        """
        secured = self.context.declared.secured_core(name)
        if secured and not self.context.declared.readable(secured):
            return same_value(value, substitute(secured))
        if name == "login":
            return same_value(value, self.profile.login)
        if name in _PER_SITE:
            return same_value(value, site_values(self.profile.document, self.context.site)[name])
        return name in _SCALARS and same_value(value, self.profile.document.get(name))

    def _may_write(self, name: str) -> bool:
        """Whether property security lets a core member be written; a denied one adds to the errors."""
        secured = self.context.declared.secured_core(name)
        return secured is None or self._open(secured)

    def _open(self, declared: Property) -> bool:
        access = self.context.declared.write_access(declared)
        if access is Access.DENIED:
            self.errors.append(WriteDenied(declared.id, path=declared.id, property=declared.id))
        return access is Access.ALLOWED

    def _custom(self, declared: Property, value: JsonValue) -> None:
        values = self.custom_values
        mask = declared.attributes["securityMaskingValue"]
        if self.context.declared.readable(declared):
            unchanged = same_value(plain_value(declared, value), values.get(declared.id))
        else:
            unchanged = mask is not None and same_value(value, mask)
        if unchanged or not self._open(declared):
            return
        try:
            kept = sent_value(declared, value)
        except PropertyError as error:
            self.errors.append(error)
            return
        if kept is None:
            values.pop(declared.id, None)
        else:
            values[declared.id] = kept
        self._store(CUSTOM, values or None)

    def _sent(self) -> JsonObject:
        """The members that count, in the order of the request."""
        custom, known = self.context.declared.custom, self.members.keys() | _ADDRESS_BOOK
        sent = {name: value for name, value in self.body.items() if name in known or custom(name)}
        if sent.get("shippingAddresses") is not None:
            sent.pop("shippingAddress", None)
        for name in _ADDRESS_BOOK & sent.keys():
            value = sent[name]
            sent[name] = [_with_text_id(item) for item in value] if isinstance(value, list) else _with_text_id(value)
        return sent

    def _claim(self, name: str, member: str, value: str) -> bool:
        """Whether the identifier is free."""
        taken = self.context.taken(name, value)
        if taken:
            self.errors.append(IdentifierTaken(path=member, property=name))
        return not taken

    def _let_login_follow(self, email: str) -> None:
        """A login that was the old e-mail address becomes the new one, unless property security closes it."""
        declared, old = self.context.declared, self.profile.document.get("email")
        secured = declared.secured_core("login")
        closed = secured is not None and declared.write_access(secured) is not Access.ALLOWED
        if "login" not in self.body and old and without_case(self.login) == without_case(old) and not closed:
            self._claim("login", "email", email)
            self.login = email

    def _address_book(self, name: str, value: JsonValue, misshapen: Errors) -> None:
        """The new book, or what is wrong with it: with the members that have the right kind too."""
        if value is None:
            return
        if _too_long(value):
            self.errors.append(_too_many(name))
            return
        if (name,) in misshapen:
            self.errors += misshapen.values()
            return
        make = replaced_book if name == "shippingAddresses" else book_with_default
        context, stored = self.context, _book(self.profile)
        well_formed = _without(value, {path[1:] for path in misshapen}) if misshapen else value
        book, found = make(well_formed, stored, context.regions, context.new_id, (name,))
        if len(book.addresses) > MAX_ADDRESSES:
            found = {(name,): _too_many(name)}
        found = {path: error for path, error in found.items() if not _caused(path, misshapen)} | misshapen
        self.errors += [found[path] for path in sorted(found, key=lambda path: _position(value, path[1:]))]
        self._store("addresses", list(book.addresses) or None)
        self._store("defaultAddress", book.default)

    def _store(self, name: str, value: JsonValue) -> None:
        """Members without a value are left out of the document."""
        if value is None:
            self.document.pop(name, None)
        else:
            self.document[name] = value


class _AdministeredUpdate(_Update):
    """`active`: as sent; None = not sent."""

    shape = _ADMINISTERED_SHAPE

    def __init__(self, profile: Profile, body: JsonObject, context: UpdateContext) -> None:
        super().__init__(profile, body, context)
        self.active: bool | None = None

    @property
    def members(self) -> Mapping[str, Method]:
        return _ADMINISTERED_MEMBERS

    def active_flag(self, name: str, value: JsonValue) -> None:
        if value is None:
            self.errors.append(_incorrect(name, "be true or false"))
        else:
            self.active = value

    def flag(self, name: str, value: JsonValue) -> None:
        """False is what shows without a value."""
        self._store(name, value or None)


class _Registration(_Update):
    """The first update of a profile, under which there is nothing."""

    shape = _REGISTRATION_SHAPE

    @property
    def members(self) -> Mapping[str, Method]:
        return _REGISTRATION_MEMBERS

    def complete(self) -> None:
        """What is missing, and not found wrong already."""
        declared, wrong = self.context.declared, {error.path for error in self.errors}
        required = [name for name in self.members if name in declared.required_core - _CHOSEN_AT_FIRST]
        for name in (*_NEEDED, *filter(self._may_be_asked_for, required)):
            if name in wrong or not self._left_out(name):
                continue
            missing = EmailRequired(path=name) if name == "email" else _incorrect(name, "have a value")
            self.errors.append(missing)

    def _sent(self) -> JsonObject:
        sent = super()._sent()
        if self._left_out("login"):
            sent.pop("login", None)
        return sent

    def _left_out(self, name: str) -> bool:
        return self.body.get(name) in (None, "")

    def _as_shown(self, name: str, value: JsonValue) -> bool:  # noqa: ARG002  # as above: nothing is stored or shown
        return False

    def _may_write(self, name: str) -> bool:
        return name in _CHOSEN_AT_FIRST or super()._may_write(name)

    def _may_be_asked_for(self, name: str) -> bool:
        """Whether the shopper can give the member a value."""
        secured = self.context.declared.secured_core(name)
        return secured is None or self.context.declared.write_access(secured) is Access.ALLOWED

    def _let_login_follow(self, email: str) -> None:
        """The e-mail address is the login where none is chosen."""
        if self._left_out("login"):
            self._claim("login", "email", email)
            self.login = email


Method: TypeAlias = Callable[[_Update, str, JsonValue], None]
_MEMBERS: Final[Mapping[str, Method]] = {
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
    **dict.fromkeys(PASSWORD_MEMBERS, _Update.password),
}
_ADDRESS_BOOK: Final = frozenset({"shippingAddresses", "shippingAddress"})
_REGISTRATION_MEMBERS: Final[Mapping[str, Method]] = {
    **{name: method for name, method in _MEMBERS.items() if name not in PASSWORD_MEMBERS},
    FIRST_PASSWORD: _Update.password,
}
# Nobody but the shopper knows the old password.
_ADMINISTERED_MEMBERS: Final[Mapping[str, Any]] = {
    **{name: method for name, method in _MEMBERS.items() if name != "oldPassword"},
    "active": _AdministeredUpdate.active_flag,
    "customerContactId": _AdministeredUpdate.text,
    "taxExempt": _AdministeredUpdate.flag,
}
_SCALARS: Final = frozenset(
    {
        "firstName",
        "middleName",
        "lastName",
        "daytimeTelephoneNumber",
        "email",
        "gender",
        "dateOfBirth",
        "locale",
        "customerContactId",
        "taxExempt",
    }
)


def _book(profile: Profile) -> AddressBook:
    return AddressBook(profile.document.get("addresses", ()), profile.document.get("defaultAddress"))


def _too_long(addresses: JsonValue) -> bool:
    return isinstance(addresses, list) and len(addresses) > MAX_ADDRESSES


def _with_text_id(item: JsonValue) -> JsonValue:
    """A numeric id counts as its decimal text (contract: common.md §14)."""
    text = id_text(item.get("repositoryId")) if isinstance(item, dict) else None
    return item if text is None else item | {"repositoryId": text}


def _without(value: JsonValue, misshapen: Collection[Path]) -> JsonValue:
    """Addresses whose misshapen members are absent; an item that is none at all is empty."""
    if () in misshapen:
        return {}
    if isinstance(value, list):
        by_item: dict[str | int, set[Path]] = {}
        for at, *below in misshapen:
            by_item.setdefault(at, set()).add(tuple(below))
        return [_without(item, by_item.get(at, ())) for at, item in enumerate(value)]
    return {name: member for name, member in value.items() if (name,) not in misshapen}


def _caused(path: Path, misshapen: Collection[Path]) -> bool:
    """Whether an error about a member only follows from another member's or the item's wrong kind."""
    if any(path[:length] in misshapen for length in range(1, len(path) + 1)):
        return True
    region = ("country", "state")
    return path[-1] in region and any((*path[:-1], name) in misshapen for name in (*region, *REGION_MEMBERS))


def _position(value: JsonValue, path: Path) -> tuple[int, ...]:
    """Where a path leads inside a value, as positions that sort in the order of the request, absent members last."""
    places = []
    for part in path:
        if isinstance(value, dict):
            places.append(list(value).index(part) if part in value else len(value))
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            places.append(part)
            value = value[part]
    return tuple(places)


def _too_many(name: str) -> TooManyProfileAddresses:
    return TooManyProfileAddresses(path=name, expected=f"leave the profile with at most {MAX_ADDRESSES} addresses")


def _incorrect(name: str, expected: str) -> PropertyIncorrect:
    return PropertyIncorrect(name, path=name, expected=expected, property=name)


def _error(violation: Violation) -> PropertyError:
    name, path, expected = str(violation.path[-1]), path_text(violation.path), violation.expected
    if violation.kind == STRING and violation.path[0] not in (*PASSWORD_MEMBERS, FIRST_PASSWORD):
        return NotAString(path=path, expected=expected, property=name, value=violation.value)
    if violation.kind == STRING:
        return NotAString(path=path, expected=expected, property=name, value="…")
    if violation.kind == TOO_LONG:
        return ValueTooLong(path=path, expected=expected, property=name, limit=violation.limit)
    member = next(str(part) for part in reversed(violation.path) if isinstance(part, str))
    return PropertyIncorrect(member, path=path, expected=expected, property=member)
