"""docs/tutorial.md, followed word for word: its files saved, its commands run in one shell, answered as printed.

On the cloud of the other tests: what the sample store sells is of other products and other price list groups.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backoffice.commands import run
from local import stack
from local.workspace import STACK_NAME, client_environment
from tests.support.documents import block
from tests.support.terminal import Shell, shell_of_a_clone

FILES = [
    block("docs/tutorial.md", "configuration.json"),
    block("docs/tutorial.md", "priceListGroups.json"),
    block("docs/tutorial.md", "products.json"),
    block("docs/tutorial.md", "prices.json"),
    block("docs/tutorial.md", "shippingMethods.json"),
    block("docs/tutorial.md", "taxRates.json"),
    block("docs/tutorial.md", "promotions.json"),
    block("docs/tutorial.md", "coupons.json"),
    block("docs/tutorial.md", "shopper_type.json"),
    block("docs/tutorial.md", "organizations.json"),
    block("docs/tutorial.md", "shoppers.json"),
]


@pytest.fixture
def shell(tmp_path: Path, deployed: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    """Afterwards the cloud is the sample store's again."""
    endpoint = deployed["endpointUrl"]
    try:
        with shell_of_a_clone(tmp_path, endpoint) as typed:
            yield typed
    finally:
        for name, value in client_environment(endpoint).items():
            monkeypatch.setenv(name, value)
        run(["erase-shopper", "nora", "--stack", STACK_NAME, "--yes"])
        run(["delete", "taxRates", "US-ME", "--stack", STACK_NAME, "--yes"])
        # What is left is named by what is of the tutorial alone.
        stack.up(int(endpoint.rpartition(":")[2]))


def own_properties(shown: str) -> str:
    """Of profiles, the one property that the tutorial's shopper type has: the cloud has those of other tests too."""
    return "".join(f"{_own_properties(line)}\n" for line in shown.splitlines())


def _own_properties(line: str) -> str:
    if '"dynamicProperties"' not in line:
        return line
    profile = json.loads(line)
    profile["dynamicProperties"] = [one for one in profile["dynamicProperties"] if one["id"] == "brews_with"]
    return json.dumps(profile, separators=(",", ":"))


def test_the_tutorial(shell: Shell) -> None:
    assert "the API" in shell.type(block("docs/tutorial.md", "Start"))
    for printed in FILES:
        (shell.folder / "coffee_store" / printed.heading).write_text(printed.text, encoding="utf-8")

    assert shell.type(block("docs/tutorial.md", "Check", "sh")) == block("docs/tutorial.md", "Check", "text").text

    shell.edit(block("docs/tutorial.md", "Load", "diff"))
    assert shell.type(block("docs/tutorial.md", "Load", "sh")) == block("docs/tutorial.md", "Load", "text").text

    login = shell.type(block("docs/tutorial.md", "Log in", "sh"))
    assert own_properties(login) == block("docs/tutorial.md", "Log in", "text").text

    cart = shell.type(block("docs/tutorial.md", "The cart", "sh"))
    assert json.loads(cart) == json.loads(block("docs/tutorial.md", "The cart", "json").text)
    assert cart == block("docs/tutorial.md", "The cart", "json").text
    coupon = shell.type(block("docs/tutorial.md", "The coupon", "sh"))
    assert coupon == block("docs/tutorial.md", "The coupon", "json").text

    shell.edit(block("docs/tutorial.md", "Another price", "diff"))
    price = shell.type(block("docs/tutorial.md", "Another price", "sh"))
    assert own_properties(price) == block("docs/tutorial.md", "Another price", "text").text

    cafe = shell.type(block("docs/tutorial.md", "The café", "sh"))
    assert cafe == block("docs/tutorial.md", "The café", "json").text

    export = shell.type(block("docs/tutorial.md", "Take it out", "sh"))
    assert export.endswith(block("docs/tutorial.md", "Take it out", "text").text)
    assert block("docs/tutorial.md", "The end").text == "make down\n"
