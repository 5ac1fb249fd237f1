"""Records of the sample store whose secrets anybody can read: passwords, authenticators' secrets, gift card numbers.

They are marked with the member ``sample``. On the internet they would be open doors, one of them an administrator's, so
that the loader takes them on the local cloud only. No option takes them elsewhere.
"""

from __future__ import annotations

from typing import Final

from backoffice.book import Book
from backoffice.records import Record

FILES: Final = ("users.json", "shoppers.json", "giftCards.json")


def check_sample(record: Record, book: Book) -> None:
    """A record that is marked is an error, unless the stack is on this machine."""
    if not book.deployment.is_local and record.value.get("sample"):
        record.wrong(
            "a sample, whose secrets are public: only the local cloud takes it. Nothing was loaded. "
            "Leave the record out, or give it secrets of its own and remove `sample`"
        )
