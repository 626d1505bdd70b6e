"""Readers add wraps whose key was missing, and take away their own."""

import os
from datetime import timedelta
from typing import Any, Final

import pytest

from meldpunt.protocol.message import Recipient, wrap_for
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import encode_base64url
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.log.header import Header, Tag
from meldpunt.protocol.verify.sealed import Wrap
from meldpunt.wire.reports import WrapsPut
from tests.support.answers import malformed, not_found, refused, stored
from tests.support.clock import FIRST_DAY
from tests.support.correspondence import Correspondence, name
from tests.support.hosts import TestHost

SECOND_KEY: Final = FIRST_DAY + timedelta(days=30)


def path_of(talk: Correspondence, person: int, message: int = 0) -> str:
    return f"{talk.entry(person)}/messages/{name(talk.messages[message])}/wraps"


def wraps_for(talk: Correspondence, *recipients: Recipient, message: int = 0) -> WrapsPut:
    """Return wraps of a message's true key."""
    sealed = talk.messages[message]
    header = Header.from_signed(sealed.header)
    key = talk.content_keys[message]
    return WrapsPut(
        wraps=tuple(
            wrap_for(header, sealed.message_id, content_key=key, recipient=recipient)
            for recipient in recipients
        )
    )


async def publish_second_key(host: TestHost, person: int) -> Recipient:
    """Publish a handler's next box key; returns it."""
    who = host.office.people[person]
    keys = who.box_keys(who.statement(1, not_before=SECOND_KEY))
    answer = await host.handler(person).put(f"{host.office.path}/box-keys", keys)
    assert answer.status_code == 204
    statement = who.statement(1, not_before=SECOND_KEY)
    return Recipient(statement.key_id, statement.public_key)


async def own_wraps(talk: Correspondence, person: int, message: int = 0) -> list[dict[str, Any]]:
    page = await talk.handler(person).read(f"{talk.entry(person)}/messages")
    wraps: list[dict[str, Any]] = page["messages"][message]["wraps"]
    return wraps


async def test_a_colleague_adds_the_wrap_that_was_missing(host: TestHost) -> None:
    talk = host.correspondence()
    only_first = [talk.office.people[0].recipient()]
    sealed = talk.seal(talk.first_draft(), talk.keys.signing, recipients=only_first)
    stored(await talk.reporter.put("/v1/report", talk.put(sealed)))
    talk.note(sealed)
    assert await own_wraps(talk, 1) == []
    added = wraps_for(talk, talk.office.people[1].recipient())
    assert (await talk.handler(0).put_twice(path_of(talk, 0), added)).status_code == 204
    assert await own_wraps(talk, 1) == [added.wraps[0].model_dump(mode="json", by_alias=True)]


async def test_a_reader_moves_to_a_new_key(host: TestHost) -> None:
    talk = await host.report()
    second = await publish_second_key(host, 0)
    added = wraps_for(talk, second)
    assert (await talk.handler(0).put(path_of(talk, 0), added)).status_code == 204
    assert len(await own_wraps(talk, 0)) == 2
    old = encode_base64url(talk.office.people[0].recipient().key_id)
    for _ in range(2):
        answer = await talk.handler(0).send("DELETE", f"{path_of(talk, 0)}/{old}")
        assert (answer.status_code, answer.content) == (204, b"")
    assert [wrap["keyId"] for wrap in await own_wraps(talk, 0)] == [encode_base64url(second.key_id)]


async def test_a_wrap_is_never_overwritten(host: TestHost) -> None:
    """A colleague's bad wrap stands beside the good one, by another maker."""
    talk = await host.report()
    victim = talk.office.people[0].recipient()
    good = await own_wraps(talk, 0)
    bad = WrapsPut(wraps=(Wrap(key_id=victim.key_id, wrap=os.urandom(1168)),))
    worse = WrapsPut(wraps=(Wrap(key_id=victim.key_id, wrap=os.urandom(1168)),))
    for put in (bad, worse, bad):
        assert (await talk.handler(1).put(path_of(talk, 1), put)).status_code == 204
    found = await own_wraps(talk, 0)
    assert len(found) == 2
    assert good[0] in found
    assert worse.wraps[0].model_dump(mode="json", by_alias=True) not in found


