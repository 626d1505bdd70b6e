"""Files between the client in TypeScript and handlers in Python, over connections that break."""

import os
from pathlib import Path

from meldpunt.client import NewFile, listed_files
from meldpunt.client.files.sealed_file import DiskFile
from tests.support.faulty_proxy import FaultyProxy
from tests.web.client import WRITTEN, WebClient, fails, submit
from tests.web.office import PAGE, WebOffice

SIZES = (3_000_000, 0, 70_001)


def on_disk(folder: Path, size: int) -> Path:
    path = folder / f"source-{size}"
    path.write_bytes(os.urandom(size))
    return path


def _has_cut(proxy: FaultyProxy) -> bool:
    return proxy.cut_after is None


async def test_a_handler_saves_what_typescript_attaches_over_a_broken_connection(
    office: WebOffice, client: WebClient, proxy: FaultyProxy, tmp_path: Path
) -> None:
    client.do("open", address=office.address, page=PAGE, limits={"patience": [1] * 7})
    client.do("visit", receipt=submit(client, readers=office.ids(0)))
    files = [
        {"path": str(on_disk(tmp_path, size)), "name": f"{size}.jpg", "mediaType": "image/jpeg"}
        for size in SIZES
    ]
    proxy.cut_after = 600_000
    done = client.do("attach", files=files)
    assert _has_cut(proxy)  # the connection broke in the middle of a piece
    assert all(told[0] <= told[1] for told in done["told"])
    client.do("reply", reply={**WRITTEN, "attachments": done["attachments"]})
    thread = await office.read()
    listed = list(listed_files(thread))
    assert [file.attachment.name for file in listed] == [f"{size}.jpg" for size in SIZES]
    for file, size in zip(listed, SIZES, strict=True):
        target = tmp_path / f"saved-{size}"
        await office.handlers[0].files(thread).download(file, target)
        assert target.read_bytes() == (tmp_path / f"source-{size}").read_bytes()


async def test_typescript_saves_what_a_handler_sends(
    office: WebOffice, client: WebClient, tmp_path: Path
) -> None:
    client.do("open", address=office.address, page=PAGE)
    receipt = submit(client, readers=office.ids(0))
    handler, source = office.handlers[0], on_disk(tmp_path, SIZES[0])
    files = handler.files(await office.read())
    [sealed] = await files.seal([NewFile(DiskFile.at(source), "brief.pdf", "application/pdf")])
    await files.begin(sealed)
    await files.upload(sealed)
    draft = handler.seal(
        await office.read(), "Zie de brief.", language="nl", attachments=[sealed.attachment]
    )
    await handler.send(await office.read(), draft)
    client.do("visit", receipt=receipt)
    target = tmp_path / "saved"
    told = client.do("download", path=str(target))
    assert told == {"name": "brief.pdf", "mediaType": "application/pdf", "size": SIZES[0]}
    assert target.read_bytes() == source.read_bytes()
    client.do("tamper", how="file")
    assert fails(client, "download", path=str(target))["reason"] == "attachment-digest"
    client.do("tamper", how="short-file")
    assert fails(client, "download", path=str(target))["code"] == "answer"


async def test_a_name_that_readers_would_refuse_is_refused_before_a_byte(
    office: WebOffice, client: WebClient, tmp_path: Path
) -> None:
    client.do("visit", receipt=submit(client, readers=office.ids(0)))
    client.do("fail", at=1000, how="request")
    path = str(on_disk(tmp_path, 10))
    for name, kind in (("../x", "image/png"), ("x", "IMAGE/PNG"), ("a\u202eb", "image/png")):
        file = {"path": path, "name": name, "mediaType": kind}
        assert fails(client, "attach", files=[file])["reason"] == "payload"
    assert client.do("requests") == []
