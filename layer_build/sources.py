"""Where the layer is made from."""

from pathlib import Path

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent
PACKAGE = PROJECT / "layers" / "commerce" / "commerce"
REQUIREMENTS = PROJECT / "requirements" / "layer.txt"


def layer_sources() -> list[Path]:
    """Every file that can change what is in the layer."""
    own = [path for path in PACKAGE.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    return [REQUIREMENTS, *sorted(HERE.glob("*.py")), *sorted(own)]
