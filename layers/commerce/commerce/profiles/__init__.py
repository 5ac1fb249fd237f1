"""The shopper's own profile (contract: profiles.md)."""
