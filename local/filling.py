"""Fills the local cloud, which its environment leads to: `python -m local.filling FOLDER [ORIGIN ...]`.

Loads the files of a store and prints a new key of the sample application, whose former key ends; all else that it says
goes to standard error. One process does both, since Python reads the operator's commands for longer than they work.
"""

import contextlib
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from backoffice.commands import run
from backoffice.configuration import ConfigurationRecord
from backoffice.findings import Findings
from backoffice.records import object_of
from commerce.settings import DEFAULTS
from local.workspace import LOADED_STORE, STACK_NAME, write_json

CONFIGURATION = "configuration.json"
# Stands for each origin of this machine, whatever its port: local/front.py puts it in the place of a browser's own.
ANY_LOCAL_ORIGIN = "http://localhost"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
SAMPLE_APPLICATION = ("--id", "sample-application", "--name", "Sample application", "--days", "0")


def with_origins(store: Path, origins: Sequence[str]) -> Path:
    """A store's files; in the configuration browsers of `origins` and of this machine may call, besides its own."""
    shutil.rmtree(LOADED_STORE, ignore_errors=True)
    LOADED_STORE.mkdir(parents=True)
    for file in store.iterdir():
        if file.is_file():
            (LOADED_STORE / file.name).symlink_to(file)
    own = LOADED_STORE / CONFIGURATION
    configuration = _configuration(own)
    if configuration is not None:
        own.unlink(missing_ok=True)
        write_json(own, _allowing(dict.fromkeys((ANY_LOCAL_ORIGIN, *origins), ",".join(METHODS)), configuration))
    return LOADED_STORE


def _configuration(file: Path) -> dict[str, Any] | None:
    """Empty where there is none; None where the loader will say what is wrong with it."""
    if not file.exists():
        return {}
    record = object_of(file, Findings())
    return record.value if record and record.check(ConfigurationRecord) else None


def _allowing(allowed: Mapping[str, str], configuration: Mapping[str, Any]) -> dict[str, Any]:
    sites = configuration.get("sites") or {DEFAULTS.default_site: {}}
    return {
        **configuration,
        "sites": {name: {**site, "origins": {**site.get("origins", {}), **allowed}} for name, site in sites.items()},
        **{name: {**configuration.get(name, {}), **allowed} for name in ("adminOrigins", "agentOrigins")},
    }


def main() -> int:
    """The program; returns the exit code of the command that failed, or 0."""
    store, *origins = sys.argv[1:]
    with contextlib.redirect_stdout(sys.stderr):
        code = run(["load", str(with_origins(Path(store), origins)), "--stack", STACK_NAME])
    return code or run(["keys", "create", "--stack", STACK_NAME, *SAMPLE_APPLICATION])


if __name__ == "__main__":
    sys.exit(main())
