"""An office in TypeScript and one in Python: the same lines, key files and audits."""

import asyncio
import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from meldpunt.cli.keyfile.contents import LineContent, read_content
from meldpunt.cli.keyfile.keystore import KeyFile
from meldpunt.client import (
    PRESETS,
    Handler,
    HandlerKeys,
    LineAddress,
    LineKeys,
    LineOwner,
    Reporter,
)
from meldpunt.client.keys.randomness import SYSTEM_ENTROPY, utc_today
from meldpunt.client.lines.audit import audit_line
from meldpunt.client.lines.findings import Finding
from meldpunt.client.lines.texts import Texts
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import decode_line_id, encode_base64url
from meldpunt.server import commands
from tests.support.process import HostProcess
from tests.web import node
from tests.web.client import fails
from tests.web.office import WebOffice
from tests.web.script import Script, running_script

PASSPHRASE: Final = "korte paarden batterij"
PRESET: Final = PRESETS["wbk-internal"]
LANGUAGES: Final = ("nl", "en")


@pytest.fixture
def program() -> Iterator[Script]:
    """Give an office's program in TypeScript."""
    with running_script(node.TESTS / "office.js") as made:
        yield made


def wanted() -> dict[str, Any]:
    """Return a plan and its texts, as a program in TypeScript takes them."""
    texts = Texts.plain(LANGUAGES, PRESET.clocks)
    clocks = [
        clock.model_dump(mode="json", by_alias=True, exclude_none=True) for clock in PRESET.clocks
    ]
    plan = {
        "languages": LANGUAGES,
        "names": [{"language": "nl", "text": "Meldpunt uit TypeScript"}],
        "contact": [{"language": "nl", "text": "Bel 030 123."}],
        "clocks": clocks,
        "retention": str(PRESET.retention),
        "maximumTerm": str(PRESET.maximum_term),
        "checkIns": [{"startsAt": "received", "term": "P1M"}],
    }
    read = {name: getattr(texts, name).decode() for name in ("form", "guide", "procedure")}
    return {"plan": plan, "texts": read}


def new_handler(line: ids.LineId) -> tuple[HandlerKeys, dict[str, str]]:
    """Make a handler's keys, and what they give to the office."""
    keys = HandlerKeys.create(line, SYSTEM_ENTROPY)
    key = encode_base64url(keys.signing.public_key)
    return keys, {"name": "Noor", "role": "adviser", "signingKey": key}


def line_id(written: str) -> ids.LineId:
    return ids.LineId(decode_line_id(written))


async def new_invite(host: HostProcess) -> str:
    return await asyncio.to_thread(commands.create_invite, host.settings)


def content_of(path: Path) -> LineContent:
    """Open a key file in Python."""
    return read_content(LineContent, KeyFile.open(path, PASSPHRASE).content, path)


async def test_an_office_changes_programs_and_back(
    office: WebOffice, host: HostProcess, program: Script, tmp_path: Path
) -> None:
    path, origin = tmp_path / "line.key", host.origin
    given = {"path": str(path), "passphrase": PASSPHRASE}
    line = line_id(program.do("create", origin=origin, **given))
    keys, entry = new_handler(line)
    invite = await new_invite(host)
    assert fails(program, "renew")["code"] == "unpublished"
    first = program.do("publish", **wanted(), entries=[entry], invite=invite)
    assert (first["number"], first["keys"]) == (1, 1)
    handler = Handler(office.transport(origin), keys)
    await handler.publish_keys(lambda _: None)
    reporter = Reporter(office.transport(origin), line)
    made = await reporter.prepare(await reporter.line(), "Gezien.", language="nl")
    await reporter.send(made)
    [listed] = [entry async for entry in handler.entries()]
    assert (await handler.read(listed.entry)).messages[0].text == "Gezien."

    content = content_of(path)  # the same line, by Python
    assert (content.keys.line_id, content.number) == (line, 1)
    saved: list[LineContent] = []
    owner = LineOwner(office.transport(origin), content.keys, pin=content.pin)
    await owner.renew(force=True)
    await owner.rotate(lambda now, then: saved.append(content.with_keys(now, then)))
    done = LineContent.of(origin, owner.keys, owner.pin)
    KeyFile.create(tmp_path / "python.key", done.to_json(), PASSPHRASE)

    program.do("openFile", path=str(tmp_path / "python.key"), passphrase=PASSPHRASE)
    assert fails(program, "renew")["code"] == "not-due"
    renewed = program.do("renew", force=True)
    assert (renewed["number"], renewed["keys"]) == (4, 2)
    _, second = new_handler(line)
    assert len(program.do("add", entries=[{**second, "name": "Bo"}])["handlers"]) == 2
    left = program.do("remove", handler=keys.handler_id.hex())["handlers"]
    assert left[0]["until"] == utc_today().isoformat()
    raised = program.do("firstBoxKey", handler=keys.handler_id.hex(), number=3)
    assert raised["handlers"][0]["firstBoxKey"] == 3
    far = fails(program, "firstBoxKey", handler=keys.handler_id.hex(), number=1000)
    assert far["code"] == "box-key-ahead"
    assert content_of(tmp_path / "python.key").number == 7
    old = fails(program, "openFile", path=str(path), passphrase="een ander woord")
    assert old["reason"] == "ciphertext"


