"""What each operation is for, and what of it no other table knows: bodies, answers, parameters, errors.

Parameters and errors that follow from the route table stand in `document`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from commerce import errors
from commerce.bodies import Linked
from commerce.errors import CommerceError, leaves
from commerce.http.bodies import Registry
from commerce.identity.bodies import AccessToken, LoggedOut, LoginForm, MfaLoginForm, TokenVerified
from commerce.item_types.bodies import ItemType, OrderType
from commerce.orders.bodies import Order, OrderRemoved, OrderUpdate
from commerce.organizations.bodies import (
    OneOrganizationAddress,
    OrganizationAddresses,
    OrganizationAddressPage,
    OrganizationAddressUpdate,
)
from commerce.profiles.bodies import (
    AdministeredProfile,
    AdministeredProfileUpdate,
    OneProfileAddress,
    Profile,
    ProfileAddressDeleted,
    ProfileAddressPage,
    ProfileAddressUpdate,
    ProfilePage,
    ProfileRegistered,
    ProfileRegistration,
    ProfileUpdate,
    SitePropertiesPage,
    SitePropertiesUpdate,
)
from commerce.shopper_types.bodies import LocaleList, ShopperType, ShopperTypeList, ShopperTypeUpdate
from commerce.visitors.bodies import VisitorInfo, VisitorInfoUpdate
from local.openapi import parameters as p
from local.openapi.parameters import Parameter

Kinds = tuple[type[CommerceError], ...]


@dataclass(frozen=True, slots=True)
class Description:
    """`section`: of the contract. `answer`: what 200 holds. `body`: what is sent. `id_example`: of the path's id.
    `without_content`: when there is nothing to show. `cookie`: what the answer sets. `replays`: it heeds
    `Idempotency-Key`.
    """

    summary: str
    text: str
    section: str
    answer: type = Linked
    body: type | None = None
    id_example: str | None = None
    parameters: tuple[Parameter, ...] = ()
    errors: Kinds = ()
    without_content: str | None = None
    cookie: str | None = None
    replays: bool = False


_PROFILE_READ: Final[Kinds] = (errors.ProfileIdMissing, errors.ProfileReadFailed, errors.ProfileGone)
_PROPERTY_ERRORS: Final[Kinds] = tuple(leaves(errors.PropertyError))
_PROFILE_ADDRESS_WRITE: Final[Kinds] = (
    *_PROFILE_READ,
    errors.OwnAddressesNotManaged,
    errors.ProfileSaveFailed,
)
_PROFILE_ADDRESS_MEMBERS: Final[Kinds] = (
    errors.ProfileAddressIncomplete,
    errors.ProfileTooLarge,
    errors.ValueTooLong,
    errors.NotAString,
    errors.PropertyIncorrect,
    errors.AddressStateUnknown,
    errors.PhoneNumberInvalid,
    errors.AddressCountryUnknown,
    errors.AddressPostalCodeMissing,
    errors.AddressCityMissing,
    errors.AddressLineMissing,
)
_ACCOUNT: Final[Kinds] = (
    errors.AgentContextMissing,
    errors.AgentContextUnreadable,
    errors.UnknownOrganization,
    errors.NotAccountAdministrator,
    errors.AccountInactive,
)
_ACCOUNT_ADDRESS: Final[Kinds] = (
    errors.AddressIncomplete,
    errors.AddressMemberInvalid,
    errors.DefaultBillingNotBoolean,
    errors.DefaultShippingNotBoolean,
    errors.CountryInvalid,
    errors.StateInvalid,
    errors.PhoneNumberInvalid,
    errors.UnknownAddressType,
)
_BUYER: Final[Kinds] = (
    errors.AccountNotOfThisStore,
    errors.OrganizationInactive,
    errors.OrganizationDeleted,
    errors.NotAMember,
)
_ORDER: Final[Kinds] = tuple(
    kind for kind in leaves(errors.OrderError) if kind not in (errors.NoCurrentOrder, errors.OrderDeleteFailed)
)
_LOGIN: Final[Kinds] = tuple(leaves(errors.LoginRefused))
_SELECTION: Final = (p.FIELDS, p.EXCLUDE)
_ACCOUNT_HEADERS: Final = (p.ORGANIZATION, p.AGENT_CONTEXT)
_SESSION_COOKIE: Final = "`FILE_OAUTH_TOKEN`: some clients fail without a cookie; it is no credential."

OPERATIONS: Final[Mapping[str, Description]] = {
    # --- sessions
    "login": Description(
        "Log in",
        "Gives a token for a name and a password, or for an application's key that is sent as bearer token: shoppers "
        "and agents log in with a password, extensions with a key, and at the admin API both do. Parameters may stand "
        "in the query too.",
        "auth.md §1",
        answer=AccessToken,
        body=LoginForm,
        errors=_LOGIN,
        cookie=_SESSION_COOKIE,
    ),
    "mfalogin": Description(
        "Log in with a second factor",
        "As login, for internal users who have an authenticator enrolled.",
        "auth.md §1",
        answer=AccessToken,
        body=MfaLoginForm,
        errors=_LOGIN,
        cookie=_SESSION_COOKIE,
    ),
    "refresh": Description(
        "Get a new token",
        "Gives a new token for one that is still valid. The old one goes on to its own end.",
        "auth.md §2",
        answer=AccessToken,
        cookie=_SESSION_COOKIE,
    ),
    "verify": Description("Check a token", "Says whether the token that is sent is good.", "auth.md §2", TokenVerified),
    "logout": Description("Log out", "Ends the token that is sent.", "auth.md §2", LoggedOut),
    "getRegistry": Description(
        "List the operations",
        "All operations of this API, as clients look them up. HEAD is answered too, without a body.",
        "common.md §13",
        answer=Registry,
    ),
    # --- visitor
    "updateVisitorInfo": Description(
        "Renew the visitor's cookie",
        "Issues the visitor cookie that the request carries again, so that it lives longer than a script's cookie may, "
        "and for a parent domain if one is asked for. No token is needed, and nothing is stored.",
        "visitor-info.md",
        answer=VisitorInfo,
        body=VisitorInfoUpdate,
        parameters=(p.VISITOR_COOKIE, *_SELECTION),
        errors=tuple(leaves(errors.VisitorInfoError)),
        cookie="The visitor cookie, with a year to live.",
    ),
    # --- own profile
    "getCurrentProfile": Description(
        "Read the own profile",
        "The whole profile of the shopper who owns the token.",
        "profiles.md §5",
        answer=Profile,
        parameters=(p.ORGANIZATION, *_SELECTION),
        errors=_PROFILE_READ,
    ),
    "updateProfile": Description(
        "Change the own profile",
        "Changes the members that are sent of the shopper who owns the token, and answers the whole profile. Custom "
        "properties are sent beside the other members. All that is wrong with members is told at once, in `errors`; "
        "nothing is stored then.",
        "profiles.md",
        answer=Profile,
        body=ProfileUpdate,
        parameters=(p.ORGANIZATION, *_SELECTION),
        errors=(
            *_PROFILE_READ,
            errors.UnusableBody,
            *_PROPERTY_ERRORS,
            *leaves(errors.PasswordError),
            errors.ProfileSaveFailed,
        ),
    ),
    "createProfile": Description(
        "Register as a shopper",
        "Makes a profile; the shopper can log in at once. No token is needed. Custom properties are sent beside the "
        "other members. All that is wrong with members is told at once, in `errors`; nothing is stored then. A network "
        "address may register so many times an hour, and a store can let nobody register.",
        "companions.md §6",
        answer=ProfileRegistered,
        body=ProfileRegistration,
        parameters=_SELECTION,
        errors=(
            errors.NotPermitted,
            errors.ProfileReadFailed,
            errors.UnusableBody,
            *_PROPERTY_ERRORS,
            errors.PasswordMissing,
            errors.PasswordPolicyBroken,
            errors.ProfileSaveFailed,
        ),
        replays=True,
    ),
    "listSiteProperties": Description(
        "Read what the own profile says of each site",
        "Every site of the store, with the shopper's consents there.",
        "companions.md §2",
        answer=SitePropertiesPage,
        parameters=(p.LIMIT, p.OFFSET, *_SELECTION),
        errors=_PROFILE_READ,
    ),
    "updateSiteProperties": Description(
        "Change what the own profile says of sites",
        "Changes the members that are sent, of the sites that are named.",
        "companions.md §2",
        answer=SitePropertiesPage,
        body=SitePropertiesUpdate,
        parameters=(p.LIMIT, p.OFFSET, *_SELECTION),
        errors=(
            *_PROFILE_READ,
            errors.UnusableBody,
            errors.WriteDenied,
            errors.NotAString,
            errors.PropertyIncorrect,
            errors.ProfileTooLarge,
            errors.ProfileSaveFailed,
        ),
    ),
    "listProfileAddresses": Description(
        "List the addresses of the own profile",
        "The address book, page by page.",
        "companions.md §3",
        answer=ProfileAddressPage,
        parameters=(*p.LISTING, *_SELECTION),
        errors=_PROFILE_READ,
    ),
    "addProfileAddress": Description(
        "Add an address to the own profile",
        "The new address stands at the end of the book.",
        "companions.md §3",
        answer=OneProfileAddress,
        body=ProfileAddressUpdate,
        parameters=(p.ORGANIZATION, *_SELECTION),
        errors=(*_PROFILE_ADDRESS_WRITE, *_PROFILE_ADDRESS_MEMBERS, errors.TooManyProfileAddresses),
        replays=True,
    ),
    "getProfileAddress": Description(
        "Read an address of the own profile",
        "One address of the book, with its nickname.",
        "companions.md §3",
        answer=OneProfileAddress,
        id_example="se-980031",
        parameters=_SELECTION,
        errors=(*_PROFILE_READ, errors.ProfileAddressUnknown),
    ),
    "updateProfileAddress": Description(
        "Change an address of the own profile",
        "Changes the members that are sent.",
        "companions.md §3",
        answer=OneProfileAddress,
        body=ProfileAddressUpdate,
        id_example="se-980031",
        parameters=(p.ORGANIZATION, *_SELECTION),
        errors=(*_PROFILE_ADDRESS_WRITE, *_PROFILE_ADDRESS_MEMBERS, errors.ProfileAddressUnknown),
    ),
    "deleteProfileAddress": Description(
        "Delete an address of the own profile",
        "If it was the default one, there is none then.",
        "companions.md §3",
        answer=ProfileAddressDeleted,
        id_example="se-980031",
        parameters=(p.ORGANIZATION, *_SELECTION),
        errors=(*_PROFILE_ADDRESS_WRITE, errors.ProfileAddressUnknown),
    ),
    # --- order
    "getIncompleteOrder": Description(
        "Read the current order",
        "The shopper's current order, priced now.",
        "orders.md §9",
        answer=Order,
        parameters=(p.ORGANIZATION, p.PRICE_LIST_GROUP, p.SHIPPING_GROUPS_UNLESS, p.EXPLAIN, *_SELECTION),
        errors=(*_BUYER, errors.UnknownPriceListGroup, errors.GiftCardProviderFailed),
        without_content="There is no current order.",
    ),
    "updateCurrentProfileOrder": Description(
        "Update the current order",
        "Replaces the cart of the shopper's current order, prices it, stores it and answers it; without a current "
        "order it makes one. Prices that are sent back are not read. What the request leaves out beside the cart, the "
        "coupons and the gift cards is kept.",
        "orders.md",
        answer=Order,
        body=OrderUpdate,
        parameters=(p.ORGANIZATION, p.PRICE_LIST_GROUP, p.SHIPPING_GROUPS, *_SELECTION),
        errors=_ORDER,
        replays=True,
    ),
    "removeCurrentProfileIncompleteOrder": Description(
        "Remove the current order",
        "No order is current then.",
        "orders.md §9",
        answer=OrderRemoved,
        parameters=(p.ORGANIZATION, *_SELECTION),
        errors=(
            *_BUYER,
            errors.NoCurrentOrder,
            errors.OrderDeleteFailed,
        ),
    ),
    # --- shopper type
    "updateShopperType": Description(
        "Add or change properties of profiles",
        "Adds properties to the shopper type `user`, or changes attributes of those it has. A new property is on every "
        "profile at once. Labels are stored for the language of `X-CCAsset-Language`, which has to be sent.",
        "shopper-types.md",
        answer=ShopperType,
        body=ShopperTypeUpdate,
        id_example="user",
        parameters=(p.NON_UNDERSCORE, *_SELECTION),
        errors=tuple(
            kind
            for kind in leaves(errors.ShopperTypeError)
            if kind not in (errors.UnknownItemType, errors.AssetLanguageRequired)
        ),
    ),
    "getShopperType": Description(
        "Read the shopper type",
        "All properties of profiles, core and custom.",
        "shopper-types.md §7",
        answer=ShopperType,
        id_example="user",
        parameters=_SELECTION,
        errors=(errors.UnknownShopperType,),
    ),
    "listShopperTypes": Description(
        "List the shopper types",
        "There is one, `user`.",
        "shopper-types.md §7",
        answer=ShopperTypeList,
        parameters=(p.TYPE_NAME, p.TYPE_IDS, *_SELECTION),
    ),
    # --- profiles of shoppers
    "listProfiles": Description(
        "List profiles",
        "Profiles of shoppers, page by page, in the order of their ids; or those that `q` finds by id, login, e-mail "
        "address, name, organization or custom property. `totalResults=false` saves counting them all.",
        "companions.md §7",
        answer=ProfilePage,
        parameters=(p.LIMIT, p.OFFSET, p.PROFILE_SEARCH, p.PROFILE_SORT, p.TOTAL_RESULTS, p.QUERY_FORMAT, *_SELECTION),
        errors=(errors.SearchNotAnswered, errors.SearchTooLong, errors.PageTooLarge, errors.ProfileReadFailed),
    ),
    "getProfile": Description(
        "Read a profile",
        "The whole profile of one shopper.",
        "companions.md §7",
        answer=AdministeredProfile,
        id_example="se-570031",
        parameters=_SELECTION,
        errors=(errors.UnknownProfile, errors.ProfileReadFailed),
    ),
    "updateProfileById": Description(
        "Change a profile",
        "Changes the members that are sent of one shopper, and answers the whole profile. All that is wrong with "
        "members is told at once, in `errors`; nothing is stored then. A new password, and `active` set to false, end "
        "the shopper's sessions.",
        "companions.md §7",
        answer=AdministeredProfile,
        body=AdministeredProfileUpdate,
        id_example="se-570031",
        parameters=_SELECTION,
        errors=(
            errors.UnknownProfile,
            errors.ProfileReadFailed,
            errors.UnusableBody,
            *_PROPERTY_ERRORS,
            errors.PasswordPolicyBroken,
            errors.PasswordConfirmationDiffers,
            errors.ProfileSaveFailed,
        ),
    ),
    "listLocales": Description(
        "List the locales",
        "The locales that labels can be given in.",
        "common.md §1",
        answer=LocaleList,
        parameters=_SELECTION,
    ),
    "getOrderType": Description(
        "Read the properties of orders",
        "The declared properties of orders; the one type is `order`.",
        "companions.md §5",
        answer=OrderType,
        id_example="order",
        parameters=_SELECTION,
        errors=(errors.UnknownItemType,),
    ),
    "getItemType": Description(
        "Read the properties of lines or addresses",
        "The declared properties of lines (`commerceItem`) or of addresses of organizations (`contactInfo`).",
        "companions.md §5",
        answer=ItemType,
        id_example="commerceItem",
        parameters=_SELECTION,
        errors=(errors.UnknownItemType,),
    ),
    # --- addresses of organizations
    "listAddresses": Description(
        "List addresses of an organization",
        "Its own addresses, inherited ones, or both, page by page.",
        "companions.md §4",
        answer=OrganizationAddressPage,
        parameters=(
            *_ACCOUNT_HEADERS,
            p.ORGANIZATION_ID,
            p.INCLUDE,
            p.CUSTOM_PROPERTIES,
            *p.LISTING,
            *_SELECTION,
        ),
        errors=_ACCOUNT,
    ),
    "getAddresses": Description(
        "Read an organization with its addresses",
        "The organization, its defaults, and all addresses that it has or inherits.",
        "organization-addresses.md §8",
        answer=OrganizationAddresses,
        parameters=(*_ACCOUNT_HEADERS, *_SELECTION),
        errors=_ACCOUNT,
    ),
    "addAddress": Description(
        "Add an address to an organization",
        "All mandatory members and the nickname are needed.",
        "organization-addresses.md §8",
        answer=OneOrganizationAddress,
        body=OrganizationAddressUpdate,
        parameters=(*_ACCOUNT_HEADERS, *_SELECTION),
        errors=(*_ACCOUNT, *_ACCOUNT_ADDRESS, errors.TooManyAccountAddresses),
        replays=True,
    ),
    "getAddress": Description(
        "Read an address of an organization",
        "One address that the organization has or inherits.",
        "organization-addresses.md §8",
        answer=OneOrganizationAddress,
        id_example="280004",
        parameters=(*_ACCOUNT_HEADERS, *_SELECTION),
        errors=(*_ACCOUNT, errors.UnknownAddress),
    ),
    "updateAddress": Description(
        "Change an address of an organization",
        "Changes the members that are sent, on behalf of an administrator of the organization. Of an inherited address "
        "only the two default flags can be set, for this organization.",
        "organization-addresses.md",
        answer=OneOrganizationAddress,
        body=OrganizationAddressUpdate,
        id_example="280004",
        parameters=(*_ACCOUNT_HEADERS, *_SELECTION),
        errors=(*_ACCOUNT, errors.UnknownAddress, *_ACCOUNT_ADDRESS),
    ),
    "deleteAddress": Description(
        "Delete an address of an organization",
        "Answers the organization without it. Defaults that were this address are cleared.",
        "organization-addresses.md §8",
        answer=OrganizationAddresses,
        id_example="280004",
        parameters=(*_ACCOUNT_HEADERS, *_SELECTION),
        errors=(*_ACCOUNT, errors.UnknownAddress),
    ),
}
