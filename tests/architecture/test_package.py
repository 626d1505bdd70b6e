"""What an installed Meldpunt brings along."""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path, PurePosixPath
from typing import Final

import pytest

import meldpunt
from tests.architecture.tree import PACKAGE, ROOT, project_files

TOP: Final = f"meldpunt-{meldpunt.__version__}"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the source distribution, and the wheel from that: as a release is made."""
    out = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT)],
        check=True,
        capture_output=True,
        timeout=900,
    )
    return out


@pytest.fixture(scope="module")
def wheel(built: Path) -> set[str]:
    """Return the names in the wheel."""
    with zipfile.ZipFile(built / f"{TOP}-py3-none-any.whl") as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def source_distribution(built: Path) -> set[str]:
    """Return the names in the source distribution, from the project's root."""
    with tarfile.open(built / f"{TOP}.tar.gz") as archive:
        names = [PurePosixPath(member.name) for member in archive if member.isfile()]
    return {str(name.relative_to(TOP)) for name in names}


def files_below(folder: Path) -> set[str]:
    """Return the files of the project below a folder, named from there."""
    return {str(path.relative_to(folder)) for path in project_files() if folder in path.parents}


def test_the_wheel_holds_every_migration(wheel: set[str]) -> None:
    migrations = files_below(ROOT / "migrations")
    assert migrations
    assert {f"meldpunt/migrations/{name}" for name in migrations} <= wheel


def test_the_wheel_holds_the_whole_package_and_its_types(wheel: set[str]) -> None:
    assert {f"meldpunt/{name}" for name in files_below(PACKAGE)} <= wheel
    assert "meldpunt/py.typed" in wheel


def test_the_wheel_holds_the_licence_and_nothing_else(wheel: set[str]) -> None:
    tops = {name.split("/")[0] for name in wheel}
    assert tops == {"meldpunt", f"{TOP}.dist-info"}
    assert f"{TOP}.dist-info/licenses/LICENSE" in wheel


def test_the_source_distribution_holds_every_file(source_distribution: set[str]) -> None:
    assert files_below(ROOT) - source_distribution == set()
