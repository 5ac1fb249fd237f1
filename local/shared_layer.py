"""One copy of the built layer for all processes of the local cloud's functions.

The emulator unpacks a function's layers for each process that it starts: 10 MB and a fifth of a second every time. What
is deployed as the layer therefore only leads to a folder in `.local/layers`, by a file that Python reads where a layer
has its packages. The folder is called after what it holds: another layer has another one, processes of the former keep
theirs, and what is deployed changes when the layer does.
"""

import os
import shutil
from pathlib import Path

from local.workspace import STATE

SHARED = STATE / "layers"
LEADING = "leading"


def share(packages: Path, digest: str, minor: str, shared: Path = SHARED) -> Path:
    """Returns the layer to be deployed in place of the one with these packages, for Python `minor`."""
    own, leading = shared / digest, shared / LEADING
    if not own.exists():
        unfinished = own.with_suffix(".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(packages, unfinished, copy_function=os.link)
        unfinished.rename(own)
    shutil.rmtree(leading, ignore_errors=True)
    site = leading / "python" / "lib" / f"python{minor}" / "site-packages"
    site.mkdir(parents=True)
    # In front of the packages of the emulator's own interpreter, as the layer's would stand.
    (site / "shared.pth").write_text(f"import sys; sys.path.insert(0, {str(own)!a})\n", encoding="utf-8")
    return leading


def remove_others(digest: str, shared: Path = SHARED) -> None:
    """Removes what nothing that is deployed leads to any longer."""
    for folder in shared.iterdir():
        if folder.name not in {digest, LEADING}:
            shutil.rmtree(folder)
