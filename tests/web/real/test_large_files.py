"""Files of 200 MB pass through the client in TypeScript in constant memory: Node and Chromium."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from meldpunt.client import NewFile, listed_files
from meldpunt.client.files.sealed_file import DiskFile
from tests.support.alone import alone
from tests.web.browser import open_browser
from tests.web.client import WRITTEN, submit, web_client
from tests.web.office import WebOffice
from tests.web.pages import ask

MIB: Final = 1 << 20
SIZE: Final = 200 * MIB + 12_345
MOST: Final = 64 * MIB
"""What may be held more than before: some pieces of at most 4 MiB. Garbage does not count."""
BLOCK: Final = bytes(i % 251 for i in range(MIB))


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("source") / "large.bin"
    with path.open("wb") as file:
        for _ in range(SIZE // MIB):
            file.write(BLOCK)
        file.write(BLOCK[: SIZE % MIB])
    return path


def digest(path: Path) -> str:
    """Return the hash of a file that is not read at once."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_constant(watched: dict[str, int]) -> bool:
    """Whether memory was looked at often enough, and held little."""
    return watched["looks"] > 5 and watched["grown"] < MOST


def is_told(told: list[float]) -> bool:
    """Whether progress was told often, in order, to the end."""
    return len(told) > 40 and told == sorted(told) and told[-1] == 1


async def send_by_handler(office: WebOffice, source: Path) -> None:
    """Let a handler send a file to the one report in the inbox."""
    handler = office.handlers[0]
    files = handler.files(await office.read())
    [sealed] = await files.seal([NewFile(DiskFile.at(source), "large.bin", "video/mp4")])
    await files.begin(sealed)
    await files.upload(sealed)
    thread = await office.read()
    attachments = [sealed.attachment]
    await handler.send(
        thread, handler.seal(thread, "Zie hier.", language="nl", attachments=attachments)
    )


async def save_by_handler(office: WebOffice, target: Path) -> None:
    """Let a handler save the one file of the report."""
    thread = await office.read()
    [listed] = listed_files(thread)
    await office.handlers[0].files(thread).download(listed, target)


@pytest.fixture(autouse=True)
def _alone() -> Iterator[None]:
    """Leave the disk to these tests: beside them a page is told that its host's answer is none."""
    with alone("large-files"):
        yield


async def test_node_carries_200_megabytes_both_ways_in_constant_memory(
    office: WebOffice, source: Path, tmp_path: Path
) -> None:
    with web_client() as client:
        client.do("open", address=office.address)
        receipt = submit(client, readers=office.ids(0))
        client.do("visit", receipt=receipt)
        file = {"path": str(source), "name": "large.bin", "mediaType": "video/mp4"}
        done = client.do("attachLarge", files=[file])
        assert is_constant(done)
        assert is_told([reached / of for reached, of in done["told"]])
        client.do("reply", reply={**WRITTEN, "attachments": done["attachments"]})
        await save_by_handler(office, tmp_path / "saved")
        assert digest(tmp_path / "saved") == digest(source)
        await send_by_handler(office, source)
        client.do("visit", receipt=receipt)
        (tmp_path / "pieces").mkdir()
        path, pieces = str(tmp_path / "received"), str(tmp_path / "pieces")
        done = client.do("downloadLarge", path=path, pieces=pieces)
        assert is_constant(done)
        assert is_told([reached / of for reached, of in done["told"]])
    assert digest(tmp_path / "received") == digest(source)


async def test_chromium_carries_200_megabytes_both_ways_in_constant_memory(
    office: WebOffice, page_port: int, source: Path, tmp_path: Path
) -> None:
    with open_browser("chromium") as browser:
        tab = browser.open(f"http://127.0.0.1:{page_port}/")
        ask(tab, "open", address=office.address)
        made = ask(tab, "prepare", text="Ik stuur een film.", readers=office.ids(0))
        ask(tab, "send")
        ask(tab, "visit", receipt=made["receipt"])
        ask(tab, "file", size=SIZE)
        tab.do("watchMemory")
        told = ask(tab, "attach")
        assert is_constant(tab.do("memory"))
        assert is_told(told)
        await save_by_handler(office, tmp_path / "saved")
        assert digest(tmp_path / "saved") == digest(source)
        await send_by_handler(office, source)
        ask(tab, "visit", receipt=made["receipt"])
        tab.do("watchMemory")
        received = ask(tab, "download")
        assert is_constant(tab.do("memory"))
        assert is_told(received["told"])
        end = (BLOCK[: SIZE % MIB])[-10:]
        assert (received["size"], bytes(received["last"])) == (SIZE, end)
