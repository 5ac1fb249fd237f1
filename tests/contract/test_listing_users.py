"""`users list`: who there is, and who can log in."""

from typing import Any

import pytest

from backoffice import logins
from backoffice.commands import run
from tests.support.deployment import Product


@pytest.fixture
def listed(product: Product, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """`listed("--internal")`: the cells of each line."""
    monkeypatch.setattr("backoffice.commands.running.find_deployment", lambda *_: product.deployment)

    def command(*arguments: str) -> list[list[str]]:
        capsys.readouterr()
        assert run(["users", "list", *arguments, "--stack", "any"]) == 0
        return [line.split("\t") for line in capsys.readouterr().out.splitlines()]

    return command


def test_internal_users_with_their_roles(listed: Any) -> None:
    assert listed("--internal") == [
        ["in-100002", "agent", "active", "csAgentRole"],
        ["in-100004", "clerk", "active", "reportingRole"],
        ["in-100001", "merchant", "active", "adminRole"],
        ["in-100003", "merchant-with-authenticator", "active", "adminRole"],
    ]


def test_shoppers_in_the_order_of_their_logins(listed: Any, product: Product) -> None:
    logins.create_shopper(product.deployment, "Zoe", None, "Different-1")
    found = listed()
    assert [cells[1].lower() for cells in found] == sorted(cells[1].lower() for cells in found)
    assert [cells[1:] for cells in found if cells[1] in {"shopper", "Zoe"}] == [
        ["shopper", "active", "kim@example.com"],
        ["Zoe", "active", ""],
    ]
    assert [cells[1] for cells in listed("zO")] == ["Zoe"]
    assert listed("nobody") == []


def test_what_keeps_a_user_from_logging_in(listed: Any, product: Product) -> None:
    def state(login: str) -> str:
        ((_, _, found, _),) = listed(login)
        return str(found)

    for _ in range(product.deployment.settings.max_failed_attempts):
        with pytest.raises(AssertionError, match="invalid_grant"):
            product.login("shopper", "Wrong-2026")
    assert state("shopper") == "locked"
    product.clock.move(seconds=product.deployment.settings.unlock_after.total_seconds())
    assert state("shopper") == "active"
    logins.set_active(product.deployment, "shopper", internal=False, active=False)
    assert state("shopper") == "inactive"
