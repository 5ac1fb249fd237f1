"""The local cloud: `python -m local up|run|down`, behind `make up`, `make run` and `make down`."""

import argparse
import os
import signal
import sys
import threading
from types import FrameType
from typing import NoReturn

DEFAULT_PORT = 4566
HIGHEST_PORT = 65535
INTERRUPTED = 130
INTERRUPTS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> int:
    """The program; returns its exit code: 1 when a step failed or a call was not answered as expected."""
    # Until something is started, Ctrl-C may end this at once.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    chosen = _arguments()
    from local.workspace import StepFailedError  # noqa: PLC0415  what takes time comes after the signal

    try:
        return _down() if chosen.action == "down" else _up(chosen)
    except StepFailedError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local")
    parser.add_argument("action", choices=("up", "run", "down"))
    parser.add_argument("--port", default=str(DEFAULT_PORT))
    parser.add_argument("--https", action="store_true", help="answer HTTPS as well, on the next port")
    parser.add_argument("--once", action="store_true", help="run: end after the calls instead of staying up")
    parser.add_argument("--verbose", action="store_true", help="run: print what is sent and answered")
    chosen = parser.parse_args()
    highest = HIGHEST_PORT - chosen.https
    if not (chosen.port.isascii() and chosen.port.isdigit() and 0 < int(chosen.port) <= highest):
        raise SystemExit(f"PORT={chosen.port}: a port is a whole number from 1 to {highest}.")
    chosen.port = int(chosen.port)
    return chosen


def _down() -> int:
    from local.stop import down  # noqa: PLC0415

    down()
    return 0


def _up(chosen: argparse.Namespace) -> int:
    from local import run, stack  # noqa: PLC0415
    from local.cloud import LOCAL_CLOUD  # noqa: PLC0415
    from local.stop import down  # noqa: PLC0415
    from local.workspace import say  # noqa: PLC0415

    origins = stack.read_origins(os.environ.get("STORE_ORIGINS", ""))
    was_running = LOCAL_CLOUD.is_running()
    stays = chosen.action == "up"
    failed: list[str] = []
    for number in INTERRUPTS:
        signal.signal(number, _interrupt)
    try:
        deployed = stack.up(chosen.port, https=chosen.https, origins=origins)
        if chosen.action == "run":
            failed = run.make_calls(deployed, verbose=chosen.verbose)
        stack.tell(deployed)
        if chosen.action == "run" and not chosen.once:
            say("Ctrl-C stops it" if not was_running else "Ctrl-C ends this; the cloud was running before and stays")
            threading.Event().wait()
    except KeyboardInterrupt:
        print()
        stays = False
        if LOCAL_CLOUD.is_running() and was_running:
            say("ended; the local cloud was running before and stays")
        # Where make was interrupted too, it says so by the way it ends, and a second line would say it again.
        return 0 if "MAKELEVEL" in os.environ else INTERRUPTED
    finally:
        if not (stays or was_running):
            down()
    if stays:
        say("`make down` stops it")
    return 1 if failed else 0


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    """Once: what is to be stopped is stopped then, whatever else is pressed."""
    del number, frame
    for interrupt in INTERRUPTS:
        signal.signal(interrupt, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
