"""What the documents say of files, commands, columns and settings is so."""

import re
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import Table

from meldpunt.server.http import attachments, bulletins, challenges, inbox, lines, report
from meldpunt.server.settings import PREFIX, Settings
from meldpunt.server.store.tables import metadata
from tests.architecture.tree import ROOT, project_files
from tests.docs.markdown import README, anchors, codes, links, prose, rows, section, shell_lines

DOCUMENTS: Final = [path for path in project_files() if path.suffix == ".md"]
INSTALL: Final = (ROOT / "docs" / "operations" / "install.md").read_text(encoding="utf-8")
HOST_VIEW: Final = (ROOT / "docs" / "what-the-host-sees.md").read_text(encoding="utf-8")


def broken_links(path: Path) -> list[str]:
    """Return the links of a document that lead nowhere in the project."""
    return [link for link in links(path.read_text(encoding="utf-8")) if not leads(path, link)]


def leads(path: Path, link: str) -> bool:
    """Say whether a link has its target; addresses of the web are taken as they are."""
    if link.startswith(("https://", "http://", "mailto:")):
        return True
    name, _, anchor = link.partition("#")
    target = (path.parent / name).resolve() if name else path
    if not target.exists() or ROOT not in (target, *target.parents):
        return False
    return not anchor or anchor in anchors(target.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_inside_the_project_has_its_target(path: Path) -> None:
    assert broken_links(path) == []


def test_a_link_to_a_missing_file_or_heading_is_found(tmp_path: Path) -> None:
    assert not leads(ROOT / "README.md", "docs/nothing.md")
    assert not leads(ROOT / "README.md", "docs/operations/install.md#nothing")
    assert not leads(ROOT / "README.md", "../elsewhere.md")
    assert leads(ROOT / "README.md", "docs/operations/install.md#settings")


NAMED_PATH: Final = re.compile(r"(?:src|tests|docs|openapi|migrations|benchmarks)/[\w./-]*\w/?")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_path_of_the_project_named_in_a_document_exists(path: Path) -> None:
    found = codes(prose(path.read_text(encoding="utf-8")))
    named_here = [code for code in found if NAMED_PATH.fullmatch(code)]
    assert [code for code in named_here if not (ROOT / code).exists()] == []


def test_every_decision_is_in_the_list() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = links((folder / "README.md").read_text(encoding="utf-8"))
    assert sorted(listed) == sorted(p.name for p in folder.glob("0*.md"))


def columns(table: Table) -> set[str]:
    return {column.name for column in table.columns}


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_every_column_of_the_host_is_described_and_no_other(table: Table) -> None:
    described = [
        name for row in rows(section(HOST_VIEW, f"`{table.name}`")) for name in codes(row[0])
    ]
    assert sorted(described) == sorted(columns(table))


def test_every_table_described_exists() -> None:
    described = re.findall(r"^### `(\w+)`$", HOST_VIEW, re.MULTILINE)
    assert sorted(described) == sorted(metadata.tables)


def test_every_operation_of_the_host_is_described() -> None:
    described = section(HOST_VIEW, "Requests and answers")
    for resource in (challenges, bulletins, lines, report, inbox, attachments):
        for route in resource.router.routes:
            first = route.path.removeprefix("/v1/").split("/")[0]
            assert f"/v1/{first}" in described


def test_the_settings_described_are_those_of_the_host() -> None:
    described = {codes(row[0])[0]: row[1] for row in rows(section(INSTALL, "Settings"))}
    assert list(described) == [PREFIX + name.upper() for name in Settings.model_fields]


def test_the_defaults_described_are_those_of_the_host() -> None:
    host = Settings()
    described = {codes(row[0])[0]: row[1] for row in rows(section(INSTALL, "Settings"))}
    assert described == {
        "MELDPUNT_DATABASE_URL": f"`{host.database_url.get_secret_value()}`",
        "MELDPUNT_SECRETS_FILE": f"`{host.secrets_file}`",
        "MELDPUNT_ORIGINS": f"`{','.join(host.origins)}`",
        "MELDPUNT_FRONTEND_ORIGINS": "none",
        "MELDPUNT_CONTACT_NAME": "none",
        "MELDPUNT_CONTACT_URL": "none",
        "MELDPUNT_CONTACT_EMAIL": "none",
        "MELDPUNT_CHALLENGE_SECONDS": f"`{host.challenge_seconds}`",
        "MELDPUNT_QUEUE_SIZE": f"`{host.queue_size}`",
        "MELDPUNT_ATTACHMENTS": "beside the database",
        "MELDPUNT_S3_ENDPOINT": "Amazon's",
        "MELDPUNT_S3_REGION": f"`{host.s3_region}`",
        "MELDPUNT_S3_KEY_ID": "none",
        "MELDPUNT_S3_SECRET": "none",
        "MELDPUNT_BULLETINS": "none",
        **{
            PREFIX + name.upper(): f"`{getattr(host, name)}`"
            for name in Settings.model_fields
            if name.endswith(("_bytes", "_report", "_line", "_author", "_days", "_at_once"))
        },
    }
    assert host.frontend_origins == ()
    assert host.contact == {}
    assert (host.attachments, host.s3_endpoint, host.s3_key_id, host.s3_secret) == (None,) * 4


def make_targets() -> set[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z]+):.*##", makefile, re.MULTILINE))


def named(pattern: str) -> set[str]:
    """Return what a pattern finds in all documents, in blocks for a shell and in code type."""
    found: set[str] = set()
    for path in DOCUMENTS:
        text = path.read_text(encoding="utf-8")
        for code in (*shell_lines(text), *codes(prose(text))):
            found.update(re.findall(pattern, code))
    return found


def test_every_make_target_named_in_a_document_exists() -> None:
    assert {"demo", "test"} <= named(r"\bmake ([a-z]+)\b")
    assert named(r"^make ([a-z]+)\b") - make_targets() == set()


def test_the_readme_has_the_two_commands_in_blocks_of_their_own() -> None:
    assert "\n```\nmake demo\n```\n" in README
    assert "\n```\nmake test\n```\n" in README


def test_the_first_day_in_dutch_has_the_same_commands() -> None:
    """The ones in English are run; a reader of Dutch must not get others."""
    english, dutch = (
        re.findall(
            r"^```bash\n.*?^```$", (ROOT / "docs" / name).read_text(), re.DOTALL | re.MULTILINE
        )
        for name in ("first-day.md", "eerste-dag.md")
    )
    assert dutch == english
    assert len(english) > 10
