"""Who may move a line, and copies, moves called off, hosts that only change their address."""

import pytest
from sqlalchemy import func, select

from meldpunt.client import (
    LineKeys,
    LineTransfer,
    ProblemError,
    Reporter,
    UnreachableError,
)
from meldpunt.client.http.api import LineApi
from meldpunt.server.store.tables import (
    line_documents,
)
from meldpunt.wire.lines import HostInfo
from meldpunt.wire.problems import ProblemType
from tests.client.lively import refused
from tests.client.two_hosts import NEW_ORIGIN, Move, import_put
from tests.client.world import ORIGIN


async def test_only_the_line_key_exports(move: Move) -> None:
    world = move.world
    await world.open_line()
    submission = await world.submit()
    line_id = world.line_keys.line_id
    stranger = LineKeys.create(world.entropy)
    for key in (
        world.handlers[0].keys.signing,
        submission.keys.signing,
        stranger.signing,
    ):
        export = LineApi(move.transport(ORIGIN)).export(line_id, None, key)
        assert await refused(export) is ProblemType.NOT_FOUND
        leave = LineApi(move.transport(ORIGIN)).delete_reports(line_id, key)
        assert await refused(leave) is ProblemType.NOT_FOUND


async def test_a_copy_lives_on_when_the_old_host_is_gone(move: Move) -> None:
    world = move.world
    await world.open_line()
    submission = await world.submit()
    await move.export()
    move.roads.down.add(ORIGIN)
    line = await move.bring()
    assert line.document.origins == (NEW_ORIGIN,)
    with pytest.raises(UnreachableError):
        await world.visit(submission)
    # The office tells people the new address: the code is the same.
    reporter = Reporter(
        move.transport(),
        world.line_keys.line_id,
        entropy=world.entropy,
        today=world.clock.today,
    )
    visit = await reporter.open(submission.receipt)
    assert visit.thread.notices == ()
    await visit.reply("Still here.", language="en")


async def test_a_copy_leaves_the_line_where_it_is(move: Move) -> None:
    world = move.world
    await world.open_line()
    await move.export()
    submission = await world.submit()
    assert (await world.visit(submission)).thread.alarms == ()
    assert (await move.line()).moved_to is None


async def test_an_invite_is_needed(move: Move) -> None:
    world = move.world
    await world.open_line()
    await move.announce()
    await move.export()
    assert await refused(move.bring(invite=None)) is ProblemType.INVITE_INVALID
    assert await refused(move.bring(invite="a-guess")) is ProblemType.INVITE_INVALID
    count = select(func.count()).select_from(line_documents)
    assert await move.new.store.read(lambda tx: tx.execute(count).scalar_one()) == 0


async def test_another_line_key_imports_nothing(move: Move) -> None:
    world = move.world
    await world.open_line()
    await move.announce()
    await move.export()
    stranger = LineKeys.create(world.entropy)
    page = next(move.file().read())
    put = import_put(move, page.records, last=True)
    line_id, api = world.line_keys.line_id, LineApi(move.transport())
    attempt = api.put_import(line_id, put, stranger.signing)
    assert await refused(attempt) is ProblemType.SIGNATURE_REQUIRED
    theirs = put.model_copy(update={"first_key": stranger.first_key})
    attempt = api.put_import(line_id, theirs, stranger.signing)
    assert await refused(attempt) is ProblemType.REFUSED
    attempt = api.put_import(stranger.line_id, theirs, stranger.signing)
    assert await refused(attempt) is ProblemType.REFUSED  # the documents are another line's
    with pytest.raises(ProblemError):
        await LineTransfer(stranger, world.clock.today()).leave(move.transport(ORIGIN))


async def test_a_move_can_be_called_off(move: Move) -> None:
    world = move.world
    await world.open_line()
    submission = await world.submit()
    await move.announce()
    await move.mover().announce(move.transport(ORIGIN), move.transport(ORIGIN))
    visit = await world.visit(submission)
    assert visit.thread.notices == ()
    await visit.reply("Still here.", language="en")


async def test_a_host_that_changes_its_address_goes_on_taking_reports(move: Move) -> None:
    world = move.world
    await world.open_line()
    renamed = HostInfo(
        origins=("https://renamed.example",), receipt_key=world.host.secrets.receipt_key
    )
    await move.mover()._name_host(move.transport(ORIGIN), renamed)
    assert (await move.line()).moved_to is None
    await world.submit()
