"""Headers: who may say what, and to whom."""

from datetime import date, timedelta
from typing import Any

import pytest

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.log.header import (
    HANDLER_TAGS,
    MESSAGE_LABEL,
    REPORTER_TAGS,
    TAGS_WITHOUT_FILES,
    Handover,
    Successor,
    Tag,
    parse_header,
    verify_header,
)
from openapi.generator.scene import (
    ANNA,
    BRAM,
    CHRIS,
    FILES,
    OTHER_LINE,
    REPORTER_KEYS,
    TODAY,
    header,
    in_order,
)
from tests.protocol.refusal import refused

DAY = timedelta(days=1)
SEEN = (ids.message_id(b"earlier"),)
HANDOVER = Handover(
    line_id=OTHER_LINE,
    document=ids.document_hash(b"theirs"),
    readers=(BRAM.id,),
    messages=SEEN,
    until=date(2026, 12, 6),
)
EXTRA: dict[Tag, dict[str, Any]] = {
    Tag.PAUSE: {"until": TODAY + DAY},
    Tag.WITHDRAWAL: {"immediate": False},
    Tag.ADMIT: {"admits": CHRIS.id, "readers": in_order(ANNA.id, CHRIS.id, REPORTER)},
    Tag.SUCCESSION: {
        "successor": Successor(signing_key=bytes(32), box_key=bytes(1216), signature=bytes(64))
    },
    Tag.PROPOSAL: {"proposes": OTHER_LINE},
    Tag.CONSENT: {"handover": HANDOVER},
    Tag.ACCEPTANCE: {"consent": SEEN[0]},
    Tag.REFUSAL: {"consent": SEEN[0]},
}


def parsed(author: Any = REPORTER, **changes: Any) -> Any:  # noqa: ANN401 (any field)
    return parse_header(header(author, **changes).to_json())


def test_a_first_report_and_an_answer_hold() -> None:
    assert parsed() == header()
    assert parsed(ANNA.id) == header(ANNA.id)


@pytest.mark.parametrize("tag", list(Tag))
def test_a_reporter_sends_only_a_reporters_tags(tag: Tag) -> None:
    changes = {"n": 1, "seen": SEEN, "tag": tag} | EXTRA.get(tag, {})
    if tag in REPORTER_TAGS - {Tag.REPORT}:
        assert parsed(**changes).tag is tag
    else:
        with refused(Reason.TAG_NOT_ALLOWED):
            parsed(**changes)


@pytest.mark.parametrize("tag", list(Tag))
def test_a_handler_sends_only_a_handlers_tags(tag: Tag) -> None:
    changes = {"tag": tag} | EXTRA.get(tag, {})
    if tag in HANDLER_TAGS:
        assert parsed(ANNA.id, **changes).tag is tag
    else:
        with refused(Reason.TAG_NOT_ALLOWED):
            parsed(ANNA.id, **changes)


def test_a_report_is_the_first_message_and_only_that() -> None:
    with refused(Reason.TAG_NOT_ALLOWED):
        parsed(tag=Tag.MESSAGE)
    with refused(Reason.TAG_NOT_ALLOWED):
        parsed(n=1, seen=SEEN)


@pytest.mark.parametrize(
    "change",
    [
        {"day": TODAY},
        {"readers": in_order(ANNA.id, REPORTER)},
        {"seen": SEEN},
        {"n": 1, "tag": Tag.MESSAGE, "seen": ()},
        {"n": 1, "tag": Tag.MESSAGE, "seen": SEEN, "until": TODAY},
        {"n": 1, "tag": Tag.MESSAGE, "seen": SEEN, "immediate": True},
        {"n": 1, "tag": Tag.WITHDRAWAL, "seen": SEEN},
        {"n": 1, "tag": Tag.CONSENT, "seen": SEEN},
        {"n": 1, "tag": Tag.MESSAGE, "seen": SEEN, "handover": HANDOVER},
        {"n": 1, "tag": Tag.CONSENT, "seen": SEEN, "handover": HANDOVER, "readers": (ANNA.id,)},
        {
            "n": 1,
            "tag": Tag.CONSENT,
            "seen": SEEN,
            "handover": HANDOVER.model_copy(update={"until": date(2026, 12, 7)}),
        },
    ],
)
def test_a_field_that_does_not_go_with_a_reporter_is_refused(change: dict[str, Any]) -> None:
    with refused(Reason.HEADER_FIELDS):
        parsed(**change)


@pytest.mark.parametrize(
    "change",
    [
        {"day": None},
        {"seen": ()},
        {"readers": in_order(BRAM.id, REPORTER)},
        {"tag": Tag.ACKNOWLEDGEMENT, "readers": in_order(ANNA.id, BRAM.id)},
        {"tag": Tag.CLOSING, "readers": in_order(ANNA.id)},
        {"tag": Tag.PAUSE},
        {"tag": Tag.PAUSE, "until": TODAY},
        {"until": TODAY + DAY},
        {"immediate": False},
        {"tag": Tag.PROPOSAL},
        {"tag": Tag.ACCEPTANCE},
        {"proposes": OTHER_LINE},
        {"consent": SEEN[0]},
        {"tag": Tag.REFUSAL, "consent": SEEN[0], "readers": in_order(ANNA.id, BRAM.id)},
    ],
)
def test_a_field_that_does_not_go_with_a_handler_is_refused(change: dict[str, Any]) -> None:
    with refused(Reason.HEADER_FIELDS):
        parsed(ANNA.id, **change)


