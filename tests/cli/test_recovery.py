"""A lost laptop, by the command line alone."""

import stat
from pathlib import Path

import pytest

from meldpunt.client.keys.recovery import check_share, read_share
from tests.cli.desk import PASSPHRASE, REPORT, Desk, Secret, sitting


def _sheet(desk: Desk, name: str = "ann", folder: str = "sheet") -> list[Path]:
    target = desk.folder / folder
    target.mkdir()
    made = desk.json(
        *("handler", "recovery-sheet", *desk.key(name)),
        *("--shares", "3", "--threshold", "2", "--to", target),
    )
    return [Path(file) for file in made["files"] if file.endswith(".txt")]


def _recover(desk: Desk, *shares: Path) -> tuple[str | Path | Secret, ...]:
    given = [part for share in shares for part in ("--share", share)]
    new = desk.folder / "new.key"
    return ("handler", "recover", desk.address, *given, *("--key-file", new), "--passphrase-fd",
            Secret(PASSPHRASE))  # fmt: skip


def test_a_handler_whose_laptop_is_gone_is_back(desk: Desk) -> None:
    desk.open_line("ann", "bob")
    desk.report()
    first, _, third = _sheet(desk)
    (desk.folder / "ann.key").unlink()
    back = desk.json(*_recover(desk, third, first))
    assert (back["opened"], back["closed"]) == (1, 0)
    assert desk.texts("new") == [REPORT]
    entry = desk.entry("new")
    desk.ok("handler", "acknowledge", *desk.key("new"), entry, "-", text="Received.")
    desk.report("--reader", "ann")
    assert len(desk.json("handler", "inbox", *desk.key("new"))["entries"]) == 2


def test_shares_are_written_where_asked_and_for_the_owner_only(desk: Desk) -> None:
    desk.open_line("ann")
    shares = _sheet(desk)
    for file in (desk.folder / "sheet").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(list((desk.folder / "sheet").iterdir())) == 6
    assert "does not open" in shares[0].read_text()
    again = desk.run(
        *("handler", "recovery-sheet", *desk.key("ann")),
        *("--shares", "2", "--threshold", "2", "--to", desk.folder / "sheet"),
    )
    assert again.exit_code == 1, "nothing is overwritten"


def test_without_a_folder_or_a_terminal_no_share_is_shown(desk: Desk) -> None:
    desk.open_line("ann")
    made = desk.run("handler", "recovery-sheet", *desk.key("ann"), "--shares", "2",
                    "--threshold", "2")  # fmt: skip
    assert made.exit_code == 2
    assert made.stdout == ""


def test_shares_on_the_terminal_are_written_nowhere(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.open_line("ann")
    before = set(desk.folder.rglob("*"))
    with sitting(monkeypatch) as person:
        made = desk.ok(
            *("handler", "recovery-sheet", *desk.key("ann")),
            *("--shares", "3", "--threshold", "2"),
        )
    pages = [page for page in person.pages if "  1. " in page]
    assert len(pages) == 3
    shares = [read_share(page[page.index("  1. ") : page.index("Press Enter")]) for page in pages]
    assert [check_share(share).number for share in shares] == [1, 2, 3]
    assert not any(share.split()[30] in made for share in shares)
    assert set(desk.folder.rglob("*")) - before <= {desk.folder / "host.db-wal"}


def test_each_share_is_checked_without_a_host_and_tells_nothing(desk: Desk) -> None:
    desk.open_line("ann")
    shares = _sheet(desk)
    told = [desk.json("recovery", "check", share) for share in shares]
    assert [fact["numbers"] for fact in told] == [[1], [2], [3]]
    assert {fact["missing"] for fact in told} == {1}
    assert desk.json("recovery", "check", *shares[:2])["missing"] == 0
    words = read_share(shares[0].read_text()).split()
    shown = desk.run("recovery", "check", shares[0]).output.split()
    assert not set(words[4:]) & set(shown) - {"different", "it", "takes", "whole", "share"}


def test_too_few_wrong_and_mixed_shares_are_each_refused(desk: Desk) -> None:
    desk.open_line("ann", "bob")
    shares, others = _sheet(desk), _sheet(desk, folder="second")
    bob = _sheet(desk, "bob", folder="third")
    assert desk.refused(*_recover(desk, shares[0])) == "too-few-shares"
    assert desk.refused(*_recover(desk, shares[0], shares[0])) == "too-few-shares"
    assert desk.refused(*_recover(desk, shares[0], others[1])) == "mixed-shares"
    assert desk.refused(*_recover(desk, shares[0], bob[1])) == "mixed-shares"
    assert desk.refused("recovery", "check", shares[0], others[0]) == "mixed-shares"
    words = read_share(shares[1].read_text()).split()
    wrong = desk.file("wrong.txt", " ".join([*words[:9], words[10], words[9], *words[11:]]))
    assert desk.refused(*_recover(desk, shares[0], wrong)) == "share"
    assert desk.refused("recovery", "check", wrong) == "share"
    assert not (desk.folder / "new.key").exists()


def test_a_sheet_of_somebody_else_is_refused(desk: Desk) -> None:
    desk.open_line("ann")
    shares = _sheet(desk)
    other = ("--key-file", desk.folder / "other.key", "--passphrase-fd", Secret(PASSPHRASE))
    made = desk.ok("line", "create", "--host", desk.origin, *other)
    desk.address = made.strip()
    assert desk.refused(*_recover(desk, *shares[:2])) == "not-found"
    assert not (desk.folder / "new.key").exists()


def test_an_existing_key_file_is_not_overwritten(desk: Desk) -> None:
    desk.open_line("ann")
    shares = _sheet(desk)
    desk.file("new.key", "precious")
    assert desk.refused(*_recover(desk, *shares[:2])) == "key-file-exists"


@pytest.mark.parametrize("days", [0, 230])
def test_a_new_chain_asks_for_a_new_sheet(desk: Desk, days: int) -> None:
    desk.open_line("ann")
    _sheet(desk)
    desk.clock.pass_days(days)
    desk.ok("line", "renew", "--force", *desk.key("line"))
    told = desk.json("handler", "inbox", *desk.key("ann")).get("reminders", [])
    assert ("sheet-behind" in told) == bool(days)
