"""The one tree of exceptions; each leaf says its HTTP status, its code and its English text (contract: errors.md).

CommerceError
├── RequestRefused          the general part: route, method, size, rate, token, site, tag
├── ServiceFailure          ours or a dependency's fault: contention, outage, internal
├── LoginRefused            answered in OAuth form (contract: auth.md §6)
├── VisitorInfoError        contract: visitor-info.md §3
├── ProfileError            contract: profiles.md
│   ├── PropertyError       one member of the body is wrong; collected
│   ├── PropertyErrors      the collection, answered in multi form (contract: common.md §5.2)
│   └── PasswordError       password change, single form
├── ShopperTypeError        contract: shopper-types.md §1
├── AddressError            contract: organization-addresses.md §3
└── OrderError              contract: orders.md §4

Every exception may carry `more_info` (machine-usable detail), `path` (the offending member, `o:errorPath`)
and `values` (what its text names). None of them ever carries a password, token, PIN or card number.

What a caller can mend says how: `about` which part of the call, `expected` what it must be, in words that follow
"must" (`devMessage`, contract: common.md §5.1). Neither ever names a value of the request. A leaf says them where they
are always the same; else the place that raises it does, out of the rule that it keeps.

Texts in other languages stand in `http/messages/<locale>.json` under the leaf's name. The classes between the root and
the leaves are for catching, never for raising: they have no status.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence


class CommerceError(Exception):
    """Anything the service answers with an error body.

    `text` names in braces what `values` fill in.
    """

    status: int
    code: str
    text: str
    about: str = ""
    expected: str = ""

    def __init__(
        self,
        more_info: str | None = None,
        *,
        path: str | None = None,
        about: str = "",
        expected: str = "",
        **values: object,
    ) -> None:
        super().__init__(type(self).__name__)
        self.more_info = more_info
        self.path = path
        self.values = values
        self._about = about
        if expected:
            self.expected = expected

    @property
    def dev_message(self) -> str:
        """One sentence: which part of the call must be what; empty where a caller can mend nothing."""
        return f"{self._about or self.path or self.about} must {self.expected}." if self.expected else ""


# --- general -----------------------------------------------------------------------------------------------------


class RequestRefused(CommerceError): ...


class UnknownRoute(RequestRefused):
    status, code, text = 404, "00000404", "There is no such resource."
    about = "The path"
    expected = "be one of those that GET /ccstore/v1/registry lists, or the registry of another API"


class MethodNotAllowed(RequestRefused):
    """`allowed`: the methods the route offers."""

    status, code, text = 405, "00000405", "This resource does not offer the method."
    about = "The method"

    def __init__(self, allowed: Sequence[str]) -> None:
        super().__init__(expected=f"be one of {', '.join(allowed)}")
        self.allowed = tuple(allowed)


class BodyTooLarge(RequestRefused):
    status, code, text = 413, "00000413", "The request body is too large."
    about = "The body"


class UnusableBody(RequestRefused):
    status, code, text = 400, "00000400", "The request body is not usable."
    about = "The body"


class RateLimited(RequestRefused):
    """`retry_after`: whole seconds until the caller may try again."""

    status, code, text = 429, "00000429", "Too many requests. Try again later."
    about = "The next attempt"

    def __init__(self, retry_after: int) -> None:
        super().__init__(expected=f"wait for as many seconds as the header Retry-After says: {retry_after}")
        self.retry_after = retry_after


class NotAuthenticated(RequestRefused):
    status, code, text = 401, "00001000", "The user is not authenticated."
    about = "The header Authorization"


class NotPermitted(RequestRefused):
    status, code, text = 403, "00002000", "You do not have permission to do this."
    about = "The caller"


class StaleTag(RequestRefused):
    status, code, text = 412, "00000412", "The resource was changed in the meantime."
    about = "The header If-Match"
    expected = "hold the current tag: read the resource again, change what it is now, and send the ETag of that answer"


class SearchNotAnswered(RequestRefused):
    """A `q` that cannot be read, or that nothing answers (contract: companions.md §7)."""

    status, code, text = 400, "00000400", "This list cannot be searched like that."
    about = "q"


class SearchTooLong(RequestRefused):
    """The time of a call is over before a search has looked at everybody (contract: companions.md §7)."""

    status, code, text = 400, "00000400", "The search takes too long. Narrow it down."
    about = "q"
    expected = (
        'look at fewer profiles: add and id gt "<last id>", or and id sw "<text>", and send totalResults=false; '
        "or search by id, login or email alone"
    )


class PageTooLarge(RequestRefused):
    status, code, text = 400, "00000400", "The page is too large to be answered. Ask for fewer entries at a time."
    about = "limit"
    expected = "be smaller, or fields name the members that are needed: the page has more than 6 MB"


class IdempotencyKeyMalformed(RequestRefused):
    status, code, text = 400, "00000400", "The header Idempotency-Key is not valid."
    about = "The header Idempotency-Key"


class IdempotencyKeyInUse(RequestRefused):
    status, code, text = 409, "00000409", "A request with the same Idempotency-Key is still running."
    about = "The request"
    expected = "wait for the first one under its Idempotency-Key: send it again after the seconds of Retry-After"


class IdempotencyKeyReused(RequestRefused):
    status, code, text = 422, "00000422", "The Idempotency-Key was used with a different request."
    about = "The header Idempotency-Key"
    expected = "be a new one: only the same request, with the same query, body and headers, may repeat one"


class UnknownSite(RequestRefused):
    status, code, text = 400, "30014", "The site is not valid."
    about = "The header x-ccsite"
    expected = "name a site of the store, or be left out for the default one"


class ServiceFailure(CommerceError): ...


class InternalFailure(ServiceFailure):
    status, code, text = 500, "00000500", "The request could not be processed."


class Contention(ServiceFailure):
    status, code, text = 503, "00000503", "The service is busy. Try again in a moment."


class DependencyDown(ServiceFailure):
    status, code, text = 503, "00000503", "The service is busy. Try again in a moment."


# --- logins ------------------------------------------------------------------------------------------------------


class LoginRefused(CommerceError):
    """`code`: the value of the OAuth form's `error`; what was expected goes out as its `error_description`."""


