"""The words of the presets: je and u, plain Dutch that is plain, words that nobody should meet."""

import re
from collections import defaultdict
from typing import Final

import pytest

from tests.presets.contents import NAMES, Said, said
from tests.presets.readability import EASY, MOST_WORDS, readability, sentences, syllables

ALL: Final = tuple(said())
JE: Final = re.compile(r"\b(je|jij|jou|jouw|jezelf|jullie)\b", re.IGNORECASE)
U: Final = re.compile(r"\b(u|uw|uzelf)\b", re.IGNORECASE)
INFORMAL_VERB: Final = re.compile(r"\b(ben|kun|heb|wil|mag je|vind|word|krijg|weet je|loop) u\b")
"""Verbs that were not turned with their pronoun."""
VALUE: Final = re.compile(r"\{[a-z-]+\}")

NEVER: Final = {
    "nl": r"slachtoffers?|daders?|behandelaars?|meldcodes?|ontvangstcodes?|represailles?|tickets?"
    r"|kantoor|toelating|zaak|aangeklaagde",
    "en": r"victims?|perpetrators?|allegations?|whistleblowers?|tickets?|culprits?",
}
"""Words that hurt, frighten, or mean something else to whoever reads them."""
KNOWN_LONG_WORDS: Final = {
    "vertrouwenspersoon",
    "vertrouwenspersonen",
    "contactpersonen",
    "klachtenfunctionaris",
    "klachtencommissie",
    "zelfmoordpreventie",
    "organisatie",
    "universiteit",
    "discriminatie",
    "intimidatie",
    "nationale",
    "officiële",
}
"""Names of people and places that a door must say. Every other word of plain Dutch is short."""


def in_languages(*languages: str) -> list[tuple[str, str, str]]:
    return [
        (each.where, language, each.texts[language])
        for each in ALL
        for language in languages
        if language in each.texts
    ]


def test_every_text_is_in_every_language() -> None:
    missing = {each.where for each in ALL if not {"nl", "en", "nl-simple"} <= set(each.texts)}
    assert missing == set()


@pytest.mark.parametrize("language", ["nl", "nl-simple"])
def test_a_text_with_je_has_a_form_with_u_and_the_reverse(language: str) -> None:
    def is_wrong(each: Said) -> bool:
        informal, formal = each.texts[language], each.texts.get(f"{language}-u")
        if U.search(informal):
            return True
        if formal is None:
            return bool(JE.search(informal))
        return bool(JE.search(formal) or INFORMAL_VERB.search(formal)) or not U.search(formal)

    assert [each.where for each in ALL if is_wrong(each)] == []


def test_the_two_forms_of_address_say_the_same() -> None:
    """They have the same sentences and values: no promise is made to one reader only."""

    def shape(text: str) -> tuple[int, list[str]]:
        return len(sentences(text)), sorted(VALUE.findall(text))

    pairs = [
        (each.where, each.texts[language], each.texts[f"{language}-u"])
        for each in ALL
        for language in ("nl", "nl-simple")
        if f"{language}-u" in each.texts
    ]
    assert len(pairs) > 400
    assert [where for where, je, u in pairs if shape(je) != shape(u)] == []


@pytest.mark.parametrize(("language", "most"), [("nl-simple", MOST_WORDS), ("nl", 20), ("en", 20)])
def test_sentences_are_short(language: str, most: int) -> None:
    long = [
        (where, " ".join(words))
        for where, _, text in in_languages(language)
        for words in sentences(VALUE.sub("Naam", text))
        if len(words) > most
    ]
    assert long == []


@pytest.mark.parametrize("language", ["nl-simple", "nl-simple-u"])
@pytest.mark.parametrize("name", [*NAMES, "common"])
def test_plain_dutch_is_easy_to_read(name: str, language: str) -> None:
    texts = [
        VALUE.sub("Naam", text)
        for where, _, text in in_languages(language)
        if where.startswith((f"{name}/", f"{name}.")) and len(text.split()) > 4  # labels are names
    ]
    assert len(texts) > 5
    assert readability(texts) > EASY


def test_plain_dutch_has_few_long_words() -> None:
    found = defaultdict(set)
    for where, _, text in in_languages("nl-simple", "nl-simple-u"):
        for word in re.findall(r"[^\W\d_][\w’'-]*", VALUE.sub("", text)):
            if syllables(word) > 4 and word.lower() not in KNOWN_LONG_WORDS:
                found[word.lower()].add(where)
    assert found == {}


def test_the_measure_knows_an_easy_sentence_from_one_of_an_office() -> None:
    office = (
        "Indien de desbetreffende functionaris de ontvankelijkheid van de ingediende klacht heeft"
        " vastgesteld, wordt betrokkene onverwijld in de gelegenheid gesteld te reageren."
    )
    assert readability([office]) < 30
    assert readability(["Wij lezen wat je schrijft. Daarna hoor je van ons."]) > EASY
    assert [syllables(word) for word in ("over", "ruzie", "vertrouwen", "idee", "eerst")] == [
        2,
        2,
        3,
        2,
        1,
    ]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_words_that_hurt_or_mislead_do_not_occur(language: str) -> None:
    never = re.compile(rf"\b({NEVER[language]})\b", re.IGNORECASE)
    languages = [key for key in ("nl", "nl-u", "nl-simple", "nl-simple-u") if language == "nl"]
    found = [
        (where, never.findall(text)) for where, _, text in in_languages(*(languages or [language]))
    ]
    allowed = {"Whistleblowers"}  # the English name of an authority
    assert [(where, words) for where, words in found if set(words) - allowed] == []


def test_a_report_is_called_a_complaint_only_where_it_is_one() -> None:
    """A complaint is a formal one. What somebody tells a line is a report."""
    complaint = re.compile(r"\bklacht\b", re.IGNORECASE)
    formal = re.compile(r"officiële klacht|klacht (in te )?(dienen|indien|indienen|sturen|stuurt?)")
    lines = ("unwanted-behaviour/", "aggression-by-public/", "contact-point/", "ombuds-informal/")
    found = [
        where
        for where, _, text in in_languages("nl", "nl-u", "nl-simple", "nl-simple-u")
        if where.startswith(lines)
        and "form.yaml" in where
        and complaint.search(formal.sub("", text))
    ]
    assert found == []
