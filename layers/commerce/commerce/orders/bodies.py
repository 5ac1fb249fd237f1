"""Bodies of the calls on the current order (contract: orders.md §2, §5, §9)."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypeAlias

from typing_extensions import TypedDict

from commerce.addresses.bodies import ShownAddress
from commerce.addresses.model import LocatedForm
from commerce.bodies import LimitedText, Linked, OtherData, Reference, SentId, SetProperty

Scalar: TypeAlias = str | bool | float
SentAmount: TypeAlias = float | str
Level: TypeAlias = Literal["item", "order", "shipping"]


class ShopperInput(TypedDict):
    """Input name → what the shopper entered, as an engraving: a text, number or boolean."""


# --- the request


class SentCoupon(TypedDict):
    """A coupon. Its other members are echoes of an answer."""

    code: str


class SentGiftSelection(TypedDict, total=False):
    """A gift that the shopper chooses."""

    giftWithPurchaseIdentifier: Scalar | None
    """Of the order's gift of choice."""
    promotionId: SentId | None
    productId: SentId | None
    catRefId: SentId | None
    giftWithPurchaseQuantity: SentAmount | None
    """Units that are to be gifts; all of the line where it is left out."""


class SentExternalData(TypedDict, total=False):
    """Data of another system, returned as sent."""

    name: str | None
    values: OtherData | None
    actionCode: str | None


class SentLineMembers(TypedDict, total=False):
    """What a line and a part of one may say."""

    commerceItemId: SentId | None
    """The line's id; a client may invent one."""
    assetKey: Scalar | None
    """This and the next ones up to `originalCommerceItemId` are stored and returned as sent."""
    rootAssetKey: Scalar | None
    parentAssetKey: Scalar | None
    asset: Scalar | None
    serviceId: Scalar | None
    serviceAccountId: Scalar | None
    customerAccountId: Scalar | None
    billingAccountId: Scalar | None
    billingProfileId: Scalar | None
    actionCode: Scalar | None
    activationDate: Scalar | None
    deactivationDate: Scalar | None
    transactionDate: Scalar | None
    configuratorId: Scalar | None
    originalCommerceItemId: Scalar | None
    externalPrice: SentAmount | None
    """A unit price of the client's own."""
    externalPriceQuantity: SentAmount | None
    """For how many units it counts; -1: for all."""
    externalRecurringCharge: SentAmount | None
    """What is charged again and again."""
    externalRecurringChargeFrequency: SentAmount | None
    """How often; `Monthly` where it is left out."""
    externalRecurringChargeDuration: SentAmount | None
    """How many times; without end where it is left out."""
    externalData: list[SentExternalData] | None
    shopperInput: ShopperInput | None
    childItems: list[SentChildLine] | None
    """Parts of the line: what a configured product is made of, and add-ons."""
    giftWithPurchaseSelections: list[SentGiftSelection] | None
    giftWithPurchaseCommerceItemMarkers: list[OtherData] | None
    """Those of the last answer."""


class SentLine(SentLineMembers):
    """A line of the cart. Prices that are sent back are not read. Declared properties stand beside these members."""

    productId: SentId
    catRefId: SentId
    """The SKU."""
    quantity: SentAmount
    """A whole number; 0 drops the line."""


class SentChildLine(SentLine):
    """A part of a line; its `quantity` counts for each unit of the line above it."""

    configurablePropertyId: NotRequired[Scalar | None]
    configurationOptionId: NotRequired[Scalar | None]
    addOnItem: NotRequired[bool | None]
    """An add-on that the catalogue links. Without it, `externalPrice` and `externalPriceQuantity` are needed."""
    priceListGroupId: NotRequired[Scalar | None]


class SentShoppingCart(TypedDict):
    """The cart: it replaces the stored one."""

    items: list[SentLine]
    numberOfItems: NotRequired[int | None]
    """Not read."""
    coupons: NotRequired[list[SentCoupon] | None]


class SentPayment(TypedDict, total=False):
    """A gift card. Entries of other types create no payment."""

    type: str | None
    """`physicalGiftCard`."""
    paymentMethod: str | None
    """Serves where `type` is left out."""
    giftCardNumber: SentId | None
    giftCardPin: SentId | None
    amount: SentAmount | None
    """Not read: the provider is asked."""


class SentShippingMethod(TypedDict, total=False):
    """The chosen shipping method."""

    value: SentId | None
    """Its id."""


