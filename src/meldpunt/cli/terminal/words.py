"""The words that the program shows to people, for states, alarms, notices and refusals."""

from collections.abc import Iterable
from typing import Final

from meldpunt.cli.speech import dutch
from meldpunt.cli.speech.spoken import by_language
from meldpunt.cli.terminal.plain_text import safe_line
from meldpunt.client import (
    Notice,
    NoticeKind,
    Readability,
    ReportLines,
    ThreadMessage,
    utc_today,
)
from meldpunt.protocol.line import VerifiedLine
from meldpunt.protocol.log import Alarm
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.fields import Participant
from meldpunt.protocol.verify.log.clocks import State
from meldpunt.protocol.verify.log.header import Tag

STATES: Final = {
    State.RECEIVED: "received, not yet acknowledged",
    State.ACKNOWLEDGED: "acknowledged",
    State.FEEDBACK_GIVEN: "feedback given",
    State.CLOSED: "closed",
    State.WITHDRAWN: "withdrawn",
    State.HANDED_OVER: "not with your line: another one answers it, or yours did not take it up",
}
TAGS: Final = {
    Tag.REPORT: "report",
    Tag.MESSAGE: "message",
    Tag.ACKNOWLEDGEMENT: "acknowledgement",
    Tag.FEEDBACK: "feedback",
    Tag.PAUSE: "pause",
    Tag.CLOSING: "closing",
    Tag.REOPENING: "reopening",
    Tag.WITHDRAWAL: "withdrawal",
    Tag.ADMIT: "admission",
    Tag.SUCCESSION: "takeover under a new code",
    Tag.PROPOSAL: "proposal to hand over",
    Tag.CONSENT: "consent to hand over",
    Tag.ACCEPTANCE: "acceptance",
    Tag.REFUSAL: "refusal",
}
ACCESS: Final = {
    Readability.OPENED: "(It holds no text.)",
    Readability.OWN: "(You wrote this. It is readable to its readers only, not with the receipt.)",
    Readability.NOT_FOR_YOU: "(Not for you.)",
    Readability.NO_WRAP: "(For you, but not sealed to a key of yours yet. A colleague who reads it"
    " passes it on.)",
    Readability.UNREADABLE: "(This cannot be read. The author's software made an unreadable"
    " message; nobody changed it on the way. Tell its author so, with the reason: {reason})",
    Readability.REFUSED: "(This cannot be opened: what the host serves does not hold.)",
    Readability.ERASED: "(Erased.)",
}
_OF_A_WRAP: Final = frozenset({Reason.WRAP, Reason.WRAP_SIZE, Reason.COMMITMENT})
_BAD_WRAP: Final = (
    "(The key that came with this does not open it. Its author's software made that key wrongly, or"
    " the host or a colleague changed it. Tell its author so, with the reason: {reason})"
)
_REFUSED: Final = "This was refused by a rule of the protocol, so it is not used."
REASONS: Final = dict.fromkeys(Reason, _REFUSED) | {
    Reason.RECEIPT_LENGTH: "A receipt code has 20 symbols, in five groups of four. Check it.",
    Reason.RECEIPT_SYMBOL: "A symbol of this receipt code cannot occur in one. Check it.",
    Reason.RECEIPT_CHECK: "This receipt code has a typing error. Check every group.",
    Reason.LINE_ID: "This is not the id of a line.",
    Reason.FIRST_KEY: "The host's keys are not those of this line. Do not use this host for it.",
    Reason.DOCUMENT_BELOW_PIN: "The host serves an older version of the line than is known."
    " Do not go on; ask the office.",
    Reason.DOCUMENT_FORK: "The host serves another version of the line than was known under that"
    " number. Do not go on; ask the office.",
    Reason.DOCUMENT_PREVIOUS: "The line's history does not fit together. Ask the office.",
    Reason.DOCUMENT_EXPIRED: "The line is long out of date, so nothing is sealed to it. Reach the"
    " office another way: `meldpunt line show` tells how.",
    Reason.DOCUMENT_DATES: "The line's document is of a day to come.",
    Reason.NO_READER: "Nobody of the readers has a key at the moment, so nobody could read this."
    " Choose others, or try again later.",
    Reason.READER_NOT_ALLOWED: "Somebody named may not read this report, or you may not any more.",
    Reason.AUTHOR_UNKNOWN: "A message was written by nobody that this line lists.",
    Reason.REPORT_KEYS: "The host's keys for this report are wrong. Do not go on.",
    Reason.GAP: "A message of this report is missing, and it may have said who must not read on."
    " So nothing is sent. Try again; if it stays, reach the office another way.",
    Reason.UNKNOWN_SEEN: "The host does not show a message that others have seen, and it may have"
    " said who must not read on. So nothing is sent. Try again later.",
    Reason.PAYLOAD_TEXT: "The text is empty.",
    Reason.ATTACHMENT_DIGEST: "What the host serves is not the file that was listed. Ask its author"
    " to send it again, and tell the host's operator.",
    Reason.ATTACHMENT_STREAM: "This file does not open: its author's software made it wrongly. Ask"
    " its author to send it again.",
    Reason.PAYLOAD: "The text holds what cannot be sent.",
    Reason.TOO_LONG: "The text is too long: at most 65,000 bytes. Send it in parts.",
    Reason.HEADER_FIELDS: "This cannot be done in this way: a pause ends on a later day, within a"
    " year, and a note changes nothing.",
    Reason.PAST_TERM: "This report should have been erased. It is not passed on.",
    Reason.KEY_NUMBER: "There is no box key for today. First: meldpunt handler publish-keys",
    Reason.ROTATION: "The line's key in force is not the one in this key file. Finish a broken-off"
    " meldpunt line rotate-key, or use the key file of the device that replaced the key.",
    Reason.LEFT_OUT: "The reporter left this person out. They are not let in.",
    Reason.WRAP_READER: "A message of this report cannot be opened here, and it matters now. Try"
    " again once a colleague has passed it on.",
    Reason.BODY_HASH: "The host does not serve a message as it was sent. Try again later.",
    Reason.PROOF: "The host's proof of receipt does not hold.",
    Reason.SUCCESSION: "The change of the reporter's keys does not hold. Do not go on.",
    Reason.HANDOVER: "The handover does not stand as it was when this was written. Read the report"
    " again first.",
    Reason.HANDLER_DUPLICATE: "One handler is listed twice.",
    Reason.FIELDS: "A value is outside its bounds.",
}
_THIS_DAY: Final = "This device says that today is {day}. If that is wrong, set it right first."
_OF_DATES: Final = frozenset({Reason.DOCUMENT_DATES, Reason.DOCUMENT_EXPIRED})
_ALARM: Final = "something about this does not hold: do not rely on it"
ALARMS: Final = {
    Reason.GAP: "a message is missing",
    Reason.FORK: "two messages claim the same place: a second device, a retry, or the host",
    Reason.SUCCEEDED: "written under a code that was replaced: it counts for nothing",
    Reason.ORAL: "says to be written down for somebody, and no handler of this line signed for it",
    Reason.CONSULTATION: "says that a handler of another line asks, and that does not hold: do not"
    " answer as if it did",
    Reason.UNKNOWN_SEEN: "this names a message that the host does not show",
    Reason.UNCONFIRMED: "written by somebody who has left, or by one whom they let in, and seen by"
    " nobody else: do not rely on it",
    Reason.NOT_A_READER: "written by somebody whom the reporter never let read this report",
    Reason.READER_NOT_ALLOWED: "shows itself to somebody whom the reporter never let read",
    Reason.HANDOVER: "about a handover that is not so, or by a line that has not taken this report"
    " up: it counts for nothing",
    Reason.LEFT_OUT: "names somebody whom the reporter left out or had not chosen: nothing more is"
    " sealed to them. Somebody else may have found the receipt code: replace it, or make a new"
    " report. A handler who has looked into it: meldpunt handler mark-known",
    Reason.DOCUMENT_UNKNOWN: "made under a version of the line that you never saw: somebody may"
    " have been shown false handlers",
}
NOTICES: Final = {
    NoticeKind.LINE_MOVED: "The line has moved to another host, and was found there: the signed"
    " document says so. `meldpunt line show` gives the new address.",
    NoticeKind.DOCUMENT_EXPIRED: "The line's document is out of date; its office should renew it.",
    NoticeKind.DOCUMENT_PAST_GRACE: "The line's document is long out of date: nobody can report or"
    " write. Reach the office another way.",
    NoticeKind.KEY_MISSING: "has no key at the moment, and reads this once a colleague passes it"
    " on",
    NoticeKind.READER_DEPARTED: "has left the line and reads nothing new",
    NoticeKind.ASKER_UNVERIFIED: "Who asks here is not verified: their line is not on this host, or"
    " cannot be checked. It may be anybody.",
    NoticeKind.HOST_STATE: "The host claims another state than the messages show.",
    NoticeKind.HOST_CLOCKS: "The host claims other terms than the line promised.",
    NoticeKind.HOST_DAY: "The host's days differ from the days that were signed.",
    NoticeKind.HOST_DOCUMENT: "The host names another version of the line than the report does.",
    NoticeKind.HOST_ORDER: "The host serves messages in an order that cannot be.",
    NoticeKind.HOST_PROOF: "The host's signed proof of receipt does not hold, or is for another day"
    " than this one: the message was sent, but the proof shows nothing.",
    NoticeKind.BULLETIN_WITHHELD: (
        "A message came on a day of which the host's bulletin says nothing: the host left it out."
    ),
    NoticeKind.OLD_BOX_KEY: (
        "The host serves an older key of yours than the one you published. Messages may be sealed"
        " to it. If a device of yours was lost, tell the office: --first-box-key in line publish."
    ),
    NoticeKind.NO_BOX_KEY: (
        "The host serves no key of yours, so nobody can write to you. If publish-keys does not"
        " help, the host withholds it, or your office set --first-box-key too high: ask the office."
    ),
    NoticeKind.UNKNOWN_BOX_KEY: (
        "The host serves a key of yours that this key file does not hold. Another copy of the file"
        " made it, or somebody else. Join the copies: meldpunt handler merge-keys"
    ),
    NoticeKind.NOT_SEEN: (
        "Others wrote at least two days after your last message, and had not seen it. The host may"
        " show it to nobody. Ask them another way."
    ),
    NoticeKind.SECOND_LOOK: (
        "At first the host left something out, or called the report erased. Asked again, it showed"
        " it. An honest host does not do that."
    ),
    NoticeKind.HOST_COUNT: "The host counts other messages than it shows.",
}


