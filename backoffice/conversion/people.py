"""Profiles and accounts (organizations), with their addresses and the shoppers' custom properties."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from backoffice.conversion.exports import Entry
from backoffice.conversion.members import Members, given
from backoffice.conversion.report import Remark, Report
from backoffice.shoppers import DATES
from commerce.addresses.model import MEMBERS
from commerce.addresses.regions import Regions
from commerce.addresses.rules import located, missing_members
from commerce.exact_json import JsonObject, JsonValue
from commerce.organizations.model import MANDATORY_MEMBERS
from commerce.shopper_types.core_properties import CORE_PROPERTIES
from commerce.values import MAX_TEXT, is_number, possible_property_id

_ADDRESS_IDS: Final = ("repositoryId", "id", "item-id")
_ALIASES: Final = ("alias", "addressNickname", "nickname")


@dataclass
class People:
    """What the exports of one conversion say of shoppers and organizations, by id.

    `site`: whose `receiveEmail` the one of a whole profile becomes; empty = it is told.
    """

    report: Report
    regions: Regions
    site: str
    shoppers: dict[str, JsonObject] = field(default_factory=dict)
    organizations: dict[str, JsonObject] = field(default_factory=dict)
    origins: dict[str, Entry] = field(default_factory=dict)
    _custom: dict[str, dict[str, JsonValue]] = field(default_factory=dict)
    _members: list[tuple[str, str]] = field(default_factory=list)

    # --- profiles

    def add_profile(self, entry: Entry, locale: str) -> None:
        """One of Profiles."""
        del locale
        members = Members(entry, self.report)
        profile_id = members.text("id", "repositoryId") or ""
        email = members.text("email")
        record = given(
            id=profile_id,
            login=members.text("login") or email,
            email=email,
            active=members.flag("active"),
            taxExempt=members.flag("taxExempt"),
            **{
                name: members.text(name)
                for name in ("firstName", "middleName", "lastName", "gender", "locale", "daytimeTelephoneNumber")
            },
            customerContactId=members.text("customerContactId"),
            **{name: members.date(name) for name in sorted(DATES)},
            sites=self._sites(members),
            parentOrganization=_organization(members.object("parentOrganization")),
            secondaryOrganizations=[
                named for _, one in members.objects("secondaryOrganizations") if (named := _organization(one))
            ],
            roles=list(_roles(members)),
        )
        if members.take("password") is not None:
            members.tell("password", "a password is not taken over")
        addresses, defaults = self._addresses(members, profile_id, ("alias",), ())
        if defaults.get("billingAddress"):
            members.tell("billingAddress", "is one of the addresses; which one is billed has no place here")
        record |= given(addresses=addresses, defaultAddress=defaults.get("shippingAddress"))
        self._take_custom(members, profile_id)
        members.end()
        if profile_id in self.shoppers:
            members.tell("", "this shopper is there twice: this record counts")
        self.shoppers[profile_id] = record
        self.origins[profile_id] = entry

    def _sites(self, members: Members) -> JsonObject:
        """`receiveEmail` by site; a profile's own for the site that was named."""
        sites: dict[str, JsonObject] = {}
        for key, of_site in members.objects("userSiteProperties"):
            site = of_site.reference("site", "siteId") or key
            wanted = of_site.flag("receiveEmail")
            if site and wanted is not None:
                sites[site] = {"receiveEmail": "yes" if wanted else "no"}
            of_site.end()
        if self.site:
            wanted = members.flag("receiveEmail")
            if wanted is not None:
                sites.setdefault(self.site, {"receiveEmail": "yes" if wanted else "no"})
        elif members.take("receiveEmail") is not None:
            members.tell("receiveEmail", "is kept by site: name the site with --site")
        return dict(sites)

    def _take_custom(self, members: Members, profile_id: str) -> None:
        """Plain values with an underscore in their name, as custom properties have."""
        for name in members.rest:
            if "_" not in name or not possible_property_id(name) or name in CORE_PROPERTIES:
                continue
            value = members.take(name)
            if isinstance(value, str | bool) or is_number(value):
                self._custom.setdefault(name, {})[profile_id] = value
            else:
                members.tell(name, "a custom property has one plain value")

    def end(self) -> JsonObject:
        """Custom values into their shoppers, members of accounts into theirs; shopper_type.json's properties."""
        properties: JsonObject = {}
        for name, values in self._custom.items():
            kind = _kind_of(list(values.values()))
            properties[name] = {"type": kind, "labels": {"en": name}}
            for profile_id, value in values.items():
                self.shoppers[profile_id].setdefault("custom", {})[name] = _typed(kind, value)
            why = f"is declared as {kind} in shopper_type.json, by its values: see whether that is right"
            self.report.add(Remark("shopper_type.json", "", "", name, why))
        for organization_id, profile_id in self._members:
            shopper = self.shoppers.get(profile_id)
            if shopper is None:
                why = f"{profile_id} is no shopper of these exports"
                self.report.add(Remark("organizations.json", "", organization_id, "members", why))
            elif "parentOrganization" not in shopper:
                shopper["parentOrganization"] = {"id": organization_id, "repositoryId": organization_id}
        return properties

    # --- accounts

    def add_account(self, entry: Entry, locale: str) -> None:
        """One of AccountsV2."""
        del locale
        members = Members(entry, self.report)
        organization_id = members.text("id", "repositoryId") or ""
        parent = members.object("parentOrganization")
        record = given(
            id=organization_id,
            name=members.text("name"),
            description=members.text("description"),
            externalOrganizationId=members.text("externalOrganizationId"),
            active=members.flag("active"),
            parent=_organization(parent).get("id"),
        )
        contract = members.object("contract")
        if contract:
            record |= given(priceListGroup=contract.reference("priceListGroup"))
            contract.end()
        for _, member in members.objects("members"):
            profile_id = member.text("id", "repositoryId")
            # Their own records say the rest.
            for name in ("firstName", "lastName", "email"):
                member.take(name)
            member.end()
            if profile_id:
                self._members.append((organization_id, profile_id))
        addresses, defaults = self._addresses(members, organization_id, ("addressType",), MANDATORY_MEMBERS)
        record |= given(
            addresses=addresses,
            defaultBilling=defaults.get("billingAddress"),
            defaultShipping=defaults.get("shippingAddress"),
        )
        members.end()
        if organization_id in self.organizations:
            members.tell("", "this account is there twice: this record counts")
        self.organizations[organization_id] = record
        self.origins[organization_id] = entry

    # --- addresses of both

    def _addresses(
        self, members: Members, owner: str, named: tuple[str], mandatory: Sequence[str]
    ) -> tuple[list[JsonObject], dict[str, str]]:
        """All addresses, each once, and the ids of `shippingAddress` and `billingAddress`.

        `named`: the member that takes the name of an address. `mandatory`: beside what each needs.
        """
        found: dict[str, JsonObject] = {}
        defaults: dict[str, str] = {}
        sources = [(member, "", members.object(member)) for member in ("shippingAddress", "billingAddress")]
        sources += [("", key, one) for key, one in members.objects("shippingAddresses")]
        sources += [("", key, one) for key, one in members.objects("secondaryAddresses")]
        for member, key, address in sources:
            if address is None:
                continue
            name = address.text(*_ADDRESS_IDS) or f"{owner}-{len(found) + 1}"
            is_default = address.flag("isDefaultAddress")
            alias = address.text(*_ALIASES) or ("" if key.isdecimal() else key)
            record = given(
                **{part: address.text(part) for part in MEMBERS},
                types=address.references("types", "addressTypes"),
                externalAddressId=address.text("externalAddressId"),
            )
            address.end()
            missing = missing_members(record, located(record, self.regions))
            missing += [part for part in mandatory if part not in record and part not in missing]
            if missing:
                address.tell("", f"{', '.join(missing)} missing or unknown: this address is left out")
                continue
            known = found.setdefault(name, {"repositoryId": name})
            known |= record | ({named[0]: alias} if alias else {})
            if member or is_default:
                defaults[member or "shippingAddress"] = name
        if named == ("alias",):
            _name(list(found.values()))
        return list(found.values()), defaults


