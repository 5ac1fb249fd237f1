"""The one composition point: settings, store, keys and tokens of one execution environment.

Each handler makes it at import and builds its service from the parts it needs.
"""

from __future__ import annotations

import uuid
from functools import cached_property

from commerce.configuration import ConfigurationRepository
from commerce.dates import Clock, utc_now
from commerce.identity.accounts import Accounts, LockRule
from commerce.identity.keyring import KeyRing
from commerce.identity.sessions import StoreSessions
from commerce.identity.tokens import Tokens
from commerce.settings import Settings, read_settings
from commerce.storage import Store, open_store, secret_reader


def new_id() -> str:
    """A random id: 32 hexadecimal digits."""
    return uuid.uuid4().hex


class Composition:
    """Parts shared by the services of one function; each is made when first asked for."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or read_settings()

    clock: Clock = staticmethod(utc_now)
    new_id = staticmethod(new_id)

    @cached_property
    def store(self) -> Store:
        return open_store(validate_parameters=self.settings.validate_parameters)

    @cached_property
    def keys(self) -> KeyRing:
        read = secret_reader(
            self.settings.signing_keys_secret, validate_parameters=self.settings.validate_parameters
        )
        return KeyRing(read)

    @cached_property
    def tokens(self) -> Tokens:
        return Tokens(self.keys, self.clock, self.new_id)

    @cached_property
    def shopper_accounts(self) -> Accounts:
        """The identity attributes of profiles."""
        return Accounts(self.store, self.settings.tables.profiles, "profile", self._lock)

    @cached_property
    def sessions(self) -> StoreSessions:
        return StoreSessions(self.shopper_accounts, self.tokens, self.settings, self.clock, self.new_id)

    @cached_property
    def configuration(self) -> ConfigurationRepository:
        return ConfigurationRepository(self.store, self.settings.tables.catalogue, self.settings.default_site)

    @property
    def _lock(self) -> LockRule:
        return LockRule(self.settings.max_failed_attempts, self.settings.unlock_after)