class SentShippingAddress(LocatedForm, total=False):
    """Where it is sent to."""

    email: LimitedText | None
    alias: LimitedText | None


class SentGroupItem(TypedDict, total=False):
    """Units of a line that travel in a group."""

    productId: SentId | None
    catRefId: SentId | None
    quantity: SentAmount | None
    commerceItemId: SentId | None
    preferredPickupDate: LimitedText | None


class SentShippingGroup(TypedDict, total=False):
    """What travels together, or is picked up at one place."""

    type: LimitedText | None
    """`hardgoodShippingGroup` or `inStorePickupShippingGroup`."""
    shippingGroupId: SentId | None
    shippingMethod: SentShippingMethod | None
    shippingAddress: SentShippingAddress | None
    items: list[SentGroupItem] | None
    locationId: SentId | None
    """Where it is picked up; the next members say by whom."""
    firstName: LimitedText | None
    middleName: LimitedText | None
    lastName: LimitedText | None
    phoneNumber: LimitedText | None
    email: LimitedText | None


class OrderUpdate(TypedDict):
    """What the order is to be. Declared properties of the order stand beside these members."""

    op: NotRequired[Literal["update", "create"]]
    """`update`: the current order, or the one of `id`. `create`: one more order, which becomes the current one."""
    id: NotRequired[SentId | None]
    """Of the order to update instead of the current one."""
    shoppingCart: SentShoppingCart
    cartName: NotRequired[LimitedText | None]
    combineLineItems: NotRequired[str | None]
    """`no`: lines that are alike stay apart."""
    additionalEmails: NotRequired[list[LimitedText] | None]
    """At most ten."""
    payments: NotRequired[list[SentPayment] | None]
    """Gift cards; those that are left out are taken off."""
    shippingGroups: NotRequired[list[SentShippingGroup] | None]
    """Kept as they are where it is left out."""
    shippingAddress: NotRequired[SentShippingAddress | None]
    """Older form, of a single group."""
    shippingMethod: NotRequired[SentShippingMethod | None]
    """Older form, of a single group."""
    giftWithPurchaseOrderMarkers: NotRequired[list[OtherData] | None]
    """Those of the last answer: a gift whose line is then missing counts as removed."""


# --- parts of the answer


class PriceInfo(TypedDict):
    """Totals."""

    amount: float
    """Lines less discounts."""
    total: float
    """What there is to pay, shipping and tax included."""
    shipping: float
    shippingSurchargeValue: float
    tax: float
    subTotal: float
    """Lines before discounts of the order."""
    totalWithoutTax: float
    currencyCode: str


class FrequencyAmount(TypedDict):
    """An amount that comes again and again."""

    amount: float
    frequency: str
    """`Monthly`, for instance."""


class RecurringChargePriceInfo(TypedDict):
    """Totals of what is charged again and again."""

    amount: float
    total: float
    subTotal: float
    tax: float
    shipping: float
    totalWithoutTax: float
    currencyCode: str
    subTotalByFrequency: list[FrequencyAmount]
    taxByFrequency: list[FrequencyAmount]
    frequencyAmountTotals: list[FrequencyAmount]
    frequencyTaxTotals: list[FrequencyAmount]


class NamedPromotion(TypedDict):
    """A promotion."""

    promotionId: str
    promotionDesc: str
    """Its name, in the request's language."""
    promotionName: str
    """The same."""
    promotionLevel: Level


class AppliedPromotion(NamedPromotion):
    """A promotion that a coupon brought."""

    totalAdjustment: float
    """What it changed: negative."""


class ImplicitPromotion(NamedPromotion):
    """A promotion that needs no coupon."""

    totalAdjustment: str
    """What it changed, as a text: `-0.66`."""


class DiscountInfo(TypedDict):
    """Which promotions applied, and which did not, by the coupon that brought them."""

    orderDiscount: float
    shippingDiscount: float
    orderCouponsMap: dict[str, AppliedPromotion]
    """Coupon → the first promotion of it that applied."""
    claimedCouponMultiPromotions: dict[str, list[AppliedPromotion]]
    """Coupon → all promotions of it that applied."""
    unclaimedCouponsMap: dict[str, NamedPromotion]
    """Coupon → the first promotion of it that did not apply."""
    unclaimedCouponMultiPromotions: dict[str, list[NamedPromotion]]
    """Coupon → all promotions of it that did not apply."""
    orderImplicitDiscountList: list[ImplicitPromotion]
    """Promotions that applied without a coupon."""


