"""The operator's commands: loading a store, users, application keys, signing keys. Run one with ``--help``."""
