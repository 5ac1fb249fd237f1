"""`python -m local.guard COMMAND...`: Ctrl-C ends the command, and what it started in the background, with one line."""

import sys
from typing import NoReturn

from local.interrupts import leave, raised
from local.process import begin, end_group, running
from local.workspace import say


def main() -> NoReturn:
    """The program; ends with the command's exit code."""
    before = running()
    # In a session of its own: what a terminal sends reaches this program alone, which ends all of it in one way.
    command = begin(sys.argv[1:])
    try:
        with raised():
            sys.exit(command.wait())
    except KeyboardInterrupt:
        end_group(command.pid)
    for program in running():
        if program not in before:
            program.stop()
    print()
    say("stopped")
    leave()


if __name__ == "__main__":
    main()
