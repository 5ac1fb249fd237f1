"""One-time codes of an authenticator: RFC 6238, 30 s a step, one step of drift either way (contract: auth.md §1)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from commerce.dates import epoch_seconds

STEP_SECONDS: Final = 30
DRIFT_STEPS: Final = 1
_NOBODY_S_SECRET: Final = "A" * 32  # what a code is compared with where there is no authenticator


def matching_step(secret: str | None, code: str, now: datetime) -> int | None:
    """The time step whose code this is, None for a wrong one; without a secret in the same time."""
    from pyotp import TOTP  # noqa: PLC0415  # one login kind of one API needs it
    from pyotp.utils import strings_equal  # noqa: PLC0415

    generator = TOTP(secret or _NOBODY_S_SECRET, interval=STEP_SECONDS)
    current = epoch_seconds(now) // STEP_SECONDS
    steps = range(current - DRIFT_STEPS, current + DRIFT_STEPS + 1)
    matching = [step for step in steps if strings_equal(generator.generate_otp(step), code)]
    return matching[0] if matching and secret else None


def is_over(step: int, now: datetime) -> bool:
    """A used code that no longer has to be remembered."""
    return step < epoch_seconds(now) // STEP_SECONDS - DRIFT_STEPS