def _name(addresses: Sequence[JsonObject]) -> None:
    """Every address of a shopper has an alias of its own."""
    taken: set[str] = set()
    for number, address in enumerate(addresses, start=1):
        alias = address.get("alias") or "Address"
        address["alias"] = alias if alias not in taken else f"{alias} {number}"
        taken.add(address["alias"])


def _organization(members: Members | None) -> JsonObject:
    """A reference as shoppers hold it; empty without an id."""
    if members is None:
        return {}
    organization_id, name = members.text("id", "repositoryId"), members.text("name")
    members.end()
    return given(id=organization_id, repositoryId=organization_id, name=name) if organization_id else {}


def _roles(members: Members) -> Iterator[JsonObject]:
    for source in ("roles", "relativeRoles"):
        for _, role in members.objects(source):
            function, relative = role.text("function"), role.reference("relativeTo")
            role_id = role.text("repositoryId", "id") or "-".join(filter(None, (function, relative)))
            name = role.text("name")
            role.end()
            yield given(
                repositoryId=role_id,
                name=name,
                function=function,
                relativeTo={"repositoryId": relative} if relative else None,
            )


def _kind_of(values: Sequence[JsonValue]) -> str:
    if all(isinstance(value, bool) or value in ("true", "false") for value in values):
        return "checkbox"
    if all(is_number(value) for value in values):
        return "number"
    return "shortText" if all(len(str(value)) <= MAX_TEXT for value in values) else "richText"


def _typed(kind: str, value: JsonValue) -> JsonValue:
    if kind == "checkbox":
        return value in (True, "true")
    if kind == "number":
        return value
    return str(value).lower() if isinstance(value, bool) else str(value)
