"""Hashes and the policy: auth.md §4."""

import pytest
from argon2 import PasswordHasher, extract_parameters

from commerce.configuration import PasswordPolicy
from commerce.identity import passwords
from commerce.identity.passwords import hash_password, is_outdated, policy_allows, policy_expects, verify_password

AS_DEPLOYED = {name: getattr(passwords, name) for name in ("_hasher", "_NOBODY")}
# OWASP's password storage cheat sheet: passes by the memory, in KiB, that they need at least
ADVISED = {47_104: 1, 19_456: 2, 12_288: 3, 9_216: 4, 7_168: 5}


@pytest.fixture(autouse=True)
def hashes_as_deployed(quick_password_hashes: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in AS_DEPLOYED.items():
        monkeypatch.setattr(passwords, name, value)


def test_hashes_are_argon2id_with_a_salt_of_their_own() -> None:
    first, second = hash_password("Word-1"), hash_password("Word-1")
    assert first != second
    assert first.startswith("$argon2id$")
    parameters = extract_parameters(first)
    assert parameters.time_cost >= ADVISED[parameters.memory_cost]
    assert parameters.parallelism == 1
    assert verify_password("Word-1", first)
    assert not verify_password("word-1", first)


def test_nobody_costs_what_somebody_costs() -> None:
    assert extract_parameters(passwords._NOBODY) == extract_parameters(hash_password("x"))
    assert not verify_password("x", None)
    assert not verify_password("x", "no hash")


def test_hashes_of_other_parameters_are_outdated() -> None:
    assert not is_outdated(hash_password("x"))
    assert is_outdated(PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1).hash("x"))


def test_texts_of_any_kind() -> None:
    for text in ("\x00", "é", "😀", " ", "\ud800", "x" * 100_000):
        assert verify_password(text, hash_password(text))


def test_each_rule_on_its_own() -> None:
    off = {"use_min_password_length": False, "use_number": False, "cannot_use_username": False}

    def allows(password: str, login: str = "shopper", **on: bool | int) -> bool:
        return policy_allows(password, PasswordPolicy(**{**off, **on}), login=login)  # type: ignore[arg-type]

    assert allows("")
    assert not allows("abc", use_min_password_length=True, min_password_length=4)
    assert allows("😀😀😀😀", use_min_password_length=True, min_password_length=4)
    assert not allows("abc", use_number=True)
    assert allows("abc1", use_number=True)
    assert not allows("abc1!", use_mixed_case=True)
    assert not allows("ABC1!", use_mixed_case=True)
    assert allows("aBc", use_mixed_case=True)
    assert not allows("aB 1", use_symbol=True)
    assert allows("aB_1", use_symbol=True)
    assert not allows("SHOPPER", cannot_use_username=True)
    assert not allows("Password1", block_common_passwords=True)


def test_only_so_many_previous_passwords_count() -> None:
    hashes = [hash_password(f"Number-{number}") for number in range(4)]
    policy = PasswordPolicy(cannot_use_previous_passwords=True, number_of_previous_passwords=3)
    allowed = [policy_allows(f"Number-{number}", policy, login="x", previous_hashes=hashes) for number in range(4)]
    assert allowed == [False, False, False, True]


def test_a_policy_in_words() -> None:
    off = {"use_min_password_length": False, "use_number": False, "cannot_use_username": False}
    rules: list[tuple[dict[str, bool | int], str]] = [
        ({"use_min_password_length": True, "min_password_length": 9}, "have at least 9 characters"),
        ({"use_number": True}, "hold a digit"),
        ({"use_mixed_case": True}, "hold upper and lower case"),
        ({"use_symbol": True}, "hold a symbol"),
        ({"cannot_use_username": True}, "differ from the login"),
        ({"block_common_passwords": True}, "be none of the common ones"),
        ({"cannot_use_previous_passwords": True, "number_of_previous_passwords": 4}, "differ from the last 4"),
    ]
    for rule, words in rules:
        assert policy_expects(PasswordPolicy(**{**off, **rule})) == words  # type: ignore[arg-type]
    every = {name: value for rule, _ in rules for name, value in rule.items()}
    assert policy_expects(PasswordPolicy(**every)) == " and ".join(words for _, words in rules)  # type: ignore[arg-type]


def test_earlier_passwords_count_where_the_policy_says_so() -> None:
    policy = PasswordPolicy(cannot_use_previous_passwords=False, number_of_previous_passwords=3)
    assert policy_allows("Number-1", policy, login="x", previous_hashes=[hash_password("Number-1")])


def test_the_longest_that_is_too_short() -> None:
    policy = PasswordPolicy(use_min_password_length=True, min_password_length=8)
    assert [policy_allows(text, policy, login="x") for text in ("1234567", "12345678")] == [False, True]
