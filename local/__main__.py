"""The local cloud: `python -m local up|run|down`, behind `make up`, `make run` and `make down`."""

import argparse
import os
import sys
import threading


def main() -> int:
    """The program; returns its exit code: 1 when a step failed or a call was not answered as expected."""
    chosen = _arguments()
    return _down() if chosen.action == "down" else _up(chosen)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local")
    parser.add_argument("action", choices=("up", "run", "down"))
    parser.add_argument("--port", default="")
    parser.add_argument("--https", action="store_true", help="answer HTTPS as well, on the next port")
    parser.add_argument("--once", action="store_true", help="run: end after the calls instead of staying up")
    parser.add_argument("--verbose", action="store_true", help="run: print what is sent and answered")
    return parser.parse_args()


def _down() -> int:
    from local.stop import down  # noqa: PLC0415  needs nothing installed

    down()
    return 0


def _up(chosen: argparse.Namespace) -> int:
    from local import run, stack  # noqa: PLC0415
    from local.cloud import LOCAL_CLOUD  # noqa: PLC0415
    from local.interrupts import leave, raised  # noqa: PLC0415
    from local.stop import down  # noqa: PLC0415
    from local.workspace import StepFailedError, say  # noqa: PLC0415

    was_running = LOCAL_CLOUD.is_running()
    stays = was_running or chosen.action == "up"
    code = 0
    interrupted = False
    try:
        with raised():
            origins = stack.read_origins(os.environ.get("STORE_ORIGINS", ""))
            store = stack.read_store(os.environ.get("STORE", ""), for_calls=chosen.action == "run")
            port = stack.read_port(chosen.port, https=chosen.https)
            deployed = stack.up(port, https=chosen.https, origins=origins, store=store)
            if chosen.action == "run" and run.make_calls(deployed, verbose=chosen.verbose):
                code = 1
            stack.tell(deployed)
            if chosen.action == "up":
                say("`make down` stops it")
            elif not chosen.once:
                say("Ctrl-C ends this; the cloud was running before and stays" if was_running else "Ctrl-C stops it")
                threading.Event().wait()
    except StepFailedError as error:
        print(f"\n{error}", file=sys.stderr)
        code = 1
    except KeyboardInterrupt:
        print()
        stays = was_running
        if stays:
            say("ended; the local cloud was running before and stays")
        interrupted = True
    if not stays and LOCAL_CLOUD.is_running():
        down()
    if interrupted:
        leave()
    return code


if __name__ == "__main__":
    sys.exit(main())
