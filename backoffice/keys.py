"""Application keys and signing keys: ``python -m backoffice.keys COMMAND --stack NAME``.

A new application key is printed once and stored nowhere: keep it. Times are those of this machine, in UTC.
"""

from __future__ import annotations

import argparse
import json
import secrets
import sys
import uuid
from collections.abc import Sequence
from datetime import timedelta

import boto3

from backoffice.deployment import Deployment, find_deployment, stack_argument
from backoffice.records import BadData
from backoffice.writing import write_in_turn
from commerce.call import Api
from commerce.identity.applications import OPEN_APIS, SORT_KEY, Applications
from commerce.identity.keyring import KeyRing
from commerce.identity.tokens import Tokens
from commerce.storage import WriteLost, secret_reader

LONGEST_LIFE_DAYS = 365


def create(deployment: Deployment, application_id: str, name: str, apis: Sequence[Api], days: int | None) -> str:
    """Register an application, or give a known one a new key; the key. `days` None = it never expires.

    Raises BadData when others keep changing it.
    """
    ring = KeyRing(secret_reader(deployment.settings.signing_keys_secret))
    tokens = Tokens(ring, deployment.clock, lambda: uuid.uuid4().hex)
    applications = Applications(deployment.store, deployment.tables.identities)
    life = None if days is None else timedelta(days=days)
    return write_in_turn(
        f"the keys of {application_id}", lambda: applications.register(application_id, name, apis, life, tokens)
    )


def revoke(deployment: Deployment, application_id: str) -> None:
    """Remove an application: its key and all tokens made from it end at once. Raises WriteLost if there is none."""
    Applications(deployment.store, deployment.tables.identities).remove(application_id)


def listing(deployment: Deployment) -> list[str]:
    """One line an application: id, name, APIs."""
    pages = deployment.client.get_paginator("scan").paginate(TableName=deployment.tables.identities)
    items = [item for page in pages for item in page["Items"] if item["sk"]["S"] == SORT_KEY]
    return sorted(f"{item['pk']['S']}  {item['name']['S']}  {item['apis']['S']}" for item in items)


def rotate_signing_key(deployment: Deployment) -> str:
    """Sign with a new key from now on; the former ones go on verifying. The new key's id.

    Functions know the new key within five minutes, at once when they meet a token signed with it.
    """
    client = boto3.client("secretsmanager")
    name = deployment.settings.signing_keys_secret
    ring = json.loads(client.get_secret_value(SecretId=name)["SecretString"])
    kid = f"k{max((int(known[1:]) for known in ring if known[1:].isdecimal()), default=0) + 1}"
    ring |= {"current": kid, kid: secrets.token_urlsafe(48)}
    client.put_secret_value(SecretId=name, SecretString=json.dumps(ring))
    return kid


def retire_signing_keys(deployment: Deployment) -> list[str]:
    """Forget all signing keys but the current one: tokens and application keys signed with them end."""
    client = boto3.client("secretsmanager")
    name = deployment.settings.signing_keys_secret
    ring = json.loads(client.get_secret_value(SecretId=name)["SecretString"])
    kept = {"current": ring["current"], ring["current"]: ring[ring["current"]]}
    client.put_secret_value(SecretId=name, SecretString=json.dumps(kept))
    return sorted(ring.keys() - kept.keys())


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m backoffice.keys", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    new = commands.add_parser("create", help="register an application, or give a known one a new key")
    new.add_argument("--name", required=True, help="what people call the application")
    new.add_argument("--id", default=None, help="id of a known application whose key is to be replaced")
    new.add_argument("--apis", default=",".join(api.value for api in OPEN_APIS), help="comma-separated, default all")
    new.add_argument("--days", type=int, default=LONGEST_LIFE_DAYS, help="life of the key, 1 to 365; 0 = for ever")
    old = commands.add_parser("revoke", help="remove an application and end its key and tokens")
    old.add_argument("--id", required=True)
    every = [new, old, commands.add_parser("list", help="the applications")]
    every.append(commands.add_parser("rotate-signing-key", help="sign tokens with a new key"))
    every.append(commands.add_parser("retire-signing-keys", help="forget all but the current signing key"))
    for command in every:
        stack_argument(command)
    chosen = parser.parse_args(arguments)
    if chosen.command == "create":
        if not 0 <= chosen.days <= LONGEST_LIFE_DAYS:
            parser.error(f"--days: 1 to {LONGEST_LIFE_DAYS}, or 0")
        unknown = set(chosen.apis.split(",")) - {api.value for api in OPEN_APIS}
        if unknown:
            parser.error(f"--apis: {', '.join(sorted(unknown))} takes no application keys")
    try:
        return _run(chosen, find_deployment(chosen.stack))
    except BadData as error:
        print(error, file=sys.stderr)
        return 1


def _run(chosen: argparse.Namespace, deployment: Deployment) -> int:
    match chosen.command:
        case "create":
            application_id = chosen.id or str(uuid.uuid4())
            apis = [Api(name) for name in chosen.apis.split(",")]
            key = create(deployment, application_id, chosen.name, apis, chosen.days or None)
            print(f"application {application_id}; its key, shown only now:", file=sys.stderr)
            print(key)
        case "revoke":
            try:
                revoke(deployment, chosen.id)
            except WriteLost:
                print(f"there is no application {chosen.id}", file=sys.stderr)
                return 1
            print(f"application {chosen.id} is gone")
        case "list":
            print("\n".join(listing(deployment)) or "no applications")
        case "rotate-signing-key":
            print(f"tokens are signed with {rotate_signing_key(deployment)} now")
        case "retire-signing-keys":
            print("forgotten: " + (", ".join(retire_signing_keys(deployment)) or "none"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
