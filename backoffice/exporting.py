"""Writing what a stack holds as a store's files, which the loader reads."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

from tqdm import tqdm

from backoffice.checking import CHECKS, OBJECTS
from backoffice.findings import BadData
from backoffice.records import LINES
from backoffice.stored import Source
from commerce.exact_json import JsonObject, dumps

# From there on a file is JSON Lines, which is read and written a record at a time.
LARGE: Final = 10_000


def export_store(
    source: Source,
    directory: Path,
    kinds: Iterable[str] = tuple(CHECKS),
    *,
    progress: bool = False,
    large: int = LARGE,
) -> dict[str, int]:
    """Write the files of the kinds that the stack has records of; the number of records of each file.

    The folder may hold none of these files. Each file stands whole or not at all, readable by its owner alone. What
    names others is read before what it names, so that a store in use is exported without loose ends.
    Raises BadData for a file that is there.
    """
    wanted = [kind for kind in CHECKS if kind in set(kinds)]
    directory.mkdir(parents=True, exist_ok=True)
    for kind in wanted:
        for file in (directory / f"{kind}.json", directory / f"{kind}{LINES}"):
            if file.exists():
                raise BadData(f"{file} is there already: export into an empty folder")
    counts: dict[str, int] = {}
    for kind in reversed(wanted):
        names = list(source.stored(kind).rows)
        if not names:
            continue
        suffix = LINES if len(names) >= large and kind not in OBJECTS else ".json"
        file = directory / f"{kind}{suffix}"
        with (
            whole(file) as opened,
            tqdm(desc=file.name, unit=" records", total=len(names), disable=not progress) as bar,
        ):
            write_records(opened, _records(source, kind, names, bar.update), kind, suffix)
        counts[file.name] = len(names)
        source.forget(kind)
    return dict(sorted(counts.items()))


def _records(source: Source, kind: str, names: Iterable[str], advance: Callable[[int], object]) -> Iterator[JsonObject]:
    stored = source.stored(kind)
    for name in names:
        record = stored.record(name)
        if record is not None:
            yield record
        advance(1)


def write_records(opened: IO[str], records: Iterable[JsonObject], kind: str, suffix: str) -> None:
    """A record a line, whatever the form, so that versions of a file can be compared."""
    if kind in OBJECTS or suffix == LINES:
        opened.writelines(f"{dumps(record)}\n" for record in records)
    else:
        opened.write("[")
        for number, record in enumerate(records):
            opened.write(f"{',' if number else ''}\n{dumps(record)}")
        opened.write("\n]\n")


@contextmanager
def whole(file: Path) -> Iterator[Any]:
    """A file to write that stands whole or not at all, readable by its owner alone."""
    unfinished = file.with_name(f"{file.name}.part")
    # It may hold personal data, and numbers of gift cards.
    descriptor = os.open(unfinished, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
            yield opened
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
