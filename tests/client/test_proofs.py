"""Proofs of report: what they show, what they refuse, and what they never hold."""

from dataclasses import replace

import pytest

from meldpunt.client import DraftReport, Writer, prove_draft
from meldpunt.protocol.keys import SigningKey
from meldpunt.protocol.receipt import parse_receipt, receipt_seed
from meldpunt.protocol.report_proof import ReportProof, VerifiedProof, verify_report_proof
from meldpunt.protocol.verify.encoding import encode_base64url
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.ids import Hash, LineId, document_hash
from meldpunt.protocol.verify.log.header import Tag
from meldpunt.protocol.verify.proof import proof_bytes
from tests.client.handover_scenario import HandoverScenario
from tests.client.hosted_line import FIRST_DAY, TEXT, HostedLine, json_answer


async def _conversation(hosted: HostedLine) -> tuple[DraftReport, bytes]:
    """Report, answer, reply; returns the proof that the reporter has of it."""
    line = await hosted.open_line()
    reporter = hosted.reporter()
    chosen = [hosted.id_of(0), hosted.id_of(1)]
    submission = await reporter.prepare(line, TEXT, language="en", readers=chosen)
    sent = await reporter.send(submission)
    kept = await reporter.prove(line, submission, sent)
    handler = hosted.handlers[0]
    hosted.clock.pass_days(1)
    await handler.acknowledge(await hosted.only_entry(handler), "Received.", language="en")
    await handler.reply(await hosted.only_entry(handler), "A note.", language="en", note=True)
    visit = await hosted.visit(submission)
    draft = await visit.seal("More.", language="en")
    await visit.send(draft)
    kept = await visit.prove(kept.data, [])
    return submission, (await visit.prove(kept.data, [prove_draft(draft)])).data


def _told(found: VerifiedProof) -> list[tuple[Tag, str | None]]:
    return [
        (shown.verified.header.tag, None if shown.payload is None else shown.payload.text)
        for shown in found.shown
    ]


async def test_a_proof_shows_what_was_said_by_whom_and_when(hosted: HostedLine) -> None:
    _, data = await _conversation(hosted)
    found = verify_report_proof(data, line=hosted.line_keys.line_id)
    assert _told(found) == [
        (Tag.REPORT, TEXT),
        (Tag.ACKNOWLEDGEMENT, "Received."),
        (Tag.MESSAGE, None),  # a note among handlers: it existed
        (Tag.MESSAGE, "More."),
    ]
    days = [shown.received_on for shown in found.shown]
    assert days == [FIRST_DAY, *[hosted.today()] * 3]
    assert found.log.alarms == ()


async def test_without_an_earlier_proof_ones_own_words_are_not_shown(hosted: HostedLine) -> None:
    submission, _ = await _conversation(hosted)
    kept = await (await hosted.visit(submission)).prove()
    found = verify_report_proof(kept.data)
    assert [text for _, text in _told(found)] == [None, "Received.", None, None]


async def test_a_proof_holds_neither_the_receipt_nor_any_private_key(hosted: HostedLine) -> None:
    submission, data = await _conversation(hosted)
    code = parse_receipt(submission.receipt)
    seed = receipt_seed(submission.receipt, hosted.line_keys.line_id)
    secrets = [seed, submission.keys.signing.seed, hosted.line_keys.signing.seed]
    secrets += [handler.keys.signing.seed for handler in hosted.handlers]
    secrets += [chain.value for handler in hosted.handlers for chain in handler.keys.chains]
    for secret in secrets:
        assert encode_base64url(secret).encode() not in data
        assert secret.hex().encode() not in data
    for spelling in (submission.receipt, code, submission.receipt.replace("-", "")):
        assert spelling.encode() not in data
        assert spelling.lower().encode() not in data.lower()


async def test_an_earlier_proof_of_another_report_is_refused(hosted: HostedLine) -> None:
    _, data = await _conversation(hosted)
    other = await hosted.submit("Something else.")
    visit = await hosted.visit(other)
    with pytest.raises(RefusedError) as refused:
        await visit.prove(data)
    assert refused.value.reason is Reason.OTHER_REPORT


async def test_a_message_that_the_host_hides_stays_in_the_proof_and_is_named(
    hosted: HostedLine,
) -> None:
    submission, data = await _conversation(hosted)
    visit = await hosted.visit(submission)
    hidden = visit.thread.messages[-1].message_id
    thread = visit.thread
    visit._thread = type(thread)(
        **{
            **{name: getattr(thread, name) for name in thread.__slots__},
            "messages": thread.messages[:-1],
        }
    )
    kept = await visit.prove(data)
    assert kept.missing == (hidden,)
    assert _told(verify_report_proof(kept.data))[-1] == (Tag.MESSAGE, "More.")


