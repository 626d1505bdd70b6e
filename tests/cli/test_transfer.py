"""An office moves its line from one running host to another, by the command line alone."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Office, RunningHost, open_office, serving
from tests.cli.program import PASSPHRASE, Done
from tests.support.databases import change, fetch

_FILE = "line.export"


@dataclass
class Moving:
    """An office on its old host, and the new one."""

    office: Office
    old: RunningHost
    new: RunningHost

    @property
    def address(self) -> str:
        """Where the line is after the move, without a pin."""
        old, _, _ = self.office.address.partition("#")
        return old.replace(self.old.origin, self.new.origin)

    def export(self) -> dict[str, Any]:
        to = ("--to", self.new.origin, self.office.address, _FILE)
        found: dict[str, Any] = self.office.program.keys(
            "line", "export", "--key-file", "line.key", *to
        )
        return found

    def bring(self) -> dict[str, Any]:
        done = self.office.program.run(
            *("line", "import", "--key-file", "line.key", "--url", self.new.origin, "--json"),
            *("--passphrase-fd", "{fd}", "--invite-fd", "-", _FILE),
            secret=PASSPHRASE,
            text=self.new.operator.run("invite").out,
        )
        assert done.code == 0, done.err
        found: dict[str, Any] = done.lines[-1]
        return found

    def leave(self, *more: str) -> Done:
        return self.office.program.run(
            *("line", "leave", "--key-file", "line.key", "--passphrase-fd", "{fd}", "--json"),
            *(*more, self.office.address),
            secret=PASSPHRASE,
        )

    def reports(self, host: RunningHost) -> int:
        """Count the reports that a host holds."""
        url = host.operator.settings["MELDPUNT_DATABASE_URL"]
        return int(fetch(url, "SELECT COUNT(*) FROM reports")[0][0])

    def report(self, command: str, receipt: str, *more: str, at: str, text: str = "") -> Any:  # noqa: ANN401 (JSON)
        given = ("report", command, at, "--receipt-fd", "{fd}", *more)
        return self.office.program.ok(*given, secret=receipt, text=text)


@pytest.fixture
def moving(tmp_path: Path) -> Iterator[Moving]:
    for name in ("old", "new", "office"):
        (tmp_path / name).mkdir()
    with serving(tmp_path / "old") as old, serving(tmp_path / "new") as new:
        yield Moving(open_office(old, tmp_path / "office"), old, new)


def test_a_line_moves_and_codes_and_key_files_go_on_there(moving: Moving) -> None:
    office, program = moving.office, moving.office.program
    receipt = office.submit("Before the move.", 0, 1)
    assert moving.export()["readOnly"]
    refused = program.run(
        *("report", "send", office.address, "--json", "--show-receipt", "--no-confirm", "-"),
        text="In between.",
    )
    assert refused.code == 1, "the old host takes nothing more"
    assert moving.bring()["address"].startswith(moving.address)

    told = moving.report("status", receipt, at=office.address)
    assert [notice["kind"] for notice in told["notices"]] == ["line-moved"]
    [entry] = office.new_entries(0)  # the key file still has the old address, and learns the new
    assert moving.reports(moving.old) == 1
    left = moving.leave("--yes")
    assert left.lines == [
        {"erased": True, "arrived": 1, "withdrawn": 0, "missing": 0, "staying": 0}
    ]
    assert moving.reports(moving.old) == 0
    moving.old.stop()

    [found] = program.keys("handler", "inbox", "--key-file", "0.key")["entries"]
    assert found["entry"] == entry
    answered = program.keys(
        *("handler", "acknowledge", "--key-file", "0.key", entry, "-"), text="Received."
    )
    assert answered["notices"] == answered["alarms"] == []
    read = moving.report("read", receipt, at=moving.address)
    assert [m["content"]["text"] for m in read["messages"] if "content" in m] == ["Received."]
    moving.report("reply", receipt, "-", at=moving.address, text="Good.")
    thread = program.keys("handler", "read", "--key-file", "0.key", entry)
    texts = [message["content"]["text"] for message in thread["messages"]]
    assert texts == ["Before the move.", "Received.", "Good."]
    assert program.keys("line", "renew", "--force", "--key-file", "line.key")["address"].startswith(
        moving.address
    )
    assert program.ok("line", "audit", moving.address)["alarms"] == 0


def test_what_was_begun_goes_on_where_it_stopped(moving: Moving) -> None:
    moving.office.submit()
    first = moving.export()
    again = moving.office.program.run(
        *("line", "export", "--key-file", "line.key", "--to", moving.new.origin, "--json"),
        *("--passphrase-fd", "{fd}", moving.office.address, _FILE),
        secret=PASSPHRASE,
    )
    assert again.code == 1, "a whole file is not written over"
    assert first["pages"] >= 1
    moving.bring()
    leave = ("line", "leave", "--key-file", "line.key", moving.address)
    assert moving.office.program.run(
        *leave, "--passphrase-fd", "{fd}", "--json", secret=PASSPHRASE
    ).code == 1, "the line lives there"  # fmt: skip
    assert moving.bring()["address"].startswith(moving.address), "the same again changes nothing"


def test_leaving_shows_what_has_arrived_and_asks(moving: Moving) -> None:
    moving.office.submit("One.")
    moving.office.submit("Two.")
    moving.export()
    before = moving.leave("--yes")
    assert before.code == 1, "the new host does not have the line yet"
    moving.bring()
    unasked = moving.leave()
    assert unasked.code == 2
    assert "Nothing was erased. A program adds --yes" in unasked.err
    assert moving.reports(moving.old) == 2

    leave = ("line", "leave", "--key-file", "line.key", moving.office.address)
    with moving.office.program.at_terminal(*leave) as person:
        person.sees("Passphrase of the key file: ")
        person.types(PASSPHRASE)
        person.sees("[y/N] ")
        old = moving.old.operator.settings["MELDPUNT_DATABASE_URL"]
        change(  # another line is asked to take one of them meanwhile
            old,
            "UPDATE reports SET other_lines = x'00' WHERE id = (SELECT MIN(id) FROM reports)",
        )
        person.types("y")
        person.sees("what the old host holds has changed")
        assert person.ends() == 1
    change(old, "UPDATE reports SET other_lines = NULL")
    assert moving.reports(moving.old) == 2
    for answer, code, left in (("n", 1, 2), ("y", 0, 0)):
        with moving.office.program.at_terminal(*leave) as person:
            person.sees("Passphrase of the key file: ")
            person.types(PASSPHRASE)
            shown = person.sees("[y/N] ")
            assert "On the new host, whole, by every message, file and hash: 2." in shown
            assert f"Erase 2 reports on {moving.old.origin}?" in shown
            person.types(answer)
            assert person.ends() == code
        assert moving.reports(moving.old) == left


def test_what_the_new_host_lacks_is_not_erased(moving: Moving) -> None:
    moving.office.submit("One.")
    moving.office.submit("Two.")
    moving.export()
    moving.bring()
    url = moving.new.operator.settings["MELDPUNT_DATABASE_URL"]
    lost = "SELECT MIN(id) FROM reports"
    change(
        url,
        f"DELETE FROM inbox WHERE report IN ({lost})",  # noqa: S608 (a test's own)
        f"DELETE FROM messages WHERE report IN ({lost})",  # noqa: S608
        f"DELETE FROM reports WHERE id IN ({lost})",  # noqa: S608
    )
    for more in (("--yes",), ("--yes", "--missing", "2"), ("--missing", "1")):
        refused = moving.leave(*more)
        assert refused.code in {1, 2}, refused.out
        assert moving.reports(moving.old) == 2, more
    refused = moving.leave("--yes")
    error = json.loads(refused.err.splitlines()[-1])
    assert error["error"] == "not-arrived"
    assert "not whole on the new host: 1." in error["message"]
    left = moving.leave("--yes", "--missing", "1")
    assert left.lines[-1] == {
        "erased": True,
        "arrived": 1,
        "withdrawn": 0,
        "missing": 1,
        "staying": 0,
    }
    assert moving.reports(moving.old) == 0
