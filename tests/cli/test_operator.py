"""What an operator is told when a host cannot start, and what may run beside one that serves."""

import json
from pathlib import Path

import pytest

from meldpunt.server.store.database.file_lock import apart_from_hosts, serving
from tests.cli.conftest import RunningHost
from tests.cli.program import Done, Program
from tests.support.databases import change, fetch


def refused(done: Done, code: str) -> str:
    """Check that a command refused with one line; returns its words."""
    assert done.code == 1
    assert done.out == ""
    (line,) = done.err.splitlines()
    told = json.loads(line)
    assert told["error"] == code
    return str(told["message"])


def operator(folder: Path, url: str) -> Program:
    secrets = str(folder / "secrets.json")
    return Program(folder, {"MELDPUNT_DATABASE_URL": url, "MELDPUNT_SECRETS_FILE": secrets})


def test_several_workers_on_sqlite_are_refused_before_anything_is_made(tmp_path: Path) -> None:
    program = operator(tmp_path, f"sqlite:///{tmp_path / 'host.db'}")
    done = program.here("serve", "--workers", "2", "--port", "9", "--json")
    assert "PostgreSQL" in refused(done, "one-worker")
    assert list(tmp_path.iterdir()) == []


def test_a_second_host_on_a_sqlite_file_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'host.db'}"
    program = operator(tmp_path, url)
    program.ok("migrate")
    with serving(url):
        done = program.run("serve", "--port", "9", "--json")
    assert "A host serves" in refused(done, "in-use")


def test_a_host_that_comes_while_the_file_is_changed_is_told_to_wait(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'host.db'}"
    program = operator(tmp_path, url)
    program.ok("migrate")
    with apart_from_hosts(url):
        done = program.run("serve", "--port", "9", "--json")
    assert "wait for" in refused(done, "in-use")


def test_what_blocks_while_a_file_is_held_is_not_taken_for_another_host(tmp_path: Path) -> None:
    with pytest.raises(BlockingIOError), serving(f"sqlite:///{tmp_path / 'host.db'}"):
        raise BlockingIOError  # such as a terminal that takes no more of a bar


def test_no_new_secrets_are_made_for_a_database_that_has_lines(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'host.db'}"
    program = operator(tmp_path, url)
    program.ok("migrate")
    program.ok("invite")  # makes the file: there is no line yet
    line = "INSERT INTO lines (line_id, first_key, rotations, document_hash, number, moved)"
    change(url, f"{line} VALUES (x'00', x'00', x'', x'00', 1, false)")
    (tmp_path / "secrets.json").unlink()
    for command in (["serve", "--port", "9"], ["invite"], ["maintain"]):
        done = program.here(*command, "--json")
        assert "MELDPUNT_SECRETS_FILE right?" in refused(done, "secrets")
    assert not (tmp_path / "secrets.json").exists()
    program.ok("maintain", "--new-secrets")
    program.ok("invite")


def test_a_secrets_file_that_the_system_refuses_is_told_as_that(tmp_path: Path) -> None:
    """And not as a folder of the database, which is in its place."""
    program = operator(tmp_path, f"sqlite:///{tmp_path / 'host.db'}")
    program.ok("migrate")
    for wrong in (tmp_path / "gone" / "secrets.json", tmp_path / "host.db" / "secrets.json"):
        elsewhere = Program(tmp_path, {**program.settings, "MELDPUNT_SECRETS_FILE": str(wrong)})
        for command in (["serve", "--port", "9"], ["invite"], ["maintain", "--new-secrets"]):
            message = refused(elsewhere.here(*command, "--json"), "secrets")
            assert "Look at MELDPUNT_SECRETS_FILE" in message


@pytest.mark.parametrize("command", ["migrate", "invite", "maintain"])
def test_a_folder_that_is_not_there_is_told_in_a_line(tmp_path: Path, command: str) -> None:
    folder = tmp_path / "on-another-disk"
    done = operator(tmp_path, f"sqlite:///{folder / 'host.db'}").here(command, "--json")
    assert "make the one of the database" in refused(done, "no-folder")
    assert not folder.exists()


def test_a_database_file_that_cannot_be_locked_is_told_in_a_line(tmp_path: Path) -> None:
    program = operator(tmp_path, f"sqlite:///{tmp_path / 'host.db'}")
    program.ok("migrate")
    (tmp_path / "host.db-serving").unlink()
    (tmp_path / "host.db-serving").mkdir()
    done = program.run("serve", "--port", "9", "--json")
    assert "cannot be locked" in refused(done, "no-lock")


def test_what_runs_for_a_moment_may_run_beside_a_host(running_host: RunningHost) -> None:
    assert running_host.operator.ok("maintain") == {"erased": 0}
    assert running_host.operator.ok("migrate") == {"applied": 0}
    assert len(running_host.operator.ok("invite")["invite"]) == 27


def test_a_day_far_from_the_last_one_waits_for_a_word_of_the_operator(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'host.db'}"
    program = operator(tmp_path, url)
    program.ok("migrate")
    assert program.ok("maintain") == {"erased": 0}
    ((today,),) = fetch(url, "SELECT last_day FROM upkeep")
    change(url, "UPDATE upkeep SET last_day = '2020-01-01'")
    message = refused(program.here("maintain", "--json"), "unconfirmed-day")
    assert "2020-01-01" in message
    assert f"--confirm-day {today}" in message
    other = program.here("maintain", "--confirm-day", "2020-01-01", "--json")
    assert today in refused(other, "other-day")
    assert program.ok("maintain", "--confirm-day", today) == {"erased": 0}
    assert program.ok("maintain") == {"erased": 0}


@pytest.mark.parametrize("command", ["serve", "migrate", "invite", "maintain"])
def test_a_database_that_does_not_answer_is_told_in_a_line(tmp_path: Path, command: str) -> None:
    program = operator(tmp_path, "postgresql://somebody:hunter2@127.0.0.1:9/nothing")
    done = program.here(command, "--json")
    lines = done.err.splitlines()
    done.err = lines[-1]
    assert "does not answer" in refused(done, "no-answer")
    assert "hunter2" not in " ".join(lines)


def test_a_database_of_no_known_kind_is_told_in_a_line(tmp_path: Path) -> None:
    done = operator(tmp_path, "mysql://somebody:hunter2@host/x").here("migrate", "--json")
    message = refused(done, "unknown-database")
    assert "postgresql://" in message
    assert "hunter2" not in message