@pytest.mark.parametrize("tag", list(Tag))
def test_every_message_may_bring_files_but_the_first_and_the_last(tag: Tag) -> None:
    changes = {"tag": tag, "attachments": FILES} | EXTRA.get(tag, {})
    for author in (REPORTER, ANNA.id):
        if author == REPORTER and tag in REPORTER_TAGS:
            changes |= {"n": 0, "seen": ()} if tag is Tag.REPORT else {"n": 1, "seen": SEEN}
        elif author == REPORTER or tag not in HANDLER_TAGS:
            continue
        if tag in TAGS_WITHOUT_FILES:
            with refused(Reason.HEADER_FIELDS):
                parsed(author, **changes)
        else:
            assert parsed(author, **changes).attachments == FILES


def test_a_handler_may_write_a_note_that_the_reporter_does_not_read() -> None:
    assert REPORTER not in parsed(ANNA.id, readers=in_order(ANNA.id, BRAM.id)).readers


def _replaced(old: str, new: str, author: Any = REPORTER, **changes: Any) -> bytes:  # noqa: ANN401 (any field)
    text = header(author, **changes).to_json().decode()
    assert old in text
    return text.replace(old, new, 1).encode()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (_replaced('"version":1', '"version":2'), Reason.FIELDS),
        (_replaced('"n":0', '"n":-1'), Reason.FIELDS),
        (_replaced('"n":0', '"n":"0"'), Reason.FIELDS),
        (_replaced('"n":0', '"n":0,"more":0'), Reason.FIELDS),
        (_replaced('"tag":"report"', '"tag":"greeting"'), Reason.FIELDS),
        (_replaced('"author":"reporter"', '"author":"Reporter"'), Reason.LENGTH),
        (_replaced('"author":"reporter"', '"author":7'), Reason.FIELDS),
        (_replaced('"n":0', '"n":0,"day":null'), Reason.JSON_NULL),
        (_replaced('"n":0', '"n":0 '), Reason.JSON_NOT_CANONICAL),
        (_replaced('"seen":[]', '"seen":{}'), Reason.FIELDS),
        (_replaced('"readers":[', '"readers":[],"x":['), Reason.FIELDS),
        (_replaced('"immediate":false', '"immediate":0', n=1, seen=SEEN, tag=Tag.WITHDRAWAL,
                   immediate=False), Reason.FIELDS),
    ],
)  # fmt: skip
def test_a_header_has_exactly_its_fields(data: bytes, reason: Reason) -> None:
    with refused(reason):
        parse_header(data)


def test_lists_are_sorted_and_name_nobody_twice() -> None:
    anna, bram = (f'"{r}"' for r in _texts(header().to_json()))
    for readers in (f"[{bram},{anna}]", f"[{anna},{anna}]"):
        with refused(Reason.ORDER):
            parse_header(_replaced(f"[{anna},{bram}]", readers))


def _texts(data: bytes) -> list[str]:
    return data.decode().split('"readers":["')[1].split('"]')[0].split('","')


def test_reporter_sorts_among_handler_ids_by_its_letters() -> None:
    assert in_order(REPORTER, ids.HandlerId(b"\xff" * 16), ids.HandlerId(bytes(16))) == (
        ids.HandlerId(bytes(16)),
        ids.HandlerId(b"\xff" * 16),
        REPORTER,
    )
    assert in_order(ids.HandlerId(b"\xc0" + bytes(15)), REPORTER)[0] == REPORTER


def test_a_header_is_verified_under_its_authors_key() -> None:
    data = header().to_json()
    signature = REPORTER_KEYS.signing.sign(MESSAGE_LABEL, data)
    verified = verify_header(data, signature, REPORTER_KEYS.signing.public_key)
    assert verified.message_id == ids.message_id(data)
    assert (verified.data, verified.signature) == (data, signature)
    with refused(Reason.SIGNATURE):
        verify_header(data, signature, ANNA.signing.public_key)
    with refused(Reason.SIGNATURE):
        verify_header(header(n=0, readers=(ANNA.id,)).to_json(), signature,
                      REPORTER_KEYS.signing.public_key)  # fmt: skip
    with refused(Reason.SIGNATURE):
        verify_header(data, REPORTER_KEYS.signing.sign("mp1/line-document", data),
                      REPORTER_KEYS.signing.public_key)  # fmt: skip


def test_the_form_is_judged_before_the_signature() -> None:
    with refused(Reason.TAG_NOT_ALLOWED):
        verify_header(header(tag=Tag.MESSAGE).to_json(), bytes(64), ANNA.signing.public_key)
