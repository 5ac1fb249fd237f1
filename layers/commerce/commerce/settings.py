"""The environment as one typed object, read once at start."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from msgspec import Struct, field

from commerce.addresses.regions import REGION_COUNTRIES
from commerce.locales import ALL_LOCALES, canonical_locale

_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_HEADER_TEXT: Final = re.compile(r"[A-Za-z0-9._-]{1,50}")

# The life of a token at most, whatever the settings: signing keys outlive it (backoffice/signing_keys.py).
MOST_TOKEN_MINUTES: Final = 1440
MOST_TOKEN_LIFE: Final = MOST_TOKEN_MINUTES * _MINUTE
# An hour's guesses stand in one row.
MOST_GUESSES: Final = 1000
# Where an order's prices are explained unless EXPLAIN says otherwise.
EXPLAINING_STAGES: Final = frozenset({"dev", "local"})


class SettingsError(RuntimeError):
    """A setting is missing or cannot be read; the text names the variable."""


class Tables(Struct, frozen=True):
    """Names of the DynamoDB tables. A function knows those its role may use; the others are empty."""

    profiles: str = ""
    shopper_types: str = ""
    orders: str = ""
    organizations: str = ""
    catalogue: str = ""
    identities: str = ""
    expiring: str = ""


class Settings(Struct, frozen=True):
    """Every setting of the contract (common.md §15, auth.md §4 and §8) and the names of the stack's resources.

    A default stands here; template.yaml repeats those of its parameters, and a test compares them.
    `cart_lifetime`: None = carts do not expire. `explain`: that of the stage "local".
    """

    stage: str = "local"
    tables: Tables = field(default_factory=Tables)
    signing_keys_secret: str = ""
    default_site: str = "siteUS"
    default_locale: str = "en"
    locales: tuple[str, ...] = ALL_LOCALES
    public_base_url: str = ""
    service_version: str = "25.1.0"
    visitor_cookie_max_age: int = 31_536_000
    unique_emails: bool = True
    max_failed_attempts: int = 6
    unlock_after: timedelta = timedelta(minutes=30)
    store_token_life: timedelta = timedelta(minutes=15)
    internal_token_life: timedelta = timedelta(minutes=15)
    application_token_life: timedelta = timedelta(minutes=5)
    session_life: timedelta = timedelta(hours=24)
    internal_password_life: timedelta = timedelta(days=90)
    identifier_guard_limit: int = 10
    registration_guard_limit: int = 20
    gift_card_guard_limit: int = 20
    card_pin_guard_limit: int = 10
    require_underscore_names: bool = False
    allowed_countries: frozenset[str] = frozenset()
    region_countries: frozenset[str] = REGION_COUNTRIES
    tax_provider: str = "none"
    gift_card_provider: str = "table"
    external_prices: bool = True
    external_price_validator: str = ""
    cart_lifetime: timedelta | None = None
    explain: bool = True
    validate_parameters: bool = False


DEFAULTS: Final = Settings()


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from environment variables; what is absent or blank has its default.

    Raises SettingsError naming the variable that cannot be read.
    """
    read = _Reader(environment)
    stage = read.text("STAGE", DEFAULTS.stage)
    return Settings(
        stage=stage,
        tables=Tables(**{name: read.text(f"{name.upper()}_TABLE", "") for name in Tables.__struct_fields__}),
        signing_keys_secret=read.text("SIGNING_KEYS_SECRET", DEFAULTS.signing_keys_secret),
        default_site=read.text("DEFAULT_SITE", DEFAULTS.default_site),
        default_locale=canonical_locale(read.text("DEFAULT_LOCALE", DEFAULTS.default_locale)),
        locales=tuple(map(canonical_locale, read.words("LOCALES"))) or DEFAULTS.locales,
        public_base_url=read.text("PUBLIC_BASE_URL", DEFAULTS.public_base_url).rstrip("/"),
        service_version=read.header_text("SERVICE_VERSION", DEFAULTS.service_version),
        visitor_cookie_max_age=read.number("VISITOR_COOKIE_MAX_AGE", DEFAULTS.visitor_cookie_max_age, most=315_360_000),
        unique_emails=read.flag("UNIQUE_EMAILS", DEFAULTS.unique_emails),
        max_failed_attempts=read.number("MAX_FAILED_ATTEMPTS", DEFAULTS.max_failed_attempts, least=1, most=1000),
        unlock_after=read.span("UNLOCK_AFTER_MINUTES", _MINUTE, DEFAULTS.unlock_after, most=525_600),
        store_token_life=read.span("STORE_TOKEN_MINUTES", _MINUTE, DEFAULTS.store_token_life, least=1, most=120),
        internal_token_life=read.span(
            "INTERNAL_TOKEN_MINUTES", _MINUTE, DEFAULTS.internal_token_life, least=1, most=MOST_TOKEN_MINUTES
        ),
        application_token_life=read.span(
            "APPLICATION_TOKEN_MINUTES", _MINUTE, DEFAULTS.application_token_life, least=1, most=MOST_TOKEN_MINUTES
        ),
        session_life=read.span("SESSION_HOURS", _HOUR, DEFAULTS.session_life, least=1, most=876_000),
        internal_password_life=read.span("INTERNAL_PASSWORD_DAYS", _DAY, DEFAULTS.internal_password_life, most=3650),
        identifier_guard_limit=read.number(
            "IDENTIFIER_GUARD_LIMIT", DEFAULTS.identifier_guard_limit, most=MOST_GUESSES
        ),
        registration_guard_limit=read.number(
            "REGISTRATION_GUARD_LIMIT", DEFAULTS.registration_guard_limit, most=MOST_GUESSES
        ),
        gift_card_guard_limit=read.number("GIFT_CARD_GUARD_LIMIT", DEFAULTS.gift_card_guard_limit, most=MOST_GUESSES),
        card_pin_guard_limit=read.number("CARD_PIN_GUARD_LIMIT", DEFAULTS.card_pin_guard_limit, most=MOST_GUESSES),
        require_underscore_names=read.flag("REQUIRE_UNDERSCORE_NAMES", DEFAULTS.require_underscore_names),
        allowed_countries=frozenset(map(str.upper, read.words("ALLOWED_COUNTRIES"))) or DEFAULTS.allowed_countries,
        region_countries=frozenset(map(str.upper, read.words("REGION_COUNTRIES"))) or DEFAULTS.region_countries,
        tax_provider=read.text("TAX_PROVIDER", DEFAULTS.tax_provider),
        gift_card_provider=read.text("GIFT_CARD_PROVIDER", DEFAULTS.gift_card_provider),
        external_prices=read.flag("EXTERNAL_PRICES", DEFAULTS.external_prices),
        external_price_validator=read.text("EXTERNAL_PRICE_VALIDATOR", DEFAULTS.external_price_validator),
        cart_lifetime=read.span("CART_LIFETIME_DAYS", _DAY, DEFAULTS.cart_lifetime, most=3650) or None,
        explain=read.flag("EXPLAIN", stage in EXPLAINING_STAGES),
        validate_parameters=read.flag("VALIDATE_PARAMETERS", DEFAULTS.validate_parameters),
    )


