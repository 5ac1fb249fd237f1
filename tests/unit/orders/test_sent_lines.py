"""What a sent line must be and what the order makes of it, row by row of the table in `commerce.orders.rules`."""

from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from commerce.catalogue import DeclaredProperty, ExternalPriceClaim, Product
from commerce.catalogue.model import AddOnLink, ShopperInput, Sku
from commerce.errors import (
    AddOnNotLinked,
    AddOnPricedByVolume,
    ConfigurableProductsOff,
    OrderError,
    OrderLimitExceeded,
    OrderUpdateFailed,
    ProductNotSoldAlone,
    ProductUnavailable,
    ShopperInputInvalid,
    SkuUnavailable,
)
from commerce.exact_json import JsonObject
from commerce.orders.model import OrderLine
from commerce.orders.rules import (
    LineReader,
    Offer,
    SentLine,
    external_units,
    plain_text,
    price_claim,
    price_claims,
    same_line,
    wanted_id,
)
from commerce.pricing import ByItem, GiftClaim, Price, Prices, VolumePrice
from commerce.pricing.prices import Bracket, PriceEntry, PriceScheme
from commerce.values import MAX_LONG_TEXT, PropertyKind

ITEM = '{"productId":"p1","catRefId":"s1"}'
CHILD = {"productId": "a1", "catRefId": "b1", "quantity": 1, "addOnItem": True}
PLACE = "shoppingCart.items[3]"
CHILD_PLACE = f"{PLACE}.childItems[0]"
TEN: PriceEntry = Price(Decimal(10))
BRACKETS: PriceEntry = VolumePrice(PriceScheme.BULK, (Bracket(1, None, Decimal(10)),))


def product(product_id: str, *skus: str, inactive: str | None = None, **changed: Any) -> Product:
    plain = Product(
        product_id, True, "", {}, {}, None, {}, {}, True, True, None, False,
        {sku_id: Sku(sku_id, sku_id != inactive, None, (), ()) for sku_id in skus}, (), {},
    )  # fmt: skip
    return replace(plain, **changed)


PRODUCTS = (
    product("p1", "s1", "s2", "off", inactive="off", add_ons=(AddOnLink("side", "left", "a1", "b1"),)),
    product("a1", "b1", sold_alone=False),
)
PROPERTIES = {
    "engraving": DeclaredProperty("engraving", {}, PropertyKind("shortText"), internal_only=False),
    "weeks": DeclaredProperty("weeks", {}, PropertyKind("number"), internal_only=False),
}


LISTED = ByItem[PriceEntry](products={"p1": TEN, "a1": TEN})


def offer(
    *changed: Product,
    configurable: bool = True,
    list_prices: ByItem[PriceEntry] = LISTED,
    sale_prices: ByItem[PriceEntry] | None = None,
) -> Offer:
    products = {known.id: known for known in (*PRODUCTS, *changed)}
    prices = Prices(list_prices, sale_prices or ByItem())
    return Offer(products, prices, PROPERTIES, configurable, frozenset())


def reader(
    offered: Offer | None = None, gifts: tuple[GiftClaim, ...] = (), asked: list[tuple[Any, ...]] | None = None
) -> LineReader:
    def claims(item: JsonObject, product_id: str, sku_id: str, quantity: int) -> tuple[GiftClaim, ...]:
        if asked is not None:
            asked.append((item, product_id, sku_id, quantity))
        return gifts

    return LineReader(offered or offer(), claims)


def sent(**members: Any) -> JsonObject:
    return {"productId": "p1", "catRefId": "s1", "quantity": 2, **members}


def read(item: Any, offered: Offer | None = None) -> SentLine:
    (line,) = reader(offered).read([(3, item)], [None])
    return line


def refusal(item: Any, offered: Offer | None = None) -> OrderError:
    with pytest.raises(OrderError) as caught:
        read(item, offered)
    return caught.value


# --- what a line becomes


