"""Hashes and ids: one use, one label; another input, another name."""

import hashlib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from meldpunt.protocol.keys import derive
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.hashing import labelled_hash

KEY = bytes(range(32))
BOX = bytes(1216)
LINE = ids.LineId(bytes(20))
HANDLER = ids.HandlerId(bytes(16))
REPORT = ids.ReportId(bytes(32))


def test_a_labelled_hash_is_blake2b_over_prefixed_parts() -> None:
    by_hand = hashlib.blake2b(b"\0\0\0\x05mp1/x\0\0\0\x01a\0\0\0\x02bc", digest_size=20).digest()
    assert labelled_hash(20, "mp1/x", b"a", b"bc") == by_hand


def test_a_derived_key_is_keyed_blake2b_over_the_label() -> None:
    assert derive(KEY, "mp1/x") == hashlib.blake2b(b"mp1/x", key=KEY, digest_size=32).digest()


@given(st.lists(st.binary(max_size=4), max_size=4), st.lists(st.binary(max_size=4), max_size=4))
def test_other_parts_make_another_hash(first: list[bytes], second: list[bytes]) -> None:
    same = labelled_hash(32, "mp1/x", *first) == labelled_hash(32, "mp1/x", *second)
    assert same == (first == second)


@given(st.integers(1, 63))
def test_a_shorter_hash_is_no_prefix_of_a_longer_one(size: int) -> None:
    longer = labelled_hash(size + 1, "mp1/x", b"a")
    assert size < 4 or labelled_hash(size, "mp1/x", b"a") != longer[:size]


def test_ids_follow_their_formula() -> None:
    zero, zero2, zero4 = bytes(8), b"\0\0\0\x20" + KEY, b"\0\0\x04\xc0" + BOX

    def by_hand(size: int, label: bytes, *parts: bytes) -> bytes:
        prefixed = len(label).to_bytes(4, "big") + label + b"".join(parts)
        return hashlib.blake2b(prefixed, digest_size=size).digest()

    line = b"\0\0\0\x14" + LINE
    handler = b"\0\0\0\x10" + HANDLER
    report = b"\0\0\0\x20" + REPORT
    assert ids.line_id(KEY) == by_hand(20, b"mp1/line-id", zero2)
    assert ids.handler_id(LINE, KEY) == by_hand(16, b"mp1/handler-id", line, zero2)
    assert ids.box_key_id(line=LINE, handler=HANDLER, number=0, public_key=BOX) == by_hand(
        16, b"mp1/box-key-id", line, handler, b"\0\0\0\x08" + zero, zero4
    )
    assert ids.report_id(signing_key=KEY, box_key=BOX) == by_hand(
        32, b"mp1/report-id", zero2, zero4
    )
    assert ids.reporter_key_id(REPORT, BOX) == by_hand(16, b"mp1/reporter-key-id", report, zero4)
    assert ids.message_id(KEY) == by_hand(32, b"mp1/message-id", zero2)
    assert ids.body_hash(KEY) == by_hand(32, b"mp1/body", zero2)
    assert ids.document_hash(KEY) == by_hand(32, b"mp1/line-document", zero2)
    assert ids.text_hash(KEY) == by_hand(32, b"mp1/text", zero2)
    assert ids.inbox_entry(HANDLER, REPORT) == by_hand(16, b"mp1/inbox-entry", handler, report)


def test_a_box_keys_name_depends_on_everything_it_is_bound_to() -> None:
    base: dict[str, Any] = {"line": LINE, "handler": HANDLER, "number": 0, "public_key": BOX}
    changes: list[dict[str, Any]] = [
        {},
        {"line": ids.LineId(b"\1" * 20)},
        {"handler": ids.HandlerId(b"\1" * 16)},
        {"number": 1},
        {"public_key": b"\1" * 1216},
    ]
    names = {ids.box_key_id(**(base | change)) for change in changes}
    assert len(names) == len(changes)


def test_two_handlers_names_for_one_report_differ() -> None:
    other = ids.HandlerId(b"\1" * 16)
    assert ids.inbox_entry(HANDLER, REPORT) != ids.inbox_entry(other, REPORT)


def test_one_person_is_another_handler_on_another_line() -> None:
    assert ids.handler_id(LINE, KEY) != ids.handler_id(ids.LineId(b"\1" * 20), KEY)
