"""Box keys from the first to their destruction: holidays, interruptions, and what stays closed."""

import contextlib
import json
from collections import defaultdict
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from meldpunt.client import (
    DraftReport,
    Handler,
    HandlerKeys,
    KeysElsewhereError,
    Readability,
    UnreachableError,
    passed_on_until,
    renew_keys,
)
from meldpunt.protocol.body import open_body
from meldpunt.protocol.keys import CHAIN_LENGTH, BoxKey, derive
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import decode_base64url, encode_base64url
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.wrap import WrapContext, open_wrap
from tests.client.failing_network import fail_network_after, new_hosted_line, restore_network
from tests.client.hosted_line import FIRST_DAY, TEXT, HostedLine, json_answer
from tests.support.databases import fetch
from tests.support.upkeep import erase_due


class UnwrittenError(Exception):
    """The disk is full."""


def keep(_keys: HandlerKeys) -> None:
    """Save nothing: the test looks at the handler's own."""


async def _open_texts(handler: Handler) -> list[str | None]:
    texts = []
    async for entry in handler.entries():
        thread = await handler.read(entry.entry)
        texts += [message.text for message in thread.messages]
    return texts


async def test_a_handler_on_holiday_for_eight_weeks_still_receives_reports(
    hosted: HostedLine,
) -> None:
    await hosted.open_line(1)
    handler = hosted.handlers[0]
    for weeks in range(8):
        await hosted.submit(f"Week {weeks}.", readers=(0,))
        hosted.clock.pass_days(7)
    used = {hosted.today() - timedelta(days=7 * weeks) for weeks in range(1, 9)}
    assert max(used) - min(used) == timedelta(days=49), "more than one key was in force"
    expected = {f"Week {weeks}." for weeks in range(8)}
    assert set(await _open_texts(handler)) == expected
    renewal = await renew_keys(handler, keep)
    assert renewal.rewrapped == 7  # those of the first 46 days
    assert renewal.forgotten == 1
    assert set(await _open_texts(handler)) == expected


async def test_keys_are_published_ahead_when_due_and_not_before(hosted: HostedLine) -> None:
    await hosted.open_line(1)
    handler = hosted.handlers[0]
    assert not await handler.publish_when_due(await handler.line(), keep)
    hosted.clock.pass_days(8 * 46 - 180)
    assert await handler.publish_when_due(await handler.line(), keep)
    assert handler.keys.reach(hosted.today() + timedelta(days=365))
    assert not await handler.publish_when_due(await handler.line(), keep)


async def test_keys_that_were_saved_and_never_published_are_published_when_missed(
    hosted: HostedLine,
) -> None:
    await hosted.open_line(1, with_keys=0)
    handler = hosted.handlers[0]
    handler.keys = handler.keys.extend(hosted.today(), hosted.entropy)
    assert await handler.publish_when_due(await handler.line(), keep)
    await hosted.submit(readers=(0,))
    assert await _open_texts(handler) == [TEXT]


@pytest.mark.parametrize("late", [False, True])
async def test_a_renewal_interrupted_at_any_request_resumes_and_loses_nothing(
    tmp_path: Path, late: bool
) -> None:
    for requests in range(60):
        async with new_hosted_line(tmp_path / str(requests)) as hosted:
            handler = await _two_reports_on_an_ended_key(hosted)
            saved = [handler.keys]
            broken = fail_network_after(hosted, requests, late=late)
            with contextlib.suppress(UnreachableError):
                await renew_keys(handler, saved.append)
                restore_network(hosted, broken)
                assert requests > 12
                return
            restore_network(hosted, broken)
            again = hosted.handler(saved[-1])
            assert sorted(map(str, await _open_texts(again))) == ["One.", "Two."]
            await renew_keys(again, saved.append)
            assert sorted(map(str, await _open_texts(again))) == ["One.", "Two."]
            assert saved[-1].ended(hosted.today()) == ()
            assert await _stale_wraps(again) == 0
    pytest.fail("a renewal takes more requests than that?")


async def _two_reports_on_an_ended_key(hosted: HostedLine) -> Handler:
    await hosted.open_line(1)
    for text in ("One.", "Two."):
        await hosted.submit(text, readers=(0,))
    hosted.clock.pass_days(52)
    return hosted.handlers[0]


async def _stale_wraps(handler: Handler) -> int:
    current = handler.keys.published()[1].key_id
    threads = [await handler.read(entry.entry) async for entry in handler.entries()]
    wraps = [wrap for thread in threads for m in thread.messages for wrap in m.verified.wraps]
    assert wraps
    return sum(1 for wrap in wraps if wrap.key_id != current)


async def test_a_key_file_that_cannot_be_written_keeps_the_old_keys(hosted: HostedLine) -> None:
    handler = await _two_reports_on_an_ended_key(hosted)
    before = handler.keys

    def fail(_: HandlerKeys) -> None:
        raise UnwrittenError

    with pytest.raises(UnwrittenError):
        await renew_keys(handler, fail)
    again = hosted.handler(before)
    assert (await renew_keys(again, keep)).forgotten == 1
    assert sorted(map(str, await _open_texts(again))) == ["One.", "Two."]


