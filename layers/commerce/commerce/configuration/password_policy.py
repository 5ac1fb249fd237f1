"""The shopper password policy, as the configuration document holds it (contract: auth.md §4)."""

from __future__ import annotations

from msgspec import Struct

from commerce.exact_json import JsonObject


class PasswordPolicy(Struct, frozen=True):
    """Lengths in characters, ages in days."""

    use_min_password_length: bool = True
    min_password_length: int = 8
    use_number: bool = True
    use_mixed_case: bool = False
    use_symbol: bool = False
    cannot_use_previous_passwords: bool = False
    number_of_previous_passwords: int = 3
    password_expiration_enabled: bool = False
    password_expiration_length: int = 90
    block_common_passwords: bool = False
    cannot_use_username: bool = True


def read_password_policy(settings: JsonObject) -> PasswordPolicy:
    """`settings`: those that differ from their defaults, by the contract's names, as the loader has checked them."""
    known = {_camel(name): name for name in PasswordPolicy.__struct_fields__}
    return PasswordPolicy(**{known[name]: value for name, value in settings.items() if name in known})


def _camel(name: str) -> str:
    head, *tail = name.split("_")
    return head + "".join(word.title() for word in tail)
