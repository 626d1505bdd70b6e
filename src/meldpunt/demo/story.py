"""The demonstration: one line, three handlers, two reports, from the invite to the erasure."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from meldpunt.client import (
    DraftReport,
    Handler,
    Level,
    PageFiles,
    ProblemError,
    Reporter,
    Thread,
    ThreadMessage,
    Transport,
    Visit,
    audit_page,
    fetch_line,
    utc_today,
)
from meldpunt.demo import texts
from meldpunt.demo.evidence import host_view, is_in_files
from meldpunt.demo.host_process import RunningHost
from meldpunt.demo.office import Office, Person, publish_box_keys, publish_line
from meldpunt.demo.page_server import PageServer
from meldpunt.demo.preset_line import plan_from_preset
from meldpunt.demo.show import DemoError, StepPrinter, preview, require
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.line_document import Function
from meldpunt.protocol.verify.log.clocks import State
from meldpunt.wire.problems import ProblemType

HANDLERS: Final = (
    Person("Noor Bakker", "contactpersoon"),
    Person("Sem Visser", "contactpersoon"),
    Person("Fatima Aydin", "contactpersoon"),
    Person("Yara de Wit", "nazorg", Function.AFTERCARE),
)
PRESET: Final = "unwanted-behaviour"
ORGANISATION: Final = "Hogeschool Voorbeeld"
_TELLING: Final = 20
"""Characters of a line that no published text of the line has by chance."""


@dataclass(frozen=True, slots=True)
class Told:
    """What remains after the demonstration, for a person to look at."""

    office: Office
    receipt: str


async def tell(stage: StepPrinter, host: RunningHost, folder: Path) -> Told:
    """Run the whole story against a host.

    Raises:
        DemoError: A step failed.
    """
    stage.heading("An office opens a line")
    office = await _open_line(stage, host)
    stage.heading("Somebody reports")
    submission = await _report(stage, office, texts.REPORT_NL, "nl")
    readers, outsider = _roles(office, submission)
    threads = await _read(stage, office, submission, outsider)
    _compare(stage, host, folder, submission, threads[0])
    stage.heading("Both sides talk")
    await _converse(stage, office, host, submission.receipt, readers)
    stage.heading("Another report is withdrawn")
    await _withdraw(stage, office, host)
    return Told(office, submission.receipt)


async def open_page(stage: StepPrinter, pages: PageServer, office: Office) -> None:
    """Serve the reporter's page for the line, and check it as anybody can.

    Raises:
        DemoError: The page is not that of the release, or not for this line.
    """
    stage.heading("The page on which people report")
    address = office.address
    url = pages.add("/", address)
    with stage.step("the office serves the reporter's page, from another origin than the host"):
        async with Transport(address.origin) as host, PageFiles(url) as page:
            line = await fetch_line(host, address.line_id, utc_today())
            found = await audit_page(page, host, address, line)
    with stage.step("every file, the policy and the line are those of the release"):
        require(not [each for each in found if each.level is Level.ALARM], "the page holds")


async def _open_line(stage: StepPrinter, host: RunningHost) -> Office:
    with stage.step("the operator makes a one-time invite"):
        invite = host.invite()
    with stage.step("the office publishes its line: three handlers, two of them for each report"):
        office = await publish_line(host, invite, HANDLERS, plan_from_preset(PRESET, ORGANISATION))
    with stage.step("each handler publishes box keys for a year ahead"):
        until = await publish_box_keys(office)
    stage.say(f"box keys until {until}; the line's address is {office.address}")
    return office


async def _report(stage: StepPrinter, office: Office, text: str, language: str) -> DraftReport:
    reporter = _reporter(office)
    with stage.step("the reporter's device fetches the line and verifies it from the line id up"):
        line = await reporter.line()
    with stage.step("the report is sealed on the device, to two readers drawn by lot"):
        submission = await reporter.prepare(line, text, language=language)
        require(len(submission.readers) == line.document.reader_count, "two readers were drawn")
    readers = " and ".join(office.names[reader] for reader in submission.readers)
    stage.say(f"{len(text.split())} words, for {readers}")
    stage.box("Receipt code, shown before anything is sent, and typed back", submission.receipt)
    with stage.step("the person types the code back, and the report is sent"):
        require(submission.confirms(submission.receipt.lower()), "the code typed back is the code")
        sent = await reporter.send(submission)
    with stage.step("the same bytes sent again are the same report"):
        require((await reporter.send(submission)) == sent, "a retry cannot duplicate")
    return submission


def _reporter(office: Office) -> Reporter:
    """Return a reporter on a new device, who knows only the line's address."""
    return Reporter(Transport(office.address.origin), office.address.line_id)


def _roles(office: Office, submission: DraftReport) -> tuple[list[Handler], Handler]:
    readers = [office.handlers[reader] for reader in submission.readers]
    outsiders = [h for key, h in office.handlers.items() if key not in submission.readers]
    return readers, outsiders[0]


async def _only_entry(handler: Handler) -> ids.EntryId:
    entries = [entry async for entry in handler.entries(State.RECEIVED)]
    require(len(entries) == 1, "one new report is in the inbox")
    return entries[0].entry


