"""A new report: what the host takes, and all that it refuses."""

import asyncio
import os
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import pytest

from meldpunt.protocol.keys import ReporterKeys
from meldpunt.protocol.message import Recipient
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.fields import REPORTER, Participant, participant_text
from meldpunt.protocol.verify.log.header import MESSAGE_LABEL, Header, Tag
from meldpunt.protocol.verify.sealed import SealedMessage, Wrap
from meldpunt.wire.problems import ProblemType
from meldpunt.wire.reports import ReportPut
from tests.support.answers import assert_problem, malformed, not_found, refused, stored
from tests.support.clock import FIRST_DAY
from tests.support.correspondence import Correspondence, seal
from tests.support.hosts import TestHost
from tests.support.office import Office

NOTHING: Final = ids.Hash(bytes(32))


async def put(talk: Correspondence, sealed: SealedMessage) -> Any:  # noqa: ANN401 (an answer)
    return await talk.reporter.put("/v1/report", talk.put(sealed))


def resigned(talk: Correspondence, sealed: SealedMessage, header: bytes) -> SealedMessage:
    """Return a message with another header, signed by the reporter all the same."""
    signature = talk.keys.signing.sign(MESSAGE_LABEL, header)
    return sealed.model_copy(update={"header": header, "signature": signature})


async def test_a_report_is_stored_and_a_retry_finds_it(host: TestHost) -> None:
    talk = host.correspondence()
    answer = await talk.submit()
    assert answer.json()["receivedOn"] == FIRST_DAY.isoformat()
    counts = {table: len(rows) for table, rows in (await host.rows()).items()}
    assert (counts["reports"], counts["messages"], counts["body_parts"]) == (1, 1, 1)
    assert (counts["wraps"], counts["inbox"]) == (2, 2)


@pytest.mark.parametrize("size", [10, 2000, 10_000, 65_000])
async def test_every_size_class_arrives_whole(host: TestHost, size: int) -> None:
    talk = host.correspondence()
    await talk.submit("x" * size)
    page = await talk.handler(0).read(f"{talk.entry(0)}/messages")
    sent = talk.messages[0].model_dump(mode="json", by_alias=True)
    assert page["messages"][0]["body"] == sent["body"]
    assert page["messages"][0]["header"] == sent["header"]


async def test_the_same_report_many_times_at_once_is_one_report(host: TestHost) -> None:
    talk = host.correspondence()
    body = talk.put()
    answers = await asyncio.gather(*(talk.reporter.put("/v1/report", body) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len((await host.rows())["messages"]) == 1


async def test_a_retry_may_bring_other_wraps(host: TestHost) -> None:
    """The message is known by its id; wraps are added by those who can read it."""
    talk = await host.report()
    known = talk.messages[0]
    fewer = known.model_copy(update={"wraps": known.wraps[:1]})
    assert (await put(talk, fewer)).status_code == 200
    assert len((await host.rows())["wraps"]) == 2


async def test_one_pair_of_keys_makes_one_report(host: TestHost) -> None:
    talk = await host.report()
    again = talk.seal(talk.first_draft(), talk.keys.signing, "Iets anders.")
    assert_problem(await put(talk, again), ProblemType.CONFLICT)
    other_box = replace(talk.keys, box=ReporterKeys.from_seed(os.urandom(32)).box)
    talk.keys = other_box
    moved = talk.seal(talk.first_draft(), talk.keys.signing)
    assert_problem(await put(talk, moved), ProblemType.CONFLICT)
    assert len((await host.rows())["reports"]) == 1


async def test_the_reporter_signs_request_and_header(host: TestHost) -> None:
    talk, stranger = host.correspondence(), host.correspondence()
    body = talk.put()
    answer = await stranger.reporter.put("/v1/report", body)
    assert_problem(answer, ProblemType.SIGNATURE_REQUIRED)
    forged = talk.seal(talk.first_draft(), stranger.keys.signing)
    refused(await put(talk, forged), Reason.SIGNATURE)


async def test_the_report_is_named_after_the_keys_sent_with_it(host: TestHost) -> None:
    talk, other = host.correspondence(), host.correspondence()
    body = ReportPut(
        keys=other.put().keys.model_copy(update={"signing_key": talk.keys.signing.public_key}),
        message=talk.put().message,
    )
    refused(await talk.reporter.put("/v1/report", body), Reason.REPORT_KEYS)
    moved = talk.seal(talk.first_draft(report_id=other.keys.report_id), talk.keys.signing)
    refused(await put(talk, moved), Reason.REPORT_KEYS)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"tag": Tag.MESSAGE}, Reason.TAG_NOT_ALLOWED),
        ({"tag": Tag.ACKNOWLEDGEMENT}, Reason.TAG_NOT_ALLOWED),
        ({"n": 1}, Reason.TAG_NOT_ALLOWED),
        ({"n": 1, "tag": Tag.MESSAGE, "seen": (ids.MessageId(NOTHING),)}, Reason.TAG_NOT_ALLOWED),
        ({"seen": (ids.MessageId(NOTHING),)}, Reason.HEADER_FIELDS),
        ({"day": FIRST_DAY}, Reason.HEADER_FIELDS),
        ({"until": FIRST_DAY}, Reason.HEADER_FIELDS),
        ({"immediate": True}, Reason.HEADER_FIELDS),
        ({"document": NOTHING}, Reason.DOCUMENT_UNKNOWN),
        ({"line_id": ids.LineId(bytes(20))}, Reason.DOCUMENT_UNKNOWN),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else value.value,
)
async def test_a_header_that_breaks_a_rule_is_refused(
    host: TestHost, changes: dict[str, Any], reason: Reason
) -> None:
    talk = host.correspondence()
    sealed = talk.seal(talk.first_draft(**changes), talk.keys.signing)
    refused(await put(talk, sealed), reason)
    assert not (await host.rows())["reports"]


