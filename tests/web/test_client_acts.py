"""What a reporter in TypeScript does beyond an answer: hand over, decide, follow, prove."""

from pathlib import Path

import pytest

from meldpunt.client import LineAddress
from meldpunt.client.keys.randomness import utc_today
from meldpunt.client.messages.proof import prove_draft
from meldpunt.client.messages.referral import proposal_content, referred_from
from meldpunt.protocol.report_proof import verify_report_proof
from meldpunt.protocol.verify.encoding import encode_line_id
from meldpunt.protocol.verify.log.header import Tag
from tests.web.client import TEXT, WRITTEN, WebClient, fails, submit
from tests.web.office import WebOffice

LETTER = {"text": "Maak hier een klacht van.", "language": "nl"}


def states(client: WebClient) -> list[str]:
    """Return what came of each consent."""
    return [each["state"] for each in client.do("statuses", today=utc_today().isoformat())]


async def test_a_proposed_line_takes_a_report_up_and_answers(
    office: WebOffice, other_office: WebOffice, client: WebClient, tmp_path: Path
) -> None:
    receipt = submit(client, readers=office.ids(0, 1))
    handler, other = office.handlers[0], encode_line_id(other_office.line_keys.line_id)
    await handler.propose(
        await office.read(), other_office.line_keys.line_id, "Liever daar.", language="nl"
    )
    client.do("visit", receipt=receipt)
    assert client.do("proposed") == [other]
    assert client.do("findLine", line=other)["clocks"] > 0
    wanted = {**LETTER, "readers": other_office.ids(0), "leaveOut": office.ids(1)}
    draft = client.do("sealConsent", consent=wanted)
    assert sorted(draft["readers"]) == sorted([*office.ids(0), *other_office.ids(0)])
    assert len(draft["messages"]) == 2
    client.do("sendSealed")
    client.do("refresh")
    assert states(client) == ["asked"]
    thread = await office.read()
    assert thread.alarms == ()
    await handler.add_missing_wraps(thread)
    assert thread.messages[-1].text == LETTER["text"]
    taker = other_office.handlers[0]
    asked = await other_office.read()
    assert [message.text for message in asked.messages] == [TEXT, "Liever daar.", LETTER["text"]]
    await taker.accept(asked, "Wij nemen dit over.", language="nl")
    shown = client.do("refresh")
    assert (shown["alarms"], shown["notices"]) == ([], [])
    assert shown["messages"][-1]["text"] == "Wij nemen dit over."
    assert states(client) == ["accepted"]
    client.do("reply", reply=WRITTEN)
    assert (await other_office.read()).messages[-1].text == TEXT
    client.do("refresh")
    path = tmp_path / "handed-over.proof"
    client.do("prove", path=str(path))
    proven = verify_report_proof(path.read_bytes(), line=office.line_keys.line_id)
    assert [line.line_id for line in proven.lines.others] == [other_office.line_keys.line_id]
    assert len(proven.shown) == 5


async def test_a_consent_is_taken_back_or_refused(
    office: WebOffice, other_office: WebOffice, client: WebClient
) -> None:
    receipt = submit(client, readers=office.ids(0))
    client.do("visit", receipt=receipt)
    address = other_office.address
    assert fails(client, "findLine", line=office.address)["code"] == "same-line"
    nowhere = address.replace(encode_line_id(other_office.line_keys.line_id), "a" * 32)
    assert fails(client, "findLine", line=nowhere)["code"] == "other-host"
    assert fails(client, "sealTakingBack", words=LETTER)["code"] == "nobody-asked"
    client.do("findLine", line=address)
    client.do("sealConsent", consent={**LETTER, "readers": other_office.ids(1)})
    client.do("sendSealed")
    client.do("refresh")
    draft = client.do("sealTakingBack", words=LETTER)
    assert {"kind": "takes-back"} in draft["notices"]
    assert draft["readers"] == office.ids(0)
    assert (
        client.do("sendSealed")["notices"] == draft["notices"]
    )  # whoever only sends sees them too
    client.do("refresh")
    assert states(client) == ["taken-back"]
    again = client.do("sealConsent", consent=LETTER)  # not by lot: whom the reporter chose before
    assert sorted(again["readers"]) == sorted([*office.ids(0), *other_office.ids(1)])
    client.do("sendSealed")
    await office.handlers[0].add_missing_wraps(await office.read())
    refuser = other_office.handlers[1]
    await refuser.refuse((await other_office.read(1)), "Dit is niet van ons.", language="nl")
    shown = client.do("refresh")
    assert (shown["alarms"], states(client)) == ([], ["taken-back", "refused"])
    assert shown["messages"][-1]["text"] == "Dit is niet van ons."