class InvalidGrant(LoginRefused):
    status, code = 401, "invalid_grant"
    about = "username and password"
    expected = (
        "be those of an active login that is not locked; with an authenticator enrolled it signs in at mfalogin, with "
        "the current totp_code"
    )


class InvalidClient(LoginRefused):
    status, code = 401, "invalid_client"
    about = "The header Authorization"
    expected = "hold Bearer and an application key that is current and registered for this API"


class InvalidRequest(LoginRefused):
    status, code = 400, "invalid_request"
    about = "grant_type"


class SamlNotOffered(LoginRefused):
    status, code = 401, "invalid_request"
    about = "grant_type"
    expected = "be another one: SAML is not offered"


class PasswordExpired(LoginRefused):
    status, code = 401, "password_expired"
    about = "The password"
    expected = "be changed before the next login: it has expired"


class PasswordGenerated(LoginRefused):
    status, code = 401, "password_generated"
    about = "The password"
    expected = "be changed before the first login: it was generated"


class UnsupportedGrantType(LoginRefused):
    status, code = 400, "unsupported_grant_type"
    about = "grant_type"


# --- visitor info ------------------------------------------------------------------------------------------------


class VisitorInfoError(CommerceError): ...


class VisitorInfoMissing(VisitorInfoError):
    status, code, text = 400, "54106", "The visitor information is missing."
    about = "The body"


class VisitorInfoNameMissing(VisitorInfoError):
    status, code, text = 400, "54107", "infoName is missing."
    about = "infoName"


class VisitorInfoMalformed(VisitorInfoError):
    status, code, text = 400, "54108", "The visitor information is malformed."


class VisitorCookieMissing(VisitorInfoError):
    status, code, text = 400, "54109", "The request has no visitor cookie of that name."
    about = "The header Cookie"
    expected = "hold the cookie that infoName names, with a value of printable ASCII characters"


# --- profiles ----------------------------------------------------------------------------------------------------


