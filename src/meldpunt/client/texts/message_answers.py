"""The answers of a message, read under the form that it was made under (openapi/texts.md 3).

A reader checks them once more: a client of somebody else sealed them. If the form cannot be had, or
the answers do not fit it, the reader shows ids and values as they are. Nothing hides the message.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from meldpunt.client.http.errors import ClientError
from meldpunt.client.http.transport import Transport
from meldpunt.client.texts.published import fetch_form
from meldpunt.client.thread.message import ThreadMessage
from meldpunt.client.thread.thread import Thread
from meldpunt.protocol.texts.answers import Evaluation, FormAnswer, read_answers
from meldpunt.protocol.texts.content import KnownContent, read_content
from meldpunt.protocol.texts.form import Form, Kind, Purpose
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.days import parse_day
from meldpunt.protocol.verify.errors import RefusedError


@dataclass(frozen=True, slots=True)
class MessageAnswers:
    """What a message answers to a form."""

    form: Form | None
    """The form that it was made under; None if it cannot be had, or read."""
    evaluation: Evaluation | None
    """The answers that count; None if they do not fit the form. Then show `raw`."""
    raw: tuple[FormAnswer, ...]
    kind_id: str | None

    @property
    def kind(self) -> Kind | None:
        """The kind that was chosen, if the form has it."""
        return None if self.form is None or self.kind_id is None else self.form.kind(self.kind_id)

    @property
    def is_urgent(self) -> bool:
        """Whether the form calls an answer urgent: such a report comes first."""
        return self.evaluation is not None and self.evaluation.is_urgent

    @property
    def not_before(self) -> date | None:
        """The day before which handlers do nothing by which the reporter could be known."""
        return max(map(parse_day, self._of(Purpose.NOT_BEFORE)), default=None)

    @property
    def leave_out(self) -> tuple[str, ...]:
        """Who must not read this, in the reporter's own words or options."""
        return tuple(self._of(Purpose.LEAVE_OUT))

    def _of(self, purpose: Purpose) -> Iterable[str]:
        evaluation = self.evaluation
        for question in () if evaluation is None else evaluation.shown:
            answer = () if evaluation is None else evaluation.answers.get(question.id, ())
            if question.purpose is purpose and answer:
                yield answer if isinstance(answer, str) else ", ".join(answer)


async def fetch_answers(
    transport: Transport, thread: Thread, forms: dict[ids.Hash, Form | None] | None = None
) -> dict[ids.MessageId, MessageAnswers]:
    """Return the answers of each message of a report that has some.

    Each form is fetched once, from the line on which the report was made. A host that does not give
    one hides nothing: such answers come raw.

    Args:
        transport: The way to the report's host.
        thread: The report.
        forms: Forms that other reports needed; this adds to them.
    """
    forms = {} if forms is None else forms
    found = {}
    for message in thread.messages:
        known = None if message.payload is None else read_content(message.payload.content).known
        if known is None or (known.form is None and known.answers is None):
            continue
        if known.form is not None and known.form not in forms:
            forms[known.form] = await _form(transport, thread, known.form)
        form = None if known.form is None else forms[known.form]
        found[message.message_id] = message_answers(form, message, known)
    return found


def message_answers(
    form: Form | None, message: ThreadMessage, known: KnownContent
) -> MessageAnswers:
    """Read the answers of an opened message under a form."""
    content: dict[str, Any] = {} if message.payload is None else message.payload.content
    evaluation = None
    if form is not None and known.kind is not None:
        try:
            evaluation = read_answers(form, known.kind, content)
        except RefusedError:
            evaluation = None
    return MessageAnswers(form, evaluation, known.answers or (), known.kind)


async def _form(transport: Transport, thread: Thread, form: ids.Hash) -> Form | None:
    try:
        return await fetch_form(transport, thread.lines.birth_line, form)
    except (ClientError, RefusedError):
        return None