class DetailedPrice(TypedDict):
    """Units of a line at one price."""

    discounted: bool
    amount: float
    quantity: int
    tax: float
    orderDiscountShare: float
    """Their part of the discounts of the order."""
    detailedUnitPrice: float
    currencyCode: str


class DetailedItemPrice(DetailedPrice):
    """Units of a line that cost the same."""

    secondaryCurrencyTaxAmount: float
    configurationDiscountShare: float


class GiftDiscountInfo(TypedDict):
    """By which a client knows the line of a gift."""

    giftWithPurchaseIdentifier: str
    giftWithPurchaseQuantity: int
    giftWithPurchaseChoicesAvailable: bool


class LineDiscountInfo(NamedPromotion):
    """A promotion that lowered the line."""

    coupon: str | None
    giftWithPurchaseDiscountInfo: list[GiftDiscountInfo]
    """One entry if the line is its gift."""


class OrderDiscountInfo(TypedDict):
    """The line's part of an order promotion."""

    promotionId: str
    couponCodes: list[str]
    amount: float


class VariantOption(TypedDict):
    """What tells the SKU from others of the product."""

    optionId: str
    optionName: str | None
    optionValue: str | None


class SkuProperty(TypedDict):
    """A property of the SKU."""

    id: str
    name: str | None
    value: Any


class ChildSku(TypedDict):
    """The SKU's picture."""

    primaryThumbImageURL: str | None


class GiftLineMarker(TypedDict):
    """What of the line is a gift."""

    key: str
    value: str
    """The promotion's id."""
    data: str
    targetedQuantity: int
    selectedQuantity: int
    automaticQuantity: int


class ExternalData(TypedDict):
    """Data of another system, as it was sent."""

    name: str | None
    values: OtherData | None
    actionCode: str | None


class PricedLineMembers(TypedDict):
    """What a line shows in the cart and in a shipping group alike, priced for the units of either."""

    id: str
    commerceItemId: str
    """The same as `id`."""
    productId: str
    catRefId: str
    """The SKU."""
    quantity: int
    assetKey: Scalar | None
    rootAssetKey: Scalar | None
    parentAssetKey: Scalar | None
    asset: Scalar | None
    serviceId: Scalar | None
    serviceAccountId: Scalar | None
    customerAccountId: Scalar | None
    billingAccountId: Scalar | None
    billingProfileId: Scalar | None
    actionCode: Scalar | None
    activationDate: Scalar | None
    deactivationDate: Scalar | None
    transactionDate: Scalar | None
    configuratorId: Scalar | None
    externalPrice: float | None
    externalPriceQuantity: int | None
    externalRecurringCharge: float | None
    externalRecurringChargeFrequency: SentAmount | None
    externalRecurringChargeDuration: SentAmount | None
    externalData: list[ExternalData]
    shopperInput: ShopperInput
    price: float
    """The same as `amount`."""
    amount: float
    """What the line costs, parts included, less discounts of its own."""
    unitPrice: float
    listPrice: float
    salePrice: float
    """0 without a sale price."""
    onSale: bool
    rawTotalPrice: float
    """Before discounts."""
    discountAmount: float
    shippingSurchargeValue: float
    detailedItemPriceInfo: list[DetailedItemPrice]
    recurringCharge: float | None
    detailedRecurringChargeInfo: list[DetailedPrice]
    discountInfo: list[LineDiscountInfo]
    orderDiscountInfos: list[OrderDiscountInfo]
    itemDiscountInfos: list[OtherData]
    """Always empty."""
    displayName: str | None
    description: str | None
    variant: list[VariantOption]
    skuProperties: list[SkuProperty]
    dynamicProperties: list[SetProperty]
    """Declared properties of lines, set or not."""
    siteId: str
    stateKey: str
    state: str
    isItemValid: bool
    """False of a line that can no longer be bought: it is in no sum."""
    pointOfNoRevision: bool
    taxCode: str | None


class CartLineMembers(PricedLineMembers):
    """What a line of the cart and a part of one show."""

    originalCommerceItemId: Scalar | None
    route: str | None
    """The product's page."""
    primaryThumbImageURL: str | None
    primaryImageAltText: str | None
    primaryImageTitle: str | None
    childSKUs: list[ChildSku]
    giftWithPurchaseCommerceItemMarkers: list[GiftLineMarker]
    childItems: list[ChildLine]


class CartLine(CartLineMembers):
    """A line of the cart."""


