"""What a conversion tells: everything of an export that has no place in a store's files, with the reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Remark:
    """`place`: line or record of the file, empty = the file as a whole. `member`: a dotted path, or empty."""

    file: str
    place: str
    name: str
    member: str
    why: str

    def __str__(self) -> str:
        where = ", ".join(part for part in (self.file, self.place) if part)
        shown = f" ({self.name})" if self.name else ""
        return ": ".join(part for part in (f"{where}{shown}", self.member, self.why) if part)


@dataclass
class Report:
    """All remarks of one conversion, in the order they were made."""

    remarks: list[Remark] = field(default_factory=list)

    def add(self, remark: Remark) -> None:
        self.remarks.append(remark)

    def summary(self) -> Iterable[str]:
        """A line for each member and reason of a file, with the first place and how many there are."""
        alike: dict[tuple[str, str, str], list[Remark]] = {}
        for remark in self.remarks:
            alike.setdefault((remark.file, remark.member, remark.why), []).append(remark)
        for first, *others in alike.values():
            yield f"{first}{f' (and {len(others):,} more)' if others else ''}"
