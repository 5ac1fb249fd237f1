"""Organizations (accounts) in a tree, and their addresses (contract: organization-addresses.md)."""
