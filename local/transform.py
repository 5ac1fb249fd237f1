"""Writes a template out as CloudFormation would, with SAM CLI's own transforms: AWS::LanguageExtensions, then SAM's.

`as_deployed` runs this file in SAM CLI's virtual environment, where both are: JSON objects with `template` and
`parameters`, a list, come on standard input, one a line; for each a list goes to standard output, with the template for
each entry of `parameters`, or the text of an error.
"""

import atexit
import gc
import json
import subprocess
import sys
import traceback
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO, Any, cast

BUCKET = "s3://bucket/"


def as_deployed(template: Mapping[str, Any], parameters: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """For each set of parameters, where others have their defaults, the resources that CloudFormation would make.

    Code stands in a bucket, as after `sam package`; where the template names a key of its own, under that one.
    """
    packaged = json.loads(json.dumps(template))
    for name, resource in packaged["Resources"].items():
        for location in ("CodeUri", "ContentUri"):
            if not str(resource["Properties"].get(location, BUCKET)).startswith(BUCKET):
                resource["Properties"][location] = f"{BUCKET}{name}"
    defaults = {name: str(value["Default"]) for name, value in packaged["Parameters"].items()}
    sets = [defaults | {name: str(value) for name, value in given.items()} for given in parameters]
    asked, answers = _transforming()
    print(json.dumps({"template": packaged, "parameters": sets}), file=asked, flush=True)
    answer = answers.readline()
    if not answer:
        raise RuntimeError("the process with SAM CLI's transforms has ended")
    processed: list[dict[str, Any]] | str = json.loads(answer)
    if isinstance(processed, str):
        raise RuntimeError(processed)  # noqa: TRY004  not of the argument's type
    return processed


@cache
def _transforming() -> tuple[IO[str], IO[str]]:
    """One for all calls, which ends with this process: until SAM CLI's modules are there, three templates are done."""
    from local.workspace import SAM, client_environment  # noqa: PLC0415  not in SAM CLI's environment

    process = subprocess.Popen(
        [str(SAM.with_name("python")), str(Path(__file__).resolve())],
        env=client_environment(""),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    atexit.register(process.communicate)
    return cast("IO[str]", process.stdin), cast("IO[str]", process.stdout)


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


def _answer(asked: Mapping[str, Any]) -> list[dict[str, Any]] | str:
    try:
        return [_transformed(asked["template"], parameters) for parameters in asked["parameters"]]
    except Exception:  # noqa: BLE001  whatever it is, it is told
        return traceback.format_exc()


if __name__ == "__main__":
    gc.disable()
    for line in sys.stdin:
        print(json.dumps(_answer(json.loads(line))), flush=True)
