"""The environment as one typed object, read once at start."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from typing import Final

from commerce.addresses.regions import REGION_COUNTRIES
from commerce.locales import ALL_LOCALES, canonical_locale

Origins = Mapping[str, frozenset[str]]

_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_HEADER_TEXT: Final = re.compile(r"[A-Za-z0-9._-]{1,50}")

# An hour's guesses stand in one row.
MOST_GUESSES: Final = 1000
# Where an order's prices are explained unless EXPLAIN says otherwise.
EXPLAINING_STAGES: Final = frozenset({"dev", "local"})


class SettingsError(RuntimeError):
    """A setting is missing or cannot be read; the text names the variable."""


@dataclass(frozen=True, slots=True)
class PasswordPolicy:
    """Shopper password policy (contract: auth.md §4). Lengths in characters, ages in days."""

    use_min_password_length: bool = True
    min_password_length: int = 8
    use_number: bool = True
    use_mixed_case: bool = False
    use_symbol: bool = False
    cannot_use_previous_passwords: bool = False
    number_of_previous_passwords: int = 3
    password_expiration_enabled: bool = False
    password_expiration_length: int = 90
    block_common_passwords: bool = False
    cannot_use_username: bool = True


@dataclass(frozen=True, slots=True)
class Tables:
    """Names of the DynamoDB tables. A function knows those its role may use; the others are empty."""

    profiles: str = ""
    shopper_types: str = ""
    orders: str = ""
    organizations: str = ""
    catalogue: str = ""
    identities: str = ""
    expiring: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
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
    store_origins: Mapping[str, Origins] = field(default_factory=dict)
    admin_origins: Origins = field(default_factory=dict)
    agent_origins: Origins = field(default_factory=dict)
    public_base_url: str = ""
    service_version: str = "25.1.0"
    visitor_cookie_max_age: int = 31_536_000
    unique_emails: bool = True
    password_policy: PasswordPolicy = field(default_factory=PasswordPolicy)
    max_failed_attempts: int = 6
    unlock_after: timedelta = timedelta(minutes=30)
    store_token_life: timedelta = timedelta(minutes=15)
    internal_token_life: timedelta = timedelta(minutes=15)
    application_token_life: timedelta = timedelta(minutes=5)
    session_life: timedelta = timedelta(hours=24)
    internal_password_life: timedelta = timedelta(days=90)
    identifier_guard_limit: int = 10
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
        tables=Tables(**{table.name: read.text(f"{table.name.upper()}_TABLE", "") for table in fields(Tables)}),
        signing_keys_secret=read.text("SIGNING_KEYS_SECRET", DEFAULTS.signing_keys_secret),
        default_site=read.text("DEFAULT_SITE", DEFAULTS.default_site),
        default_locale=canonical_locale(read.text("DEFAULT_LOCALE", DEFAULTS.default_locale)),
        locales=tuple(map(canonical_locale, read.words("LOCALES"))) or DEFAULTS.locales,
        store_origins=read.site_origins("STORE_ORIGINS"),
        admin_origins=read.origins("ADMIN_ORIGINS"),
        agent_origins=read.origins("AGENT_ORIGINS"),
        public_base_url=read.text("PUBLIC_BASE_URL", DEFAULTS.public_base_url).rstrip("/"),
        service_version=read.header_text("SERVICE_VERSION", DEFAULTS.service_version),
        visitor_cookie_max_age=read.number("VISITOR_COOKIE_MAX_AGE", DEFAULTS.visitor_cookie_max_age),
        unique_emails=read.flag("UNIQUE_EMAILS", DEFAULTS.unique_emails),
        password_policy=read.password_policy("PASSWORD_POLICY"),
        max_failed_attempts=read.number("MAX_FAILED_ATTEMPTS", DEFAULTS.max_failed_attempts, least=1),
        unlock_after=read.span("UNLOCK_AFTER_MINUTES", _MINUTE, DEFAULTS.unlock_after),
        store_token_life=read.span("STORE_TOKEN_MINUTES", _MINUTE, DEFAULTS.store_token_life, least=1, most=120),
        internal_token_life=read.span("INTERNAL_TOKEN_MINUTES", _MINUTE, DEFAULTS.internal_token_life, least=1),
        application_token_life=read.span(
            "APPLICATION_TOKEN_MINUTES", _MINUTE, DEFAULTS.application_token_life, least=1
        ),
        session_life=read.span("SESSION_HOURS", _HOUR, DEFAULTS.session_life, least=1),
        internal_password_life=read.span("INTERNAL_PASSWORD_DAYS", _DAY, DEFAULTS.internal_password_life),
        identifier_guard_limit=read.number(
            "IDENTIFIER_GUARD_LIMIT", DEFAULTS.identifier_guard_limit, most=MOST_GUESSES
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
        cart_lifetime=read.span("CART_LIFETIME_DAYS", _DAY, DEFAULTS.cart_lifetime) or None,
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

    def origins(self, name: str) -> Origins:
        return _methods_by_origin(name, self._object(name))

    def site_origins(self, name: str) -> Mapping[str, Origins]:
        return {site: _methods_by_origin(name, value) for site, value in self._object(name).items()}

    def password_policy(self, name: str) -> PasswordPolicy:
        known = {_camel(member.name): member for member in fields(PasswordPolicy)}
        changed: dict[str, bool | int] = {}
        for key, value in self._object(name).items():
            kind = type(known[key].default) if key in known else None
            if type(value) is not kind or not isinstance(value, bool | int):
                raise SettingsError(f"{name}: {key} is no setting of the password policy or has the wrong kind")
            changed[known[key].name] = value
        policy = PasswordPolicy(**changed)  # type: ignore[arg-type]  # kinds compared above
        if not 4 <= policy.min_password_length <= 64 or not 1 <= policy.number_of_previous_passwords <= 6:
            raise SettingsError(f"{name}: minPasswordLength is 4 to 64, numberOfPreviousPasswords 1 to 6")
        return policy

    def _object(self, name: str) -> dict[str, object]:
        try:
            value = json.loads(self.text(name, "{}"))
        except ValueError as error:
            raise SettingsError(f"{name} must be a JSON object: {error}") from error
        if not isinstance(value, dict):
            raise SettingsError(f"{name} must be a JSON object")
        return value


def _methods_by_origin(name: str, value: object) -> Origins:
    if not isinstance(value, dict) or not all(isinstance(methods, str) for methods in value.values()):
        raise SettingsError(f'{name} must map origins to methods: {{"https://shop.example.com":"GET,PUT,OPTIONS"}}')
    return {
        origin.rstrip("/"): frozenset(method.strip().upper() for method in methods.split(",") if method.strip())
        for origin, methods in value.items()
    }


def _camel(name: str) -> str:
    head, *tail = name.split("_")
    return head + "".join(word.title() for word in tail)
