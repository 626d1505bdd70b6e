"""Show the reports of an inbox: JSON for programs, one line of text each for people."""

from typing import Any, Final

from meldpunt.cli.render.clocks import clock_json, clock_text
from meldpunt.cli.render.desk import told_clock_json
from meldpunt.cli.terminal.plain_text import safe_line
from meldpunt.client import DeskNote, EntryStatus, RememberedReport, ToldKind
from meldpunt.client.thread.remembered_report import EndKind
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import encode_base64url, encode_line_id
from meldpunt.protocol.verify.log.clocks import State

ENTRY_HEADING: Final = f"{'entry':<22}  {'received':<10}  {'messages':>8}  state, next term"


def entry_json(entry: EntryStatus, own: ids.LineId) -> dict[str, Any]:
    """Return an inbox entry for programs: the host's claims about a report that is not read yet.

    Args:
        entry: The status that the host claims.
        own: The handler's line. An entry of another line's report names that line.
    """
    return {
        "entry": encode_base64url(entry.entry),
        "state": entry.state.value,
        "receivedOn": entry.received_on.isoformat(),
        "clocks": [clock_json(clock) for clock in entry.clocks],
        "erasedOn": entry.erased_on.isoformat(),
        "erased": entry.erased,
        "unopened": entry.unopened,
        "messageCount": entry.message_count,
        "consultation": entry.consultation,
        "madeOn": encode_line_id(entry.line_id),
        "offered": is_offered(entry, own),
    }


def is_offered(entry: EntryStatus, own: ids.LineId) -> bool:
    """Say whether, by the host's claim, a report of another line waits for this line's answer."""
    answering = entry.answered_by or entry.line_id
    return answering != own and not entry.erased and entry.state is not State.HANDED_OVER


def entry_line(entry: EntryStatus, own: ids.LineId) -> str:
    """Show a report of an inbox; `own` as for `entry_json`."""
    due = [clock for clock in entry.clocks if clock.met_on is None]
    first = min(due, key=lambda clock: clock.due_on, default=None)
    term = "" if first is None or entry.erased else f", {safe_line(first.name)} {clock_text(first)}"
    state = "erased" if entry.erased else entry.state.value
    state += ", consultation" if entry.consultation else ""
    if entry.unopened and entry.state is State.CLOSED:
        state += f", UNANSWERED, erased on {entry.erased_on}"
    state += ", OFFERED to your line (meldpunt handler read)" if is_offered(entry, own) else ""
    count = f"{entry.message_count:>8}"
    name = encode_base64url(entry.entry)
    return f"{name}  {entry.received_on}  {count}  {state}{term}"


_TOLD: Final = {
    ToldKind.WORSE_OFF: "worse off because they reported: answer",
    ToldKind.STORY_TAKEN_BACK: "take the story down",
}


def note_json(noted: DeskNote | None) -> dict[str, Any]:
    """Return what waits in a report that was read, for programs."""
    if noted is None:
        return {}
    found: dict[str, Any] = {"toDo": noted.to_do} if noted.to_do else {}
    return found if noted.told is None else found | {"toldClock": told_clock_json(noted.told)}


def note_text(noted: DeskNote | None) -> str:
    """Show what waits in a report that was read."""
    if noted is None:
        return ""
    text = f", {noted.to_do} to do in this step" if noted.to_do else ""
    if noted.told is not None:
        late = " - OVERDUE" if noted.told.overdue else ""
        text = f", {_TOLD[noted.told.kind]} by {noted.told.due_on}{late}{text}"
    return text


_ENDED: Final = {
    EndKind.CLOSED: "it was closed, and its retention was over",
    EndKind.LONGEST_TERM: "its longest term was over",
    EndKind.WITHDRAWN: "its reporter had withdrawn it",
    EndKind.HANDED_OVER: "your part in it had ended, so the host shows it no longer",
}


def ended_json(entry: ids.EntryId, seen: RememberedReport) -> dict[str, Any]:
    """Return a report whose term is over, for programs."""
    kind = {} if seen.ending is None else {"kind": seen.ending.value}
    return {"entry": encode_base64url(entry), "on": seen.until.isoformat(), **kind}


def ended_line(entry: ids.EntryId, seen: RememberedReport) -> str:
    """Say that a report ended on its term, as this handler's client worked it out."""
    why = "its term was over" if seen.ending is None else _ENDED[seen.ending]
    return f"{encode_base64url(entry)} ended on its term, {seen.until}: {why}."