class ChildLine(CartLineMembers):
    """A part of a line; its `quantity` counts for each unit of the line above it."""

    configurablePropertyId: Scalar | None
    configurationOptionId: Scalar | None
    addOnItem: bool
    priceListGroupId: Scalar | None


class GroupChildLine(PricedLineMembers):
    """A part of a line in a shipping group."""

    configurablePropertyId: Scalar | None
    configurationOptionId: Scalar | None
    addOnItem: bool
    priceListGroupId: Scalar | None
    commerceId: str
    """The same as `id`."""
    childItems: list[GroupChildLine]


class GroupLine(PricedLineMembers):
    """The units of a line that travel in the group."""

    commerceId: str
    """The same as `id`."""
    childItems: list[GroupChildLine]
    status: str
    stateDetailsAsUser: str
    returnedQuantity: int
    relationshipType: Literal["SHIPPINGQUANTITY", "SHIPPINGQUANTITYREMAINING"]
    """Whether the shopper put the line into the group, or it is there because it must be somewhere."""
    backOrderQuantity: int
    preOrderQuantity: int
    availabilityDate: str | None
    preferredPickupDate: str | None


class ShoppingCart(TypedDict):
    """The lines, in the order of the request, gifts last."""

    numberOfItems: int
    """Units of all lines."""
    items: list[CartLine]


class ShippingMethod(TypedDict):
    """The chosen method; without one `value` is the group's type."""

    value: str
    cost: float
    shippingTax: float
    shippingMethodDescription: NotRequired[str | None]
    """Its name, in the request's language."""


class ShippingAddress(ShownAddress):
    """Where it is sent to."""

    email: str | None
    alias: str | None


class GroupPromotion(NamedPromotion):
    """A promotion that lowered the group's shipping."""

    coupon: str | None
    totalAdjustment: float


class GroupDiscountInfo(TypedDict):
    """The group's discounts."""

    orderDiscount: float
    shippingDiscount: float
    discountDescList: list[GroupPromotion]


class TaxPriceInfo(TypedDict):
    """The group's tax, by who takes it."""

    amount: float
    cityTax: float
    countyTax: float
    stateTax: float
    districtTax: float
    countryTax: float
    miscTax: float
    valueAddedTax: float
    isTaxIncluded: bool


class PickupStore(TypedDict):
    """Where it is picked up."""

    locationId: str
    name: Any
    address1: Any
    address2: Any
    address3: Any
    city: Any
    county: Any
    stateAddress: Any
    postalCode: Any
    country: Any
    phoneNumber: Any
    faxNumber: Any
    email: Any
    hours: Any


class ShippingGroup(TypedDict):
    """What travels together, or is picked up at one place. The last five members are those of a group of pickup."""

    shippingGroupId: str
    type: str
    """`hardgoodShippingGroup` or `inStorePickupShippingGroup`; another one is kept as it was sent."""
    priceInfo: PriceInfo
    recurringChargePriceInfo: RecurringChargePriceInfo | None
    discountInfo: GroupDiscountInfo
    shippingMethod: ShippingMethod
    shippingAddress: ShippingAddress
    taxPriceInfo: TaxPriceInfo
    locationId: str | None
    store: PickupStore | None
    items: list[GroupLine]
    firstName: NotRequired[str | None]
    middleName: NotRequired[str | None]
    lastName: NotRequired[str | None]
    phoneNumber: NotRequired[str | None]
    email: NotRequired[str | None]


class GiftCardPayment(TypedDict):
    """What a gift card pays."""

    paymentGroupId: str
    paymentMethod: Literal["physicalGiftCard"]
    amount: float
    """What this card pays of the order."""
    balance: str
    """What is on it, as a text: `100.0`."""
    giftCardNumber: str
    maskedCardNumber: str
    """All but the last four digits as `x`."""
    gatewayName: str
    paymentState: str
    isAmountRemaining: bool
    """There is more on it than it pays."""
    uiIntervention: bool | None


class GiftMessage(TypedDict):
    """What is to be said of a gift."""

    summary: str
    identifier: str
    params: list[str]
    """The promotion's id."""
    type: str
    priority: int


class PricingMessages(TypedDict):
    """Empty where there is nothing to say."""

    giftWithPurchaseMessages: NotRequired[list[GiftMessage]]


