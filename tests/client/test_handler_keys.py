"""A handler's keys: published ahead, and destroyed behind."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meldpunt.client import HandlerKeys, Readability, renew_keys
from meldpunt.client.keys.handler_keys import AHEAD, KEY_DAYS
from meldpunt.protocol.keys import CHAIN_LENGTH
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.box_key import MAX_VALIDITY
from meldpunt.protocol.verify.errors import Reason, RefusedError
from tests.client.hosted_line import FIRST_DAY, TEXT, FakeEntropy, HostedLine

LINE = ids.LineId(bytes(20))


def new_keys() -> HandlerKeys:
    return HandlerKeys.create(LINE, FakeEntropy())


def test_the_first_chain_covers_a_year_without_a_gap() -> None:
    published = new_keys().extend(FIRST_DAY, FakeEntropy()).published()
    assert [s.number for s in published] == list(range(CHAIN_LENGTH))
    assert published[0].not_before == FIRST_DAY
    assert published[-1].not_after >= FIRST_DAY + timedelta(days=365)
    for before, after in pairwise(published):
        assert after.not_before == before.not_after + timedelta(days=1)
    assert timedelta(days=KEY_DAYS) <= MAX_VALIDITY


@given(st.lists(st.integers(0, 800), max_size=5))
def test_keys_always_reach_ahead_and_numbers_go_on(days: list[int]) -> None:
    keys, today, entropy = new_keys(), FIRST_DAY, FakeEntropy()
    for passed in days:
        today += timedelta(days=passed)
        keys = keys.extend(today, entropy)
        published = keys.published()
        assert published[-1].not_after >= today + AHEAD
        assert [s.number for s in published] == list(range(len(published)))
        assert sum(s.not_before <= today <= s.not_after for s in published) == 1
    assert keys.extend(today, entropy) == keys or not days


def test_a_new_chain_does_not_follow_from_the_old_one() -> None:
    keys = new_keys().extend(FIRST_DAY, FakeEntropy(), timedelta(days=500))
    first, second = keys.chains
    assert first.advance(first.last_number).value != second.value
    assert second.first_number == first.last_number + 1


def test_a_forgotten_key_opens_nothing_and_the_others_still_do() -> None:
    keys = new_keys().extend(FIRST_DAY, FakeEntropy(), timedelta(days=500))
    names = [s.key_id for s in keys.published()]
    assert list(keys.box_keys(names)) == names
    for number in (0, 3, 8, 9, 15):
        left = keys.forget(number)
        assert list(left.box_keys(names)) == names[number:]
        for key_id, pair in left.box_keys(names).items():
            assert pair.public_key == keys.box_keys([key_id])[key_id].public_key
        assert left.forget(0) == left
    assert keys.forget(99).chains == ()


def test_secrets_do_not_show() -> None:
    keys = new_keys().extend(FIRST_DAY, FakeEntropy())
    for part in (keys, keys.signing, keys.chains[0]):
        assert repr(part).startswith("<")


async def test_renewing_moves_messages_and_destroys_what_has_ended(hosted: HostedLine) -> None:
    await hosted.open_line()
    await hosted.submit()
    handler = hosted.handlers[0]
    [entry] = [e.entry async for e in handler.entries()]
    before = handler.keys
    hosted.clock.pass_days(KEY_DAYS + 3)
    assert (await renew_keys(handler, lambda _: None)).rewrapped == 0  # it may still be sealed to
    hosted.clock.pass_days(2)
    saved: list[HandlerKeys] = []
    renewal = await renew_keys(handler, saved.append)
    assert (renewal.rewrapped, renewal.forgotten, renewal.past_term) == (1, 1, ())
    assert saved == [handler.keys]
    assert handler.keys.chains[0].number == 1
    assert (await handler.read(entry)).messages[0].text == TEXT
    old = hosted.handler(before)
    [message] = (await old.read(entry)).messages
    assert message.verified.wrapped_for.count(before.published()[0].key_id) == 0
    assert before.published()[1].key_id in message.verified.wrapped_for
    assert (await renew_keys(handler, saved.append)).rewrapped == 0


async def test_a_report_past_its_term_is_left_to_the_old_keys(hosted: HostedLine) -> None:
    await hosted.open_line()
    visit = await hosted.visit(await hosted.submit())
    await visit.withdraw(language="en")
    handler = hosted.handlers[0]
    [entry] = [e.entry async for e in handler.entries()]
    hosted.clock.pass_days(KEY_DAYS + 5)  # the host has not erased it
    renewal = await renew_keys(handler, lambda _: None)
    assert renewal.past_term == (entry,)
    assert renewal.rewrapped == 0
    accesses = [m.readability for m in (await handler.read(entry)).messages]
    assert accesses == [Readability.NO_WRAP, Readability.NO_WRAP]


async def test_nothing_is_destroyed_that_the_host_does_not_confirm(hosted: HostedLine) -> None:
    await hosted.open_line()
    await hosted.submit()
    handler = hosted.handlers[0]
    hosted.clock.pass_days(KEY_DAYS + 5)
    keys = handler.keys

    saved: list[HandlerKeys] = []
    hosted.network.ignore = lambda request: request.url.path.endswith("/wraps")
    [unmoved] = (await renew_keys(handler, saved.append)).waiting
    assert isinstance(unmoved.failure, RefusedError)
    assert unmoved.failure.reason is Reason.WRAP_READER
    assert saved == [keys]
    assert handler.keys == keys


async def test_renewing_needs_a_key_of_today(hosted: HostedLine) -> None:
    await hosted.open_line()
    handler = hosted.handlers[0]
    hosted.clock.pass_days((date(2029, 1, 1) - FIRST_DAY).days)
    with pytest.raises(RefusedError) as refused:
        await renew_keys(handler, lambda _: None)
    assert refused.value.reason is Reason.KEY_NUMBER
