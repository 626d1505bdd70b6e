"""Clean PDF documents: remove title, author, programs, dates and history, and keep the pages.

The cleaner writes the document anew. That also removes earlier versions and unused objects.
"""

import io
import re
import zlib
from collections.abc import Iterator, Mapping
from typing import Final

import pikepdf

from meldpunt.cleaning.jpeg import strip_segments
from meldpunt.cleaning.limits import Limits
from meldpunt.cleaning.profile import bare_profile, is_common, is_profile
from meldpunt.cleaning.results import (
    Cleaned,
    Failure,
    NotCleanedError,
    Remainder,
    Trace,
)

_SAYS: Final = {
    "/Metadata": Trace.DOCUMENT_DATA,  # XMP, of the document or of anything in it
    "/PieceInfo": Trace.DOCUMENT_DATA,  # private data of programs
    "/LastModified": Trace.TIME,
    "/Thumb": Trace.FURTHER_PICTURES,
    "/CreatorInfo": Trace.DEVICE,  # the program that made a layer
    "/OPI": Trace.PLACE_ON_DISK,  # paths of pictures that a printer should insert
    "/Win": Trace.PLACE_ON_DISK,  # the path of a program to start
    "/SpiderInfo": Trace.DOCUMENT_DATA,  # where and when somebody saved a web page
    "/IDS": Trace.DOCUMENT_DATA,
    "/URLS": Trace.DOCUMENT_DATA,
    "/Collection": Trace.FILES_INSIDE,  # how a viewer shows the files inside
    "/EmbeddedFiles": Trace.FILES_INSIDE,
    "/EF": Trace.FILES_INSIDE,
    "/AF": Trace.FILES_INSIDE,
}
_TEXT_SAYS: Final = {
    "/Author": Trace.PERSON,
    "/Creator": Trace.DEVICE,
    "/Producer": Trace.DEVICE,
    "/CreationDate": Trace.TIME,
    "/ModDate": Trace.TIME,
}
"""Keys of layers, articles and files inside. If the value is text, it means what it means for a
document."""
_ANNOTATION_SAYS: Final = {
    "/T": Trace.PERSON,
    "/M": Trace.TIME,
    "/NM": Trace.FURTHER_DATA,
}
_FILE_NAMES: Final = frozenset({"/F", "/UF", "/DOS", "/Mac", "/Unix"})
_ADDRESSES: Final = frozenset({"/URI", "/Base"})
_ON_THE_WEB: Final = re.compile(r"(?:https?|ftp|mailto):", re.IGNORECASE)
_ON_A_DISK: Final = re.compile(r"\s*(?:file:|[a-z]:[\\/]|[\\/~])", re.IGNORECASE)
_JPEG: Final = "/DCTDecode"
_FLATE: Final = "/FlateDecode"
_LONGEST_PROFILE: Final = 8 << 20
_HOLDS_FILES: Final = frozenset({"/XFA", "/Sound"})
"""A form in XML, which holds its history, and a sound recording."""

_TRAILER: Final = frozenset({"/Root", "/Size"})
_OF_THE_FILE: Final = frozenset(
    {"/ID", "/Prev", "/XRefStm", "/Encrypt"}
    # ISO 32000-1 section 7.5.8: a trailer may be the dictionary of a stream.
    | {"/Type", "/Index", "/W", "/Length", "/Filter", "/DecodeParms"}
)
"""Keys that every program makes anew when it writes a document."""

_FREE_TYPES: Final = frozenset({"/Widget", "/Link"})
"""Annotations whose `/T` is not a person's name: form fields and links."""


def clean_document(data: bytes, limits: Limits) -> Cleaned:
    """Clean a PDF document.

    Raises:
        NotCleanedError: The document has too many pages, or still holds a trace after cleaning.
        Exception: Any exception that the library raises for damaged input.
    """
    # In a stranger's document any value may have any type, so pikepdf must return objects.
    with pikepdf.explicit_conversion():
        return _cleaned(data, limits)


def _cleaned(data: bytes, limits: Limits) -> Cleaned:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        if len(pdf.pages) > limits.pages:
            raise NotCleanedError(Failure.TOO_MANY_PAGES)
        removed = {*_clean_trailer(pdf), *_clean(pdf)}
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    with pikepdf.open(io.BytesIO(out.getvalue())) as again:
        if {*_clean_trailer(again), *_clean(again)}:
            raise NotCleanedError(Failure.REMAINS)
        remaining = tuple(sorted(set(_remainders(again))))
    return Cleaned(out.getvalue(), "application/pdf", tuple(sorted(removed)), remaining)


def _clean_trailer(pdf: pikepdf.Pdf) -> Iterator[Trace]:
    """Keep only the trailer's keys that lead to the pages.

    All other keys say who made the document, or link it to its source (`/DocChecksum`).
    """
    for key in pdf.trailer.keys() - _TRAILER:
        del pdf.trailer[key]
        if key not in _OF_THE_FILE:
            # LibreOffice stores a document's source text under this key.
            yield Trace.FILES_INSIDE if key == "/AdditionalStreams" else Trace.DOCUMENT_DATA


