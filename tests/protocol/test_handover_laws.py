"""Laws of handovers: they hold for whatever a report's people and its host come up with."""

import random
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from hypothesis import given
from hypothesis import strategies as st

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.fields import REPORTER, Participant
from meldpunt.protocol.verify.line_document import Lines
from meldpunt.protocol.verify.log import causality, graph
from meldpunt.protocol.verify.log.consents import ConsentHistory
from meldpunt.protocol.verify.log.handover import handovers
from meldpunt.protocol.verify.log.header import Header, Tag, parse_header
from meldpunt.protocol.verify.log.uninvited import uninvited
from openapi.generator import scene
from openapi.generator.scene import ANNA, BRAM, CHRIS, TESS, TOM, Conversation, Person, in_order
from tests.protocol.thread import verified_with

FIRST: Final = (ANNA, BRAM, CHRIS)
SECOND: Final = (TESS, TOM)
BOTH: Final = Lines(scene.document(), (scene.other_document(),))


@dataclass(frozen=True)
class Step:
    """What somebody does, having missed some of the newest messages."""

    author: Person | None
    """None for the reporter."""
    tag: Tag
    people: tuple[Person, ...]
    missed: int


_PEOPLE = st.lists(st.sampled_from((*FIRST, *SECOND)), min_size=1, max_size=4, unique=True)
_REPORTERS = st.builds(
    Step,
    st.none(),
    st.sampled_from((Tag.MESSAGE, Tag.CONSENT, Tag.CONSENT, Tag.WITHDRAWAL)),
    _PEOPLE.map(tuple),
    st.integers(0, 2),
)
_HANDLERS = st.builds(
    Step,
    st.sampled_from((*FIRST, *SECOND)),
    st.sampled_from(
        (Tag.MESSAGE, Tag.FEEDBACK, Tag.ADMIT, Tag.REFUSAL, Tag.ACCEPTANCE, Tag.ACCEPTANCE)
    ),
    _PEOPLE.map(tuple),
    st.integers(0, 3),
)
_ASKS = Step(None, Tag.CONSENT, (TESS, TOM, ANNA, BRAM), 0)
_TAKES = Step(TESS, Tag.ACCEPTANCE, (TESS, TOM), 0)
_ASKS_BACK = Step(None, Tag.CONSENT, (ANNA, BRAM, TESS, TOM), 0)
_TAKES_BACK = Step(ANNA, Tag.ACCEPTANCE, (ANNA, BRAM), 0)
_TURNS = (_ASKS, _TAKES, _ASKS_BACK, _TAKES_BACK)
_OPENINGS = st.integers(0, len(_TURNS)).map(lambda count: list(_TURNS[:count]))
_LIKELY = st.builds(
    Step, st.sampled_from(SECOND), st.just(Tag.ACCEPTANCE), st.just((TOM,)), st.integers(0, 2)
)
_REST = st.lists(
    st.one_of(_REPORTERS, _HANDLERS, _HANDLERS, _LIKELY, st.sampled_from(_TURNS)), max_size=10
)
HISTORIES = st.builds(lambda opening, rest: opening + rest, _OPENINGS, _REST)


def _known(conversation: Conversation, author: Participant, missed: int) -> causality.Headers:
    """Return all but the newest messages, and what the author had seen before."""
    every = _headers(conversation)
    shown = list(every)[: max(1, len(every) - missed)]
    own = [conversation.newest[author]] if author in conversation.newest else []
    seen = causality.ancestors((*shown, *own), every)
    return {m: header for m, header in every.items() if m in seen}


def _headers(conversation: Conversation) -> causality.Headers:
    return {message: parse_header(data) for message, (data, _) in conversation.messages.items()}


def _act(conversation: Conversation, step: Step) -> None:
    """Let somebody write, whether they may or not."""
    author: Participant = REPORTER if step.author is None else step.author.id
    known = _known(conversation, author, step.missed)
    seen = tuple(sorted(m for newest in causality.tips(known).values() for m in newest))
    others: set[Participant] = {person.id for person in step.people}
    own: set[Participant] = set() if step.author is None else {author, REPORTER}
    changes: dict[str, Any] = {}
    if step.tag is Tag.CONSENT:
        line = step.people[0].line
        asked = tuple(person for person in step.people if person.line == line)
        changes = {"handover": scene.handover(*asked, messages=list(known)[:1])}
    elif step.tag is Tag.WITHDRAWAL:
        changes = {"immediate": False}
    elif step.tag is Tag.ADMIT:
        newcomer = next((p for p in step.people if p != step.author), None)
        if newcomer is None:
            return
        changes = {"admits": newcomer.id}
    elif step.tag in {Tag.ACCEPTANCE, Tag.REFUSAL}:
        consents = [m for m, header in known.items() if header.handover is not None]
        changes = {"consent": consents[-1] if consents else next(iter(known))}
    conversation.say(
        author, step.tag, seen=seen, readers=in_order(*own, *(others - own)), **changes
    )


def played(steps: list[Step]) -> Conversation:
    conversation = Conversation()
    conversation.say(REPORTER)
    for step in steps:
        _act(conversation, step)
    return conversation


def _named(headers: causality.Headers, message: ids.MessageId) -> set[Participant]:
    return set(headers[message].readers)


