"""Starts and stops MiniStack, the emulator that the local cloud is."""

import os
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from local.process import LOOPBACK, Background, is_taken
from local.workspace import CLOUD_PYTHON, REGION, STATE, StepFailedError, say


@dataclass(frozen=True)
class Cloud:
    """One emulator of the project; its process and log files are called after it.

    host: the address that it listens on, and nothing else.
    services: the parts of AWS that are asked for.
    enforces_roles: whether callers may do only what their roles say, as on AWS.
    """

    name: str
    services: str
    host: str = LOOPBACK
    enforces_roles: bool = True

    def start(self, port: int) -> str:
        """Starts the cloud, or finds it running; returns its endpoint.

        Raises StepFailedError when the port is taken or the emulator does not come up.
        """
        if known := self._process.facts():
            if known["port"] != port:
                raise StepFailedError(f"The local cloud runs on port {known['port']} already: `make down` ends it.")
            self._process.wait_until(lambda: self._is_healthy(port))
            return self.endpoint(port)
        if is_taken(self.host, port):
            raise StepFailedError(f"Port {port} is in use by another program. Choose one: PORT={port + 1}.")
        began = time.monotonic()
        command: list[str | Path] = [CLOUD_PYTHON, "-m", "ministack"]
        self._process.start(command, self._environment(port), lambda: self._is_healthy(port), port=port)
        say(f"cloud started on port {port}: {time.monotonic() - began:.1f} s")
        return self.endpoint(port)

    def stop(self) -> bool:
        """Ends the cloud and its functions' workers; says whether there was one."""
        return self._process.stop()

    def is_running(self) -> bool:
        """Whether a cloud started here is up."""
        return self._process.facts() is not None

    def endpoint(self, port: int) -> str:
        """The URL that AWS clients are pointed at."""
        return f"http://{self.host}:{port}"

    def instance(self) -> str:
        """Tells one start of the cloud from another: it forgets everything in between."""
        return self._process.instance()

    @property
    def _process(self) -> Background:
        return Background(self.name, "The local cloud", "ministack")

    def _environment(self, port: int) -> dict[str, str]:
        """Functions inherit the emulator's environment: it holds nothing but what it needs."""
        scratch = STATE / "tmp"
        scratch.mkdir(parents=True, exist_ok=True)
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(STATE),
            "LANG": "C.UTF-8",
            "TMPDIR": str(scratch),
            "GATEWAY_PORT": str(port),
            "MINISTACK_PORT": str(port),
            "MINISTACK_REGION": REGION,
            "BIND_HOST": self.host,
            "SERVICES": self.services,
            "AUTH": str(self.enforces_roles).lower(),
            "IOT_MTLS_ENABLED": "0",
        }

    def _is_healthy(self, port: int) -> bool:
        try:
            with urllib.request.urlopen(f"{self.endpoint(port)}/_localstack/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


# What the template uses, and what SAM needs to deploy it.
LOCAL_CLOUD = Cloud("ministack", "apigateway,cloudformation,cloudwatch,dynamodb,iam,lambda,logs,s3,secretsmanager,sts")
