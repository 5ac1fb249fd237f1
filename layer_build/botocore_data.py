"""Cuts botocore's data down to the calls that the layer makes.

botocore ships the models of some 400 services and reads them, with the endpoints of all of them, when a client is made;
parsing them costs more than everything else in a cold start. What stays says the same about the operations kept, so a
client signs and sends exactly what it would have sent (tests/infrastructure/test_botocore_data.py).
"""

import gzip
import json
import shutil
from pathlib import Path
from typing import Any

OPERATIONS = {
    "dynamodb": (
        "BatchGetItem",
        "DeleteItem",
        "GetItem",
        "PutItem",
        "Query",
        "TransactWriteItems",
        "UpdateItem",
    ),
    "secretsmanager": ("GetSecretValue",),
}
# Of these shapes nothing else is sent or read. A client looks for each member of a shape in every answer.
MEMBERS = {
    "AttributeValue": ("S", "N", "B", "M", "BOOL"),  # commerce.storage.items
    "ConsumedCapacity": ("CapacityUnits",),
    "GetSecretValueResponse": ("SecretString",),
}
# Without a value, or switched off by storage's `client_config`, so that no endpoint depends on them. A client asks for
# each of them before every request.
UNSET_PARAMETERS = {"AccountId", "AccountIdEndpointMode", "IsSearchOperation", "ResourceArn", "ResourceArnList"}
SHARED_FILES = ("_retry.json", "partitions.json", "sdk-default-configuration.json")


def cut(source: Path, target: Path) -> None:
    """Writes the part of botocore's folder `source` ("…/botocore/data") that OPERATIONS need to `target`, uncompressed.

    Raises FileNotFoundError or KeyError when botocore no longer holds what is expected of it.
    """
    for name in SHARED_FILES:
        _write(target / name, _read(source / name))
    endpoints = _read(source / "endpoints.json")
    for partition in endpoints["partitions"]:
        partition["services"] = {name: v for name, v in partition["services"].items() if name in OPERATIONS}
    _write(target / "endpoints.json", endpoints)
    for service, operations in OPERATIONS.items():
        newest = max(path for path in (source / service).iterdir() if path.is_dir())
        kept = target / service / newest.name
        _write(kept / "service-2.json", _cut_service(_read(newest / "service-2.json"), operations))
        _write(kept / "endpoint-rule-set-1.json", _cut_rule_set(_read(newest / "endpoint-rule-set-1.json")))


def replace(package: Path) -> None:
    """Puts the cut data in the place of the full one in an installed botocore at `package`."""
    full = package / "data.full"
    (package / "data").rename(full)
    cut(full, package / "data")
    shutil.rmtree(full)


def _cut_service(model: dict[str, Any], operations: tuple[str, ...]) -> dict[str, Any]:
    model["operations"] = {name: model["operations"][name] for name in operations}
    for name in MEMBERS.keys() & model["shapes"].keys():
        shape = model["shapes"][name]
        shape["members"] = {member: place for member, place in shape["members"].items() if member in MEMBERS[name]}
    kept: set[str] = set()
    reached = set(_shape_names(model["operations"]))
    while reached:
        kept |= reached
        reached = set(_shape_names([model["shapes"][name] for name in reached])) - kept
    model["shapes"] = {name: shape for name, shape in model["shapes"].items() if name in kept}
    cut_model: dict[str, Any] = _without_documentation(model)
    return cut_model


def _cut_rule_set(rule_set: dict[str, Any]) -> dict[str, Any]:
    parameters = {name: parameter for name, parameter in rule_set["parameters"].items() if name not in UNSET_PARAMETERS}
    cut_rules: dict[str, Any] = _without_documentation({**rule_set, "parameters": parameters})
    return cut_rules | {"rules": _applicable(cut_rules["rules"])}


def _applicable(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rules that do not ask for one of UNSET_PARAMETERS to have a value."""
    kept = [rule for rule in rules if not UNSET_PARAMETERS & set(_references(rule["conditions"]))]
    return [rule | ({"rules": _applicable(rule["rules"])} if "rules" in rule else {}) for rule in kept]


def _references(node: Any) -> list[str]:
    """Every parameter that conditions refer to."""
    if isinstance(node, list):
        return [name for item in node for name in _references(item)]
    if not isinstance(node, dict):
        return []
    return [node["ref"]] if "ref" in node else [name for item in node.values() for name in _references(item)]


def _shape_names(node: Any) -> list[str]:
    """Every shape that an operation or a shape refers to."""
    if isinstance(node, list):
        return [name for item in node for name in _shape_names(item)]
    if not isinstance(node, dict):
        return []
    own = [node["shape"]] if isinstance(node.get("shape"), str) else []
    return own + [name for item in node.values() for name in _shape_names(item)]


def _without_documentation(node: Any) -> Any:
    if isinstance(node, list):
        return [_without_documentation(item) for item in node]
    if isinstance(node, dict):
        # a shape may have a member called documentation: only texts go
        return {
            key: _without_documentation(item)
            for key, item in node.items()
            if not (key in {"documentation", "documentationUrl"} and isinstance(item, str))
        }
    return node


def _read(path: Path) -> Any:
    packed = path.with_name(path.name + ".gz")
    return json.loads(path.read_bytes() if path.exists() else gzip.decompress(packed.read_bytes()))


def _write(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, separators=(",", ":"), ensure_ascii=False), encoding="utf-8")
