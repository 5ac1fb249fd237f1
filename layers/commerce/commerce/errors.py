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

    def __init__(self, more_info: str | None = None, *, path: str | None = None, **values: object) -> None:
        super().__init__(type(self).__name__)
        self.more_info = more_info
        self.path = path
        self.values = values


# --- general -----------------------------------------------------------------------------------------------------


class RequestRefused(CommerceError): ...


class UnknownRoute(RequestRefused):
    status, code, text = 404, "00000404", "There is no such resource."


class MethodNotAllowed(RequestRefused):
    """`allowed`: the methods the route offers."""

    status, code, text = 405, "00000405", "This resource does not offer the method."

    def __init__(self, allowed: Sequence[str]) -> None:
        super().__init__()
        self.allowed = tuple(allowed)


class BodyTooLarge(RequestRefused):
    status, code, text = 413, "00000413", "The request body is too large."


class UnusableBody(RequestRefused):
    status, code, text = 400, "00000400", "The request body is not usable."


class RateLimited(RequestRefused):
    """`retry_after`: whole seconds until the caller may try again."""

    status, code, text = 429, "00000429", "Too many requests. Try again later."

    def __init__(self, retry_after: int) -> None:
        super().__init__()
        self.retry_after = retry_after


class NotAuthenticated(RequestRefused):
    status, code, text = 401, "00001000", "The user is not authenticated."


class NotPermitted(RequestRefused):
    status, code, text = 403, "00002000", "You do not have permission to do this."


class StaleTag(RequestRefused):
    status, code, text = 412, "00000412", "The resource was changed in the meantime."


class IdempotencyKeyMalformed(RequestRefused):
    status, code, text = 400, "00000400", "The header Idempotency-Key is not valid."


class IdempotencyKeyInUse(RequestRefused):
    status, code, text = 409, "00000409", "A request with the same Idempotency-Key is still running."


class IdempotencyKeyReused(RequestRefused):
    status, code, text = 422, "00000422", "The Idempotency-Key was used with a different request."


class UnknownSite(RequestRefused):
    status, code, text = 400, "30014", "The site is not valid."


class ServiceFailure(CommerceError): ...


class InternalFailure(ServiceFailure):
    status, code, text = 500, "00000500", "The request could not be processed."


class Contention(ServiceFailure):
    status, code, text = 503, "00000503", "The service is busy. Try again in a moment."


class DependencyDown(ServiceFailure):
    status, code, text = 503, "00000503", "The service is busy. Try again in a moment."


# --- logins ------------------------------------------------------------------------------------------------------


class LoginRefused(CommerceError):
    """`code`: the value of the OAuth form's `error`, which has no text beside it."""


class InvalidGrant(LoginRefused):
    status, code = 401, "invalid_grant"


class InvalidClient(LoginRefused):
    status, code = 401, "invalid_client"


class InvalidRequest(LoginRefused):
    status, code = 400, "invalid_request"


class SamlNotOffered(LoginRefused):
    status, code = 401, "invalid_request"


class PasswordExpired(LoginRefused):
    status, code = 401, "password_expired"


class PasswordGenerated(LoginRefused):
    status, code = 401, "password_generated"


class UnsupportedGrantType(LoginRefused):
    status, code = 400, "unsupported_grant_type"


# --- visitor info ------------------------------------------------------------------------------------------------


class VisitorInfoError(CommerceError): ...


class VisitorInfoMissing(VisitorInfoError):
    status, code, text = 400, "54106", "The visitor information is missing."


class VisitorInfoNameMissing(VisitorInfoError):
    status, code, text = 400, "54107", "infoName is missing."


class VisitorInfoMalformed(VisitorInfoError):
    status, code, text = 400, "54108", "The visitor information is malformed."


class VisitorCookieMissing(VisitorInfoError):
    status, code, text = 400, "54109", "The request has no visitor cookie of that name."


# --- profiles ----------------------------------------------------------------------------------------------------


class ProfileError(CommerceError): ...


class ProfileIdMissing(ProfileError):
    status, code, text = 400, "22000", "The profile id is missing."


class ProfileReadFailed(ProfileError):
    status, code, text = 500, "22001", "The profile could not be read."


class ProfileGone(ProfileError):
    status, code, text = 404, "22002", "The profile does not exist."


class ProfileSaveFailed(ProfileError):
    status, code, text = 500, "23001", "The profile could not be saved."


class PropertyError(ProfileError): ...


class ProfileTooLarge(PropertyError):
    status, code, text = 400, "22026", "The profile is too large to store."


class ValueTooLong(PropertyError):
    status, code, text = 400, "00004", "{property} is longer than {limit} characters."


class WriteDenied(PropertyError):
    status, code, text = 400, "13036", "{property} may not be changed."


class EmailRequired(PropertyError):
    status, code, text = 400, "22003", "The email address is missing."


class IdentifierTaken(PropertyError):
    status, code, text = 400, "22006", "Another profile already uses this {property}."


