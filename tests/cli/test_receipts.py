"""The receipt code: shown once, before sending; asked back; never an argument."""

import re
import subprocess

import pytest

from tests.cli.conftest import NAMES, Office, RunningHost
from tests.cli.program import Person, Program

RECEIPT = re.compile(r"(?:[0-9A-Z]{4}-){4}[0-9A-Z]{4}")
SEND = ("report", "send")


def find_receipt(screen: str) -> str:
    found = RECEIPT.search(screen)
    assert found is not None
    return found[0]


def go_on(person: Person) -> None:
    """Leave nobody out."""
    person.sees("leave that person out: ")
    person.types("")


def test_a_person_keeps_the_code_before_anything_is_sent(office: Office) -> None:
    (office.program.folder / "report.txt").write_text("It happened in March.\n")
    for handler in range(3):
        office.new_entries(handler)
    with office.program.at_terminal(*SEND, office.address, "report.txt") as person:
        go_on(person)
        screen = person.sees("Press Enter when you have kept it.")
        receipt = find_receipt(screen)
        assert "Nothing has been sent yet" in screen
        person.types("")
        person.sees("Type the code back")
        person.types("0000-0000-0000-0000-0000")
        assert receipt in person.sees("Press Enter")  # shown again, still nothing sent
        assert sum(len(office.new_entries(i)) for i in range(3)) == 0
        person.types("")
        person.sees("Type the code back")
        person.types(receipt.lower().replace("-", " "))
        after = person.sees("Come back with your receipt code")
        assert person.ends() == 0
    assert "The report was received" in after
    assert receipt not in after
    assert person.screen.count("\x1b[?1049h") == person.screen.count("\x1b[?1049l") == 1
    assert sum(len(office.new_entries(i)) for i in range(3)) == 2


def test_giving_up_sends_nothing(office: Office) -> None:
    (office.program.folder / "report.txt").write_text("I am not sure.")
    with office.program.at_terminal(*SEND, "--json", office.address, "report.txt") as person:
        go_on(person)
        receipt = find_receipt(person.sees("Press Enter"))
        person.types("")
        person.sees("Type the code back")
        person.types("\x04")
        assert person.ends() == 1
    done = office.program.run("report", "status", "--receipt-fd", "-", office.address, text=receipt)
    assert done.code == 1
    assert "No report on this line has this code" in done.err


def test_a_piped_answer_does_not_hold_the_code(office: Office) -> None:
    (office.program.folder / "report.txt").write_text("From a file.")
    arguments = (*SEND, "--json", office.address, "report.txt")
    with office.program.at_terminal(*arguments, stdout=subprocess.PIPE) as person:
        go_on(person)
        receipt = find_receipt(person.sees("Press Enter"))
        person.types("")
        person.sees("Type the code back")
        person.types(receipt)
        assert person.ends() == 0
        assert person.process.stdout is not None
        answer = person.process.stdout.read().decode()
    assert '"receivedOn"' in answer
    assert receipt not in answer


def test_without_a_terminal_nothing_is_sent_that_nobody_could_follow(office: Office) -> None:
    for arguments in ((), ("--json",), ("--show-receipt",), ("--json", "--show-receipt")):
        done = office.program.run(*SEND, *arguments, office.address, "-", text="A report.")
        assert done.code == 2
        assert done.out == ""
        assert "Nothing was sent" in done.err
    done = office.program.run(*SEND, "--no-confirm", office.address, "-", text="A report.")
    assert done.code == 2
    assert "--show-receipt" in done.err


def test_a_program_gets_the_code_on_a_line_of_its_own_before_the_result(office: Office) -> None:
    done = office.program.run(
        *SEND, "--json", "--show-receipt", "--no-confirm", office.address, "-", text="A report."
    )
    assert done.code == 0
    first, second = done.lines
    assert list(first) == ["receipt", "readers"]
    assert RECEIPT.fullmatch(first["receipt"])
    assert "receipt" not in second
    assert first["receipt"] not in done.err


def test_a_code_is_asked_for_without_showing_it(office: Office) -> None:
    receipt = office.submit()
    with office.program.at_terminal("report", "status", office.address) as person:
        person.sees("Receipt code: ")
        person.types(receipt)
        screen = person.sees("State:")
        assert person.ends() == 0
    assert receipt not in screen