@given(HISTORIES, st.randoms(use_true_random=False))
def test_what_counts_does_not_depend_on_the_order_of_arrival(
    steps: list[Step], chance: random.Random
) -> None:
    headers = _headers(played(steps))
    shuffled = list(headers.items())
    chance.shuffle(shuffled)
    assert handovers(dict(shuffled)) == handovers(headers)
    found, again = graph.access(headers), graph.access(dict(shuffled))
    assert (found.chosen, found.pending) == (again.chosen, again.pending)


@given(HISTORIES)
def test_nobody_reads_on_but_the_readers_of_the_reporters_own_newest_word(
    steps: list[Step],
) -> None:
    headers = _headers(played(steps))
    chosen = graph.chosen_readers(headers)
    for message in causality.newest_of(REPORTER, headers):
        assert chosen <= _named(headers, message)


@given(HISTORIES)
def test_after_an_acceptance_only_those_read_on_whom_the_reporter_gave_it_to(
    steps: list[Step],
) -> None:
    headers = _headers(played(steps))
    found, turns = handovers(headers), ConsentHistory(headers)
    if found.terms is None:
        return
    given_to: set[Participant] = {*found.terms.readers, *found.asked_readers}
    for message, header in headers.items():
        if header.author == REPORTER and turns.follows(message, found.acceptances):
            last = turns.acceptances(found.accepted[-1], turns.seen_by_all)
            given_to |= _named(headers, message) if turns.follows(message, last) else set()
    assert graph.chosen_readers(headers) <= given_to


@given(HISTORIES)
def test_no_word_of_a_handler_but_an_answer_changes_who_reads_on(steps: list[Step]) -> None:
    conversation = played(steps)
    headers = _headers(conversation)
    *before, last = headers
    header = headers[last]
    if header.author == REPORTER or last in ConsentHistory(headers).answers:
        return
    known = {m: headers[m] for m in before}
    assert graph.chosen_readers(headers) == graph.chosen_readers(known)
    assert handovers(headers).accepted == handovers(known).accepted
    assert handovers(headers).pending == handovers(known).pending


@given(HISTORIES)
def test_no_handler_undoes_a_handover(steps: list[Step]) -> None:
    headers = _headers(played(steps))
    *before, last = headers
    if headers[last].author == REPORTER or not before:
        return
    taken = handovers({m: headers[m] for m in before}).accepted
    assert handovers(headers).accepted[: len(taken)] == taken


@given(HISTORIES)
def test_every_handover_follows_the_one_before(steps: list[Step]) -> None:
    headers = _headers(played(steps))
    turns = ConsentHistory(headers)
    accepted = turns.accepted(turns.seen_by_all)
    for first, second in pairwise(accepted):
        assert turns.follows(second, turns.acceptances(first, turns.seen_by_all))


@given(HISTORIES)
def test_a_view_says_what_the_headers_in_it_say(steps: list[Step]) -> None:
    headers = _headers(played(steps))
    turns = ConsentHistory(headers)
    assert turns.chosen(turns.seen_by_all) == graph.chosen_readers(headers)
    for message, header in headers.items():
        seen = causality.ancestors(header.seen, headers)
        known = {m: h for m, h in headers.items() if m in seen}
        view = turns.before[message]
        assert turns.chosen(view) == graph.chosen_readers(known)
        found = handovers(known)
        assert (turns.accepted(view), turns.pending(view)) == (found.accepted, found.pending)


def _is_taken(headers: causality.Headers, message: ids.MessageId, header: Header) -> bool:
    """Say whether an honest host takes a message of an honest author, who may know less."""
    after = {**headers, message: header}
    before, then = handovers(headers), handovers(after)
    asks = header.consent is not None and header.consent != before.pending
    if message in then.void or asks or then.accepted[: len(before.accepted)] != before.accepted:
        return False
    line = before.line or scene.LINE
    mine: set[Participant] = {person.id for person in (*FIRST, *SECOND) if person.line == line}
    access = graph.access(headers)
    if header.author == REPORTER:
        allowed = mine | set(() if header.handover is None else header.handover.readers)
        named = uninvited(ConsentHistory(after), access.claimed, BOTH)
        return message not in named and allowed | before.asked_readers >= set(header.readers)
    if header.admits is not None and (
        header.admits not in mine or not access.may_admit(header.author, header.admits)
    ):
        return False
    let_in: set[Participant] = {REPORTER, *access.chosen, *access.pending}
    return header.author in let_in and let_in | {header.admits} >= set(header.readers)


@given(HISTORIES)
def test_between_honest_people_and_an_honest_host_nothing_alarms(steps: list[Step]) -> None:
    conversation = Conversation()
    conversation.say(REPORTER)
    for step in steps:
        author: Participant = REPORTER if step.author is None else step.author.id
        kept = (dict(conversation.messages), dict(conversation.newest), dict(conversation.counts))
        headers = _headers(conversation)
        known = _known(conversation, author, step.missed)
        _act(conversation, step)
        for message, header in _headers(conversation).items():
            if message in headers:
                continue
            honest = _is_taken(known, message, header)
            if not honest or not _is_taken(headers, message, header):
                conversation.messages, conversation.newest, conversation.counts = kept
    alarms = verified_with(conversation.without(), BOTH).alarms
    assert alarms == ()
