"""Rules of the client for browsers: small files, few packages, nothing from around it."""

import re
from collections.abc import Iterator
from typing import Final

from tests.architecture.tree import PACKAGE, ROOT, project_files

SDK: Final = ROOT / "web" / "sdk" / "src"
LONGEST: Final = 300
WRITTEN_BY_A_PROGRAM: Final = {"character-table.ts", "package-lock.json"}

LIBRARIES: Final = ("@noble/ciphers/", "@noble/curves/", "@noble/hashes/", "@noble/post-quantum/")
"""All that the SDK may import from outside."""

AROUND: Final = re.compile(
    r"\b(localStorage|sessionStorage|indexedDB|document\.cookie|globalThis|window\.|process\."
    r"|Date\.now|Math\.random|new Date\(\))|\bnavigator\b"
)
"""Storage, globals, clocks and randomness that nobody handed in."""

GIVEN: Final = {"client/environment.ts"}
"""The one place that names the clock, the randomness and `fetch` of the platform, as defaults."""


OWN: Final = {
    "export-file.ts",  # in Python a part of the client
    "key-file-content.ts",  # in Python a part of the command line
    "key-file.ts",
    "key-merge.ts",
    "primitives/argon2id.ts",
    "primitives/hpke.ts",  # libraries have these in Python
    "primitives/secretstream.ts",
    "primitives/x-wing.ts",
    "verify/log/directory.ts",
}
"""Modules that the core in Python does not have."""


def code() -> Iterator[tuple[str, str]]:
    """Give each module of the SDK and its text without comments."""
    for path in sorted(SDK.rglob("*.ts")):
        text = re.sub(r"/\*.*?\*/|//[^\n]*", "", path.read_text("utf-8"), flags=re.DOTALL)
        yield str(path.relative_to(SDK)), text


def test_no_file_of_the_web_is_longer_than_a_person_reads() -> None:
    web = [path for path in project_files() if ROOT / "web" in path.parents]
    written = [path for path in web if path.name not in WRITTEN_BY_A_PROGRAM]
    assert written
    lengths = {str(path): len(path.read_text("utf-8").splitlines()) for path in written}
    assert {path: n for path, n in lengths.items() if n > LONGEST} == {}


def test_the_sdk_imports_itself_and_noble() -> None:
    found = {
        (module, name)
        for module, text in code()
        for name in re.findall(r'(?:from|import\()\s*"([^"]+)"', text)
        if not name.startswith((".", *LIBRARIES))
    }
    assert found == set()


def test_the_sdk_reads_no_clock_randomness_or_storage_by_itself() -> None:
    found = {module: AROUND.findall(text) for module, text in code() if module not in GIVEN}
    assert {module: names for module, names in found.items() if names} == {}


def test_the_protocol_has_the_names_that_it_has_in_python() -> None:
    ours = {path.relative_to(SDK / "protocol") for path in (SDK / "protocol").rglob("*.ts")}
    theirs = {
        path.relative_to(PACKAGE / "protocol") for path in (PACKAGE / "protocol").rglob("*.py")
    }
    named = {path.with_name(path.stem.replace("_", "-") + ".ts") for path in theirs}
    assert {str(path) for path in ours - named} == OWN


def test_a_clock_that_nobody_handed_in_is_found() -> None:
    assert AROUND.search("const now = Date.now();")
    assert not AROUND.search("const today = dayOf(clock());")
