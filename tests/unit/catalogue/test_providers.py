"""Providers of a deployment's own: named by settings, never a hang, never a broken answer."""

from __future__ import annotations

import sys
import threading
import time
import types
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from msgspec import structs

from commerce.call import TimeBudget
from commerce.catalogue import CardAnswer, CardRequest, CardStatus, ExternalPriceClaim, TableProvider
from commerce.catalogue.plugged import (
    LONGEST_SECONDS,
    RESERVED_SECONDS,
    answer_in_time,
    external_price_validator,
    gift_card_provider,
    taxes,
)
from commerce.catalogue.selling import read_selling
from commerce.configuration import Site
from commerce.errors import DependencyDown
from commerce.pricing import GroupKind, GroupTax, TaxableGroup, TaxableLine, TaxAddress, TaxBreakdown
from commerce.settings import Settings, SettingsError, read_settings

SITE = Site("siteUS", "siteUS")
SHUT = Site("siteUS", "siteUS", external_prices=False)
OPEN = Site("siteUS", "siteUS", external_prices=True)
CLAIMS = [ExternalPriceClaim("p", "s", Decimal(1), 1), ExternalPriceClaim("p", "s", Decimal(2), 1)]
A_FLOAT: Any = 0.5
CARDS = [CardRequest("1"), CardRequest("2")]
SELLING = read_selling({"taxRates": {"US": {"country": "US", "percent": 8}}}, "en")
LINE = TaxableLine("l", "p", "s", 1, (Decimal(10), Decimal(5)), Decimal(3))
GROUP = TaxableGroup("sg", GroupKind.HARDGOOD, TaxAddress("US"), 2, False, (LINE,), Decimal(4))
TAX = GroupTax([Decimal(1), Decimal(2)], Decimal(0), [Decimal(1)], TaxBreakdown())


@pytest.fixture
def plugged(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Settings]:
    """Settings that name a provider whose method does what it is told."""

    def make(setting: str, method: str, work: Callable[..., Any]) -> Settings:
        provider = types.SimpleNamespace(name="bank", keys=lambda requests: [], **{method: work})
        module: Any = types.ModuleType("a_bank")
        module.provider = lambda settings: provider
        monkeypatch.setitem(sys.modules, "a_bank", module)
        return read_settings({setting.upper(): "a_bank:provider"})

    return make


def fail(*_: object) -> Any:
    raise OSError("the bank is closed")


def test_defaults():
    assert isinstance(gift_card_provider(Settings()), TableProvider)
    assert taxes(Settings()).calculator(SELLING, TimeBudget()) is None
    table = taxes(read_settings({"TAX_PROVIDER": "table"})).calculator(SELLING, TimeBudget())
    assert table is SELLING.tax_table
    assert external_price_validator(Settings()).allowed(CLAIMS, SITE, "usd", TimeBudget()) == [True, True]


@pytest.mark.parametrize(
    ("site", "setting", "allowed"),
    [(SITE, True, True), (SITE, False, False), (OPEN, False, True), (SHUT, True, False)],
)
def test_the_site_switches_external_prices_off(site, setting, allowed):
    validator = external_price_validator(read_settings({"EXTERNAL_PRICES": str(setting)}))
    assert validator.allowed(CLAIMS, site, "usd", TimeBudget()) == [allowed, allowed]


def test_environment():
    settings = read_settings(
        {
            "GIFT_CARD_PROVIDER": "a:b",
            "TAX_PROVIDER": "table",
            "EXTERNAL_PRICE_VALIDATOR": "c:d",
            "EXTERNAL_PRICES": "false",
        }
    )
    assert (settings.gift_card_provider, settings.tax_provider, settings.external_price_validator) == (
        "a:b",
        "table",
        "c:d",
    )
    assert settings.external_prices is False


@pytest.mark.parametrize("name", ["nonsense", "no_such_module_here:make", "commerce.dates:no_such_factory"])
@pytest.mark.parametrize(
    ("setting", "make"),
    [
        ("gift_card_provider", gift_card_provider),
        ("tax_provider", taxes),
        ("external_price_validator", external_price_validator),
    ],
)
def test_a_provider_that_cannot_be_made_is_told_at_start(setting, make, name):
    with pytest.raises(SettingsError, match=setting.upper()):
        make(read_settings({setting.upper(): name}))


