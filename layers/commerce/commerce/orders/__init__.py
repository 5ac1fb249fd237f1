"""The shopper's orders while they are incomplete: carts (contract: orders.md)."""
