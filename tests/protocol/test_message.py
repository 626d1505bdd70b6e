"""Messages: every reader sees the same words, nobody else sees any."""

from dataclasses import replace
from typing import Any

import pytest

from meldpunt.protocol.body import seal_body
from meldpunt.protocol.keys import BoxKey
from meldpunt.protocol.message import (
    OpenedKey,
    OpenedMessage,
    UnreadableError,
    first_header,
    open_message,
    seal_message,
    wrap_for,
)
from meldpunt.protocol.payload import make_payload
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.fields import REPORTER, Participant
from meldpunt.protocol.verify.log.header import VerifiedHeader, verify_header
from meldpunt.protocol.verify.sealed import SealedMessage, Wrap, check_body, check_wraps
from openapi.generator import scene
from openapi.generator.scene import ANNA, BRAM, CHRIS, REPORTER_KEYS, secret
from tests.protocol.refusal import refused

PAYLOAD = make_payload("Er klopt iets niet.", language="nl", kind="integrity")
KEY = secret("content key")
READERS = (ANNA.recipient, BRAM.recipient)


def sealed(**changes: Any) -> SealedMessage:  # noqa: ANN401 (any field)
    fields: dict[str, Any] = {
        "content_key": KEY,
        "author": REPORTER_KEYS.signing,
        "recipients": READERS,
    }
    return seal_message(scene.header(), PAYLOAD, **(fields | changes))


MESSAGE = sealed()
VERIFIED = verify_header(MESSAGE.header, MESSAGE.signature, REPORTER_KEYS.signing.public_key)


def opened(
    message: SealedMessage = MESSAGE,
    *,
    person: scene.Person = ANNA,
    reader: Participant | None = None,
    verified: VerifiedHeader = VERIFIED,
    keys: dict[ids.KeyId, BoxKey] | None = None,
) -> OpenedMessage:
    own = {person.recipient.key_id: person.chain.key(0)}
    return open_message(
        verified, message.body, message.wraps, reader=reader or person.id, box_keys=keys or own
    )


@pytest.mark.parametrize("person", [ANNA, BRAM])
def test_every_reader_sees_the_same_words(person: scene.Person) -> None:
    message = opened(person=person)
    assert message.payload == PAYLOAD
    assert message.payload.text == "Er klopt iets niet."
    assert message.content_key == KEY


def test_a_first_header_is_a_report_to_its_readers() -> None:
    document = ids.document_hash(scene.document().to_json())
    readers = (ANNA.id, BRAM.id)
    draft = first_header(
        line=scene.LINE, report=scene.REPORT, document=document, readers=tuple(sorted(readers))
    )
    assert draft.model_copy(update={"body": scene.header().body}) == scene.header(
        readers=tuple(sorted(readers))
    )


def test_the_reporter_reads_a_handlers_answer() -> None:
    draft = scene.header(ANNA.id)
    answer = seal_message(
        draft,
        PAYLOAD,
        content_key=KEY,
        author=ANNA.signing,
        recipients=(scene.REPORTER_RECIPIENT, BRAM.recipient),
    )
    verified = verify_header(answer.header, answer.signature, ANNA.signing.public_key)
    keys = {REPORTER_KEYS.box_key_id: REPORTER_KEYS.box}
    assert opened(answer, reader=REPORTER, verified=verified, keys=keys).payload == PAYLOAD


def test_a_message_whose_body_does_not_open_the_files_it_lists_is_refused() -> None:
    body = seal_body(PAYLOAD.to_json(), content_key=KEY)
    draft = scene.header(ANNA.id, attachments=scene.FILES, body=ids.body_hash(body))
    signed = VerifiedHeader(draft, MESSAGE.message_id, draft.to_json(), bytes(64))
    wrap = wrap_for(draft, MESSAGE.message_id, content_key=KEY, recipient=ANNA.recipient)
    message = MESSAGE.model_copy(update={"body": body, "wraps": (wrap,)})
    with refused(Reason.ATTACHMENTS):
        opened(message, verified=signed)


