"""Who may move a line, and copies, moves called off, hosts that only change their address."""

import pytest
from sqlalchemy import func, select

from meldpunt.client import (
    LineKeys,
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
from tests.client.every_state import refusal_of
from tests.client.hosted_line import ORIGIN
from tests.client.transfer_scenario import NEW_ORIGIN, TransferScenario, import_put


async def test_only_the_line_key_exports(transfer: TransferScenario) -> None:
    hosted = transfer.hosted
    await hosted.open_line()
    submission = await hosted.submit()
    line_id = hosted.line_keys.line_id
    stranger = LineKeys.create(hosted.entropy)
    for key in (
        hosted.handlers[0].keys.signing,
        submission.keys.signing,
        stranger.signing,
    ):
        export = LineApi(transfer.transport(ORIGIN)).export(line_id, None, key)
        assert await refusal_of(export) is ProblemType.NOT_FOUND
        leave = LineApi(transfer.transport(ORIGIN)).delete_reports(line_id, bytes(32), key)
        assert await refusal_of(leave) is ProblemType.NOT_FOUND


async def test_a_copy_lives_on_when_the_old_host_is_gone(transfer: TransferScenario) -> None:
    hosted = transfer.hosted
    await hosted.open_line()
    submission = await hosted.submit()
    await transfer.export()
    transfer.router.down.add(ORIGIN)
    line = await transfer.import_file()
    assert line.document.origins == (NEW_ORIGIN,)
    with pytest.raises(UnreachableError):
        await hosted.visit(submission)
    # The office tells people the new address: the code is the same.
    reporter = Reporter(
        transfer.transport(),
        hosted.line_keys.line_id,
        entropy=hosted.entropy,
        today=hosted.clock.today,
    )
    visit = await reporter.open(submission.receipt)
    assert visit.thread.notices == ()
    await visit.reply("Still here.", language="en")


async def test_a_copy_leaves_the_line_where_it_is(transfer: TransferScenario) -> None:
    hosted = transfer.hosted
    await hosted.open_line()
    await transfer.export()
    submission = await hosted.submit()
    assert (await hosted.visit(submission)).thread.alarms == ()
    assert (await transfer.line()).moved_to is None


async def test_an_invite_is_needed(transfer: TransferScenario) -> None:
    hosted = transfer.hosted
    await hosted.open_line()
    await transfer.announce()
    await transfer.export()
    assert await refusal_of(transfer.import_file(invite=None)) is ProblemType.INVITE_INVALID
    assert await refusal_of(transfer.import_file(invite="a-guess")) is ProblemType.INVITE_INVALID
    count = select(func.count()).select_from(line_documents)
    assert await transfer.new.store.read(lambda tx: tx.execute(count).scalar_one()) == 0


async def test_another_line_key_imports_nothing(transfer: TransferScenario) -> None:
    hosted = transfer.hosted
    await hosted.open_line()
    await transfer.announce()
    await transfer.export()
    stranger = LineKeys.create(hosted.entropy)
    page = next(transfer.file().read())
    put = import_put(transfer, page.records, last=True)
    line_id, api = hosted.line_keys.line_id, LineApi(transfer.transport())
    attempt = api.put_import(line_id, put, stranger.signing)
    assert await refusal_of(attempt) is ProblemType.SIGNATURE_REQUIRED
    theirs = put.model_copy(update={"first_key": stranger.first_key})
    attempt = api.put_import(line_id, theirs, stranger.signing)
    assert await refusal_of(attempt) is ProblemType.REFUSED
    attempt = api.put_import(stranger.line_id, theirs, stranger.signing)
    assert await refusal_of(attempt) is ProblemType.REFUSED  # the documents are another line's
    with pytest.raises(ProblemError):
        await LineApi(transfer.transport(ORIGIN)).delete_reports(
            stranger.line_id, bytes(32), stranger.signing
        )


async def test_a_move_can_be_called_off(transfer: TransferScenario) -> None:
    hosted = transfer.hosted
    await hosted.open_line()
    submission = await hosted.submit()
    await transfer.announce()
    await transfer.line_transfer().announce(transfer.transport(ORIGIN), transfer.transport(ORIGIN))
    visit = await hosted.visit(submission)
    assert visit.thread.notices == ()
    await visit.reply("Still here.", language="en")


async def test_a_host_that_changes_its_address_goes_on_taking_reports(
    transfer: TransferScenario,
) -> None:
    hosted = transfer.hosted
    await hosted.open_line()
    renamed = HostInfo(
        origins=("https://renamed.example",), receipt_key=hosted.host.secrets.receipt_key
    )
    await transfer.line_transfer()._name_host(transfer.transport(ORIGIN), renamed)
    assert (await transfer.line()).moved_to is None
    await hosted.submit()
