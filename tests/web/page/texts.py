"""Texts of a line that has everything a page can be asked to show, in three languages."""

from typing import Any, Final

from meldpunt.client.lines.texts import Texts
from meldpunt.protocol.verify import strict_json

LANGUAGES: Final = ("nl", "en", "nl-simple")
NAMES: Final = {
    "nl": "Meldpunt sociale veiligheid",
    "en": "Social safety line",
    "nl-simple": "Meldpunt",
}
CONTACT: Final = {
    "nl": "Bel 030 123 45 67, op werkdagen van 9 tot 17 uur.",
    "en": "Call 030 123 45 67, on working days from 9 to 17.",
    "nl-simple": "Bel 030 123 45 67. Dat kan op werkdagen van 9 tot 17 uur.",
}


def said(nl: str, en: str, simple: str | None = None) -> list[dict[str, str]]:
    """Return one text in every language of the line."""
    texts = (nl, en, simple or nl)
    return [{"language": tag, "text": text} for tag, text in zip(LANGUAGES, texts, strict=True)]


def _option(name: str, label: list[dict[str, str]], **more: object) -> dict[str, object]:
    return {"id": name, "label": label, **more}


_STORY: Final = said(
    "Vertel wat er is gebeurd.", "Tell what happened.", "Vertel wat er is gebeurd."
)
_DOUBT: Final = said(
    "Twijfel is genoeg. Bewijs hoeft niet. Schrijf apart wat je zelf zag en wat je hoorde.",
    "Doubt is enough. You need no proof. Write apart what you saw and what you heard.",
    "Twijfel je? Schrijf het toch op. Je hoeft niets te bewijzen.",
)
_YES: Final = _option("yes", said("Ja", "Yes"))
_NO: Final = _option("no", said("Nee", "No"))

FORM: Final[dict[str, Any]] = {
    "kinds": [
        {"id": "report", "label": said("Iets melden", "Report something")},
        {
            "id": "talk",
            "label": said("Ik wil praten", "I want to talk"),
            "help": said("Met een vertrouwenspersoon.", "With a confidential adviser."),
            "functions": ["adviser"],
        },
        {"id": "tell", "label": said("Een verhaal delen", "Share a story"), "story": True},
    ],
    "pages": [
        {"id": "now", "title": said("Nu", "Now")},
        {"id": "what", "title": said("Wat er gebeurde", "What happened")},
        {"id": "wish", "title": said("Wat je wilt", "What you want")},
    ],
    "questions": [
        {
            "id": "safe",
            "type": "choice",
            "page": "now",
            "label": said("Ben je nu veilig?", "Are you safe now?"),
            "options": [
                _YES,
                _option("no", said("Nee", "No"), urgent=True),
                _option("unsure", said("Weet ik niet", "I do not know")),
            ],
        },
        {
            "id": "story",
            "type": "text",
            "page": "what",
            "required": True,
            "label": _STORY,
            "help": _DOUBT,
        },
        {
            "id": "from",
            "type": "choice",
            "page": "what",
            "label": said("Van wie kwam het?", "Who did it?"),
            "options": [
                _option("colleague", said("Een collega", "A colleague")),
                _option("boss", said("Een leidinggevende of docent", "A manager or teacher")),
                _option("online", said("Iemand online", "Somebody online")),
            ],
        },
        {
            "id": "dependent",
            "type": "choice",
            "page": "what",
            "label": said("Ben je afhankelijk van deze persoon?", "Do you depend on this person?"),
            "options": [_YES, _NO],
            "showIf": [[{"question": "from", "in": ["boss"]}]],
        },
        {
            "id": "until",
            "type": "date",
            "page": "what",
            "purpose": "notBefore",
            "label": said("Tot welke dag moeten wij wachten?", "Until which day must we wait?"),
            "showIf": [[{"question": "dependent", "in": ["yes"]}]],
        },
        {
            "id": "where",
            "type": "where",
            "page": "what",
            "label": said("Waar was het, ongeveer?", "Where was it, roughly?"),
        },
        {
            "id": "wish",
            "type": "choices",
            "page": "wish",
            "label": said("Wat wil je?", "What do you want?"),
            "options": [
                _option("listen", said("Dat iemand luistert", "Somebody who listens")),
                _option("stop", said("Dat het stopt", "That it stops")),
                _option(
                    "complaint",
                    said("Een officiële klacht", "A formal complaint"),
                    advice=said(
                        "De ander krijgt dan meestal een kopie. Praat eerst met een"
                        " vertrouwenspersoon.",
                        "The other person then usually gets a copy. Talk to an adviser first.",
                    ),
                ),
            ],
        },
        {
            "id": "proof",
            "type": "files",
            "page": "wish",
            "label": said("Heb je bestanden?", "Do you have files?"),
        },
        {
            "id": "notFor",
            "type": "text",
            "page": "wish",
            "purpose": "leaveOut",
            "label": said("Wie mag dit niet lezen?", "Who must not read this?"),
        },
    ],
}

