"""Vectors of a line's texts (openapi/texts.md)."""

from typing import Any, Final

from meldpunt.protocol.verify.errors import Reason
from openapi.generator import scene
from openapi.generator import text_scene as texts
from openapi.generator.text_scene import Json, said, written
from openapi.generator.vector import Vector, VectorFile, file

_DOCUMENT: Final = scene.document().to_json().decode()


def _read(
    what: str, name: str, comment: str, text: Json | str, refused: Reason | None = None
) -> Vector:
    data = text if isinstance(text, str) else written(text)
    return Vector(f"read-{what}", name, comment, {"text": data}, refused)


def _questions(*changed: Json, **more: Any) -> Json:  # noqa: ANN401 (any field)
    """Return the form with other questions."""
    return texts.FORM | {"questions": list(changed)} | more


def _with(question: Json, **changes: Any) -> Json:  # noqa: ANN401 (any field)
    return question | changes


def _forms() -> list[Vector]:
    def form(name: str, comment: str, text: Json | str, refused: Reason | None = None) -> Vector:
        return _read("form", name, comment, text, refused)

    first, story, source, *_ = texts.QUESTIONS
    twice = [*said("Ja", "Yes"), *said("Ja", "Yes")]
    plain = texts.question("what", "text", "Wat?", "What?")
    alone = {"version": 1, "kinds": texts.FORM["kinds"][:1]}
    follows = _with(plain, page="what", showIf=[[texts.when("safe", "yes")]])
    return [
        form("form", "Two kinds, two pages, conditions.", texts.FORM),
        form("form-without-pages", "The shortest one.", alone | {"questions": [plain]}),
        form("form-not-canonical", "As a signed statement.", written(texts.FORM).replace(
            '{"version"', '{ "version"'), Reason.JSON_NOT_CANONICAL),
        form("form-of-version-2", "Unknown.", texts.FORM | {"version": 2}, Reason.FIELDS),
        form("form-with-more", "The field set is closed.", texts.FORM | {"more": 1},
             Reason.FIELDS),
        form("form-without-kinds", "At least one.", texts.FORM | {"kinds": []}, Reason.FIELDS),
        form("form-kind-twice", "An id names one thing.",
             texts.FORM | {"kinds": texts.FORM["kinds"][:1] * 2}, Reason.TEXT_ID),
        form("form-question-twice", "The same for questions.", _questions(first, first),
             Reason.TEXT_ID),
        form("form-option-twice", "And options.",
             _questions(_with(first, options=first["options"][:1] * 2)), Reason.TEXT_ID),
        form("form-page-unknown", "No such page.", _questions(_with(first, page="third")),
             Reason.TEXT_ID),
        form("form-question-without-page", "If there are pages, it stands on one.",
             _questions(plain), Reason.TEXT_ID),
        form("form-pages-out-of-order", "Questions follow the pages.", _questions(source, first),
             Reason.ORDER),
        form("form-kind-unknown", "A question for no kind.",
             _questions(_with(first, kinds=["other"])), Reason.TEXT_ID),
        form("form-language-twice", "One text in one language.",
             _questions(_with(first, label=twice)), Reason.TEXT_LANGUAGE),
        form("form-condition-on-a-later-question", "It looks back only.",
             _questions(_with(first, showIf=[[texts.when("from", "online")]]), source),
             Reason.TEXT_CONDITION),
        form("form-condition-on-itself", "Nor at itself.",
             _questions(_with(first, showIf=[[texts.when("safe", "yes")]])), Reason.TEXT_CONDITION),
        form("form-condition-on-no-option", "The question has no such option.",
             _questions(first, _with(follows, showIf=[[texts.when("safe", "maybe")]])),
             Reason.TEXT_CONDITION),
        form("form-condition-on-a-text", "A text has no options.",
             _questions(story, _with(follows, showIf=[[texts.when("story", "yes")]])),
             Reason.TEXT_CONDITION),
        form("form-condition-of-nothing", "Neither in nor notIn.",
             _questions(first, _with(follows, showIf=[[{"question": "safe"}]])), Reason.FIELDS),
        form("form-condition-of-both", "One of the two.",
             _questions(first, _with(follows, showIf=[[texts.when("safe", "yes")
                                                       | texts.unless("safe", "no")]])),
             Reason.FIELDS),
        form("form-choice-without-options", "Nothing to choose.",
             _questions({k: v for k, v in first.items() if k != "options"}), Reason.FIELDS),
        form("form-text-with-options", "A text is written.",
             _questions(_with(story, options=first["options"])), Reason.FIELDS),
        form("form-text-not-before", "That is a date.",
             _questions(_with(story, purpose="notBefore")), Reason.FIELDS),
        form("form-required-files", "Nobody has to have files.",
             _questions(_with(texts.QUESTIONS[-1], required=True)), Reason.FIELDS),
    ]  # fmt: skip


