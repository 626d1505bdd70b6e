"""Amsterdam: protection of who reports, feedback, independence, quick and restorative follow-up."""

from collections.abc import Iterator
from typing import Final

import pytest

from meldpunt.protocol.verify.line_document import Function
from tests.cli.command_line import CommandLine, Secret
from tests.programmes.preset_line import PresetLine, contacts, dutch, one_host, open_preset_line

PEOPLE: Final = {
    "Noor": Function.CONTACT,
    "Sem": Function.CONTACT,
    "Fatima": Function.AFTERCARE,
}


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandLine]:
    with one_host(tmp_path_factory) as made:
        yield made


@pytest.fixture(scope="module")
def line(host: CommandLine) -> PresetLine:
    return open_preset_line(host, "unwanted-behaviour", PEOPLE)


@pytest.fixture(scope="module")
def complaints(host: CommandLine) -> PresetLine:
    people = {"Klacht": Function.CONTACT, "Bestuur": Function.DECIDER}
    return open_preset_line(host, "awb-complaint", people, "u")


def steps(line: PresetLine, receipt: str) -> str:
    return " ".join(line.status(receipt).split())


def test_nobody_closes_before_they_said_what_they_did(line: PresetLine) -> None:
    receipt = line.send("report", happened="De chef schreeuwt.", wish=["stop"])
    entry = line.newest("Noor")
    line.says("Noor", "acknowledge", entry, "Wij lazen het.")
    closed = line.cli.run("handler", "close", *line.cli.key("Noor"), entry, "-", text="Klaar.")
    assert closed.exit_code == 1
    line.says("Noor", "feedback", entry, "Er is een gesprek geweest.")
    line.says("Noor", "close", entry, "Goed dat u schreef.")
    assert "gedaan Afsluiten" in steps(line, receipt)


def test_a_late_answer_is_seen_by_who_waits_and_beside_it_a_door_outside(line: PresetLine) -> None:
    receipt = line.send("report", happened="Al een jaar lang.")
    entry = line.newest("Noor")
    line.cli.clock.pass_days(7)
    assert "TE LAAT Eerste reactie van een mens" in steps(line, receipt)
    assert "Ombudspersoon Voorbeeld: 030 555 00 00" in steps(line, receipt)
    line.says("Noor", "acknowledge", entry, "Sorry dat u moest wachten.")
    assert "Ombudspersoon Voorbeeld" not in steps(line, receipt)


def test_who_is_worse_off_reopens_and_asks_for_somebody_else(line: PresetLine) -> None:
    receipt = line.send("report", "--reader", "Noor", "--reader", "Sem", happened="Weer hetzelfde.")
    entry = line.newest("Noor")
    for what in ("acknowledge", "feedback", "close"):
        line.says("Noor", what, entry, "Zo deden wij het.")
    line.cli.clock.pass_days(14)
    assert "Hoe gaat het nu met je?" in line.status(receipt)
    own = (line.cli.address, "disadvantaged", "--receipt-fd", Secret(receipt))
    line.cli.ok("report", "check-in", *own, "--another-reader")
    told = steps(line, receipt)
    assert "NU Als het weer opengaat: uiterlijk" in told
    assert "WORSE OFF because they reported" in line.read("Noor", entry)


