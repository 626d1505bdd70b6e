"""Whether what is named is there: ids, conditions, choices, pages and clocks, each with its place.

The protocol refuses all of this too (openapi/texts.md), but does not say where.
"""

from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any, Protocol

from meldpunt.client.line_folder.fault_kinds import FaultKind
from meldpunt.client.line_folder.faults import Fault
from meldpunt.client.line_folder.line_settings import LineSettings
from meldpunt.client.line_folder.shaping import Path, Shaped
from meldpunt.protocol.texts.desk import Desk
from meldpunt.protocol.texts.form import CHOSEN, Form, Purpose, Question, QuestionType
from meldpunt.protocol.texts.guide import Guide
from meldpunt.protocol.texts.procedure import Procedure


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


def check_form(form: Shaped[Form]) -> Iterator[Fault]:
    """Yield what the parts of a form name in vain."""
    if form.found is None:
        return
    found = form.found
    yield from _twice(form, ("kinds",), found.kinds)
    yield from _twice(form, ("pages",), found.pages or ())
    yield from _twice(form, ("questions",), found.questions)
    kinds = {kind.id for kind in found.kinds}
    for number, question in enumerate(found.questions):
        path: Path = ("questions", number)
        yield from _twice(form, (*path, "options"), question.options or ())
        for index, kind in enumerate(question.kinds or ()):
            if kind not in kinds:
                yield Fault.at(
                    form.place(*path, "kinds", index),
                    FaultKind.KIND_UNKNOWN,
                    name=kind,
                    known=", ".join(kinds),
                )
        yield from _conditions(form, found, number)
    yield from _pages(form, found)


def _twice(shaped: Shaped[Any], path: Path, parts: Iterable[_HasId]) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for number, part in enumerate(parts):
        place = shaped.place(*path, number, "id")
        if part.id in first:
            yield Fault.at(place, FaultKind.ID_TWICE, name=part.id, line=first[part.id])
        first.setdefault(part.id, place.line)


def _pages(form: Shaped[Form], found: Form) -> Iterator[Fault]:
    pages = [page.id for page in found.pages or ()]
    reached = 0
    for number, question in enumerate(found.questions):
        place = form.place("questions", number, "page")
        if question.page is None:
            if pages:
                yield Fault.at(place, FaultKind.PAGE_MISSING)
        elif question.page not in pages:
            known = ", ".join(pages)
            yield Fault.at(place, FaultKind.PAGE_UNKNOWN, name=question.page, known=known)
        elif pages.index(question.page) < reached:
            yield Fault.at(place, FaultKind.PAGE_ORDER, name=question.page)
        else:
            reached = pages.index(question.page)


def _conditions(form: Shaped[Form], found: Form, number: int) -> Iterator[Fault]:
    order = {question.id: n for n, question in enumerate(found.questions)}
    for which, alternative in enumerate(found.questions[number].show_if or ()):
        for index, condition in enumerate(alternative):
            path: Path = ("questions", number, "showIf", which, index)
            place = form.place(*path, "question")
            name = condition.question
            if name not in order:
                yield Fault.at(place, FaultKind.CONDITION_UNKNOWN, name=name)
            elif order[name] >= number:
                line = form.place("questions", order[name], "id").line
                yield Fault.at(place, FaultKind.CONDITION_LATER, name=name, line=line)
            else:
                named = found.questions[order[name]]
                yield from _options(form, (*path, "in" if condition.in_ else "notIn"), named)


def _options(form: Shaped[Form], path: Path, named: Question) -> Iterator[Fault]:
    if named.type not in CHOSEN:
        yield Fault.at(form.place(*path), FaultKind.CONDITION_TYPE, name=named.id)
        return
    known = [option.id for option in named.options or ()]
    value: object = form.value
    for step in path:
        value = value[step]  # type: ignore[index] # the walk made this path
    for index, option in enumerate(value if isinstance(value, list) else ()):
        if option not in known:
            yield Fault.at(
                form.place(*path, index),
                FaultKind.CONDITION_OPTION,
                question=named.id,
                name=option,
                known=", ".join(known),
            )


def check_form_values(form: Shaped[Form]) -> Iterator[Fault]:
    """Yield what a question says against its own type. The shape itself gives no reason."""
    questions = form.value.get("questions")
    for number, question in enumerate(questions if isinstance(questions, list) else ()):
        kind = question.get("type")
        here: Path = ("questions", number)
        if kind in tuple(QuestionType):
            has_options = "options" in question
            if has_options != (kind in CHOSEN):
                wanted = FaultKind.OPTIONS_UNWANTED if has_options else FaultKind.OPTIONS_WANTED
                yield Fault.at(form.place(*here, "options"), wanted, type=kind)
            if question.get("purpose") == Purpose.NOT_BEFORE and kind != QuestionType.DATE:
                yield Fault.at(form.place(*here, "purpose"), FaultKind.NOT_BEFORE_DATE)
            if question.get("required") is True and kind == QuestionType.FILES:
                yield Fault.at(form.place(*here, "required"), FaultKind.FILES_REQUIRED)
        for which, alternative in enumerate(question.get("showIf", ())):
            for index, condition in enumerate(alternative if isinstance(alternative, list) else ()):
                if isinstance(condition, dict) and ("in" in condition) == ("notIn" in condition):
                    place = form.place(*here, "showIf", which, index)
                    yield Fault.at(place, FaultKind.CONDITION_FORM)


