"""Stops the local cloud. Needs nothing but Python, so that it works where nothing is installed."""

import shutil

from local.cloud import LOCAL_CLOUD
from local.workspace import ENVIRONMENT_FILE, STACK_FILE, STATE, alone, say


def down() -> None:
    """Stops the local cloud; nothing of it is left running, and its files are gone but for builds and logs."""
    if not STATE.exists():
        say("no cloud was running")
        return
    with alone():
        say("cloud stopped" if LOCAL_CLOUD.stop() else "no cloud was running")
        for file in (STACK_FILE, ENVIRONMENT_FILE):
            file.unlink(missing_ok=True)
        shutil.rmtree(STATE / "tmp", ignore_errors=True)
