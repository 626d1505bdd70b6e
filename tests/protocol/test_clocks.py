"""State and clocks: derived from tags and days, by everybody alike."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meldpunt.protocol.verify.clock import Clock, MetBy, Moment
from meldpunt.protocol.verify.days import Term
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.log.clocks import (
    Milestones,
    State,
    advance,
    clock_statuses,
    erased_on,
    is_allowed,
)
from meldpunt.protocol.verify.log.header import Tag
from openapi.generator import scene
from openapi.generator.scene import ANNA, BRAM

DAY = timedelta(days=1)
START = date(2026, 11, 20)
DOCUMENT = scene.document()
NEW = Milestones(received_on=START)


def after(
    *steps: tuple[Any, Tag, int],
    before: Milestones = NEW,
    **last: Any,  # noqa: ANN401 (any field)
) -> Milestones:
    """Return the milestones after (author, tag, days since receipt) steps."""
    milestones = before
    for author, tag, days in steps:
        assert is_allowed(milestones, tag)
        milestones = advance(milestones, author=author, tag=tag, day=START + days * DAY, **last)
    return milestones


ACKNOWLEDGED = (ANNA.id, Tag.ACKNOWLEDGEMENT, 2)
FEEDBACK = (ANNA.id, Tag.FEEDBACK, 30)
CLOSED = (ANNA.id, Tag.CLOSING, 40)
WITHDRAWN = (REPORTER, Tag.WITHDRAWAL, 50)


@pytest.mark.parametrize(
    ("steps", "state"),
    [
        ((), State.RECEIVED),
        (((ANNA.id, Tag.MESSAGE, 1),), State.RECEIVED),
        ((ACKNOWLEDGED,), State.ACKNOWLEDGED),
        ((FEEDBACK,), State.FEEDBACK_GIVEN),
        ((ACKNOWLEDGED, FEEDBACK), State.FEEDBACK_GIVEN),
        ((ACKNOWLEDGED, FEEDBACK, CLOSED), State.CLOSED),
        ((ACKNOWLEDGED, FEEDBACK, CLOSED, (REPORTER, Tag.REOPENING, 41)), State.FEEDBACK_GIVEN),
        ((ACKNOWLEDGED, WITHDRAWN), State.WITHDRAWN),
        ((WITHDRAWN, (REPORTER, Tag.MESSAGE, 51)), State.RECEIVED),
        ((WITHDRAWN, (ANNA.id, Tag.MESSAGE, 51)), State.WITHDRAWN),
        ((WITHDRAWN, ACKNOWLEDGED), State.WITHDRAWN),
    ],
)
def test_the_state_follows_from_the_tags(steps: tuple[Any, ...], state: State) -> None:
    assert after(*steps).state is state


def test_nothing_closes_without_feedback() -> None:
    assert not is_allowed(NEW, Tag.CLOSING)
    assert not is_allowed(after(ACKNOWLEDGED), Tag.CLOSING)
    assert is_allowed(after(FEEDBACK), Tag.CLOSING)
    assert not is_allowed(after(FEEDBACK, CLOSED), Tag.CLOSING)


def test_only_a_closed_report_reopens() -> None:
    assert not is_allowed(after(FEEDBACK), Tag.REOPENING)
    assert is_allowed(after(FEEDBACK, CLOSED), Tag.REOPENING)


def test_a_second_report_message_and_a_pause_after_closing_are_not_allowed() -> None:
    assert not is_allowed(NEW, Tag.REPORT)
    assert is_allowed(NEW, Tag.PAUSE)
    assert not is_allowed(after(FEEDBACK, CLOSED), Tag.PAUSE)


def test_a_reopened_report_is_closed_again_only_after_new_feedback() -> None:
    reopened = (REPORTER, Tag.REOPENING, 41)
    assert not is_allowed(after(FEEDBACK, CLOSED, reopened), Tag.CLOSING)
    answered = (ANNA.id, Tag.FEEDBACK, 45)
    assert is_allowed(after(FEEDBACK, CLOSED, reopened, answered), Tag.CLOSING)
    closed_again = (ANNA.id, Tag.CLOSING, 50)
    again = after(FEEDBACK, CLOSED, reopened, answered, closed_again, reopened)
    assert not is_allowed(again, Tag.CLOSING)


@pytest.mark.parametrize("tag", [Tag.MESSAGE, Tag.ACKNOWLEDGEMENT, Tag.FEEDBACK, Tag.WITHDRAWAL])
def test_talking_is_always_allowed(tag: Tag) -> None:
    for milestones in (NEW, after(FEEDBACK, CLOSED), after(WITHDRAWN)):
        assert is_allowed(milestones, tag)


def test_the_first_acknowledgement_and_feedback_count() -> None:
    twice = after(
        ACKNOWLEDGED, (ANNA.id, Tag.ACKNOWLEDGEMENT, 9), FEEDBACK, (ANNA.id, Tag.FEEDBACK, 99)
    )
    assert twice.acknowledged_on == START + 2 * DAY
    assert twice.feedback_on == START + 30 * DAY


def statuses(milestones: Milestones, days: int) -> dict[str, tuple[date, date | None, bool]]:
    found = clock_statuses(milestones, DOCUMENT, START + days * DAY)
    return {status.name: (status.due_on, status.met_on, status.overdue) for status in found}


def test_a_new_report_shows_when_both_answers_are_due() -> None:
    assert statuses(NEW, 0) == {
        "acknowledge": (date(2026, 11, 27), None, False),
        "feedback": (date(2027, 2, 27), None, False),
    }


def test_an_acknowledgement_starts_the_feedback_clock() -> None:
    assert statuses(after(ACKNOWLEDGED), 3) == {
        "acknowledge": (date(2026, 11, 27), date(2026, 11, 22), False),
        "feedback": (date(2027, 2, 22), None, False),
    }


def test_a_late_acknowledgement_does_not_move_the_feedback_clock() -> None:
    late = after((ANNA.id, Tag.ACKNOWLEDGEMENT, 20))
    assert statuses(late, 20)["feedback"][0] == date(2027, 2, 27)
    assert statuses(late, 20)["acknowledge"] == (date(2026, 11, 27), date(2026, 12, 10), True)


def test_a_clock_is_overdue_from_the_day_after() -> None:
    assert not statuses(NEW, 7)["acknowledge"][2]
    assert statuses(NEW, 8)["acknowledge"][2]
    assert not statuses(after((ANNA.id, Tag.ACKNOWLEDGEMENT, 7)), 400)["acknowledge"][2]


def test_a_pause_moves_what_is_due_by_its_days() -> None:
    paused = after((ANNA.id, Tag.PAUSE, 2), until=START + 12 * DAY)
    assert statuses(paused, 3)["acknowledge"][0] == statuses(NEW, 3)["acknowledge"][0] + 10 * DAY


def test_a_pause_counts_from_the_clocks_start() -> None:
    paused = after((ANNA.id, Tag.PAUSE, 2), until=START + 12 * DAY)  # feedback starts on day 7
    assert statuses(paused, 3)["feedback"][0] == statuses(NEW, 3)["feedback"][0] + 5 * DAY


def test_pauses_that_overlap_count_once() -> None:
    once = after((ANNA.id, Tag.PAUSE, 2), until=START + 12 * DAY)
    twice = after((BRAM.id, Tag.PAUSE, 4), before=once, until=START + 12 * DAY)
    assert statuses(twice, 5) == statuses(once, 5)


def test_a_pause_that_has_ended_moves_nothing() -> None:
    assert statuses(after((ANNA.id, Tag.PAUSE, 5), until=START), 6) == statuses(NEW, 6)


def test_a_pause_does_not_excuse_what_was_late_before() -> None:
    late = after((ANNA.id, Tag.PAUSE, 9), until=START + 30 * DAY)
    assert statuses(late, 10)["acknowledge"] == statuses(NEW, 10)["acknowledge"]


def test_a_pause_does_not_move_a_clock_that_was_met() -> None:
    met = after((ANNA.id, Tag.ACKNOWLEDGEMENT, 3))
    paused = after((ANNA.id, Tag.PAUSE, 4), before=met, until=START + 30 * DAY)
    assert statuses(paused, 5)["acknowledge"] == statuses(met, 5)["acknowledge"]


def test_a_pause_until_the_end_of_time_does_not_overflow() -> None:
    paused = after((ANNA.id, Tag.PAUSE, 0), until=date.max)
    assert statuses(paused, 1)["feedback"][0] == date.max


def test_a_clock_that_waits_for_closing_is_not_shown_before() -> None:
    check_in = Clock(
        name="check-in", starts_at=Moment.CLOSED, term=Term(3, "M"), met_by=MetBy.CLOSING
    )
    document = scene.document(clocks=(check_in,))
    assert clock_statuses(NEW, document, START) == ()
    closed = after(FEEDBACK, CLOSED)
    assert clock_statuses(closed, document, START)[0].due_on == date(2027, 3, 30)


def test_a_report_is_erased_at_its_longest_term() -> None:
    assert erased_on(NEW, DOCUMENT, {}) == date(2031, 11, 20)
    assert erased_on(after(FEEDBACK, CLOSED), DOCUMENT, {}) == date(2027, 2, 28)
    reopened = after(FEEDBACK, CLOSED, (ANNA.id, Tag.REOPENING, 41))
    assert erased_on(reopened, DOCUMENT, {}) == date(2031, 11, 20)


def test_a_withdrawn_report_is_erased_after_its_cooling_off_or_now() -> None:
    day = START + 50 * DAY
    assert erased_on(after(WITHDRAWN, immediate=False), DOCUMENT, {}) == day + 14 * DAY
    assert erased_on(after(WITHDRAWN, immediate=True), DOCUMENT, {}) == day
    assert erased_on(after(WITHDRAWN, (REPORTER, Tag.MESSAGE, 51)), DOCUMENT, {}) == date(
        2031, 11, 20
    )


def test_another_lines_clocks_run_from_the_day_it_takes_a_report_up() -> None:
    taken_up = after(FEEDBACK, CLOSED, (BRAM.id, Tag.ACCEPTANCE, 41))
    assert taken_up == Milestones(received_on=START + 41 * DAY)


ON_ONE_LINE = sorted(set(Tag) - {Tag.ACCEPTANCE})


@given(
    st.lists(
        st.tuples(
            st.sampled_from([REPORTER, ANNA.id]), st.sampled_from(ON_ONE_LINE), st.integers(0, 900)
        )
    )
)
def test_whatever_happens_on_a_line_erasure_is_never_later_than_the_longest_term(
    steps: list[tuple[Any, Tag, int]],
) -> None:
    milestones = NEW
    for author, tag, days in steps:
        if is_allowed(milestones, tag):
            milestones = advance(milestones, author=author, tag=tag, day=START + days * DAY)
        assert erased_on(milestones, DOCUMENT, {}) <= date(2031, 11, 20)
        assert (milestones.state is State.WITHDRAWN) == (milestones.withdrawn_on is not None)
        for status in clock_statuses(milestones, DOCUMENT, START):
            assert status.due_on >= START