def test_a_whole_line() -> None:
    item = sent(
        quantity="2",
        commerceItemId="mine:1",
        shopperInput={"text": "x", "none": None},
        externalData=[{"name": "n", "values": {"a": 1}, "other": 1}, {"actionCode": "add"}],
        engraving="For you",
        weeks=None,
        serviceId="service",
        asset=None,
        addOnItem=True,
        priceListGroupId="usd",
        unknown=7,
    )
    declared = {name: ShopperInput(name, False, None, frozenset()) for name in ("text", "none")}
    assert read(item, offer(replace(PRODUCTS[0], shopper_inputs=declared))) == SentLine(
        "mine:1",
        OrderLine(
            "",
            "p1",
            "s1",
            2,
            {"serviceId": "service"},
            {"text": "x"},
            (
                {"name": "n", "values": {"a": 1}, "actionCode": None},
                {"name": None, "values": None, "actionCode": "add"},
            ),
            {"engraving": "For you"},
        ),
        PLACE,
    )


def test_children_stand_below_their_parent() -> None:
    link = {"configurablePropertyId": "side", "configurationOptionId": "left"}
    dropped = CHILD | {"quantity": 0}
    parent = read(sent(childItems=[dropped, CHILD | link | {"priceListGroupId": "usd"}]))
    members = {**link, "addOnItem": True, "priceListGroupId": "usd"}
    child = SentLine(None, OrderLine("", "a1", "b1", 1, members), f"{PLACE}.childItems[1]")
    assert parent == SentLine(None, OrderLine("", "p1", "s1", 2), PLACE, (child,))


def test_amounts_become_numbers() -> None:
    charges = {"externalPrice": "19.99", "externalPriceQuantity": "1", "externalRecurringCharge": "5.00"}
    members = read(sent(**charges)).line.members
    assert members == {
        "externalPrice": Decimal("19.99"),
        "externalPriceQuantity": 1,
        "externalRecurringCharge": Decimal("5.00"),
    }
    for everything in (-1, "-1"):
        assert read(sent(externalPriceQuantity=everything)).line.members == {"externalPriceQuantity": -1}


def test_each_line_is_asked_for_its_gifts() -> None:
    asked: list[tuple[Any, ...]] = []
    claim, item = GiftClaim("g", 1, chosen=True), sent(childItems=[CHILD])
    (line,) = reader(gifts=(claim,), asked=asked).read([(3, item)], [None])
    assert asked == [(item, "p1", "s1", 2)]
    assert (line.line.gifts, line.children[0].line.gifts) == ((claim,), ())


def test_gifts_that_are_refused_are_told_where_they_stand() -> None:
    def refused(*_: Any) -> tuple[GiftClaim, ...]:
        raise OrderUpdateFailed(expected="be small")

    with pytest.raises(OrderUpdateFailed) as caught:
        LineReader(offer(), refused).read([(3, sent())], [None])
    assert caught.value.path == f"{PLACE}.giftWithPurchaseSelections"
    told = f"{PLACE}.giftWithPurchaseSelections[].giftWithPurchaseQuantity must be small."
    assert caught.value.dev_message == told


# --- 28315: its shape


def test_a_line_that_is_no_object() -> None:
    error = refusal("x")
    assert (type(error), error.path) == (OrderUpdateFailed, PLACE)
    assert error.dev_message == f"{PLACE} must be an object, not text."


