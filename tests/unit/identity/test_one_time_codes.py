"""Codes of an authenticator: auth.md §1."""

from datetime import UTC, datetime

import pytest
from pyotp import TOTP

from commerce.identity import one_time_codes
from commerce.identity.one_time_codes import is_over, matching_step

# RFC 6238, appendix B: the secret of its examples, and the last six digits of three of its codes.
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
EXAMPLES = [(1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")]


def moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@pytest.mark.parametrize(("seconds", "code"), EXAMPLES)
@pytest.mark.parametrize(("drift", "known"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_counts_for_its_step_and_the_two_beside_it(seconds: int, code: str, drift: int, known: bool) -> None:
    expected = seconds // 30 if known else None
    assert matching_step(SECRET, code, moment(seconds + 30 * drift)) == expected


@pytest.mark.parametrize("code", ["", "005925", "5924", "0005924", "٠٠٥٩٢٤"])
def test_another_code(code: str) -> None:
    assert matching_step(SECRET, code, moment(1_234_567_890)) is None


def test_without_a_secret_no_code_is_right() -> None:
    code = TOTP(one_time_codes._NOBODY_S_SECRET).at(60)
    assert matching_step(one_time_codes._NOBODY_S_SECRET, code, moment(60)) == 2
    assert matching_step(None, code, moment(60)) is None


def test_when_a_used_code_need_not_be_remembered() -> None:
    assert [is_over(step, moment(30 * 10 + 29)) for step in (8, 9, 10)] == [True, False, False]
