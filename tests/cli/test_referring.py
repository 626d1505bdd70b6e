"""To another line, suggested by a handler, and gone to by the reporter alone; by command line."""

import dataclasses
from typing import Any

import httpx
import pytest

from meldpunt.client import DraftReport, UnreachableError
from meldpunt.client.reporter import Reporter
from tests.cli.conftest import Office
from tests.cli.desk import REPORT, Desk, Secret, sitting
from tests.cli.program import Person

SUMMARY = "Invoices were paid twice in March; the one who signs is involved."
OWN = "In my own words: somebody pays twice."


@pytest.fixture
def other(desk: Desk) -> Desk:
    """Give the desk of another line, beside one that has a report."""
    desk.open_line("ann", "bob")
    folder = desk.folder / "other"
    folder.mkdir()
    return dataclasses.replace(desk, folder=folder, address="").open_line("eve", "zoe")


def suggest(desk: Desk, other: Desk) -> dict[str, Any]:
    options = ("--to", other.address, desk.entry("ann"), "-")
    return desk.json("handler", "refer", *desk.key("ann"), *options, text=SUMMARY)


def options(desk: Desk, code: str, *more: str) -> tuple[str | Secret, ...]:
    return "report", "refer", desk.address, "--receipt-fd", Secret(code), *more


@pytest.fixture
def code(desk: Desk, other: Desk) -> str:
    """Give the code of a report in which another line was suggested."""
    receipt = desk.report("--reader", "ann", "--reader", "bob")
    suggest(desk, other)
    return receipt


def test_the_reporter_reads_the_suggestion_and_nothing_has_gone_there(
    desk: Desk, other: Desk, code: str
) -> None:
    shown = desk.ok("report", "read", desk.address, "--receipt-fd", Secret(code))
    assert f"SUGGESTS ANOTHER LINE: {other.address.partition('#')[0]}" in shown
    assert f"| {SUMMARY}" in shown
    assert "meldpunt report refer" in shown
    assert other.json("handler", "inbox", *other.key("eve"))["entries"] == []
    looked = desk.ok(*options(desk, code, "--look"))
    assert "Meldpunt integriteit" in looked
    assert "eve (adviser)" in looked
    assert f"| {SUMMARY}" in looked
    assert other.json("handler", "inbox", *other.key("eve"))["entries"] == []