@pytest.mark.parametrize(
    ("members", "path", "about"),
    [
        ({"serviceId": []}, "serviceId", "serviceId"),
        ({"externalData": [{"name": 7}]}, "externalData", "externalData[0].name"),
        ({"productId": None}, "productId", "productId"),
        ({"catRefId": None}, "catRefId", "catRefId"),
        ({"quantity": None}, "quantity", "quantity"),
        ({"quantity": 1.5}, "quantity", "quantity"),
        ({"quantity": -1}, "quantity", "quantity"),
        ({"shopperInput": {"text": []}}, "shopperInput", "shopperInput"),
        ({"shopperInput": {"text": "x" * (MAX_LONG_TEXT + 1)}}, "shopperInput", "shopperInput"),
        ({"externalPrice": -1}, "externalPrice", "externalPrice"),
        ({"externalRecurringCharge": "x"}, "externalRecurringCharge", "externalRecurringCharge"),
        ({"externalPriceQuantity": -2}, "externalPriceQuantity", "externalPriceQuantity"),
        ({"externalPriceQuantity": "x"}, "externalPriceQuantity", "externalPriceQuantity"),
    ],
)
def test_wrong_members(members: JsonObject, path: str, about: str) -> None:
    for item, place in ((sent(**members), PLACE), (sent(childItems=[CHILD | members]), CHILD_PLACE)):
        error = refusal(item)
        assert (type(error), error.path) == (OrderUpdateFailed, f"{place}.{path}")
        assert error.dev_message.startswith(f"{place}.{about} must ")


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({"quantity": 1.5}, "quantity must be a whole number from 1 to "),
        ({"productId": None}, "productId must be set, to text or a whole number."),
        ({"catRefId": None}, "catRefId must be set, to text or a whole number."),
        ({"externalPrice": -1}, "externalPrice must be a number from 0, or its text, like 19.99."),
        ({"externalPriceQuantity": -2}, "externalPriceQuantity must be a whole number from 0 to "),
        (
            {"shopperInput": {"text": []}},
            f"shopperInput must hold texts of at most {MAX_LONG_TEXT:,} characters, numbers, booleans and null only.",
        ),
    ],
)
def test_what_would_be_right(members: JsonObject, told: str) -> None:
    assert refusal(sent(**members)).dev_message.startswith(f"{PLACE}.{told}")


def test_how_all_units_are_said() -> None:
    assert refusal(sent(externalPriceQuantity=-2)).dev_message.endswith(", or -1 for all units.")


@pytest.mark.parametrize("text", ["x" * MAX_LONG_TEXT, 7, Decimal("1.5"), True, None])
def test_shopper_input_of_each_kind(text: Any) -> None:
    declared = {"text": ShopperInput("text", False, None, frozenset())}
    kept = {} if text is None else {"text": text}
    line = read(sent(shopperInput={"text": text}), offer(replace(PRODUCTS[0], shopper_inputs=declared))).line
    assert line.shopper_input == kept


def test_a_child_without_a_price_is_an_add_on() -> None:
    error = refusal(sent(childItems=[CHILD | {"addOnItem": None, "externalPrice": 1}]))
    assert (type(error), error.path) == (OrderUpdateFailed, f"{CHILD_PLACE}.externalPrice")
    must = "be set, and externalPriceQuantity too: a child without them must say addOnItem"
    assert error.dev_message == f"{CHILD_PLACE}.externalPrice must {must}."
    priced = CHILD | {"addOnItem": None, "externalPrice": 1, "externalPriceQuantity": 1}
    assert read(sent(childItems=[priced])).children[0].line.product_id == "a1"
    assert read(sent(externalPrice=1)).line.members == {"externalPrice": 1}


def test_an_external_price_that_is_refused() -> None:
    refused = replace(offer(), refused=frozenset({ExternalPriceClaim("p1", "s1", Decimal(5), 2)}))
    error = refusal(sent(externalPrice=5), refused)
    assert (type(error), error.path) == (OrderUpdateFailed, f"{PLACE}.externalPrice")
    assert error.dev_message == f"{PLACE}.externalPrice must be a price that this site takes, or be left out."
    for other in ({"externalPrice": 6}, {"externalPrice": 5, "externalPriceQuantity": 1}, {}):
        assert read(sent(**other), refused).line.product_id == "p1"


# --- 28102, 28129: what is sold


@pytest.mark.parametrize("item", [sent(productId="p9"), sent(productId="gone", catRefId="s9")])
def test_a_product_that_is_not_sold(item: JsonObject) -> None:
    error = refusal(item, offer(product("gone", "s9", active=False)))
    assert (type(error), error.more_info) == (ProductUnavailable, item["productId"])
    must = "name an active product with a price in the price list group"
    assert error.dev_message == f"{PLACE}.productId must {must}."


def test_a_product_without_any_price() -> None:
    for prices in (ByItem[PriceEntry](), ByItem[PriceEntry](skus={"s9": TEN}, products={"a1": TEN})):
        error = refusal(sent(), offer(list_prices=prices))
        assert (type(error), error.more_info) == (ProductUnavailable, "p1")
        assert error.dev_message.startswith(f"{PLACE}.productId must ")