def test_who_is_worse_off_while_it_is_open_is_owed_an_answer_by_a_day_that_both_see(
    line: PresetLine,
) -> None:
    receipt = line.send("report", "--reader", "Noor", "--reader", "Sem", happened="Het gaat door.")
    entry = line.newest("Noor")
    line.says("Noor", "acknowledge", entry, "Wij lazen het.")
    line.says("Noor", "feedback", entry, "Wij spraken de chef.")
    own = (line.cli.address, "disadvantaged", "--receipt-fd", Secret(receipt))
    told = line.cli.run("report", "check-in", *own, "--language", "nl").output
    due = told.partition("uiterlijk op ")[2][:10]
    assert f"Dan komt er antwoord, uiterlijk op {due}" in steps(line, receipt)
    assert f"answer by {due}" in line.read("Noor", entry)
    assert f"worse off because they reported: answer by {due}" in row(line, entry)
    line.cli.clock.pass_days(14)
    assert f"uiterlijk op {due} - TE LAAT" in steps(line, receipt)
    assert "Ombudspersoon Voorbeeld" in steps(line, receipt)
    assert "OVERDUE Worse off" in " ".join(line.read("Noor", entry).split())
    line.says("Noor", "feedback", entry, "De chef heeft nu een andere afdeling.")
    assert f"uiterlijk op {due}" not in steps(line, receipt)
    assert "Ombudspersoon Voorbeeld" not in steps(line, receipt)
    assert "worse off" not in row(line, entry)


def row(line: PresetLine, entry: str) -> str:
    """Return the line of a report in Noor's inbox."""
    inbox = line.cli.ok("handler", "inbox", *line.cli.key("Noor"))
    return next(each for each in inbox.splitlines() if each.startswith(entry))


def test_follow_up_can_restore(line: PresetLine) -> None:
    entry = line.entries("Noor")[0]
    label = ("handler", "label", *line.cli.key("Noor"), entry, "--outcome")
    for outcome in ("conversation", "apology", "agreement", "mediation", "aftercare"):
        line.cli.ok(*label, outcome)
    assert "one of: conversation" in line.cli.run(*label, "punishment").output


def test_until_another_line_says_yes_the_first_one_stays_responsible(
    line: PresetLine, complaints: PresetLine
) -> None:
    receipt = line.send("report", "--reader", "Noor", "--reader", "Sem", happened="Geef het door.")
    line.newest("Noor")
    to = ("--to", complaints.cli.address, "--reader", "Klacht", "--yes", "-")
    own = (line.cli.address, "--receipt-fd", Secret(receipt))
    line.cli.ok("report", "hand-over", *own, *to, text="Maak hier een klacht van.")
    answered = line.status(receipt).partition("Antwoordt:")[2].splitlines()[0]
    assert "Meldpunt ongewenst gedrag Voorbeeld" in answered
    complaints.says("Klacht", "refuse", complaints.newest("Klacht"), "Dit hoort bij u.")
    answered = line.status(receipt).partition("Antwoordt:")[2].splitlines()[0]
    assert "Meldpunt ongewenst gedrag Voorbeeld" in answered


def test_a_citizen_may_talk_without_the_other_hearing_of_it(complaints: PresetLine) -> None:
    node = complaints.walk("Iemand behandelde", "De ander mag niet weten")
    assert node["report"] == "talk"
    assert "geen officiële klacht" in dutch(node["text"])
    complaints.send("talk", about="De ambtenaar was grof.", talkHow="here")
    assert "De ambtenaar was grof." in complaints.read("Klacht", complaints.newest("Klacht"))
    assert complaints.entries("Bestuur") == []


def test_a_complaint_says_first_that_the_other_gets_a_copy(complaints: PresetLine) -> None:
    complaints.send("complaint", copy="noCopy", happened="Grof.", whom="balie 3")
    assert "Grof." not in complaints.read("Bestuur", complaints.newest("Bestuur"))
    complaints.send("complaint", copy="goOn", happened="Grof.", whom="balie 3")
    assert "Grof." in complaints.read("Bestuur", complaints.newest("Bestuur"))


def test_the_ombudsman_is_the_door_outside(complaints: PresetLine) -> None:
    assert contacts(complaints.walk("Mijn klacht is niet goed")) == ["Nationale ombudsman"]


@pytest.mark.xfail(reason="A line publishes no numbers yet.", raises=AssertionError, strict=True)
def test_the_city_publishes_numbers_that_point_at_nobody(line: PresetLine) -> None:
    assert line.cli.run("line", "numbers", line.cli.address).exit_code == 0
