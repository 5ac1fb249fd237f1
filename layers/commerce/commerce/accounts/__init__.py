"""Accounts: which organizations there are, how they hang together, and which of them a shopper belongs to."""