def test_reading_a_suggestion_opens_no_connection_to_the_other_line(
    desk: Desk, other: Desk, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A handler who writes an address of theirs must not learn from where the reporter reads."""
    asked: list[str] = []
    send = httpx.AsyncClient.send

    async def watched(self: httpx.AsyncClient, request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return await send(self, request, stream=True)

    monkeypatch.setattr(httpx.AsyncClient, "send", lambda self, r, **_: watched(self, r))
    desk.ok("report", "read", desk.address, "--receipt-fd", Secret(code))
    desk.ok("handler", "read", *desk.key("ann"), desk.entry("ann"))
    line_id = other.address.rpartition("/")[2]
    assert asked
    assert all(line_id not in path for path in asked)


def test_the_summary_becomes_a_report_there_under_the_same_code(
    desk: Desk, other: Desk, code: str
) -> None:
    sent = desk.json(*options(desk, code, "--yes", "--reader", "eve", "--tell"))
    assert sent["told"] is True
    assert other.texts("eve") == [SUMMARY]
    shown = other.ok("handler", "read", *other.key("eve"), other.entry("eve"))
    assert "The reporter says to come from: Meldpunt integriteit" in shown
    told = desk.json("handler", "read", *desk.key("ann"), desk.entry("ann"))
    assert told["messages"][-1]["content"]["referral"]["done"] == other.address.rpartition("/")[2]

    other.ok("handler", "reply", *other.key("eve"), other.entry("eve"), "-", text="Thank you.")
    there = other.ok("report", "read", other.address, "--receipt-fd", Secret(code))
    assert "| Thank you." in there
    here = desk.ok("report", "read", desk.address, "--receipt-fd", Secret(code))
    assert "| Thank you." not in here


def test_the_same_code_cannot_make_it_twice(desk: Desk, other: Desk, code: str) -> None:
    desk.json(*options(desk, code, "--yes", "--reader", "eve"))
    again = desk.json(*options(desk, code, "--yes", "--reader", "zoe"))
    assert again["already"] is True
    assert len(other.json("handler", "inbox", *other.key("eve"))["entries"]) == 1
    assert other.json("handler", "inbox", *other.key("zoe"))["entries"] == []


def test_a_lost_answer_and_another_try_make_one_report(
    desk: Desk, other: Desk, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = Reporter.send

    async def lose(self: Reporter, submission: DraftReport) -> None:
        await send(self, submission)
        raise UnreachableError

    with monkeypatch.context() as patched:
        patched.setattr(Reporter, "send", lose)
        assert desk.refused(*options(desk, code, "--yes", "--reader", "eve")) == "unreachable"
    assert desk.json(*options(desk, code, "--yes", "--reader", "eve"))["already"] is True
    assert len(other.json("handler", "inbox", *other.key("eve"))["entries"]) == 1


def test_without_a_yes_nothing_is_sent(desk: Desk, other: Desk, code: str) -> None:
    result = desk.run(*options(desk, code))
    assert result.exit_code == 2
    assert f"| {SUMMARY}" in result.stderr
    assert "read by: " in result.stderr
    assert other.json("handler", "inbox", *other.key("eve"))["entries"] == []
    assert other.json("handler", "inbox", *other.key("zoe"))["entries"] == []
    assert len(desk.texts("ann")) == 2  # the report and the suggestion: nobody is told


def test_the_words_can_be_the_reporters_own(desk: Desk, other: Desk, code: str) -> None:
    words = desk.file("own.txt", OWN)
    desk.json(*options(desk, code, "--yes", "--leave-out", "zoe", str(words)))
    assert other.texts("eve") == [OWN]
    assert desk.texts("ann")[-1] != OWN


def test_a_new_code_opens_the_new_report_alone(
    desk: Desk, other: Desk, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sitting(monkeypatch) as person:
        desk.ok(*options(desk, code, "--yes", "--new-code", "--no-tell", "--reader", "eve"))
    new = person.shown[-1]
    assert new != code
    assert desk.refused("report", "status", other.address, "--receipt-fd", Secret(code))
    desk.ok("report", "status", other.address, "--receipt-fd", Secret(new))


def test_a_code_that_a_handler_knows_is_not_used_twice(desk: Desk, other: Desk) -> None:
    written = desk.ok(
        *("handler", "oral", *desk.key("ann"), "--show-receipt", "--no-confirm"),
        *("--reader", "ann", "--json", "-"),
        text=REPORT,
    )
    given = written.split('"receipt": "')[1][:24]
    suggest(desk, other)
    assert desk.refused(*options(desk, given, "--yes")) == "known-code"
    assert other.json("handler", "inbox", *other.key("eve"))["entries"] == []


def test_without_a_suggestion_there_is_nothing_to_refer_to(desk: Desk, other: Desk) -> None:
    receipt = desk.report("--reader", "ann")
    assert desk.refused(*options(desk, receipt, "--yes")) == "no-referral"


def test_ones_own_line_is_not_suggested(desk: Desk) -> None:
    desk.open_line("ann", "bob")
    desk.report("--reader", "ann")
    ask = ("handler", "refer", *desk.key("ann"), "--to", desk.address, desk.entry("ann"), "-")
    result = desk.run(*ask, text=SUMMARY)
    assert result.exit_code == 2
    assert desk.texts("ann") == [REPORT]


def test_at_a_terminal_it_is_asked_before_each_step(office: Office, other_office: Office) -> None:
    receipt = office.submit("A report that belongs elsewhere.", 0)
    [entry] = office.new_entries(0)
    refer = ("handler", "refer", "--key-file", "0.key", "--to", other_office.address)
    office.program.keys(*refer, entry, "-", text=SUMMARY)
    other_office.new_entries(0)

    def begin(person: Person) -> None:
        person.sees("Receipt code: ")
        person.types(receipt)
        assert f"| {SUMMARY}" in person.sees("Send this to Meldpunt? [y/N] ")

    ask = ("report", "refer", office.address, "--reader", other_office.ids[0])
    with office.program.at_terminal(*ask) as person:
        begin(person)
        person.types("")
        assert person.ends() == 1
    assert other_office.new_entries(0) == []
    with office.program.at_terminal(*ask) as person:
        begin(person)
        person.types("y")
        person.sees("Tell the line that suggested it that you did? [y/N] ")
        person.types("n")
        person.sees("the same receipt code")
        assert person.ends() == 0
    assert len(other_office.new_entries(0)) == 1
    read = office.program.keys("handler", "read", "--key-file", "0.key", entry)
    assert len(read["messages"]) == 2  # the report and the suggestion


def test_one_of_several_suggestions_is_chosen(desk: Desk, other: Desk, code: str) -> None:
    assert desk.refused(*options(desk, code, "--yes", "--to", desk.address)) == "no-referral"
    desk.json(*options(desk, code, "--yes", "--to", other.address, "--reader", "eve"))
    assert other.texts("eve") == [SUMMARY]
