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
from meldpunt.server.usecases.upkeep import erase_due
from meldpunt.wire.problems import ProblemType
from tests.client.lively import TABLES, lively_line, refused, rows_of
from tests.client.two_hosts import NEW_INVITE, NEW_ORIGIN, Move, import_put, put_of
from tests.client.world import ORIGIN


async def test_the_new_host_holds_row_for_row_what_the_old_one_held(move: Move) -> None:
    world = move.world
    await lively_line(world)
    await move.announce()
    before = await rows_of(world.host)
    await move.export()
    await move.bring()
    assert await rows_of(move.new) == before


async def test_an_interrupted_move_goes_on_at_every_page(
    move: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = move.world
    await lively_line(world)
    await move.announce()
    monkeypatch.setattr(line_export, "PAGE_SIZE", 4000)
    mover = move.mover()

    class Stop(Exception):  # noqa: N818 (the power goes)
        pass

    def once(pages: int, of: int | None) -> None:
        raise Stop

    interruptions = 0
    while True:
        try:
            await mover.export(move.transport(ORIGIN), move.path, once)
            break
        except Stop:
            interruptions += 1
            with move.path.with_name("line.export.part").open("ab") as part:
                part.write(b'{"records":[{"text":"half a page')
    file = move.file()
    assert interruptions == file.pages > 10
    before = await rows_of(world.host)
    sent = 0
    while True:
        try:
            await mover.import_file(move.transport(), file, once, invite=NEW_INVITE)
            break
        except Stop:
            sent += 1
            if sent >= file.pages:
                break
    await move.bring()
    assert await rows_of(move.new) == before
    puts = [path for path in world.wire.paths() if path.endswith("/import")]
    assert len(puts) <= file.pages + 2


async def test_an_answer_that_gets_lost_changes_nothing(move: Move) -> None:
    world = move.world
    await lively_line(world)
    await move.announce()
    before = await rows_of(world.host)
    await move.export()
    world.wire.lose_answers = 1
    await move.bring()
    assert await rows_of(move.new) == before


async def test_nobody_meets_half_a_line(move: Move, monkeypatch: pytest.MonkeyPatch) -> None:
    world = move.world
    await world.open_line()
    submission = await world.submit()
    await move.announce()
    monkeypatch.setattr(line_export, "PAGE_SIZE", 1)
    await move.export()
    file = move.file()
    line_id, key = world.line_keys.line_id, world.line_keys.signing
    reads = (
        lambda: LineApi(move.transport()).line(line_id),
        lambda: InboxApi(move.transport(), world.handlers[0].keys.signing).page(),
        lambda: ReportApi(move.transport(), submission.keys.signing).status(),
    )

    whole = 0
    for number, page in enumerate(file.read()):
        put = import_put(move, page.records, last=number == file.pages - 1)
        await LineApi(move.transport()).put_import(line_id, put, key)
        if number < file.pages - 1:
            assert await refused(reads[0]()) is ProblemType.NOT_FOUND
            assert await refused(reads[1]()) is ProblemType.NOT_FOUND
            whole += any(record.end is not None for record in page.records)
            if not whole:
                assert await refused(reads[2]()) is ProblemType.NOT_FOUND
    assert (await reads[0]()).moved is None
    assert (
        len((await InboxApi(move.transport(), world.handlers[0].keys.signing).page()).entries) == 1
    )


async def test_importing_twice_changes_nothing(move: Move) -> None:
    world = move.world
    await lively_line(world)
    await move.all_of_it()
    before = await rows_of(move.new)
    await move.bring()
    await move.bring(invite=None)
    assert await rows_of(move.new) == before


async def test_an_old_export_does_not_bring_back_what_was_erased(move: Move) -> None:
    world = move.world
    await world.open_line()
    submission = await world.submit()
    await move.all_of_it()
    await (await world.visit(submission)).withdraw(language="en", immediate=True)
    assert await refused(move.bring()) is ProblemType.CONFLICT
    assert (await world.visit(submission)).thread.erased


async def test_a_line_leaves_its_old_host_when_it_has_moved_only(move: Move) -> None:
    world = move.world
    await lively_line(world)
    mover = move.mover()
    assert await refused(mover.leave(move.transport(ORIGIN))) is ProblemType.CONFLICT
    await move.all_of_it()
    assert await refused(mover.leave(move.transport())) is ProblemType.CONFLICT
    await mover.leave(move.transport(ORIGIN))
    await mover.leave(move.transport(ORIGIN))
    left = await rows_of(world.host)
    assert not any(left[name] for name in ("reports", "messages", "body_parts", "wraps", "inbox"))
    assert (await move.line()).moved_to == NEW_ORIGIN


async def test_a_line_comes_back_to_a_host_that_it_left(move: Move) -> None:
    world = move.world
    receipts = await lively_line(world)
    await move.all_of_it()
    await move.mover().leave(move.transport(ORIGIN))
    visit = await world.reporter().open(receipts["open"])
    await visit.reply("On the new host.", language="en")
    await move.mover().announce(move.transport(), move.transport(ORIGIN))
    move.path.unlink()
    await move.mover().export(move.transport(), move.path, move.progress)
    await move.mover().import_file(move.transport(ORIGIN), move.file(), move.progress)
    back = await world.reporter().open(receipts["open"])
    assert back.thread.alarms == ()
    assert back.thread.line.moved_to is None
    await back.reply("And back.", language="en")
    assert (await move.line(NEW_ORIGIN)).moved_to == ORIGIN


def test_the_tables_of_a_line_are_all_compared() -> None:
    # An invite is the host's, and under which names files lie; what it keeps of the line itself is
    # in the documents too.
    assert set(metadata.tables) == {table.name for table in TABLES} | {"invites", "lines", "pieces"}


async def test_no_report_is_lost_in_the_moment_of_moving(move: Move) -> None:
    world = move.world
    await world.open_line()
    await move.all_of_it()  # on to the database in question
    await move.mover().leave(move.transport(ORIGIN))
    reporter = world.reporter()
    line = await reporter.line()
    kinds: set[ProblemType] = set()
    drafts = [await reporter.prepare(line, f"Report {n}", language="en") for n in range(24)]

    async def send(submission: DraftReport) -> bool:
        api = ReportApi(move.transport(), submission.keys.signing)
        try:
            await api.put_report(put_of(submission))
        except ProblemError as error:
            kinds.add(error.kind)
            return False
        return True

    early = [await send(draft) for draft in drafts[:4]]
    tasks = [asyncio.create_task(send(draft)) for draft in drafts[4:14]]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    announced = asyncio.create_task(move.mover().announce(move.transport(), move.transport(ORIGIN)))
    while not announced.done() and len(tasks) < 20:
        tasks.append(asyncio.create_task(send(drafts[4 + len(tasks)])))
        await asyncio.sleep(0.001)
    taken = [*early, *await asyncio.gather(*tasks)]
    await announced
    assert not await send(await reporter.prepare(line, "Late.", language="en"))
    assert kinds <= {ProblemType.MOVED}
    move.path.unlink()
    await move.mover().export(move.transport(), move.path, move.progress)
    assert sum("end" in record for record in move.records()) == sum(taken)


async def test_what_began_to_arrive_and_did_not_go_on_is_erased(move: Move) -> None:
    world = move.world
    await lively_line(world)
    await move.announce()
    await move.export()
    records = next(move.file().read()).records
    ends = [number for number, record in enumerate(records) if record.end is not None]
    put = import_put(move, records[: ends[0]])
    await LineApi(move.transport()).put_import(
        world.line_keys.line_id, put, world.line_keys.signing
    )
    assert (await rows_of(move.new))["body_parts"]
    world.clock.pass_days(31)
    await erase_due(move.new)
    left = await rows_of(move.new)
    assert not any(left[name] for name in ("reports", "messages", "body_parts", "wraps"))


async def test_pages_stay_small_whatever_is_in_them(move: Move) -> None:
    world = move.world
    await world.open_line()
    submission = await world.submit()
    visit = await world.visit(submission)
    for number in range(24):
        await visit.reply(f"{number} " + "long " * 11_000, language="en")
        await visit.refresh()
    await move.all_of_it()
    sizes = [len(line) for line in move.path.read_bytes().splitlines()]
    assert len(sizes) > 3
    assert max(sizes) < 2 << 20
    assert (await world.visit(submission)).thread.claim.message_count == 25
