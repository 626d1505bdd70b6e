"""Labels: what handlers write down about a report for themselves (openapi/texts.md section 8)."""

from dataclasses import dataclass
from datetime import date

from meldpunt.client.thread.message import ThreadMessage
from meldpunt.client.thread.thread import Thread
from meldpunt.protocol.texts.content import read_content
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.fields import REPORTER, Participant
from meldpunt.protocol.verify.log import causality


@dataclass(frozen=True, slots=True)
class ReportLabel:
    """One label, as a handler wrote it down."""

    value: str
    author: Participant
    day: date


def label_text(field: str, value: str) -> str:
    """Return what a note says of a label in words; an empty value takes the label away."""
    return f"{field}: {value or '-'}"


def report_labels(thread: Thread) -> dict[str, tuple[ReportLabel, ...]]:
    """Return the labels that count, by field.

    Of each field the newest counts. Two handlers who did not see each other's wrote side by side:
    then both count, until somebody who has seen both decides. A reporter writes none.
    """
    by_field: dict[str, list[tuple[ThreadMessage, str]]] = {}
    for message in thread.messages:
        for field, value in _labels(message).items():
            by_field.setdefault(field, []).append((message, value))
    headers = {h.message_id: h.header for h in thread.log.headers}
    found = {}
    for field, written in by_field.items():
        replaced = _replaced([message for message, _ in written], headers)
        kept = tuple(
            ReportLabel(value, message.header.author, message.header.day or message.received_on)
            for message, value in written
            if message.message_id not in replaced and value
        )
        if kept:
            found[field] = kept
    return found


def _labels(message: ThreadMessage) -> dict[str, str]:
    """Return the labels of a message, the last of each field."""
    if message.payload is None or message.header.author == REPORTER or not message.confirmed:
        return {}
    labels = read_content(message.payload.content).known.labels or ()
    return {label.field: label.value for label in labels}


def _replaced(
    messages: list[ThreadMessage], headers: causality.Headers
) -> frozenset[ids.MessageId]:
    """Return every message that the author of another one had seen."""
    seen: set[ids.MessageId] = set()
    for message in messages:
        seen |= causality.ancestors(message.header.seen, headers)
    return frozenset(seen)
