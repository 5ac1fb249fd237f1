"""The one table from exceptions to the wire: HTTP status, error code, English text (contract: errors.md).

Texts in other languages stand in `messages/<locale>.json` under the exception's name; the two that the contract words
itself (auth.md §6, errors.md 22024) have none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from commerce import errors
from commerce.errors import CommerceError


class Row(NamedTuple):
    """How one exception is answered."""

    status: int
    code: str
    text: str


_FALLBACK: Final = Row(500, "00000500", "The request could not be processed.")

TABLE: Final[Mapping[type[CommerceError], Row]] = {
    errors.UnknownRoute: Row(404, "00000404", "There is no such resource."),
    errors.MethodNotAllowed: Row(405, "00000405", "This resource does not offer the method."),
    errors.BodyTooLarge: Row(413, "00000413", "The request body is too large."),
    errors.UnusableBody: Row(400, "00000400", "The request body is not usable."),
    errors.RateLimited: Row(429, "00000429", "Too many requests. Try again later."),
    errors.NotAuthenticated: Row(401, "00001000", "The user is not authenticated."),
    errors.NotPermitted: Row(403, "00002000", "You do not have permission to do this."),
    errors.StaleTag: Row(412, "00000412", "The resource was changed in the meantime."),
    errors.UnknownSite: Row(400, "30014", "The site is not valid."),
    errors.InternalFailure: Row(500, "00000500", "The request could not be processed."),
    errors.Contention: Row(503, "00000503", "The service is busy. Try again in a moment."),
    errors.DependencyDown: Row(503, "00000503", "The service is busy. Try again in a moment."),
    errors.InvalidGrant: Row(401, "invalid_grant", ""),
    errors.InvalidClient: Row(401, "invalid_client", ""),
    errors.InvalidRequest: Row(400, "invalid_request", ""),
    errors.SamlNotOffered: Row(401, "invalid_request", ""),
    errors.PasswordExpired: Row(401, "password_expired", ""),
    errors.PasswordGenerated: Row(401, "password_generated", ""),
    errors.UnsupportedGrantType: Row(400, "unsupported_grant_type", ""),
    errors.VisitorInfoMissing: Row(400, "54106", "The visitor information is missing."),
    errors.VisitorInfoNameMissing: Row(400, "54107", "infoName is missing."),
    errors.VisitorInfoMalformed: Row(400, "54108", "The visitor information is malformed."),
    errors.VisitorCookieMissing: Row(400, "54109", "The request has no visitor cookie of that name."),
    errors.ProfileIdMissing: Row(400, "22000", "The profile id is missing."),
    errors.ProfileReadFailed: Row(500, "22001", "The profile could not be read."),
    errors.ProfileGone: Row(404, "22002", "The profile does not exist."),
    errors.ProfileSaveFailed: Row(500, "23001", "The profile could not be saved."),
    errors.ProfileTooLarge: Row(400, "22026", "The profile is too large to store."),
    errors.ValueTooLong: Row(400, "00004", "{property} is longer than {limit} characters."),
    errors.WriteDenied: Row(400, "13036", "{property} may not be changed."),
    errors.EmailRequired: Row(400, "22003", "The email address is missing."),
    errors.IdentifierTaken: Row(400, "22006", "Another profile already uses this {property}."),
    errors.NotAString: Row(400, "22024", "{property}({value}) must be a String"),
    errors.PropertyIncorrect: Row(400, "22026", "{property} is missing or incorrect."),
    errors.TooManyProfileAddresses: Row(400, "22026", "The profile has too many addresses."),
    errors.AddressStateUnknown: Row(400, "22027", "The state of the address is missing or unknown."),
    errors.PhoneNumberInvalid: Row(400, "23005", "The phone number is invalid."),
    errors.EmailMalformed: Row(400, "23006", "The email address is invalid."),
    errors.AddressCountryUnknown: Row(400, "23007", "The country of the address is missing or unknown."),
    errors.AddressPostalCodeMissing: Row(400, "23008", "The postal code of the address is missing."),
    errors.AddressCityMissing: Row(400, "23010", "The city of the address is missing."),
    errors.AddressLineMissing: Row(400, "23011", "Line 1 of the address is missing."),
    errors.NewPasswordMissing: Row(400, "22005", "The new password is missing."),
    errors.OldPasswordMissing: Row(400, "23026", "The old password is missing."),
    errors.OldPasswordWrong: Row(400, "23029", "The old password is wrong."),
    errors.PasswordPolicyBroken: Row(400, "23024", "The new password does not meet the password policy."),
    errors.PasswordConfirmationDiffers: Row(400, "83039", "The password confirmation differs from the new password."),
    errors.AssetLanguageRequired: Row(
        400, "82001", "The header x-ccasset-language is missing or names no supported language."
    ),
    errors.UnknownShopperType: Row(400, "75001", "The shopper type {value} does not exist."),
    errors.NoProperties: Row(400, "75002", "The request contains no properties."),
    errors.UnderscoreRequired: Row(400, "75003", "The id of the new property {property} needs an underscore."),
    errors.PropertyIdInvalid: Row(400, "75004", "The property id {property} is not valid."),
    errors.PropertyTypeMissing: Row(400, "75005", "The new property {property} has no type."),
    errors.UnsupportedPropertyType: Row(400, "75001", "The property type {value} is not supported."),
    errors.PropertyTypeChanged: Row(400, "75006", "The type of the property {property} cannot be changed."),
    errors.RequiredWithoutDefault: Row(400, "75007", "The required property {property} needs a default."),
    errors.AttributeInvalid: Row(400, "75008", "The value of {property} is not valid."),
    errors.AttributeNotEditable: Row(400, "75009", "{property} cannot be edited."),
    errors.ShopperTypeTooLarge: Row(400, "75010", "The shopper type has too many properties or is too large to store."),
    errors.AgentContextMissing: Row(400, "89103", "The header X-CCAgentContext names no shopper."),
    errors.AgentContextUnreadable: Row(400, "82005000", "The header X-CCAgentContext is not valid."),
    errors.UnknownOrganization: Row(400, "100001", "The organization does not exist."),
    errors.NotAccountAdministrator: Row(400, "89101", "The shopper does not administer the account."),
    errors.AccountInactive: Row(400, "89102", "The shopper or the account is inactive."),
    errors.UnknownAddress: Row(400, "100185", "The account has no such address, or it may not be changed."),
    errors.AddressIncomplete: Row(400, "100188", "The address is incomplete."),
    errors.AddressMemberInvalid: Row(400, "100000", "The value of {property} is not valid."),
    errors.TooManyAccountAddresses: Row(400, "100000", "The account has too many addresses."),
    errors.DefaultBillingNotBoolean: Row(400, "100053", "isDefaultBillingAddress must be true or false."),
    errors.DefaultShippingNotBoolean: Row(400, "100054", "isDefaultShippingAddress must be true or false."),
    errors.CountryInvalid: Row(400, "80018", "The country is not valid."),
    errors.StateInvalid: Row(400, "100067", "The state is not valid."),
    errors.UnknownAddressType: Row(400, "180118", "The address type does not exist."),
    errors.OrderUpdateFailed: Row(400, "28315", "The order could not be updated."),
    errors.OrderNotIncomplete: Row(400, "20140", "The order can no longer be changed."),
    errors.UnknownPriceListGroup: Row(400, "20186", "The price list group is not valid."),
    errors.NoOrderLines: Row(400, "28081", "The cart has no items."),
    errors.ShippingMethodUnavailable: Row(400, "28088", "The shipping method is not available."),
    errors.ProductUnavailable: Row(400, "28102", "The product is not available."),
    errors.OrderLimitExceeded: Row(400, "28104", "The quantity is above the order limit of the product."),
    errors.OrderNotFound: Row(404, "28107", "The order does not exist."),
    errors.ShippingAddressIncomplete: Row(400, "28128", "The shipping address is incomplete or not valid."),
    errors.SkuUnavailable: Row(400, "28129", "The SKU is not available."),
    errors.ProductNotSoldAlone: Row(400, "28155", "The product cannot be bought on its own."),
    errors.NoCurrentOrder: Row(404, "28313", "There is no current order."),
    errors.OrderDeleteFailed: Row(500, "28316", "The order could not be deleted."),
    errors.CouponInvalid: Row(400, "28326", "The coupon is not valid."),
    errors.CouponUsedUp: Row(400, "28346", "The coupon has been used up."),
    errors.GiftCardNotApplicable: Row(400, "28339", "The gift card could not be applied."),
    errors.GiftCardInvalid: Row(400, "28340", "The gift card is not valid."),
    errors.GiftCardEmpty: Row(400, "28344", "The gift card has no balance."),
    errors.GiftCardProviderFailed: Row(500, "29000", "The gift card could not be checked."),
    errors.ConfigurableProductsOff: Row(400, "28360", "Configurable products are not sold here."),
    errors.AddOnNotLinked: Row(400, "28410", "The add-on does not belong to the product."),
    errors.ShopperInputInvalid: Row(400, "28411", "The input for the product is not valid."),
    errors.AddOnPricedByVolume: Row(400, "51108", "Add-ons cannot have volume prices."),
    errors.AccountNotOfThisStore: Row(403, "60011", "The account may not use this store."),
    errors.OrganizationInactive: Row(400, "100094", "The organization is inactive."),
    errors.OrderOfAnotherOrganization: Row(400, "100095", "The order belongs to another organization."),
    errors.OrganizationDeleted: Row(400, "100096", "The organization was deleted."),
    errors.OrdersOrganizationInactive: Row(400, "100097", "The organization of the order is inactive."),
    errors.NotAMember: Row(400, "100098", "The shopper is no member of the organization."),
    errors.OrderHasNoOrganization: Row(400, "100099", "The order belongs to no organization."),
    errors.IdempotencyKeyMalformed: Row(400, "00000400", "The header Idempotency-Key is not valid."),
    errors.IdempotencyKeyInUse: Row(409, "00000409", "A request with the same Idempotency-Key is still running."),
    errors.IdempotencyKeyReused: Row(422, "00000422", "The Idempotency-Key was used with a different request."),
}


WORDED_BY_CONTRACT: Final = frozenset({errors.NotAuthenticated, errors.NotAString})


def row_of(error: CommerceError) -> Row:
    """The row of the error's own class, else of the nearest class above it."""
    return next((TABLE[kind] for kind in type(error).__mro__ if kind in TABLE), _FALLBACK)
