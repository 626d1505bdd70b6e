"""Texts of an invented line: a form, a guide, a procedure, a theme and a page."""

from typing import Any, Final

from meldpunt.protocol.verify import strict_json

Json = dict[str, Any]


def said(nl: str, en: str) -> list[Json]:
    """Say something in both languages of the line."""
    return [{"language": "nl", "text": nl}, {"language": "en", "text": en}]


def written(value: Json) -> str:
    """Return a text as it is hashed."""
    return strict_json.dump(value).decode()


def option(name: str, nl: str, en: str, **more: object) -> Json:
    """Return one answer to choose."""
    return {"id": name, "label": said(nl, en), **more}


def question(name: str, kind: str, nl: str, en: str, **more: object) -> Json:
    """Return a question."""
    return {"id": name, "type": kind, "label": said(nl, en), **more}


def when(name: str, *options: str) -> Json:
    """Return the condition that a question was answered with one of these options."""
    return {"question": name, "in": list(options)}


def unless(name: str, *options: str) -> Json:
    """Return the condition that a question was answered with none of these options."""
    return {"question": name, "notIn": list(options)}


SAFE: Final = question(
    "safe",
    "choice",
    "Ben je nu veilig?",
    "Are you safe now?",
    options=[
        option("yes", "Ja", "Yes"),
        option("no", "Nee", "No", urgent=True, advice=said("Bel 112.", "Call 112.")),
    ],
)
FROM: Final = question(
    "from",
    "choices",
    "Van wie kwam het?",
    "Who did it?",
    page="what",
    options=[
        option("colleague", "Collega", "Colleague"),
        option("supervisor", "Begeleider", "Supervisor"),
        option("online", "Iemand online", "Somebody online"),
    ],
)
QUESTIONS: Final = (
    {**SAFE, "page": "first"},
    question(
        "story", "text", "Vertel wat er is gebeurd.", "Tell what happened.", page="first",
        required=True, help=said("Twijfel is genoeg.", "Doubt is enough."),
    ),
    FROM,
    question(
        "dependent", "choice", "Ben je afhankelijk van deze persoon?", "Do you depend on them?",
        page="what", showIf=[[when("from", "supervisor")]],
        options=[option("yes", "Ja", "Yes"), option("no", "Nee", "No")],
    ),
    question(
        "wait", "date", "Tot welke datum wachten wij?", "Until when must we wait?", page="what",
        kinds=["report"], purpose="notBefore",
        showIf=[[when("dependent", "yes"), unless("safe", "no")], [when("from", "online")]],
    ),
    question("files", "files", "Heb je bestanden?", "Do you have files?", page="what"),
)  # fmt: skip
FORM: Final[Json] = {
    "version": 1,
    "kinds": [
        {"id": "report", "label": said("Melden", "Report"), "functions": ["contact", "adviser"]},
        {"id": "story", "label": said("Een verhaal delen", "Share a story"), "story": True},
    ],
    "pages": [
        {"id": "first", "title": said("Wat gebeurde er?", "What happened?")},
        {"id": "what", "title": said("Meer over toen", "More about it")},
    ],
    "questions": list(QUESTIONS),
}
GUIDE: Final[Json] = {
    "version": 1,
    "nodes": [
        {
            "id": "start",
            "title": said("Wat is er aan de hand?", "What is the matter?"),
            "choices": [
                {"label": said("Ik maakte iets mee", "It happened to me"), "to": "me"},
                {"label": said("Ik zag iets", "I saw something"), "to": "saw"},
            ],
        },
        {
            "id": "me",
            "title": said("Je kunt hier melden", "You can report here"),
            "report": "report",
            "contacts": [
                {
                    "name": said("Vertrouwenspersoon", "Confidential adviser"),
                    "telephone": "020 123 4567",
                    "email": "adviser@meldpunt.example",
                    "hours": said("ma–vr 9–17 uur", "Mon–Fri 9 to 5"),
                }
            ],
        },
        {
            "id": "saw",
            "title": said("Help als het veilig is", "Help if it is safe"),
            "publications": [
                {
                    "title": said("Gedragscode", "Code of conduct"),
                    "address": "https://meldpunt.example/code",
                    "version": "2",
                }
            ],
        },
    ],
    "numbers": [{"name": said("Alarmnummer", "Emergency"), "telephone": "112", "always": True}],
    "lines": [
        {
            "address": "https://other.example/v1/lines/tc4roavr52y5ykxxrmchx53mnxmnjh4k",
            "name": "Another line",
        }
    ],
}
PROCEDURE: Final[Json] = {
    "version": 1,
    "steps": [
        {
            "id": "hello",
            "title": said("Eerste reactie van een mens", "A first answer by a person"),
            "clock": "acknowledge",
        },
        {"id": "done", "title": said("Wat wij deden", "What we did"), "clock": "feedback"},
        {"id": "end", "title": said("Afsluiten", "Closing"), "tag": "closing"},
    ],
    "readers": said("Twee mensen lezen dit.", "Two people read this."),
    "privacy": said("Wij bewaren dit twee maanden.", "We keep this for two months."),
    "outside": {"name": said("Ombudsman", "Ombuds office"), "telephone": "020 765 4321"},
    "checkIn": said("Hoe gaat het nu?", "How are you now?"),
    "outcomes": [{"id": "talk", "label": said("Gesprek", "A talk")}],
}
DESK: Final[Json] = {
    "version": 1,
    "checklists": [
        {
            "step": "hello",
            "tasks": [
                {"id": "safe", "label": said("Kijk of het veilig is.", "See if it is safe.")},
                {"id": "whoReads", "label": said("Schrijf wie leest.", "Write who reads.")},
            ],
        }
    ],
    "storyTerm": {"term": "P1W", "roll": "termijnenwet"},
}
COLOURS: Final[Json] = {
    "text": "#1a1a1a",
    "background": "#ffffff",
    "accent": "#154273",
    "accentText": "#ffffff",
}
THEME: Final[Json] = {"version": 1, "light": COLOURS}
PAGE: Final[Json] = {
    "version": 1,
    "release": "0.1.0",
    "policy": "default-src 'none'; script-src 'self'",
    "files": [
        {"path": "assets/page.js", "hash": "A" * 43, "size": 81_000},
        {"path": "index.html", "hash": "A" * 43, "size": 1_200},
    ],
}