async def test_a_taken_over_report_is_proven_from_its_first_keys(hosted: HostedLine) -> None:
    line = await hosted.open_line()
    reporter = hosted.reporter()
    submission = await reporter.prepare(
        line, TEXT, language="en", written_by=Writer("oral", hosted.handlers[0].keys)
    )
    await reporter.send(submission)
    visit = await hosted.visit(submission)
    await visit.send_takeover(await visit.take_over(language="en"))
    await visit.reply("Mine.", language="en")
    found = verify_report_proof((await visit.prove()).data)
    assert [tag for tag, _ in _told(found)] == [Tag.REPORT, Tag.SUCCESSION, Tag.MESSAGE]
    assert found.report_id == submission.keys.report_id


async def test_a_proof_checks_under_every_line_key_and_document(hosted: HostedLine) -> None:
    submission, data = await _conversation(hosted)
    await hosted.owner().renew(force=True)
    owner = hosted.owner()
    await owner.rotate(lambda *_: None)
    visit = await hosted.visit(submission)
    await visit.reply("Later.", language="en")
    found = verify_report_proof((await visit.prove(data)).data)
    assert found.newest.number == 3
    assert found.newest.key_number == 1
    assert len(found.shown) == 5


async def _refused(data: bytes, line: LineId | None = None) -> Reason:
    with pytest.raises(RefusedError) as refused:
        verify_report_proof(data, line=line)
    return refused.value.reason


async def test_another_line_is_refused(hosted: HostedLine) -> None:
    _, data = await _conversation(hosted)
    other = hosted.new_keys().line_id[:-1] + b"\0"
    assert await _refused(data, line=LineId(other)) is Reason.OTHER_LINE


async def test_a_truncated_file_is_refused_at_every_length(hosted: HostedLine) -> None:
    _, data = await _conversation(hosted)
    for size in range(0, len(data), 997):
        assert await _refused(data[:size]) is Reason.JSON_SYNTAX
    assert await _refused(data + b" ") is Reason.JSON_NOT_CANONICAL


async def test_each_altered_part_is_refused(hosted: HostedLine) -> None:
    _, data = await _conversation(hosted)
    proof = ReportProof.from_signed(data)
    first, second, third = proof.messages[0], proof.messages[1], proof.messages[2]
    stranger = SigningKey.from_seed(bytes(32))
    day = first.received_on
    assert day is not None

    def changed(index: int, **update: object) -> bytes:
        messages = list(proof.messages)
        messages[index] = messages[index].model_copy(update=update)
        return proof.model_copy(update={"messages": tuple(messages)}).to_json()

    def with_document(**update: object) -> bytes:
        document = proof.documents[0].model_copy(update=update)
        return proof.model_copy(update={"documents": (document,)}).to_json()

    header, document = first.header, proof.documents[0].document
    forged = stranger.sign_raw(proof_bytes(first.message_id, day))
    body, other_body = first.body or b"", second.body or b""
    cases = (
        (changed(0, header=header.replace(b'"n":0', b'"n":1')), Reason.TAG_NOT_ALLOWED),
        (changed(0, signature=bytes(64)), Reason.SIGNATURE),
        (changed(0, received_on=day.replace(year=2025)), Reason.PROOF),
        (changed(0, proof=forged), Reason.PROOF),
        (changed(0, proof=second.proof), Reason.PROOF),
        (changed(0, proof=None), Reason.FIELDS),
        (changed(0, body=None), Reason.FIELDS),
        (changed(0, body=body[:-1] + bytes([body[-1] ^ 1])), Reason.BODY_HASH),
        (changed(0, body=other_body), Reason.BODY_HASH),
        (changed(0, content_key=bytes(32)), Reason.COMMITMENT),
        (changed(2, header=first.header, signature=first.signature), Reason.ORDER),
        (with_document(signature=bytes(64)), Reason.SIGNATURE),
        (
            with_document(document=document.replace(b"Integrity line", b"Somebody else!")),
            Reason.SIGNATURE,
        ),
        (proof.model_copy(update={"first_key": stranger.public_key}).to_json(), Reason.OTHER_LINE),
        (
            proof.model_copy(update={"signing_key": stranger.public_key}).to_json(),
            Reason.OTHER_REPORT,
        ),
        (data.replace(b'"version":1', b'"version":2', 1), Reason.FIELDS),
        (data.replace(b'{"format"', b'{"extra":1,"format"', 1), Reason.FIELDS),
    )
    assert third.body is None
    for altered, reason in cases:
        assert await _refused(altered) is reason


async def test_a_removed_message_in_the_middle_is_told(hosted: HostedLine) -> None:
    _, data = await _conversation(hosted)
    proof = ReportProof.from_signed(data)
    left = (*proof.messages[:1], *proof.messages[2:])
    found = verify_report_proof(proof.model_copy(update={"messages": left}).to_json())
    reasons = {alarm.reason for alarm in found.log.alarms}
    assert reasons == {Reason.GAP, Reason.UNKNOWN_SEEN}


async def test_a_document_that_is_not_there_is_refused(hosted: HostedLine) -> None:
    submission, _ = await _conversation(hosted)
    await hosted.owner().renew(force=True)
    proof = (await (await hosted.visit(submission)).prove()).proof
    assert len(proof.documents) == 2
    newest_only = proof.model_copy(update={"documents": proof.documents[:1]})
    assert await _refused(newest_only.to_json()) is Reason.DOCUMENT_UNKNOWN