async def test_the_reporter_is_no_reader_and_a_handler_no_author(host: TestHost) -> None:
    talk = host.correspondence()
    everybody: list[Participant] = [*talk.readers, REPORTER]
    own = tuple(sorted(everybody, key=participant_text))
    sealed = talk.seal(talk.first_draft(readers=own), talk.keys.signing)
    answer = await put(talk, sealed)
    refused(answer, Reason.HEADER_FIELDS)
    assert answer.json()["field"] == "readers"
    handler = talk.office.people[0].id
    draft = talk.first_draft(
        author=handler, tag=Tag.MESSAGE, day=FIRST_DAY, seen=(ids.MessageId(NOTHING),)
    ).model_copy(update={"readers": talk.readers})
    refused(await put(talk, talk.seal(draft, talk.keys.signing)), Reason.AUTHOR_UNKNOWN)


async def test_an_altered_header_is_refused(host: TestHost) -> None:
    talk = host.correspondence()
    sealed = talk.put().message
    position = sealed.header.index(b'"body":"') + 8
    other = b"A" if sealed.header[position : position + 1] != b"A" else b"B"
    altered = sealed.header[:position] + other + sealed.header[position + 1 :]
    unsigned = sealed.model_copy(update={"header": altered})
    refused(await put(talk, unsigned), Reason.SIGNATURE)
    refused(await put(talk, resigned(talk, sealed, altered)), Reason.BODY_HASH)
    spaced = sealed.header.replace(b",", b", ")
    malformed(await put(talk, resigned(talk, sealed, spaced)), Reason.JSON_NOT_CANONICAL)


async def test_a_body_is_of_a_size_class_and_the_one_named(host: TestHost) -> None:
    talk = host.correspondence()
    sealed = talk.put().message
    for body, reason in (
        (sealed.body[:-1], Reason.BODY_SIZE),
        (b"", Reason.BODY_SIZE),
        (sealed.body + bytes(3072), Reason.BODY_HASH),
        (bytes(len(sealed.body)), Reason.BODY_HASH),
    ):
        refused(await put(talk, sealed.model_copy(update={"body": body})), reason)


async def test_a_reader_must_handle_reports_under_that_document(host: TestHost) -> None:
    people = host.office.people
    leaving = people[1].listed(until=FIRST_DAY + timedelta(days=1))
    following = host.office.next(handlers=(people[0].listed(), leaving, people[2].listed()))
    await host.caller(host.office.line_key).put(following.path, following.put())
    talk = host.correspondence()
    talk.office = following
    stored(await put(talk, talk.put().message))
    host.time.pass_days(1)
    late = host.correspondence()
    late.office = following
    refused(await put(late, late.put().message), Reason.READER_NOT_ALLOWED)


