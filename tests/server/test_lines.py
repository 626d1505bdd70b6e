"""An office publishes its line, document after document, and anybody reads it."""

import asyncio
import os
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

import pytest

from meldpunt.protocol.keys import SigningKey
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import encode_base64url
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.line_document import DOCUMENT_LABEL
from meldpunt.protocol.verify.served import ServedLine
from meldpunt.wire.problems import ProblemType
from tests.support.answers import assert_problem, not_found, refused, same, stored
from tests.support.clock import FIRST_DAY
from tests.support.hosts import TestHost
from tests.support.office import TEXTS, Office

UNKNOWN: Final = encode_base64url(bytes(32))


async def test_an_invite_opens_a_line(empty_host: TestHost) -> None:
    office, owner = Office.make(), empty_host.caller
    put = office.put(invite=empty_host.invites[0])
    stored(await owner(office.line_key).put_twice(office.path, put))
    served = ServedLine.from_value(await owner().read(office.path))
    assert served.document == office.document.to_json()
    assert served.first_key == office.line_key.public_key
    assert served.box_keys == ()


@pytest.mark.parametrize("invite", [None, "", "no such invite", "\0"])
async def test_a_line_needs_an_invite_of_the_operator(
    empty_host: TestHost, invite: str | None
) -> None:
    office = Office.make()
    caller = empty_host.caller(office.line_key)
    before = await empty_host.rows()
    for _ in range(2):
        answer = await caller.put(office.path, office.put(invite=invite))
        assert_problem(answer, ProblemType.INVITE_INVALID)
    not_found(await caller.get(office.path))
    assert await empty_host.rows() == before


async def test_an_invite_is_good_for_one_line(empty_host: TestHost) -> None:
    first, second = Office.make(), Office.make()
    for office, expected in ((first, 201), (second, 403)):
        put = office.put(invite=empty_host.invites[0])
        answer = await empty_host.caller(office.line_key).put(office.path, put)
        assert answer.status_code == expected
    again = second.put(invite=empty_host.invites[1])
    stored(await empty_host.caller(second.line_key).put(second.path, again))


async def test_a_refused_first_document_uses_up_no_invite(empty_host: TestHost) -> None:
    office, invite = Office.make(), empty_host.invites[0]
    caller = empty_host.caller(office.line_key)
    refused(
        await caller.put(office.path, office.put(invite=invite, texts=TEXTS[:1])),
        Reason.TEXT_HASH,
    )
    stored(await caller.put(office.path, office.put(invite=invite)))


async def test_the_next_document_follows_and_the_old_one_stays(host: TestHost) -> None:
    following = host.office.next(names=host.office.document.names)
    caller = host.caller(host.office.line_key)
    for _ in range(2):
        answer = await caller.put(following.path, following.put(texts=()))
        assert answer.status_code == 200
    served = ServedLine.from_value(await host.caller().read(following.path))
    assert served.document == following.document.to_json()
    for office in (host.office, following):
        path = f"{office.path}/documents/{encode_base64url(office.document_hash)}"
        found = await host.caller().read(path)
        assert found["document"] == encode_base64url(office.document.to_json())


async def test_an_older_document_does_not_come_back(host: TestHost) -> None:
    following = host.office.next()
    caller = host.caller(host.office.line_key)
    assert (await caller.put(following.path, following.put())).status_code == 200
    replayed = await caller.put(host.office.path, host.office.put())
    assert_problem(replayed, ProblemType.CONFLICT)
    served = ServedLine.from_value(await host.caller().read(following.path))
    assert served.document == following.document.to_json()


async def test_a_number_has_one_document(host: TestHost) -> None:
    caller = host.caller(host.office.line_key)
    other = host.office.with_document(expires_on=FIRST_DAY + timedelta(days=30))
    assert_problem(await caller.put(other.path, other.put()), ProblemType.CONFLICT)
    skipping = host.office.next(number=3)
    assert_problem(await caller.put(skipping.path, skipping.put()), ProblemType.CONFLICT)


async def test_a_document_names_the_one_before_it(host: TestHost) -> None:
    caller = host.caller(host.office.line_key)
    wrong = host.office.next(previous=ids.Hash(bytes(32)))
    refused(await caller.put(wrong.path, wrong.put()), Reason.DOCUMENT_PREVIOUS)
    none = host.office.next(previous=None)
    refused(await caller.put(none.path, none.put()), Reason.DOCUMENT_PREVIOUS)


@pytest.mark.parametrize("field", ["from_", "until"])
async def test_nobody_comes_back_or_begins_anew(host: TestHost, field: str) -> None:
    office, caller = host.office, host.caller(host.office.line_key)
    first, *others = office.document.handlers
    left = office.next(handlers=(first.model_copy(update={"until": FIRST_DAY}), *others))
    assert (await caller.put(left.path, left.put())).status_code == 200
    change = {"until": None} if field == "until" else {"from_": FIRST_DAY + timedelta(days=1)}
    back = left.next(handlers=(left.document.handlers[0].model_copy(update=change), *others))
    refused(await caller.put(back.path, back.put()), Reason.DOCUMENT_PREVIOUS)
    assert (await caller.put(left.next().path, left.next().put())).status_code == 200


