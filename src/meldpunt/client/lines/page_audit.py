"""Compare a served page with the release and with what the line's office signed.

A browser shows whatever its server sends. Nothing in it can notice another script. So this looks
from outside: at every file, at the policy that the server sends, and at `line.json`.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from hashlib import sha256
from typing import Final

from meldpunt.client.http.address import LineAddress
from meldpunt.client.http.errors import AddressError, AnswerSizeError, ProblemError
from meldpunt.client.http.page_files import PageFiles, ServedFile
from meldpunt.client.http.transport import Transport
from meldpunt.client.lines.findings import Check, Finding, Level, WrongField
from meldpunt.client.lines.line import fetch_text
from meldpunt.page import INDEX, LINE, MANIFEST, SINGLE, read_build, read_line_file
from meldpunt.protocol.line import VerifiedLine
from meldpunt.protocol.texts.page_manifest import PageManifest, read_page_manifest
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import RefusedError

_OK: Final = 200
_TYPES: Final = {
    "html": "text/html",
    "js": "text/javascript",
    "css": "text/css",
    "json": "application/json",
}
_FORBIDDEN: Final = frozenset(
    {"refresh", "set-cookie", "link", "nel", "report-to", "reporting-endpoints", "sourcemap"}
    | {"content-security-policy-report-only", "service-worker-allowed"}
)
"""Fields by which a server could load, keep or report more than the page does."""
_NEEDED: Final = {"x-content-type-options": "nosniff", "referrer-policy": "no-referrer"}
_HSTS: Final = "strict-transport-security"
_TYPE: Final = "content-type"


async def audit_page(
    page: PageFiles, transport: Transport, address: LineAddress, line: VerifiedLine
) -> list[Finding]:
    """Compare a page with its release, its line and its line's signed document.

    Args:
        page: The connection to the page's server.
        transport: The connection to the line's host.
        address: The line that the page should be for.
        line: The line, verified.

    Raises:
        UnreachableError: The page's server, or the host, does not answer.
    """
    served = await _fetch(page, MANIFEST)
    manifest, findings = await _expected(served, transport, line)
    found = [*findings]
    found += [finding async for finding in _files(page, manifest)]
    found += await _line_file(page, address, line)
    return found


async def _expected(
    served: ServedFile | None, transport: Transport, line: VerifiedLine
) -> tuple[PageManifest, list[Finding]]:
    """Choose the manifest: the served one if release or office knows it, else the release's."""
    build = read_build()
    known = {ids.text_hash(build.files[MANIFEST]): build.manifest}
    known |= await _signed(transport, line)
    data = b"" if served is None or served.status != _OK else served.data
    name = ids.text_hash(data)
    level = Level.FINE if name in known else Level.ALARM
    found = [Finding(level, Check.PAGE_RELEASE, file=MANIFEST), _listed(line, name)]
    return known.get(name, build.manifest), found


def _listed(line: VerifiedLine, name: ids.Hash) -> Finding:
    """Say whether the office signed this manifest. Many offices list none."""
    listed = line.document.pages or ()
    otherwise = Level.ALARM if listed else Level.NOTE
    level = Level.FINE if name in listed else otherwise
    return Finding(level, Check.PAGE_SIGNED, line.document.number)


async def _signed(transport: Transport, line: VerifiedLine) -> dict[ids.Hash, PageManifest]:
    found = {}
    for name in line.document.pages or ():
        try:
            found[name] = read_page_manifest(await fetch_text(transport, line, name))
        except (RefusedError, ProblemError):
            continue  # the audit of texts tells it; here the file then compares with the release
    return found


async def _files(page: PageFiles, manifest: PageManifest) -> AsyncIterator[Finding]:
    wrong = 0
    for file in manifest.files:
        names = (file.path, "") if file.path == INDEX else (file.path,)
        for name in names:
            served = await _fetch(page, name)
            shown = name or "/"
            if served is None or served.status != _OK or sha256(served.data).digest() != file.hash:
                wrong += 1
                yield Finding(Level.ALARM, Check.PAGE_FILE, file=shown)
            for check, fields in _head(served, file.path, manifest.policy):
                wrong += 1
                yield Finding(Level.ALARM, check, file=shown, fields=fields)
            if name == "" and served is not None:
                for finding in _transport_security(page, served):
                    yield finding
    if not wrong:
        yield Finding(Level.FINE, Check.PAGE_FILE)


def _head(
    served: ServedFile | None, path: str, policy: str
) -> Iterator[tuple[Check, tuple[WrongField, ...]]]:
    """Yield what is wrong with the fields that a server sends beside a file, and which ones."""
    if served is None:
        return
    is_download = path == SINGLE and "attachment" in served.fields.get("content-disposition", "")
    if served.fields.get("content-security-policy") != policy and not is_download:
        yield Check.PAGE_POLICY, ()
    fields = tuple(_wrong_fields(served.fields, path))
    if fields:
        yield Check.PAGE_HEADER, fields


def _wrong_fields(fields: Mapping[str, str], path: str) -> Iterator[WrongField]:
    for name, value in _NEEDED.items():
        if fields.get(name) != value:
            yield WrongField(name, value)
    wanted = _TYPES.get(path.rpartition(".")[2])
    if wanted not in (None, fields.get(_TYPE, "").partition(";")[0].strip().lower()):
        yield WrongField(_TYPE, wanted)
    for name in sorted(_FORBIDDEN & fields.keys()):
        yield WrongField(name, None)


def _transport_security(page: PageFiles, served: ServedFile) -> list[Finding]:
    if page.folder.startswith("https://") and _HSTS not in served.fields:
        return [Finding(Level.NOTE, Check.PAGE_TRANSPORT)]
    return []


async def _line_file(page: PageFiles, address: LineAddress, line: VerifiedLine) -> list[Finding]:
    served = await _fetch(page, LINE)
    if served is None or served.status != _OK or not _names(served.data, address, line):
        return [Finding(Level.ALARM, Check.PAGE_LINE, file=LINE)]
    if not _is_fresh(served.fields):
        return [Finding(Level.NOTE, Check.PAGE_LINE, file=LINE)]
    return [Finding(Level.FINE, Check.PAGE_LINE, file=LINE)]


def _names(data: bytes, address: LineAddress, line: VerifiedLine) -> bool:
    """Say whether `line.json` names this line, on a host that its document names."""
    try:
        told = LineAddress.parse(read_line_file(data) or "")
    except AddressError:
        return False
    is_known = told.pin is None or told.pin.number < line.pin.number or told.pin == line.pin
    same_line = told.line_id == address.line_id
    return same_line and is_known and told.origin in line.document.origins


def _is_fresh(fields: Mapping[str, str]) -> bool:
    return "no-store" in fields.get("cache-control", "").lower()


async def _fetch(page: PageFiles, name: str) -> ServedFile | None:
    """Fetch a file, or None for one that is larger than any file of a page."""
    try:
        return await page.fetch(name)
    except AnswerSizeError:
        return None
