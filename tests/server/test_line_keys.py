"""Keys of a line: its own, rotated, and its handlers', as they come and go."""

import os
from datetime import timedelta
from typing import Any

from meldpunt.protocol.keys import SigningKey
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import encode_line_id
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.key_chain import ROTATION_LABEL, Rotation, RotationStatement
from meldpunt.protocol.verify.line_document import DOCUMENT_LABEL, ListedHandler
from meldpunt.protocol.verify.served import ServedLine
from meldpunt.wire.problems import ProblemType
from tests.support.answers import assert_problem, not_found, refused
from tests.support.clock import FIRST_DAY
from tests.support.hosts import TestHost
from tests.support.office import Office, Person


def rotate(office: Office, new_key: SigningKey, **changes: Any) -> Rotation:  # noqa: ANN401 (any field)
    """Return the step from an office's first key to a new one."""
    statement = RotationStatement(
        version=1,
        line_id=office.line,
        number=1,
        old_key=office.line_key.public_key,
        new_key=new_key.public_key,
    )
    data = statement.model_copy(update=changes).to_json()
    return Rotation(
        statement=data,
        old_signature=office.line_key.sign(ROTATION_LABEL, data),
        new_signature=new_key.sign(ROTATION_LABEL, data),
    )


async def test_handlers_are_who_their_keys_say(host: TestHost) -> None:
    caller, listed = host.caller(host.office.line_key), host.office.document.handlers
    swapped = listed[0].model_copy(update={"id": listed[1].id})
    for handlers, reason in (
        ((swapped, *listed[1:]), Reason.HANDLER_ID),
        ((*listed, listed[0]), Reason.HANDLER_DUPLICATE),
    ):
        wrong = host.office.next(handlers=handlers)
        refused(await caller.put(wrong.path, wrong.put()), reason)


async def test_another_line_may_list_a_handlers_key_and_learns_nothing_by_it(
    host: TestHost,
) -> None:
    office = Office.make()
    person = host.office.people[0]
    stolen = ListedHandler(
        id=ids.handler_id(office.line, person.signing.public_key),
        name="Thief",
        role="none",
        signing_key=person.signing.public_key,
        from_=FIRST_DAY,
    )
    thief = office.with_document(handlers=(stolen,))
    answer = await host.caller(office.line_key).put(office.path, thief.put(invite=host.invites[1]))
    assert answer.status_code == 201
    talk = await host.report()
    inbox = (await host.handler(0).get(host.office.inbox)).json()
    assert [entry["lineId"] for entry in inbox["entries"]] == [encode_line_id(talk.office.line)]
    following = host.office.next()
    answer = await host.caller(host.office.line_key).put(following.path, following.put())
    assert answer.status_code == 200  # nobody else's document stands in the way of this one


async def test_a_rotated_key_takes_over(host: TestHost) -> None:
    new_key = SigningKey.from_seed(os.urandom(32))
    rotations = (rotate(host.office, new_key),)
    following = host.office.next(key_number=1)
    signature = new_key.sign(DOCUMENT_LABEL, following.document.to_json())
    put = following.put(rotations=rotations, signature=signature)
    old = await host.caller(host.office.line_key).put(following.path, put)
    assert_problem(old, ProblemType.SIGNATURE_REQUIRED)
    for _ in range(2):
        assert (await host.caller(new_key).put(following.path, put)).status_code == 200
    served = ServedLine.from_value(await host.caller().read(following.path))
    assert served.rotations == rotations
    third = following.next(key_number=0)
    answer = await host.caller(host.office.line_key).put(third.path, third.put())
    refused(answer, Reason.ROTATION)


async def test_a_rotation_is_signed_by_both_keys(host: TestHost) -> None:
    new_key = SigningKey.from_seed(os.urandom(32))
    step = rotate(host.office, new_key)
    following = host.office.next(key_number=1)
    signature = new_key.sign(DOCUMENT_LABEL, following.document.to_json())
    for rotation, reason in (
        (step.model_copy(update={"old_signature": step.new_signature}), Reason.SIGNATURE),
        (step.model_copy(update={"new_signature": step.old_signature}), Reason.SIGNATURE),
        (rotate(host.office, new_key, number=2), Reason.ROTATION),
        (rotate(host.office, new_key, line_id=ids.LineId(bytes(20))), Reason.OTHER_LINE),
    ):
        put = following.put(rotations=(rotation,), signature=signature)
        refused(await host.caller(new_key).put(following.path, put), reason)


async def test_a_document_goes_on_listing_everybody(host: TestHost) -> None:
    """Who has left stays listed, with `until`: nobody could verify their messages otherwise."""
    kept = host.office.people[:2]
    following = host.office.next(handlers=tuple(person.listed() for person in kept))
    answer = await host.caller(host.office.line_key).put(following.path, following.put())
    assert_problem(answer, ProblemType.REFUSED, Reason.DOCUMENT_PREVIOUS)


async def test_a_handler_who_has_left_has_no_box_key(host: TestHost) -> None:
    people = host.office.people
    leaving = people[2].listed(until=FIRST_DAY + timedelta(days=5))
    handlers = (people[0].listed(), people[1].listed(), leaving)
    following = host.office.next(handlers=handlers)
    await host.caller(host.office.line_key).put(following.path, following.put())
    for day, expected in ((4, 3), (5, 2)):
        host.time.set_day(FIRST_DAY + timedelta(days=day))
        served = ServedLine.from_value(await host.caller().read(following.path))
        assert len(served.box_keys) == expected


async def test_a_newcomer_publishes_and_is_served(host: TestHost) -> None:
    newcomer = Person.make(host.office.line)
    listed = (*(person.listed() for person in host.office.people), newcomer.listed())
    following = host.office.next(handlers=listed)
    not_found(await host.caller(newcomer.signing).get(host.office.inbox))
    await host.caller(host.office.line_key).put(following.path, following.put())
    path = f"{following.path}/box-keys"
    answer = await host.caller(newcomer.signing).put_twice(path, newcomer.box_keys())
    assert answer.status_code == 204
    served = ServedLine.from_value(await host.caller().read(following.path))
    assert len(served.box_keys) == 4
