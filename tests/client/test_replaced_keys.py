"""Whoever holds replaced keys, or keys of another report, is shown no report as their own."""

import json
from collections.abc import Awaitable, Callable

import httpx
import pytest

from meldpunt.client import DraftReport, Visit
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.wire.reports import ReporterPublicKeys, ReportStatus
from tests.client.hosted_line import Change, HostedLine, json_answer

RESOURCES = ("/v1/report", "/v1/report/messages")


async def answers_to(hosted: HostedLine, visit: Callable[[], Awaitable[Visit]]) -> dict[str, bytes]:
    """Return what the host answers to a reporter, by resource."""
    found: dict[str, bytes] = {}

    def keep(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if request.url.path in RESOURCES:
            found[request.url.path] = response.content
        return json_answer(response.content, response.status_code)

    hosted.network.change = keep
    await visit()
    hosted.network.change = None
    assert set(found) == set(RESOURCES)
    return found


def serve_instead(answers: dict[str, bytes]) -> Change:
    """Serve these answers to whoever asks for a report."""

    def change(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        answer = answers.get(request.url.path)
        if answer is None:
            return json_answer(response.content, response.status_code)
        return json_answer(answer)

    return change


async def test_a_replaced_code_opens_nothing_even_if_the_host_serves_the_report(
    hosted: HostedLine,
) -> None:
    given = await hosted.oral()
    visit = await hosted.reporter().open(given)
    takeover = await visit.take_over(language="en")
    await visit.send_takeover(takeover)
    answers = await answers_to(hosted, lambda: hosted.reporter().open(takeover.receipt))
    assert ReportStatus.from_value(json.loads(answers["/v1/report"])).birth_keys is not None
    hosted.network.change = serve_instead(answers)
    with pytest.raises(RefusedError) as refused:
        await hosted.reporter().open(given)
    assert refused.value.reason is Reason.REPORT_KEYS
    assert (await hosted.reporter().open(takeover.receipt)).thread.messages


def birth_keys(report: DraftReport) -> ReporterPublicKeys:
    """Return the keys that a report is named after."""
    keys = report.keys
    return ReporterPublicKeys(signing_key=keys.signing.public_key, box_key=keys.box.public_key)


async def test_the_report_of_another_reporter_is_not_taken_for_ones_own(
    hosted: HostedLine,
) -> None:
    await hosted.open_line()
    own, other = await hosted.submit("Mine."), await hosted.submit("Another one.")
    answers = await answers_to(hosted, lambda: hosted.visit(other))
    status = ReportStatus.from_value(json.loads(answers["/v1/report"]))
    claim = status.model_copy(update={"birth_keys": birth_keys(other)})
    hosted.network.change = serve_instead(answers | {"/v1/report": claim.to_json()})
    with pytest.raises(RefusedError) as refused:
        await hosted.visit(own)
    assert refused.value.reason is Reason.REPORT_KEYS
    assert (await hosted.visit(other)).thread.messages
