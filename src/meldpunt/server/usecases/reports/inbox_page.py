"""A handler lists their inbox. The page is written as JSON from the columns of its rows.

Most entries of an inbox are alike but for their keys, ids and counts: the same document, and the
same days. What they have in common is worked out once, by the shapes of `wire`, and remembered for
this handler and this day. It depends on nothing else: a hash names the document, and the days are
part of what is compared. Nothing is remembered across inboxes. Otherwise the time of an answer
could tell a handler that there is a report of which they are no reader.
"""

from typing import Final

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import encode_base64url
from meldpunt.protocol.verify.log.clocks import State
from meldpunt.server.errors import NotFoundError
from meldpunt.server.host import Host
from meldpunt.server.store.database.transaction import Transaction
from meldpunt.server.store.inbox import ListedEntry, list_entries
from meldpunt.server.usecases.access.participants import find_callers
from meldpunt.server.usecases.reports.inbox import entry_status
from meldpunt.wire.reports import EntryStatus

_FIRST_PAGE: Final = 20
"""Entries on the first page: about one screen, so that the page loads fast."""
_FURTHER_PAGE: Final = 50


async def list_inbox(
    host: Host,
    caller: bytes,
    *,
    line: ids.LineId,
    state: State | None,
    after: ids.EntryId | None,
) -> str:
    """Return a page of the caller's inbox on one line: the JSON of an `InboxPage`.

    Any office can list anybody's public key as a handler. Its reports then go to an inbox of that
    office's line, and the owner of the key never asks for that inbox.

    Raises:
        NotFoundError: The caller is no handler of that line.
    """
    handler = ids.handler_id(line, caller)
    if handler not in await find_callers(host, caller):
        raise NotFoundError
    size = _FIRST_PAGE if after is None else _FURTHER_PAGE

    def work(tx: Transaction) -> list[ListedEntry]:
        return list_entries(tx, handler, state=state, after=after, limit=size + 1)

    rows = await host.store.look_up(work)
    page = rows[:size]
    entries = ",".join([await _written(host, row) for row in page])
    more = f',"cursor":"{encode_base64url(page[-1].entry)}"' if len(rows) > size else ""
    return f'{{"entries":[{entries}]{more}}}'


async def _written(host: Host, row: ListedEntry) -> str:
    """Return the JSON of one `EntryStatus`."""
    if row.ended_on is not None:  # it shows what other rows hold, which may change
        return _json(await entry_status(host, row.read()))
    known = host.clock.today(), row.alike
    form = host.entry_forms.get(known)
    if form is None:
        form = host.entry_forms[known] = _form(await entry_status(host, row.read()))
    return form % (
        row.message_count,
        encode_base64url(row.signing_key),
        encode_base64url(row.box_key),
        encode_base64url(row.entry),
    )


def _form(status: EntryStatus) -> str:
    """Return the JSON of an entry with gaps for what differs from report to report."""
    text = _json(status).replace("%", "%%")
    keys = status.birth_keys
    texts = {"signingKey": keys.signing_key, "boxKey": keys.box_key, "entry": status.entry}
    text = text.replace(f'"messageCount":{status.message_count}', '"messageCount":%d', 1)
    for name, value in texts.items():
        text = text.replace(f'"{name}":"{encode_base64url(value)}"', f'"{name}":"%s"', 1)
    return text


def _json(status: EntryStatus) -> str:
    return status.model_dump_json(by_alias=True, exclude_none=True)
