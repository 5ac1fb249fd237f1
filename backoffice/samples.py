"""Records of the sample store whose secrets anybody can read: passwords, authenticators' secrets, gift card numbers.

They are marked with the member ``sample``. On the internet they would be open doors, one of them an administrator's, so
that the loader takes them on the local cloud only. No option takes them elsewhere.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from backoffice.records import read_records

FILES: Final = ("users.json", "shoppers.json", "giftCards.json")


def refuse_samples(directory: Path) -> None:
    """Raises BadData at the first record that is marked."""
    for file in (directory / name for name in FILES):
        if not file.is_file():
            continue
        for record in read_records(file):
            if record.value.get("sample"):
                raise record.bad(
                    "a sample, whose secrets are public: only the local cloud takes it. Nothing was loaded. "
                    "Leave the record out, or give it secrets of its own and remove `sample`"
                )
