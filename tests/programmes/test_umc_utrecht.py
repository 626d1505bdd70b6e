"""UMC Utrecht, "Dit zijn wij": four kinds of integrity, and help that each audience finds."""

from collections.abc import Iterator
from typing import Final

import pytest

from meldpunt.protocol.verify.line_document import Function
from tests.programmes.preset_line import (
    PresetLine,
    contacts,
    dutch,
    one_host,
    open_preset_line,
)

PEOPLE: Final = {
    "Noor": Function.CONTACT,
    "Sem": Function.CONTACT,
    "Fatima": Function.AFTERCARE,
}


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PresetLine]:
    with one_host(tmp_path_factory) as host:
        yield open_preset_line(host, "unwanted-behaviour", PEOPLE)


@pytest.mark.parametrize(
    ("path", "first"),
    [
        (("Ik maakte", "Patiënt"), "Klachtenfunctionaris"),
        (("Ik maakte", "Student"), "Vertrouwenspersoon voor studenten"),
        (("Ik maakte", "Promovendus"), "Vertrouwenspersoon buiten het promotieteam"),
        (("Ik maakte", "Medewerker"), "Vertrouwenspersoon voor medewerkers"),
        (("Ik maakte", "Burger"), "Klachten van buiten"),
        (("Ik zag", "Ik was erbij"), "Dit meldpunt"),
        (("Ik ging misschien",), "Adviseur voor wie beschuldigd wordt"),
        (("Ik ben nu niet veilig",), "Alarmnummer 112"),
        (("Het gaat over het bestuur",), "Ombudspersoon Voorbeeld"),
    ],
)
def test_each_audience_reaches_its_own_help_without_a_key(
    line: PresetLine, path: tuple[str, ...], first: str
) -> None:
    assert contacts(line.walk(*path))[0] == first


def test_a_manager_reads_what_to_do_and_where_the_rules_are(line: PresetLine) -> None:
    node = line.walk("Ik zag", "Ik ben leidinggevende")
    told = dutch(node["text"])
    assert "Beloof geen geheimhouding" in told
    assert "Onderzoek niet zelf" in told
    toolkit = {dutch(each["title"]): each for each in node["publications"]}
    assert set(toolkit) == {"Gedragscode", "Klachtenregeling"}
    assert all(each["version"] for each in toolkit.values())


@pytest.mark.parametrize(
    ("kind", "door"),
    [
        ("Hoe mensen met elkaar omgaan", "Dit meldpunt"),
        ("Onderzoek", "Vertrouwenspersoon wetenschappelijke integriteit"),
        ("Geld", "Meldpunt integriteit en misstanden"),
        ("Hoe iemand zijn vak", "Klachtenfunctionaris"),
    ],
)
def test_each_of_four_kinds_of_integrity_has_its_door(
    line: PresetLine, kind: str, door: str
) -> None:
    assert contacts(line.walk("Het gaat over iets anders", kind))[0] == door


@pytest.mark.parametrize(
    ("role", "told"),
    [
        ("happenedToMe", "Het overkwam mij"),
        ("saw", "Ik zag het"),
        ("heard", "Ik hoorde ervan"),
        ("manager", "Ik ben leidinggevende"),
        ("maybeTooFar", "Ik ging misschien te ver"),
        ("forSomebody", "Ik schrijf voor een ander"),
    ],
)
def test_whoever_writes_says_what_they_are_in_it(line: PresetLine, role: str, told: str) -> None:
    line.send("report", happened="Er werd geroepen.", role=[role], audience="patient")
    read = line.read("Noor", line.newest("Noor"))
    assert told in read
    assert "Patiënt of cliënt" in read


def test_a_question_without_names_is_welcome(line: PresetLine) -> None:
    line.send("question", asked="Mag een arts mij zo noemen?")
    assert "Mag een arts mij zo noemen?" in line.read("Noor", line.newest("Noor"))


@pytest.mark.xfail(
    reason="Handlers are not told by mail that something came.", raises=AssertionError, strict=True
)
def test_handlers_hear_that_something_came(line: PresetLine) -> None:
    assert line.cli.run("handler", "notify", "--help").exit_code == 0