def closed(message: ThreadMessage) -> str:
    """Say why a message shows no text, and what the person can do."""
    if message.readability is Readability.REFUSED and message.refusal in _OF_A_WRAP:
        return by_language(dutch.BAD_WRAP, _BAD_WRAP).format(reason=message.refusal)
    told = by_language(dutch.ACCESS, ACCESS)[message.readability]
    return told.format(reason=message.refusal)


def state(found: State) -> str:
    """Say where a report stands."""
    return by_language(dutch.STATES, STATES)[found]


def tag(found: Tag) -> str:
    """Say what a message is."""
    return by_language(dutch.TAGS, TAGS)[found]


def refusal(reason: Reason) -> str:
    """Say what a refusal means, and what to do."""
    told = by_language(dutch.REASONS, REASONS)[reason]
    if reason in _OF_DATES:
        told = f"{told} {_this_day()}"
    return f"{told} [{reason.value}]"


def _this_day() -> str:
    """Tell the device's day: a clock years ahead makes every line look out of date."""
    return by_language(dutch.THIS_DAY, _THIS_DAY).format(day=utc_today())


Lines = VerifiedLine | ReportLines
"""The lines whose handlers are named: one line, or all lines of a report."""


def line_name(line: VerifiedLine) -> str:
    """Return a line's name, in its first language."""
    return safe_line(line.document.names[0].text)


