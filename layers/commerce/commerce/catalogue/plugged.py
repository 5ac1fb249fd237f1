"""Providers named by configuration, kept from hanging a call or breaking its answer.

A provider is named ``module:factory``; the factory takes the settings. Whatever it does, the caller gets an answer of
the right length or the contract's error before the time is up.
"""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, TypeVar

from commerce.call import TimeBudget
from commerce.catalogue.external_prices import ExternalPriceClaim, ExternalPriceValidator, SiteSwitch
from commerce.catalogue.gift_cards import CardAnswer, CardRequest, CardStatus, GiftCardProvider, TableProvider
from commerce.catalogue.taxes import Taxes, TaxProvider
from commerce.configuration import Site
from commerce.errors import DependencyDown
from commerce.pricing import GroupTax, TaxableGroup
from commerce.settings import Settings, SettingsError
from commerce.storage import Item, Key

LONGEST_SECONDS: Final = 3.0
# What a call still needs after the last answer: its write and the way back.
RESERVED_SECONDS: Final = 1.5

T = TypeVar("T")


def gift_card_provider(settings: Settings) -> GiftCardProvider:
    """The provider of `settings.gift_card_provider`: ``table`` or a factory. Raises SettingsError."""
    if settings.gift_card_provider == "table":
        return TableProvider(settings.tables.catalogue)
    return BoundedCards(_made("GIFT_CARD_PROVIDER", settings.gift_card_provider, settings))


def taxes(settings: Settings) -> Taxes:
    """The calculators of `settings.tax_provider`: ``none``, ``table`` or a factory. Raises SettingsError."""
    if settings.tax_provider in ("none", "table"):
        return Taxes(table=settings.tax_provider == "table")
    return Taxes(provider=BoundedTaxes(_made("TAX_PROVIDER", settings.tax_provider, settings)))


def external_price_validator(settings: Settings) -> ExternalPriceValidator:
    """The per-site switch, and behind it the validator of `settings.external_price_validator`, if one is named.

    Raises SettingsError.
    """
    name = settings.external_price_validator
    then = BoundedValidator(_made("EXTERNAL_PRICE_VALIDATOR", name, settings)) if name else None
    return SiteSwitch(taken=settings.external_prices, then=then)


class BoundedCards:
    """Cards of a plugged provider; all of them `provider failed` when it fails, is late, or answers nonsense."""

    def __init__(self, provider: GiftCardProvider) -> None:
        self._provider = provider
        self.name = provider.name

    def keys(self, requests: Sequence[CardRequest]) -> list[Key]:
        """See `GiftCardProvider`."""
        return self._provider.keys(requests)

    def ask(
        self, requests: Sequence[CardRequest], currency_code: str, rows: Mapping[Key, Item], budget: TimeBudget
    ) -> list[CardAnswer]:
        """See `GiftCardProvider`."""
        if not requests:
            return []

        def ask() -> list[CardAnswer]:
            answers = list(self._provider.ask(requests, currency_code, rows, budget))
            _check(len(answers) == len(requests) and all(_amount(card.balance) for card in answers))
            return answers

        try:
            return answer_in_time(ask, budget)
        except DependencyDown:
            return [CardAnswer(CardStatus.PROVIDER_FAILED)] * len(requests)


class BoundedTaxes:
    """Taxes of a plugged provider; DependencyDown when it fails, is late, or answers nonsense."""

    def __init__(self, provider: TaxProvider) -> None:
        self._provider = provider

    def calculate(self, groups: Sequence[TaxableGroup], budget: TimeBudget) -> list[GroupTax]:
        """See `TaxProvider`."""
        if not groups:
            return []

        def ask() -> list[GroupTax]:
            taxed = list(self._provider.calculate(groups, budget))
            _check(len(taxed) == len(groups) and all(map(_sound, taxed, groups)))
            return taxed

        return answer_in_time(ask, budget)


class BoundedValidator:
    """Judgements of a plugged validator; DependencyDown when it fails, is late, or answers too few."""

    def __init__(self, validator: ExternalPriceValidator) -> None:
        self._validator = validator

    def allowed(
        self, claims: Sequence[ExternalPriceClaim], site: Site, price_list_group_id: str, budget: TimeBudget
    ) -> list[bool]:
        """See `ExternalPriceValidator`."""

        def ask() -> list[bool]:
            answers = self._validator.allowed(claims, site, price_list_group_id, budget)
            judged = [answer is True for answer in answers]
            _check(len(judged) == len(claims))
            return judged

        return answer_in_time(ask, budget)


def answer_in_time(ask: Callable[[], T], budget: TimeBudget) -> T:
    """What `ask` returns. Raises DependencyDown from what it raises, or when it is late: it then ends on its own.

    It is not begun when nothing is left for it.
    """
    seconds = min(LONGEST_SECONDS, budget.remaining - RESERVED_SECONDS)
    if seconds <= 0:
        raise DependencyDown
    answers: list[T] = []
    failures: list[Exception] = []

    def run() -> None:
        try:
            answers.append(ask())
        except Exception as error:  # noqa: BLE001 - the provider's own; whatever it is, the provider has failed
            failures.append(error)

    # Nothing waits for a daemon when the process ends.
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if not answers:
        raise DependencyDown from next(iter(failures), None)
    return answers[0]


def _sound(tax: GroupTax, group: TaxableGroup) -> bool:
    return (
        len(tax.details) == sum(len(line.amounts) for line in group.lines)
        and len(tax.recurring) == sum(line.recurring is not None for line in group.lines)
        and all(map(_amount, [*tax.details, *tax.recurring, tax.shipping]))
    )


def _amount(value: object) -> bool:
    return isinstance(value, Decimal) and value.is_finite() and value >= 0


def _check(sound: bool) -> None:
    if not sound:
        raise ValueError("an answer that cannot be used")


def _made(variable: str, name: str, settings: Settings) -> Any:
    module, separator, factory = name.partition(":")
    if not separator:
        raise SettingsError(f'{variable} must be one of its own words or "module:factory", not {name!r}')
    try:
        make = getattr(importlib.import_module(module), factory)
    except (ImportError, AttributeError) as error:
        raise SettingsError(f"{variable}: {name!r} cannot be imported: {error}") from error
    return make(settings)
