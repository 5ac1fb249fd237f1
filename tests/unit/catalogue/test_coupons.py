"""When a coupon holds (contract: pricing.md §5, §12 row 17)."""

from datetime import UTC, datetime, timedelta

import pytest

from commerce.catalogue import Coupon
from commerce.catalogue.model import read_coupon
from commerce.errors import CouponInvalid, CouponUsedUp

START = datetime(2026, 3, 1, tzinfo=UTC)
END = datetime(2026, 4, 1, tzinfo=UTC)
TICK = timedelta(milliseconds=1)


@pytest.mark.parametrize(("moment", "valid"), [(START - TICK, False), (START, True), (END - TICK, True), (END, False)])
def test_start_is_inclusive_and_end_exclusive(moment, valid):
    coupon = read_coupon(
        "C", {"promotions": ["p"], "startDate": "2026-03-01", "endDate": "2026-04-01T00:00:00Z"}, uses=0
    )
    assert coupon.valid(moment) is valid
    if not valid:
        with pytest.raises(CouponInvalid) as caught:
            coupon.check(moment)
        assert caught.value.more_info == "C"


@pytest.mark.parametrize(("limit", "uses", "valid"), [(2, 1, True), (2, 2, False), (2, 3, False), (None, 10**9, True)])
def test_a_coupon_is_used_up_at_its_limit(limit, uses, valid):
    coupon = Coupon("C", ("p",), use_limit=limit, uses=uses)
    assert coupon.valid(START) is valid
    if not valid:
        with pytest.raises(CouponUsedUp) as caught:
            coupon.check(START)
        assert caught.value.more_info == "C"


def test_over_comes_before_used_up():
    with pytest.raises(CouponInvalid):
        Coupon("C", ("p",), ends=START, use_limit=1, uses=1).check(END)


def test_without_bounds_it_always_holds():
    coupon = read_coupon("C", {"promotions": ["p", "q"]}, uses=7)
    coupon.check(datetime(1, 1, 1, tzinfo=UTC))
    assert coupon.priced.promotion_ids == ("p", "q")