class ProfileError(CommerceError): ...


class ProfileIdMissing(ProfileError):
    status, code, text = 400, "22000", "The profile id is missing."
    about = "The header Authorization"
    expected = "hold the token of a shopper: this one names no profile"


class ProfileReadFailed(ProfileError):
    status, code, text = 500, "22001", "The profile could not be read."


class ProfileGone(ProfileError):
    status, code, text = 404, "22002", "The profile does not exist."
    about = "The header Authorization"
    expected = "hold the token of a profile that exists: this one's was removed"


class UnknownProfile(ProfileError):
    """An administrator names a profile that does not exist."""

    status, code, text = 404, "22002", "The profile does not exist."
    about = "The id in the path"
    expected = "be the id of a profile: listProfiles shows them"


class ProfileSaveFailed(ProfileError):
    status, code, text = 500, "23001", "The profile could not be saved."


class PropertyError(ProfileError): ...


class ProfileTooLarge(PropertyError):
    status, code, text = 400, "22026", "The profile is too large to store."
    about = "The profile"


class ValueTooLong(PropertyError):
    status, code, text = 400, "00004", "{property} is longer than {limit} characters."


class WriteDenied(PropertyError):
    status, code, text = 400, "13036", "{property} may not be changed."
    expected = "stay as it is, or be left out: property security closes it to the caller"


class EmailRequired(PropertyError):
    status, code, text = 400, "22003", "The email address is missing."
    about = "email"
    expected = "have a value, like name@example.com: no profile is without one"


class IdentifierTaken(PropertyError):
    status, code, text = 400, "22006", "Another profile already uses this {property}."
    expected = "be one that no other profile uses"


class NotAString(PropertyError):
    status, code, text = 400, "22024", "{property}({value}) must be a String"


class PropertyIncorrect(PropertyError):
    status, code, text = 400, "22026", "{property} is missing or incorrect."


class TooManyProfileAddresses(PropertyError):
    status, code, text = 400, "22026", "The profile has too many addresses."
    about = "shippingAddresses"


class AddressStateUnknown(PropertyError):
    status, code, text = 400, "22027", "The state of the address is missing or unknown."
    expected = "be the code or English name of a region of the address's country, like CA or California in the US"


class PhoneNumberInvalid(PropertyError):
    """Raised for organization addresses too (contract: organization-addresses.md §6)."""

    status, code, text = 400, "23005", "The phone number is invalid."


class EmailMalformed(PropertyError):
    status, code, text = 400, "23006", "The email address is invalid."
    about = "email"
    expected = "be one e-mail address, like name@example.com"


class AddressCountryUnknown(PropertyError):
    status, code, text = 400, "23007", "The country of the address is missing or unknown."
    expected = "be the code or English name of a country that the store knows, like US or France"


class AddressPostalCodeMissing(PropertyError):
    status, code, text = 400, "23008", "The postal code of the address is missing."
    expected = "have a value: an address in this country needs a postal code"


class AddressCityMissing(PropertyError):
    status, code, text = 400, "23010", "The city of the address is missing."
    expected = "have a value: an address needs a city"


class AddressLineMissing(PropertyError):
    status, code, text = 400, "23011", "Line 1 of the address is missing."
    expected = "have a value: an address needs its first line"


class OwnAddressesNotManaged(ProfileError):
    status, code, text = 400, "89103", "The shopper may not change addresses of the own profile in this account."
    about = "The shopper"


class ProfileAddressUnknown(ProfileError):
    status, code, text = 400, "22038", "The profile has no such address."
    about = "The id in the path"
    expected = "be the repositoryId of an address of the profile: listProfileAddresses shows them"


class ProfileAddressIncomplete(ProfileError):
    """Unusable body, no address in it, or nothing to change."""

    status, code, text = 400, "22032", "The request holds no address."
    about = "The body"


class PasswordMissing(ProfileError):
    status, code, text = 400, "22005", "The password is missing."
    about = "password"
    expected = "have a value"