def name_of(participant: Participant | None, lines: Lines) -> str:
    """Return a participant as shown: a handler's name, role, and, among several, their line."""
    if participant is None:
        return by_language(dutch.SOMEBODY, "somebody")
    if isinstance(participant, str):
        return by_language(dutch.REPORTER, "reporter")
    known = lines if isinstance(lines, ReportLines) else ReportLines.one(lines)
    line = known.of(participant)
    handler = None if line is None else line.document.handler(participant)
    if line is None or handler is None:
        return by_language(dutch.UNKNOWN, "unknown handler")
    if not known.others:
        return safe_line(f"{handler.name} ({handler.role})")
    return safe_line(f"{handler.name} ({handler.role}, {line_name(line)})")


def alarm(found: Alarm, lines: Lines) -> str:
    """Say what an alarm means."""
    told = by_language(dutch.ALARMS, ALARMS).get(found.reason, by_language(dutch.ALARM, _ALARM))
    message = by_language(dutch.MESSAGE, ", message {n}")
    number = "" if found.n is None else message.format(n=found.n)
    return f"{name_of(found.author, lines)}{number}: {told}. [{found.reason.value}]"


def notices(found: Iterable[Notice], lines: Lines) -> tuple[str, ...]:
    """Say what notices mean, each text only once."""
    told = (_notice(notice, lines) for notice in found)
    return tuple(dict.fromkeys(told))


def _notice(notice: Notice, lines: Lines) -> str:
    text = {**NOTICES, **by_language(dutch.NOTICES, {})}[notice.kind]
    return text if notice.handler is None else f"{name_of(notice.handler, lines)} {text}."


def contact_lines(line: VerifiedLine) -> tuple[str, ...]:
    """Return how to reach the office without this service."""
    found = line.document.contact
    told = by_language(dutch.CONTACT, "Contact [{language}]: {text}")
    return tuple(told.format(language=t.language, text=safe_line(t.text)) for t in found)
