"""`meldpunt handler inbox`: list the reports to read, in the order in which they are due."""

from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Final, Self

from meldpunt.cli.handler.commands.inbox import HandlerInboxOptions
from meldpunt.cli.handler.upkeep import keep_current
from meldpunt.cli.render.inbox import (
    ENTRY_HEADING,
    ended_json,
    ended_line,
    entry_json,
    entry_line,
    note_json,
    note_text,
)
from meldpunt.cli.render.odd_reports import odd_json, tell_odd
from meldpunt.cli.render.reminders import remind_unopened
from meldpunt.cli.render.renewal import foreign_json, tell_foreign
from meldpunt.cli.terminal.key_files import HandlerFile
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.session import Session
from meldpunt.client import (
    DeskNote,
    EntryStatus,
    Handler,
    ProblemError,
    RememberedReport,
    Thread,
    ToldClock,
    UnreadReport,
    unopened_reminder,
)
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import encode_base64url
from meldpunt.protocol.verify.log.clocks import State
from meldpunt.wire.problems import ProblemType

_AT_REST: Final = (State.CLOSED, State.WITHDRAWN, State.HANDED_OVER)
"""Nothing is due of these, so they come last, as their pages come."""
_MOST_READ: Final = 100
"""How many reports are read to find out which are urgent, and what waits in them."""
_OPEN: Final = tuple(state for state in State if state not in _AT_REST)
_MISSING: Final = (
    "No colleague and no reporter could end it since you saw it last. Ask a colleague whether they"
    " see it."
)
_GONE: Final = (
    "Since you saw it last, a colleague may have closed it, or its reporter may have withdrawn it,"
    " and its term may be over. If neither is so, the host withholds it: ask a colleague. To hear"
    " no more of it: meldpunt handler rotate --forget-missing"
)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What somebody wants to see of an inbox."""

    state: State | None
    overdue: bool
    unanswered: bool
    limit: int | None

    @classmethod
    def of(cls, options: HandlerInboxOptions) -> Self:
        """Return what options say."""
        state = None if options.state is None else State(options.state)
        return cls(state, options.overdue, options.unanswered, options.limit)

    @property
    def is_all(self) -> bool:
        """Whether every report is listed, so that one that is missing shows."""
        return self.state is None and self.limit is None and not self.is_filtered

    @property
    def is_filtered(self) -> bool:
        """Whether reports in a state are left out."""
        return self.overdue or self.unanswered

    @property
    def open(self) -> tuple[State, ...]:
        """The states whose reports are sorted by what is due."""
        return tuple(state for state in _OPEN if self.state in (None, state))

    @property
    def at_rest(self) -> tuple[State, ...]:
        """The states whose reports follow."""
        return tuple(state for state in _AT_REST if self.state in (None, state))

    def shows(self, entry: EntryStatus, told: ToldClock | None) -> bool:
        """Say whether a report is among what is wanted.

        Args:
            entry: As the host lists it.
            told: The clock that its reporter's words began, if one runs.
        """
        is_overdue = any(c.overdue and c.met_on is None for c in entry.clocks)
        is_overdue = is_overdue or (told is not None and told.overdue)
        return (is_overdue or not self.overdue) and (entry.unopened or not self.unanswered)


def inbox(output: Output, options: HandlerInboxOptions) -> None:
    """List the reports to read, and tell which are missing."""
    file = HandlerFile.open(options.key_file)
    wanted = _Wanted.of(options)
    with Session(output, file.address.origin, options.proxy) as session:
        handler = file.handler(session.transport)
        listing = _Listing(output, handler, wanted)
        found = _list(session, listing, handler)
        tell_foreign(output, handler)
        tell_odd(output, found.odd)
        remind_unopened(output, unopened_reminder(listing.unopened, handler.today()))
        keep_current(output, session, file, handler)
    _tell(output, listing, handler, found)


@dataclass(frozen=True, slots=True)
class _Found:
    """What an inbox tells besides its rows."""

    odd: tuple[Thread | UnreadReport, ...]
    unlisted: list[ids.EntryId]
    """Reports read before that the host does not list now."""
    over: list[tuple[ids.EntryId, RememberedReport]]
    """Reports read before whose term is over."""


def _list(session: Session, listing: "_Listing", handler: Handler) -> _Found:
    """Write the rows, and find out what is missing among them."""
    session.run("Fetching the inbox", listing.fetch_open())
    session.run("Reading what is open", listing.read_open())
    listing.show_open()
    session.run_openly(listing.show_at_rest())
    ends = session.run("Reading what ends on another day now", handler.read_news_of_ends())
    unlisted = session.run("Looking for what is missing", listing.find_missing())
    over = listing.forget_ended()
    listing.show_open()
    return _Found((*listing.odd, *ends), unlisted, over)


def _tell(output: Output, listing: "_Listing", handler: Handler, found: _Found) -> None:
    """Say below the rows what is missing and what has ended."""
    today = handler.today()
    ended = [name for name in found.unlisted if handler.memory.may_have_ended(name, today)]
    missing = [encode_base64url(name) for name in found.unlisted if name not in ended]
    gone = [encode_base64url(name) for name in ended]
    output.result(
        {
            "entries": listing.shown,
            "missing": missing,
            "gone": gone,
            "odd": [odd_json(each) for each in found.odd],
            "erased": [ended_json(*each) for each in found.over],
            **foreign_json(handler),
        },
        *([] if listing.count else ["Nothing here."]),
        *(f"ALARM: you read {entry} before, and the host does not list it." for entry in missing),
        *([_MISSING] if missing else []),
        *(f"{entry} is not listed any more." for entry in gone),
        *(ended_line(*each) for each in found.over),
        *([_GONE] if gone else []),
    )


class _Listing:
    """Writes an inbox: row by row for people, in one piece for programs."""

    def __init__(self, output: Output, handler: Handler, wanted: _Wanted) -> None:
        self._output = output
        self._handler = handler
        self._wanted = wanted
        self._open: list[EntryStatus] = []
        self._listed: set[ids.EntryId] = set()
        self.count = 0
        self.unopened: list[EntryStatus] = []
        """Those with a message that no handler has answered."""
        self.shown: list[dict[str, Any]] = []
        """For programs."""
        self.odd: tuple[Thread | UnreadReport, ...] = ()
        self._notes: dict[ids.EntryId, DeskNote] = {}
        self._left_to_read = _MOST_READ

    async def fetch_open(self) -> None:
        """Fetch all reports that may be due. The host does not sort them by that."""
        for state in self._wanted.open:
            async for entry in self._handler.entries(state):
                self._open.append(entry)
                self._output.tell(f"Fetching the inbox, {len(self._open)} reports")

    async def read_open(self) -> None:
        """Read the open reports: only their readers know which are urgent, and what waits in them.

        Those that nobody has answered come first, because there it matters most.
        """
        waiting = sorted(self._open, key=lambda e: (not e.unopened, *self._due(e)))
        unread = sum(entry.unopened for entry in waiting[_MOST_READ:])
        if unread:
            self._output.warn(
                f"{unread} more reports wait for an answer than were read here;"
                " one of them may be urgent."
            )
        await self._read(waiting[:_MOST_READ])

    async def _read(self, entries: list[EntryStatus]) -> None:
        self._left_to_read -= len(entries)
        if entries:
            found = await self._handler.read_notes(entry.entry for entry in entries)
            self._notes.update(found.notes)
            self.odd += found.odd

    def _due(self, entry: EntryStatus) -> tuple[str, ids.EntryId]:
        """Return the first day on which something is due, by the host and by what was read."""
        due = [clock.due_on for clock in entry.clocks if clock.met_on is None]
        told = self._told(entry)
        due += [] if told is None else [told.due_on]
        return min((day.isoformat() for day in due), default="later"), entry.entry

    def _told(self, entry: EntryStatus) -> ToldClock | None:
        noted = self._notes.get(entry.entry)
        return None if noted is None else noted.told

    def _is_urgent(self, entry: EntryStatus) -> bool:
        """Say whether a report comes first: it is urgent, and nobody has answered yet."""
        noted = self._notes.get(entry.entry)
        return noted is not None and noted.is_urgent and entry.unopened

    def show_open(self) -> None:
        """Show the open reports: urgent ones first, then in the order in which they are due."""
        for entry in sorted(self._open, key=lambda e: (not self._is_urgent(e), *self._due(e))):
            self._show(entry)
        self._open.clear()

    async def show_at_rest(self) -> None:
        """Show what is closed, withdrawn or elsewhere, a page at a time."""
        for state in () if self._wanted.overdue else self._wanted.at_rest:
            if self._is_full():
                return
            async with aclosing(self._handler.entries(state)) as entries:
                async for entry in entries:
                    await self._read_at_rest(entry)
                    self._show(entry)
                    if self._is_full():
                        return

    async def _read_at_rest(self, entry: EntryStatus) -> None:
        """Read what a reporter wrote in a closed report: it may take a story back."""
        is_new = entry.unopened and entry.state is State.CLOSED and not entry.erased
        if is_new and self._left_to_read > 0:
            await self._read([entry])

    async def find_missing(self) -> list[ids.EntryId]:
        """Return the reports read before that a whole inbox does not list.

        A report may change its state during the listing. `show_open` shows that one.
        """
        if not self._wanted.is_all:
            return []
        found = []
        for name in self._handler.memory.unlisted(self._listed, self._handler.today()):
            try:
                self._open.append(await self._handler.status(name))
            except ProblemError as error:
                if error.kind is not ProblemType.NOT_FOUND:
                    raise
                found.append(name)
        return found

    def forget_ended(self) -> list[tuple[ids.EntryId, RememberedReport]]:
        """Return the reports read before whose term is over, to be told once."""
        if not self._wanted.is_all:
            return []
        memory = self._handler.memory
        found = list(memory.ended(self._listed, self._handler.today()))
        memory.forget(entry for entry, _ in found)
        return found

    def _is_full(self) -> bool:
        return self.count == self._wanted.limit

    def _show(self, entry: EntryStatus) -> None:
        is_wanted = self._wanted.shows(entry, self._told(entry))
        if entry.entry in self._listed or self._is_full() or not is_wanted:
            return
        self._listed.add(entry.entry)
        if entry.unopened:
            self.unopened.append(entry)
        self.count += 1
        if self._output.as_json:
            told = note_json(self._notes.get(entry.entry))
            told |= {"urgent": True} if self._is_urgent(entry) else {}
            self.shown.append(entry_json(entry, self._handler.keys.line_id) | told)
            return
        if self.count == 1:
            self._output.line(ENTRY_HEADING)
        line = entry_line(entry, self._handler.keys.line_id)
        urgent = "  URGENT" if self._is_urgent(entry) else ""
        self._output.line(line + note_text(self._notes.get(entry.entry)) + urgent)
