"""``python -m backoffice VERB``."""

import sys

from backoffice.commands import run

if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
