"""Handlers publish box keys ahead; the host serves those of the day."""

import asyncio
import os
from datetime import date, timedelta
from typing import Final

import pytest

from meldpunt.protocol.keys import SigningKey
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.box_key import BoxKeyStatement, SignedBoxKey
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.served import ServedLine
from meldpunt.wire.lines import BoxKeysPut
from meldpunt.wire.problems import ProblemType
from tests.support.answers import assert_problem, malformed, not_found, refused
from tests.support.clock import FIRST_DAY
from tests.support.hosts import TestHost
from tests.support.office import KEY_DAYS, Office

SECOND_KEY: Final = FIRST_DAY + timedelta(days=30)


def path_of(host: TestHost) -> str:
    return f"{host.office.path}/box-keys"


async def served_numbers(host: TestHost) -> list[int]:
    """Return the numbers of the keys served for the first handler."""
    served = ServedLine.from_value(await host.caller().read(host.office.path))
    statements = [BoxKeyStatement.from_signed(signed.statement) for signed in served.box_keys]
    return [s.number for s in statements if s.handler_id == host.office.people[0].id]


async def test_the_newest_key_of_the_day_is_served(host: TestHost) -> None:
    person = host.office.people[0]
    keys = person.box_keys(
        person.statement(1, not_before=SECOND_KEY),
        person.statement(2, not_before=SECOND_KEY + timedelta(days=30)),
    )
    assert (await host.handler(0).put_twice(path_of(host), keys)).status_code == 204
    last = SECOND_KEY + timedelta(days=30) + KEY_DAYS
    for day, expected in (
        (FIRST_DAY, [0]),
        (SECOND_KEY - timedelta(days=1), [0]),
        (SECOND_KEY, [1]),
        (FIRST_DAY + KEY_DAYS, [1]),
        (last, [2]),
        (last + timedelta(days=1), []),
        (FIRST_DAY - timedelta(days=1), []),
    ):
        host.time.set_day(day)
        assert await served_numbers(host) == expected, day


async def test_a_number_has_one_key(host: TestHost) -> None:
    person = host.office.people[0]
    other = person.statement(0, not_after=FIRST_DAY + timedelta(days=1))
    new = person.statement(1, not_before=SECOND_KEY)
    answer = await host.handler(0).put(path_of(host), person.box_keys(new, other))
    assert_problem(answer, ProblemType.CONFLICT)
    host.time.set_day(SECOND_KEY)
    assert await served_numbers(host) == [0], "a refused body leaves nothing behind"


async def test_a_key_is_good_for_60_days_at_most(host: TestHost) -> None:
    person = host.office.people[0]
    for days, expected in ((60, 204), (61, 400), (-1, 400)):
        statement = person.statement(days % 7, not_before=SECOND_KEY).model_copy(
            update={"not_after": SECOND_KEY + timedelta(days=days), "number": 3}
        )
        answer = await host.handler(0).put(path_of(host), person.box_keys(statement))
        assert answer.status_code == expected
        if expected == 400:
            refused(answer, Reason.BOX_KEY_DATES)


async def test_a_key_at_either_end_of_the_calendar_is_never_served(host: TestHost) -> None:
    person = host.office.people[0]
    early = person.statement(1, not_before=date.min)
    late = person.statement(2, not_before=date.max, not_after=date.max)
    answer = await host.handler(0).put(path_of(host), person.box_keys(early, late))
    refused(answer, Reason.BOX_KEY_DATES)
    answer = await host.handler(0).put(path_of(host), person.box_keys(late))
    assert answer.status_code == 204
    assert await served_numbers(host) == [0]


async def test_nobody_publishes_for_a_colleague(host: TestHost) -> None:
    colleague = host.office.people[1]
    put = colleague.box_keys(colleague.statement(1, not_before=SECOND_KEY))
    answer = await host.handler(0).put(path_of(host), put)
    refused(answer, Reason.BOX_KEY_OTHER_HANDLER)


async def test_the_handler_signs_the_key(host: TestHost) -> None:
    person, colleague = host.office.people[:2]
    statement = person.statement(1, not_before=SECOND_KEY)
    forged = SignedBoxKey(
        statement=statement.to_json(), signature=colleague.sign_box_key(statement).signature
    )
    answer = await host.handler(0).put(path_of(host), BoxKeysPut(box_keys=(forged,)))
    refused(answer, Reason.SIGNATURE)


