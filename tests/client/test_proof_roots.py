"""Whose word counts in a proof of report: whoever made the file must not choose that."""

from datetime import date
from typing import Any, Final

import pytest

from meldpunt.cli.render.proof import verified_json, verified_lines
from meldpunt.client import HandlerKeys, LineKeys, Visit, prove_draft
from meldpunt.client.messages.draft import sorted_readers
from meldpunt.protocol.body import seal_body
from meldpunt.protocol.keys import SigningKey
from meldpunt.protocol.payload import make_payload
from meldpunt.protocol.report_proof import (
    ProvenDocument,
    ProvenLine,
    ProvenMessage,
    ReportProof,
    verify_report_proof,
)
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import encode_line_id
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.line_document import DOCUMENT_LABEL, LineDocument
from meldpunt.protocol.verify.log.header import MESSAGE_LABEL, Header, Tag
from meldpunt.protocol.verify.proof import proof_bytes
from tests.client.handover_scenario import LETTER, HandoverScenario

LIAR: Final = SigningKey.from_seed(b"a receipt key that is no host's.")
"""With which whoever makes the file signs for days of their own choice."""
LONG_AGO: Final = date(2019, 1, 1)


def dated(message: ProvenMessage, day: date = LONG_AGO) -> ProvenMessage:
    proof = LIAR.sign_raw(proof_bytes(message.message_id, day))
    return message.model_copy(update={"received_on": day, "proof": proof})


class Invented:
    """A line that lives on no host, named like a real one; its maker holds all its keys."""

    def __init__(self, scenario: HandoverScenario, model: LineDocument) -> None:
        entropy = scenario.hosted.entropy
        self.keys = LineKeys.create(entropy)
        self.handler = HandlerKeys.create(self.keys.line_id, entropy)
        [first] = [h for h in model.handlers if h.id == scenario.other.id_of(0)]
        entry = self.handler.entry(name=first.name, role=first.role)
        listed = first.model_copy(update={"id": entry.id, "signing_key": entry.signing_key})
        self.document = model.model_copy(
            update={
                "line_id": self.keys.line_id,
                "receipt_key": LIAR.public_key,
                "handlers": (listed,),
            }
        )

    def signed(self) -> ProvenLine:
        data = self.document.to_json()
        signature = self.keys.signing.sign(DOCUMENT_LABEL, data)
        return ProvenLine(
            first_key=self.keys.first_key,
            documents=(ProvenDocument(document=data, signature=signature),),
        )

    @property
    def document_hash(self) -> ids.Hash:
        return ids.document_hash(self.document.to_json())


def forge(
    visit: Visit,
    key: SigningKey,
    text: str,
    **fields: Any,  # noqa: ANN401 (those of its tag; the model checks them)
) -> ProvenMessage:
    """Sign a message that never went to any host."""
    thread = visit.thread
    content_key = bytes(32)
    body = seal_body(make_payload(text, language="en").to_json(), content_key=content_key)
    header = Header(
        version=1,
        line_id=thread.lines.birth_line.document.line_id,
        report_id=thread.keys.report,
        body=ids.body_hash(body),
        **fields,
    )
    data = header.to_json()
    return ProvenMessage(
        header=data, signature=key.sign(MESSAGE_LABEL, data), body=body, content_key=content_key
    )


async def forged_consent(scenario: HandoverScenario, visit: Visit, line: Invented) -> ProvenMessage:
    """Name the invented line in a consent that the reporter really signs."""
    thread, theirs = visit.thread, scenario.other.id_of(0)
    target = await visit.find_line(scenario.other.line_keys.line_id)
    real = (await visit.seal_consent(target, LETTER, language="en", readers=[theirs])).header
    assert real.handover is not None
    asked = real.handover.model_copy(
        update={
            "line_id": line.keys.line_id,
            "document": line.document_hash,
            "readers": (line.handler.handler_id,),
        }
    )
    return forge(
        visit,
        scenario.submission.keys.signing,
        LETTER,
        author=REPORTER,
        n=thread.log.next_n(REPORTER),
        tag=Tag.CONSENT,
        document=thread.line.document_hash,
        readers=sorted_readers({*real.readers, line.handler.handler_id} - {theirs}),
        seen=thread.log.seen(),
        handover=asked,
    )


def forged_acceptance(
    scenario: HandoverScenario, visit: Visit, line: Invented, consent: ProvenMessage
) -> ProvenMessage:
    return forge(
        visit,
        line.handler.signing,
        "We take this up.",
        author=line.handler.handler_id,
        n=0,
        tag=Tag.ACCEPTANCE,
        document=line.document_hash,
        day=scenario.hosted.today(),
        consent=consent.message_id,
        readers=sorted_readers((REPORTER, line.handler.handler_id)),
        seen=(consent.message_id,),
    )


async def invented_line(scenario: HandoverScenario, visit: Visit) -> Invented:
    target = await visit.find_line(scenario.other.line_keys.line_id)
    return Invented(scenario, target.document)


def refused(proof: ReportProof, **changes: object) -> Reason:
    with pytest.raises(RefusedError) as found:
        verify_report_proof(proof.model_copy(update=changes).to_json())
    return found.value.reason


