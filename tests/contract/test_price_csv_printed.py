"""What docs/store-files.md prints of prices.csv: the file is loaded, and what is told of it has the printed form."""

import re
from pathlib import Path
from typing import Any

import pytest

from backoffice.commands import run
from tests.support.deployment import Product
from tests.support.documents import block


def test_the_printed_prices(product: Product, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr("backoffice.commands.running.find_deployment", lambda *_: product.deployment)
    file = tmp_path / "prices.csv"
    file.write_text(block("docs/store-files.md", "prices.csv", "csv").text, encoding="utf-8")
    form = re.sub(r"[\d,]*\d", r"[\\d,]+", block("docs/store-files.md", "prices.csv", "text").text.strip()).replace(
        "rows", "rows?"
    )
    told = []
    for _ in range(2):
        assert run(["load", str(file), "--stack", "any"]) == 0
        (line,) = capsys.readouterr().out.splitlines()
        assert re.fullmatch(form, line)
        told.append(line)
    assert "1 changed" in told[0]
    assert "3 equal, 0 changed" in told[1]