class _Reader:
    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def text(self, name: str, default: str) -> str:
        return self._environment.get(name, "").strip() or default

    def header_text(self, name: str, default: str) -> str:
        """Text that a header can hold whole."""
        text = self.text(name, default)
        if not _HEADER_TEXT.fullmatch(text):
            raise SettingsError(f"{name} must be up to 50 letters, digits, dots, hyphens and underscores, not {text!r}")
        return text

    def words(self, name: str) -> tuple[str, ...]:
        return tuple(word for word in map(str.strip, self.text(name, "").split(",")) if word)

    def flag(self, name: str, default: bool) -> bool:
        text = self.text(name, str(default)).lower()
        if text not in ("true", "false"):
            raise SettingsError(f"{name} must be true or false, not {text!r}")
        return text == "true"

    def number(self, name: str, default: int, *, least: int = 0, most: int | None = None) -> int:
        text = self.text(name, str(default))
        if not text.isdecimal() or int(text) < least or (most is not None and int(text) > most):
            bound = f"of at least {least}" if most is None else f"from {least} to {most}"
            raise SettingsError(f"{name} must be a whole number {bound}, not {text!r}")
        return int(text)

    def span(
        self, name: str, unit: timedelta, default: timedelta | None, *, least: int = 0, most: int | None = None
    ) -> timedelta:
        """So many minutes, hours or days; without a default none."""
        return self.number(name, (default or timedelta()) // unit, least=least, most=most) * unit
