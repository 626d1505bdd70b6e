"""Check-ins: how a reporter is, asked on the days that a line promised, while open and after."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from meldpunt.client.thread.thread import Thread
from meldpunt.protocol.texts.content import CheckInAnswer, StoryConsent, read_content
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.log.clocks import check_in_days

CHECK_IN_TEXTS: Final[Mapping[str, Mapping[CheckInAnswer, str]]] = {
    "nl": {
        CheckInAnswer.GOOD: "Het gaat goed.",
        CheckInAnswer.NOT_GOOD: "Het gaat niet goed.",
        CheckInAnswer.RETALIATION: "Ik krijg last omdat ik dit vertelde.",
    },
    "en": {
        CheckInAnswer.GOOD: "I am well.",
        CheckInAnswer.NOT_GOOD: "I am not well.",
        CheckInAnswer.RETALIATION: "I am being disadvantaged because I reported this.",
    },
}
"""What an answer says if the person adds nothing. Other languages get the English one."""


def open_check_in(thread: Thread, today: date) -> date | None:
    """Return the last day on which the reporter was to be asked, if they have not written since.

    Anything that they wrote since counts as an answer: their device cannot read it back.
    """
    milestones, document = thread.status.milestones, thread.report.terms.document
    if thread.erased or thread.status.ended_on is not None:
        return None
    days = [day for day in check_in_days(milestones, document) if day <= today]
    own = [m.received_on for m in thread.messages if m.header.author == REPORTER]
    newest = max(days, default=None)
    return None if newest is None or any(day >= newest for day in own) else newest


def look_again_on(thread: Thread, today: date) -> date | None:
    """Return the next day on which the reporter has a reason to look: a due day, or a check-in."""
    milestones, document = thread.status.milestones, thread.report.terms.document
    if thread.erased or thread.status.ended_on is not None:
        return None
    due = [clock.due_on for clock in thread.status.clocks if clock.met_on is None]
    days = (*due, *check_in_days(milestones, document))
    return min((day for day in days if day > today), default=None)


def newest_check_in(thread: Thread) -> tuple[CheckInAnswer, date] | None:
    """Return the reporter's newest answer to a check-in that this reader can open, and its day."""
    for message in reversed(thread.messages):
        if message.header.author == REPORTER and message.payload is not None:
            answer = read_content(message.payload.content).known.check_in
            if answer is not None:
                return answer, message.received_on
    return None


def story_consent(thread: Thread) -> StoryConsent | None:
    """Return what the reporter last said of telling their story on, as this reader can open it."""
    for message in reversed(thread.messages):
        if message.header.author == REPORTER and message.payload is not None:
            consent = read_content(message.payload.content).known.story
            if consent is not None and consent is not StoryConsent.TAKEN_DOWN:
                return consent
    return None
