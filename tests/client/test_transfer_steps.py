"""A move goes on where it stopped, changes nothing twice, and loses nothing."""

import asyncio

import pytest

from meldpunt.client import (
    DraftReport,
    ProblemError,
)
from meldpunt.client.http.api import InboxApi, LineApi, ReportApi
from meldpunt.server.store.tables import (
    metadata,
)
from meldpunt.server.usecases.transfer import line_export
from meldpunt.wire.problems import ProblemType
from tests.client.every_state import (
    TABLES,
    bulletin_keys_of,
    open_line_with_every_state,
    refusal_of,
    rows_of,
)
from tests.client.hosted_line import ORIGIN
from tests.client.transfer_scenario import (
    NEW_INVITE,
    NEW_ORIGIN,
    TransferScenario,
    import_put,
    put_of,
)
from tests.support.upkeep import erase_due


async def test_the_new_host_holds_row_for_row_what_the_old_one_held(
    transfer: TransferScenario,
) -> None:
    hosted = transfer.hosted
    await open_line_with_every_state(hosted)
    await transfer.announce()
    before, keys = await rows_of(hosted.host), await bulletin_keys_of(hosted.host)
    await transfer.export()
    await transfer.import_file()
    assert await rows_of(transfer.new) == before
    assert keys
    assert await bulletin_keys_of(transfer.new) == keys