def test_an_sku_without_a_price_beside_one_with_one() -> None:
    offered = offer(list_prices=ByItem(skus={"s2": TEN}))
    assert read(sent(catRefId="s2"), offered).line.sku_id == "s2"
    error = refusal(sent(), offered)
    assert (type(error), error.more_info) == (ProductUnavailable, "p1")
    assert error.dev_message == f"{PLACE}.catRefId must name an SKU with a price in the price list group."


@pytest.mark.parametrize("sku_id", ["off", "b1", "s9"])
def test_an_sku_that_is_not_sold(sku_id: str) -> None:
    error = refusal(sent(catRefId=sku_id))
    assert type(error) is SkuUnavailable
    assert error.more_info == f'{{"productId":"p1","catRefId":"{sku_id}"}}'
    assert error.dev_message == f"{PLACE}.catRefId must name an active SKU of the product that productId names."


# --- 28155, 28104: gifts excuse


@pytest.mark.parametrize(
    ("gifts", "stored", "lapsed", "passes"),
    [(0, None, 0, False), (1, None, 0, False), (2, None, 0, True), (0, 2, 1, False), (0, 2, 2, True), (1, 1, 1, True)],
)
def test_what_is_not_sold_alone_can_be_a_gift_or_have_been_one(
    gifts: int, stored: int | None, lapsed: int, passes: bool
) -> None:
    claims = (GiftClaim("g", gifts, chosen=True),) if gifts else ()
    known = OrderLine("ci1", "a1", "b1", stored, lapsed=lapsed) if stored is not None else None
    lines = [(3, sent(productId="a1", catRefId="b1"))]
    if passes:
        reader(gifts=claims).read(lines, [known])
        return
    with pytest.raises(ProductNotSoldAlone) as caught:
        reader(gifts=claims).read(lines, [known])
    assert (caught.value.more_info, caught.value.dev_message.partition(" must ")[0]) == ("a1", f"{PLACE}.productId")


def test_gifts_of_the_stored_line_excuse() -> None:
    held = OrderLine("ci1", "a1", "b1", 2, gifts=(GiftClaim("g", 2, chosen=True),))
    assert reader().read([(3, sent(productId="a1", catRefId="b1"))], [held])
    with pytest.raises(ProductNotSoldAlone):
        reader().read([(3, sent(productId="a1", catRefId="b1", quantity=3))], [held])


def test_units_above_the_limit_of_the_product() -> None:
    limited = offer(replace(PRODUCTS[0], order_limit=3))
    two, other, one = sent(), sent(catRefId="s2"), sent(quantity=1)
    assert len(reader(limited).read([(0, two), (1, one)], [None, None])) == 2
    with pytest.raises(OrderLimitExceeded) as caught:
        reader(limited).read([(0, two), (3, other)], [None, None])
    assert caught.value.more_info == '{"productId":"p1","catRefId":"s2"}'
    assert caught.value.dev_message == f"{PLACE}.quantity must be at most 3 over all lines of the product."
    lapsed = OrderLine("ci1", "p1", "s1", 2, lapsed=1)
    assert len(reader(limited).read([(0, two), (1, two)], [lapsed, None])) == 2
    with pytest.raises(OrderLimitExceeded):
        reader(limited).read([(0, two), (1, two)], [None, None])
    more_than_all = OrderLine("ci1", "p1", "s1", 9, lapsed=9)
    with pytest.raises(OrderLimitExceeded):  # what lapsed makes no room for others
        reader(limited).read([(0, two), (1, two), (2, two)], [more_than_all, None, None])


def test_children_count_for_no_limit() -> None:
    limited = offer(replace(PRODUCTS[1], order_limit=1))
    assert read(sent(childItems=[CHILD | {"quantity": 2}]), limited).children


# --- 28360, 28410, 51108, 28411


