"""What failures of tables and providers become: errors.md `28316`, `00000503`, `00000500`."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from commerce.catalogue import SiteSwitch, Taxes
from commerce.catalogue.plugged import BoundedTaxes, BoundedValidator
from commerce.errors import DependencyDown
from commerce.storage import StorageFailure
from tests.contract.orders.conftest import Cart, group, line


def parts(cart: Cart, function: str = "update_current_profile_order") -> Any:
    return cart.product.app(function).parts


def failing(error: Exception) -> Callable[..., Any]:
    def fail(*_: Any, **__: Any) -> Any:
        raise error

    return fail


def test_a_delete_that_the_table_refuses(cart: Cart, monkeypatch: pytest.MonkeyPatch) -> None:
    before = cart.post(line()).headers["etag"]
    failure = StorageFailure("ValidationException", "no")
    monkeypatch.setattr(parts(cart, "remove_current_profile_incomplete_order").store, "write", failing(failure))
    answer = cart.delete()
    assert (answer.status, answer.code) == (500, "28316")
    assert cart.get().headers["etag"] == before


@pytest.mark.parametrize("call", ["get", "write"])
def test_tables_that_do_not_answer(cart: Cart, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    before = cart.post(line()).headers["etag"]
    with monkeypatch.context() as patched:
        patched.setattr(parts(cart).store, call, failing(DependencyDown()))
        patched.setattr(parts(cart, "remove_current_profile_incomplete_order").store, call, failing(DependencyDown()))
        for answer in (cart.post(line("prodB")), cart.delete()):
            assert (answer.status, answer.code, answer.headers["retry-after"]) == (503, "00000503", "1")
    assert cart.get().headers["etag"] == before


def test_an_update_that_the_table_refuses(cart: Cart, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts(cart).store, "write", failing(StorageFailure("AccessDeniedException", "no")))
    answer = cart.post(line(), headers={"Idempotency-Key": "k"})
    assert (answer.status, answer.code) == (500, "00000500")
    assert cart.get().status == 204


class BrokenTaxes:
    """A calculator that fails."""

    def calculate(self, groups: Sequence[Any], budget: Any) -> Any:
        raise OSError


def test_a_tax_calculator_that_is_down(cart: Cart, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked before gift cards, and only about groups with a method and a complete address."""
    for function in ("update_current_profile_order", "get_incomplete_order"):
        monkeypatch.setattr(parts(cart, function).orders, "_taxes", Taxes(provider=BoundedTaxes(BrokenTaxes())))
    bad_card = [{"type": "physicalGiftCard", "giftCardNumber": "1", "giftCardPin": ""}]
    answer = cart.post(line(), shippingGroups=[group()], payments=bad_card)
    assert (answer.status, answer.code, answer.headers["retry-after"]) == (503, "00000503", "1")
    assert cart.get().status == 204
    assert cart.post(line(), shippingGroups=[group(method=None)]).status == 200


class Validator:
    """Takes prices above 10."""

    def allowed(self, claims: Sequence[Any], site: Any, price_list_group_id: str, budget: Any) -> list[bool]:
        return [claim.price > 10 for claim in claims]


def test_a_plugged_validator_of_external_prices(cart: Cart, monkeypatch: pytest.MonkeyPatch) -> None:
    validator = SiteSwitch(taken=True, then=BoundedValidator(Validator()))
    monkeypatch.setattr(parts(cart).orders, "_external_prices", validator)
    wheel = line("wheel_1", externalPrice=9, externalPriceQuantity=-1)
    assert cart.post(line("prodD", externalPrice=11)).status == 200
    assert cart.post(line("prodD", externalPrice=11), line("prodD", externalPrice=10)).code == "28315"
    assert cart.post(line("bike_1", childItems=[wheel])).code == "28315"
    assert cart.post(line("retired_1"), line("prodD", externalPrice=10)).code == "28102"