def check_guide_values(guide: Shaped[Guide]) -> Iterator[Fault]:
    """Yield nodes that are a question and a door at once."""
    nodes = guide.value.get("nodes")
    for number, node in enumerate(nodes if isinstance(nodes, list) else ()):
        for door in ("report", "line"):
            if "choices" in node and door in node:
                yield Fault.at(guide.place("nodes", number, door), FaultKind.NODE_DOORS)


def check_guide(guide: Shaped[Guide], form: Shaped[Form]) -> Iterator[Fault]:
    """Yield choices that lead nowhere or in a circle, and nodes that none reaches."""
    if guide.found is None:
        return
    nodes = guide.found.nodes
    yield from _twice(guide, ("nodes",), nodes)
    leads = {node.id: {choice.to for choice in node.choices or ()} for node in nodes}
    for number, node in enumerate(nodes):
        for index, choice in enumerate(node.choices or ()):
            if choice.to not in leads:
                place = guide.place("nodes", number, "choices", index, "to")
                yield Fault.at(place, FaultKind.NODE_UNKNOWN, name=choice.to)
        if node.report is not None and form.found is not None and not form.found.kind(node.report):
            known = ", ".join(kind.id for kind in form.found.kinds)
            place = guide.place("nodes", number, "report")
            yield Fault.at(place, FaultKind.KIND_UNKNOWN, name=node.report, known=known)
    yield from _reach(guide, guide.found, leads)


def _reach(guide: Shaped[Guide], found: Guide, leads: Mapping[str, set[str]]) -> Iterator[Fault]:
    where = {node.id: guide.place("nodes", n, "id") for n, node in enumerate(found.nodes)}
    try:
        TopologicalSorter(leads).prepare()
    except CycleError as error:
        circle = list(reversed(error.args[1]))
        first = next(node for node in where if node in circle)
        yield Fault.at(where[first], FaultKind.NODE_CIRCLE, path=" → ".join(circle))
    reached, new = set[str](), {found.nodes[0].id}
    while new:
        reached |= new
        new = {to for node in new for to in leads.get(node, ())} - reached
    for name, place in where.items():
        if name not in reached:
            yield Fault.at(place, FaultKind.NODE_UNREACHED, name=name)


def check_desk(desk: Shaped[Desk]) -> Iterator[Fault]:
    """Yield tasks that stand twice, in one checklist or in two: a label of handlers names one."""
    first: dict[str, int] = {}
    lists = () if desk.found is None else desk.found.checklists or ()
    for number, checklist in enumerate(lists):
        for index, task in enumerate(checklist.tasks):
            place = desk.place("checklists", number, "tasks", index, "id")
            if task.id in first:
                yield Fault.at(place, FaultKind.ID_TWICE, name=task.id, line=first[task.id])
            first.setdefault(task.id, place.line)


def check_procedure(procedure: Shaped[Procedure], line: Shaped[LineSettings]) -> Iterator[Fault]:
    """Yield ids that stand twice, and clocks that are named in vain or kept from people."""
    steps = procedure.value.get("steps")
    for number, step in enumerate(steps if isinstance(steps, list) else ()):
        if "clock" in step and "tag" in step:
            yield Fault.at(procedure.place("steps", number, "tag"), FaultKind.STEP_BOTH)
    if procedure.found is None:
        return
    found = procedure.found
    yield from _twice(procedure, ("steps",), found.steps)
    yield from _twice(procedure, ("outcomes",), found.outcomes or ())
    yield from _twice(procedure, ("categories",), found.categories or ())
    if line.found is not None:
        yield from _clocks(procedure, found, line, line.found)


def _clocks(
    procedure: Shaped[Procedure], found: Procedure, line: Shaped[LineSettings], said: LineSettings
) -> Iterator[Fault]:
    clocks = {clock.name: n for n, clock in enumerate(said.clocks)}
    named = {
        step.clock: procedure.place("steps", number, "clock")
        for number, step in enumerate(found.steps)
        if step.clock is not None
    }
    for name, place in named.items():
        if name not in clocks:
            known = ", ".join(clocks)
            yield Fault.at(place, FaultKind.CLOCK_UNKNOWN, name=name, known=known)
    for name, number in clocks.items():
        if name not in named:
            place = line.place("clocks", number, "name")
            yield Fault.at(place, FaultKind.CLOCK_UNTOLD, name=name)