async def test_an_interrupted_move_goes_on_at_every_page(
    transfer: TransferScenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    hosted = transfer.hosted
    await open_line_with_every_state(hosted)
    await transfer.announce()
    monkeypatch.setattr(line_export, "PAGE_SIZE", 4000)
    line_transfer = transfer.line_transfer()

    class Stop(Exception):  # noqa: N818 (the power goes)
        pass

    def once(pages: int, of: int | None) -> None:
        raise Stop

    interruptions = 0
    while True:
        try:
            await line_transfer.export(transfer.transport(ORIGIN), transfer.path, once)
            break
        except Stop:
            interruptions += 1
            with transfer.path.with_name("line.export.part").open("ab") as part:
                part.write(b'{"records":[{"text":"half a page')
    file = transfer.file()
    assert interruptions == file.pages > 10
    before = await rows_of(hosted.host)
    sent = 0
    while True:
        try:
            await line_transfer.import_file(transfer.transport(), file, once, invite=NEW_INVITE)
            break
        except Stop:
            sent += 1
            if sent >= file.pages:
                break
    await transfer.import_file()
    assert await rows_of(transfer.new) == before
    puts = [path for path in hosted.network.paths() if path.endswith("/import")]
    assert len(puts) <= file.pages + 2


async def test_an_answer_that_gets_lost_changes_nothing(transfer: TransferScenario) -> None:
    hosted = transfer.hosted
    await open_line_with_every_state(hosted)
    await transfer.announce()
    before = await rows_of(hosted.host)
    await transfer.export()
    hosted.network.lose_answers = 1
    await transfer.import_file()
    assert await rows_of(transfer.new) == before


async def test_nobody_meets_half_a_line(
    transfer: TransferScenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    hosted = transfer.hosted
    await hosted.open_line()
    submission = await hosted.submit()
    await transfer.announce()
    monkeypatch.setattr(line_export, "PAGE_SIZE", 1)
    await transfer.export()
    file = transfer.file()
    line_id, key = hosted.line_keys.line_id, hosted.line_keys.signing
    reads = (
        lambda: LineApi(transfer.transport()).line(line_id),
        lambda: InboxApi(
            transfer.transport(), hosted.line_keys.line_id, hosted.handlers[0].keys.signing
        ).page(),
        lambda: ReportApi(transfer.transport(), submission.keys.signing).status(),
    )

    whole = 0
    for number, page in enumerate(file.read()):
        put = import_put(transfer, page.records, last=number == file.pages - 1)
        await LineApi(transfer.transport()).put_import(line_id, put, key)
        if number < file.pages - 1:
            assert await refusal_of(reads[0]()) is ProblemType.NOT_FOUND
            assert await refusal_of(reads[1]()) is ProblemType.NOT_FOUND
            whole += any(record.end is not None for record in page.records)
            if not whole:
                assert await refusal_of(reads[2]()) is ProblemType.NOT_FOUND
    assert (await reads[0]()).moved is None
    assert (
        len(
            (
                await InboxApi(
                    transfer.transport(), hosted.line_keys.line_id, hosted.handlers[0].keys.signing
                ).page()
            ).entries
        )
        == 1
    )


async def test_importing_twice_changes_nothing(transfer: TransferScenario) -> None:
    hosted = transfer.hosted
    await open_line_with_every_state(hosted)
    await transfer.move_line()
    before = await rows_of(transfer.new)
    await transfer.import_file()
    await transfer.import_file(invite=None)
    assert await rows_of(transfer.new) == before


async def test_an_old_export_does_not_bring_back_what_was_erased(
    transfer: TransferScenario,
) -> None:
    hosted = transfer.hosted
    await hosted.open_line()
    submission = await hosted.submit()
    await transfer.move_line()
    await (await hosted.visit(submission)).withdraw(language="en", immediate=True)
    assert await refusal_of(transfer.import_file()) is ProblemType.CONFLICT
    assert (await hosted.visit(submission)).thread.erased


async def test_a_line_leaves_its_old_host_when_it_has_moved_only(
    transfer: TransferScenario,
) -> None:
    hosted = transfer.hosted
    await open_line_with_every_state(hosted)
    assert await refusal_of(transfer.leave()) is ProblemType.CONFLICT
    await transfer.move_line()
    assert await refusal_of(transfer.leave(NEW_ORIGIN)) is ProblemType.CONFLICT
    await transfer.leave()
    await transfer.leave()
    left = await rows_of(hosted.host)
    assert not any(left[name] for name in ("reports", "messages", "body_parts", "wraps", "inbox"))
    assert (await transfer.line()).moved_to == NEW_ORIGIN


async def test_a_line_comes_back_to_a_host_that_it_left(transfer: TransferScenario) -> None:
    hosted = transfer.hosted
    receipts = await open_line_with_every_state(hosted)
    await transfer.move_line()
    await transfer.leave()
    visit = await hosted.reporter().open(receipts["open"])
    await visit.reply("On the new host.", language="en")
    await transfer.line_transfer().announce(transfer.transport(), transfer.transport(ORIGIN))
    transfer.path.unlink()
    await transfer.line_transfer().export(transfer.transport(), transfer.path, transfer.progress)
    await transfer.line_transfer().import_file(
        transfer.transport(ORIGIN), transfer.file(), transfer.progress
    )
    back = await hosted.reporter().open(receipts["open"])
    assert back.thread.alarms == ()
    assert back.thread.line.moved_to is None
    await back.reply("And back.", language="en")
    assert (await transfer.line(NEW_ORIGIN)).moved_to == ORIGIN


def test_the_tables_of_a_line_are_all_compared() -> None:
    # These are the host's own: its id, invites, the names of files, its bulletins, its last day and
    # its limits. What it keeps of the line itself is in the documents too.
    own = {"identity", "invites", "lines", "pieces", "bulletins", "upkeep", "line_limits"}
    assert set(metadata.tables) == {table.name for table in TABLES} | own


async def test_no_report_is_lost_in_the_moment_of_moving(transfer: TransferScenario) -> None:
    hosted = transfer.hosted
    await hosted.open_line()
    await transfer.move_line()  # on to the database in question
    await transfer.leave()
    reporter = hosted.reporter()
    line = await reporter.line()
    kinds: set[ProblemType] = set()
    drafts = [await reporter.prepare(line, f"Report {n}", language="en") for n in range(24)]

    async def send(submission: DraftReport) -> bool:
        api = ReportApi(transfer.transport(), submission.keys.signing)
        try:
            await api.put_report(put_of(submission))
        except ProblemError as error:
            kinds.add(error.kind)
            return False
        return True

    early = [await send(draft) for draft in drafts[:4]]
    tasks = [asyncio.create_task(send(draft)) for draft in drafts[4:14]]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    announced = asyncio.create_task(
        transfer.line_transfer().announce(transfer.transport(), transfer.transport(ORIGIN))
    )
    while not announced.done() and len(tasks) < 20:
        tasks.append(asyncio.create_task(send(drafts[4 + len(tasks)])))
        await asyncio.sleep(0.001)
    taken = [*early, *await asyncio.gather(*tasks)]
    await announced
    assert not await send(await reporter.prepare(line, "Late.", language="en"))
    assert kinds <= {ProblemType.MOVED}
    transfer.path.unlink()
    await transfer.line_transfer().export(transfer.transport(), transfer.path, transfer.progress)
    assert sum("end" in record for record in transfer.records()) == sum(taken)


async def test_what_began_to_arrive_and_did_not_go_on_is_erased(transfer: TransferScenario) -> None:
    hosted = transfer.hosted
    await open_line_with_every_state(hosted)
    await transfer.announce()
    await transfer.export()
    records = next(transfer.file().read()).records
    ends = [number for number, record in enumerate(records) if record.end is not None]
    put = import_put(transfer, records[: ends[0]])
    await LineApi(transfer.transport()).put_import(
        hosted.line_keys.line_id, put, hosted.line_keys.signing
    )
    assert (await rows_of(transfer.new))["body_parts"]
    hosted.clock.pass_days(31)
    await erase_due(transfer.new)
    left = await rows_of(transfer.new)
    assert not any(left[name] for name in ("reports", "messages", "body_parts", "wraps"))


async def test_pages_stay_small_whatever_is_in_them(transfer: TransferScenario) -> None:
    hosted = transfer.hosted
    await hosted.open_line()
    submission = await hosted.submit()
    visit = await hosted.visit(submission)
    for number in range(24):
        await visit.reply(f"{number} " + "long " * 11_000, language="en")
        await visit.refresh()
    await transfer.move_line()
    sizes = [len(line) for line in transfer.path.read_bytes().splitlines()]
    assert len(sizes) > 3
    assert max(sizes) < 2 << 20
    assert (await hosted.visit(submission)).thread.report.claim.message_count == 25
