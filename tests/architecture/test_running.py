"""The test run itself: a test that is left out fails the session."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.architecture.tree import ROOT

LEFT_OUT: Final = {
    "skipped": "import pytest\n\ndef test_a():\n    pytest.skip('no database')\n",
    "skipped as a module": "import pytest\npytest.importorskip('no_such_module')\n",
    "expected to fail": "import pytest\n\n@pytest.mark.xfail\ndef test_a():\n    assert False\n",
}


def run_pytest(
    folder: Path, source: str, case: str = "test_case.py"
) -> subprocess.CompletedProcess[str]:
    """Run one passing test and `source` under the project's conftest."""
    shutil.copy(ROOT / "tests" / "conftest.py", folder)
    (folder / "test_passing.py").write_text("def test_it_passes():\n    pass\n")
    (folder / case).parent.mkdir(parents=True, exist_ok=True)
    (folder / case).write_text(source)
    outside = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "."],
        cwd=folder,
        env=outside | {"PYTHONPATH": str(ROOT)},  # the conftest imports its helpers
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )


@pytest.mark.parametrize("source", LEFT_OUT.values(), ids=LEFT_OUT.keys())
def test_a_test_that_does_not_run_fails_the_session(tmp_path: Path, source: str) -> None:
    done = run_pytest(tmp_path, source)
    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    assert "left out" in done.stdout


def test_a_session_where_all_ran_passes(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, "def test_it_passes_too():\n    pass\n")
    assert done.returncode == pytest.ExitCode.OK


def test_what_a_programme_still_waits_for_is_expected_to_fail(tmp_path: Path) -> None:
    source = LEFT_OUT["expected to fail"]
    done = run_pytest(tmp_path, source, "tests/programmes/test_case.py")
    assert done.returncode == pytest.ExitCode.OK
    strict = source.replace("assert False", "pass").replace("xfail", "xfail(strict=True)")
    done = run_pytest(tmp_path, strict, "tests/programmes/test_case.py")
    assert done.returncode == pytest.ExitCode.TESTS_FAILED