class PropertyErrors(ProfileError):
    """`errors`: at least one, in the order of the members in the request; status and code are the first one's."""

    def __init__(self, errors: Sequence[PropertyError]) -> None:
        super().__init__()
        self.errors = tuple(errors)
        self.status, self.code = self.errors[0].status, self.errors[0].code

    @property
    def dev_message(self) -> str:
        """The first one's."""
        return self.errors[0].dev_message


class PasswordError(ProfileError): ...


class NewPasswordMissing(PasswordError):
    status, code, text = 400, "22005", "The new password is missing."
    about = "newPassword"
    expected = "have a value where oldPassword is sent"


class OldPasswordMissing(PasswordError):
    status, code, text = 400, "23026", "The old password is missing."
    about = "oldPassword"
    expected = "have a value where newPassword is sent"


class OldPasswordWrong(PasswordError):
    status, code, text = 400, "23029", "The old password is wrong."
    about = "oldPassword"
    expected = "be the current password; after too many wrong ones every one is refused for a while"


class PasswordPolicyBroken(PasswordError):
    status, code, text = 400, "23024", "The new password does not meet the password policy."
    about = "newPassword"


class PasswordConfirmationDiffers(PasswordError):
    status, code, text = 400, "83039", "The password confirmation differs from the new password."
    about = "newConfirmPassword"
    expected = "repeat newPassword, or be left out"


# --- shopper types -----------------------------------------------------------------------------------------------


class ShopperTypeError(CommerceError): ...


class AssetLanguageRequired(ShopperTypeError):
    status, code, text = 400, "82001", "The header x-ccasset-language is missing or names no supported language."
    about = "The header X-CCAsset-Language"
    expected = "name an enabled locale, like en: listLocales shows them"


class UnknownShopperType(ShopperTypeError):
    status, code, text = 400, "75001", "The shopper type {value} does not exist."
    about = "The id in the path"


class UnknownItemType(ShopperTypeError):
    """Raised for order types too (contract: companions.md §5)."""

    status, code, text = 400, "75001", "The type {value} does not exist."
    about = "The id in the path"


class NoProperties(ShopperTypeError):
    status, code, text = 400, "75002", "The request contains no properties."
    about = "The body"


class UnderscoreRequired(ShopperTypeError):
    status, code, text = 400, "75003", "The id of the new property {property} needs an underscore."
    about = "The id of a new property"
    expected = "hold an underscore, unless the parameter allowNonUnderscoreNames is true"


class PropertyIdInvalid(ShopperTypeError):
    status, code, text = 400, "75004", "The property id {property} is not valid."
    about = "The id of a new property"


class PropertyTypeMissing(ShopperTypeError):
    status, code, text = 400, "75005", "The new property {property} has no type."


class UnsupportedPropertyType(ShopperTypeError):
    status, code, text = 400, "75001", "The property type {value} is not supported."


class PropertyTypeChanged(ShopperTypeError):
    status, code, text = 400, "75006", "The type of the property {property} cannot be changed."
    expected = "be what the property was made with, and the same as uiEditorType"


class RequiredWithoutDefault(ShopperTypeError):
    status, code, text = 400, "75007", "The required property {property} needs a default."
    expected = "have a value, not null, while required is true"


class AttributeInvalid(ShopperTypeError):
    status, code, text = 400, "75008", "The value of {property} is not valid."


class AttributeNotEditable(ShopperTypeError):
    status, code, text = 400, "75009", "{property} cannot be edited."


class ShopperTypeTooLarge(ShopperTypeError):
    status, code, text = 400, "75010", "The shopper type has too many properties or is too large to store."
    about = "The shopper type"


# --- organization addresses --------------------------------------------------------------------------------------


class AddressError(CommerceError): ...


class AgentContextMissing(AddressError):
    status, code, text = 400, "89103", "The header X-CCAgentContext names no shopper."
    about = "The header X-CCAgentContext"
    expected = 'be a JSON object with the id of a shopper\'s profile: {"shopperProfileId":"<id>"}'


class AgentContextUnreadable(AddressError):
    status, code, text = 400, "82005000", "The header X-CCAgentContext is not valid."
    about = "The header X-CCAgentContext"
    expected = 'be a JSON object with the id of a profile that exists: {"shopperProfileId":"<id>"}'