async def test_a_line_starts_with_number_one(empty_host: TestHost) -> None:
    office = Office.make().next()
    caller = empty_host.caller(office.line_key)
    put = office.put(invite=empty_host.invites[0])
    refused(await caller.put(office.path, put), Reason.DOCUMENT_PREVIOUS)


async def test_every_text_that_a_document_names_must_be_there(host: TestHost) -> None:
    added = b"a new guide"
    following = host.office.next(guide=ids.text_hash(added))
    caller = host.caller(host.office.line_key)
    refused(await caller.put(following.path, following.put(texts=())), Reason.TEXT_HASH)
    assert (await caller.put(following.path, following.put(texts=(added,)))).status_code == 200
    for text in (*TEXTS, added):
        path = f"{following.path}/texts/{encode_base64url(ids.text_hash(text))}"
        assert (await host.caller().read(path))["text"] == encode_base64url(text)


async def test_a_text_has_at_most_256_kib(host: TestHost) -> None:
    caller = host.caller(host.office.line_key)
    for size, expected in ((262_144, 200), (262_145, 400)):
        text = os.urandom(size)
        following = host.office.next(guide=ids.text_hash(text))
        answer = await caller.put(following.path, following.put(texts=(text,)))
        assert answer.status_code == expected
        if expected == 400:
            refused(answer, Reason.TOO_LONG)


async def test_only_the_line_key_publishes(host: TestHost) -> None:
    following = host.office.next()
    for stranger in (SigningKey.from_seed(os.urandom(32)), host.office.people[0].signing):
        answer = await host.caller(stranger).put(following.path, following.put())
        assert_problem(answer, ProblemType.SIGNATURE_REQUIRED)
        data = following.document.to_json()
        forged = following.put(signature=stranger.sign(DOCUMENT_LABEL, data))
        owner = host.caller(host.office.line_key)
        refused(await owner.put(following.path, forged), Reason.SIGNATURE)


async def test_a_line_is_named_after_its_first_key(empty_host: TestHost) -> None:
    office, other = Office.make(), Office.make()
    invite = empty_host.invites[0]
    answer = await empty_host.caller(office.line_key).put(other.path, office.put(invite=invite))
    refused(answer, Reason.FIRST_KEY)
    put = office.put(invite=invite, first_key=other.line_key.public_key)
    refused(await empty_host.caller(other.line_key).put(office.path, put), Reason.FIRST_KEY)


async def test_a_document_of_another_line_is_refused(host: TestHost) -> None:
    other = replace(Office.make(), line_key=host.office.line_key)
    put = other.put(first_key=host.office.line_key.public_key)
    answer = await host.caller(host.office.line_key).put(host.office.path, put)
    refused(answer, Reason.OTHER_LINE)


@pytest.mark.parametrize(
    ("signed_on", "expires_on"),
    [
        (FIRST_DAY + timedelta(days=3), FIRST_DAY + timedelta(days=90)),
        (FIRST_DAY - timedelta(days=90), FIRST_DAY - timedelta(days=3)),
        (FIRST_DAY, FIRST_DAY + timedelta(days=91)),
        (FIRST_DAY, FIRST_DAY - timedelta(days=1)),
        (date.max, date.max),
        (date.min, date.min),
    ],
    ids=["of the future", "expired", "for too long", "backwards", "of the end", "of the start"],
)
async def test_a_document_outside_its_dates_is_refused(
    host: TestHost, signed_on: date, expires_on: date
) -> None:
    wrong = host.office.next(signed_on=signed_on, expires_on=expires_on)
    answer = await host.caller(host.office.line_key).put(wrong.path, wrong.put())
    refused(answer, Reason.DOCUMENT_DATES)


async def test_what_is_not_there_is_one_answer(host: TestHost) -> None:
    other = Office.make()
    path, own_text = host.office.path, encode_base64url(ids.text_hash(TEXTS[0]))
    own_document = encode_base64url(host.office.document_hash)
    paths = (
        other.path,
        f"{path}/documents/{UNKNOWN}",
        f"{path}/documents/short",
        f"{other.path}/documents/{own_document}",
        f"{path}/texts/{UNKNOWN}",
        f"{other.path}/texts/{own_text}",
        "/v1/lines/" + "a" * 31,
        "/v1/lines/" + "A" * 32,
    )
    answers = [await host.caller().get(path) for path in paths]
    not_found(answers[0])
    same(*answers)


async def test_two_offices_at_once_and_one_twice_all_succeed(empty_host: TestHost) -> None:
    offices = (Office.make(), Office.make())
    answers = await asyncio.gather(
        *(
            empty_host.caller(office.line_key).put(office.path, office.put(invite=invite))
            for office, invite in zip(offices, empty_host.invites, strict=True)
            for _ in range(3)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200] * 4 + [201] * 2
