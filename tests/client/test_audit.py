"""Auditing a line: what an honest one shows, and what each kind of lie is called."""

import json

import httpx
import pytest

from meldpunt.client import Audit, Check, Level, LineAddress, audit_line, owner
from meldpunt.protocol.line import Pin
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason
from meldpunt.server.usecases import lines
from tests.client.hosted_line import ORIGIN, Change, HostedLine, json_answer


async def _audit(hosted: HostedLine, *, origin: str = ORIGIN, pin: Pin | None = None) -> Audit:
    address = LineAddress(origin, hosted.line_keys.line_id, pin)
    return await audit_line(hosted.transport(), address, hosted.today())


def _alarms(audit: Audit) -> list[tuple[Check, int | None]]:
    return [(found.check, found.document) for found in audit.alarms]


async def _old_line(hosted: HostedLine) -> None:
    """Three documents under two keys, a handler who joined and one who left."""
    await hosted.open_line(2)
    owner = hosted.owner()
    line = await owner.line()
    assert line is not None
    plan = (await owner.plan(line)).without_handler(hosted.id_of(1), day=hosted.today())
    newcomer = hosted.new_keys()
    await owner.publish(
        plan.with_handlers(newcomer.entry(name="New", role="adviser"), day=hosted.today())
    )
    await owner.rotate(lambda *_: None)
    hosted.line_keys = owner.keys


async def test_an_honest_line_raises_no_alarm(hosted: HostedLine) -> None:
    await _old_line(hosted)
    audit = await _audit(hosted)
    assert audit.alarms == ()
    assert [document.number for document in audit.documents] == [3, 2, 1]
    notes = [(f.check, f.handler) for f in audit.findings if f.level is Level.NOTE]
    newcomer = audit.documents[0].handlers[-1].id
    assert notes == [(Check.KEYS, None), (Check.BOX_KEYS, newcomer), (Check.BULLETINS, None)]
    [key] = [f for f in audit.findings if f.check is Check.BOX_KEYS and f.level is Level.FINE]
    assert key.handler == hosted.id_of(0)
    assert key.day == hosted.handlers[0].keys.published()[0].not_after


def _changing(path_part: str, change: "dict[str, object] | None") -> Change:
    def answer(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if path_part not in request.url.path:
            return response
        if change is None:
            problem = (
                b'{"type":"urn:meldpunt:problem:not-found","title":"","status":404,"detail":""}'
            )
            headers = {"Content-Type": "application/problem+json"}
            return httpx.Response(404, content=problem, headers=headers)
        return json_answer(json.dumps({**json.loads(response.content), **change}).encode())

    return answer


@pytest.mark.parametrize(
    ("path", "change", "alarms"),
    [
        ("/documents/", None, [(Check.HISTORY, 2)]),
        ("/documents/", {"document": "eyJ9"}, [(Check.HISTORY, 2)]),
        ("/documents/", {"signature": "A" * 86}, [(Check.HISTORY, 2)]),
        ("/texts/", None, [(Check.TEXTS, 3)] * 3),
        ("/texts/", {"text": "eyJ9"}, [(Check.TEXTS, 3)] * 3),
        ("/v1/host", {"receiptKey": "A" * 43}, [(Check.RECEIPT_KEY, None)]),
    ],
)
async def test_what_is_missing_or_altered_is_an_alarm(
    hosted: HostedLine,
    path: str,
    change: "dict[str, object] | None",
    alarms: list[tuple[Check, int | None]],
) -> None:
    await _old_line(hosted)
    hosted.network.change = _changing(path, change)
    assert _alarms(await _audit(hosted)) == alarms


async def test_another_line_and_a_rollback_are_alarms(hosted: HostedLine) -> None:
    await _old_line(hosted)
    line = await hosted.reporter().line()
    newer = Pin(line.pin.number + 1, ids.Hash(bytes(32)), 1)
    fork = Pin(line.pin.number, ids.Hash(bytes(32)), 1)
    for pin, reason in ((newer, Reason.DOCUMENT_BELOW_PIN), (fork, Reason.DOCUMENT_FORK)):
        audit = await _audit(hosted, pin=pin)
        [finding] = audit.findings
        assert (finding.level, finding.check) == (Level.ALARM, Check.LINE)
        assert finding.reason is reason
    assert (await _audit(hosted, pin=line.pin)).alarms == ()


async def test_a_line_out_of_date_is_an_alarm_since_a_newer_one_may_be_withheld(
    hosted: HostedLine,
) -> None:
    await hosted.open_line(1)
    hosted.clock.pass_days(75)
    audit = await _audit(hosted)
    assert audit.alarms == ()
    notes = [f.check for f in audit.findings if f.level is Level.NOTE]
    assert notes == [Check.DATES, Check.BULLETINS]  # this host publishes none
    hosted.clock.pass_days(20)
    assert _alarms(await _audit(hosted)) == [(Check.DATES, 1)]


async def test_a_handler_who_disappears_from_the_list_is_an_alarm(
    hosted: HostedLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hosted.open_line(2)
    for place in (lines, owner):  # a host that looks away, and an office that means it
        monkeypatch.setattr(place, "check_handlers_kept", lambda *_: None)
    await hosted.owner().publish(hosted.plan(hosted.handlers[0].keys))
    audit = await _audit(hosted)
    assert _alarms(audit) == [(Check.PEOPLE, 2)]
    assert audit.alarms[0].handler == hosted.id_of(1)


async def test_a_line_in_which_nobody_can_be_written_to_is_an_alarm(hosted: HostedLine) -> None:
    await hosted.open_line(2, with_keys=0)
    assert _alarms(await _audit(hosted)) == [(Check.BOX_KEYS, None)] * 2


async def test_a_host_that_the_document_does_not_name_is_an_alarm(hosted: HostedLine) -> None:
    await hosted.open_line(1)
    audit = await _audit(hosted, origin="https://elsewhere.example")
    assert _alarms(audit) == [(Check.ORIGINS, None)]
