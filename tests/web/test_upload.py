"""The real tus-js-client uploads to a real host, through lost connections and a killed server."""

import asyncio
import json
import os
import subprocess
from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from meldpunt.protocol.keys import SigningKey
from meldpunt.protocol.verify import ids
from meldpunt.server import commands
from meldpunt.server.clock import TimeSource
from meldpunt.server.store.blobs.blob_store import MARK
from meldpunt.wire.problems import ProblemType
from tests.support.correspondence import Correspondence
from tests.support.faulty_proxy import FaultyProxy
from tests.support.office import Office
from tests.support.process import ADDRESS, HostProcess, free_port, serving
from tests.support.publishing import publish
from tests.support.uploads import Upload
from tests.web import node

CHUNK: Final = 256 * 1024
SIZE: Final = 3_145_728 + 24 + 48 * 17
"""Ciphertext of a file of 3 MiB."""
RETRY: Final = [200] * 1500
"""Milliseconds between attempts: five minutes, for a host takes some seconds to start."""


@pytest.fixture(scope="module", autouse=True)
def _packages() -> None:
    node.install()


@dataclass
class Scene:
    """A host with a report, a file to upload, and the proxy between."""

    host: HostProcess
    proxy: FaultyProxy
    talk: Correspondence
    data: bytes
    http: httpx.AsyncClient

    @property
    def upload(self) -> Upload:
        """The same upload as this side would make it."""
        attachment = ids.AttachmentId(bytes(range(16)))
        return Upload(self.talk.reporter, "/v1/report", self.data, attachment)

    def client(self, key: SigningKey | None = None, **changes: Any) -> "Client":  # noqa: ANN401 (any option)
        file = self.host.folder / "ciphertext"
        file.write_bytes(self.data)
        options = {
            "origin": self.proxy.origin,
            "path": self.upload.path,
            "seed": (key or self.talk.keys.signing).seed.hex(),
            "file": str(file),
            "chunkSize": CHUNK,
            "retryDelays": RETRY,
        }
        return Client(options | changes)


class Client:
    """tus-js-client in a process of its own."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.process = subprocess.Popen(
            [node.BIN / "node", "upload.js"],
            cwd=node.TESTS,
            env={**os.environ, "PATH": f"{node.BIN}{os.pathsep}{os.environ.get('PATH', '')}"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(options))
        self.process.stdin.close()

    async def says(self) -> AsyncIterator[dict[str, Any]]:
        """Give what it says, line by line, until it ends."""
        with self.process:  # which closes its pipes, and waits
            assert self.process.stdout is not None
            while line := await asyncio.to_thread(self.process.stdout.readline):
                yield json.loads(line)
            assert self.process.stderr is not None
            assert not (failure := self.process.stderr.read()), failure

    async def end(self) -> dict[str, Any]:
        """Wait until it has succeeded or given up."""
        return [said async for said in self.says()][-1]


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    proxy = FaultyProxy(port=free_port())
    direct = f"http://{ADDRESS}:{proxy.port}"
    origins = (direct, proxy.origin)
    with ExitStack() as stack:
        process = serving(tmp_path, port=proxy.port, origins=origins)
        host = await asyncio.to_thread(stack.enter_context, process)
        stack.enter_context(proxy.open())
        invite = await asyncio.to_thread(commands.create_invite, host.settings)
        today = TimeSource().today()
        office = Office.make_on(today, origin=direct)
        async with httpx.AsyncClient(base_url=direct, timeout=100) as http:
            await publish(http, direct, office, invite)
            readers = office.readers(0, 1)
            talk = Correspondence(office, http, direct, lambda: today, readers)
            await talk.submit()
            yield Scene(host, proxy, talk, os.urandom(SIZE), http)


async def arrives(scene: Scene) -> None:
    """Check that a handler gets what was uploaded, once a message lists it."""
    await scene.talk.reporter_says(attachments=(scene.upload.id,))
    place = scene.talk.entry(0)
    asked = Upload(scene.talk.handler(0), place, scene.data, scene.upload.id)
    answer = await asked.fetch()
    assert answer.status_code == 200
    assert answer.content == scene.data


def kept_bytes(scene: Scene) -> int:
    """Return how much of attachments lies in the host's folder."""
    folder = Path(str(scene.host.settings.attachments))
    return sum(path.stat().st_size for path in folder.iterdir() if path.name != MARK)


async def test_it_uploads_to_the_end(scene: Scene) -> None:
    ended = await scene.client().end()
    assert ended == {"url": scene.proxy.origin + scene.upload.path}
    await arrives(scene)


async def test_it_goes_on_after_a_lost_connection(scene: Scene) -> None:
    client = scene.client()
    cuts, ended = 0, {}
    async for said in client.says():
        if cuts < 3 and said.get("accepted", 0) < SIZE:
            cuts += 1
            scene.proxy.cut_after = CHUNK // 2
        ended = said
    assert cuts == 3
    assert ended == {"url": scene.proxy.origin + scene.upload.path}
    await arrives(scene)
    assert kept_bytes(scene) == SIZE  # nothing of what broke off


async def test_it_goes_on_after_the_host_was_killed(scene: Scene) -> None:
    client = scene.client()
    kills, ended = 0, {}
    async for said in client.says():
        if kills < 2 and said.get("accepted", 0) < SIZE:
            kills += 1
            await asyncio.to_thread(scene.host.kill)
            await asyncio.to_thread(scene.host.start_again)
        ended = said
    assert kills == 2
    assert ended == {"url": scene.proxy.origin + scene.upload.path}
    await arrives(scene)
    assert kept_bytes(scene) <= SIZE + kills * CHUNK  # noted, and erased when two days have passed


async def test_it_goes_on_in_another_process(scene: Scene) -> None:
    scene.proxy.cut_after = 2 * CHUNK
    broken = await scene.client(retryDelays=[]).end()
    assert broken == {"status": None, "problem": None}
    offset = int((await scene.upload.tell()).headers["upload-offset"])
    assert 0 < offset < SIZE
    ended = await scene.client(resume=True).end()
    assert ended == {"url": scene.proxy.origin + scene.upload.path}
    await arrives(scene)


async def test_it_is_refused_names_and_another_key(scene: Scene) -> None:
    named = await scene.client(metadata={"filename": "evidence.pdf"}, retryDelays=[]).end()
    assert named["status"] == 400
    assert "evidence" not in named["problem"]
    stranger = await scene.client(SigningKey.from_seed(os.urandom(32)), retryDelays=[]).end()
    assert stranger["status"] == 404
    wrong = await scene.client(headers={"Upload-Checksum": "sha1 AAAA"}, retryDelays=[]).end()
    assert wrong["status"] == 460
    assert json.loads(wrong["problem"])["type"] == ProblemType.CHECKSUM_MISMATCH.uri