def test_a_plugged_provider_is_asked(plugged):
    answers = [CardAnswer(CardStatus.ACCEPTED, Decimal(7)), CardAnswer(CardStatus.INVALID)]
    cards = gift_card_provider(plugged("gift_card_provider", "ask", lambda *_: answers))
    assert cards.name == "bank"
    assert cards.keys(CARDS) == []
    assert cards.ask(CARDS, "USD", {}, TimeBudget()) == answers
    assert cards.ask([], "USD", {}, TimeBudget()) == []
    calculator = taxes(plugged("tax_provider", "calculate", lambda *_: [TAX])).calculator(SELLING, TimeBudget())
    assert calculator is not None
    assert calculator.calculate([GROUP]) == [TAX]
    assert calculator.calculate([]) == []
    validator = external_price_validator(plugged("external_price_validator", "allowed", lambda *_: [True, False]))
    assert validator.allowed(CLAIMS, SITE, "usd", TimeBudget()) == [True, False]
    assert validator.allowed(CLAIMS, SHUT, "usd", TimeBudget()) == [False, False]
    assert validator.allowed([], SITE, "usd", TimeBudget()) == []


@pytest.mark.parametrize(
    "work",
    [
        fail,
        lambda *_: None,
        lambda *_: [],
        lambda *_: [CardAnswer(CardStatus.ACCEPTED, Decimal(-1))] * 2,
        lambda *_: [CardAnswer(CardStatus.ACCEPTED, Decimal("NaN"))] * 2,
        lambda *_: [CardAnswer(CardStatus.ACCEPTED, A_FLOAT)] * 2,
        lambda *_: ["accepted", "accepted"],
    ],
)
def test_cards_of_a_failing_provider(plugged, work):
    cards = gift_card_provider(plugged("gift_card_provider", "ask", work))
    assert cards.ask(CARDS, "USD", {}, TimeBudget()) == [CardAnswer(CardStatus.PROVIDER_FAILED)] * 2


@pytest.mark.parametrize(
    "work",
    [
        fail,
        lambda *_: None,
        lambda *_: [],
        lambda *_: [structs.replace(TAX, details=[Decimal(1)])],
        lambda *_: [structs.replace(TAX, recurring=[])],
        lambda *_: [structs.replace(TAX, shipping=Decimal("Infinity"))],
        lambda *_: [structs.replace(TAX, shipping=A_FLOAT)],
    ],
)
def test_taxes_of_a_failing_provider(plugged, work):
    calculator = taxes(plugged("tax_provider", "calculate", work)).calculator(SELLING, TimeBudget())
    assert calculator is not None
    with pytest.raises(DependencyDown):
        calculator.calculate([GROUP])


@pytest.mark.parametrize("work", [fail, lambda *_: None, lambda *_: [True]])
def test_a_failing_validator(plugged, work):
    validator = external_price_validator(plugged("external_price_validator", "allowed", work))
    with pytest.raises(DependencyDown):
        validator.allowed(CLAIMS, SITE, "usd", TimeBudget())


def test_only_a_plain_yes_is_one(plugged):
    validator = external_price_validator(plugged("external_price_validator", "allowed", lambda *_: ["false", 1]))
    assert validator.allowed(CLAIMS, SITE, "usd", TimeBudget()) == [False, False]


def test_a_hanging_provider_ends_inside_the_budget(plugged):
    released = threading.Event()
    cards = gift_card_provider(plugged("gift_card_provider", "ask", lambda *_: released.wait(30)))
    budget = TimeBudget(RESERVED_SECONDS + 0.2)
    began = time.monotonic()
    answers = cards.ask(CARDS, "USD", {}, budget)
    spent = time.monotonic() - began
    released.set()
    assert answers == [CardAnswer(CardStatus.PROVIDER_FAILED)] * 2
    assert 0.1 <= spent < LONGEST_SECONDS
    assert budget.remaining > 0


def test_what_a_provider_raises_is_the_cause():
    def ask() -> None:
        raise LookupError("no such region")

    with pytest.raises(DependencyDown) as refused:
        answer_in_time(ask, TimeBudget())
    assert isinstance(refused.value.__cause__, LookupError)


def test_without_time_left_nobody_is_asked():
    begun: list[bool] = []
    for left in (0.0, 0.5, RESERVED_SECONDS):
        with pytest.raises(DependencyDown):
            answer_in_time(lambda: begun.append(True), TimeBudget(left))
    assert begun == []