class UnknownOrganization(AddressError):
    status, code, text = 400, "100001", "The organization does not exist."
    about = "The header X-CCOrganization"
    expected = "name an organization that exists, by its id"


class NotAccountAdministrator(AddressError):
    status, code, text = 400, "89101", "The shopper does not administer the account."
    about = "The shopper"


class AccountInactive(AddressError):
    status, code, text = 400, "89102", "The shopper or the account is inactive."
    about = "The shopper and the account"
    expected = "be active"


class UnknownAddress(AddressError):
    status, code, text = 400, "100185", "The account has no such address, or it may not be changed."
    about = "The id in the path"
    expected = "be that of an address of the account: getAddresses lists them"


class AddressIncomplete(AddressError):
    """Unusable body, nothing to change, or a mandatory member null or empty."""

    status, code, text = 400, "100188", "The address is incomplete."
    about = "The body"


class AddressMemberInvalid(AddressError):
    status, code, text = 400, "100000", "The value of {property} is not valid."


class TooManyAccountAddresses(AddressError):
    status, code, text = 400, "100000", "The account has too many addresses."
    about = "The account"


class DefaultBillingNotBoolean(AddressError):
    status, code, text = 400, "100053", "isDefaultBillingAddress must be true or false."
    about = "isDefaultBillingAddress"
    expected = "be true or false"


class DefaultShippingNotBoolean(AddressError):
    status, code, text = 400, "100054", "isDefaultShippingAddress must be true or false."
    about = "isDefaultShippingAddress"
    expected = "be true or false"


class CountryInvalid(AddressError):
    status, code, text = 400, "80018", "The country is not valid."
    expected = "be the two-letter code of a country that the store knows, like US"


class StateInvalid(AddressError):
    status, code, text = 400, "100067", "The state is not valid."
    expected = "be the code of a region of the address's country, like CA in US"


class UnknownAddressType(AddressError):
    status, code, text = 400, "180118", "The address type does not exist."


# --- orders ------------------------------------------------------------------------------------------------------


class OrderError(CommerceError): ...


class OrderUpdateFailed(OrderError):
    """Unusable body, bad `op`, quantity, wrong type of a member, refused external price, limits, too large."""

    status, code, text = 400, "28315", "The order could not be updated."
    about = "The order"


class OrderNotIncomplete(OrderError):
    status, code, text = 400, "20140", "The order can no longer be changed."
    about = "id"
    expected = "name an order in the state INCOMPLETE, or be left out for the current order"


class UnknownPriceListGroup(OrderError):
    status, code, text = 400, "20186", "The price list group is not valid."
    about = "The header X-CCPriceListGroup"


class NoOrderLines(OrderError):
    status, code, text = 400, "28081", "The cart has no items."
    about = "shoppingCart.items"
    expected = "hold at least one line with a quantity above 0"


class ShippingMethodUnavailable(OrderError):
    status, code, text = 400, "28088", "The shipping method is not available."
    about = "The value of shippingMethod"
    expected = "be the id of a shipping method that is offered at the shipping address"


class ProductUnavailable(OrderError):
    status, code, text = 400, "28102", "The product is not available."
    about = "productId"
    expected = "name an active product with a price in the price list group"


class OrderLimitExceeded(OrderError):
    status, code, text = 400, "28104", "The quantity is above the order limit of the product."
    about = "quantity"


class OrderNotFound(OrderError):
    status, code, text = 404, "28107", "The order does not exist."
    about = "id"
    expected = "be that of an order of this shopper, or be left out for the current order"


class ShippingAddressIncomplete(OrderError):
    status, code, text = 400, "28128", "The shipping address is incomplete or not valid."
    about = "shippingAddress"


class SkuUnavailable(OrderError):
    status, code, text = 400, "28129", "The SKU is not available."
    about = "catRefId"
    expected = "name an active SKU of the product that productId names"


class ProductNotSoldAlone(OrderError):
    status, code, text = 400, "28155", "The product cannot be bought on its own."
    about = "productId"
    expected = "stand in childItems of another line: the product is not sold on its own"


