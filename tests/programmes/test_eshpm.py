"""ESHPM (Erasmus): help is easy to find, people know what happens, and stories count."""

from collections.abc import Iterator
from typing import Final

import pytest

from meldpunt.protocol.texts.shapes import in_language
from meldpunt.protocol.verify.line_document import Function
from tests.cli.command_line import Secret, person_at_terminal
from tests.presets.contents import filled_in
from tests.programmes.preset_line import PresetLine, dutch, one_host, open_preset_line

PEOPLE: Final = {
    "Noor": Function.CONTACT,
    "Sem": Function.CONTACT,
    "Fatima": Function.AFTERCARE,
}


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PresetLine]:
    with one_host(tmp_path_factory) as host:
        yield open_preset_line(host, "unwanted-behaviour", PEOPLE)


def test_somebody_in_a_hurry_sees_numbers_of_day_and_night_on_every_page(
    line: PresetLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with person_at_terminal(monkeypatch, answers=["2", "1", ""]) as person:
        line.cli.ok("line", "guide", line.cli.address)
    pages = "".join(person.pages)
    assert pages.count("0800-0188") == 3
    assert "Hulp voor studenten" in pages


def test_the_promise_before_is_the_status_after(line: PresetLine) -> None:
    receipt = line.send("report", happened="Ik twijfel of dit erbij hoort.")
    procedure = filled_in("unwanted-behaviour", "je").procedure.found
    assert procedure is not None
    status = line.status(receipt)
    titles = [in_language(step.title, "nl") for step in procedure.steps]
    places = [status.index(title) for title in titles]
    assert places == sorted(places)
    entry = line.newest("Noor")
    line.says("Noor", "acknowledge", entry, "Dank je. Twijfel is genoeg.")
    line.says("Noor", "feedback", entry, "Wij spraken met de opleiding.")
    line.says("Noor", "close", entry, "Je kunt altijd terugkomen.")
    assert "gedaan Wat wij deden" in " ".join(line.status(receipt).split())


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (("Ik wil iets voorkomen", "Iets vragen"), "question"),
        (("Ik wil iets voorkomen", "Eerst met iemand praten"), "talk"),
        (("Ik wil iets voorkomen", "Een verhaal delen"), "story"),
    ],
)
def test_it_is_not_only_protocols(line: PresetLine, path: tuple[str, ...], kind: str) -> None:
    assert line.walk(*path)["report"] == kind


def test_a_story_is_told_on_as_long_as_its_teller_wants(line: PresetLine) -> None:
    receipt = line.send("story", story="Een collega hielp mij, zonder er iets voor te vragen.")
    entry = line.newest("Noor")
    own = (line.cli.address, "--receipt-fd", Secret(receipt))
    line.cli.ok("report", "story", *own[:1], "--give", *own[1:])
    assert "may be told on" in line.read("Noor", entry)
    line.cli.ok("report", "story", own[0], "--withdraw", "--receipt-fd", Secret(receipt))
    assert "may no longer" in line.read("Noor", entry)


def test_training_and_mediation_are_pointed_to(line: PresetLine) -> None:
    node = line.walk("Ik wil iets voorkomen", "Een training")
    assert "report" not in node
    titles = [dutch(each["title"]) for each in node["publications"]]
    assert titles == ["Trainingen, gesprekken en bemiddeling", "Gedragscode"]


def test_a_story_that_was_taken_back_is_taken_down_by_a_day_that_both_see(
    line: PresetLine,
) -> None:
    receipt = line.send("story", story="Het ging mis, en toen goed.")
    entry = line.newest("Noor")
    own = (line.cli.address, "--receipt-fd", Secret(receipt))
    line.cli.ok("report", "story", "--give", *own)
    told = line.cli.run("report", "story", "--withdraw", "--language", "nl", *own).output
    due = told.partition("uiterlijk op ")[2][:10]
    assert f"Het verhaal wordt uiterlijk op {due} weggehaald." in told
    assert f"Dan wordt het uiterlijk op {due} weggehaald" in line.status(receipt)
    assert f"take it down by {due}" in line.read("Noor", entry)
    assert f"take the story down by {due}" in row(line, entry)
    line.cli.ok("handler", "taken-down", *line.cli.key("Noor"), entry)
    assert "weggehaald" not in line.status(receipt)
    assert "take it down: done on" in line.read("Noor", entry)
    assert "take the story down" not in row(line, entry)


def row(line: PresetLine, entry: str) -> str:
    """Return the line of a report in Noor's inbox."""
    inbox = line.cli.ok("handler", "inbox", *line.cli.key("Noor"))
    return next(each for each in inbox.splitlines() if each.startswith(entry))