async def test_an_interrupted_succession_goes_on_in_either_program(
    office: WebOffice, host: HostProcess, program: Script, tmp_path: Path
) -> None:
    given = {"path": str(tmp_path / "line.key"), "passphrase": PASSPHRASE}
    line = line_id(program.do("create", origin=host.origin, **given))
    _, entry = new_handler(line)
    program.do("publish", **wanted(), entries=[entry], invite=await new_invite(host))
    requests = 5  # line, three texts, host; then a challenge and the document
    program.do("fail", at=requests + 1, how="answer")
    assert fails(program, "rotate")["code"] == "unreachable"
    begun = content_of(tmp_path / "line.key")
    assert begun.successor is not None
    owner = LineOwner(office.transport(host.origin), begun.keys, pin=begun.pin)
    found = await owner.rotate(lambda *_: None, begun=begun.successor)
    assert (len(found.keys), found.document.number) == (2, 2)  # the host had it: nothing twice
    assert program.do("rotate")["keys"] == 2  # here too

    saved: list[tuple[LineKeys, LineKeys | None]] = []
    mine = LineOwner(office.transport(host.origin), owner.keys, pin=owner.pin)
    with pytest.raises(InterruptedError):
        await mine.rotate(lambda now, then: _stop(saved, now, then))
    [(keys, successor)] = saved
    kept = LineContent.of(host.origin, keys, mine.pin).with_keys(keys, successor)
    KeyFile.create(tmp_path / "begun.key", kept.to_json(), PASSPHRASE)
    program.do("openFile", path=str(tmp_path / "begun.key"), passphrase=PASSPHRASE)
    assert program.do("rotate")["keys"] == 3
    done = content_of(tmp_path / "begun.key")
    assert successor is not None
    assert done.successor is None
    assert done.keys.signing.public_key == successor.signing.public_key
    program.do("openFile", **given)
    assert fails(program, "renew", force=True)["reason"] == "rotation"  # a replaced key


def _stop(
    saved: list[tuple[LineKeys, LineKeys | None]], now: LineKeys, then: LineKeys | None
) -> None:
    saved.append((now, then))
    raise InterruptedError


async def test_texts_that_do_not_fit_are_not_published(
    office: WebOffice, host: HostProcess, program: Script, tmp_path: Path
) -> None:
    given = {"path": str(tmp_path / "line.key"), "passphrase": PASSPHRASE}
    line = line_id(program.do("create", origin=host.origin, **given))
    _, entry = new_handler(line)
    plan = wanted()
    plan["texts"]["guide"] = plan["texts"]["guide"].replace('"report":"report"', '"report":"other"')
    invite = await new_invite(host)
    assert fails(program, "publish", **plan, entries=[entry], invite=invite)["reason"] == "text-id"
    assert fails(program, "publish", **wanted(), entries=[entry], invite="x")["kind"] == (
        "invite-invalid"
    )
    program.do("publish", **wanted(), entries=[entry], invite=invite)
    clocks = [{"name": "reply", "startsAt": "received", "term": "P2W", "metBy": "feedback"}]
    assert fails(program, "clocks", clocks=clocks)["reason"] == "text-id"


async def test_both_audits_find_the_same(
    office: WebOffice, host: HostProcess, program: Script
) -> None:
    line = office.line_keys.line_id
    owner = LineOwner(office.transport(), office.line_keys)
    published = await owner.line()
    assert published is not None
    plan = await owner.plan(published)
    renamed = plan.handlers[0].model_copy(update={"name": "Iemand anders"})
    await owner.publish(dataclasses.replace(plan, handlers=(renamed, *plan.handlers[1:])))
    await owner.rotate(lambda *_: None)
    address = LineAddress(office.origin, line, owner.pin)
    ours = await audit_line(office.transport(office.origin), address, utc_today())
    theirs = program.do("audit", address=str(address))
    assert theirs["findings"] == [_json(finding) for finding in ours.findings]
    assert theirs["documents"] == 3
    assert {"level": "note", "check": "people"}.items() <= _of(theirs, "people").items()
    again = program.do("audit", address=str(address))  # with the index that it kept
    assert _of(again, "bulletin-history")["level"] == "fine"
    wrong = str(address).replace("#3-", "#4-")
    [found] = program.do("audit", address=wrong)["findings"]
    assert found == {"level": "alarm", "check": "line", "reason": "document-below-pin"}


def _of(audit: dict[str, Any], check: str) -> dict[str, Any]:
    [found] = [each for each in audit["findings"] if each["check"] == check]
    return dict(found)


def _json(finding: Finding) -> dict[str, object]:
    """Return a finding as the SDK tells it: without what it has not."""
    told = dataclasses.asdict(finding) | {
        "handler": finding.handler and finding.handler.hex(),
        "day": finding.day and finding.day.isoformat(),
    }
    return {name: value for name, value in told.items() if value not in (None, ())}
