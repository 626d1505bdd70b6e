"""The specification says what the code does: reasons, labels, sections, vectors and examples."""

import json
import re
from pathlib import Path
from typing import Final

from meldpunt.protocol.verify.errors import Reason
from openapi.generator.kept_wraps import VECTORS
from openapi.generator.operations import OPERATIONS

ROOT: Final = Path(__file__).parents[2]
TEXTS: Final = ("protocol.md", "extensions.md", "annexes.md")
"""Three texts with one numbering."""
TEXT: Final = "".join((ROOT / "openapi" / name).read_text("utf-8") for name in TEXTS)
FILES_TEXT: Final = (ROOT / "openapi" / "files.md").read_text("utf-8")
README: Final = (ROOT / "openapi" / "README.md").read_text("utf-8")
PROTOCOL: Final = ROOT / "src" / "meldpunt" / "protocol"
FILES: Final = {path.stem: path.read_text("utf-8") for path in VECTORS.glob("*.json")}
REASONS: Final = TEXT[TEXT.index("## 12. ") :]
_HEADING: Final = re.compile(r"^#{2,3} ([0-9]+(?:\.[0-9]+)?)\.? ", re.MULTILINE)
SECTIONS: Final = set(_HEADING.findall(TEXT))
_CITED: Final = re.compile(r"(files\.md )?sections? ([0-9.]+)(?: (?:and|to) ([0-9.]+))?")


def _sources(folder: Path = PROTOCOL) -> str:
    return "".join(path.read_text("utf-8") for path in sorted(folder.rglob("*.py")))


def _cited(text: str, *, files: bool) -> set[str]:
    """Return the sections that a text cites, of files.md or of the protocol's texts."""
    found = (pair for of_files, *pair in _CITED.findall(text) if bool(of_files) == files)
    return {number.rstrip(".") for pair in found for number in pair if number}


def _labels(source: str) -> set[str]:
    return set(re.findall(r'"(mp1/[a-z-]+)"', source))


def test_the_table_of_reasons_is_the_enum_in_its_order() -> None:
    listed = re.findall(r"^\| `([a-z0-9-]+)` \|", REASONS, re.MULTILINE)
    assert listed == [reason.value for reason in Reason]


def test_every_refusal_of_a_vector_is_in_the_table() -> None:
    refused = {
        vector["refused"]
        for content in FILES.values()
        for vector in json.loads(content)["vectors"]
        if "refused" in vector
    }
    assert refused <= {reason.value for reason in Reason}


def test_the_sections_that_reasons_name_exist() -> None:
    for cell in re.findall(r"^\| `[a-z0-9-]+` \| ([0-9., ]+) \|", REASONS, re.MULTILINE):
        assert set(cell.split(", ")) <= SECTIONS


def test_the_sections_that_the_code_names_exist() -> None:
    own = _cited(_sources(), files=False)
    assert own - {"2.5"} <= SECTIONS  # 2.5 is RFC 9421's
    assert len(own) > 10
    of_files = _cited(_sources(ROOT / "src") + _sources(ROOT / "openapi"), files=True)
    assert of_files <= set(_HEADING.findall(FILES_TEXT))
    assert {"1", "2", "3"} <= of_files


def test_every_label_of_the_code_is_listed_and_nothing_else() -> None:
    used = _labels(_sources()) | {"mp1/wrap"}
    assert set(re.findall(r"\| `(mp1/[a-z-]+)` \|", TEXT)) == used
    in_files = _labels(_sources(PROTOCOL.parent / "client")) - used
    assert set(re.findall(r"\| `(mp1/[a-z-]+)` \|", FILES_TEXT)) == in_files


def test_every_vector_that_the_text_names_exists() -> None:
    names = {
        file: {vector["name"] for vector in json.loads(content)["vectors"]}
        for file, content in FILES.items()
    }
    cited = re.findall(r"`([a-z0-9-]+):([a-z0-9-]+)(…?)`", TEXT + FILES_TEXT)
    assert len(cited) > 20
    for file, name, prefix in cited:
        if file != "file":
            found = [known for known in names[file] if known.startswith(name)]
            assert found if prefix else name in names[file], (file, name)


def test_every_hexadecimal_example_is_in_the_vectors() -> None:
    examples = re.findall(r"`([0-9a-f]{14,})`", TEXT)
    assert len(examples) >= 4
    for example in examples:
        assert any(example in content for content in FILES.values())


def test_the_readme_lists_every_operation() -> None:
    assert {name for name in OPERATIONS if f"`{name}`" not in README} == set()


def test_the_example_request_is_the_vectors() -> None:
    digest = re.search(r'"content-digest": (\S+)', TEXT)
    assert digest is not None
    assert digest[1] in FILES["request"]


def test_the_core_stays_as_long_as_a_person_reads_in_an_hour() -> None:
    core = (ROOT / "openapi" / "protocol.md").read_text("utf-8")
    assert len(core.split()) <= 9_000


def test_every_section_stands_once() -> None:
    headings = _HEADING.findall(TEXT)
    assert len(headings) == len(set(headings))
    core = (ROOT / "openapi" / "protocol.md").read_text("utf-8")
    elsewhere = SECTIONS - set(_HEADING.findall(core))
    extensions = "5.6 6.3 6.4 7.7 8.1 9.5 9.6 9.7 9.8 9.9 9.10 10.4 10.5 10.6"
    annexes = "5.5 7.8 10.7 10.8 11 12 13"
    assert elsewhere == {*extensions.split(), *annexes.split()}


def test_the_levels_name_files_of_vectors() -> None:
    named = re.findall(r"`([a-z0-9-]+)`", TEXT[TEXT.index("### 0.1 ") : TEXT.index("## 1. ")])
    assert {"receipt", "message", "log", "clocks"} <= set(named)
    assert {name for name in named if name not in FILES} <= {
        "succession", "consent", "acceptance", "refusal", "fields", "tag"}  # fmt: skip
