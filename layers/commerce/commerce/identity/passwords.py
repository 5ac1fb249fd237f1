"""Passwords: argon2id hashes and the shopper password policy (contract: auth.md §4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from argon2 import PasswordHasher

    from commerce.configuration import PasswordPolicy

# The hash of a random text that nobody kept: what a login without a record is compared with.
_NOBODY: Final = "$argon2id$v=19$m=9216,t=4,p=1$nFa/OwYttWNpdo2WoSAASg$T2cNbibB30T1OJRagXA+HTl5ixkKjc1sxtlStfqNEt8"
_COMMON = Path(__file__).with_name("common_passwords.txt")


def hash_password(password: str) -> str:
    """The argon2id hash to store, its parameters included."""
    return _hasher().hash(_encodable(password))


def verify_password(password: str, password_hash: str | None) -> bool:
    """Whether the password is right; without a hash a comparison is made all the same, and fails."""
    from argon2.exceptions import InvalidHashError, VerificationError  # noqa: PLC0415  as in _hasher

    try:
        _hasher().verify(password_hash or _NOBODY, _encodable(password))
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than new ones are."""
    return _hasher().check_needs_rehash(password_hash)


def policy_allows(password: str, policy: PasswordPolicy, *, login: str, previous_hashes: Sequence[str] = ()) -> bool:
    """Whether a shopper may choose this password. `previous_hashes`: newest first, the current one included."""
    if any(broken(password) for _, broken in _rules(policy, login)):
        return False
    if not policy.cannot_use_previous_passwords:
        return True
    earlier = previous_hashes[: policy.number_of_previous_passwords]
    return not any(verify_password(password, known) for known in earlier)


def policy_expects(policy: PasswordPolicy) -> str:
    """All that the policy asks of a new password, in words that follow "must"."""
    wanted = [rule for rule, _ in _rules(policy, "")]
    if policy.cannot_use_previous_passwords:
        wanted.append(f"differ from the last {policy.number_of_previous_passwords}")
    return " and ".join(wanted)


def _rules(policy: PasswordPolicy, login: str) -> Iterator[tuple[str, Callable[[str], bool]]]:
    """What the policy asks of a password itself, and whether one breaks it."""
    if policy.use_min_password_length:
        yield (
            f"have at least {policy.min_password_length} characters",
            lambda text: len(text) < policy.min_password_length,
        )
    if policy.use_number:
        yield "hold a digit", lambda text: not any(character.isdigit() for character in text)
    if policy.use_mixed_case:
        yield "hold upper and lower case", lambda text: text in (text.lower(), text.upper())
    if policy.use_symbol:
        yield "hold a symbol", lambda text: all(character.isalnum() or character.isspace() for character in text)
    if policy.cannot_use_username:
        yield "differ from the login", lambda text: text.casefold() == login.casefold()
    if policy.block_common_passwords:
        yield "be none of the common ones", lambda text: text.casefold() in _common_passwords()


@cache
def _hasher() -> PasswordHasher:
    """OWASP advises several pairs for argon2id that are equally strong: this one keeps a login below 40 MB."""
    from argon2 import PasswordHasher  # noqa: PLC0415  few functions compare passwords

    return PasswordHasher(time_cost=4, memory_cost=9_216, parallelism=1)


@cache
def _common_passwords() -> frozenset[str]:
    return frozenset(_COMMON.read_text(encoding="utf-8").split())


def _encodable(password: str) -> bytes:
    return password.encode(errors="surrogatepass")
