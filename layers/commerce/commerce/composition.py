"""The one composition point: settings, store, keys, tokens and services of one execution environment.

Each handler makes it at import and takes the one service it needs. Parts are imported when they are first asked for:
a function pays for what its own operation uses.
"""
# ruff: noqa: PLC0415

from __future__ import annotations

import uuid
from functools import cached_property
from typing import TYPE_CHECKING

from commerce.call import TimeBudget
from commerce.dates import Clock, utc_now
from commerce.settings import Settings, read_settings

if TYPE_CHECKING:
    from commerce.catalogue import CatalogueRepository, ExternalPriceValidator, GiftCardProvider, Taxes
    from commerce.configuration import ConfigurationRepository
    from commerce.identity.applications import Applications
    from commerce.identity.callers import InternalCallers
    from commerce.identity.keyring import KeyRing
    from commerce.identity.login_records import LoginRecords
    from commerce.identity.sessions import Sessions
    from commerce.identity.tokens import Tokens
    from commerce.item_types.service import ItemTypeService
    from commerce.orders.service import OrderService
    from commerce.organizations.service import OrganizationAddressService
    from commerce.origins import AllowedOrigins
    from commerce.profiles.addresses_service import ProfileAddressService
    from commerce.profiles.administration import ProfileAdministration
    from commerce.profiles.own import OwnProfiles
    from commerce.profiles.registration import RegistrationService
    from commerce.profiles.service import ProfileService
    from commerce.profiles.site_properties import SitePropertiesService
    from commerce.shopper_types.locales import LocaleService
    from commerce.shopper_types.repository import ShopperTypeRepository
    from commerce.shopper_types.service import ShopperTypeService
    from commerce.storage import Session, Store
    from commerce.visitors.service import VisitorInfoService


def new_id() -> str:
    """A random id: 32 hexadecimal digits."""
    return uuid.uuid4().hex


