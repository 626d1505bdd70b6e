"""Steps and clocks as one list for both sides, check-ins, labels, and a day to look again."""

import re

import pytest

from tests.cli.asking_line import (
    CLOCKS,
    PROCEDURE,
    answers_file,
    changed_plan,
    code,
    open_asking_line,
    publish,
    send_answers,
    texts,
)
from tests.cli.command_line import CommandLine


@pytest.fixture
def asking(cli: CommandLine) -> CommandLine:
    return open_asking_line(cli)


def steps(told: str) -> list[str]:
    """Return the list of steps as it is printed."""
    after = told.partition("What happens:\n")[2].splitlines()
    rows = (line for line in after if re.match(r"  (done|NOW|due|OVERDUE|later) ", line))
    return [" ".join(line.split()) for line in rows]


def says(cli: CommandLine, what: str, name: str = "ann", *options: str, text: str = "Zo.") -> None:
    cli.ok("handler", what, *cli.key(name), *options, cli.entry(name), "-", text=text)


def report(cli: CommandLine) -> str:
    """Send a report that ann and bo read; returns its code."""
    return send_answers(cli, answers_file(cli))


def test_both_sides_see_one_list_and_who_is_late(asking: CommandLine) -> None:
    receipt = report(asking)

    def both() -> tuple[str, str]:
        mine = asking.ok("report", "read", asking.address, *code(receipt))
        theirs = asking.ok("handler", "read", *asking.key("ann"), asking.entry("ann"))
        assert steps(mine) == steps(theirs)
        return mine, theirs

    mine, _ = both()
    assert steps(mine) == [
        "done Aangekomen: done on 2026-03-02 (due 2026-03-03)",
        "NOW Eerste reactie van een mens: due on 2026-03-04",
        "later Samen kiezen",
        "due Wat wij deden: due on 2026-04-20",
        "later Opnieuw kijken",
        "later Afsluiten",
    ]
    assert "Ombudsman" not in mine
    asking.clock.pass_days(3)
    for told in both():
        assert steps(told)[1].startswith("OVERDUE Eerste reactie")
        assert "Outside this office:\n           Ombudsman: 020 765 4321" in told
    says(asking, "acknowledge")
    says(asking, "pause", "ann", "--until", "2026-03-20", text="Wij wachten op het rooster.")
    for told in both():
        assert steps(told)[1].endswith("done on 2026-03-05 (due 2026-03-04, late)")
        assert steps(told)[2:4] == ["NOW Samen kiezen", "due Wat wij deden: due on 2026-05-01"]
        assert "Paused, up to and including 2026-03-20. The reason:\n| Wij wachten" in told
        assert "Ombudsman" not in told
    english = asking.ok("report", "status", asking.address, "--language", "en", *code(receipt))
    assert "What we did" in english


def test_a_report_keeps_the_procedure_and_clocks_it_was_made_under(asking: CommandLine) -> None:
    receipt = report(asking)
    renamed = {**PROCEDURE, "steps": [PROCEDURE["steps"][0]]}
    plan = changed_plan(asking)
    preset = type(plan.preset)(CLOCKS[:1])
    publish(asking, changed_plan(asking, texts=texts(procedure=renamed), preset=preset))
    told = asking.ok("report", "status", asking.address, *code(receipt))
    assert steps(told)[1] == "NOW Eerste reactie van een mens: due on 2026-03-04"
    newer = asking.ok("report", "status", asking.address, *code(report(asking)))
    assert steps(newer) == ["done Aangekomen: done on 2026-03-02 (due 2026-03-03)"]


def test_an_appointment_says_nothing_to_others(asking: CommandLine) -> None:
    receipt = report(asking)
    path = asking.folder / "day.ics"
    shown = asking.ok("report", "status", asking.address, *code(receipt), "--calendar", path)
    assert "Look again on 2026-03-04." in shown
    written = path.read_bytes().decode()
    assert "DTSTART;VALUE=DATE:20260304\r\n" in written
    assert "SUMMARY:Herinnering\r\n" in written
    known = (receipt, receipt[:9], asking.origin, "meldpunt", asking.address[-32:], "report")
    assert not [word for word in known if word.lower() in written.lower()]
    fields = [line for line in written.splitlines() if not line.startswith("UID:")]
    assert receipt[:4].lower() not in "".join(fields).lower()  # four signs may be in a random one
    other = asking.folder / "other.ics"
    asking.ok("report", "status", asking.address, *code(receipt), "--calendar", other)
    assert other.read_bytes() != path.read_bytes()  # nobody can tell that they belong together
    assert path.stat().st_mode & 0o777 == 0o600


