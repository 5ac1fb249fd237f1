"""The events in events/: operation by folder, outcome by file."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
EVENTS = sorted((ROOT / "events").glob("*/*.json"))
STATUSES = {"ok": 200, "invalid": 400, "unauthorised": 401, "unknown_route": 404}

# A token written down once belongs to a login of long ago: its chain of refreshes must not have ended.
SETTINGS = {"SESSION_HOURS": "876000"}


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def function_of(path: Path) -> str:
    """Logical id of the function that an event is for."""
    return path.parent.name.title().replace("_", "") + "Function"