OUTSIDE: Final = {
    "name": said("Ombudsman van de stad", "The city's ombudsman"),
    "telephone": "030 765 43 21",
    "hours": said("werkdagen van 10 tot 12 uur", "working days from 10 to 12"),
}

GUIDE: Final[dict[str, Any]] = {
    "introduction": said(
        "Een paar keuzes. Daarna zie je wie je kan helpen.", "A few choices, then who can help."
    ),
    "nodes": [
        {
            "id": "start",
            "title": said("Wat past bij jou?", "What fits you?"),
            "choices": [
                {"label": said("Ik maakte iets mee", "It happened to me"), "to": "who"},
                {"label": said("Ik zag iets", "I saw something"), "to": "bystander"},
            ],
        },
        {
            "id": "who",
            "title": said("Wie ben je?", "Who are you?"),
            "choices": [
                {"label": said("Student", "Student"), "to": "student"},
                {"label": said("Medewerker", "Employee"), "to": "bystander"},
            ],
        },
        {
            "id": "student",
            "title": said("Dit kan je helpen", "This can help you"),
            "text": said("Je hoeft niet te weten wat je wilt.", "You need not know what you want."),
            "contacts": [
                {
                    "name": said("Vertrouwenspersoon studenten", "Adviser for students"),
                    "telephone": "030 111 22 33",
                    "email": "steun@example.nl",
                    "hours": said("maandag tot en met donderdag", "Monday to Thursday"),
                },
                {
                    "name": said("Studentenpsycholoog", "Student psychologist"),
                    "address": "https://example.nl/hulp",
                },
            ],
            "publications": [
                {
                    "title": said("Gedragscode", "Code of conduct"),
                    "address": "https://example.nl/code.pdf",
                    "version": "2",
                }
            ],
            "report": "talk",
        },
        {
            "id": "bystander",
            "title": said("Help als het veilig is", "Help if it is safe"),
            "text": said("Vraag later hoe het gaat. Schrijf op wat je zag.", "Ask later."),
            "report": "report",
        },
    ],
    "numbers": [
        {
            "name": said("Praten over zelfmoord", "Talk about suicide"),
            "telephone": "113",
            "always": True,
        },
        {
            "name": said("Centrum Seksueel Geweld", "Sexual assault centre"),
            "telephone": "0800-0188",
            "always": True,
        },
    ],
}

PROCEDURE: Final[dict[str, Any]] = {
    "steps": [
        {"id": "arrived", "title": said("Aangekomen", "Arrived"), "tag": "report"},
        {
            "id": "first",
            "title": said("Eerste reactie van een mens", "A first answer by a person"),
            "clock": "acknowledgement",
        },
        {"id": "together", "title": said("Samen kiezen", "Choose together")},
        {
            "id": "did",
            "title": said("Wat wij deden", "What we did"),
            "text": said("Je hoort wat wij deden en waarom.", "You hear what we did, and why."),
            "clock": "feedback",
        },
        {"id": "closed", "title": said("Afsluiten", "Closing"), "tag": "closing"},
        {
            "id": "again",
            "title": said("Als het weer opengaat", "If it is opened again"),
            "clock": "again",
        },
    ],
    "readers": said(
        "Twee van deze mensen lezen je bericht. Zij zwijgen, behalve als iemand direct in gevaar is"
        " of als de wet het eist.",
        "Two of these people read your report. They keep it secret unless somebody is in danger, or"
        " the law demands it.",
    ),
    "privacy": said(
        "Wij bewaren je bericht tot twee maanden na het afsluiten. Daarna wordt alles gewist.",
        "We keep your report until two months after its closing. Then everything is erased.",
    ),
    "outside": OUTSIDE,
    "withdrawal": said(
        "Wat al is gedaan, kan niet terug.", "What was done already cannot be undone."
    ),
    "checkIn": said("Hoe gaat het nu met je?", "How are you now?"),
}

DESK: Final[dict[str, Any]] = {"storyTerm": {"term": "P7D", "roll": "termijnenwet"}}

THEME: Final[dict[str, Any]] = {
    "light": {
        "text": "#20211f",
        "background": "#ffffff",
        "accent": "#1d5c3a",
        "accentText": "#ffffff",
    },
    "dark": {
        "text": "#f1f4f0",
        "background": "#151a17",
        "accent": "#9fdcb8",
        "accentText": "#0e2418",
    },
}


PARTS: Final = {"form": FORM, "guide": GUIDE, "procedure": PROCEDURE}
"""What is in the languages of the line."""


def _text(parts: dict[str, Any]) -> bytes:
    return strict_json.dump({"version": 1, **parts})


def rich_texts(**changes: dict[str, Any]) -> Texts:
    """Return the texts, with some of them replaced."""
    parts = {**PARTS, "theme": THEME, "desk": DESK, **changes}
    made = {name: _text(value) for name, value in parts.items()}
    return Texts(made["form"], made["guide"], made["procedure"], made["theme"], desk=made["desk"])