async def test_a_host_that_withholds_a_body_or_a_wrap_destroys_no_key(hosted: HostedLine) -> None:
    handler = await _two_reports_on_an_ended_key(hosted)
    before = handler.keys
    ended = encode_base64url(before.published()[0].key_id)

    def without(field: str) -> None:
        def change(request: httpx.Request, response: httpx.Response) -> httpx.Response:
            if not request.url.path.endswith("/messages") or request.method != "GET":
                return json_answer(response.content, response.status_code)
            page = json.loads(response.content)
            for message in page["messages"]:
                if field == "body":
                    message.pop("body", None)
                else:
                    old = [wrap for wrap in message["wraps"] if wrap["keyId"] == ended]
                    message["wraps"] = old
            return json_answer(json.dumps(page).encode())

        hosted.network.change = change

    for field, reason in (("body", Reason.BODY_HASH), ("wraps", Reason.WRAP_READER)):
        without(field)
        renewal = await renew_keys(handler, keep)
        assert len(renewal.waiting) == 2
        for unmoved in renewal.waiting:
            assert isinstance(unmoved.failure, RefusedError)
            assert unmoved.failure.reason is reason
        assert handler.keys == before


async def test_a_handler_without_a_current_key_renews_nothing(hosted: HostedLine) -> None:
    await hosted.open_line(1)
    hosted.clock.pass_days(8 * 46 + 1)
    with pytest.raises(RefusedError) as refused:
        await renew_keys(hosted.handlers[0], keep)
    assert refused.value.reason is Reason.KEY_NUMBER


async def test_two_devices_of_one_handler_renew_at_once_and_lose_nothing(
    hosted: HostedLine,
) -> None:
    handler = await _two_reports_on_an_ended_key(hosted)
    other = hosted.handler(handler.keys)
    broken = fail_network_after(hosted, 12, late=True)
    with pytest.raises(UnreachableError):
        await renew_keys(other, keep)
    restore_network(hosted, broken)
    await renew_keys(handler, keep)
    await renew_keys(other, keep)
    for device in (handler, other):
        assert sorted(map(str, await _open_texts(device))) == ["One.", "Two."]


async def test_two_handlers_renew_at_once_and_lose_nothing(hosted: HostedLine) -> None:
    await hosted.open_line(2)
    await hosted.submit(readers=(0, 1))
    hosted.clock.pass_days(52)
    first, second = hosted.handlers
    broken = fail_network_after(hosted, 5, late=True)
    with pytest.raises(UnreachableError):
        await renew_keys(first, keep)
    restore_network(hosted, broken)
    await renew_keys(second, keep)
    await renew_keys(first, keep)
    for handler in hosted.handlers:
        assert await _open_texts(handler) == [TEXT]


async def test_a_second_device_that_makes_other_keys_is_told_and_changes_nothing(
    hosted: HostedLine,
) -> None:
    await hosted.open_line(1)
    first = hosted.handlers[0]
    second = hosted.handler(first.keys)
    hosted.clock.pass_days(200)
    await first.publish_keys(keep)
    saved: list[HandlerKeys] = []
    before = second.keys
    with pytest.raises(KeysElsewhereError):
        await second.publish_keys(saved.append)
    assert saved[-1] == second.keys == before


@pytest.mark.parametrize("shift", [30, 400])
async def test_a_report_past_its_term_is_not_rewrapped_whatever_the_host_says(
    hosted: HostedLine, shift: int
) -> None:
    await hosted.open_line(1, preset="kept-briefly")
    await hosted.submit(readers=(0,))
    handler = hosted.handlers[0]
    hosted.clock.pass_days(170)
    await hosted.owner().renew(force=True)
    hosted.network.change = _younger(shift)
    thread = await hosted.only_entry(handler)
    assert thread.status.erased_on > hosted.today()  # as the host would have it
    hosted.clock.pass_days(150)  # 320 days: past six months of the last day it can have arrived
    await handler.publish_keys(keep)
    hosted.network.change = _younger(shift + 150)
    renewal = await renew_keys(handler, keep)
    assert renewal.rewrapped == 0
    assert len(renewal.past_term) == 1
    assert await _open_texts(handler) == [None]


def _younger(days: int) -> "Changer":
    return Changer(timedelta(days=days))


