"""Lines that become one, on examples; the laws of matching stand in tests/property/orders/test_lines.py."""

import pytest

from commerce.errors import OrderUpdateFailed
from commerce.orders.matching import place_lines
from commerce.orders.model import Numbers, Order, OrderLine
from commerce.orders.rules import SentLine
from commerce.pricing import GiftClaim
from commerce.values import MAX_WHOLE

ORDER = Order("o1", 1, "us", "us", None, "", "", "")


def sent(quantity: int, *, gifts: tuple[GiftClaim, ...] = (), **members: int) -> SentLine:
    return SentLine(None, OrderLine("", "p1", "s1", quantity, members, gifts=gifts), "", ())


def placed(*lines: SentLine) -> tuple[OrderLine, ...]:
    return place_lines(lines, (), Numbers(ORDER), combine=True).lines


# contract: pricing.md §12 row 4
@pytest.mark.parametrize(("units", "whole"), [(1, 2), (3, 5), (9, 6), (-1, -1)])
def test_external_units_add_up_each_first_limited_to_its_own_line(units: int, whole: int) -> None:
    (line,) = placed(
        sent(2, externalPrice=1, externalPriceQuantity=units), sent(4, externalPrice=1, externalPriceQuantity=units)
    )
    assert (line.quantity, line.members) == (6, {"externalPrice": 1, "externalPriceQuantity": whole})


def test_an_external_price_without_a_number_of_units_stays_one_for_all() -> None:
    (line,) = placed(sent(2, externalPrice=1), sent(4, externalPrice=1))
    assert (line.quantity, line.members) == (6, {"externalPrice": 1})


def test_lines_at_another_price_stay_apart() -> None:
    assert [line.quantity for line in placed(sent(2, externalPrice=1), sent(4), sent(3))] == [2, 7]


def test_gifts_stay_with_the_line() -> None:
    claim = GiftClaim("g", 1, chosen=True)
    (line,) = placed(sent(2, gifts=(claim,)), sent(4, gifts=(claim,)))
    assert (line.quantity, line.gifts) == (6, (GiftClaim("g", 2, chosen=True),))


def test_a_line_that_becomes_too_long_is_refused() -> None:
    with pytest.raises(OrderUpdateFailed) as refused:
        placed(sent(MAX_WHOLE), sent(1))
    assert refused.value.path == "shoppingCart.items"
