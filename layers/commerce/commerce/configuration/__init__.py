"""The store's own configuration: its sites, who may call from where, passwords, and access rights of roles."""

from commerce.configuration.model import Site, StoreConfiguration
from commerce.configuration.password_policy import PasswordPolicy
from commerce.configuration.repository import ConfigurationRepository

__all__ = ["ConfigurationRepository", "PasswordPolicy", "Site", "StoreConfiguration"]
