"""Presets: lines that an office can publish with only its own name, contacts and people."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

import pytest

from meldpunt.client.line_folder.fault_kinds import FaultKind
from meldpunt.client.line_folder.folder import LINE, LineFolder
from meldpunt.client.line_folder.plan import plan_of_folder
from meldpunt.client.line_folder.preset import PRESETS_FOLDER
from meldpunt.client.line_folder.yaml_reader import Mapped, read_yaml_file
from meldpunt.protocol.texts.answers import Given, evaluate
from meldpunt.protocol.texts.form import Form, Question, QuestionType
from meldpunt.protocol.texts.guide import Guide, Node
from meldpunt.protocol.texts.procedure import Procedure
from meldpunt.protocol.texts.shapes import in_language
from meldpunt.protocol.verify.clock import MetBy, Moment, Roll
from meldpunt.protocol.verify.line_document import Function
from meldpunt.protocol.verify.log.header import Tag
from tests.presets.clock_sources import due
from tests.presets.contents import ADDRESS_FORMS, LANGUAGES, NAMES, files, filled_in, written

LINES: Final = {name: filled_in(name, "je") for name in NAMES}
NATIONAL: Final = {"112", "113", "0800-0188", "0800-2000", "088 133 10 00"}
"""Telephone numbers that were looked up. All others are an office's to fill in."""
MOST_CHOICES: Final = 4
"""From the start of a guide to a door."""
MOST_PLACEHOLDERS: Final = 26


def form_of(name: str) -> Form:
    found = LINES[name].form.found
    assert found is not None
    return found


def guide_of(name: str) -> Guide:
    found = LINES[name].guide.found
    assert found is not None
    return found


def procedure_of(name: str) -> Procedure:
    found = LINES[name].procedure.found
    assert found is not None
    return found


def test_all_presets_are_there() -> None:
    assert set(NAMES) == {
        "aggression-by-public",
        "awb-complaint",
        "complaints-committee",
        "confidential-adviser",
        "contact-point",
        "ombuds-informal",
        "scientific-integrity",
        "unwanted-behaviour",
        "wbk-external",
        "wbk-internal",
        "wkkgz-complaint",
    }


@pytest.mark.parametrize("address_form", ADDRESS_FORMS)
@pytest.mark.parametrize("name", NAMES)
def test_a_preset_is_a_line_once_its_values_are_filled_in(name: str, address_form: str) -> None:
    folder: LineFolder = filled_in(name, address_form)
    assert {fault.kind for fault in folder.faults} <= {FaultKind.CLOCK_UNVERIFIED}
    assert folder.settings.languages == LANGUAGES
    assert folder.settings.address_form == address_form
    plan = plan_of_folder(folder, ())
    plan.chosen_texts().check(plan.preset.clocks, LANGUAGES)  # as an office signs them


@pytest.mark.parametrize("name", NAMES)
def test_an_office_fills_in_one_list_and_every_value_is_used(name: str) -> None:
    values = read_yaml_file(PRESETS_FOLDER / name, LINE).members["values"]
    assert isinstance(values, Mapped)
    placeholders = [node for node in written(values) if "[[" in node.text]
    assert len(placeholders) <= MOST_PLACEHOLDERS
    common = " ".join(
        text.text for file, root in files() if "/" not in file for text in written(root)
    )
    own = [text.text for file, root in files() if file.startswith(name) for text in written(root)]
    used = set(re.findall(r"\{([a-z-]+)\}", " ".join(own) + common))
    assert set(values.members) <= used
    elsewhere = [t for t in own if "[[" in t and t not in {node.text for node in placeholders}]
    assert elsewhere == []


