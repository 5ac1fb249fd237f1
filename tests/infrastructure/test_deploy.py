"""What `make deploy` hands to SAM arrives as it is meant."""

import json
import subprocess
from pathlib import Path

import pytest

from backoffice import deploy
from local.workspace import SAM


def test_sam_reads_the_parameters_as_they_are_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deploy, "STATE", tmp_path)
    values = {
        "PublicBaseUrl": '{"https://shop.example.com":"GET,PUT"}',
        "Stage": "prod",
        "Locales": "",
        "DeletionProtection": "true",
        "ProvisionedConcurrency": "0",
        "TaxProvider": "a b, 'c'",
    }
    command = deploy.deploy_command("shop", "prod", values)
    tags = command[command.index("--tags") + 1 : command.index("--parameter-overrides")]
    assert tags == ["product=commerce", "stack=shop", "stage=prod"]
    program = (
        "import json, sys; from samcli.cli.types import CfnParameterOverridesType as Kind;"
        "print(json.dumps(Kind().convert((sys.argv[1],), None, None)))"
    )
    done = subprocess.run(
        [str(SAM.with_name("python")), "-c", program, command[-1]], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == values