def _guides() -> list[Vector]:
    def guide(name: str, comment: str, nodes: list[Json], refused: Reason | None = None) -> Vector:
        return _read("guide", name, comment, texts.GUIDE | {"nodes": nodes}, refused)

    start, me, saw = texts.GUIDE["nodes"]

    def leading(node: Json, *targets: str) -> Json:
        return node | {"choices": [{"label": said("Verder", "On"), "to": to} for to in targets]}

    advice = {"id": "advice", "title": said("Bel ons", "Call us")}
    return [
        guide("guide", "A question, two answers.", texts.GUIDE["nodes"]),
        guide("guide-of-one-node", "Advice at once.", [advice]),
        guide("guide-two-ways-to-one-node", "Is no circle.",
              [leading(start, "saw", "advice"), leading(saw, "advice"), advice]),
        guide("guide-to-nowhere", "No such node.", [leading(start, "gone")], Reason.TEXT_ID),
        guide("guide-node-twice", "An id names one node.", [leading(start, "me"), me, me],
              Reason.TEXT_ID),
        guide("guide-in-a-circle", "Nobody gets out.",
              [leading(start, "advice"), leading(advice, "start")], Reason.TEXT_REACH),
        guide("guide-to-itself", "The shortest circle.", [leading(start, "start")],
              Reason.TEXT_REACH),
        guide("guide-with-a-node-apart", "Nobody gets there.", [leading(start, "me"), me, advice],
              Reason.TEXT_REACH),
        guide("guide-with-a-circle-apart", "Nor there.",
              [leading(start, "me"), me, leading(saw, "advice"), leading(advice, "saw")],
              Reason.TEXT_REACH),
        guide("guide-choices-and-a-door", "A question has no door.",
              [start | {"report": "report"}, me, saw], Reason.FIELDS),
        guide("guide-script-as-address", "https only.",
              [advice | {"contacts": [{"name": said("A", "A"), "address": "javascript:alert(1)"}]}],
              Reason.FIELDS),
    ]  # fmt: skip


def _others() -> list[Vector]:
    procedure, theme = texts.PROCEDURE, texts.THEME
    steps = procedure["steps"]
    both = steps[0] | {"tag": "acknowledgement"}
    bare = {k: v for k, v in procedure.items() if k != "outside"}
    pale = texts.COLOURS | {"text": "#949494"}
    png = "iVBORw0KGgo"
    logo = {"type": "image/png", "data": png, "label": said("Logo", "Logo")}
    files = texts.PAGE["files"]

    def page(name: str, comment: str, path: str) -> Vector:
        return _read("page", name, comment, texts.PAGE | {"files": [files[0] | {"path": path}]},
                     Reason.FIELDS)  # fmt: skip

    return [
        _read("procedure", "procedure", "Three steps.", procedure),
        _read("procedure", "procedure-without-a-door-outside", "Somebody outside the office.", bare,
              Reason.FIELDS),
        _read("procedure", "procedure-clock-and-tag", "One of the two.",
              procedure | {"steps": [both]}, Reason.FIELDS),
        _read("procedure", "procedure-step-twice", "An id names one step.",
              procedure | {"steps": [steps[0], steps[0]]}, Reason.TEXT_ID),
        _read("theme", "theme", "Dark on light, light on dark.",
              theme | {"dark": texts.COLOURS | {"text": "#ffffff", "background": "#000000",
                                                "accent": "#8fcae7", "accentText": "#000000"}}),
        _read("theme", "theme-just-readable", "4.54 to 1.",
              theme | {"light": pale | {"text": "#767676"}}),
        _read("theme", "theme-just-not-readable", "4.48 to 1.",
              theme | {"light": pale | {"text": "#777777"}}, Reason.TEXT_CONTRAST),
        _read("theme", "theme-that-hides-text", "White on white.",
              theme | {"light": pale | {"text": "#ffffff"}}, Reason.TEXT_CONTRAST),
        _read("theme", "theme-button-nobody-sees", "The accent needs 3 to 1.",
              theme | {"light": texts.COLOURS | {"accent": "#f0f0f0", "accentText": "#000000"}},
              Reason.TEXT_CONTRAST),
        _read("theme", "theme-dark-counts-too", "Both are checked.", theme | {"dark": pale},
              Reason.TEXT_CONTRAST),
        _read("theme", "theme-colour-by-name", "Six digits.",
              theme | {"light": texts.COLOURS | {"text": "black"}}, Reason.FIELDS),
        _read("theme", "theme-with-a-logo", "The first bytes of a PNG.", theme | {"logo": logo}),
        _read("theme", "theme-with-a-drawing", "SVG can hold script.",
              theme | {"logo": logo | {"type": "image/svg+xml"}}, Reason.FIELDS),
        _read("theme", "theme-with-another-picture", "It is no JPEG.",
              theme | {"logo": logo | {"type": "image/jpeg"}}, Reason.TEXT_LOGO),
        _read("page", "page", "Two files.", texts.PAGE),
        _read("page", "page-files-out-of-order", "By the bytes of the path.",
              texts.PAGE | {"files": files[::-1]}, Reason.ORDER),
        page("page-file-above-it", "Below the page only.", "../page.js"),
        page("page-file-by-root", "The same.", "/page.js"),
        page("page-file-hidden", "No hidden file.", ".htaccess"),
    ]  # fmt: skip


