"""An office moves its line from one running host to another, by the command line alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Office, RunningHost, open_office, serving
from tests.cli.program import PASSPHRASE

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

    def leave(self) -> None:
        leave = ("line", "leave", "--key-file", "line.key", self.office.address)
        assert self.office.program.keys(*leave) == {"erased": True}

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
    moving.leave()
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
