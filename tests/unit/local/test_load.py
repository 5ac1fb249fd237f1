"""What `make load` takes for lost, and for growth."""

import pytest

from local.load import Answer, Ledger, Process, growth

OK, DOWN, SILENT = Answer(200, "{}", []), Answer(503, "{}", []), Answer(0, "", [])


@pytest.mark.parametrize(
    ("answers", "found", "lost"),
    [
        ([("a", OK)], "a", False),
        ([("a", OK)], None, True),
        ([("a", OK), ("b", OK)], "a", True),
        ([("a", OK), ("b", DOWN)], "a", False),
        ([("a", OK), ("b", SILENT)], "b", False),
        ([("a", OK), ("b", SILENT)], None, True),
        ([("a", SILENT), ("b", OK)], "a", True),
        ([("a", DOWN)], None, False),
        ([], None, False),
    ],
)
def test_an_acknowledged_change_that_is_gone_is_lost(
    answers: list[tuple[str, Answer]], found: str | None, lost: bool
) -> None:
    ledger = Ledger()
    for value, answer in answers:
        ledger.note("city", value, answer)
    assert ledger.lost("city", found) is lost


def test_growth_is_that_of_all_processes_together() -> None:
    grown = [Process("UpdateProfile", 0.0, settled=50.0, now=55.0), Process("Login", 0.0, settled=150.0, now=145.0)]
    assert growth(grown) == 0
    assert growth(grown[:1]) == pytest.approx(0.1)
    assert growth([]) == 0
