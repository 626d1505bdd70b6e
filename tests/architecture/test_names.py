"""One word for one thing: no two types share a name, and no folder is a crowd."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.architecture.tree import PACKAGE, ROOT

MOST_MODULES: Final = 22
"""Modules in one folder that a newcomer can still oversee."""

GLOSSARY: Final = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")


def types() -> Iterator[tuple[str, str]]:
    """Give the name of each public class, and its module."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                yield node.name, str(path.relative_to(PACKAGE))


def folders() -> Iterator[Path]:
    """Give each folder of the package that holds modules."""
    yield from sorted({path.parent for path in PACKAGE.rglob("*.py")})


DOORS: Final = {"Handler", "Reporter"}
"""Doors of the SDK are named after the people who enter; no other type is."""


def test_no_two_types_share_a_name() -> None:
    modules = defaultdict(list)
    for name, module in types():
        modules[name].append(module)
    assert {name: found for name, found in modules.items() if len(found) > 1} == {}


def test_the_doors_of_the_sdk_are_at_its_root() -> None:
    found = {name: module for name, module in types() if name in DOORS}
    assert found == {"Handler": "client/handler.py", "Reporter": "client/reporter.py"}


def test_no_folder_holds_more_modules_than_a_newcomer_can_oversee() -> None:
    counts = {str(f.relative_to(PACKAGE)): len(list(f.glob("[a-z]*.py"))) for f in folders()}
    assert {folder: n for folder, n in counts.items() if n > MOST_MODULES} == {}


def test_every_folder_says_in_one_line_what_it_is_for() -> None:
    silent = [
        str(folder.relative_to(PACKAGE))
        for folder in folders()
        if not ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_the_glossary_defines_each_word_once() -> None:
    rows = [line.split("|")[1].strip() for line in GLOSSARY.splitlines() if line.startswith("|")]
    words = [word for word in rows if word not in ("term", "---")]
    assert len(words) > 100
    assert sorted(words) == sorted(set(words))
