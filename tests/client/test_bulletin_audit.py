"""Auditing the bulletins of a host: every file, the index, and the index of an earlier audit."""

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from meldpunt.client import Audit, Check, Finding, Level, LineAddress, audit_line
from meldpunt.protocol.verify.bulletin import BulletinEntry, BulletinIndex, bulletin_hash
from meldpunt.protocol.verify.encoding import decode_base64url
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.ids import Hash
from meldpunt.wire.bulletins import ServedBulletins
from meldpunt.wire.problems import PROBLEM_MEDIA_TYPE
from tests.client.hosted_line import FIRST_DAY, ORIGIN, Change, HostedLine
from tests.client.test_bulletins import EMPTY, answered, changing, next_day, signed
from tests.support.upkeep import write_bulletins

MONTH = "2026-03"
_ABOUT = {Check.BULLETINS, Check.BULLETIN_DAYS, Check.BULLETIN_FILES, Check.BULLETIN_HISTORY}


async def audit(hosted: HostedLine, kept: ServedBulletins | None = None) -> Audit:
    address = LineAddress(ORIGIN, hosted.line_keys.line_id, None)
    return await audit_line(hosted.transport(), address, hosted.today(), kept_bulletins=kept)


def about_bulletins(found: Audit) -> list[Finding]:
    return [finding for finding in found.findings if finding.check in _ABOUT]


def alarms(found: Audit) -> list[tuple[Check, str | None, Reason | None]]:
    return [(f.check, f.file, f.reason) for f in found.alarms]


async def five_weeks(hosted: HostedLine) -> None:
    await answered(hosted)
    await next_day(hosted, 35)


async def index_of(hosted: HostedLine) -> BulletinIndex:
    served = (await hosted.http.get(f"{ORIGIN}/v1/bulletins")).json()
    return BulletinIndex.from_signed(decode_base64url(served["index"]))


async def test_honest_bulletins_raise_no_alarm_and_every_file_is_fetched(
    hosted: HostedLine,
) -> None:
    await five_weeks(hosted)
    hosted.network.sent.clear()
    found = await audit(hosted)
    assert [(f.check, f.level, f.day) for f in about_bulletins(found)] == [
        (Check.BULLETINS, Level.FINE, None),
        (Check.BULLETIN_DAYS, Level.FINE, hosted.today() - timedelta(days=1)),
        (Check.BULLETIN_FILES, Level.FINE, None),
    ]
    fetched = [path for path in hosted.network.paths() if "/v1/bulletins/" in path]
    names = [entry.name for entry in (await index_of(hosted)).bulletins]
    assert fetched == [f"GET /v1/bulletins/{name}" for name in names]
    assert MONTH in names


@pytest.mark.parametrize("name", ["2026-03-02", MONTH])
@pytest.mark.parametrize(
    ("served", "reason"),
    [
        (None, None),
        (EMPTY, Reason.BULLETIN_HASH),
        (b"", Reason.BULLETIN_SIZE),
        (bytes(256 * 6 * 40), None),
    ],
    ids=["missing", "another", "empty", "too long"],
)
async def test_a_missing_file_and_a_bad_one_are_alarms_that_name_it(
    hosted: HostedLine, name: str, served: bytes | None, reason: Reason | None
) -> None:
    await five_weeks(hosted)
    if served == EMPTY and name == MONTH:
        served = EMPTY * 31  # as long as the month
    hosted.network.change = changing(f"/{name}", served)
    [(check, file, found)] = alarms(await audit(hosted))
    assert (check, file) == (Check.BULLETIN_FILES, name)
    assert found is reason


async def test_each_bad_file_is_named(hosted: HostedLine) -> None:
    await five_weeks(hosted)
    names = [entry.name for entry in (await index_of(hosted)).bulletins]
    change = changing("", None)

    def files_only(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        is_file = "/v1/bulletins/" in request.url.path
        return change(request, response) if is_file else response

    hosted.network.change = files_only
    assert [file for _, file, _ in alarms(await audit(hosted))] == names


async def test_a_month_that_does_not_hold_its_days_is_an_alarm_though_the_host_signed_it(
    hosted: HostedLine,
) -> None:
    await five_weeks(hosted)
    index = await index_of(hosted)
    count = index.entries[MONTH].tags // 256
    forged = EMPTY * count
    entry = BulletinEntry(name=MONTH, tags=256 * count, hash=Hash(bulletin_hash(MONTH, forged)))
    entries = tuple(entry if e.name == MONTH else e for e in index.bulletins)
    index_change = signed(hosted, index.model_copy(update={"bulletins": entries}))
    file_change = changing(f"/{MONTH}", forged)
    hosted.network.change = lambda q, a: file_change(q, index_change(q, a))
    assert alarms(await audit(hosted)) == [(Check.BULLETIN_FILES, MONTH, Reason.BULLETIN_HASH)]


def _gap(index: BulletinIndex) -> tuple[BulletinEntry, ...]:
    return index.bulletins[:3] + index.bulletins[4:]


def _twice(index: BulletinIndex) -> tuple[BulletinEntry, ...]:
    return (*index.bulletins, index.bulletins[-1])


def _odd(index: BulletinIndex) -> tuple[BulletinEntry, ...]:
    last = index.bulletins[-1]
    return (*index.bulletins[:-1], last.model_copy(update={"tags": 257}))


def _to_come(index: BulletinIndex) -> tuple[BulletinEntry, ...]:
    last = index.bulletins[-1]
    days = [index.last_day + timedelta(days=i) for i in range(1, 5)]
    return (*index.bulletins, *(last.model_copy(update={"name": str(day)}) for day in days))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (_gap, Reason.BULLETIN_INDEX),
        (_twice, Reason.BULLETIN_INDEX),
        (_odd, Reason.BULLETIN_SIZE),
        (_to_come, Reason.BULLETIN_DATES),
    ],
)
async def test_an_index_that_does_not_hold_is_an_alarm(
    hosted: HostedLine,
    change: Callable[[BulletinIndex], tuple[BulletinEntry, ...]],
    reason: Reason,
) -> None:
    await five_weeks(hosted)
    index = await index_of(hosted)
    hosted.network.change = signed(hosted, index.model_copy(update={"bulletins": change(index)}))
    found = await audit(hosted)
    assert alarms(found) == [(Check.BULLETINS, None, reason)]
    assert found.bulletins is None


