"""Time that passes only where a test says so: for waits and time budgets."""

from __future__ import annotations

from importlib import import_module

import pytest

from commerce.call import BUDGET_SECONDS, TimeBudget


class VirtualTime:
    """A monotonic clock, and the sleep that moves it."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def budget(self, seconds: float = BUDGET_SECONDS) -> TimeBudget:
        return TimeBudget(seconds, monotonic=self, sleep=self.sleep)

    def rule(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """From here on calls of the product, and what an operator's commands write, have budgets of this time."""
        for module in ("commerce.http.endpoint", "backoffice.deployment", "backoffice.writing"):
            monkeypatch.setattr(import_module(module), "TimeBudget", self.budget)