async def test_a_colleagues_wrap_is_not_deleted(host: TestHost) -> None:
    talk = await host.report()
    colleague = encode_base64url(talk.office.people[1].recipient().key_id)
    reporter = encode_base64url(talk.keys.box_key_id)
    unknown = encode_base64url(bytes(16))
    for key in (colleague, reporter, unknown, "nonsense"):
        not_found(await talk.handler(0).send("DELETE", f"{path_of(talk, 0)}/{key}"))
    assert len(await own_wraps(talk, 1)) == 1


async def test_wraps_are_for_readers_of_that_message(host: TestHost) -> None:
    talk = await host.report()
    outsider = talk.office.people[2].recipient()
    unknown = Recipient(ids.KeyId(bytes(16)), outsider.public_key)
    honest = talk.office.people[1].recipient()
    for recipients, reason in (
        ([outsider], Reason.WRAP_READER),
        ([unknown], Reason.WRAP_READER),
        ([honest, outsider], Reason.WRAP_READER),
        ([honest, talk.own_key], Reason.WRAP_READER),
        ([honest, honest], Reason.ORDER),
    ):
        put = wraps_for(talk, *recipients)
        refused(await talk.handler(0).put(path_of(talk, 0), put), reason)
    assert len((await host.rows())["wraps"]) == 2


@pytest.mark.parametrize("size", [0, 1167, 1169])
async def test_an_added_wrap_has_one_size(sqlite_host: TestHost, size: int) -> None:
    talk = await sqlite_host.report()
    key = talk.office.people[1].recipient().key_id
    put = WrapsPut(wraps=(Wrap(key_id=key, wrap=bytes(size)),))
    refused(await talk.handler(0).put(path_of(talk, 0), put), Reason.WRAP_SIZE)


async def test_a_body_holds_1_to_64_wraps(sqlite_host: TestHost) -> None:
    talk = await sqlite_host.report()
    one = wraps_for(talk, talk.office.people[1].recipient()).wraps[0]
    for count in (0, 65):
        put = WrapsPut.model_construct(wraps=(one,) * count)
        malformed(await talk.handler(0).put(path_of(talk, 0), put), Reason.FIELDS)


async def test_who_may_not_read_a_message_adds_and_deletes_nothing(host: TestHost) -> None:
    talk = await host.report()
    await talk.reporter_says(readers=tuple(talk.office.readers(0)))
    put = wraps_for(talk, talk.office.people[0].recipient(), message=1)
    own = encode_base64url(talk.office.people[1].recipient().key_id)
    not_found(await talk.handler(1).put(path_of(talk, 1, 1), put))
    not_found(await talk.handler(1).send("DELETE", f"{path_of(talk, 1, 1)}/{own}"))
    not_found(await talk.handler(2).put(path_of(talk, 2), put))
    not_found(await talk.handler(2).put(path_of(talk, 0), put))
    not_found(await talk.reporter.put(path_of(talk, 0), put))


async def test_wraps_of_another_reports_message_are_not_found(host: TestHost) -> None:
    talk, other = await host.report(), await host.report()
    path = f"{talk.entry(0)}/messages/{name(other.messages[0])}/wraps"
    put = wraps_for(other, talk.office.people[0].recipient())
    not_found(await talk.handler(0).put(path, put))


async def test_readers_see_for_whom_a_message_is_wrapped(host: TestHost) -> None:
    talk = await host.report()
    await talk.handler_says(0, Tag.MESSAGE)
    page = await talk.handler(1).read(f"{talk.entry(1)}/messages")
    keys = sorted(talk.office.people[i].recipient().key_id for i in (0, 1))
    everybody = sorted((*keys, talk.keys.box_key_id))
    assert [message["wrappedFor"] for message in page["messages"]] == [
        [encode_base64url(key) for key in keys],
        [encode_base64url(key) for key in everybody],
    ]