async def test_an_index_of_another_key_is_an_alarm(hosted: HostedLine) -> None:
    await five_weeks(hosted)

    def changed(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if request.url.path != "/v1/bulletins":
            return response
        body = response.json() | {"signature": "A" * 86}
        return httpx.Response(200, json=body)

    hosted.network.change = changed
    assert alarms(await audit(hosted)) == [(Check.BULLETINS, None, Reason.SIGNATURE)]


def _forged_day(index: BulletinIndex) -> tuple[BulletinEntry, ...]:
    """Return the entries with another file for the last day."""
    last = index.bulletins[-1]
    other = last.model_copy(update={"hash": Hash(bulletin_hash(last.name, EMPTY))})
    return (*index.bulletins[:-1], other)


async def test_the_index_may_only_grow_since_the_audit_before(hosted: HostedLine) -> None:
    await five_weeks(hosted)
    kept = (await audit(hosted)).bulletins
    assert kept is not None
    await next_day(hosted, 3)
    found = await audit(hosted, kept)
    assert found.alarms == ()
    assert Finding(Level.FINE, Check.BULLETIN_HISTORY) in found.findings
    assert found.bulletins != kept


@pytest.mark.parametrize("change", [_forged_day, lambda index: index.bulletins[:-1]])
async def test_an_index_that_was_changed_or_cut_since_is_an_alarm(
    hosted: HostedLine, change: Callable[[BulletinIndex], tuple[BulletinEntry, ...]]
) -> None:
    await five_weeks(hosted)
    kept = (await audit(hosted)).bulletins
    index = await index_of(hosted)
    last = index.bulletins[-1].name
    index_change = signed(hosted, index.model_copy(update={"bulletins": change(index)}))
    file_change: Change = changing(f"/{last}", EMPTY)
    hosted.network.change = lambda q, a: file_change(q, index_change(q, a))
    found = await audit(hosted, kept)
    assert alarms(found) == [(Check.BULLETIN_HISTORY, last, None)]


async def test_an_index_that_is_gone_is_a_note_and_for_whoever_kept_one_an_alarm(
    hosted: HostedLine,
) -> None:
    await five_weeks(hosted)
    kept = (await audit(hosted)).bulletins
    hosted.network.change = gone
    assert about_bulletins(await audit(hosted)) == [Finding(Level.NOTE, Check.BULLETINS)]
    assert alarms(await audit(hosted, kept)) == [(Check.BULLETINS, None, None)]


def gone(request: httpx.Request, response: httpx.Response) -> httpx.Response:
    """Answer as a host without bulletins."""
    if request.url.path != "/v1/bulletins":
        return response
    problem = {"type": "urn:meldpunt:problem:not-found", "title": "", "status": 404, "detail": ""}
    return httpx.Response(404, json=problem, headers={"content-type": PROBLEM_MEDIA_TYPE})


async def test_an_index_that_is_something_else_is_an_alarm(hosted: HostedLine) -> None:
    await five_weeks(hosted)
    hosted.network.change = changing("/v1/bulletins", b"<html>")
    assert alarms(await audit(hosted)) == [(Check.BULLETINS, None, None)]


async def test_an_index_of_the_host_before_is_not_compared(hosted: HostedLine) -> None:
    await five_weeks(hosted)
    kept = (await audit(hosted)).bulletins
    assert kept is not None
    other = kept.model_copy(update={"signature": bytes(64)})
    found = await audit(hosted, other)
    assert found.alarms == ()
    note = Finding(Level.NOTE, Check.BULLETIN_HISTORY, reason=Reason.SIGNATURE)
    assert note in found.findings


async def test_bulletins_that_stopped_are_a_note(hosted: HostedLine) -> None:
    await answered(hosted)
    await next_day(hosted)
    hosted.clock.pass_days(1)
    assert _days(await audit(hosted)) is Level.FINE  # its file comes in the next hours
    hosted.clock.pass_days(1)
    assert _days(await audit(hosted)) is Level.NOTE
    await write_bulletins(hosted.host)
    assert _days(await audit(hosted)) is Level.FINE


def _days(found: Audit) -> Level:
    [level] = [f.level for f in found.findings if f.check is Check.BULLETIN_DAYS]
    assert found.alarms == ()
    assert FIRST_DAY in {f.day for f in found.findings} or level is Level.FINE
    return level
