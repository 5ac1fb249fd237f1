"""The shopper type: which properties profiles have, and who may read and write them (contract: shopper-types.md)."""