class NoCurrentOrder(OrderError):
    status, code, text = 404, "28313", "There is no current order."
    about = "The shopper"
    expected = "have a current order on this site: updateCurrentProfileOrder makes one"


class OrderDeleteFailed(OrderError):
    status, code, text = 500, "28316", "The order could not be deleted."


class CouponInvalid(OrderError):
    status, code, text = 400, "28326", "The coupon is not valid."
    about = "shoppingCart.coupons"
    expected = "hold only codes of coupons that have begun and are not over: moreInfo names the one that is none"


class CouponUsedUp(OrderError):
    status, code, text = 400, "28346", "The coupon has been used up."
    about = "shoppingCart.coupons"
    expected = "hold only codes of coupons that may still be used: moreInfo names the one that is used up"


class GiftCardNotApplicable(OrderError):
    status, code, text = 400, "28339", "The gift card could not be applied."
    about = "payments"
    expected = "hold only gift cards that are active and in the order's currency"


class GiftCardInvalid(OrderError):
    status, code, text = 400, "28340", "The gift card is not valid."
    about = "payments"
    expected = "hold giftCardNumber and giftCardPin as they stand on the card"


class GiftCardEmpty(OrderError):
    status, code, text = 400, "28344", "The gift card has no balance."
    about = "payments"
    expected = "hold only gift cards with a balance above 0"


class GiftCardProviderFailed(OrderError):
    status, code, text = 500, "29000", "The gift card could not be checked."


class ConfigurableProductsOff(OrderError):
    status, code, text = 400, "28360", "Configurable products are not sold here."
    about = "productId"
    expected = "name a product that is not configurable: the site sells none of those"


class AddOnNotLinked(OrderError):
    status, code, text = 400, "28410", "The add-on does not belong to the product."
    about = "catRefId"
    expected = (
        "name an SKU that the parent's product links as an add-on, and configurablePropertyId and "
        "configurationOptionId that link"
    )


class ShopperInputInvalid(OrderError):
    status, code, text = 400, "28411", "The input for the product is not valid."
    about = "shopperInput"
    expected = "hold the inputs that the product declares, each of its kind, the required ones too, and no other"


class AddOnPricedByVolume(OrderError):
    status, code, text = 400, "51108", "Add-ons cannot have volume prices."
    about = "productId"
    expected = "name an add-on whose price does not depend on the quantity"


class AccountNotOfThisStore(OrderError):
    status, code, text = 403, "60011", "The account may not use this store."
    about = "The header x-ccsite"
    expected = "name a site that the shopper's account may buy on"


class OrganizationInactive(OrderError):
    status, code, text = 400, "100094", "The organization is inactive."
    about = "The header X-CCOrganization"
    expected = "name an active organization"


class OrderOfAnotherOrganization(OrderError):
    status, code, text = 400, "100095", "The order belongs to another organization."
    about = "The header X-CCOrganization"
    expected = "name the organization of the order that id names, or be left out"


class OrganizationDeleted(OrderError):
    status, code, text = 400, "100096", "The organization was deleted."
    about = "The header X-CCOrganization"
    expected = "name an organization that exists"


class OrdersOrganizationInactive(OrderError):
    status, code, text = 400, "100097", "The organization of the order is inactive."
    about = "id"
    expected = "name an order whose organization is active and has the shopper as a member"


class NotAMember(OrderError):
    status, code, text = 400, "100098", "The shopper is no member of the organization."
    about = "The header X-CCOrganization"
    expected = "name an organization that the shopper is a member of, or be left out"


class OrderHasNoOrganization(OrderError):
    status, code, text = 400, "100099", "The order belongs to no organization."
    about = "The header X-CCOrganization"
    expected = "be left out: the order that id names belongs to no organization"


def leaves(root: type[CommerceError] = CommerceError) -> Iterator[type[CommerceError]]:
    """The classes below `root` that are raised, in the order of this file."""
    kinds = root.__subclasses__()
    if not kinds:
        yield root
    for kind in kinds:
        yield from leaves(kind)
