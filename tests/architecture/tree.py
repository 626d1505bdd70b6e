"""The project's own files, found by walking: a checkout, a copy and a source distribution alike."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
PACKAGE: Final = ROOT / "src" / "meldpunt"

_MADE: Final = frozenset(
    {".git", ".venv", "build", "dist", "node_modules", "__pycache__"}
    | {".hypothesis", ".import_linter_cache", ".mypy_cache", ".pytest_cache", ".ruff_cache"}
)
"""What tools make; none of it is part of the project."""

_MADE_BY_A_HOST: Final = re.compile(r".*[.](db|sqlite)(-shm|-wal)?|meldpunt-secrets[.]json")
"""A host that was started in the checkout leaves these; .gitignore names them too."""


def project_files() -> Iterator[Path]:
    """Give every file of the project."""
    for folder, folders, files in os.walk(ROOT):
        folders[:] = sorted(set(folders) - _MADE)
        for name in sorted(set(files) - _MADE):
            if not _MADE_BY_A_HOST.fullmatch(name):
                yield Path(folder, name)


def modules_in(*folders: str) -> list[Path]:
    """Give the package's modules in these folders or files, named from `src/meldpunt`."""
    wanted = [PACKAGE / folder for folder in folders]
    return [
        path
        for path in sorted(PACKAGE.rglob("*.py"))
        if any(path == place or place in path.parents for place in wanted)
    ]
