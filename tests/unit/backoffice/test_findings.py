"""What a check finds, as it is shown."""

from backoffice.findings import Finding


def test_nothing_that_was_read_steers_the_terminal_or_begins_a_line() -> None:
    finding = Finding("prices\x9b.csv", 2, "p1\x1b[2J", "not 1\nprices.csv: 0 errors\u202e\u200b, é😀")
    assert str(finding) == (r"prices\u009b.csv, line 2 (p1\u001b[2J): not 1\nprices.csv: 0 errors\u202e\u200b, é😀")


def test_what_is_long_is_cut() -> None:
    shown = str(Finding("prices.csv", 2, "p" * 100_000, "x" * 100_000))
    assert shown == f"prices.csv, line 2 ({'p' * 79}…): {'x' * 999}…"
    whole = Finding("prices.csv", 2, "p" * 80, "x" * 1_000)
    assert str(whole) == f"prices.csv, line 2 ({whole.name}): {whole.text}"