async def _read(
    stage: StepPrinter, office: Office, submission: DraftReport, outsider: Handler
) -> list[Thread]:
    threads = []
    for reader in submission.readers:
        handler = office.handlers[reader]
        with stage.step(f"{office.names[reader]} reads the report"):
            thread = await handler.read(await _only_entry(handler))
            require(thread.messages[0].text == texts.REPORT_NL, "the text is whole")
            require(not thread.alarms and not thread.notices, "nothing alarms")
        threads.append(thread)
    name = office.names[outsider.keys.handler_id]
    with stage.step(f"{name}, not drawn, sees no trace of it"):
        require([e async for e in outsider.entries()] == [], "the third inbox is empty")
        for thread in threads:
            await _require_not_found(outsider, thread)
    return threads


async def _require_not_found(outsider: Handler, thread: Thread) -> None:
    own = ids.inbox_entry(outsider.keys.handler_id, thread.keys.report)
    for entry in (own, thread.entry or own):
        try:
            await outsider.read(entry)
        except ProblemError as error:
            require(error.kind is ProblemType.NOT_FOUND, "it looks as if it did not exist")
        else:
            raise DemoError("a handler who was not drawn could read a report")


def _compare(
    stage: StepPrinter, host: RunningHost, folder: Path, submission: DraftReport, thread: Thread
) -> None:
    message = submission.draft.message_id
    stage.side_by_side(
        (
            ("The reporter wrote", preview(texts.REPORT_NL)),
            ("A reader sees", preview(thread.messages[0].text or "")),
            ("What the host's database holds", host_view(host.database, message)),
        )
    )
    with stage.step("no sentence of it, and no receipt code, is in the host's files"):
        for sentence in texts.REPORT_NL.splitlines():
            is_telling = len(sentence) >= _TELLING
            require(not is_telling or not is_in_files(folder, sentence), "no plaintext on the host")
        require(not is_in_files(folder, submission.receipt), "no receipt code on the host")


async def _converse(
    stage: StepPrinter, office: Office, host: RunningHost, receipt: str, readers: list[Handler]
) -> None:
    first, second = readers
    entry = await _only_entry(first)
    with stage.step(f"{office.names[first.keys.handler_id]} acknowledges, and asks a question"):
        thread = await first.read(entry)
        await first.acknowledge(thread, "Uw melding is ontvangen.", language="nl")
        await first.reply(await first.read(entry), texts.QUESTION_NL, language="nl")
    with stage.step("the reporter comes back on a new device, with the code alone"):
        visit = await _reporter(office).open(receipt)
        status = visit.thread.status
        require(status.state is State.ACKNOWLEDGED, "the report is acknowledged")
        require(texts.QUESTION_NL in _texts(visit), "the question is there to read")
        require(not visit.thread.alarms, "nothing alarms")
    stage.clocks(status)
    _compare_question(stage, host, visit, await first.read(entry))
    with stage.step("the reporter answers"):
        await visit.reply(texts.ANSWER_NL, language="nl")
    with stage.step(f"{office.names[second.keys.handler_id]} reads the answer and gives feedback"):
        own = ids.inbox_entry(second.keys.handler_id, thread.keys.report)
        answered = await second.read(own)
        require(answered.messages[-1].text == texts.ANSWER_NL, "the answer is there to read")
        await second.feedback(answered, texts.FEEDBACK_NL, language="nl")
        await second.close(await second.read(own), texts.CLOSING_NL, language="nl")
    with stage.step("the reporter sees feedback, and that the report is closed"):
        thread = await visit.refresh()
        require(thread.status.state is State.CLOSED, "the report is closed")
        require(texts.FEEDBACK_NL in _texts(visit), "the feedback is there to read")
    stage.clocks(thread.status)
    stage.say(f"everything is erased on {thread.status.erased_on}")
    _print_thread(stage, office, visit, answered)


def _compare_question(
    stage: StepPrinter, host: RunningHost, visit: Visit, handler_side: Thread
) -> None:
    """Show one message as each of the three sides has it."""
    question = next(m for m in visit.thread.messages if m.text == texts.QUESTION_NL)
    same = next(m for m in handler_side.messages if m.message_id == question.message_id)
    stage.side_by_side(
        (
            ("What the reporter sees", preview(question.text or "")),
            ("What a handler sees", preview(same.text or "")),
            ("What the host's database holds", host_view(host.database, question.message_id)),
        )
    )


def _texts(visit: Visit) -> list[str | None]:
    return [message.text for message in visit.thread.messages]


def _print_thread(stage: StepPrinter, office: Office, visit: Visit, handler_side: Thread) -> None:
    stage.side_by_side(
        (
            ("What the reporter sees", _thread(office, visit.thread)),
            ("What a handler saw before the feedback", _thread(office, handler_side)),
        )
    )


def _thread(office: Office, thread: Thread) -> str:
    return "\n\n".join(_line(office, message) for message in thread.messages)


def _line(office: Office, message: ThreadMessage) -> str:
    author = message.header.author
    who = "the reporter" if isinstance(author, str) else office.names[author]
    said = preview(message.text) if message.text else f"({message.readability.value})"
    return f"{who}, {message.header.tag.value}: {said}"


async def _withdraw(stage: StepPrinter, office: Office, host: RunningHost) -> None:
    submission = await _report(stage, office, texts.REPORT_EN, "en")
    message = submission.draft.message_id
    with stage.step("the reporter withdraws it, effective now"):
        visit = await _reporter(office).open(submission.receipt)
        await visit.withdraw(texts.WITHDRAWAL_EN, language="en", immediate=True)
    with stage.step("the host holds nothing of it any more but the withdrawal itself"):
        thread = await visit.refresh()
        require(thread.erased, "the report is erased")
        require(host_view(host.database, message) == "nothing", "the message is gone")
    stage.say(f"the withdrawal stays until {thread.status.erased_on}: it tells erasure from loss")