def test_who_is_disadvantaged_after_the_closing_reopens_and_asks_for_another_reader(
    asking: CommandLine,
) -> None:
    receipt = report(asking)
    for what in ("acknowledge", "feedback", "close"):
        says(asking, what)
    mine = ("report", "status", asking.address, *code(receipt))
    assert "Hoe gaat het nu met je?" not in asking.ok(*mine)
    asking.clock.pass_days(14)
    assert "Hoe gaat het nu met je?" in asking.ok(
        "report", "status", asking.address, *code(receipt)
    )
    sent = asking.run(
        *("report", "check-in", asking.address, "disadvantaged", *code(receipt)),
        *("--ask-for", "cas", "--leave-out", "bo"),
    )
    assert "Ombudsman: 020 765 4321" in sent.stderr
    told = asking.ok("report", "status", asking.address, *code(receipt))
    assert "Hoe gaat het nu met je?" not in told
    assert "OVERDUE Opnieuw kijken" not in " ".join(steps(told))
    assert "NOW Opnieuw kijken: due on 2026-03-23" in steps(told)
    read = asking.ok("handler", "read", *asking.key("ann"), asking.entry("ann"))
    assert "| Ik krijg last omdat ik dit vertelde." in read
    assert "| Ik vraag of deze persoon dit ook kan lezen: cas." in read
    assert "Check-in:  WORSE OFF because they reported, on 2026-03-16" in read
    assert "keep it from: bo" in read
    asking.ok("handler", "admit", *asking.key("ann"), asking.entry("ann"), "cas", "-", text="Ja.")
    assert "Ik krijg last" in asking.ok("handler", "read", *asking.key("cas"), asking.entry("cas"))


def test_check_ins_while_open_do_not_reopen(asking: CommandLine) -> None:
    receipt = report(asking)
    asking.clock.pass_days(14)
    found = asking.json("report", "status", asking.address, *code(receipt))
    assert found["checkInSince"] == "2026-03-16"
    asking.ok("report", "check-in", asking.address, "not-good", *code(receipt))
    found = asking.json("report", "status", asking.address, *code(receipt))
    assert "checkInSince" not in found
    assert found["state"] == "received"
    seen = asking.json("handler", "read", *asking.key("ann"), asking.entry("ann"))
    assert seen["checkIn"] == {"answer": "notGood", "on": "2026-03-16"}


def test_a_story_may_be_given_and_taken_back(asking: CommandLine) -> None:
    receipt = send_answers(asking, answers_file(asking, kind="tale"), "--reader", "ann")
    read = ("handler", "read")
    for option, told in (
        ("--give", "Story:     may be"),
        ("--withdraw", "Story:     may no longer"),
    ):
        asking.ok("report", "story", asking.address, option, *code(receipt))
        assert told in asking.ok(*read, *asking.key("ann"), asking.entry("ann"))


def test_labels_are_for_handlers_alone_and_the_newest_counts(asking: CommandLine) -> None:
    receipt = report(asking)

    def label(name: str, *options: str) -> None:
        asking.ok("handler", "label", *asking.key(name), asking.entry(name), *options)

    def shown(name: str) -> list[str]:
        told = asking.ok("handler", "read", *asking.key(name), asking.entry(name))
        return [line for line in told.splitlines() if line.startswith("Label ")]

    label("ann", "--outcome", "talk", "--next-step", "Bel \u001b[2Jde decaan")
    refused = asking.run(
        *("handler", "label", *asking.key("bo"), asking.entry("bo"), "--outcome", "revenge")
    )
    assert "one of: talk, apology" in refused.output
    assert "revenge" not in refused.output
    assert shown("bo")[0] == "Label outcome: Gesprek (ann (adviser), 2026-03-02)"
    assert "\u001b" not in shown("bo")[1]
    whole = asking.ok("handler", "read", *asking.key("bo"), asking.entry("bo"))
    assert whole.count("outcome: talk") == 1, "the note says so in words"
    english = asking.ok(
        *("handler", "read", *asking.key("bo"), asking.entry("bo"), "--language", "en")
    )
    assert "Label outcome: A talk (ann" in english
    assert "A first answer by a person" in english
    label("bo", "--outcome", "apology", "--remove", "nextStep")
    assert shown("ann") == ["Label outcome: Excuses (bo (adviser), 2026-03-02)"]
    mine = asking.ok("report", "read", asking.address, *code(receipt))
    assert "Excuses" not in mine
    assert "labels" not in asking.json("report", "read", asking.address, *code(receipt))