@pytest.mark.parametrize("as_child", [False, True])
def test_configurable_products_where_they_are_off(as_child: bool) -> None:
    configurable = product("c1", "d1", configurable=True)
    prices = ByItem[PriceEntry](products={"p1": TEN, "c1": TEN})
    entry = {"productId": "c1", "catRefId": "d1", "quantity": 1, "externalPrice": 1, "externalPriceQuantity": 1}
    item = sent(childItems=[entry]) if as_child else entry
    assert read(item, offer(configurable, list_prices=prices)).place == PLACE
    error = refusal(item, offer(configurable, configurable=False, list_prices=prices))
    assert (type(error), error.more_info) == (ConfigurableProductsOff, "c1")
    assert error.dev_message.startswith(f"{CHILD_PLACE if as_child else PLACE}.productId must ")


@pytest.mark.parametrize(
    ("link", "linked"),
    [
        ({}, True),
        ({"configurablePropertyId": "side"}, True),
        ({"configurationOptionId": "left"}, True),
        ({"configurablePropertyId": "back"}, False),
        ({"configurationOptionId": "right"}, False),
        ({"configurablePropertyId": 7}, False),
        ({"catRefId": "b2"}, False),
    ],
)
def test_an_add_on_is_linked_by_its_parents_product(link: JsonObject, linked: bool) -> None:
    offered = offer(product("a1", "b1", "b2", sold_alone=False))
    item = sent(childItems=[CHILD | link])
    if linked:
        assert read(item, offered).children
        return
    error = refusal(item, offered)
    sku_id = link.get("catRefId", "b1")
    assert (type(error), error.more_info) == (AddOnNotLinked, f'{{"productId":"a1","catRefId":"{sku_id}"}}')
    assert error.dev_message.startswith(f"{CHILD_PLACE}.catRefId must name an SKU that the parent's product links")


def test_links_are_compared_as_text() -> None:
    numbered = offer(replace(PRODUCTS[0], add_ons=(AddOnLink("7", "8", "a1", None),)))
    child = CHILD | {"configurablePropertyId": 7, "configurationOptionId": 8}
    assert read(sent(childItems=[child]), numbered).children[0].line.product_id == "a1"


def test_a_child_that_is_no_add_on_needs_no_link() -> None:
    priced = {"addOnItem": False, "externalPrice": 1, "externalPriceQuantity": 1}
    child = {"productId": "p1", "catRefId": "s1", "quantity": 1, **priced}
    assert read(sent(childItems=[child])).children[0].line.product_id == "p1"


def test_an_add_on_with_a_volume_price() -> None:
    prices = ByItem[PriceEntry](skus={"b1": BRACKETS}, products={"p1": TEN, "a1": TEN})
    of_product = ByItem[PriceEntry](products={"p1": TEN, "a1": BRACKETS})
    for offered in (offer(list_prices=prices), offer(list_prices=of_product), offer(sale_prices=prices)):
        error = refusal(sent(childItems=[CHILD]), offered)
        assert (type(error), error.more_info) == (AddOnPricedByVolume, "a1")
        assert error.dev_message.startswith(f"{CHILD_PLACE}.productId must ")


def test_shopper_input_that_the_product_does_not_take() -> None:
    declared = {"text": ShopperInput("text", True, 3, frozenset())}
    offered = offer(replace(PRODUCTS[0], shopper_inputs=declared))
    assert read(sent(shopperInput={"text": 123}), offered).line.shopper_input == {"text": 123}
    for given in (None, {}, {"text": None}, {"text": "four"}, {"text": 1234}, {"text": "x", "other": "x"}):
        error = refusal(sent(shopperInput=given), offered)
        assert (type(error), error.more_info) == (ShopperInputInvalid, ITEM)
        assert error.dev_message.startswith(f"{PLACE}.shopperInput must ")


# --- declared properties


def test_properties_are_stored_as_their_types_say() -> None:
    lines = reader()
    read_lines = lines.read([(3, sent(weeks="7", childItems=[CHILD | {"engraving": "B"}])), (4, sent())], [None] * 2)
    first, second = lines.with_properties(read_lines)
    assert first.line.properties == {"weeks": 7}
    assert first.children[0].line.properties == {"engraving": "B"}
    assert second is read_lines[1]
    assert (first.place, first.children[0].place) == (PLACE, CHILD_PLACE)