class NotAString(PropertyError):
    status, code, text = 400, "22024", "{property}({value}) must be a String"


class PropertyIncorrect(PropertyError):
    status, code, text = 400, "22026", "{property} is missing or incorrect."


class TooManyProfileAddresses(PropertyError):
    status, code, text = 400, "22026", "The profile has too many addresses."


class AddressStateUnknown(PropertyError):
    status, code, text = 400, "22027", "The state of the address is missing or unknown."


class PhoneNumberInvalid(PropertyError):
    """Raised for organization addresses too (contract: organization-addresses.md §6)."""

    status, code, text = 400, "23005", "The phone number is invalid."


class EmailMalformed(PropertyError):
    status, code, text = 400, "23006", "The email address is invalid."


class AddressCountryUnknown(PropertyError):
    status, code, text = 400, "23007", "The country of the address is missing or unknown."


class AddressPostalCodeMissing(PropertyError):
    status, code, text = 400, "23008", "The postal code of the address is missing."


class AddressCityMissing(PropertyError):
    status, code, text = 400, "23010", "The city of the address is missing."


class AddressLineMissing(PropertyError):
    status, code, text = 400, "23011", "Line 1 of the address is missing."


class OwnAddressesNotManaged(ProfileError):
    status, code, text = 400, "89103", "The shopper may not change addresses of the own profile in this account."


class ProfileAddressUnknown(ProfileError):
    status, code, text = 400, "22038", "The profile has no such address."


class ProfileAddressIncomplete(ProfileError):
    """Unusable body, no address in it, or nothing to change."""

    status, code, text = 400, "22032", "The request holds no address."


class PropertyErrors(ProfileError):
    """`errors`: at least one, in the order of the members in the request; status and code are the first one's."""

    def __init__(self, errors: Sequence[PropertyError]) -> None:
        super().__init__()
        self.errors = tuple(errors)
        self.status, self.code = self.errors[0].status, self.errors[0].code


class PasswordError(ProfileError): ...


class NewPasswordMissing(PasswordError):
    status, code, text = 400, "22005", "The new password is missing."


class OldPasswordMissing(PasswordError):
    status, code, text = 400, "23026", "The old password is missing."


class OldPasswordWrong(PasswordError):
    status, code, text = 400, "23029", "The old password is wrong."


class PasswordPolicyBroken(PasswordError):
    status, code, text = 400, "23024", "The new password does not meet the password policy."


class PasswordConfirmationDiffers(PasswordError):
    status, code, text = 400, "83039", "The password confirmation differs from the new password."


# --- shopper types -----------------------------------------------------------------------------------------------


class ShopperTypeError(CommerceError): ...


class AssetLanguageRequired(ShopperTypeError):
    status, code, text = 400, "82001", "The header x-ccasset-language is missing or names no supported language."


class UnknownShopperType(ShopperTypeError):
    status, code, text = 400, "75001", "The shopper type {value} does not exist."


class UnknownItemType(ShopperTypeError):
    """Raised for order types too (contract: companions.md §5)."""

    status, code, text = 400, "75001", "The type {value} does not exist."


class NoProperties(ShopperTypeError):
    status, code, text = 400, "75002", "The request contains no properties."


class UnderscoreRequired(ShopperTypeError):
    status, code, text = 400, "75003", "The id of the new property {property} needs an underscore."


class PropertyIdInvalid(ShopperTypeError):
    status, code, text = 400, "75004", "The property id {property} is not valid."


class PropertyTypeMissing(ShopperTypeError):
    status, code, text = 400, "75005", "The new property {property} has no type."


class UnsupportedPropertyType(ShopperTypeError):
    status, code, text = 400, "75001", "The property type {value} is not supported."


class PropertyTypeChanged(ShopperTypeError):
    status, code, text = 400, "75006", "The type of the property {property} cannot be changed."


class RequiredWithoutDefault(ShopperTypeError):
    status, code, text = 400, "75007", "The required property {property} needs a default."


class AttributeInvalid(ShopperTypeError):
    status, code, text = 400, "75008", "The value of {property} is not valid."


class AttributeNotEditable(ShopperTypeError):
    status, code, text = 400, "75009", "{property} cannot be edited."


class ShopperTypeTooLarge(ShopperTypeError):
    status, code, text = 400, "75010", "The shopper type has too many properties or is too large to store."


# --- organization addresses --------------------------------------------------------------------------------------


class AddressError(CommerceError): ...


class AgentContextMissing(AddressError):
    status, code, text = 400, "89103", "The header X-CCAgentContext names no shopper."


class AgentContextUnreadable(AddressError):
    status, code, text = 400, "82005000", "The header X-CCAgentContext is not valid."


class UnknownOrganization(AddressError):
    status, code, text = 400, "100001", "The organization does not exist."


class NotAccountAdministrator(AddressError):
    status, code, text = 400, "89101", "The shopper does not administer the account."


