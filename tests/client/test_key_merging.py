"""Two copies of a key file that went on separately: joined, nothing is lost or comes back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meldpunt.client import (
    Handler,
    HandlerKeys,
    KeysElsewhereError,
    LineHistory,
    LineKeys,
    Memory,
    RememberedReport,
    renew_keys,
)
from meldpunt.client.http.errors import OtherKeysError
from meldpunt.client.keys.recovery import join_shares, split_keys
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason, RefusedError
from tests.client.hosted_line import FIRST_DAY, TEXT, FakeEntropy, HostedLine


def keep(_: HandlerKeys) -> None:
    """Saving is another test's."""


async def _texts(handler: Handler) -> set[str | None]:
    entries = [entry.entry async for entry in handler.entries()]
    return {m.text for entry in entries for m in (await handler.read(entry)).messages}


async def test_two_handlers_rotate_at_once_one_of_them_on_two_devices(hosted: HostedLine) -> None:
    await hosted.open_line(2)
    await hosted.submit(readers=(0, 1))
    first, colleague = hosted.handlers
    second = hosted.handler(first.keys)
    hosted.clock.pass_days(60)
    await hosted.submit("Later.", readers=(0, 1))
    for handler in (first, colleague, second):
        await renew_keys(handler, keep)
    assert first.keys.chains == second.keys.chains
    for handler in (first, colleague, second):
        assert await _texts(handler) == {TEXT, "Later."}


async def test_devices_that_made_other_keys_read_everything_when_joined(hosted: HostedLine) -> None:
    await hosted.open_line(1)
    await hosted.submit(readers=(0,))
    first = hosted.handlers[0]
    second = hosted.handler(first.keys)
    hosted.clock.pass_days(60)
    await hosted.owner().renew(force=True)
    await renew_keys(first, keep)
    hosted.clock.pass_days(140)
    await hosted.owner().renew(force=True)
    await first.publish_keys(keep)  # a chain that the second does not have
    with pytest.raises(KeysElsewhereError):
        await second.publish_keys(keep)
    hosted.clock.pass_days(200)
    await hosted.owner().renew(force=True)
    await hosted.submit("To the new chain.", readers=(0,))
    assert await _texts(second) == {TEXT, None}

    for mine, theirs in ((first, second), (second, first)):
        joined = hosted.handler(mine.keys.merge(theirs.keys))
        await joined.publish_keys(keep)
        assert await _texts(joined) == {TEXT, "To the new chain."}


def _keys() -> HandlerKeys:
    entropy = FakeEntropy()
    made = HandlerKeys.create(LineKeys.create(entropy).line_id, entropy)
    return made.extend(FIRST_DAY, entropy)


def _held(keys: HandlerKeys) -> set[ids.KeyId]:
    return set(keys.box_keys(s.key_id for s in keys.published()))


@settings(max_examples=40)  # each makes dozens of X-Wing keys
@given(
    st.integers(0, 8),
    st.integers(0, 24),
    st.integers(0, 24),
    st.sampled_from(["none", "same", "mine", "theirs", "both", "far"]),
)
def test_joining_keeps_what_neither_destroyed_and_nothing_else(
    before: int, mine_to: int, theirs_to: int, made: str
) -> None:
    old, entropy = _keys().forget(before), FakeEntropy()
    later = FIRST_DAY.replace(year=FIRST_DAY.year + 1)
    new = old.restarted(later, entropy, above=0) if made == "same" else old
    mine = new.extend(later, lambda size: b"m" * size) if made in {"mine", "both"} else new
    theirs = new.extend(later, lambda size: b"t" * size) if made in {"theirs", "both"} else new
    theirs = theirs.restarted(later, entropy, above=40) if made == "far" else theirs
    mine, theirs = mine.forget(mine_to), theirs.forget(theirs_to)
    joined = mine.merge(theirs)

    lost = {s.key_id for s in mine.published()} - _held(mine)
    lost |= {s.key_id for s in theirs.published()} - _held(theirs)
    assert _held(joined).isdisjoint(lost)
    theirs_too = set() if made == "both" else _held(theirs)  # the host has one of two
    wanted = (_held(mine) | theirs_too) - lost
    assert wanted <= _held(joined) <= _held(mine) | _held(theirs)
    numbers = [s.number for s in joined.published()]
    assert numbers == sorted(set(numbers))
    assert joined.merge(theirs) == joined == joined.merge(mine)


def test_joined_keys_go_on_a_recovery_sheet() -> None:
    old = _keys()
    later = FIRST_DAY.replace(year=FIRST_DAY.year + 1)
    joined = old.forget(3).merge(old.restarted(later, FakeEntropy(), above=9))
    back = join_shares(split_keys(joined, shares=2, threshold=2), old.line_id)
    assert back.chains == joined.chains
    assert _held(back) == _held(joined)


def test_another_handlers_keys_are_not_joined() -> None:
    keys = _keys()
    other = HandlerKeys.create(keys.line_id, lambda size: b"o" * size)
    with pytest.raises(OtherKeysError):
        keys.merge(other)


def test_devices_that_were_shown_two_lines_are_not_joined() -> None:
    one, two, three = (ids.Hash(bytes([n]) * 32) for n in range(3))
    known = LineHistory((one,))
    assert known.merge(LineHistory((one, two), 1)) == LineHistory((one, two), 1)
    with pytest.raises(RefusedError) as refused:
        LineHistory((one, two)).merge(LineHistory((one, three)))
    assert refused.value.reason is Reason.DOCUMENT_FORK


def test_what_either_device_saw_is_remembered() -> None:
    entries = [ids.EntryId(bytes([n]) * 16) for n in range(3)]
    heads = [ids.MessageId(bytes([n]) * 32) for n in range(3)]
    later = FIRST_DAY.replace(day=9)
    mine = Memory({entries[0]: RememberedReport((heads[0],), FIRST_DAY, later)})
    theirs = Memory({e: RememberedReport((heads[1],), later, FIRST_DAY) for e in entries[:2]})
    assert mine.merge(theirs).reports == {
        entries[0]: RememberedReport((heads[0], heads[1]), FIRST_DAY, FIRST_DAY),
        entries[1]: theirs.reports[entries[1]],
    }
