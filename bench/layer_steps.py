"""`python -m bench.layer_steps`: what each step of the layer's build saves at a cold start of the profile update.

The layer is built once for each step that can be left out, and once whole; every one answers the same request, its
instructions counted by valgrind. Needs valgrind.
"""

from __future__ import annotations

import dataclasses
import os
import shutil
from pathlib import Path

from bench import cold, contenders
from bench.contenders import WORK, Field
from bench.stage import stage
from layer_build import layer, steps
from layer_build.packages import NATIVE


def main() -> None:
    if not shutil.which(cold.COUNTING[0]):
        raise SystemExit("Instructions are counted by valgrind, which is not installed.")
    field = contenders.prepare()
    update = contenders.profile_updates()[0]
    whole = 0.0
    with stage() as place:
        for left_out in ((), *((step,) for step in steps.ALL)):
            ours = dataclasses.replace(field.ours, path=_layer_without(field, left_out))
            place.restore()
            answer, instructions = cold.start(place, field, ours, [update], cold.COUNTING)
            assert answer["answers"][0]["statusCode"] == 200, answer
            whole = whole or instructions
            size = sum(path.stat().st_size for path in Path(ours.path).rglob("*")) / 1e6
            step = f"without {left_out[0]}" if left_out else "whole"
            print(
                f"{step:24} {instructions:6.0f} Mi {instructions - whole:+6.0f}   {size:5.1f} MB unpacked", flush=True
            )


def _layer_without(field: Field, left_out: tuple[str, ...]) -> str:
    artifacts = WORK / "-".join(["layer-without", *left_out])
    layer.build(artifacts, field.minor, NATIVE, steps.without(left_out))
    return os.fspath(artifacts / "python")


if __name__ == "__main__":
    main()