class AccountInactive(AddressError):
    status, code, text = 400, "89102", "The shopper or the account is inactive."


class UnknownAddress(AddressError):
    status, code, text = 400, "100185", "The account has no such address, or it may not be changed."


class AddressIncomplete(AddressError):
    """Unusable body, nothing to change, or a mandatory member null or empty."""

    status, code, text = 400, "100188", "The address is incomplete."


class AddressMemberInvalid(AddressError):
    status, code, text = 400, "100000", "The value of {property} is not valid."


class TooManyAccountAddresses(AddressError):
    status, code, text = 400, "100000", "The account has too many addresses."


class DefaultBillingNotBoolean(AddressError):
    status, code, text = 400, "100053", "isDefaultBillingAddress must be true or false."


class DefaultShippingNotBoolean(AddressError):
    status, code, text = 400, "100054", "isDefaultShippingAddress must be true or false."


class CountryInvalid(AddressError):
    status, code, text = 400, "80018", "The country is not valid."


class StateInvalid(AddressError):
    status, code, text = 400, "100067", "The state is not valid."


class UnknownAddressType(AddressError):
    status, code, text = 400, "180118", "The address type does not exist."


# --- orders ------------------------------------------------------------------------------------------------------


class OrderError(CommerceError): ...


class OrderUpdateFailed(OrderError):
    """Unusable body, bad `op`, quantity, wrong type of a member, refused external price, limits, too large."""

    status, code, text = 400, "28315", "The order could not be updated."


class OrderNotIncomplete(OrderError):
    status, code, text = 400, "20140", "The order can no longer be changed."


class UnknownPriceListGroup(OrderError):
    status, code, text = 400, "20186", "The price list group is not valid."


class NoOrderLines(OrderError):
    status, code, text = 400, "28081", "The cart has no items."


class ShippingMethodUnavailable(OrderError):
    status, code, text = 400, "28088", "The shipping method is not available."


class ProductUnavailable(OrderError):
    status, code, text = 400, "28102", "The product is not available."


class OrderLimitExceeded(OrderError):
    status, code, text = 400, "28104", "The quantity is above the order limit of the product."


class OrderNotFound(OrderError):
    status, code, text = 404, "28107", "The order does not exist."


class ShippingAddressIncomplete(OrderError):
    status, code, text = 400, "28128", "The shipping address is incomplete or not valid."


class SkuUnavailable(OrderError):
    status, code, text = 400, "28129", "The SKU is not available."


class ProductNotSoldAlone(OrderError):
    status, code, text = 400, "28155", "The product cannot be bought on its own."


class NoCurrentOrder(OrderError):
    status, code, text = 404, "28313", "There is no current order."


class OrderDeleteFailed(OrderError):
    status, code, text = 500, "28316", "The order could not be deleted."


class CouponInvalid(OrderError):
    status, code, text = 400, "28326", "The coupon is not valid."


class CouponUsedUp(OrderError):
    status, code, text = 400, "28346", "The coupon has been used up."


class GiftCardNotApplicable(OrderError):
    status, code, text = 400, "28339", "The gift card could not be applied."


class GiftCardInvalid(OrderError):
    status, code, text = 400, "28340", "The gift card is not valid."


class GiftCardEmpty(OrderError):
    status, code, text = 400, "28344", "The gift card has no balance."


class GiftCardProviderFailed(OrderError):
    status, code, text = 500, "29000", "The gift card could not be checked."


class ConfigurableProductsOff(OrderError):
    status, code, text = 400, "28360", "Configurable products are not sold here."


class AddOnNotLinked(OrderError):
    status, code, text = 400, "28410", "The add-on does not belong to the product."


class ShopperInputInvalid(OrderError):
    status, code, text = 400, "28411", "The input for the product is not valid."


class AddOnPricedByVolume(OrderError):
    status, code, text = 400, "51108", "Add-ons cannot have volume prices."


class AccountNotOfThisStore(OrderError):
    status, code, text = 403, "60011", "The account may not use this store."


class OrganizationInactive(OrderError):
    status, code, text = 400, "100094", "The organization is inactive."


class OrderOfAnotherOrganization(OrderError):
    status, code, text = 400, "100095", "The order belongs to another organization."


class OrganizationDeleted(OrderError):
    status, code, text = 400, "100096", "The organization was deleted."


class OrdersOrganizationInactive(OrderError):
    status, code, text = 400, "100097", "The organization of the order is inactive."


class NotAMember(OrderError):
    status, code, text = 400, "100098", "The shopper is no member of the organization."


class OrderHasNoOrganization(OrderError):
    status, code, text = 400, "100099", "The order belongs to no organization."


def leaves(root: type[CommerceError] = CommerceError) -> Iterator[type[CommerceError]]:
    """The classes below `root` that are raised, in the order of this file."""
    kinds = root.__subclasses__()
    if not kinds:
        yield root
    for kind in kinds:
        yield from leaves(kind)
