"""Whether everybody does the same work: the answers to one request are equal but for what each run makes anew."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from bench.cold import start
from bench.contenders import Contender, Field
from bench.stage import Stage

RANDOM_ID = re.compile(r"[0-9a-f]{32}")


def check(stage: Stage, field: Field, contenders: Sequence[Contender], event: Mapping[str, Any]) -> None:
    """Raises RuntimeError naming who answers otherwise than this project."""
    stage.restore()
    answers = {
        contender.name: _seen(start(stage, field, contender, [event])[0]["answers"][0]) for contender in contenders
    }
    ours = answers[field.ours.name]
    for name, answer in answers.items():
        members = sorted(answer.keys() | ours.keys())
        if other := [
            (member, answer.get(member), ours.get(member))
            for member in members
            if answer.get(member) != ours.get(member)
        ]:
            raise RuntimeError(f"{name} answers otherwise (member, its value, ours): {other}")


def _seen(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a caller sees, but for ids of new addresses and the version, which each keeps in a row of its own."""
    many = {name: values[-1] for name, values in (answer.get("multiValueHeaders") or {}).items()}
    headers = {name.lower(): value for name, value in {**many, **(answer.get("headers") or {})}.items()}
    tag = json.loads(base64.b64decode(headers["etag"].strip('"')))
    return {
        "status": answer["statusCode"],
        **json.loads(RANDOM_ID.sub("new", answer["body"])),
        "type": headers["content-type"].partition(";")[0],
        "cache": headers["cache-control"],
        "tag": [tag["uri"], tag["user"], tag["hash"].partition(".")[0], type(tag["version"])],
    }
