"""What keeps a line alive: its key replaced, its document renewed, its office reminded."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from meldpunt.client import (
    LineKeys,
    LineOwner,
    NoticeKind,
    ProblemError,
    Reminder,
    ReminderKind,
    UnreachableError,
    UnsentError,
    key_reminders,
    line_reminders,
)
from meldpunt.protocol.line import Freshness, Pin, verify_line
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.wire.problems import ProblemType
from tests.client.failing_network import fail_network_after, new_hosted_line, restore_network
from tests.client.hosted_line import FIRST_DAY, INVITE, TEXT, HostedLine


class UnwrittenError(Exception):
    """The disk is full."""


@dataclass
class Safe:
    """A key file: what was saved last, and a way to fail."""

    keys: LineKeys
    successor: LineKeys | None = None
    pin: Pin | None = None
    fail_at: int | None = None
    saves: list[bytes] = field(default_factory=list)

    def save(self, keys: LineKeys, successor: LineKeys | None) -> None:
        if len(self.saves) == self.fail_at:
            raise UnwrittenError
        self.saves.append(keys.signing.seed)
        self.keys, self.successor = keys, successor

    def owner(self, hosted: HostedLine) -> LineOwner:
        return LineOwner(
            hosted.transport(), self.keys, pin=self.pin, entropy=hosted.entropy, today=hosted.today
        )


async def _rotate(hosted: HostedLine, safe: Safe) -> None:
    await safe.owner(hosted).rotate(safe.save, begun=safe.successor)


async def _is_rotated(hosted: HostedLine, safe: Safe, old: LineKeys) -> None:
    """Check that the new key is in force, once, and that nothing of the old one is kept."""
    line = await hosted.reporter().line()
    assert len(line.keys) == 2
    assert line.keys[-1] == safe.keys.signing.public_key
    assert line.document.number == 2
    assert safe.successor is None
    assert safe.keys.signing.seed != old.signing.seed
    assert safe.keys.line_id == old.line_id
    hosted.line_keys = safe.keys
    assert (await hosted.owner().renew(force=True)).document.number == 3


async def test_a_line_goes_on_under_its_new_key(hosted: HostedLine) -> None:
    before = await hosted.open_line()
    safe = Safe(hosted.line_keys)
    await _rotate(hosted, safe)
    after = await hosted.reporter().line()
    assert after.document.handlers == before.document.handlers
    assert after.document.form == before.document.form
    assert after.document.contact == before.document.contact
    submission = await hosted.submit()
    assert (await hosted.only_entry(hosted.handlers[0])).messages[0].text == TEXT
    assert (await hosted.visit(submission)).thread.alarms == ()
    await _is_rotated(hosted, safe, hosted.line_keys)


async def test_both_keys_are_safe_before_anything_is_published(hosted: HostedLine) -> None:
    await hosted.open_line()
    safe = Safe(hosted.line_keys)
    broken = fail_network_after(hosted, 5, late=False)  # all but the document's own request
    with pytest.raises(UnreachableError):
        await _rotate(hosted, safe)
    restore_network(hosted, broken)
    assert safe.keys == hosted.line_keys
    assert safe.successor is not None
    assert len((await hosted.reporter().line()).keys) == 1


@pytest.mark.parametrize("late", [False, True])
async def test_a_rotation_interrupted_at_any_request_resumes(tmp_path: Path, late: bool) -> None:
    for requests in range(20):
        async with new_hosted_line(tmp_path / str(requests)) as hosted:
            await hosted.open_line(1)
            safe = Safe(hosted.line_keys)
            broken = fail_network_after(hosted, requests, late=late)
            try:
                await _rotate(hosted, safe)
            except UnreachableError:
                restore_network(hosted, broken)
                await _rotate(hosted, safe)
                await _is_rotated(hosted, safe, hosted.line_keys)
                continue
            restore_network(hosted, broken)
            assert requests >= 5
            return
    pytest.fail("a rotation takes more requests than that?")


@pytest.mark.parametrize("fail_at", [0, 1])
async def test_a_rotation_whose_key_file_could_not_be_written_resumes(
    hosted: HostedLine, fail_at: int
) -> None:
    await hosted.open_line(1)
    safe = Safe(hosted.line_keys, fail_at=fail_at)
    with pytest.raises(UnwrittenError):
        await _rotate(hosted, safe)
    assert safe.keys == hosted.line_keys, "the old key is destroyed last"
    safe.fail_at = None
    await _rotate(hosted, safe)
    await _is_rotated(hosted, safe, hosted.line_keys)


async def test_of_two_devices_that_rotate_at_once_one_is_refused(hosted: HostedLine) -> None:
    await hosted.open_line(1)
    first, second = Safe(hosted.line_keys), Safe(hosted.line_keys)
    broken = fail_network_after(hosted, 5, late=False)
    for safe in (first, second):
        with pytest.raises(UnreachableError):
            await _rotate(hosted, safe)
        broken.left = 5
    restore_network(hosted, broken)
    assert first.successor != second.successor
    await _rotate(hosted, first)
    with pytest.raises(RefusedError) as refused:
        await _rotate(hosted, second)
    assert refused.value.reason is Reason.ROTATION
    assert (await hosted.reporter().line()).keys[-1] == first.keys.signing.public_key


async def test_the_replaced_key_publishes_nothing(hosted: HostedLine) -> None:
    await hosted.open_line(1)
    old = hosted.owner()
    await _rotate(hosted, Safe(hosted.line_keys))
    with pytest.raises(RefusedError) as refused:
        await old.publish(hosted.plan(hosted.handlers[0].keys))
    assert refused.value.reason is Reason.ROTATION


async def test_a_pinned_client_refuses_a_host_that_hides_the_rotation(hosted: HostedLine) -> None:
    await hosted.open_line(1)
    served = await hosted.served_line()
    await _rotate(hosted, Safe(hosted.line_keys))
    pin = (await hosted.reporter().line()).pin
    assert pin.key_number == 1
    with pytest.raises(RefusedError) as refused:
        verify_line(served, hosted.line_keys.line_id, today=hosted.today(), pin=pin)
    assert refused.value.reason is Reason.DOCUMENT_BELOW_PIN


async def test_a_line_that_was_never_published_has_nothing_to_rotate_or_renew(
    hosted: HostedLine,
) -> None:
    with pytest.raises(UnsentError):
        await _rotate(hosted, Safe(hosted.line_keys))
    with pytest.raises(UnsentError):
        await hosted.owner().renew(force=True)


async def test_renewing_publishes_the_same_plan_for_another_term(hosted: HostedLine) -> None:
    before = (await hosted.open_line()).document
    hosted.clock.pass_days(75)
    after = (await hosted.owner().renew()).document
    assert after.number == before.number + 1
    assert after.expires_on == hosted.today() + timedelta(days=90)
    same = {"number", "previous", "signed_on", "expires_on"}
    assert after.model_dump(exclude=same) == before.model_dump(exclude=same)


async def test_renewing_far_from_the_last_day_is_refused_unless_forced(hosted: HostedLine) -> None:
    await hosted.open_line()
    with pytest.raises(UnsentError, match="2026-05-31"):
        await hosted.owner().renew()
    assert (await hosted.owner().renew(force=True)).document.number == 2


async def test_a_line_past_its_grace_can_be_renewed(hosted: HostedLine) -> None:
    await hosted.open_line()
    hosted.clock.pass_days(200)
    assert (await hosted.reporter().line()).freshness is Freshness.PAST_GRACE
    assert (await hosted.owner().renew()).freshness is Freshness.CURRENT


@pytest.mark.parametrize(
    ("days", "kinds"),
    [
        (68, []),
        (69, [ReminderKind.DOCUMENT_ENDING]),
        (92, [ReminderKind.DOCUMENT_ENDING]),
        (93, [ReminderKind.DOCUMENT_EXPIRED]),
        (120, [ReminderKind.DOCUMENT_EXPIRED]),
        (121, [ReminderKind.DOCUMENT_PAST_GRACE]),
    ],
)
async def test_an_office_is_reminded_in_time(
    hosted: HostedLine, days: int, kinds: list[ReminderKind]
) -> None:
    await hosted.open_line(1)
    hosted.clock.pass_days(days)
    line = await hosted.reporter().line()
    assert [reminder.kind for reminder in line_reminders(line, hosted.today())] == kinds


async def test_past_the_grace_nothing_is_sealed_and_everybody_is_told(hosted: HostedLine) -> None:
    await hosted.open_line()
    submission = await hosted.submit()
    hosted.clock.pass_days(121)
    for handler in hosted.handlers:
        await handler.publish_keys(lambda _: None)
    with pytest.raises(RefusedError) as refused:
        await hosted.submit()
    assert refused.value.reason is Reason.DOCUMENT_EXPIRED
    visit = await hosted.visit(submission)
    thread = await hosted.only_entry(hosted.handlers[0])
    for found in (visit.thread, thread):
        assert NoticeKind.DOCUMENT_PAST_GRACE in [notice.kind for notice in found.notices]
        assert found.line.document.contact[0].text == "Call 030 123, weekdays 9 to 5."
    with pytest.raises(RefusedError) as refused:
        await visit.reply("Anybody?", language="en")
    assert refused.value.reason is Reason.DOCUMENT_EXPIRED
    await hosted.owner().renew()
    await visit.refresh()
    await visit.reply("There you are.", language="en")


async def test_a_handler_is_reminded_of_keys_that_end(hosted: HostedLine) -> None:
    await hosted.open_line(1)
    keys = hosted.handlers[0].keys
    last = keys.published()[-1].not_after
    assert last == FIRST_DAY + timedelta(days=8 * 46 - 1)
    ended = Reminder(ReminderKind.KEYS_ENDED, keys.published()[0].not_after)
    assert key_reminders(keys, last - timedelta(days=22)) == (ended,)
    assert key_reminders(keys.forget(7), last - timedelta(days=21)) == (
        Reminder(ReminderKind.KEYS_ENDING, last),
    )
    after = last + timedelta(days=1)
    assert key_reminders(keys, after)[0] == Reminder(ReminderKind.KEYS_MISSING, after)


async def test_a_first_document_needs_an_invite_and_later_ones_do_not(hosted: HostedLine) -> None:
    plan = hosted.plan(hosted.new_keys())
    with pytest.raises(ProblemError) as refused:
        await hosted.owner().publish(plan)
    assert refused.value.kind is ProblemType.INVITE_INVALID
    await hosted.owner().publish(plan, invite=INVITE)
    await hosted.owner().publish(plan)