async def test_a_newcomer_waits_for_the_reporters_word(
    office: WebOffice, client: WebClient
) -> None:
    receipt = submit(client, readers=office.ids(0))
    handler, newcomer = office.handlers[0], office.handlers[1].keys.handler_id
    await handler.admit(await office.read(), newcomer, "Mijn collega helpt.", language="nl")
    client.do("visit", receipt=receipt)
    [waiting] = client.do("newcomers")
    assert (waiting["id"], waiting["name"]) == (newcomer.hex(), "Handler 1")
    assert waiting["admittedBy"] == office.ids(0)[0]
    silent = client.do("seal", reply=WRITTEN)
    assert {"kind": "newcomer-not-named", "handler": newcomer.hex()} in silent["notices"]
    welcome = client.do("seal", reply={**WRITTEN, "readers": office.ids(0, 1)})
    assert welcome["notices"] == []
    client.do("sendSealed")
    client.do("refresh")
    assert client.do("newcomers") == []
    assert (await office.read(1)).messages[-1].text == TEXT


async def test_a_referral_is_followed_with_one_code_or_a_new_one(
    office: WebOffice, other_office: WebOffice, client: WebClient
) -> None:
    receipt = submit(client, readers=office.ids(0))
    handler, thread = office.handlers[0], await office.read()
    for line in ("https://", other_office.address):
        content = proposal_content(LineAddress.parse(other_office.address), "Samengevat.")
        content["referral"]["line"] = line
        draft = handler.seal(thread, "Misschien daar.", language="nl", content=content)
        await handler.send(thread, draft)
        thread = await office.read()
    client.do("visit", receipt=receipt)
    [referral] = client.do("referrals")  # an address that is none is no suggestion
    assert (referral["address"], referral["summary"]) == (other_office.address, "Samengevat.")
    report = {"text": "Samengevat.", "language": "nl", "readers": other_office.ids(0)}
    given = {"address": referral["address"], "report": report}
    assert client.do("refer", address=given["address"], report={**report, "receipt": receipt})
    told = (await office.read()).messages[-1]
    assert told.payload is not None
    other = encode_line_id(other_office.line_keys.line_id)
    assert told.payload.content["referral"] == {"done": other}
    origin = referred_from((await other_office.read()).messages[0])
    assert origin == (encode_line_id(office.line_keys.line_id), "Meldpunt integriteit")
    client.do("refresh")
    again = fails(client, "refer", address=given["address"], report={**report, "receipt": receipt})
    assert again["code"] == "referred"
    assert client.do("refer", **given) != receipt
    assert len(await other_office.read_all()) == 2


