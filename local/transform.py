"""Writes a template out as CloudFormation would, with SAM CLI's own transforms: AWS::LanguageExtensions, then SAM's.

`as_deployed` runs this file in SAM CLI's virtual environment, where both are: a JSON object with `template` and
`parameters`, a list, comes on standard input; for each entry of the list the template goes to standard output.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

BUCKET = "s3://bucket/"


def as_deployed(template: Mapping[str, Any], parameters: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """For each set of parameters, where others have their defaults, the resources that CloudFormation would make.

    Code stands in a bucket, as after `sam package`; where the template names a key of its own, under that one.
    """
    from local.workspace import SAM, client_environment  # noqa: PLC0415  not in SAM CLI's environment

    packaged = json.loads(json.dumps(template))
    for name, resource in packaged["Resources"].items():
        for location in ("CodeUri", "ContentUri"):
            if not str(resource["Properties"].get(location, BUCKET)).startswith(BUCKET):
                resource["Properties"][location] = f"{BUCKET}{name}"
    defaults = {name: str(value["Default"]) for name, value in packaged["Parameters"].items()}
    sets = [defaults | {name: str(value) for name, value in given.items()} for given in parameters]
    done = subprocess.run(
        [str(SAM.with_name("python")), str(Path(__file__).resolve())],
        input=json.dumps({"template": packaged, "parameters": sets}),
        env=client_environment(""),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    processed: list[dict[str, Any]] = json.loads(done.stdout)
    return processed


def _transformed(template: dict[str, Any], parameters: Mapping[str, str]) -> dict[str, Any]:
    from samcli.lib.cfn_language_extensions.sam_integration import (  # type: ignore[import-not-found]  # noqa: PLC0415
        expand_language_extensions,
    )
    from samtranslator.translator.transform import transform  # noqa: PLC0415

    class NoManagedPolicies:
        def load(self) -> dict[str, str]:
            return {}

    expanded = expand_language_extensions(template, dict(parameters), enabled=True).expanded_template
    result: dict[str, Any] = transform(json.loads(json.dumps(expanded)), dict(parameters), NoManagedPolicies())
    return result


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    json.dump([_transformed(asked["template"], parameters) for parameters in asked["parameters"]], sys.stdout)
