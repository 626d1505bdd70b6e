"""A handler's client in TypeScript on a real host: every act crosses to Python, and back."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from meldpunt.client import (
    SYSTEM_ENTROPY,
    Handler,
    LineAddress,
    NewFile,
    Readability,
    keep_draft,
    listed_files,
)
from meldpunt.client.files.sealed_file import DiskFile
from meldpunt.client.keys.randomness import utc_today
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import encode_base64url
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.log.header import Tag
from tests.docs.markdown import blocks
from tests.docs.test_frontend_and_line_run import FRONTEND
from tests.support.faulty_proxy import FaultyProxy
from tests.support.process import HostProcess
from tests.web import node
from tests.web.handler import PASSPHRASE, TEXT, WebHandler, command, refusal, said
from tests.web.office import WebOffice
from tests.web.script import ScriptFailure

WORDS = {"text": "Dank u, wij hebben dit gelezen.", "language": "nl"}


async def test_a_report_goes_through_its_life_between_two_languages(carla: WebHandler) -> None:
    made = await carla.report(0)
    assert [(e["state"], e["erased"]) for e in carla.do("inbox")] == [("received", False)]
    shown = carla.read()
    assert [(m["readability"], m["text"]) for m in shown["messages"]] == [("opened", TEXT)]
    assert (shown["alarms"], shown["notices"]) == ([], [])
    assert carla.act("acknowledge", WORDS)["notices"] == []
    carla.act("label", [{"field": "category", "value": "fraude"}], said("Naar de commissie?"))
    carla.act("reply", said("Wanneer was dit?"))
    visit = await carla.office.reporter().open(made.receipt)
    assert [m.text for m in visit.thread.messages[1:]] == [WORDS["text"], None, "Wanneer was dit?"]
    assert visit.thread.status.state.value == "acknowledged"
    assert (visit.thread.alarms, visit.thread.notices) == ((), ())
    await visit.reply("In maart.", language="nl")
    thread = await carla.office.read()
    note = thread.messages[2]
    assert note.payload is not None
    assert note.payload.content["labels"] == [{"field": "category", "value": "fraude"}]
    assert (thread.alarms, thread.notices) == ((), ())
    colleague = carla.office.handlers[0]
    await colleague.reply(thread, "Ik kijk mee.", language="nl", note=True)
    texts = [message["text"] for message in carla.do("refresh")["messages"]]
    assert texts[-2:] == ["In maart.", "Ik kijk mee."]
    assert refusal(carla, "act", act="close", given=[WORDS]) == "not-allowed-now"
    carla.do("refresh")
    until = str(utc_today() + timedelta(days=365))
    carla.act("pause", {**said("Wij wachten op een stuk."), "until": until})
    carla.act("feedback", said("Wij hebben het hersteld."))
    carla.act("close", said("Wij sluiten af."))
    await visit.refresh()
    assert visit.thread.status.state.value == "closed"
    assert [m.header.tag for m in visit.thread.messages[-3:]] == [
        Tag.PAUSE,
        Tag.FEEDBACK,
        Tag.CLOSING,
    ]
    carla.act("reopen", said("Toch niet."))
    assert carla.do("refresh")["status"]["state"] == "feedback-given"
    await visit.refresh()
    await visit.withdraw(language="nl", immediate=True)
    gone = carla.do("refresh")
    assert (gone["erased"], gone["alarms"]) == (True, [])
    assert refusal(carla, "act", act="reply", given=[WORDS]) == "erased"


async def test_a_key_file_goes_to_and_fro(carla: WebHandler, tmp_path: Path) -> None:
    made = await carla.report()
    entry = carla.read()["entry"]
    carla.do("save")
    listed = (await command("handler", "inbox", file=carla.file))["entries"]
    assert [each["entry"] for each in listed] == [encode_base64url(bytes.fromhex(entry))]
    written = tmp_path / "answer.txt"
    written.write_text("Vanaf de opdrachtregel.", encoding="utf-8")
    await command("handler", "acknowledge", listed[0]["entry"], str(written), file=carla.file)
    before = carla.file.read_bytes()
    assert carla.open()["until"] == carla.do("publish")  # what Python wrote opens here
    assert carla.file.read_bytes() != before
    assert carla.read()["messages"][-1]["text"] == "Vanaf de opdrachtregel."
    carla.act("reply", said("Vanuit de browser."))
    visit = await carla.office.reporter().open(made.receipt)
    assert visit.thread.messages[-1].text == "Vanuit de browser."
    assert refusal(carla, "open", file=str(carla.file), passphrase="wrong one") == "passphrase"
    damaged = tmp_path / "damaged.key"
    damaged.write_bytes(carla.file.read_bytes()[:-10])
    assert refusal(carla, "open", file=str(damaged), passphrase=PASSPHRASE) == "key-file-damaged"


async def test_files_go_both_ways(carla: WebHandler, tmp_path: Path) -> None:
    made = await carla.report(0)
    carla.read()
    source = tmp_path / "source"
    source.write_bytes(os.urandom(300_000))
    listed = {"name": "brief.pdf", "mediaType": "application/pdf"}
    attached = carla.do("attach", file=str(source), **listed)
    carla.act("reply", {**said("Zie de brief."), "attachments": attached})
    visit = await carla.office.reporter().open(made.receipt)
    [file] = listed_files(visit.thread)
    await visit.files().download(file, tmp_path / "saved")
    assert (tmp_path / "saved").read_bytes() == source.read_bytes()
    files = visit.files()
    [sealed] = await files.seal([NewFile(DiskFile.at(source), "foto.jpg", "image/jpeg")])
    await files.begin(sealed)
    await files.upload(sealed)
    own = [sealed.attachment]
    await visit.send(await visit.seal("Een foto.", language="nl", attachments=own))
    names = [message.get("files") for message in carla.do("refresh")["messages"]]
    assert names == [None, ["brief.pdf"], ["foto.jpg"]]


async def test_colleagues_let_each_other_in_and_pass_on_what_is_missing(
    carla: WebHandler,
) -> None:
    made = await carla.report()
    first, second = carla.office.handlers[:2]
    carla.read()
    carla.act("admit", first.keys.handler_id.hex(), said("Een collega leest mee."))
    thread = await carla.office.read()
    assert [m.readability for m in thread.messages] == [Readability.OPENED] * 2
    assert thread.alarms == ()
    visit = await carla.office.reporter().open(made.receipt)
    await visit.reply("Goed.", language="nl", readers=[carla.id, first.keys.handler_id])
    await first.admit(await carla.office.read(), second.keys.handler_id, "Nog een.", language="nl")
    assert len((await carla.office.read(1)).messages) == 4
    again = {"act": "admit", "given": [first.keys.handler_id.hex(), said("Nog eens.")]}
    carla.do("refresh")
    assert refusal(carla, "act", **again) == "reader-not-allowed"
    carla.act("admit", second.keys.handler_id.hex(), said("Wat mij betreft ook."))
    assert (await carla.office.read(1)).alarms == ()
    other = await carla.report(0, text="Zonder 2.")
    theirs = await carla.office.reporter().open(other.receipt)
    left_out = carla.office.handlers[2].keys.handler_id
    await theirs.reply("Niet 2.", language="nl", left_out=[left_out])
    entries = [listed["id"] for listed in carla.do("inbox")]
    shown = {each["entry"]: each for each in carla.do("readAll", entries=entries)}
    [entry] = [e for e, s in shown.items() if s["messages"][0]["text"] == "Zonder 2."]
    carla.do("read", entry=entry)
    given = [left_out.hex(), said("Toch?")]
    assert refusal(carla, "act", act="admit", given=given) == Reason.LEFT_OUT.value


async def test_a_caller_takes_over_what_typescript_writes_down(carla: WebHandler) -> None:
    readers = [carla.id.hex()]
    written = carla.do("oral", written={**said("Verteld."), "readers": readers})
    assert carla.do("inbox") == []  # nothing is sent before the caller has the code
    carla.do("send")
    shown = carla.read()
    assert (shown["alarms"], shown["messages"][0]["text"]) == ([], "Verteld.")
    visit = await carla.office.reporter().open(written["receipt"])
    assert visit.thread.awaits_takeover
    takeover = await visit.take_over(language="nl")
    await visit.send_takeover(takeover)
    assert carla.do("refresh")["alarms"] == []
    carla.act("reply", said("Voor de beller alleen."))
    theirs = await carla.office.reporter().open(takeover.receipt)
    assert theirs.thread.messages[-1].text == "Voor de beller alleen."


async def test_a_report_is_handed_over_and_back(
    carla: WebHandler, host: HostProcess, proxy: FaultyProxy
) -> None:
    other = await WebOffice(host, proxy.origin).open_line()
    made = await carla.report()
    carla.read()
    own = {"act": "propose", "given": [carla.office.address, said("Hier?")]}
    assert refusal(carla, "act", **own) == "same-line"
    carla.act("propose", other.address, said("Zij weten hier meer van."))
    visit = await carla.office.reporter().open(made.receipt)
    assert visit.thread.messages[-1].header.proposes == other.line_keys.line_id
    await _consent(carla.office, made.receipt, other.address)
    assert refusal(carla, "act", act="accept", given=[WORDS]) == "no-consent"
    carla.do("refresh")
    assert carla.do("passOn") > 0
    thread = await other.read()
    await other.handlers[0].accept(thread, "Wij nemen dit over.", language="nl")
    ended = carla.do("refresh")
    assert (ended["status"]["state"], ended["alarms"], ended["notices"]) == ("handed-over", [], [])
    assert refusal(carla, "act", act="reply", given=[WORDS]) == "not-with-you"
    await _consent(carla.office, made.receipt, carla.office.address)
    await other.handlers[0].add_missing_wraps(await other.read())
    carla.do("refresh")
    assert refusal(carla, "act", act="feedback", given=[WORDS]) == "not-taken-up"
    carla.act("accept", said("Wij nemen dit terug."))
    visit = await carla.office.reporter().open(made.receipt)
    assert visit.thread.status.state.value == "received"
    assert (visit.thread.alarms, visit.thread.messages[-1].text) == ((), "Wij nemen dit terug.")
    await other.close()


async def _consent(office: WebOffice, receipt: str, address: str) -> None:
    visit = await office.reporter().open(receipt)
    line = await visit.find_line(LineAddress.parse(address))
    handlers = [h.id for h in line.document.active_handlers(utc_today())]
    draft = await visit.seal_consent(line, "Goed.", language="nl", readers=handlers)
    await visit.send(draft)


async def test_lines_ask_each_other_for_advice_and_suggest_each_other(
    carla: WebHandler, host: HostProcess, proxy: FaultyProxy, tmp_path: Path
) -> None:
    other = await WebOffice(host, proxy.origin).open_line()
    asked = {**said("Hoe pakken wij zoiets aan?"), "readers": other.ids(0)}
    number = carla.do("consult", address=other.address, written=asked)
    assert refusal(carla, "consultation", number=number) == "not-found"
    carla.do("send")
    thread = await other.read()
    assert thread.asker is not None
    assert (thread.asker.handler.name, thread.alarms) == ("Carla", ())
    await other.handlers[0].reply(thread, "Zo en zo.", language="nl")
    carla.open()  # the code is in the key file
    answers = carla.do("consultation", number=number)
    assert answers[-1] == {"tag": "message", "text": "Zo en zo."}
    found = await command("handler", "consultations", file=carla.file)
    assert [(c["number"], c["answers"]) for c in found["consultations"]] == [(number, 1)]
    made = await carla.report()
    carla.read()
    carla.act("refer", other.address, "Facturen van maart.", {"language": "nl"})
    visit = await carla.office.reporter().open(made.receipt)
    payload = visit.thread.messages[-1].payload
    assert payload is not None
    assert payload.content["referral"]["summary"] == "Facturen van maart."
    await other.close()


@pytest.mark.parametrize("how", ["request", "answer"])
async def test_an_answer_over_a_network_that_goes_is_sent_once(carla: WebHandler, how: str) -> None:
    made = await carla.report()
    carla.read()
    for at in range(9):
        carla.do("fail", at=at, how=how)
        given = {"act": "reply", "given": [said(f"Antwoord {at}")]}
        if not _again(carla, "act", **given):
            break
    assert at > 0
    visit = await carla.office.reporter().open(made.receipt)
    texts = [message.text for message in visit.thread.messages[1:]]
    assert texts == [f"Antwoord {n}" for n in range(at + 1)]


def _again(handler: WebHandler, command: str, **given: object) -> bool:
    """Give a command until it succeeds; say whether it failed at first."""
    try:
        handler.do(command, **given)
    except ScriptFailure as failure:
        if failure.error["code"] != "unreachable":
            raise
        handler.do(command, **given)
        return True
    return False


async def test_either_program_sends_what_the_other_one_kept(
    carla: WebHandler, tmp_path: Path
) -> None:
    made = await carla.report()
    entry = ids.EntryId(bytes.fromhex(carla.read()["entry"]))
    carla.do("seal", words=said("Hier bewaard."))
    kept, other = tmp_path / "kept", tmp_path / "other"
    carla.do("keep", file=str(kept))
    assert b"Hier" not in kept.read_bytes()
    kept.chmod(0o600)
    await command("handler", "resend", encode_base64url(entry), kept, file=carla.file)
    me = Handler(carla.office.transport(), carla.content().keys)
    draft = me.seal(await me.read(entry), "Daar bewaard.", language="nl")
    other.write_bytes(keep_draft(draft, me.keys.signing.seed, SYSTEM_ENTROPY))
    assert carla.do("resend", file=str(other)) == carla.do("resend", file=str(other))
    other.write_bytes(keep_draft(draft, bytes(32), SYSTEM_ENTROPY))
    assert refusal(carla, "resend", file=str(other)) == "commitment"
    visit = await carla.office.reporter().open(made.receipt)
    assert [m.text for m in visit.thread.messages[1:]] == ["Hier bewaard.", "Daar bewaard."]


LINES = """
import { acknowledgeAll } from "./page.mjs";
await acknowledgeAll(...process.argv.slice(2));
"""


async def test_the_lines_of_the_page_for_frontends_acknowledge_a_report(
    carla: WebHandler, tmp_path: Path
) -> None:
    made = await carla.report()
    [block] = blocks(FRONTEND, "handler")
    (tmp_path / "page.mjs").write_text(block.text)
    (tmp_path / "run.mjs").write_text(LINES)
    (tmp_path / "node_modules").symlink_to(node.WEB / "node_modules")
    printed = node.run("node", "run.mjs", str(carla.file), PASSPHRASE, folder=tmp_path)
    assert printed.splitlines() == [f"reporter {TEXT}"]
    visit = await carla.office.reporter().open(made.receipt)
    assert visit.thread.messages[-1].text == "We have read this."
    carla.open()
    assert carla.read()["notices"] == []
