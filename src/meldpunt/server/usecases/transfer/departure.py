"""A line that has moved leaves its old host: the host erases what the office has compared."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final, TypeVar

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.held import held_line_hash, held_report_hash
from meldpunt.server.errors import ConflictError
from meldpunt.server.host import Host
from meldpunt.server.store import transfer
from meldpunt.server.store.database.transaction import Transaction
from meldpunt.server.store.transfer import ComparedReport
from meldpunt.server.usecases.access.owner import check_owner, list_handlers
from meldpunt.server.usecases.attachments.pieces import erase_doomed

Item = TypeVar("Item")

_READ_AT_ONCE: Final = 200
_ERASED_AT_ONCE: Final = 20


async def erase_moved_reports(host: Host, caller: bytes, line: ids.LineId, held: bytes) -> None:
    """Erase the reports of a line that has moved. Keep its documents, which name the new host.

    Args:
        host: The host.
        caller: The line key in force.
        line: The line.
        held: The hash of what the office has compared (verify/held.py).

    Raises:
        NotFoundError: The host has no such line, or the caller is not its line key in force.
        ConflictError: The line has not moved, or the host holds something else of it than the
            office has compared. Nothing is erased.
    """
    handlers = list_handlers(await host.documents.of_line(line))

    def find(tx: Transaction) -> list[int]:
        _check_moved(tx, caller, line)
        return transfer.list_reports_of(tx, handlers)

    found = await _read(host, await host.store.read(find))
    hashes = (held_report_hash(report.report_id, report.messages) for report in found)
    if found and held_line_hash(hashes) != held:  # nothing is left after an answer that was lost
        raise ConflictError

    def erase(tx: Transaction, some: Sequence[ComparedReport]) -> None:
        _check_moved(tx, caller, line, lock=True)
        transfer.delete_held(tx, some)

    for some in _groups(found, _ERASED_AT_ONCE):
        await host.store.write(partial(erase, some=some))
    await erase_doomed(host)


async def _read(host: Host, rows: Sequence[int]) -> list[ComparedReport]:
    """Read reports in short transactions: a large line must not stop everybody else."""
    found: list[ComparedReport] = []
    for some in _groups(rows, _READ_AT_ONCE):
        found += await host.store.read(partial(transfer.list_held, rows=some))
    return found


def _groups(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def _check_moved(tx: Transaction, caller: bytes, line: ids.LineId, *, lock: bool = False) -> None:
    if not check_owner(tx, caller, line, lock=lock).moved:
        raise ConflictError
