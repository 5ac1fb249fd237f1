"""Examples of requests and answers.

Of requests the contract's, and in docs/examples those of other operations; of answers what the product says to them
with the sample store, as tests/contract/test_described_examples.py holds it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from local.workspace import ROOT

EXAMPLES: Final = ROOT / "docs" / "examples"
SEEDS: Final = ROOT / "docs" / "contract" / "examples"
# Operation → its example in the contract.
_SEEDS: Final = {
    "updateVisitorInfo": "update-visitor-info",
    "updateProfile": "update-profile",
    "updateShopperType": "update-shopper-type",
    "updateAddress": "update-organization-address",
    "updateCurrentProfileOrder": "update-current-order",
}


def request_example(operation: str) -> Any:
    """The JSON body of the example. Raises FileNotFoundError where there is none."""
    seed = _SEEDS.get(operation)
    file = SEEDS / f"{seed}.request.json" if seed else EXAMPLES / f"{operation}.request.json"
    return json.loads(file.read_text(encoding="utf-8"))


def response_file(operation: str) -> Path:
    """Where the answer to it stands."""
    return EXAMPLES / f"{operation}.response.json"