class GiftOrderMarker(TypedDict):
    """The order's record of one gift promotion."""

    key: str
    value: str
    """The promotion's id."""
    data: str
    giftType: str | None
    giftDetail: str | None
    autoRemove: bool
    repositoryId: str
    quantity: int
    selectedQuantity: int
    automaticQuantity: int
    targetedQuantity: int
    removedQuantity: int
    failedQuantity: int


class GiftOfChoice(TypedDict):
    """A gift that the shopper chooses, chosen already or not."""

    promotionId: str
    giftWithPurchaseIdentifier: str
    giftWithPurchaseType: str | None
    giftWithPurchaseDetail: str | None
    giftWithPurchaseQuantity: int
    giftWithPurchaseQuantityAvailableForSelection: int
    """Units still to choose."""
    giftWithPurchaseChoicesAvailable: bool
    autoRemove: bool


class OrderCurrency(TypedDict):
    """The currency of all amounts."""

    repositoryId: str | None
    currencyCode: str
    symbol: str
    displayName: str
    fractionalDigits: int
    """Where amounts are rounded."""
    numericCode: str | None
    currencyType: str | None
    deleted: bool


class OrderPriceListGroup(TypedDict):
    """The price list group that prices the order."""

    repositoryId: str
    id: str
    displayName: str | None
    locale: str | None
    active: bool
    isTaxIncluded: bool
    taxCalculationType: str | None
    listPriceList: Reference
    salePriceList: Reference
    shippingSurchargePriceList: Reference
    startDate: str | None
    endDate: str | None
    isPointsBased: bool
    deleted: bool
    includeAllProducts: bool
    currency: OrderCurrency


class TraceEntry(TypedDict):
    """One thing that happened; members without meaning for it are left out."""

    amount: float
    """What the stage made of these units, or what a promotion or gift card changed: negative."""
    commerceItemId: NotRequired[str]
    shippingGroupId: NotRequired[str]
    quantity: NotRequired[int]
    promotionId: NotRequired[str]
    coupon: NotRequired[str]
    shippingMethod: NotRequired[str]
    payment: NotRequired[int]
    """Place of the gift card in the list, from 0."""
    note: NotRequired[str]


class TraceStage(TypedDict):
    """A stage of pricing (contract: pricing.md §1)."""

    stage: Literal[
        "listPrice",
        "salePrice",
        "externalPrice",
        "itemPromotions",
        "orderPromotions",
        "shipping",
        "shippingPromotions",
        "tax",
        "giftCards",
        "recurringCharges",
    ]
    entries: list[TraceEntry]


class PromotionNotApplied(TypedDict):
    """A promotion that this shopper could get now and did not."""

    promotionId: str
    promotionName: str
    promotionLevel: Level
    coupons: list[str]
    reason: str
    """`minimumSubtotalNotMet`, for instance."""
    blockedBy: str | None
    """The promotion that kept it out."""


class PricingTrace(TypedDict):
    """Why the order costs what it costs."""

    stages: list[TraceStage]
    notApplied: list[PromotionNotApplied]


# --- the answers


class Order(Linked):
    """The order, priced now."""

    orderId: str
    cartName: str | None
    siteId: str
    """Of this call."""
    creationSiteId: str
    creationDate: str
    lastModifiedDate: str
    lastModifierId: str | None
    additionalEmails: list[str]
    orderAction: str
    allowAlternateCurrency: bool
    sharedWithOrganization: bool
    description: str
    """The same as `orderId`."""
    markers: list[OtherData]
    """Always empty."""
    priceInfo: PriceInfo
    recurringChargePriceInfo: RecurringChargePriceInfo | None
    discountInfo: DiscountInfo
    shoppingCart: ShoppingCart
    shippingMethod: ShippingMethod
    """Of the first group."""
    shippingAddress: ShippingAddress
    """Of the first group."""
    shippingGroups: NotRequired[list[ShippingGroup]]
    """Only where `includeShippingGroups` says so."""
    payments: list[GiftCardPayment]
    pricingMessages: PricingMessages
    giftWithPurchaseOrderMarkers: list[GiftOrderMarker]
    giftWithPurchaseInfo: list[GiftOfChoice]
    dynamicProperties: list[SetProperty]
    """Declared properties of orders, set or not."""
    priceListGroup: OrderPriceListGroup
    pricingTrace: NotRequired[PricingTrace]
    """Only with `explain=true`."""


class OrderRemoved(Linked):
    """The order is gone."""

    orderId: str
    lastModifierId: str | None
    sharedWithOrganization: bool