async def test_a_host_whose_proof_does_not_hold_is_caught_when_it_is_kept(
    hosted: HostedLine,
) -> None:
    line = await hosted.open_line()
    reporter = hosted.reporter()
    submission = await reporter.prepare(line, TEXT, language="en")
    sent = await reporter.send(submission)
    lied = type(sent)(sent.message_id, sent.received_on, sent.notices, bytes(64))
    with pytest.raises(RefusedError) as refused:
        await reporter.prove(line, submission, lied)
    assert refused.value.reason is Reason.PROOF


async def _handed_over(scenario: HandoverScenario) -> ReportProof:
    """Hand a report over; returns the proof that its reporter keeps of it."""
    await scenario.consent()
    await scenario.accept()
    visit = await scenario.visit()
    draft = await visit.seal("More for you.", language="en")
    await visit.send(draft)
    theirs = scenario.other.handlers[0]
    await theirs.feedback(await scenario.read(theirs), "This is what we did.", language="en")
    kept = await (await scenario.visit()).prove(None, [prove_draft(draft)])
    return kept.proof


async def test_a_proof_of_a_report_that_was_handed_over_holds_both_lines(
    scenario: HandoverScenario,
) -> None:
    proof = await _handed_over(scenario)
    found = verify_report_proof(proof.to_json(), line=scenario.hosted.line_keys.line_id)
    assert found.log.alarms == ()
    assert _told(found)[2:] == [
        (Tag.ACCEPTANCE, "We take this up."),
        (Tag.MESSAGE, "More for you."),
        (Tag.FEEDBACK, "This is what we did."),
    ]
    names = [document.names[0].text for document in (found.lines.birth_line, *found.lines.others)]
    assert names == ["Integrity line", "Ombuds line"]
    again = await (await scenario.visit()).prove(proof.to_json())
    assert _told(verify_report_proof(again.data)) == _told(found)


async def test_a_proof_takes_no_line_that_the_reporter_did_not_ask(
    scenario: HandoverScenario,
) -> None:
    before = (await (await scenario.visit()).prove()).proof
    proof = await _handed_over(scenario)
    [other] = proof.other_lines or ()

    async def refused(proof: ReportProof, **changes: object) -> Reason:
        return await _refused(proof.model_copy(update=changes).to_json())

    own = other.model_copy(
        update={"first_key": proof.first_key, "documents": proof.documents, "rotations": ()}
    )
    assert await refused(before, other_lines=(other,)) is Reason.OTHER_LINE
    assert await refused(proof, other_lines=None) is Reason.AUTHOR_UNKNOWN
    assert await refused(proof, other_lines=(other, other)) is Reason.ORDER
    assert await refused(proof, other_lines=(own,)) is Reason.ORDER
    assert await refused(proof, other_lines=()) is Reason.FIELDS
    renamed = other.model_copy(update={"first_key": scenario.hosted.line_keys.first_key})
    assert await refused(proof, other_lines=(renamed,)) is Reason.ORDER
    stranger = SigningKey.from_seed(bytes(range(32))).public_key
    swapped = other.model_copy(update={"first_key": stranger})
    assert await refused(proof, other_lines=(swapped,)) is Reason.OTHER_LINE


async def test_a_proof_leads_to_every_document_that_somebody_may_have_pinned(
    hosted: HostedLine,
) -> None:
    first = (await hosted.open_line()).pin
    second = (await hosted.owner().renew(force=True)).pin
    submission = await hosted.submit()
    third = (await hosted.owner().renew(force=True)).pin
    data = (await (await hosted.visit(submission)).prove()).data
    line = hosted.line_keys.line_id
    for pin in (first, second, third):
        assert verify_report_proof(data, line=line, pin=pin).is_pinned
    later = (await hosted.owner().renew(force=True)).pin
    assert verify_report_proof(data, line=line, pin=later).is_pinned is False
    for pin in (first, second, third):
        other = replace(pin, document=Hash(bytes(32)))
        with pytest.raises(RefusedError) as refused:
            verify_report_proof(data, line=line, pin=other)
        assert refused.value.reason is Reason.DOCUMENT_FORK
    proof = ReportProof.from_signed(data)
    without = tuple(d for d in proof.documents if document_hash(d.document) != second.document)
    with pytest.raises(RefusedError):  # the report names the second one
        verify_report_proof(proof.model_copy(update={"documents": without}).to_json())


async def test_a_host_that_hides_old_documents_does_not_keep_anybody_from_a_proof(
    hosted: HostedLine,
) -> None:
    first = (await hosted.open_line()).pin
    await hosted.owner().renew(force=True)
    submission = await hosted.submit()
    hosted.network.change = lambda request, response: (
        json_answer(b'{"type":"urn:meldpunt:problem:not-found","title":"No","status":404}', 404)
        if request.url.path.endswith(encode_base64url(first.document))
        else response
    )
    data = (await (await hosted.visit(submission)).prove()).data
    assert len(ReportProof.from_signed(data).documents) == 1
    assert verify_report_proof(data, pin=first).is_pinned, "number 2 names it"
