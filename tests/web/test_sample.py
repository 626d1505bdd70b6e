"""The sample client: short, on its own, right about the vectors, and understood by a handler."""

import asyncio
import json
import re
import shutil
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from meldpunt.client import Handler, HandlerKeys, Reporter, Transport
from meldpunt.protocol.verify.encoding import decode_base64url
from meldpunt.server import commands
from meldpunt.server.clock import TimeSource
from openapi.generator.kept_wraps import VECTORS
from tests.architecture.tree import ROOT
from tests.support.office import Office
from tests.support.process import serving
from tests.support.publishing import publish
from tests.web import node

SAMPLE: Final = ROOT / "openapi" / "sample"
TEXT: Final = "Zij liet mij 's nachts alleen met veertig bewoners. “Zeg maar niets.” 😀\n"

LEFT_TO_A_WHOLE_CLIENT: Final = {
    "unknown-field",
    "missing-field",
    "number-as-text",
    "number-as-truth",
    "origin-with-path",
    "origin-in-capitals",
    "day-of-another-form",
    "check-in-from-a-reopening",
    "no-check-ins",
    "five-pages",
    "clock-of-receipt-after-acknowledgement",
    "clock-of-receipt-later",
    "clock-of-a-reopening-by-closing",
    "clock-of-a-reopening-no-later",
    "line-with-more-in-a-rotation",
    "line-with-another-function",
}
"""Forms of fields that the sample does not use."""

WORDS_OF_LIBRARIES: Final = ("json-", "public-key", "signature")
"""Beginnings of reasons in whose place the platform or a library has words of its own."""


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """Copy the sample to where it finds the packages of `web/`, as npm would install them."""
    node.install()
    folder = tmp_path / "sample"
    shutil.copytree(SAMPLE, folder)
    (folder / "node_modules").symlink_to(node.WEB / "node_modules")
    return folder


def test_it_is_short_and_needs_noble_alone() -> None:
    packages = json.loads((SAMPLE / "package.json").read_text("utf-8"))["dependencies"]
    pinned = json.loads((node.WEB / "sdk" / "package.json").read_text("utf-8"))["dependencies"]
    assert packages == {name: pinned[name] for name in packages}
    for path in SAMPLE.glob("*.js"):
        text = path.read_text("utf-8")
        assert len(text.splitlines()) <= 200, path.name
        for name in re.findall(r'from "([^"]+)"', text):
            assert name.startswith(("node:", "./", *packages)), name


def _vectors() -> dict[str, dict[str, Any]]:
    files = ("receipt", "ed25519", "strict-json", "line")
    read = [json.loads((VECTORS / f"{name}.json").read_text("utf-8")) for name in files]
    return {vector["name"]: vector for file in read for vector in file["vectors"]}


def _differs(vector: dict[str, Any], found: dict[str, Any]) -> bool:
    if "refused" not in vector:
        output = found.get("output")
        return output is None or not output.items() <= vector["output"].items()
    reason = vector["refused"]
    return found.get("refused") != reason and not (
        "refused" in found and reason.startswith(WORDS_OF_LIBRARIES)
    )


def test_it_gives_what_the_vectors_say(sample: Path) -> None:
    shutil.copy(node.TESTS / "sample-vectors.js", sample)
    found = json.loads(node.run("node", "sample-vectors.js", str(VECTORS), folder=sample))
    vectors = _vectors()
    assert {"keys", "torsion-in-r-8", "proto", "line-rotated", "line-past-grace"} <= found.keys()
    different = {name for name, made in found.items() if _differs(vectors[name], made)}
    assert different == LEFT_TO_A_WHOLE_CLIENT


async def test_a_handler_and_the_reporter_read_what_it_sends(sample: Path, tmp_path: Path) -> None:
    (tmp_path / "host").mkdir()
    (sample / "report.txt").write_text(TEXT, "utf-8")
    today = TimeSource().today()
    with ExitStack() as stack:
        host = await asyncio.to_thread(stack.enter_context, serving(tmp_path / "host"))
        invite = await asyncio.to_thread(commands.create_invite, host.settings)
        async with httpx.AsyncClient(base_url=host.origin, timeout=100) as http:
            receipt_key = decode_base64url((await http.get("/v1/host")).json()["receiptKey"])
            office = Office.make_on(today, origin=host.origin)
            office = office.with_document(receipt_key=receipt_key)
            await publish(http, host.origin, office, invite)
        address = host.origin + office.path
        printed = await asyncio.to_thread(
            node.run, "node", "report.js", address, "nl", "report.txt", folder=sample
        )
        code = re.search(r"code: ([0-9A-Z-]{24})\.", printed)
        assert code is not None
        assert f"Received on {today.isoformat()}." in printed
        async with Transport(host.origin) as transport:
            assert await _read_by_handlers(transport, office) == [TEXT, TEXT]
            visit = await Reporter(transport, office.line).open(code[1])
    assert [message.header.tag.value for message in visit.thread.messages] == ["report"]
    assert visit.thread.alarms == ()


async def _read_by_handlers(transport: Transport, office: Office) -> list[str | None]:
    """Return what each handler reads who has the report in their inbox."""
    texts = []
    for person in office.people:
        keys = HandlerKeys(
            line_id=office.line,
            signing=person.signing,
            chains=(person.chain,),
            statements=person.box_keys(
                person.statement(0, not_before=office.document.signed_on)
            ).box_keys,
        )
        handler = Handler(transport, keys)
        for entry in (await handler.inbox()).entries:
            thread = await handler.read(entry.entry)
            texts.append(thread.messages[0].text)
    return texts
