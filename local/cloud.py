"""Starts and stops the local cloud: MiniStack, the emulator, behind local/front.py."""

import os
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from local.process import LOOPBACK, Background, can_bind, is_taken
from local.workspace import CLOUD_PYTHON, REGION, ROOT, STATE, StepFailedError, say, write_json

FRONT = ROOT / "local" / "front.py"
LOOPBACK_6 = "::1"


@dataclass(frozen=True)
class Cloud:
    """One emulator of the project; its process and files are called after it.

    host: the address that it listens on; of the loopback interface the address of IPv6 too, since that is what some
    programs take `localhost` for. Nothing else.
    services: the parts of AWS that are asked for.
    enforces_roles: whether callers may do only what their roles say, as on AWS.
    """

    name: str
    services: str
    host: str = LOOPBACK
    enforces_roles: bool = True

    def start(self, port: int, *, https: bool = False) -> str:
        """Starts the cloud, or finds it running; returns its endpoint.

        https: answer HTTPS as well, on the next port, with a certificate of our own making.
        Raises StepFailedError when a port is taken or the emulator does not come up.
        """
        if known := self._process.facts():
            if known["port"] != port or (https and not known.get("httpsPort")):
                told = f", {known['httpsPort']} for HTTPS" if known.get("httpsPort") else ", without HTTPS"
                raise StepFailedError(
                    f"The local cloud runs already, on port {known['port']}{told}: `make down` ends it."
                )
            self._process.wait_until(lambda: self._is_healthy(port))
            return self.endpoint(port)
        hosts = [self.host]
        if self.host == LOOPBACK and can_bind(LOOPBACK_6):
            hosts.append(LOOPBACK_6)
        wanted = {"port": port, "httpsPort": port + 1} if https else {"port": port}
        for number in wanted.values():
            if any(is_taken(host, number) for host in hosts):
                raise StepFailedError(f"Port {number} is in use by another program. Choose one: PORT={port + 2}.")
        began = time.monotonic()
        self._stage_file.unlink(missing_ok=True)
        command: list[str | Path] = [CLOUD_PYTHON, "-P", FRONT, "--stage-file", self._stage_file]
        command += [f"--bind={_bound(host, port)}" for host in hosts]
        if https:
            command += [f"--bind-https={_bound(host, port + 1)}" for host in hosts]
            from local import certificate  # noqa: PLC0415  a library, where all else here needs none

            files = certificate.make()
            command += ["--certificate", files.certificate, "--key", files.key]
        self._process.start(command, self._environment(port), lambda: self._is_healthy(port), **wanted)
        say(f"cloud started on port {port}: {time.monotonic() - began:.1f} s")
        return self.endpoint(port)

    def show(self, stage_path: str) -> None:
        """Lets the front answer for the deployed API that lies at this path of the emulator."""
        write_json(self._stage_file, {"path": stage_path})

    def stop(self) -> bool:
        """Ends the cloud and its functions' workers; says whether there was one."""
        return self._process.stop()

    def is_running(self) -> bool:
        """Whether a cloud started here is up."""
        return self._process.facts() is not None

    def address(self) -> str:
        """What stands before /ccstore/v1/… for a storefront: of the running cloud, HTTPS where it answers that."""
        known = self._process.facts() or {}
        return (
            f"https://localhost:{known['httpsPort']}" if "httpsPort" in known else f"http://localhost:{known['port']}"
        )

    def endpoint(self, port: int) -> str:
        """The URL that AWS clients are pointed at."""
        return f"http://{self.host}:{port}"

    def instance(self) -> str:
        """Tells one start of the cloud from another: it forgets everything in between."""
        return self._process.instance()

    @property
    def _stage_file(self) -> Path:
        return STATE / f"{self.name}-stage.json"

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


def _bound(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


# What the template uses, and what SAM needs to deploy it.
LOCAL_CLOUD = Cloud("ministack", "apigateway,cloudformation,cloudwatch,dynamodb,iam,lambda,logs,s3,secretsmanager,sts")
