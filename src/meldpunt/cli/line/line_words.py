"""What the commands for a line's folder say, in Dutch and in English."""

from dataclasses import dataclass
from typing import Final

from meldpunt.client.line_folder.line_settings import ChecklistItem


@dataclass(frozen=True, slots=True, kw_only=True)
class LineWords:
    """The sentences in one language."""

    faults: str
    posters: str
    written: str
    next: str
    page: str
    ready: str
    not_ready: str
    warnings: str
    ask: str
    how: str
    headings: dict[str, str]
    """What stands above each file that `line create` writes."""
    comments: dict[str, str]
    """What stands above members of line.yaml."""
    checklist: str
    settled: str
    unsettled: str
    items: dict[ChecklistItem, str]


_DUTCH: Final = LineWords(
    faults="Zo kan dit meldpunt niet worden gepubliceerd:",
    posters="Posters en links met het adres blijven geldig.",
    written="Het meldpunt staat in {folder}.",
    next="Vul in wat tussen [[dubbele haken]] staat, en kijk dan: meldpunt line edit {folder}",
    page="Bekijk de pagina in een browser: {page}",
    ready="Dit meldpunt kan worden gepubliceerd.",
    not_ready="Nog te doen voor het publiceren:",
    warnings="Let op:",
    ask="Ondertekenen en publiceren? [j/N] ",
    how="Er is niets gepubliceerd. Publiceren: meldpunt line edit {folder} --key-file SLEUTEL",
    headings={
        "line.yaml": "Het meldpunt: namen, termijnen, mensen.\nVul in wat tussen [[dubbele haken]]"
        " staat. Controleer met: meldpunt line edit",
        "form.yaml": "Het formulier: wat mensen wordt gevraagd.\nElke tekst staat in elke taal van"
        " het meldpunt. Alleen met required: true is een vraag verplicht.",
        "guide.yaml": "De wegwijzer: waar kan iemand heen. Het eerste onderdeel is het begin.",
        "procedure.yaml": "De werkwijze: wat er met een melding gebeurt, en wie haar leest.",
        "theme.yaml": "De kleuren en het logo van de pagina.",
    },
    comments={
        "languages": "De eerste taal is die van het meldpunt zelf.",
        "addressForm": "Zo spreken de teksten de lezer aan; zij zijn hiervoor al gekozen.",
        "values": "Eén keer invullen: {organisation} in een tekst wordt vervangen door wat hier"
        " staat.",
        "contact": "Zo is het meldpunt te bereiken zonder deze dienst, en op welke uren.",
        "readerCount": "Zoveel ontvangers lezen een melding. Neem er één ontvanger meer bij.",
        "retention": "Zo lang na het afsluiten wordt een melding gewist.",
        "maximumTerm": "Zo lang na binnenkomst uiterlijk.",
        "clocks": "Wat het meldpunt belooft. Elke klok staat als stap in procedure.yaml.",
        "checkIns": "Dagen waarop wordt gevraagd hoe het gaat.",
        "otherLines": "Andere meldpunten, voor wie hier niemand vertrouwt: name en address.",
        "functions": "Functies die dit meldpunt nodig heeft: adviser (vertrouwenspersoon), contact,"
        "\ninvestigator (onderzoekt), decider (beslist), aftercare (nazorg).",
        "handlers": "De ontvangers: name, function, languages, external (true als zij van buiten"
        " komen)\nen entry: het bestand dat meldpunt handler init gaf.",
        "checklist": "Wat voor het publiceren is geregeld. Schrijf bij elk een dag en een woord.",
    },
    checklist="Te regelen voor het publiceren:",
    settled="[x] {item}: {word}",
    unsettled="[ ] {item}",
    items={
        ChecklistItem.WORKS_COUNCIL: "instemming van de ondernemingsraad (WOR artikel 27)",
        ChecklistItem.CLIENT_COUNCIL: "studentenraad of cliëntenraad",
        ChecklistItem.DPIA: "gegevensbeschermingseffectbeoordeling (DPIA)",
        ChecklistItem.DATA_PROTECTION_OFFICER: "advies van de functionaris gegevensbescherming",
        ChecklistItem.PROCESSOR_AGREEMENT: "verwerkersovereenkomst met de host",
        ChecklistItem.SELECTION_LIST: "selectielijst, waar de Archiefwet geldt",
        ChecklistItem.SECRECY_LAW: "een jurist heeft bekeken wanneer geheimhouding eindigt",
        ChecklistItem.TELEPHONE_NUMBERS: "elk nummer van de wegwijzer is gebeld",
    },
)
_ENGLISH: Final = LineWords(
    faults="This line cannot be published as it is:",
    posters="Posters and links with the address stay valid.",
    written="The line stands in {folder}.",
    next="Fill in what stands in [[double brackets]], then look: meldpunt line edit {folder}",
    page="See the page in a browser: {page}",
    ready="This line can be published.",
    not_ready="To do before publishing:",
    warnings="Mind:",
    ask="Sign and publish it? [y/N] ",
    how="Nothing was published. To publish: meldpunt line edit {folder} --key-file KEY",
    headings={
        "line.yaml": "The line: names, terms, people.\nFill in what stands in [[double brackets]]."
        " Check it with: meldpunt line edit",
        "form.yaml": "The form: what people are asked.\nEvery text stands in every language of the"
        " line. Only required: true makes a question required.",
        "guide.yaml": "The guide: where somebody can go. It starts at the first node.",
        "procedure.yaml": "The procedure: what happens with a report, and who reads it.",
        "theme.yaml": "The colours and the logo of the page.",
    },
    comments={
        "languages": "The first language is the line's own.",
        "addressForm": "How the Dutch texts address their reader; they were chosen by it.",
        "values": "Filled in once: {organisation} in a text is replaced by what stands here.",
        "contact": "How to reach the line without this service, and at which hours.",
        "readerCount": "How many handlers read a report. Have one handler more.",
        "retention": "How long after its closing a report is erased.",
        "maximumTerm": "How long after its receipt at the latest.",
        "clocks": "What the line promises. Each clock is a step in procedure.yaml.",
        "checkIns": "Days on which reporters are asked how they are.",
        "otherLines": "Other lines, for somebody who trusts nobody here: name and address.",
        "functions": "Functions that this line needs: adviser, contact, investigator, decider,"
        " aftercare.",
        "handlers": "The handlers: name, function, languages, external (true if from outside) and"
        " entry:\nthe file that meldpunt handler init printed.",
        "checklist": "What was settled before publishing. Write a day and a word behind each.",
    },
    checklist="To settle before publishing:",
    settled="[x] {item}: {word}",
    unsettled="[ ] {item}",
    items={
        ChecklistItem.WORKS_COUNCIL: "consent of the works council (WOR article 27)",
        ChecklistItem.CLIENT_COUNCIL: "student or client council",
        ChecklistItem.DPIA: "data protection impact assessment (DPIA)",
        ChecklistItem.DATA_PROTECTION_OFFICER: "advice of the data protection officer",
        ChecklistItem.PROCESSOR_AGREEMENT: "processor agreement with the host",
        ChecklistItem.SELECTION_LIST: "selection list, where archives law applies",
        ChecklistItem.SECRECY_LAW: "a lawyer has looked when secrecy ends",
        ChecklistItem.TELEPHONE_NUMBERS: "somebody has called every number of the guide",
    },
)


def words_in(language: str) -> LineWords:
    """Return the sentences in Dutch (`nl`) or English."""
    return _DUTCH if language == "nl" else _ENGLISH
