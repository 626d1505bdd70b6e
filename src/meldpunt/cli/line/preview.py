"""What people will read of a line: form, guide and procedure, as a list of parts.

A terminal and a page show the same parts. They are made from the values as they are written, so
that a placeholder can be seen where it stands.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from meldpunt.cli.speech.phrases import phrases_in
from meldpunt.cli.terminal.plain_text import safe_line, wrapped
from meldpunt.client.line_folder.folder import LineFolder
from meldpunt.protocol.verify.days import Term


class PartKind(Enum):
    """How a part is shown."""

    TITLE = 1
    HEADING = 2
    QUESTION = 3
    TEXT = 4
    SMALL = 5
    """Help, conditions, ways to reach somebody."""
    OPTION = 6
    ADVICE = 7
    """What is shown at once to whoever chooses an option."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a preview."""

    kind: PartKind
    text: str
    anchor: str | None = None
    """Its name, for links to it."""
    to: str | None = None
    """The anchor to which it leads."""


@dataclass(frozen=True, slots=True)
class _Words:
    form: str
    guide: str
    procedure: str
    required: str
    only: str
    also: str
    kinds: str
    urgent: str
    readers: str
    privacy: str
    outside: str
    withdrawal: str
    people: str
    within: str
    units: dict[str, tuple[str, str]]
    """One and several of each unit of a term."""
    always: str
    report: str
    numbers: str
    check_in: str
    tasks: str


_DUTCH: Final = _Words(
    form="Formulier",
    guide="Wegwijzer",
    procedure="Werkwijze",
    required="verplicht",
    only="alleen na:",
    also="of",
    kinds="alleen bij:",
    urgent="komt bij de ontvangers bovenaan",
    readers="Wie leest dit",
    privacy="Privacy",
    outside="Buiten dit meldpunt",
    withdrawal="Na intrekken",
    people="Ontvangers",
    within="binnen",
    units={
        "D": ("dag", "dagen"),
        "W": ("week", "weken"),
        "M": ("maand", "maanden"),
        "Y": ("jaar", "jaar"),
    },
    always="dag en nacht",
    report="Hier melden:",
    numbers="Op elke pagina",
    check_in="Hoe gaat het nu?",
    tasks="alleen voor ontvangers, te doen:",
)
_ENGLISH: Final = _Words(
    form="Form",
    guide="Guide",
    procedure="Procedure",
    required="required",
    only="only after:",
    also="or",
    kinds="only for:",
    urgent="comes first at the handlers'",
    readers="Who reads this",
    privacy="Privacy",
    outside="Outside this line",
    withdrawal="After withdrawing",
    people="Handlers",
    within="within",
    units={
        "D": ("day", "days"),
        "W": ("week", "weeks"),
        "M": ("month", "months"),
        "Y": ("year", "years"),
    },
    always="by day and by night",
    report="Report here:",
    numbers="On every page",
    check_in="How are you now?",
    tasks="for handlers alone, to do:",
)


def preview_of(folder: LineFolder, language: str) -> list[Part]:
    """Return the parts of a line in a language, or in its first language."""
    languages = folder.settings.languages
    spoken = language if language in languages else languages[0]
    return list(_Preview(folder, spoken).parts())


def preview_lines(parts: Iterable[Part]) -> Iterator[str]:
    """Show parts on a terminal."""
    for part in parts:
        match part.kind:
            case PartKind.TITLE:
                yield from ("", safe_line(part.text).upper())
            case PartKind.HEADING:
                yield from ("", *wrapped(part.text))
            case PartKind.QUESTION:
                yield from ("", *wrapped(part.text, indent="  "))
            case PartKind.OPTION:
                yield from wrapped(f"( ) {part.text}", indent="    ")
            case PartKind.ADVICE:
                yield from wrapped(f"→ {part.text}", indent="        ")
            case PartKind.SMALL | PartKind.TEXT:
                yield from wrapped(part.text, indent="    ")