async def test_proofs_of_report_hold_in_the_other_language(
    office: WebOffice, client: WebClient, tmp_path: Path
) -> None:
    line, first, second = office.line_keys.line_id, tmp_path / "first", tmp_path / "second"
    receipt = client.do("prepare", report={**WRITTEN, "readers": office.ids(0)})["receipt"]
    assert client.do("proveReport", path=str(first)) == []
    [before] = verify_report_proof(first.read_bytes(), line=line).shown
    assert (before.received_on, before.payload and before.payload.content["text"]) == (None, TEXT)
    client.do("send")
    await office.handlers[0].acknowledge(await office.read(), "Gelezen.", language="nl")
    client.do("visit", receipt=receipt)
    client.do("seal", reply=LETTER)
    client.do("sendSealed")
    client.do("refresh")
    told = client.do("prove", path=str(second), earlier=str(first), isOwnShown=True)
    assert told == {"missing": [], "withheld": False}
    proven = verify_report_proof(second.read_bytes(), line=line)
    texts = [shown.payload and shown.payload.content["text"] for shown in proven.shown]
    assert texts == [TEXT, "Gelezen.", LETTER["text"]]
    assert all(shown.received_on == utc_today() for shown in proven.shown)
    assert receipt not in second.read_text()

    reporter = office.reporter()
    made = await reporter.prepare(await reporter.line(), TEXT, language="nl")
    sent = await reporter.send(made)
    visit = await reporter.open(made.receipt)
    kept = await visit.prove(drafts=[prove_draft(made.draft, sent)])
    (tmp_path / "python").write_bytes(kept.data)
    found = client.do("verifyProof", path=str(tmp_path / "python"))
    assert ([each["text"] for each in found["shown"]], found["alarms"]) == ([TEXT], [])
    (tmp_path / "python").write_bytes(kept.data.replace(b'"receivedOn":"2', b'"receivedOn":"1'))
    assert fails(client, "verifyProof", path=str(tmp_path / "python"))["reason"] == "proof"
    (tmp_path / "python").write_bytes(kept.data)
    given = {"path": str(first), "earlier": str(tmp_path / "python")}
    assert fails(client, "prove", **given)["reason"] == "other-report"


@pytest.mark.parametrize("how", ["request", "answer"])
async def test_a_check_in_over_a_network_that_goes_is_sent_once(
    office: WebOffice, client: WebClient, tmp_path: Path, how: str
) -> None:
    client.do("visit", receipt=submit(client, readers=office.ids(0)))
    client.do("fail", at=0, how=how)
    given = {"how": "notGood", "reply": WRITTEN}
    assert fails(client, "checkIn", **given)["code"] == "unreachable"
    client.do("prove", path=str(tmp_path / "proof"))  # what was fetched stays readable
    client.do("checkIn", **given)
    assert len((await office.read()).messages) == 2
    client.do("checkIn", **given)  # the next one is sealed to the report as it is now
    thread = await office.read()
    assert [m.payload and m.payload.content.get("checkIn") for m in thread.messages] == [
        None,
        "notGood",
        "notGood",
    ]
    assert (thread.alarms, thread.notices) == ((), ())


async def test_a_takeover_that_came_second_is_refused_for_good(
    office: WebOffice, client: WebClient
) -> None:
    receipt = submit(client, readers=office.ids(0))
    client.do("visit", receipt=receipt)
    made = client.do("takeOver")
    theirs = await office.reporter().open(receipt)
    await theirs.send_takeover(await theirs.take_over(language="nl"))
    assert fails(client, "sendTakeover")["isFinal"] is True
    assert fails(client, "visit", receipt=made)["kind"] == "not-found"


async def test_retaliation_reopens_a_closed_report(office: WebOffice, client: WebClient) -> None:
    receipt = submit(client, readers=office.ids(0))
    handler = office.handlers[0]
    client.do("visit", receipt=receipt)
    client.do("checkIn", how="good", reply=WRITTEN)
    await handler.acknowledge(await office.read(), "Gelezen.", language="nl")
    await handler.feedback(await office.read(), "Gedaan.", language="nl")
    await handler.close(await office.read(), "Klaar.", language="nl")
    client.do("refresh")
    client.do("checkIn", how="retaliation", reply=WRITTEN)
    messages = (await office.read()).messages
    told = [(m.header.tag, m.payload and m.payload.content.get("checkIn")) for m in messages]
    assert told[1] == (Tag.MESSAGE, "good")
    assert told[-1] == (Tag.REOPENING, "retaliation")
