"""Proof of report, by the command line."""

import json
import stat
from pathlib import Path

from tests.cli.desk import REPORT, Desk, Secret


def _keep(desk: Desk) -> tuple[str, Path]:
    kept = desk.folder / "proof.json"
    receipt = desk.open_line("ann", "bob").report("--keep-proof", kept)
    return receipt, kept


def test_what_was_sent_is_shown_later_without_a_host(desk: Desk) -> None:
    receipt, kept = _keep(desk)
    entry = desk.entry("ann")
    desk.ok("handler", "acknowledge", *desk.key("ann"), entry, "-", text="Received.")
    reply = ("report", "reply", desk.address, "--receipt-fd", Secret(receipt))
    desk.ok(*reply, "--keep-proof", kept, "-", text="More.")
    shown = desk.ok("report", "verify", kept, "--line", desk.address)
    for part in (REPORT, "Received.", "More.", "ann (adviser)", "the host signed", "2026-03-02"):
        assert part in shown
    told = desk.json("report", "verify", kept)
    assert [m["content"]["text"] for m in told["messages"]] == [REPORT, "Received.", "More."]
    assert [m["receivedOn"] for m in told["messages"]] == ["2026-03-02"] * 3
    assert told["lineId"] in desk.address


def test_a_later_visit_keeps_headers_and_answers_and_merges(desk: Desk) -> None:
    receipt, kept = _keep(desk)
    desk.ok("handler", "reply", *desk.key("ann"), desk.entry("ann"), "-", text="Which?")
    later = desk.folder / "later.json"
    for path in (kept, later):
        desk.ok("report", "proof", desk.address, path, "--receipt-fd", Secret(receipt))
    texts = [
        [m.get("content", {}).get("text") for m in desk.json("report", "verify", path)["messages"]]
        for path in (kept, later)
    ]
    assert texts == [[REPORT, "Which?"], [None, "Which?"]]


def test_the_file_is_the_persons_alone_and_holds_no_code(desk: Desk) -> None:
    receipt, kept = _keep(desk)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    data = kept.read_bytes().lower()
    assert receipt.lower().encode() not in data
    assert receipt.replace("-", "").lower().encode() not in data
    desk.ok("report", "proof", desk.address, kept, "--receipt-fd", Secret(receipt))
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_a_link_to_itself_keeps_nothing_and_nothing_is_sent(desk: Desk) -> None:
    kept = desk.folder / "proof.json"
    kept.symlink_to(kept)
    address = desk.open_line("ann").address
    send = ("report", "send", address, "--show-receipt", "--no-confirm", "--keep-proof", kept)
    result = desk.run(*send, "-", text=REPORT)
    assert result.exit_code == 1
    assert "Cannot write" in result.stderr
    assert kept.is_symlink()


def test_nothing_is_kept_unless_asked(desk: Desk) -> None:
    desk.open_line("ann")
    before = set(desk.folder.iterdir())
    desk.report()
    assert {path.name for path in set(desk.folder.iterdir()) - before} <= {"host.db-wal"}


def test_a_new_report_overwrites_no_proof(desk: Desk) -> None:
    _, kept = _keep(desk)
    before = kept.read_bytes()
    result = desk.run(
        *("report", "send", desk.address, "--show-receipt", "--no-confirm"),
        *("--keep-proof", kept, "-"),
        text="Another.",
    )
    assert result.exit_code == 2
    assert kept.read_bytes() == before


def test_altered_truncated_and_foreign_files_are_refused(desk: Desk) -> None:
    _, kept = _keep(desk)
    proof = json.loads(kept.read_text())
    proof["messages"][0]["receivedOn"] = "2026-03-01"
    altered = desk.file("altered.json", json.dumps(proof, separators=(",", ":")))
    assert desk.refused("report", "verify", altered) == "proof"
    cut = desk.file("cut.json", kept.read_text()[:-100])
    assert desk.refused("report", "verify", cut) == "json-syntax"
    assert desk.refused("report", "verify", desk.folder / "absent.json") == "private-file"
    last = desk.address[-1]
    other = desk.address[:-1] + ("a" if last != "a" else "b")
    assert desk.refused("report", "verify", kept, "--line", other) == "other-line"