def _clean(pdf: pikepdf.Pdf) -> Iterator[Trace]:
    """Remove all traces, and yield the kind of each."""
    for found in _dictionaries(pdf):
        yield from _remove(found, _SAYS)
        yield from _remove(found, {key: _TEXT_SAYS[key] for key in _texts(found)})
        yield from _remove(found, _annotation_says(found))
        yield from _remove_places(found)
        if _filters(found) == [_JPEG]:
            yield from _clean_picture(found)
        if _may_be_profile(found):
            yield from _clean_profile(found)


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Yield every dictionary and stream of the document once."""
    seen, waiting = pikepdf.ObjectSet(), [pdf.trailer, *pdf.objects]
    while waiting:
        found = waiting.pop()
        if isinstance(found, pikepdf.Array) and seen.add(found):
            waiting += list(found)
        elif isinstance(found, (pikepdf.Dictionary, pikepdf.Stream)) and seen.add(found):
            yield found
            waiting += list(found.values())


def _remove(found: pikepdf.Object, says: Mapping[str, Trace]) -> Iterator[Trace]:
    for key in says.keys() & found.keys():
        del found[key]
        yield says[key]


def _texts(found: pikepdf.Object) -> Iterator[str]:
    keys = _TEXT_SAYS.keys() & found.keys()
    return (key for key in keys if isinstance(found[key], pikepdf.String))


def _remove_places(found: pikepdf.Object) -> Iterator[Trace]:
    """Empty paths of files on a disk, because folders often have people's names."""
    for key in (_FILE_NAMES | _ADDRESSES) & found.keys():
        text = str(found[key]) if isinstance(found[key], pikepdf.String) else ""
        if _ON_A_DISK.match(text) if key in _ADDRESSES else text and not _ON_THE_WEB.match(text):
            found[key] = pikepdf.String("")  # a link with no address does nothing
            yield Trace.PLACE_ON_DISK


def _annotation_says(found: pikepdf.Object) -> Mapping[str, Trace]:
    kind, subtype = str(found.get("/Type")), str(found.get("/Subtype"))
    if kind != "/Annot" and not ("/Rect" in found and subtype.startswith("/")):
        return {}
    free = {"/T"} if subtype in _FREE_TYPES else set()
    return {key: trace for key, trace in _ANNOTATION_SAYS.items() if key not in free}


def _filters(found: pikepdf.Object) -> list[str]:
    """Return the names of a stream's filters; an empty list if the object is no stream."""
    if not isinstance(found, pikepdf.Stream):
        return []
    coded = found.get("/Filter")
    if coded is None:
        return []
    return [str(each) for each in coded] if isinstance(coded, pikepdf.Array) else [str(coded)]


def _clean_picture(found: pikepdf.Object) -> Iterator[Trace]:
    """Clean a JPEG picture. `_remainders` reports a stream that cannot be read as a JPEG."""
    coded = found.read_raw_bytes()
    try:
        bare = strip_segments(coded)
    except NotCleanedError:
        return
    if bare != coded:
        how = found.get("/DecodeParms")  # such as how colours are coded
        found.write(bare, filter=pikepdf.Name(_JPEG))
        if how is not None:
            found["/DecodeParms"] = how
        yield Trace.FURTHER_DATA


def _remainders(pdf: pikepdf.Pdf) -> Iterator[Remainder]:
    for found in _dictionaries(pdf):
        keys = found.keys()
        if _HOLDS_FILES & keys:
            yield Remainder.FILES_INSIDE
        if "/ByteRange" in keys:
            yield Remainder.SIGNATURE
        if _is_other_picture(found):
            yield Remainder.PICTURES_INSIDE
        if _may_be_profile(found) and not _is_harmless_profile(found):
            yield Remainder.COLOUR_PROFILE


def _may_be_profile(found: pikepdf.Object) -> bool:
    """Say whether a stream has the key of every ICC profile (ISO 32000-1 section 8.6.5.5)."""
    return isinstance(found, pikepdf.Stream) and "/N" in found


def _clean_profile(found: pikepdf.Object) -> Iterator[Trace]:
    """Clean a colour profile. `_remainders` reports a stream that cannot be read as a profile."""
    data = _unpacked(found)
    if data is None or not is_profile(data):
        return
    try:
        bare = bare_profile(data)
    except NotCleanedError:
        return
    if bare != data:
        found.write(bare)
        yield Trace.COLOUR_PROFILE


def _is_harmless_profile(found: pikepdf.Object) -> bool:
    """Say whether a stream is no profile, or a profile that does not point at one device."""
    data = _unpacked(found)
    if data is None:
        return False
    try:
        return not is_profile(data) or is_common(data)
    except NotCleanedError:
        return False


def _unpacked(found: pikepdf.Object) -> bytes | None:
    """Return the decoded bytes of a stream, at most 8 MiB; None if it has an unknown filter."""
    coded, filters = found.read_raw_bytes(), _filters(found)
    if filters == []:
        return coded
    if filters != [_FLATE] or found.get("/DecodeParms") is not None:
        return None
    try:
        return zlib.decompressobj().decompress(coded, _LONGEST_PROFILE)
    except zlib.error:
        return None


def _is_other_picture(found: pikepdf.Object) -> bool:
    filters = _filters(found)
    if filters == [_JPEG]:
        try:
            strip_segments(found.read_raw_bytes())
        except NotCleanedError:
            return True
        return False
    return _JPEG in filters or "/JPXDecode" in filters
