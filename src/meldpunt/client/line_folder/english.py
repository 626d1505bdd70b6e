"""The sentences for faults in a line's folder, in English."""

from collections.abc import Mapping
from typing import Final

from meldpunt.client.line_folder.fault_kinds import FaultKind

ENGLISH: Final[Mapping[FaultKind, str]] = {
    FaultKind.FILE_MISSING: "this file is missing",
    FaultKind.FILE_UNREADABLE: "this file cannot be read",
    FaultKind.FILE_SIZE: "this file is over {most} KiB",
    FaultKind.FILE_ENCODING: "this is not UTF-8: save the file as UTF-8",
    FaultKind.YAML_TAB: "a tab stands here: indent with spaces",
    FaultKind.YAML_CHARACTER: "an invisible character stands here: take it out",
    FaultKind.YAML_COLON: (
        "a colon stands inside a text without quotes, or this line is indented too far: put the"
        " text in quotes"
    ),
    FaultKind.YAML_NO_COLON: "a colon and a space are missing, after a name or one line higher",
    FaultKind.YAML_INDENTATION: (
        "this does not fit what stands above: check the indentation; a text with a colon, or one"
        " that begins with a bracket or a brace, needs quotes"
    ),
    FaultKind.YAML_OPEN: "a quote, bracket or brace that opens here is never closed",
    FaultKind.YAML_START: "a text cannot begin with this character: put it in quotes",
    FaultKind.YAML_ESCAPE: (
        "a backslash between double quotes has a meaning of its own: use single quotes"
    ),
    FaultKind.YAML_SYNTAX: "this cannot be read as YAML: check indentation, quotes and colons",
    FaultKind.YAML_ANCHOR: "references (&, *, <<) are not used here: write the text out",
    FaultKind.YAML_TAG: "a tag (!) is not used here: take it out, or put the text in quotes",
    FaultKind.YAML_DOCUMENTS: "a file holds one document, without --- in the middle and without %",
    FaultKind.YAML_ROOT: "this file does not begin with names, such as 'questions:'",
    FaultKind.YAML_KEY: (
        "the name before a colon is a list or a mapping: put a text that begins with a bracket in"
        " quotes"
    ),
    FaultKind.YAML_TOO_MUCH: "too much stands in here, or too deep",
    FaultKind.DUPLICATE_KEY: "'{name}' stands here twice: before in line {line}",
    FaultKind.UNKNOWN: "'{name}' is not known here; known are: {known}",
    FaultKind.MISSING: "'{name}' is missing",
    FaultKind.EMPTY: "nothing stands behind '{name}': fill it in, or take it out",
    FaultKind.WANTS_TEXT: (
        "a text is wanted here; one that begins with a bracket or a brace needs quotes"
    ),
    FaultKind.WANTS_LIST: "a list is wanted here: lines that begin with a dash",
    FaultKind.WANTS_MAPPING: "names with values are wanted here, such as 'id: story'",
    FaultKind.WANTS_LANGUAGES: "a text in each language is wanted here, such as 'nl: …'",
    FaultKind.WANTS_FLAG: "write true or false",
    FaultKind.WANTS_NUMBER: "a whole number is wanted here",
    FaultKind.WANTS_TERM: "write a term as P14D, P6W, P2M or P1Y: days, weeks, months or years",
    FaultKind.WANTS_DAY: "write a day as 2026-03-31",
    FaultKind.WANTS_ONE_OF: "write one of: {known}",
    FaultKind.WANTS_ID: (
        "a name for programs begins with a small letter, and has letters, digits and hyphens, at"
        " most 40"
    ),
    FaultKind.WANTS_TASK: (
        "the name of a task begins with a small letter and has letters alone, at most 36: a label"
        " of handlers is named after it"
    ),
    FaultKind.LIST_EMPTY: "this list is empty: put something in, or take its name away too",
    FaultKind.TEXT_LENGTH: "a text has 1 to {most} characters",
    FaultKind.TEXT_EMPTY: "this text is empty",
    FaultKind.LIST_LENGTH: "this list has {least} to {most} items",
    FaultKind.NUMBER_RANGE: "write a number from {least} to {most}",
    FaultKind.TELEPHONE: "a telephone number has digits, spaces, + - / ( ), 3 to 30 characters",
    FaultKind.EMAIL: "this is not a mail address",
    FaultKind.WEB_ADDRESS: "a web address begins with https:// and has no spaces",
    FaultKind.LINE_ADDRESS: (
        "this is not the address of a line, such as https://report.example/v1/lines/…"
    ),
    FaultKind.LANGUAGE_TAG: "write a language as nl, en or nl-simple",
    FaultKind.FORM: "this has another form than is known here",
    FaultKind.LANGUAGE_MISSING: "the text in '{language}' is missing",
    FaultKind.LANGUAGE_EXTRA: "'{language}' is not a language of this line: {known}",
    FaultKind.LANGUAGE_TWICE: "'{language}' stands twice among the languages",
    FaultKind.VALUE_UNKNOWN: "{{{name}}} is not among the values of line.yaml",
    FaultKind.VALUE_UNASKED: "this line asks for no '{name}'; it asks for: {known}",
    FaultKind.VALUE_MISSPELT: "this line asks for no '{name}'. Do you mean '{near}'?",
    FaultKind.PLACEHOLDER: "still to fill in: {name}",
    FaultKind.EXAMPLE: "'{name}' is an example: put your own in its place",
    FaultKind.ID_TWICE: "the id '{name}' stands here twice: before in line {line}",
    FaultKind.KIND_UNKNOWN: "there is no kind '{name}' in form.yaml; there are: {known}",
    FaultKind.PAGE_UNKNOWN: "there is no page '{name}'; there are: {known}",
    FaultKind.PAGE_MISSING: "the form has pages, so this question must name its 'page'",
    FaultKind.PAGE_ORDER: "this question stands on page '{name}', but follows one of a later page",
    FaultKind.CONDITION_UNKNOWN: "there is no question '{name}'",
    FaultKind.CONDITION_LATER: (
        "a condition can only name an earlier question; '{name}' is asked in line {line}"
    ),
    FaultKind.CONDITION_TYPE: "a condition names a question with options; '{name}' has none",
    FaultKind.CONDITION_OPTION: "the question '{question}' has no option '{name}'; it has: {known}",
    FaultKind.CONDITION_FORM: "a condition has either 'in' or 'notIn'",
    FaultKind.OPTIONS_WANTED: "a question of type '{type}' has options",
    FaultKind.OPTIONS_UNWANTED: "a question of type '{type}' has no options",
    FaultKind.NOT_BEFORE_DATE: "the purpose notBefore goes with a question of type 'date'",
    FaultKind.FILES_REQUIRED: "files cannot be required",
    FaultKind.NODE_UNKNOWN: "there is no node '{name}' to lead to",
    FaultKind.NODE_CIRCLE: "the choices lead in a circle: {path}",
    FaultKind.NODE_UNREACHED: "no choice leads to '{name}'",
    FaultKind.NODE_DOORS: "a node with choices has no door: 'report' and 'line' belong to advice",
    FaultKind.STEP_BOTH: "a step names a clock or a tag, not both",
    FaultKind.CLOCK_UNKNOWN: "there is no clock '{name}' in line.yaml; there are: {known}",
    FaultKind.CLOCK_UNTOLD: (
        "no step of procedure.yaml names this clock '{name}': people must see what is promised"
    ),
    FaultKind.CLOCK_IMPOSSIBLE: (
        "no report can meet this clock: 'receipt' goes with 'received', 'reopened' with"
        " 'feedback', both without startsNoLaterThan"
    ),
    FaultKind.CLOCK_BACKWARDS: "this clock starts with what meets it, so it is never due",
    FaultKind.CLOCK_PAST_MAXIMUM: (
        "this term is longer than a report is kept ({most}): the report is erased before it is due"
    ),
    FaultKind.CHECK_IN_PAST: (
        "this day comes after the report is erased ({most}): shorten the term, or keep reports"
        " longer"
    ),
    FaultKind.STORY_TERM_PAST: (
        "a closed report is erased before this term ends ({most}): nobody could say that the story"
        " is taken down; shorten the term, or keep reports longer"
    ),
    FaultKind.CONTRAST: (
        "words cannot be read in these colours: {pair} has a contrast of {found}, and needs {least}"
    ),
    FaultKind.COLOUR: "write a colour in quotes, as '#1a2b3c': six digits in small letters",
    FaultKind.LOGO: "the logo is not a PNG or JPEG picture of at most 64 KiB",
    FaultKind.FUNCTION_CLASH: (
        "{name} is adviser and {other}: whoever advises never investigates or decides"
    ),
    FaultKind.FUNCTION_NOBODY: "nobody among the handlers has the function '{name}'",
    FaultKind.HANDLER_TWICE: "{name} stands here twice: before in line {line}",
    FaultKind.HANDLER_UNLISTED: (
        "{name} is no handler of this line: give their entry, or take them out"
    ),
    FaultKind.ENTRY_FILE: (
        "'{name}' is no public entry of a handler, as meldpunt handler init prints it"
    ),
    FaultKind.TEXT_FILE: "'{name}' cannot be read, or is over 256 KiB",
    FaultKind.PAGE_MANIFEST: "'{name}' is no manifest of a page",
    FaultKind.OUTSIDE_UNREACHABLE: (
        "the door outside the office has no telephone number, mail or web address"
    ),
    FaultKind.KEPT_IN_WORDS: (
        "the texts promise '{name}' here, and '{other}' says {most}: make them the same"
    ),
    FaultKind.PIECE_UNKNOWN: "there is no common piece '{name}'",
    FaultKind.DECISION_OF_CONTACT: "six weeks to decide is a committee's clock, not a contact's",
    FaultKind.FEW_HANDLERS: (
        "there are {count} handlers for {readers} readers of a report: have one more, so that"
        " nobody can tell who was left out"
    ),
    FaultKind.TOO_FEW_HANDLERS: (
        "there are {count} handlers, and a report should have {readers} readers: nobody can be left"
        " out, and nobody takes over when somebody is ill"
    ),
    FaultKind.CLOCK_UNVERIFIED: "the source of the clock '{name}' could not be verified",
}