def test_a_message_survives_its_json() -> None:
    again = SealedMessage.from_value(MESSAGE.model_dump(mode="json", by_alias=True))
    assert again == MESSAGE


# --- sealing -------------------------------------------------------------------------------------


def test_a_message_that_nobody_can_read_is_not_made() -> None:
    with refused(Reason.NO_READER):
        sealed(recipients=())


def test_a_draft_that_breaks_a_rule_is_not_signed() -> None:
    with refused(Reason.TAG_NOT_ALLOWED):
        seal_message(
            scene.header(n=1, seen=(MESSAGE.message_id,)),
            PAYLOAD,
            content_key=KEY,
            author=REPORTER_KEYS.signing,
            recipients=READERS,
        )


def test_a_draft_that_lists_other_files_than_its_payload_is_not_made() -> None:
    with refused(Reason.ATTACHMENTS):
        seal_message(
            scene.header(ANNA.id, attachments=scene.FILES),
            PAYLOAD,
            content_key=KEY,
            author=ANNA.signing,
            recipients=READERS,
        )


def test_a_text_that_fits_no_class_is_refused_before_anything_is_made() -> None:
    with refused(Reason.TOO_LONG):
        seal_message(
            scene.header(),
            make_payload("a" * 65500, language="nl"),
            content_key=KEY,
            author=REPORTER_KEYS.signing,
            recipients=READERS,
        )


def test_an_unusable_key_is_refused_when_sealing() -> None:
    broken = replace(ANNA.recipient, public_key=ANNA.recipient.public_key[:1184] + bytes(32))
    with refused(Reason.WRAP_KEY):
        sealed(recipients=(broken,))


def test_a_later_wrap_opens_the_same_message() -> None:
    only_anna = sealed(recipients=(ANNA.recipient,))
    added = wrap_for(
        scene.header(), only_anna.message_id, content_key=KEY, recipient=BRAM.recipient
    )
    message = only_anna.model_copy(update={"wraps": (*only_anna.wraps, added)})
    assert opened(message, person=BRAM).payload == PAYLOAD


# --- refusals, in their order --------------------------------------------------------------------


def test_one_who_is_not_a_reader_gets_a_state_not_words() -> None:
    with refused(Reason.NOT_A_READER):
        opened(person=CHRIS)
    with refused(Reason.NOT_A_READER):
        opened(reader=REPORTER)


def test_a_wrap_does_not_make_somebody_a_reader() -> None:
    extra = wrap_for(scene.header(), MESSAGE.message_id, content_key=KEY, recipient=CHRIS.recipient)
    message = MESSAGE.model_copy(update={"wraps": (*MESSAGE.wraps, extra)})
    with refused(Reason.NOT_A_READER):
        opened(message, person=CHRIS)


def test_the_body_of_another_message_is_refused() -> None:
    body = seal_body(b"other", content_key=KEY)
    with refused(Reason.BODY_HASH):
        opened(MESSAGE.model_copy(update={"body": body}))


def test_a_reader_without_a_wrap_is_told_so() -> None:
    with refused(Reason.WRAP_READER):
        opened(MESSAGE.model_copy(update={"wraps": MESSAGE.wraps[1:]}))
    with refused(Reason.WRAP_READER):
        opened(keys={ids.KeyId(bytes(16)): ANNA.chain.key(0)})


def test_a_wrap_of_another_message_does_not_open() -> None:
    other = sealed(content_key=secret("another content key"))
    with refused(Reason.WRAP):
        opened(MESSAGE.model_copy(update={"wraps": other.wraps}))


def test_a_wrap_of_another_size_is_refused() -> None:
    short = tuple(wrap.model_copy(update={"wrap": wrap.wrap[:-1]}) for wrap in MESSAGE.wraps)
    with refused(Reason.WRAP_SIZE):
        opened(MESSAGE.model_copy(update={"wraps": short}))