def test_nobody_invents_a_telephone_number() -> None:
    found = {
        text.text
        for _, root in files()
        for text in written(root)
        if re.fullmatch(r"[0-9+() /-]{3,30}", text.text)
    }
    inside = {
        number
        for _, root in files()
        for text in written(root)
        for number in re.findall(r"\b0[0-9]{2,3}[- ][0-9][0-9 ]+[0-9]\b", text.text)
    }
    days = {each for each in found if re.fullmatch(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}", each)}
    assert (found | inside) - days == NATIONAL


# What somebody is asked


@pytest.mark.parametrize("name", NAMES)
def test_a_form_requires_one_answer_at_most_and_no_name(name: str) -> None:
    required = [question for question in form_of(name).questions if question.required]
    assert [question.type for question in required] == [QuestionType.TEXT]


@pytest.mark.parametrize("name", NAMES)
def test_whoever_comes_is_first_asked_whether_they_are_safe(name: str) -> None:
    first = form_of(name).questions[0]
    assert first.id == "safe"
    assert [option.id for option in first.options or () if option.urgent] == ["unsafe"]
    assert all(option.advice for option in first.options or () if option.id != "safe")
    assert guide_of(name).numbers


@pytest.mark.parametrize("name", NAMES)
def test_every_kind_can_be_told_in_words_and_has_a_door_in_the_guide(name: str) -> None:
    form, doors = form_of(name), {node.report for node in guide_of(name).nodes}
    for kind in form.kinds:
        every_option: dict[str, str] = {"copy": "goOn"} if _has_copy(form, kind.id) else {}
        shown = evaluate(form, kind.id, every_option).shown
        assert any(question.type is QuestionType.TEXT for question in shown), kind.id
        assert kind.id in doors


def _has_copy(form: Form, kind: str) -> bool:
    return any(q.id == "copy" and kind in (q.kinds or ()) for q in form.questions)


@pytest.mark.parametrize("name", ["awb-complaint", "complaints-committee", "scientific-integrity"])
def test_nobody_writes_a_complaint_before_they_know_who_gets_a_copy(name: str) -> None:
    form = form_of(name)
    for given in ({"copy": "noCopy"}, {"copy": "unsure"}):
        assert [q.id for q in evaluate(form, "complaint", given).shown if q.id != "safe"] == [
            "copy"
        ]
    assert not [q for q in evaluate(form, "complaint", {}).shown if _tells(q)]
    assert "happened" in {q.id for q in evaluate(form, "complaint", {"copy": "goOn"}).shown}
    copy = next(question for question in form.questions if question.id == "copy")
    other_door = in_language(next(k for k in form.kinds if k.id == "talk").label, "nl")
    for option in copy.options or ():
        assert option.id == "goOn" or f"'{other_door}'" in in_language(option.advice or (), "nl")
    warned = in_language(next(k for k in form.kinds if k.id == "complaint").help or (), "nl")
    assert warned.startswith("Let op")


def _tells(question: Question) -> bool:
    """Say whether an answer tells what happened, or to whom."""
    return question.id in {"happened", "whom", "sender", "earlier"}


def test_a_request_for_aftercare_is_read_by_aftercare_alone() -> None:
    for name in ("unwanted-behaviour", "aggression-by-public"):
        kinds = {kind.id: kind.functions for kind in form_of(name).kinds}
        assert kinds.pop("support") == (Function.AFTERCARE,)
        assert all(found and Function.AFTERCARE not in found for found in kinds.values())


def test_only_a_story_is_told_on_and_only_with_consent() -> None:
    stories = {(name, k.id) for name in NAMES for k in form_of(name).kinds if k.story}
    assert stories == {("unwanted-behaviour", "story")}


@pytest.mark.parametrize("name", NAMES)
def test_advisers_never_investigate_or_decide(name: str) -> None:
    needed = set(LINES[name].settings.functions)
    for kind in form_of(name).kinds:
        functions = set(kind.functions or needed)
        assert functions <= needed
        assert functions == {Function.ADVISER} or Function.ADVISER not in functions


@pytest.mark.parametrize(
    ("source", "asked"), [((), []), (("superior",), ["dependent"]), (("colleague",), [])]
)
def test_dependency_is_asked_of_whoever_names_a_superior(
    source: tuple[str, ...], asked: list[str]
) -> None:
    form = form_of("unwanted-behaviour")
    shown = {question.id for question in evaluate(form, "report", {"source": source}).shown}
    assert [q for q in ("dependent", "notBefore") if q in shown] == asked
    answers: dict[str, Given] = {"source": ("superior",), "dependent": "depends"}
    assert "notBefore" in {q.id for q in evaluate(form, "report", answers).shown}


# Where somebody can go


def depths(guide: Guide) -> Iterator[tuple[Node, int]]:
    """Yield each node with the most choices that lead to it."""
    nodes = {node.id: node for node in guide.nodes}
    deepest: dict[str, int] = {}

    def walk(node: Node, depth: int) -> None:
        deepest[node.id] = max(depth, deepest.get(node.id, 0))
        for choice in node.choices or ():
            walk(nodes[choice.to], depth + 1)

    walk(guide.nodes[0], 0)
    yield from ((nodes[name], depth) for name, depth in deepest.items())


@pytest.mark.parametrize("name", NAMES)
def test_everybody_finds_a_door_within_four_choices(name: str) -> None:
    for node, depth in depths(guide_of(name)):
        assert depth <= MOST_CHOICES
        reachable = [c for c in node.contacts or () if c.telephone or c.email or c.address]
        if not node.choices:
            assert node.report or node.line or reachable or node.publications, node.id
            assert len(reachable) == len(node.contacts or ()), node.id


AUDIENCES: Final = ("Student", "Promovend", "Medewerker", "eidinggevende", "Patiënt", "Burger")


@pytest.mark.parametrize("name", ["unwanted-behaviour", "contact-point"])
@pytest.mark.parametrize("audience", AUDIENCES)
def test_each_audience_of_a_university_is_named(name: str, audience: str) -> None:
    choices = [choice for node in guide_of(name).nodes for choice in node.choices or ()]
    assert any(audience in in_language(choice.label, "nl") for choice in choices)


@pytest.mark.parametrize("name", ["unwanted-behaviour", "contact-point"])
def test_each_of_the_four_kinds_of_integrity_has_its_own_door(name: str) -> None:
    nodes = {node.id: node for node in guide_of(name).nodes}
    start = {choice.to for node in nodes.values() for choice in node.choices or ()}
    assert {"science", "business", "professional"} <= start
    assert nodes["science"].contacts != nodes["business"].contacts


@pytest.mark.parametrize("name", NAMES)
def test_the_guide_has_a_door_for_danger_and_one_outside(name: str) -> None:
    guide = guide_of(name)
    nodes = {node.id: node for node in guide.nodes}
    targets = [choice.to for choice in guide.nodes[0].choices or ()]
    danger = nodes[targets[0]]
    assert [c.telephone for c in danger.contacts or ()][:4] == [
        "112",
        "113",
        "0800-0188",
        "0800-2000",
    ]
    assert targets[-1] == "outside"
    assert procedure_of(name).outside.name in [c.name for c in nodes["outside"].contacts or ()]


def test_whoever_is_accused_has_an_own_door() -> None:
    for name in NAMES:
        ids = {node.id for node in guide_of(name).nodes}
        assert ids & {"accused", "crossed"} or name in {"aggression-by-public", "ombuds-informal"}


# What is promised


@pytest.mark.parametrize("name", NAMES)
def test_every_clock_has_its_source_and_the_day_it_was_checked(name: str) -> None:
    for clock in LINES[name].settings.clocks:
        assert re.search(r"own choice|article [0-9]+", clock.source), clock.name
        assert clock.checked >= date(2026, 11, 29)
        assert clock.roll is Roll.TERMIJNENWET
        assert clock.unverified is None or len(clock.unverified.split()) > 4


TERMS: Final = {
    "wbk-internal": {"acknowledgement": "P7D", "feedback": "P3M"},
    "wbk-external": {"acknowledgement": "P7D", "feedback": "P3M"},
    "awb-complaint": {"decision": "P6W"},
    "wkkgz-complaint": {"decision": "P6W"},
    "complaints-committee": {"decision": "P6W"},
    "ombuds-informal": {"acknowledgement": "P3D"},
    "contact-point": {"acknowledgement": "P2D"},
    "aggression-by-public": {"care": "P1D"},
}


@pytest.mark.parametrize("name", TERMS)
def test_clocks_hold_the_terms_of_the_law_and_of_the_trade(name: str) -> None:
    found = {clock.name: str(clock.term) for clock in LINES[name].settings.clocks}
    assert found.items() >= TERMS[name].items()


@pytest.mark.parametrize("name", NAMES)
def test_a_person_answers_and_a_reopening_has_a_clock_of_its_own(name: str) -> None:
    clocks = LINES[name].settings.clocks
    first = next(clock for clock in clocks if clock.starts_at is Moment.RECEIVED)
    assert first.met_by is MetBy.ACKNOWLEDGEMENT
    assert any(clock.starts_at is Moment.REOPENED for clock in clocks)


def test_feedback_counts_from_day_seven_where_nobody_acknowledged() -> None:
    for name in ("wbk-internal", "wbk-external"):
        [feedback] = [c for c in LINES[name].settings.clocks if c.name == "feedback"]
        assert str(feedback.starts_no_later_than) == "P7D"


def test_an_adviser_and_a_contact_promise_no_decision() -> None:
    for name in ("confidential-adviser", "unwanted-behaviour", "contact-point", "ombuds-informal"):
        assert "decision" not in {clock.name for clock in LINES[name].settings.clocks}


def test_a_clock_is_to_be_looked_up_again_after_a_year() -> None:
    checked = max(c.checked for line in LINES.values() for c in line.settings.clocks)
    assert list(due(checked)) == []
    assert len(list(due(checked.replace(year=checked.year + 2)))) == sum(
        len(line.settings.clocks) for line in LINES.values()
    )


NUMBER: Final = {"D": "dag", "W": "we", "M": "maand", "Y": "jaar"}


@pytest.mark.parametrize("name", NAMES)
def test_the_words_about_keeping_a_report_say_what_the_host_does(name: str) -> None:
    settings, privacy = LINES[name].settings, in_language(procedure_of(name).privacy, "nl")
    for term in (settings.retention, settings.maximum_term):
        assert re.search(rf"\b{term.number} {NUMBER[term.unit]}", privacy), term
    withdrawal = in_language(procedure_of(name).withdrawal or (), "nl")
    assert f"{settings.withdrawal_term.number} dagen" in withdrawal


WEEKS: Final = {1: "een", 2: "twee", 6: "zes", 12: "twaalf"}


@pytest.mark.parametrize("name", NAMES)
def test_the_steps_promise_the_terms_of_their_clocks(name: str) -> None:
    clocks = {clock.name: clock for clock in LINES[name].settings.clocks}
    for step in procedure_of(name).steps:
        if step.clock is None or clocks[step.clock].term.unit != "W":
            continue
        promised = WEEKS[clocks[step.clock].term.number]
        assert re.search(rf"{promised} we(ek|ken)\b", in_language(step.text or (), "nl")), step.id


@pytest.mark.parametrize("name", NAMES)
def test_the_procedure_says_who_reads_when_secrecy_ends_and_what_goes_on(name: str) -> None:
    procedure = procedure_of(name)
    readers = in_language(procedure.readers, "nl")
    assert re.search(r"houdt (geheimhouding )?op.*gevaar.* wet ", readers, re.DOTALL)
    assert procedure.withdrawal
    assert procedure.check_in
    assert LINES[name].settings.check_ins
    assert [step.tag for step in procedure.steps if step.tag] == [Tag.REPORT, Tag.CLOSING]
    assert [step.id for step in procedure.steps][-3:] == ["closing", "reopened", "after"]


def test_an_ombudsperson_says_plainly_that_this_is_no_formal_report() -> None:
    introduction = in_language(procedure_of("ombuds-informal").introduction or (), "nl")
    assert introduction.startswith("Dit is geen officiële melding.")
    assert str(LINES["ombuds-informal"].settings.retention) == "P2W"
