"""What an operator does to a store: ``python -m backoffice --help``."""