async def test_an_invented_line_vouches_for_no_day(scenario: HandoverScenario) -> None:
    visit = await scenario.visit()
    proof = (await visit.prove()).proof
    line = await invented_line(scenario, visit)
    consent = await forged_consent(scenario, visit, line)
    [report] = proof.messages
    for messages in (
        (dated(report), consent),
        (dated(report), dated(consent)),
        (report, dated(consent)),
        (report, consent),
    ):
        reason = refused(proof, messages=messages, other_lines=(line.signed(),))
        assert reason is Reason.OTHER_LINE


async def test_an_invented_line_of_the_same_name_accepts_nothing(
    scenario: HandoverScenario,
) -> None:
    visit = await scenario.visit()
    proof = (await visit.prove()).proof
    line = await invented_line(scenario, visit)
    consent = await forged_consent(scenario, visit, line)
    acceptance = forged_acceptance(scenario, visit, line, consent)
    for words in ((consent, acceptance), (dated(consent), dated(acceptance))):
        messages = (*proof.messages, *words)
        reason = refused(proof, messages=messages, other_lines=(line.signed(),))
        assert reason is Reason.OTHER_LINE


async def accepted_proof(scenario: HandoverScenario) -> ReportProof:
    await scenario.consent()
    await scenario.accept()
    return (await (await scenario.visit()).prove()).proof


def with_liar(scenario: HandoverScenario, line: ProvenLine) -> ProvenLine:
    """Let the other line's office name a key that is no host's, in a document that it signs."""
    [known] = line.documents
    document = LineDocument.from_signed(known.document)
    lying = document.model_copy(
        update={
            "number": document.number + 1,
            "previous": ids.document_hash(known.document),
            "receipt_key": LIAR.public_key,
        }
    ).to_json()
    signature = scenario.other.line_keys.signing.sign(DOCUMENT_LABEL, lying)
    signed = ProvenDocument(document=lying, signature=signature)
    return line.model_copy(update={"documents": (known, signed)})


async def test_a_line_that_was_really_asked_vouches_for_no_day_either(
    scenario: HandoverScenario,
) -> None:
    proof = await accepted_proof(scenario)
    [other] = proof.other_lines or ()
    lying = (with_liar(scenario, other),)
    first, *others = proof.messages
    verify_report_proof(proof.model_copy(update={"other_lines": lying}).to_json())
    assert refused(proof, other_lines=lying, messages=(dated(first), *others)) is Reason.PROOF


async def test_a_line_counts_only_by_a_consent_that_the_host_signed_for(
    scenario: HandoverScenario,
) -> None:
    proof = await accepted_proof(scenario)
    report, consent, *others = proof.messages
    bare = consent.model_copy(update={"received_on": None, "proof": None})
    assert refused(proof, messages=(report, bare, *others)) is Reason.OTHER_LINE
    kept = proof.model_copy(update={"messages": (report, bare), "other_lines": None})
    assert [shown.received_on is None for shown in verify_report_proof(kept.to_json()).shown] == [
        False,
        True,
    ]


async def test_a_consent_that_is_kept_before_it_is_sent_brings_no_line(
    scenario: HandoverScenario,
) -> None:
    visit = await scenario.visit()
    draft = await scenario.seal_consent(visit)
    before = await visit.prove(None, [prove_draft(draft)])
    assert before.proof.other_lines is None
    await visit.send(draft)
    await visit.refresh()
    after = await visit.prove(before.data)
    assert len(after.proof.other_lines or ()) == 1


async def test_a_replaced_key_signs_no_document_after_its_successor(
    scenario: HandoverScenario,
) -> None:
    hosted = scenario.hosted
    old = hosted.line_keys.signing
    await hosted.owner().renew(force=True)
    await hosted.owner().rotate(lambda *_: None)
    visit = await scenario.visit()
    await visit.reply("More.", language="en")
    proof = (await (await scenario.visit()).prove()).proof
    newest = max(
        (LineDocument.from_signed(d.document) for d in proof.documents), key=lambda d: d.number
    )
    lying = newest.model_copy(
        update={
            "number": newest.number + 1,
            "previous": ids.document_hash(newest.to_json()),
            "key_number": 0,
            "receipt_key": LIAR.public_key,
        }
    ).to_json()
    signed = ProvenDocument(document=lying, signature=old.sign(DOCUMENT_LABEL, lying))
    messages = tuple(dated(message) for message in proof.messages)
    documents = (*proof.documents, signed)
    assert refused(proof, documents=documents, messages=messages) is Reason.KEY_NUMBER


async def test_every_author_is_shown_with_the_id_of_their_line(scenario: HandoverScenario) -> None:
    found = verify_report_proof((await accepted_proof(scenario)).to_json())
    shown = "\n".join(verified_lines(found))
    theirs = encode_line_id(scenario.other.line_keys.line_id)
    ours = encode_line_id(scenario.hosted.line_keys.line_id)
    authors = [message.get("authorLine") for message in verified_json(found)["messages"]]
    assert authors == [None, None, theirs]
    assert f"line: {theirs}" in shown
    assert shown.count(theirs) >= 2  # also where the line is listed
    assert ours in shown