class Composition:
    """Parts shared by the services of one function."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or read_settings()
        self.clock: Clock = utc_now
        self.new_id = new_id
        self._budget = TimeBudget()

    def begin(self, budget: TimeBudget) -> None:
        """A new invocation, which `budget` bounds."""
        self._budget = budget
        if self.opened_store:
            self.opened_store.begin(budget)

    def allowed_origins(self) -> AllowedOrigins:
        """From which origins browsers may call. Opens the store if nothing else has."""
        return self.configuration.origins()

    @cached_property
    def _session(self) -> Session:
        from commerce.storage import open_session

        return open_session()

    @cached_property
    def store(self) -> Store:
        from commerce.storage import open_store

        store = open_store(self.new_id, self._session, validate_parameters=self.settings.validate_parameters)
        store.begin(self._budget)
        return store

    @property
    def opened_store(self) -> Store | None:
        """The store, once anything that was asked for works on it."""
        return self.__dict__.get("store")

    @cached_property
    def keys(self) -> KeyRing:
        from commerce.identity.keyring import KeyRing
        from commerce.storage import secret_reader

        name, validate = self.settings.signing_keys_secret, self.settings.validate_parameters
        return KeyRing(secret_reader(name, lambda: self.store.budget, self._session, validate_parameters=validate))

    @cached_property
    def tokens(self) -> Tokens:
        from commerce.identity.tokens import Tokens

        return Tokens(self.keys, self.clock, self.new_id)

    @cached_property
    def shopper_login_records(self) -> LoginRecords:
        """The identity attributes of profiles."""
        from commerce.identity.login_records import LockRule, LoginRecords

        lock = LockRule(self.settings.max_failed_attempts, self.settings.unlock_after)
        return LoginRecords(self.store, self.settings.tables.profiles, "profile", lock)

    @cached_property
    def configuration(self) -> ConfigurationRepository:
        from commerce.configuration import ConfigurationRepository

        return ConfigurationRepository(self.store, self.settings.tables.catalogue, self.settings.default_site)

    @cached_property
    def catalogue(self) -> CatalogueRepository:
        from commerce.catalogue import CatalogueRepository

        return CatalogueRepository(self.store, self.settings.tables.catalogue, self.settings.default_locale)

    @cached_property
    def gift_cards(self) -> GiftCardProvider:
        from commerce.catalogue.plugged import gift_card_provider

        return gift_card_provider(self.settings)

    @cached_property
    def taxes(self) -> Taxes:
        from commerce.catalogue.plugged import taxes

        return taxes(self.settings)

    @cached_property
    def external_prices(self) -> ExternalPriceValidator:
        from commerce.catalogue.plugged import external_price_validator

        return external_price_validator(self.settings)

    @cached_property
    def user_login_records(self) -> LoginRecords:
        """Internal users: merchandisers and agents."""
        from commerce.identity.login_records import LockRule, LoginRecords

        lock = LockRule(self.settings.max_failed_attempts, self.settings.unlock_after)
        return LoginRecords(self.store, self.settings.tables.identities, "user", lock)

    @cached_property
    def applications(self) -> Applications:
        from commerce.identity.applications import Applications

        return Applications(self.store, self.settings.tables.identities)

    @cached_property
    def callers(self) -> InternalCallers:
        from commerce.identity.callers import InternalCallers

        return InternalCallers(self.user_login_records, self.applications, self.tokens)

    @cached_property
    def sessions(self) -> Sessions:
        from commerce.identity.sessions import Sessions

        return Sessions(
            store=self.store,
            shoppers=self.shopper_login_records,
            users=self.user_login_records,
            applications=self.applications,
            configuration=self.configuration,
            tokens=self.tokens,
            settings=self.settings,
            clock=self.clock,
            new_secret=self.new_id,
        )

    @cached_property
    def visitors(self) -> VisitorInfoService:
        from commerce.visitors.service import VisitorInfoService

        return VisitorInfoService(self.configuration, self.settings.visitor_cookie_max_age)

    @cached_property
    def declared_types(self) -> ShopperTypeRepository:
        from commerce.shopper_types.repository import ShopperTypeRepository

        settings = self.settings
        return ShopperTypeRepository(self.store, settings.tables.shopper_types, settings.default_locale)

    @cached_property
    def shopper_types(self) -> ShopperTypeService:
        from commerce.shopper_types.service import ShopperTypeService

        return ShopperTypeService(
            store=self.store,
            callers=self.callers,
            types=self.declared_types,
            settings=self.settings,
            clock=self.clock,
        )

    @cached_property
    def locales(self) -> LocaleService:
        from commerce.shopper_types.locales import LocaleService

        return LocaleService(self.store, self.callers, self.settings)

    @cached_property
    def own_profiles(self) -> OwnProfiles:
        from commerce.profiles.own import OwnProfiles
        from commerce.profiles.repository import ProfileRepository

        profiles = ProfileRepository(self.store, self.settings.tables.profiles)
        return OwnProfiles(profiles, self.configuration, self.declared_types, self.settings, self.new_id)

    @cached_property
    def profile_administration(self) -> ProfileAdministration:
        from commerce.profiles.administration import ProfileAdministration
        from commerce.profiles.own import ProfilesInContext
        from commerce.profiles.repository import ProfileRepository

        settings = self.settings
        repository = ProfileRepository(self.store, settings.tables.profiles)
        profiles = ProfilesInContext(repository, self.configuration, self.declared_types, settings, self.new_id)
        return ProfileAdministration(
            store=self.store, callers=self.callers, profiles=profiles, settings=settings, clock=self.clock
        )

    @cached_property
    def site_properties(self) -> SitePropertiesService:
        from commerce.profiles.site_properties import SitePropertiesService

        return SitePropertiesService(self.own_profiles, self.tokens, self.clock)

    @cached_property
    def profile_addresses(self) -> ProfileAddressService:
        from commerce.accounts.repository import DirectoryRepository
        from commerce.idempotency import KeptAnswers
        from commerce.profiles.addresses_service import ProfileAddressService

        tables = self.settings.tables
        kept_answers = KeptAnswers(self.store, tables.expiring, self.keys, "addProfileAddress")
        directory = DirectoryRepository(self.store, tables.organizations)
        return ProfileAddressService(self.own_profiles, directory, kept_answers, self.tokens, self.clock)

    @cached_property
    def item_types(self) -> ItemTypeService:
        from commerce.item_types.service import ItemTypeService

        return ItemTypeService(self.store, self.callers, self.catalogue, self.configuration)

    @cached_property
    def profiles(self) -> ProfileService:
        from commerce.profiles.service import ProfileService

        return ProfileService(
            store=self.store,
            tokens=self.tokens,
            login_records=self.shopper_login_records,
            own=self.own_profiles,
            settings=self.settings,
            clock=self.clock,
            new_id=self.new_id,
        )

    @cached_property
    def registration(self) -> RegistrationService:
        from commerce.idempotency import KeptAnswers
        from commerce.identity.guards import Guard
        from commerce.profiles.registration import RegistrationService

        expiring, limit = self.settings.tables.expiring, self.settings.registration_guard_limit
        kept_answers = KeptAnswers(self.store, expiring, self.keys, "createProfile")
        guard = Guard(self.store, expiring, "registrations", limit, self.new_id)
        return RegistrationService(self.own_profiles, kept_answers, guard, self.clock, self.new_id)

    @cached_property
    def orders(self) -> OrderService:
        from commerce.orders.service import OrderService

        return OrderService(
            store=self.store,
            tokens=self.tokens,
            keys=self.keys,
            configuration=self.configuration,
            catalogue=self.catalogue,
            cards=self.gift_cards,
            taxes=self.taxes,
            external_prices=self.external_prices,
            settings=self.settings,
            clock=self.clock,
            new_id=self.new_id,
        )

    @cached_property
    def organization_addresses(self) -> OrganizationAddressService:
        from commerce.organizations.service import OrganizationAddressService

        return OrganizationAddressService(
            store=self.store,
            tokens=self.tokens,
            callers=self.callers,
            configuration=self.configuration,
            keys=self.keys,
            settings=self.settings,
            clock=self.clock,
            new_id=self.new_id,
        )
