"""Prints one digest of all that the layer is built from: `python3 source_digest.py`.

Each function's package holds it. SAM publishes a version of a function when its package changes, and callers reach
functions by the version that was published last: without it they would keep the layer of the time before.
"""

import hashlib
from pathlib import Path

HERE = Path(__file__).resolve().parent


def digest() -> str:
    """Hexadecimal SHA-256 over names and contents."""
    files = [
        HERE.parent.parent / "requirements" / "layer.txt",
        *sorted(HERE.glob("*.py")),
        *sorted((HERE / "stand_ins").rglob("*.py")),
        *sorted(path for path in (HERE / "commerce").rglob("*") if path.is_file() and path.suffix != ".pyc"),
    ]
    whole = hashlib.sha256()
    for file in files:
        whole.update(f"{file.name}\n{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()


if __name__ == "__main__":
    print(digest())