def test_a_wrap_to_another_content_key_breaks_the_commitment() -> None:
    wrong = wrap_for(
        scene.header(),
        MESSAGE.message_id,
        content_key=secret("another content key"),
        recipient=ANNA.recipient,
    )
    with refused(Reason.COMMITMENT):
        opened(MESSAGE.model_copy(update={"wraps": (wrong,)}))


def test_a_bad_wrap_does_not_hide_a_good_one() -> None:
    wrong = wrap_for(
        scene.header(),
        MESSAGE.message_id,
        content_key=secret("another content key"),
        recipient=ANNA.recipient,
    )
    broken = Wrap(key_id=ANNA.recipient.key_id, wrap=bytes(1168))
    for wraps in ((wrong, broken, *MESSAGE.wraps), (*MESSAGE.wraps, broken, wrong)):
        assert opened(MESSAGE.model_copy(update={"wraps": wraps})).payload == PAYLOAD


def test_a_body_that_is_no_payload_is_refused() -> None:
    body = seal_body(b'{"version":1}', content_key=KEY)
    data = scene.header(body=ids.body_hash(body)).to_json()
    verified = VerifiedHeader(
        scene.header(body=ids.body_hash(body)), ids.message_id(data), data, b""
    )
    wrap = wrap_for(verified.header, verified.message_id, content_key=KEY, recipient=ANNA.recipient)
    with refused(Reason.PAYLOAD_LANGUAGE):
        open_message(
            verified,
            body,
            (wrap,),
            reader=ANNA.id,
            box_keys={ANNA.recipient.key_id: ANNA.chain.key(0)},
        )


# --- what anybody can check ----------------------------------------------------------------------


def test_anybody_can_check_body_and_wraps() -> None:
    check_body(VERIFIED.header, MESSAGE.body)
    check_wraps(MESSAGE.wraps)
    with refused(Reason.BODY_SIZE):
        check_body(VERIFIED.header, MESSAGE.body[:-1])
    with refused(Reason.BODY_HASH):
        check_body(VERIFIED.header, MESSAGE.body[:-1] + b"\0")
    with refused(Reason.ORDER):
        check_wraps((MESSAGE.wraps[0], MESSAGE.wraps[0]))
    with refused(Reason.WRAP_SIZE):
        check_wraps((Wrap(key_id=ANNA.recipient.key_id, wrap=bytes(1169)),))


def test_nothing_of_an_opened_message_is_printed() -> None:
    assert "klopt" not in repr(opened())
    assert str(KEY) not in repr(opened())


def test_a_message_that_its_readers_would_refuse_is_not_sealed() -> None:
    wrong = PAYLOAD.model_copy(update={"content": {"text": "a", "q1": "b"}})
    with refused(Reason.JSON_KEY):
        seal_message(
            scene.header(),
            wrong,
            content_key=KEY,
            author=REPORTER_KEYS.signing,
            recipients=READERS,
        )


def test_an_unreadable_message_gives_its_content_key_and_no_later_wrap_hides_why() -> None:
    body = seal_body(b'{"version":1,"language":"NL","content":{"text":"a"}}', content_key=KEY)
    header = scene.header(body=ids.body_hash(body))
    data = header.to_json()
    verified = VerifiedHeader(header, ids.message_id(data), data, b"")
    wrap = wrap_for(header, verified.message_id, content_key=KEY, recipient=ANNA.recipient)
    broken = wrap.model_copy(update={"wrap": bytes(len(wrap.wrap))})
    for wraps in ((wrap, broken), (broken, wrap)):
        with pytest.raises(UnreadableError) as unreadable:
            open_message(
                verified,
                body,
                wraps,
                reader=ANNA.id,
                box_keys={ANNA.recipient.key_id: ANNA.chain.key(0)},
            )
        assert unreadable.value.reason is Reason.PAYLOAD_LANGUAGE
        assert unreadable.value.key == OpenedKey(KEY, ANNA.recipient.key_id)
