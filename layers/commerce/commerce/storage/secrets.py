"""One secret of Secrets Manager."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import botocore.session
from botocore.exceptions import BotoCoreError, ClientError

from commerce.errors import DependencyDown
from commerce.storage.store import client_config


def secret_reader(name: str, *, validate_parameters: bool = False) -> Callable[[], str]:
    """A function that fetches the secret's current text; the client is made at its first call.

    It raises DependencyDown when Secrets Manager does not answer or refuses.
    """
    clients: list[Any] = []

    def read() -> str:
        if not clients:
            session = botocore.session.get_session()
            config = client_config(validate_parameters=validate_parameters)
            clients.append(session.create_client("secretsmanager", config=config))
        try:
            text: str = clients[0].get_secret_value(SecretId=name)["SecretString"]
        except (ClientError, BotoCoreError) as error:
            raise DependencyDown from error
        return text

    return read
