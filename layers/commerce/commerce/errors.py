"""The one tree of exceptions. Which status, code and text each becomes stands in `commerce.http.error_table` alone.

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
"""

from __future__ import annotations

from collections.abc import Sequence


class CommerceError(Exception):
    """Anything the service answers with an error body."""

    def __init__(self, more_info: str | None = None, *, path: str | None = None, **values: object) -> None:
        super().__init__(type(self).__name__)
        self.more_info = more_info
        self.path = path
        self.values = values


# --- general -----------------------------------------------------------------------------------------------------


class RequestRefused(CommerceError): ...


class UnknownRoute(RequestRefused): ...


class MethodNotAllowed(RequestRefused):
    """`allowed`: the methods the route offers."""

    def __init__(self, allowed: Sequence[str]) -> None:
        super().__init__()
        self.allowed = tuple(allowed)


class BodyTooLarge(RequestRefused): ...


class UnusableBody(RequestRefused): ...


class RateLimited(RequestRefused):
    """`retry_after`: whole seconds until the caller may try again."""

    def __init__(self, retry_after: int) -> None:
        super().__init__()
        self.retry_after = retry_after


class NotAuthenticated(RequestRefused): ...


class NotPermitted(RequestRefused): ...


class StaleTag(RequestRefused): ...


class UnknownSite(RequestRefused): ...


class ServiceFailure(CommerceError): ...


class InternalFailure(ServiceFailure): ...


class Contention(ServiceFailure): ...


class DependencyDown(ServiceFailure): ...


# --- logins ------------------------------------------------------------------------------------------------------


class LoginRefused(CommerceError): ...


class InvalidGrant(LoginRefused): ...


class InvalidClient(LoginRefused): ...


class InvalidRequest(LoginRefused): ...


class SamlNotOffered(LoginRefused): ...


class PasswordExpired(LoginRefused): ...


class PasswordGenerated(LoginRefused): ...


class UnsupportedGrantType(LoginRefused): ...


# --- visitor info ------------------------------------------------------------------------------------------------


class VisitorInfoError(CommerceError): ...


class VisitorInfoMissing(VisitorInfoError): ...


class VisitorInfoNameMissing(VisitorInfoError): ...


class VisitorInfoMalformed(VisitorInfoError): ...


class VisitorCookieMissing(VisitorInfoError): ...


# --- profiles ----------------------------------------------------------------------------------------------------


class ProfileError(CommerceError): ...


class ProfileIdMissing(ProfileError): ...


class ProfileReadFailed(ProfileError): ...


class ProfileGone(ProfileError): ...


class ProfileSaveFailed(ProfileError): ...


class PropertyError(ProfileError): ...


class ProfileTooLarge(PropertyError): ...


class ValueTooLong(PropertyError): ...


class WriteDenied(PropertyError): ...


class EmailRequired(PropertyError): ...


class IdentifierTaken(PropertyError): ...


class NotAString(PropertyError): ...


class PropertyIncorrect(PropertyError): ...


class TooManyProfileAddresses(PropertyError): ...


class AddressStateUnknown(PropertyError): ...


class PhoneNumberInvalid(PropertyError):
    """Raised for organization addresses too (contract: organization-addresses.md §6)."""


class EmailMalformed(PropertyError): ...


class AddressCountryUnknown(PropertyError): ...


class AddressPostalCodeMissing(PropertyError): ...


class AddressCityMissing(PropertyError): ...


class AddressLineMissing(PropertyError): ...


class PropertyErrors(ProfileError):
    """`errors`: at least one, in the order of the members in the request."""

    def __init__(self, errors: Sequence[PropertyError]) -> None:
        super().__init__()
        self.errors = tuple(errors)


class PasswordError(ProfileError): ...


class NewPasswordMissing(PasswordError): ...


class OldPasswordMissing(PasswordError): ...


class OldPasswordWrong(PasswordError): ...


class PasswordPolicyBroken(PasswordError): ...


class PasswordConfirmationDiffers(PasswordError): ...


# --- shopper types -----------------------------------------------------------------------------------------------


class ShopperTypeError(CommerceError): ...


class AssetLanguageRequired(ShopperTypeError): ...


class UnknownShopperType(ShopperTypeError): ...


class NoProperties(ShopperTypeError): ...


class UnderscoreRequired(ShopperTypeError): ...


class PropertyIdInvalid(ShopperTypeError): ...


class PropertyTypeMissing(ShopperTypeError): ...


class UnsupportedPropertyType(ShopperTypeError): ...


class PropertyTypeChanged(ShopperTypeError): ...


class RequiredWithoutDefault(ShopperTypeError): ...


class AttributeInvalid(ShopperTypeError): ...


class AttributeNotEditable(ShopperTypeError): ...


class ShopperTypeTooLarge(ShopperTypeError): ...


# --- organization addresses --------------------------------------------------------------------------------------


class AddressError(CommerceError): ...


class AgentContextMissing(AddressError): ...


class AgentContextUnreadable(AddressError): ...


class UnknownOrganization(AddressError): ...


class NotAccountAdministrator(AddressError): ...


class AccountInactive(AddressError): ...


class UnknownAddress(AddressError): ...


class AddressIncomplete(AddressError):
    """Unusable body, nothing to change, or a mandatory member null or empty."""


class AddressMemberInvalid(AddressError): ...


class TooManyAccountAddresses(AddressError): ...


class DefaultBillingNotBoolean(AddressError): ...


class DefaultShippingNotBoolean(AddressError): ...


class CountryInvalid(AddressError): ...


class StateInvalid(AddressError): ...


class UnknownAddressType(AddressError): ...


# --- orders ------------------------------------------------------------------------------------------------------


class OrderError(CommerceError): ...


class OrderUpdateFailed(OrderError):
    """Unusable body, bad `op`, quantity, wrong type of a member, refused external price, limits, too large."""


class OrderNotIncomplete(OrderError): ...


class UnknownPriceListGroup(OrderError): ...


class NoOrderLines(OrderError): ...


class ShippingMethodUnavailable(OrderError): ...


class ProductUnavailable(OrderError): ...


class OrderLimitExceeded(OrderError): ...


class OrderNotFound(OrderError): ...


class ShippingAddressIncomplete(OrderError): ...


class SkuUnavailable(OrderError): ...


class ProductNotSoldAlone(OrderError): ...


class NoCurrentOrder(OrderError): ...


class OrderDeleteFailed(OrderError): ...


class CouponInvalid(OrderError): ...


class CouponUsedUp(OrderError): ...


class GiftCardNotApplicable(OrderError): ...


class GiftCardInvalid(OrderError): ...


class GiftCardEmpty(OrderError): ...


class GiftCardProviderFailed(OrderError): ...


class ConfigurableProductsOff(OrderError): ...


class AddOnNotLinked(OrderError): ...


class ShopperInputInvalid(OrderError): ...


class AddOnPricedByVolume(OrderError): ...


class AccountNotOfThisStore(OrderError): ...


class OrganizationInactive(OrderError): ...


class OrderOfAnotherOrganization(OrderError): ...


class OrganizationDeleted(OrderError): ...


class OrdersOrganizationInactive(OrderError): ...


class NotAMember(OrderError): ...


class OrderHasNoOrganization(OrderError): ...


class IdempotencyKeyMalformed(OrderError): ...


class IdempotencyKeyInUse(OrderError): ...


class IdempotencyKeyReused(OrderError): ...