class _Preview:
    def __init__(self, folder: LineFolder, language: str) -> None:
        self._folder = folder
        self._language = language
        self._words = _DUTCH if language.startswith("nl") else _ENGLISH
        self._functions = dict(phrases_in(language).functions)
        self._form: dict[str, Any] = folder.form.value
        self._guide: dict[str, Any] = folder.guide.value
        self._procedure: dict[str, Any] = folder.procedure.value
        lists = () if folder.desk is None else folder.desk.value.get("checklists", ())
        self._tasks: dict[str, list[dict[str, Any]]] = {e["step"]: e["tasks"] for e in lists}

    def parts(self) -> Iterator[Part]:
        yield Part(PartKind.TITLE, self._say(self._folder.line.value["names"]))
        yield Part(PartKind.TEXT, self._say(self._folder.line.value["contact"]))
        yield from self._procedure_parts()
        yield from self._guide_parts()
        yield from self._form_parts()

    def _say(self, translations: list[dict[str, str]] | None) -> str:
        texts = {each["language"]: each["text"] for each in translations or ()}
        return texts.get(self._language, next(iter(texts.values()), ""))

    def _text(self, value: dict[str, Any], name: str, kind: PartKind) -> Iterator[Part]:
        if name in value:
            yield Part(kind, self._say(value[name]))

    def _form_parts(self) -> Iterator[Part]:
        words = self._words
        yield Part(PartKind.TITLE, words.form)
        for kind in self._form["kinds"]:
            yield Part(PartKind.OPTION, self._say(kind["label"]))
            yield from self._text(kind, "help", PartKind.ADVICE)
        pages = {page["id"]: self._say(page["title"]) for page in self._form.get("pages", ())}
        page = None
        for number, question in enumerate(self._form["questions"], 1):
            if question.get("page") != page:
                page = question.get("page")
                yield Part(PartKind.HEADING, pages[page])
            yield from self._question(number, question)

    def _question(self, number: int, question: dict[str, Any]) -> Iterator[Part]:
        words = self._words
        needed = f" ({words.required})" if question.get("required") else ""
        yield Part(PartKind.QUESTION, f"{number}. {self._say(question['label'])}{needed}")
        if "kinds" in question:
            labels = {kind["id"]: self._say(kind["label"]) for kind in self._form["kinds"]}
            named = ", ".join(labels[kind] for kind in question["kinds"])
            yield Part(PartKind.SMALL, f"[{words.kinds} {named}]")
        if "showIf" in question:
            yield Part(PartKind.SMALL, f"[{words.only} {self._conditions(question['showIf'])}]")
        yield from self._text(question, "help", PartKind.SMALL)
        for option in question.get("options", ()):
            urgent = f" [{words.urgent}]" if option.get("urgent") else ""
            yield Part(PartKind.OPTION, self._say(option["label"]) + urgent)
            yield from self._text(option, "help", PartKind.ADVICE)
            yield from self._text(option, "advice", PartKind.ADVICE)

    def _conditions(self, alternatives: list[list[dict[str, Any]]]) -> str:
        return f" {self._words.also} ".join(
            " + ".join(map(self._condition, alternative)) for alternative in alternatives
        )

    def _condition(self, condition: dict[str, Any]) -> str:
        asked = next(q for q in self._form["questions"] if q["id"] == condition["question"])
        labels = {option["id"]: self._say(option["label"]) for option in asked["options"]}
        sign = "=" if "in" in condition else "≠"
        named = condition.get("in") or condition.get("notIn") or []
        return f"{self._say(asked['label'])} {sign} {' / '.join(labels[each] for each in named)}"

    def _guide_parts(self) -> Iterator[Part]:
        words = self._words
        yield Part(PartKind.TITLE, words.guide)
        yield from self._text(self._guide, "introduction", PartKind.TEXT)
        titles = {node["id"]: self._say(node["title"]) for node in self._guide["nodes"]}
        kinds = {kind["id"]: self._say(kind["label"]) for kind in self._form["kinds"]}
        for node in self._guide["nodes"]:
            yield Part(PartKind.HEADING, titles[node["id"]], anchor=node["id"])
            yield from self._text(node, "text", PartKind.TEXT)
            for choice in node.get("choices", ()):
                told = f"{self._say(choice['label'])} → {titles[choice['to']]}"
                yield Part(PartKind.OPTION, told, to=choice["to"])
            yield from self._contacts(node.get("contacts", ()))
            for publication in node.get("publications", ()):
                told = f"{self._say(publication['title'])}: {publication['address']}"
                yield Part(PartKind.SMALL, told)
            if "report" in node:
                yield Part(PartKind.ADVICE, f"{words.report} {kinds[node['report']]}")
            if "line" in node:
                yield Part(PartKind.ADVICE, node["line"])
        if "numbers" in self._guide:
            yield Part(PartKind.HEADING, words.numbers)
            yield from self._contacts(self._guide["numbers"])

    def _contacts(self, contacts: Iterable[dict[str, Any]]) -> Iterator[Part]:
        for contact in contacts:
            ways = [contact[way] for way in ("telephone", "email", "address") if way in contact]
            hours = [self._words.always] if contact.get("always") else []
            hours += [self._say(contact["hours"])] if "hours" in contact else []
            told = " · ".join((*ways, *hours))
            yield Part(PartKind.SMALL, f"{self._say(contact['name'])}: {told}")
            yield from self._text(contact, "note", PartKind.ADVICE)

    def _procedure_parts(self) -> Iterator[Part]:
        words, value = self._words, self._procedure
        yield from self._text(value, "introduction", PartKind.TEXT)
        for name, heading in (("readers", words.readers), ("privacy", words.privacy)):
            yield Part(PartKind.HEADING, heading)
            yield from self._text(value, name, PartKind.TEXT)
        yield from self._people()
        yield Part(PartKind.TITLE, words.procedure)
        terms = {clock.name: self._term(clock.term) for clock in self._folder.settings.clocks}
        for number, step in enumerate(value["steps"], 1):
            clock = step.get("clock")
            term = f" ({words.within} {terms[clock]})" if clock in terms else ""
            yield Part(PartKind.QUESTION, f"{number}. {self._say(step['title'])}{term}")
            yield from self._text(step, "text", PartKind.SMALL)
            for task in self._tasks.get(step["id"], ()):
                yield Part(PartKind.SMALL, f"[{words.tasks} {self._say(task['label'])}]")
        yield Part(PartKind.HEADING, words.outside)
        yield from self._contacts([value["outside"]])
        for name, heading in (("withdrawal", words.withdrawal), ("checkIn", words.check_in)):
            if name in value:
                yield Part(PartKind.HEADING, heading)
                yield from self._text(value, name, PartKind.TEXT)

    def _term(self, term: Term) -> str:
        return f"{term.number} {self._words.units[term.unit][term.number != 1]}"

    def _people(self) -> Iterator[Part]:
        if self._folder.settings.handlers:
            yield Part(PartKind.HEADING, self._words.people)
        for handler in self._folder.settings.handlers:
            does = "" if handler.function is None else f": {self._functions[handler.function]}"
            yield Part(PartKind.OPTION, f"{handler.name}{does}")
