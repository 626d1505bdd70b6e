"""Proof of report, by the command line."""

import json
import stat
from pathlib import Path

from tests.cli.command_line import REPORT, CommandLine, Secret


def _keep(cli: CommandLine) -> tuple[str, Path]:
    kept = cli.folder / "proof.json"
    receipt = cli.open_line("ann", "bob").report("--keep-proof", kept)
    return receipt, kept


def test_what_was_sent_is_shown_later_without_a_host(cli: CommandLine) -> None:
    receipt, kept = _keep(cli)
    entry = cli.entry("ann")
    cli.ok("handler", "acknowledge", *cli.key("ann"), entry, "-", text="Received.")
    reply = ("report", "reply", cli.address, "--receipt-fd", Secret(receipt))
    cli.ok(*reply, "--keep-proof", kept, "-", text="More.")
    shown = cli.ok("report", "verify", kept, "--line", cli.address)
    for part in (REPORT, "Received.", "More.", "ann (adviser)", "the host signed", "2026-03-02"):
        assert part in shown
    told = cli.json("report", "verify", kept)
    assert [m["content"]["text"] for m in told["messages"]] == [REPORT, "Received.", "More."]
    assert [m["receivedOn"] for m in told["messages"]] == ["2026-03-02"] * 3
    assert told["lineId"] in cli.address


def test_whoever_is_shown_it_reads_it_in_dutch(cli: CommandLine) -> None:
    receipt, kept = _keep(cli)
    cli.ok("handler", "reply", *cli.key("ann"), cli.entry("ann"), "-", text="Which?")
    again = ("report", "proof", cli.address, kept, "--receipt-fd", Secret(receipt))
    told = cli.run(*again, "--language", "nl").output
    assert f"Het bewijs staat in {kept}." in told
    assert f"Berichten in {kept}: 2." in told
    shown = cli.ok("report", "verify", kept, "--language", "nl")
    for part in (
        "Bewijs van een melding: alles wat erin staat, klopt.",
        "--- melding van de melder",
        "--- bericht van ann (adviser)",
        "    aan: ",
        "    de host tekende dat het er was op 2026-03-02",
    ):
        assert part in shown
    assert "the reporter" not in shown
    file = cli.file("other.txt", "Not sent.")
    refused = cli.run("report", "verify", kept, "--file", file, "--language", "nl").output
    assert f"{file} is geen van de bestanden die dit bewijs laat zien." in refused


def test_a_later_visit_keeps_headers_and_answers_and_merges(cli: CommandLine) -> None:
    receipt, kept = _keep(cli)
    cli.ok("handler", "reply", *cli.key("ann"), cli.entry("ann"), "-", text="Which?")
    later = cli.folder / "later.json"
    for path in (kept, later):
        cli.ok("report", "proof", cli.address, path, "--receipt-fd", Secret(receipt))
    texts = [
        [m.get("content", {}).get("text") for m in cli.json("report", "verify", path)["messages"]]
        for path in (kept, later)
    ]
    assert texts == [[REPORT, "Which?"], [None, "Which?"]]


def test_the_file_is_the_persons_alone_and_holds_no_code(cli: CommandLine) -> None:
    receipt, kept = _keep(cli)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    data = kept.read_bytes().lower()
    assert receipt.lower().encode() not in data
    assert receipt.replace("-", "").lower().encode() not in data
    cli.ok("report", "proof", cli.address, kept, "--receipt-fd", Secret(receipt))
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_a_link_to_itself_keeps_nothing_and_nothing_is_sent(cli: CommandLine) -> None:
    kept = cli.folder / "proof.json"
    kept.symlink_to(kept)
    address = cli.open_line("ann").address
    send = ("report", "send", address, "--show-receipt", "--no-confirm", "--keep-proof", kept)
    result = cli.run(*send, "-", text=REPORT)
    assert result.exit_code == 2
    assert "already a file of that name" in result.stderr
    assert kept.is_symlink()


def test_nothing_is_kept_unless_asked(cli: CommandLine) -> None:
    cli.open_line("ann")
    before = set(cli.folder.iterdir())
    cli.report()
    assert {path.name for path in set(cli.folder.iterdir()) - before} <= {"host.db-wal"}


def test_a_new_report_overwrites_no_proof(cli: CommandLine) -> None:
    _, kept = _keep(cli)
    before = kept.read_bytes()
    result = cli.run(
        *("report", "send", cli.address, "--show-receipt", "--no-confirm"),
        *("--keep-proof", kept, "-"),
        text="Another.",
    )
    assert result.exit_code == 2
    assert kept.read_bytes() == before


def test_altered_truncated_and_foreign_files_are_refused(cli: CommandLine) -> None:
    _, kept = _keep(cli)
    proof = json.loads(kept.read_text())
    proof["messages"][0]["receivedOn"] = "2026-03-01"
    altered = cli.file("altered.json", json.dumps(proof, separators=(",", ":")))
    assert cli.refused("report", "verify", altered) == "proof"
    cut = cli.file("cut.json", kept.read_text()[:-100])
    assert cli.refused("report", "verify", cut) == "json-syntax"
    assert cli.refused("report", "verify", cli.folder / "absent.json") == "private-file"
    last = cli.address[-1]
    other = cli.address[:-1] + ("a" if last != "a" else "b")
    assert cli.refused("report", "verify", kept, "--line", other) == "other-line"


def test_a_pinned_address_is_compared_with_the_documents_of_the_proof(cli: CommandLine) -> None:
    _, kept = _keep(cli)
    pinned = cli.json("line", "show", cli.address)["address"]
    assert "#1-0-" in pinned
    verify = ("report", "verify", kept, "--line")
    assert cli.json(*verify, pinned)["pinned"] is True
    assert "pinned" not in cli.json(*verify, cli.address)
    assert "lead to the one that your address pins" in cli.ok(*verify, pinned)
    false = pinned[:-4] + ("AAAA" if not pinned.endswith("AAAA") else "BBBA")
    assert cli.refused(*verify, false) == "document-fork"
    cli.ok("line", "renew", "--force", *cli.key("line"))
    later = cli.json("line", "show", cli.address)["address"]
    assert cli.json(*verify, later)["pinned"] is False
    assert "the pin shows nothing" in cli.run(*verify, later).stderr
