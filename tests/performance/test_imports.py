"""What each function imports when it starts, on the built layer: counts and names, no timing."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from pathlib import Path

import pytest

from local.template import table_variables
from local.workspace import ROOT

FUNCTIONS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/app.py"))

# Modules of the layer, at most. A larger number needs a reason and a look at `make bench`.
BUDGET = {
    "add_address": 195,
    "add_profile_address": 195,
    "create_profile": 188,
    "delete_address": 195,
    "delete_profile_address": 195,
    "fallback": 62,
    "get_address": 195,
    "get_addresses": 195,
    "get_current_profile": 193,
    "get_incomplete_order": 248,
    "get_item_type": 215,
    "get_order_type": 215,
    "get_profile": 199,
    "get_profile_address": 195,
    "get_registry": 63,
    "get_shopper_type": 175,
    "list_addresses": 195,
    "list_locales": 170,
    "list_profile_addresses": 195,
    "list_profiles": 199,
    "list_shopper_types": 175,
    "list_site_properties": 192,
    "login": 172,
    "logout": 172,
    "mfalogin": 172,
    "refresh": 172,
    "remove_current_profile_incomplete_order": 248,
    "update_address": 195,
    "update_current_profile_order": 248,
    "update_profile": 193,
    "update_profile_address": 195,
    "update_profile_by_id": 199,
    "update_shopper_type": 175,
    "update_site_properties": 192,
    "update_visitor_info": 158,
    "verify": 172,
}

NOWHERE = {
    "aws_lambda_powertools.event_handler",
    "aws_xray_sdk",
    "boto3",
    "concurrent.futures.thread",
    "cryptography",
    "pydantic",
    "pydantic_core",
    "tempfile",
    "urllib.request",
    "zoneinfo",
}
# Module → the only functions that may import it at their start.
ONLY = {
    "argon2": set[str](),
    "commerce.orders": {
        "remove_current_profile_incomplete_order",
        "get_incomplete_order",
        "update_current_profile_order",
    },
    "commerce.organizations.service": {
        "add_address",
        "delete_address",
        "get_address",
        "get_addresses",
        "list_addresses",
        "update_address",
    },
    "commerce.profiles.service": {"get_current_profile", "update_profile"},
    "pyotp": {"mfalogin"},
}
WITHOUT_TABLES = {"fallback", "get_registry"}

# Every function begins with the first two imports, and all that have tables go on with the third. Each is measured in a
# process forked after them: a module too many would be counted, never one too few.
PROGRAM = """
import json, os, sys
from commerce.composition import Composition
from commerce.http import endpoint

def measure(folder):
    sys.stdout.flush()
    if os.fork():
        if os.wait()[1]:
            sys.exit(folder)
        return
    sys.path.insert(0, folder)
    import app
    print(json.dumps([[name, getattr(module, "__file__", "")] for name, module in sys.modules.items()]), flush=True)
    os._exit(0)

without_tables, with_tables = json.loads(sys.argv[1])
for folder in without_tables:
    measure(folder)
import commerce.storage
for folder in with_tables:
    measure(folder)
"""


@pytest.fixture(scope="module")
def imported(built_layer: Path) -> dict[str, tuple[set[str], int]]:
    """Function → names of all modules, and how many are the layer's."""
    environment = table_variables() | {
        "AWS_ACCESS_KEY_ID": "as Lambda",
        "AWS_SECRET_ACCESS_KEY": "sets them",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "POWERTOOLS_METRICS_NAMESPACE": "commerce",
        "PYTHONPATH": str(built_layer / "python"),
    }
    groups = [sorted(WITHOUT_TABLES), [function for function in FUNCTIONS if function not in WITHOUT_TABLES]]
    folders = [[str(ROOT / "functions" / function) for function in group] for group in groups]
    command = [sys.executable, "-S", "-B", "-c", PROGRAM, json.dumps(folders)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    found = {}
    for function, line in zip(itertools.chain(*groups), done.stdout.splitlines(), strict=True):
        modules = {name: file or "" for name, file in json.loads(line)}
        found[function] = (set(modules), sum(file.startswith(str(built_layer)) for file in modules.values()))
    return found


def test_each_function_has_a_budget() -> None:
    assert BUDGET.keys() ^ set(FUNCTIONS) == set()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_imports(imported: dict[str, tuple[set[str], int]], function: str) -> None:
    modules, count = imported[function]
    assert modules & NOWHERE == set()
    strange = sorted(name for name, allowed in ONLY.items() if name in modules and function not in allowed)
    assert not strange, f"{function} is not among the functions that ONLY names for {strange}"
    if function in WITHOUT_TABLES:
        assert "botocore.session" not in modules
    assert count <= BUDGET.get(function, 0), f"{function} imports {count} modules of the layer"
