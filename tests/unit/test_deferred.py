"""An error keeps until its turn."""

import pytest

from commerce.deferred import Deferred
from commerce.errors import OrderUpdateFailed


def test_a_value_is_made_at_once_and_once() -> None:
    made = iter([7])
    deferred = Deferred(lambda: next(made))
    assert next(made, None) is None
    assert (deferred.peek(), deferred.value(), deferred.value()) == (7, 7, 7)


def test_an_error_is_raised_where_it_is_asked_for() -> None:
    error = OrderUpdateFailed(path="op")

    def check() -> int:
        raise error

    deferred = Deferred(check)
    assert deferred.peek() is None
    with pytest.raises(OrderUpdateFailed) as caught:
        deferred.value()
    assert caught.value is error


def test_a_value_may_be_none() -> None:
    deferred = Deferred[int | None](lambda: None)
    assert (deferred.peek(), deferred.value()) == (None, None)


def test_what_is_no_answer_to_a_caller_is_raised_at_once() -> None:
    with pytest.raises(ZeroDivisionError):
        Deferred(lambda: 1 // 0)
