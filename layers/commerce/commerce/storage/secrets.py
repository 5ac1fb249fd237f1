"""One secret of Secrets Manager."""

from __future__ import annotations

from collections.abc import Callable

from botocore.session import Session

from commerce.call import TimeBudget
from commerce.storage.remote import TRIES, Remote, StorageFailure, open_client


def secret_reader(
    name: str,
    budget: Callable[[], TimeBudget] = TimeBudget,
    session: Session | None = None,
    *,
    validate_parameters: bool = False,
) -> Callable[[], str]:
    """A function that fetches the secret's current text; the client is made at its first call.

    `budget`: that of the call for which it is fetched. `session`: see `open_client`. The function raises DependencyDown
    when Secrets Manager does not answer in time, StorageFailure when it refuses or the secret is no text.
    """
    remotes: list[Remote] = []
    known: list[str] = []

    def read() -> str:
        if not remotes:
            remotes.append(
                Remote(open_client("secretsmanager", session, validate_parameters=validate_parameters), budget)
            )
        # Whoever has had it before can do without: it is no reason to spend a call's time.
        tries = 1 if known else TRIES
        text: str | None = remotes[0].call("get_secret_value", {"SecretId": name}, tries).get("SecretString")
        if text is None:
            raise StorageFailure("NoText", f"the secret {name} is no text")
        known[:] = [name]
        return text

    return read