class Changer:
    """A host that dates reports later than they came, everywhere."""

    def __init__(self, by: timedelta) -> None:
        self.by = by

    def __call__(self, request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if "/inbox" not in request.url.path or request.method != "GET":
            return json_answer(response.content, response.status_code)
        text = response.text
        for days in range(400):
            day = FIRST_DAY + timedelta(days=days)
            text = text.replace(f'"{day}"', f'"~{day + self.by}"')
        return json_answer(text.replace('"~', '"').encode())


async def test_a_reader_passes_nothing_on_past_the_term_whatever_the_host_says(
    hosted: HostedLine,
) -> None:
    await hosted.open_line(2, with_keys=1, preset="kept-briefly")
    await hosted.submit(readers=(0, 1))
    handler = hosted.handlers[0]
    hosted.clock.pass_days(330)  # past the term, and the days that an unopened one waits
    await hosted.owner().renew(force=True)
    for each in hosted.handlers:
        await each.publish_keys(keep)
    hosted.network.change = _younger(290)
    thread = await hosted.only_entry(handler)
    assert passed_on_until(thread) < hosted.today() < thread.status.erased_on
    with pytest.raises(RefusedError) as refused:
        await handler.add_missing_wraps(thread)
    assert refused.value.reason is Reason.PAST_TERM


async def test_an_answer_bounds_the_day_of_receipt(hosted: HostedLine) -> None:
    await hosted.open_line(1, preset="kept-briefly")
    await hosted.submit(readers=(0,))
    handler = hosted.handlers[0]
    await handler.reply(await hosted.only_entry(handler), "Thank you.", language="en")
    hosted.clock.pass_days(190)  # six months and a bit after the answer
    await hosted.owner().renew(force=True)
    await handler.publish_keys(keep)
    hosted.network.change = _younger(60)
    renewal = await renew_keys(handler, keep)
    assert renewal.rewrapped == 0
    assert len(renewal.past_term) == 1


# --- what a forgotten copy of the database is worth ------------------------------------------


class Copies:
    """Copies of the host's database, taken at every stage."""

    def __init__(self, hosted: HostedLine) -> None:
        self._url = hosted.host.settings.database_url.get_secret_value()
        self._line = hosted.line_keys.line_id
        self._wraps: set[tuple[bytes, bytes, bytes, bytes]] = set()

    def take(self) -> None:
        """Keep every wrap there is: header, key id, wrap, body."""
        bodies: defaultdict[int, bytes] = defaultdict(bytes)
        for message, data in fetch(self._url, "SELECT message, data FROM body_parts ORDER BY part"):
            bodies[message] += data
        query = (
            "SELECT m.id, m.header, w.key_id, w.wrap FROM messages m"
            " JOIN wraps w ON w.message = m.id"
        )
        for number, header, key_id, wrap in fetch(self._url, query):
            self._wraps.add((header, key_id, wrap, bodies[number]))

    def texts(self, held: list[BoxKey]) -> set[str]:
        """Open all that any of the keys opens, by any key id: nothing is asked of a client."""
        found = set()
        for header, key_id, wrap, body in self._wraps:
            told = json.loads(header)
            context = WrapContext(
                line=self._line,
                report=ids.ReportId(_decoded(told["reportId"])),
                message=ids.message_id(header),
                key=ids.KeyId(key_id),
            )
            for key in held:
                with contextlib.suppress(RefusedError):
                    content_key = open_wrap(wrap, box_key=key, context=context)
                    payload = json.loads(open_body(body, content_key=content_key))
                    found.add(payload["content"]["text"])
        return found


def _decoded(text: str) -> bytes:
    return decode_base64url(text)


def everything_held(keys: HandlerKeys) -> list[BoxKey]:
    """Every box key that can be made of what a handler holds, in whatever way."""
    secrets = [keys.signing.seed]
    for chain in keys.chains:
        value = chain.value
        for _ in range(2 * CHAIN_LENGTH):
            secrets += [value, derive(value, "mp1/box")]
            value = derive(value, "mp1/ratchet")
    return [BoxKey.from_seed(secret) for secret in secrets]


async def test_a_copy_of_the_database_opens_nothing_that_was_erased(
    hosted: HostedLine, tmp_path: Path
) -> None:
    await hosted.open_line(1)
    handler = hosted.handlers[0]
    copies = Copies(hosted)
    first_keys = handler.keys

    erased = await hosted.submit("To be erased.", readers=(0,))
    copies.take()
    hosted.clock.pass_days(40)
    await hosted.submit("To be kept.", readers=(0,))
    copies.take()
    hosted.clock.pass_days(12)
    await renew_keys(handler, keep)  # both move to the second key
    copies.take()
    second_keys = handler.keys
    await _withdraw(hosted, erased)
    copies.take()
    await erase_due(hosted.host)
    copies.take()
    assert copies.texts(everything_held(handler.keys)) == {"To be erased.", "To be kept."}

    hosted.clock.pass_days(46)  # one rotation and grace later
    await hosted.owner().renew()
    await renew_keys(handler, keep)
    copies.take()
    assert copies.texts(everything_held(handler.keys)) == {"To be kept."}
    assert sorted(map(str, await _open_texts(handler))) == ["None", "To be kept."]
    # The copies are good: only the destroyed keys are missing.
    for keys in (first_keys, second_keys):
        assert "To be erased." in copies.texts(everything_held(keys))


async def _withdraw(hosted: HostedLine, submission: DraftReport) -> None:
    visit = await hosted.visit(submission)
    await visit.withdraw(language="en", immediate=True)


async def test_what_was_not_rewrapped_before_its_key_went_stays_closed(hosted: HostedLine) -> None:
    handler = await _two_reports_on_an_ended_key(hosted)
    handler.keys = handler.keys.forget(1)
    threads = [await handler.read(entry.entry) async for entry in handler.entries()]
    assert {m.readability for thread in threads for m in thread.messages} == {Readability.NO_WRAP}