def _desks() -> list[Vector]:
    [first] = texts.DESK["checklists"]
    safe, reads = first["tasks"]

    def desk(name: str, comment: str, refused: Reason | None = None, **changes: Any) -> Vector:  # noqa: ANN401 (any field)
        return _read("desk", name, comment, texts.DESK | changes, refused)

    return [
        desk("desk", "A checklist and a term."),
        _read("desk", "desk-of-a-term-alone", "No checklist.",
              {"version": 1, "storyTerm": {"term": "P2W"}}),
        desk("desk-with-more", "The field set is closed.", Reason.FIELDS, more=1),
        desk("desk-step-twice", "One checklist for a step.", Reason.TEXT_ID,
             checklists=[first, first | {"tasks": [reads | {"id": "other"}]}]),
        desk("desk-task-twice", "A label names one task, in whichever step.", Reason.TEXT_ID,
             checklists=[first, {"step": "end", "tasks": [safe]}]),
        desk("desk-task-with-a-digit", "A label has letters alone.", Reason.FIELDS,
             checklists=[first | {"tasks": [safe | {"id": "safe2"}]}]),
        desk("desk-without-a-task", "Nothing to do.", Reason.FIELDS,
             checklists=[first | {"tasks": []}]),
        desk("desk-term-in-words", "A term has one form.", Reason.FIELDS,
             storyTerm={"term": "a week"}),
    ]  # fmt: skip


def _together() -> list[Vector]:
    def together(name: str, comment: str, refused: Reason | None = None, **changes: Json) -> Vector:
        named = {"form": texts.FORM, "guide": texts.GUIDE, "procedure": texts.PROCEDURE}
        given = {key: written(text) for key, text in (named | changes).items()}
        return Vector("check-texts", name, comment, {"document": _DOCUMENT, **given}, refused)

    start, me, saw = texts.GUIDE["nodes"]
    dutch = [{"language": "nl", "text": "Nederlands"}]
    steps = texts.PROCEDURE["steps"]
    return [
        together("texts", "Everything fits.", theme=texts.THEME),
        together("texts-kind-unknown", "The guide leads to a kind that the form lacks.",
                 Reason.TEXT_ID,
                 guide=texts.GUIDE | {"nodes": [start, me | {"report": "complaint"}, saw]}),
        together("texts-form-in-one-language", "The line has two.", Reason.TEXT_LANGUAGE,
                 form=_questions(texts.QUESTIONS[0] | {"label": dutch})),
        together("texts-guide-in-a-third-language", "And no other.", Reason.TEXT_LANGUAGE,
                 guide=texts.GUIDE | {"introduction": [*said("Welkom", "Welcome"),
                                                       {"language": "de", "text": "Hallo"}]}),
        together("texts-unknown-clock", "The document has no such clock.", Reason.TEXT_ID,
                 procedure=texts.PROCEDURE | {"steps": [*steps, steps[0] | {
                     "id": "more", "clock": "decision"}]}),
        together("texts-hidden-clock", "People see every clock.", Reason.TEXT_ID,
                 procedure=texts.PROCEDURE | {"steps": steps[:1]}),
        together("texts-with-a-desk", "Its checklist is of a step that is there.", desk=texts.DESK),
        together("texts-desk-of-no-step", "The procedure has no such step.", Reason.TEXT_ID,
                 desk=texts.DESK | {"checklists": [
                     texts.DESK["checklists"][0] | {"step": "gone"}]}),
    ]  # fmt: skip


def line_texts() -> VectorFile:
    """Make `texts.json`."""
    return file(
        "texts",
        "Form, guide, procedure, theme, page and desk of a line.",
        [*_forms(), *_guides(), *_others(), *_desks(), *_together()],
    )
