"""A host names terms for an erased report: only those count that lead back to the report."""

import dataclasses

import httpx
import pytest

from meldpunt.client import DraftReport, Thread
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.days import Term
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.log.header import Tag
from meldpunt.wire.reports import EntryStatus, ReportStatus
from tests.client.handover_scenario import HandoverScenario, add_line
from tests.client.hosted_line import Change, HostedLine, json_answer
from tests.client.test_bad_host import alarms
from tests.client.test_gone import replaying
from tests.support.upkeep import erase_due

ONE_DAY = Term(1, "D")
THREE = 3
"""Days: more than the short term, and fewer than the line's own."""


def claiming(line: ids.LineId | None, document: ids.Hash) -> Change:
    """Say that the report is erased, and by which line's terms."""
    erased = replaying(Tag.WITHDRAWAL)

    def change(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        response, path = erased(request, response), request.url.path
        if request.method != "GET" or not path.startswith(("/v1/inbox/", "/v1/report")):
            return response
        if path.endswith("/messages"):
            return response
        kind = ReportStatus if path == "/v1/report" else EntryStatus
        claim = kind.from_value(response.json())
        update = {"answered_by": line, "document": document}
        return json_answer(claim.model_copy(update=update).to_json())

    return change


async def republish(hosted: HostedLine, term: Term) -> ids.Hash:
    """Publish the line's plan with another withdrawal term; return the document's hash."""
    owner = hosted.owner()
    line = await owner.line()
    assert line is not None
    plan = dataclasses.replace(await owner.plan(line), withdrawal_term=term)
    return (await owner.publish(plan)).document_hash


Readers = tuple[Thread, ...]


async def read_by_everybody(hosted: HostedLine, submission: DraftReport) -> Readers:
    """Read a report as its reporter, as a handler who read it before, and as one who did not."""
    knows, new = hosted.handlers[:2]
    return (
        (await hosted.visit(submission)).thread,
        await hosted.only_entry(knows),
        await hosted.only_entry(new),
    )


async def withdrawn(hosted: HostedLine) -> DraftReport:
    """Let somebody report, be read by one handler, and withdraw."""
    submission = await hosted.submit()
    await hosted.only_entry(hosted.handlers[0])
    await (await hosted.visit(submission)).withdraw(language="en")
    return submission


async def test_a_line_that_the_host_made_gives_no_terms(hosted: HostedLine) -> None:
    await hosted.open_line()
    submission = await withdrawn(hosted)
    invented = await add_line(hosted)
    document = await republish(invented, ONE_DAY)
    hosted.clock.pass_days(THREE)
    hosted.network.change = claiming(invented.line_keys.line_id, document)
    for thread in await read_by_everybody(hosted, submission):
        assert not thread.erased
        assert Reason.GAP in alarms(thread)
        assert [line.document.line_id for line in thread.lines.all] == [hosted.line_keys.line_id]


async def test_a_document_of_another_line_gives_no_terms(hosted: HostedLine) -> None:
    await hosted.open_line()
    submission = await withdrawn(hosted)
    document = await republish(await add_line(hosted), ONE_DAY)
    hosted.clock.pass_days(THREE)
    hosted.network.change = claiming(None, document)
    for thread in await read_by_everybody(hosted, submission):
        assert not thread.erased
        assert Reason.GAP in alarms(thread)


async def test_a_later_document_of_the_line_gives_no_terms(hosted: HostedLine) -> None:
    """A report keeps its terms. So no document counts that is newer than the withdrawal."""
    await hosted.open_line()
    submission = await withdrawn(hosted)
    document = await republish(hosted, ONE_DAY)
    hosted.clock.pass_days(THREE)
    hosted.network.change = claiming(None, document)
    for thread in await read_by_everybody(hosted, submission):
        assert not thread.erased


async def test_an_older_document_of_the_line_with_a_shorter_term_does_not_count(
    hosted: HostedLine,
) -> None:
    await hosted.open_line()
    short = await republish(hosted, ONE_DAY)
    await republish(hosted, Term(14, "D"))
    submission = await withdrawn(hosted)
    hosted.clock.pass_days(THREE)
    hosted.network.change = claiming(None, short)
    for thread in await read_by_everybody(hosted, submission):
        assert not thread.erased


async def test_a_handler_who_remembers_the_document_counts_by_it(hosted: HostedLine) -> None:
    """The line has a longer term since. The report keeps its own, and is erased by it."""
    await hosted.open_line()
    await republish(hosted, ONE_DAY)
    submission = await hosted.submit()
    handler = hosted.handlers[0]
    await hosted.only_entry(handler)
    [seen] = handler.memory.reports.values()
    assert seen.document == submission.draft.header.document
    await republish(hosted, Term(14, "D"))
    await (await hosted.visit(submission)).withdraw(language="en")
    hosted.clock.pass_days(THREE)
    await erase_due(hosted.host)
    thread = await hosted.only_entry(handler)
    assert (thread.erased, thread.alarms) == (True, ())


async def test_a_document_that_the_host_does_not_show_is_an_alarm_and_no_failure(
    hosted: HostedLine,
) -> None:
    await hosted.open_line()
    submission = await withdrawn(hosted)
    hosted.clock.pass_days(THREE)
    hosted.network.change = claiming(None, ids.Hash(bytes(32)))
    for thread in await read_by_everybody(hosted, submission):
        assert not thread.erased
        assert Reason.GAP in alarms(thread)


@pytest.mark.parametrize("who", ["reporter", "first line", "other line"])
async def test_the_line_that_took_it_up_gives_the_terms(
    scenario: HandoverScenario, who: str
) -> None:
    hosted, other = scenario.hosted, scenario.other
    await scenario.consent()
    await scenario.accept()
    await (await scenario.visit()).withdraw(language="en")
    hosted.clock.pass_days(20)
    await erase_due(hosted.host)
    if who == "reporter":
        thread = (await scenario.visit()).thread
    else:
        handler = (hosted if who == "first line" else other).handlers[0]
        thread = await scenario.read(handler)
    assert (thread.erased, thread.alarms) == (True, ())


async def test_after_a_handover_the_first_line_gives_no_terms(scenario: HandoverScenario) -> None:
    hosted = scenario.hosted
    short = await republish(hosted, ONE_DAY)
    await scenario.consent()
    await scenario.accept()
    await (await scenario.visit()).withdraw(language="en")
    hosted.clock.pass_days(THREE)
    hosted.network.change = claiming(None, short)
    for thread in (
        (await scenario.visit()).thread,
        await scenario.read(scenario.other.handlers[0]),
    ):
        assert not thread.erased
        assert Reason.GAP in alarms(thread)
