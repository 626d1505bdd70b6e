"""The built page in the package is what the source gives, whoever builds it, and wherever."""

import gzip
import shutil
from hashlib import sha256
from pathlib import Path
from typing import Final

import pytest

from meldpunt.page import INDEX, MANIFEST, SINGLE, read_build
from tests.architecture.tree import PACKAGE, ROOT
from tests.web import node

BUILT: Final = PACKAGE / "page" / "built"
BUNDLED: Final = ("@noble", "preact")
"""Packages of which something is in the page."""
MOST: Final = 120 * 1024
"""Bytes that a person loads, compressed."""
ANEW: Final = (
    "The page in src/meldpunt/page/built is not what web/report and web/sdk give now."
    " Run `make page`, and commit what it writes together with the change."
)


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Build in another folder, from copies alone."""
    node.install()
    web = tmp_path_factory.mktemp("elsewhere") / "deep" / "web"
    without = shutil.ignore_patterns("node_modules", "dist", "tests")
    for name in ("report", "sdk"):
        shutil.copytree(node.WEB / name, web / name, ignore=without)
    for name in BUNDLED:
        shutil.copytree(node.WEB / "node_modules" / name, web / "node_modules" / name)
    for name in ("esbuild", "@esbuild"):
        (web / "node_modules" / name).symlink_to(node.WEB / "node_modules" / name)
    out = web.parent / "out"
    node.run("node", "build.js", str(out), folder=web / "report")
    return {path.name: path.read_bytes() for path in out.iterdir()}


def test_the_committed_page_is_what_the_source_gives(elsewhere: dict[str, bytes]) -> None:
    committed = {path.name: path.read_bytes() for path in BUILT.iterdir()}
    differing = {name for name, data in elsewhere.items() if committed.get(name) != data}
    assert differing | (committed.keys() - elsewhere.keys()) == set(), ANEW


def test_the_manifest_names_every_file_and_its_policy() -> None:
    build = read_build()
    assert {file.path for file in build.manifest.files} == {
        path.name for path in BUILT.iterdir()
    } - {MANIFEST}
    for file in build.manifest.files:
        data = build.files[file.path]
        assert (file.hash, file.size) == (sha256(data).digest(), len(data))
    policy = {part.split()[0]: part.split()[1:] for part in build.manifest.policy.split("; ")}
    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"] == policy["style-src"] == ["'self'"]
    assert policy["frame-ancestors"] == policy["form-action"] == ["'none'"]
    assert "unsafe" not in build.manifest.policy
    assert "sha256" not in build.manifest.policy
    page = build.files[INDEX].decode()
    assert build.manifest.policy.replace("; frame-ancestors 'none'", "") in page


def test_the_lines_for_servers_have_the_policy_of_the_build() -> None:
    lines = (ROOT / "docs" / "pages.md").read_text("utf-8")
    policy = f'Content-Security-Policy "{read_build().manifest.policy}"'
    assert lines.count(policy) == lines.count("Content-Security-Policy ") == 2


def test_the_page_loads_little_and_names_no_line_or_machine(tmp_path: Path) -> None:
    files = read_build().files
    loaded = [data for name, data in files.items() if name not in {MANIFEST, SINGLE}]
    assert sum(len(gzip.compress(data, mtime=0)) for data in loaded) <= MOST
    assert len(gzip.compress(files[SINGLE], mtime=0)) <= MOST
    for name, data in files.items():
        for word in (b"/v1/lines/a", str(node.WEB).encode(), b"sourceMappingURL", b"node_modules"):
            assert word not in data, (name, word)
    assert files[SINGLE].count(b"<script") == 1