@pytest.mark.parametrize("as_child", [False, True])
def test_a_property_of_another_kind(as_child: bool) -> None:
    lines = reader()
    item = sent(childItems=[CHILD | {"weeks": "soon"}]) if as_child else sent(weeks="soon")
    with pytest.raises(OrderUpdateFailed) as caught:
        lines.with_properties(lines.read([(3, item)], [None]))
    path = f"{CHILD_PLACE if as_child else PLACE}.weeks"
    assert caught.value.path == path
    assert caught.value.dev_message.startswith(f"{path} must be ")


# --- small forms


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"externalPrice": "5"}, ExternalPriceClaim("p1", "s1", Decimal(5), 2)),
        ({"externalPrice": 5, "externalPriceQuantity": 1}, ExternalPriceClaim("p1", "s1", Decimal(5), 1)),
        ({"externalPrice": 5, "externalPriceQuantity": "1"}, ExternalPriceClaim("p1", "s1", Decimal(5), 1)),
        ({"externalPrice": 5, "externalPriceQuantity": 9}, ExternalPriceClaim("p1", "s1", Decimal(5), 2)),
        ({"externalPrice": 5, "externalPriceQuantity": -1}, ExternalPriceClaim("p1", "s1", Decimal(5), 2)),
        ({"externalPrice": 5, "externalPriceQuantity": None}, ExternalPriceClaim("p1", "s1", Decimal(5), 2)),
        ({"externalPrice": 5, "externalPriceQuantity": 0}, ExternalPriceClaim("p1", "s1", Decimal(5), 0)),
        ({"externalPrice": 5, "externalPriceQuantity": -2}, None),
        ({"externalPrice": 5, "quantity": None}, None),
        ({"externalPrice": 5, "productId": None}, None),
        ({"externalPrice": 5, "catRefId": None}, None),
        ({"externalPrice": None}, None),
        ({}, None),
    ],
)
def test_the_external_price_of_an_entry(item: JsonObject, expected: ExternalPriceClaim | None) -> None:
    assert price_claim(sent(**item)) == expected


def test_external_prices_are_found_below_and_behind_lines_without_one() -> None:
    priced, claim = sent(externalPrice=5), ExternalPriceClaim("p1", "s1", Decimal(5), 2)
    assert list(price_claims([7, sent(), sent(childItems=[priced]), sent(childItems=[]), priced])) == [claim, claim]


@pytest.mark.parametrize(("units", "counted"), [({}, -1), ({"externalPriceQuantity": -1}, -1), *[
    ({"externalPriceQuantity": units}, counted) for units, counted in ((0, 0), (1, 1), (2, 2), (3, 2))
]])  # fmt: skip
def test_for_how_many_units_an_external_price_counts(units: JsonObject, counted: int) -> None:
    assert external_units(OrderLine("ci1", "p1", "s1", 2, units)) == counted


def test_ids_that_a_client_may_give() -> None:
    given = ["A-1_2.b:3", "x" * 64, 7, "x" * 65, "", "a b", "é", None]
    assert [wanted_id({"commerceItemId": value}) for value in given] == [*given[:2], "7", *[None] * 5]


def test_scalars_as_text() -> None:
    scalars = ["x", None, 7, Decimal("1.5"), True]
    assert [plain_text(value) for value in scalars] == ["x", None, "7", "1.5", "true"]


def test_which_lines_agree() -> None:
    claim, child = GiftClaim("g", 1, chosen=True), OrderLine("ci2", "a1", "b1", 1)
    line = OrderLine("ci1", "p1", "s1", 2, {"asset": True}, gifts=(claim,), children=(child,))
    assert same_line(line) == same_line(replace(line, id="ci9", quantity=5, children=(replace(child, id="ci8"),)))
    others = (
        replace(line, sku_id="s2"),
        replace(line, members={}),
        replace(line, gifts=()),
        replace(line, gifts=(replace(claim, quantity=2),)),
        replace(line, children=()),
        replace(line, children=(replace(child, quantity=2),)),
        replace(line, children=(replace(child, sku_id="b2"),)),
    )
    assert same_line(line) not in map(same_line, others)
