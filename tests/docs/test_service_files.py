"""The units and the compose file that operators copy."""

import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Final

import pytest

from meldpunt.server.settings import PREFIX, Settings
from tests.architecture.tree import ROOT
from tests.docs.markdown import shell_lines
from tests.support.debian import find_program

OPERATIONS: Final = ROOT / "docs" / "operations"
UNITS: Final = sorted((OPERATIONS / "systemd").iterdir())
HELPER: Final = (OPERATIONS / "meldpunt-host").read_text()
PROGRAM: Final = "/opt/meldpunt/bin/meldpunt"
MOST_EXPOSED: Final = "20"
"""In tenths: systemd calls everything below 2.0 well protected."""


@pytest.fixture(scope="module")
def units(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the units in a folder, with a program that is there."""
    folder = tmp_path_factory.mktemp("units")
    for unit in UNITS:
        (folder / unit.name).write_text(unit.read_text().replace(PROGRAM, "/bin/true"))
    return folder


def analyse(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [find_program("systemd-analyze", package="systemd"), *arguments]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SYSTEMD_LOG_LEVEL": "warning"},
    )


def test_systemd_finds_nothing_wrong_with_the_units(units: Path) -> None:
    done = analyse("verify", *map(str, sorted(units.iterdir())))
    assert (done.returncode, done.stderr.strip()) == (0, "")
    broken = units.parent / "broken.service"
    broken.write_text("[Service]\nExecStart=/bin/true\nProtectSytem=strict\n")
    assert "ProtectSytem" in analyse("verify", str(broken)).stderr


@pytest.mark.parametrize("name", [unit.name for unit in UNITS if unit.suffix == ".service"])
def test_every_service_is_well_protected(units: Path, name: str) -> None:
    done = analyse("security", "--offline=yes", f"--threshold={MOST_EXPOSED}", str(units / name))
    assert done.returncode == 0, done.stdout


def test_every_command_of_a_unit_exists() -> None:
    for unit in UNITS:
        for line in unit.read_text().splitlines():
            if not line.startswith("ExecStart="):
                continue
            program, command, *options = line.removeprefix("ExecStart=").split()
            assert program == PROGRAM
            done = subprocess.run(
                [sys.executable, "-m", "meldpunt", command, "--help"],
                capture_output=True,
                text=True,
                check=True,
            )
            named = [option for option in options if option.startswith("--")]
            assert [option for option in named if option not in done.stdout] == []


def settings_of(unit: str) -> dict[str, set[str]]:
    """Return what a unit sets: the words of each directive."""
    found: dict[str, set[str]] = {}
    for name, words in re.findall(
        r"^(\w+)=(.*)$", (OPERATIONS / "systemd" / unit).read_text(), re.MULTILINE
    ):
        found.setdefault(name, set()).update(words.split())
    return found


def test_commands_of_an_operator_run_as_the_services_do() -> None:
    host = settings_of("meldpunt.service")
    for name in ("EnvironmentFile", "WorkingDirectory", "UMask"):
        assert f"--property={name}={host[name].copy().pop()}" in HELPER
    assert f"--uid={host['User'].copy().pop()}" in HELPER
    assert PROGRAM in HELPER


def test_services_may_write_every_folder_that_an_operator_is_told_to_make_for_them() -> None:
    made = set()
    for page in OPERATIONS.glob("*.md"):
        for line in shell_lines(page.read_text()):
            if line.startswith("install --directory --owner meldpunt "):
                made.update(re.findall(r"(?<= )/\S+", line))
    assert len(made) >= 3
    services = [settings_of(unit.name) for unit in UNITS if unit.suffix == ".service"]
    allowed = {f"/var/lib/{name}" for unit in services for name in unit["StateDirectory"]}
    for unit in services:
        allowed |= {path.lstrip("-") for path in unit.get("ReadWritePaths", set())}
    assert made - allowed == set()


def test_the_compose_file_sets_only_what_there_is() -> None:
    compose = import_module("yaml").safe_load((OPERATIONS / "compose.yaml").read_text())
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    services = compose["services"]
    assert set(services) == {"database", "attachments", "migrate", "host"}
    for name in ("migrate", "host"):
        assert set(services[name]["environment"]) <= known
        assert services[name]["command"].startswith("meldpunt ")
    assert services["host"]["ports"] == ["127.0.0.1:8000:8000"]
    for name, service in services.items():
        assert set(service.get("depends_on", {})) <= set(services), name
        assert set(service.get("secrets", [])) <= set(compose["secrets"]), name