async def test_a_key_names_its_line_and_its_handler(host: TestHost) -> None:
    person = host.office.people[0]
    for change, reason in (
        ({"line_id": ids.LineId(bytes(20))}, Reason.BOX_KEY_OTHER_LINE),
        ({"handler_id": ids.HandlerId(bytes(16))}, Reason.BOX_KEY_OTHER_HANDLER),
    ):
        statement = person.statement(1, not_before=SECOND_KEY).model_copy(update=change)
        answer = await host.handler(0).put(path_of(host), person.box_keys(statement))
        refused(answer, reason)


async def test_a_statement_travels_as_the_bytes_that_were_signed(host: TestHost) -> None:
    person = host.office.people[0]
    spaced = person.statement(1).to_json().replace(b":", b": ")
    forged = SignedBoxKey(statement=spaced, signature=person.signing.sign("mp1/box-key", spaced))
    answer = await host.handler(0).put(path_of(host), BoxKeysPut(box_keys=(forged,)))
    malformed(answer, Reason.JSON_NOT_CANONICAL)


async def test_who_does_not_handle_reports_here_publishes_nothing(host: TestHost) -> None:
    put = host.office.people[0].box_keys()
    other = Office.make()
    stranger = SigningKey.from_seed(os.urandom(32))
    for caller, path in (
        (host.caller(stranger), path_of(host)),
        (host.caller(host.office.line_key), path_of(host)),
        (host.handler(0), f"{other.path}/box-keys"),
        (host.handler(0), "/v1/lines/nonsense/box-keys"),
    ):
        not_found(await caller.put(path, put))


@pytest.mark.parametrize("count", [0, 17])
async def test_a_body_holds_1_to_16_keys(sqlite_host: TestHost, count: int) -> None:
    one = sqlite_host.office.people[0].box_keys().box_keys[0]
    put = BoxKeysPut.model_construct(box_keys=(one,) * count)
    answer = await sqlite_host.handler(0).put(path_of(sqlite_host), put)
    malformed(answer, Reason.FIELDS)


async def test_a_handler_has_at_most_128_keys_ahead(host: TestHost) -> None:
    person = host.office.people[0]

    def put(first: int, count: int) -> BoxKeysPut:
        numbers = range(first, first + count)
        one = person.statement(1, not_before=SECOND_KEY)
        return person.box_keys(*(one.model_copy(update={"number": n}) for n in numbers))

    caller, path = host.handler(0), path_of(host)
    for first in range(1, 113, 16):
        assert (await caller.put(path, put(first, 16))).status_code == 204
    assert_problem(await caller.put(path, put(113, 16)), ProblemType.TOO_MANY_KEYS)
    assert (await caller.put_twice(path, put(113, 15))).status_code == 204  # and the one of today
    assert_problem(await caller.put(path, put(128, 1)), ProblemType.TOO_MANY_KEYS)
    host.time.set_day(FIRST_DAY + KEY_DAYS + timedelta(days=1))
    assert (await caller.put(path, put(128, 1))).status_code == 204


@pytest.mark.parametrize(("days", "is_refused"), [(2, False), (3, True)])
async def test_a_key_that_has_ended_is_not_published_any_more(
    host: TestHost, days: int, is_refused: bool
) -> None:
    person = host.office.people[0]
    statement = person.statement(1, not_before=FIRST_DAY, not_after=FIRST_DAY)
    host.time.set_day(FIRST_DAY + timedelta(days=days))
    answer = await host.handler(0).put(path_of(host), person.box_keys(statement))
    if is_refused:
        refused(answer, Reason.BOX_KEY_DATES)
    else:
        assert answer.status_code == 204
    again = await host.handler(0).put(path_of(host), person.box_keys())
    assert again.status_code == 204  # what is there already may come again


async def test_the_same_key_ten_times_at_once_succeeds(host: TestHost) -> None:
    person = host.office.people[0]
    put = person.box_keys(person.statement(1, not_before=SECOND_KEY))
    answers = await asyncio.gather(*(host.handler(0).put(path_of(host), put) for _ in range(10)))
    assert {answer.status_code for answer in answers} == {204}
