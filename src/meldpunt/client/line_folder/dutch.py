"""The sentences for faults in a line's folder, in Dutch."""

from collections.abc import Mapping
from typing import Final

from meldpunt.client.line_folder.fault_kinds import FaultKind

DUTCH: Final[Mapping[FaultKind, str]] = {
    FaultKind.FILE_MISSING: "dit bestand ontbreekt",
    FaultKind.FILE_UNREADABLE: "dit bestand is niet te lezen",
    FaultKind.FILE_SIZE: "dit bestand is groter dan {most} KiB",
    FaultKind.FILE_ENCODING: "dit is geen UTF-8: sla het bestand op als UTF-8",
    FaultKind.YAML_TAB: "hier staat een tab: spring in met spaties",
    FaultKind.YAML_CHARACTER: "hier staat een onzichtbaar teken: haal het weg",
    FaultKind.YAML_COLON: (
        "er staat een dubbele punt in een tekst zonder aanhalingstekens, of deze regel springt te"
        " ver in: zet de tekst tussen aanhalingstekens"
    ),
    FaultKind.YAML_NO_COLON: (
        "een dubbele punt met een spatie ontbreekt, achter een naam of één regel hoger"
    ),
    FaultKind.YAML_INDENTATION: (
        "dit past niet bij wat erboven staat: kijk naar de inspringing; een tekst met een dubbele"
        " punt, of een die begint met een haakje of accolade, hoort tussen aanhalingstekens"
    ),
    FaultKind.YAML_OPEN: "een aanhalingsteken, haakje of accolade gaat hier open en nergens dicht",
    FaultKind.YAML_START: (
        "een tekst kan niet met dit teken beginnen: zet haar tussen aanhalingstekens"
    ),
    FaultKind.YAML_ESCAPE: (
        "een schuine streep naar achteren betekent iets tussen dubbele aanhalingstekens: gebruik"
        " enkele"
    ),
    FaultKind.YAML_SYNTAX: (
        "dit is niet als YAML te lezen: kijk naar inspringing, aanhalingstekens en dubbele punten"
    ),
    FaultKind.YAML_ANCHOR: "verwijzingen (&, *, <<) kunnen hier niet: schrijf de tekst voluit",
    FaultKind.YAML_TAG: (
        "een type (!) kan hier niet: haal het weg, of zet de tekst tussen aanhalingstekens"
    ),
    FaultKind.YAML_DOCUMENTS: "een bestand bevat één document, zonder --- halverwege en zonder %",
    FaultKind.YAML_ROOT: "dit bestand begint niet met namen, zoals 'questions:'",
    FaultKind.YAML_KEY: (
        "de naam voor een dubbele punt is een lijst of een groep: zet een tekst die begint met"
        " een haakje tussen aanhalingstekens"
    ),
    FaultKind.YAML_TOO_MUCH: "hier staat te veel in, of te diep",
    FaultKind.DUPLICATE_KEY: "'{name}' staat hier twee keer: ook al in regel {line}",
    FaultKind.UNKNOWN: "'{name}' kennen wij hier niet; wel: {known}",
    FaultKind.MISSING: "'{name}' ontbreekt",
    FaultKind.EMPTY: "er staat niets achter '{name}': vul het in, of haal het weg",
    FaultKind.WANTS_TEXT: (
        "hier hoort een tekst; begint die met een haakje of accolade, gebruik dan aanhalingstekens"
    ),
    FaultKind.WANTS_LIST: "hier hoort een lijst: regels die beginnen met een streepje",
    FaultKind.WANTS_MAPPING: "hier horen namen met waarden, zoals 'id: story'",
    FaultKind.WANTS_LANGUAGES: "hier hoort een tekst in elke taal, zoals 'nl: …'",
    FaultKind.WANTS_FLAG: "schrijf true of false",
    FaultKind.WANTS_NUMBER: "hier hoort een heel getal",
    FaultKind.WANTS_TERM: (
        "schrijf een termijn als P14D, P6W, P2M of P1Y: dagen, weken, maanden of jaren"
    ),
    FaultKind.WANTS_DAY: "schrijf een dag als 2026-03-31",
    FaultKind.WANTS_ONE_OF: "schrijf een van: {known}",
    FaultKind.WANTS_ID: (
        "een naam voor programma's begint met een kleine letter, en heeft letters, cijfers en"
        " streepjes, hoogstens 40"
    ),
    FaultKind.WANTS_TASK: (
        "de naam van een taak begint met een kleine letter en heeft alleen letters, hoogstens 36:"
        " een label van de ontvangers heet ernaar"
    ),
    FaultKind.LIST_EMPTY: "deze lijst is leeg: zet er iets in, of haal ook de naam weg",
    FaultKind.TEXT_LENGTH: "een tekst heeft 1 tot {most} tekens",
    FaultKind.TEXT_EMPTY: "deze tekst is leeg",
    FaultKind.LIST_LENGTH: "deze lijst heeft {least} tot {most} onderdelen",
    FaultKind.NUMBER_RANGE: "schrijf een getal van {least} tot {most}",
    FaultKind.TELEPHONE: "een telefoonnummer heeft cijfers, spaties, + - / ( ), 3 tot 30 tekens",
    FaultKind.EMAIL: "dit is geen e-mailadres",
    FaultKind.WEB_ADDRESS: "een webadres begint met https:// en heeft geen spaties",
    FaultKind.LINE_ADDRESS: (
        "dit is geen adres van een meldpunt, zoals https://report.example/v1/lines/…"
    ),
    FaultKind.LANGUAGE_TAG: "schrijf een taal als nl, en of nl-simple",
    FaultKind.FORM: "dit heeft een andere vorm dan hier bekend is",
    FaultKind.LANGUAGE_MISSING: "de tekst in '{language}' ontbreekt",
    FaultKind.LANGUAGE_EXTRA: "'{language}' is geen taal van dit meldpunt: {known}",
    FaultKind.LANGUAGE_TWICE: "'{language}' staat twee keer bij de talen",
    FaultKind.VALUE_UNKNOWN: "{{{name}}} staat niet bij de waarden (values) van line.yaml",
    FaultKind.VALUE_UNASKED: "dit meldpunt vraagt niet om '{name}', wel om: {known}",
    FaultKind.VALUE_MISSPELT: "dit meldpunt vraagt niet om '{name}'. Bedoel je '{near}'?",
    FaultKind.PLACEHOLDER: "nog in te vullen: {name}",
    FaultKind.EXAMPLE: "'{name}' is een voorbeeld: zet er je eigen gegevens neer",
    FaultKind.ID_TWICE: "het id '{name}' staat hier twee keer: ook al in regel {line}",
    FaultKind.KIND_UNKNOWN: "er is geen soort '{name}' in form.yaml; wel: {known}",
    FaultKind.PAGE_UNKNOWN: "er is geen pagina '{name}'; wel: {known}",
    FaultKind.PAGE_MISSING: "het formulier heeft pagina's, dus deze vraag moet haar 'page' noemen",
    FaultKind.PAGE_ORDER: (
        "deze vraag staat op pagina '{name}', maar komt na een vraag van een latere pagina"
    ),
    FaultKind.CONDITION_UNKNOWN: "er is geen vraag '{name}'",
    FaultKind.CONDITION_LATER: (
        "een voorwaarde kan alleen een eerdere vraag noemen; '{name}' komt in regel {line}"
    ),
    FaultKind.CONDITION_TYPE: (
        "een voorwaarde noemt een vraag met antwoorden om te kiezen; '{name}' heeft die niet"
    ),
    FaultKind.CONDITION_OPTION: "de vraag '{question}' heeft geen antwoord '{name}'; wel: {known}",
    FaultKind.CONDITION_FORM: "een voorwaarde heeft 'in' of 'notIn', niet beide",
    FaultKind.OPTIONS_WANTED: "een vraag van type '{type}' heeft antwoorden om te kiezen (options)",
    FaultKind.OPTIONS_UNWANTED: (
        "een vraag van type '{type}' heeft geen antwoorden om te kiezen (options)"
    ),
    FaultKind.NOT_BEFORE_DATE: "het doel notBefore hoort bij een vraag van type 'date'",
    FaultKind.FILES_REQUIRED: "bestanden kunnen niet verplicht zijn",
    FaultKind.NODE_UNKNOWN: "er is geen onderdeel '{name}' om naartoe te gaan",
    FaultKind.NODE_CIRCLE: "de keuzes lopen in een kring: {path}",
    FaultKind.NODE_UNREACHED: "geen keuze leidt naar '{name}'",
    FaultKind.NODE_DOORS: (
        "een onderdeel met keuzes heeft geen deur: 'report' en 'line' horen bij een advies"
    ),
    FaultKind.STEP_BOTH: "een stap noemt een klok (clock) of een soort bericht (tag), niet beide",
    FaultKind.CLOCK_UNKNOWN: "er is geen klok '{name}' in line.yaml; wel: {known}",
    FaultKind.CLOCK_UNTOLD: (
        "geen stap in procedure.yaml noemt deze klok '{name}': mensen moeten zien wat is beloofd"
    ),
    FaultKind.CLOCK_IMPOSSIBLE: (
        "geen melding kan aan deze klok voldoen: 'receipt' hoort bij 'received', 'reopened' bij"
        " 'feedback', beide zonder startsNoLaterThan"
    ),
    FaultKind.CLOCK_BACKWARDS: "deze klok begint met wat haar stopt, dus loopt zij nooit af",
    FaultKind.CLOCK_PAST_MAXIMUM: (
        "deze termijn is langer dan een melding wordt bewaard ({most}): zij is dan al gewist"
    ),
    FaultKind.CHECK_IN_PAST: (
        "deze dag valt nadat de melding is gewist ({most}): maak de termijn korter, of bewaar"
        " meldingen langer"
    ),
    FaultKind.STORY_TERM_PAST: (
        "een gesloten melding is gewist voordat deze termijn om is ({most}): dan kan niemand meer"
        " zeggen dat het verhaal weg is; maak de termijn korter, of bewaar meldingen langer"
    ),
    FaultKind.CONTRAST: (
        "woorden zijn niet te lezen in deze kleuren: {pair} heeft een contrast van {found}, en"
        " moet {least} hebben"
    ),
    FaultKind.COLOUR: (
        "schrijf een kleur tussen aanhalingstekens, als '#1a2b3c': zes tekens, kleine letters"
    ),
    FaultKind.LOGO: "het logo is geen PNG- of JPEG-plaatje van hoogstens 64 KiB",
    FaultKind.FUNCTION_CLASH: (
        "{name} is vertrouwenspersoon (adviser) en {other}: wie adviseert, onderzoekt of beslist"
        " nooit"
    ),
    FaultKind.FUNCTION_NOBODY: "niemand van de ontvangers heeft de functie '{name}'",
    FaultKind.HANDLER_TWICE: "{name} staat hier twee keer: ook al in regel {line}",
    FaultKind.HANDLER_UNLISTED: (
        "{name} is geen ontvanger van dit meldpunt: geef hun gegevens (entry), of haal hen weg"
    ),
    FaultKind.ENTRY_FILE: (
        "'{name}' is geen openbaar deel van een ontvanger, zoals meldpunt handler init dat geeft"
    ),
    FaultKind.TEXT_FILE: "'{name}' is niet te lezen, of groter dan 256 KiB",
    FaultKind.PAGE_MANIFEST: "'{name}' is geen lijst van bestanden van een pagina",
    FaultKind.OUTSIDE_UNREACHABLE: (
        "de deur buiten het beheer heeft geen telefoonnummer, e-mail- of webadres"
    ),
    FaultKind.KEPT_IN_WORDS: (
        "de teksten beloven hier '{name}', en '{other}' zegt {most}: maak ze gelijk"
    ),
    FaultKind.PIECE_UNKNOWN: "er is geen gezamenlijk stuk '{name}'",
    FaultKind.DECISION_OF_CONTACT: (
        "zes weken om te beslissen is een klok van een commissie, niet van een contactpunt"
    ),
    FaultKind.FEW_HANDLERS: (
        "er zijn {count} ontvangers voor {readers} lezers van een melding: neem er één meer, dan"
        " ziet niemand wie is weggelaten"
    ),
    FaultKind.TOO_FEW_HANDLERS: (
        "er zijn {count} ontvangers, en een melding hoort {readers} lezers te hebben: niemand kan"
        " worden weggelaten, en bij ziekte neemt niemand het over"
    ),
    FaultKind.CLOCK_UNVERIFIED: "de bron van de klok '{name}' is niet nagegaan",
}