@pytest.mark.parametrize("what", ["status", "read", "withdraw"])
def test_a_code_is_never_an_argument(office: Office, what: str) -> None:
    receipt = office.submit()
    for arguments in (
        ("--receipt", receipt),
        ("--receipt-fd", receipt),
        (f"--receipt-fd={receipt}",),
        (receipt,),
    ):
        done = office.program.run("report", what, *arguments, office.address)
        assert done.code == 2
        assert receipt not in done.out + done.err or arguments == (receipt,)


def test_a_code_is_not_taken_from_the_environment(office: Office) -> None:
    receipt = office.submit()
    names = ("RECEIPT", "MELDPUNT_RECEIPT", "MELDPUNT_REPORT_STATUS_RECEIPT_FD")
    program = Program(office.program.folder, dict.fromkeys(names, receipt))
    done = program.run("report", "status", office.address)
    assert done.code == 2
    assert "no terminal" in done.err


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("ABCD", "20 symbols"),
        ("UUUU-UUUU-UUUU-UUUU-UUUU", "cannot occur"),
        ("0000-0000-0000-0000-0000", "typing error"),
    ],
)
def test_a_mistyped_code_is_told_in_words_and_not_repeated(
    office: Office, typed: str, said: str
) -> None:
    done = office.program.run("report", "read", "--receipt-fd", "-", office.address, text=typed)
    assert done.code == 1
    assert said in done.err
    assert typed not in done.err


def test_only_one_thing_comes_from_standard_input(office: Office) -> None:
    done = office.program.run("report", "reply", "--receipt-fd", "-", office.address, "-", text="x")
    assert done.code == 2
    assert "Only one thing" in done.err


@pytest.mark.parametrize("source", ["99", "-1", "stdin", ""])
def test_a_descriptor_that_gives_nothing_is_told(office: Office, source: str) -> None:
    done = office.program.run("report", "read", "--receipt-fd", source, office.address)
    assert done.code == 2
    done = office.program.run("report", "read", "--receipt-fd", "-", office.address, text="\n")
    assert done.code == 2


def test_a_code_given_to_one_line_opens_nothing_on_another(
    office: Office, other_office: Office
) -> None:
    receipt = office.submit()
    done = office.program.run(
        *("report", "status", "--receipt-fd", "-", other_office.address), text=receipt
    )
    assert done.code == 1


def test_what_was_sealed_outlives_a_host_that_is_away(
    office: Office, running_host: RunningHost
) -> None:
    (office.program.folder / "report.txt").write_text("The host goes away.")
    with office.program.at_terminal(*SEND, office.address, "report.txt") as person:
        go_on(person)
        receipt = find_receipt(person.sees("Press Enter"))
        person.types("")
        person.sees("Type the code back")
        running_host.stop()
        person.types(receipt)
        person.sees("Try again? [Y/n]")
        running_host.start()
        person.types("y")
        person.sees("The report was received")
        assert person.ends() == 0
    done = office.program.run("report", "status", "--receipt-fd", "-", office.address, text=receipt)
    assert done.code == 0


def test_the_code_is_in_no_argument_log_or_error(office: Office, running_host: RunningHost) -> None:
    receipt = office.submit("A canary: kanarie-43117.")
    for what in ("status", "read"):
        office.program.run("report", what, "--receipt-fd", "-", office.address, text=receipt)
    shown = [said for said in office.program.said if receipt in said]
    assert len(shown) == 1  # the line that --show-receipt asked for
    for form in (receipt, receipt.replace("-", ""), "kanarie-43117"):
        assert form not in running_host.log.read_text()


def test_who_reads_is_seen_before_the_code_and_may_be_left_out(office: Office) -> None:
    (office.program.folder / "report.txt").write_text("About one of them.")
    office.looked_up()
    with office.program.at_terminal(*SEND, office.address, "report.txt") as person:
        for typed, told in ((NAMES[0], ""), ("Nobody", "No handler"), (NAMES[1].upper(), "")):
            screen = person.sees("leave that person out: ")
            assert not RECEIPT.search(screen)
            person.types(typed)
            person.sees(told)
        screen = person.sees("leave that person out: ")
        assert f"This will be read by: {NAMES[2]} (adviser)." in screen
        person.types("")
        receipt = find_receipt(person.sees("Press Enter when"))
        person.types("")
        person.sees("Type the code back")
        person.types(receipt)
        assert person.ends() == 0
    assert [len(office.new_entries(handler)) for handler in range(3)] == [0, 0, 1]