async def test_an_unknown_reader_is_refused(host: TestHost) -> None:
    talk = host.correspondence()
    stranger = Office.make().people[0].id
    readers = tuple(sorted((talk.readers[0], stranger), key=participant_text))
    sealed = talk.seal(talk.first_draft(readers=readers), talk.keys.signing)
    refused(await put(talk, sealed), Reason.READER_NOT_ALLOWED)


async def test_readers_are_in_order_and_named_once(host: TestHost) -> None:
    talk = host.correspondence()
    for readers in (talk.readers[::-1], talk.readers[:1] * 2):
        sealed = talk.seal(talk.first_draft(readers=readers), talk.keys.signing)
        refused(await put(talk, sealed), Reason.ORDER)
    nobody = seal(talk.first_draft(readers=()), talk.keys.signing, talk.recipients(talk.readers))
    malformed(await put(talk, nobody), Reason.FIELDS)


async def test_wraps_are_for_readers_only(host: TestHost) -> None:
    talk = host.correspondence()
    outsider = talk.office.people[2].recipient()
    unknown = Recipient(ids.KeyId(bytes(16)), outsider.public_key)
    honest = talk.recipients(talk.readers)
    for recipients, reason in (
        ([*honest, outsider], Reason.WRAP_READER),
        ([outsider], Reason.WRAP_READER),
        ([*honest, unknown], Reason.WRAP_READER),
        ([*honest, talk.own_key], Reason.WRAP_READER),
        ([honest[0], honest[0]], Reason.ORDER),
    ):
        sealed = talk.seal(talk.first_draft(), talk.keys.signing, recipients=recipients)
        refused(await put(talk, sealed), reason)
    assert not (await host.rows())["reports"]


async def test_one_wrap_is_enough_and_none_is_not(host: TestHost) -> None:
    talk = host.correspondence()
    sealed = talk.put().message
    none = SealedMessage.model_construct(
        header=sealed.header, signature=sealed.signature, body=sealed.body, wraps=()
    )
    body = ReportPut.model_construct(keys=talk.put().keys, message=none)
    malformed(await talk.reporter.put("/v1/report", body), Reason.FIELDS)
    stored(await put(talk, sealed.model_copy(update={"wraps": sealed.wraps[1:]})))
    missing = await talk.handler(0).read(f"{talk.entry(0)}/messages")
    assert [len(message["wraps"]) for message in missing["messages"]] in ([0], [1])


@pytest.mark.parametrize("size", [0, 1167, 1169])
async def test_a_wrap_has_one_size(sqlite_host: TestHost, size: int) -> None:
    talk = sqlite_host.correspondence()
    sealed = talk.put().message
    wrong = Wrap(key_id=sealed.wraps[0].key_id, wrap=bytes(size))
    refused(await put(talk, sealed.model_copy(update={"wraps": (wrong,)})), Reason.WRAP_SIZE)


async def test_a_refused_report_does_not_exist(host: TestHost) -> None:
    talk = host.correspondence()
    await put(talk, talk.seal(talk.first_draft(document=NOTHING), talk.keys.signing))
    not_found(await talk.reporter.get("/v1/report"))
    not_found(await talk.handler(0).get(talk.entry(0)))
    stored(await put(talk, talk.put().message))


async def test_a_header_is_kept_as_the_bytes_that_were_signed(host: TestHost) -> None:
    talk = await host.report()
    served = (await talk.reporter.read("/v1/report/messages"))["messages"][0]
    sent = talk.messages[0].model_dump(mode="json", by_alias=True)
    assert (served["header"], served["signature"]) == (sent["header"], sent["signature"])
    assert Header.from_signed(talk.messages[0].header).author == "reporter"


async def test_a_message_of_64_kib_with_64_wraps_fits(host: TestHost) -> None:
    """The limit on bodies must not refuse what the protocol allows."""
    talk = await host.report()
    text = os.urandom(32_500).hex()
    draft = talk.draft(REPORTER, Tag.MESSAGE)
    sealed = talk.seal(draft, talk.keys.signing, text)
    assert len(sealed.body) > 65_536
    many = sealed.model_copy(update={"wraps": sealed.wraps[:1] * 64})
    answer = await talk.reporter_puts(many)
    refused(answer, Reason.ORDER)
    stored(await talk.reporter_puts(sealed))
