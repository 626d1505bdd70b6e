"""Cleaning PDF documents: title, author, programs, dates and history go, pages stay.

The document is written anew, so earlier versions and unused objects are gone too.
"""

import io
from collections.abc import Iterator, Mapping
from typing import Final

import pikepdf
from pikepdf import sanitize

from meldpunt.client.files.cleaning.jpeg import strip_segments
from meldpunt.client.files.cleaning.results import (
    BrokenFileError,
    Cleaned,
    CleaningError,
    Remainder,
    Trace,
)

_SAYS: Final = {
    "/Metadata": Trace.DOCUMENT_DATA,  # XMP, of the document or of anything in it
    "/PieceInfo": Trace.DOCUMENT_DATA,  # private data of programs
    "/LastModified": Trace.TIME,
    "/Thumb": Trace.FURTHER_PICTURES,
    "/CreatorInfo": Trace.DEVICE,  # the program, of a layer
    "/OPI": Trace.FURTHER_DATA,  # names of files on the disk of whoever made it
}
_TEXT_SAYS: Final = {
    "/Author": Trace.PERSON,
    "/Creator": Trace.DEVICE,
    "/Producer": Trace.DEVICE,
    "/CreationDate": Trace.TIME,
    "/ModDate": Trace.TIME,
}
"""Of layers, articles, files inside: with a text these say what they say of a document."""
_ANNOTATION_SAYS: Final = {
    "/T": Trace.PERSON,
    "/M": Trace.TIME,
    "/NM": Trace.FURTHER_DATA,
}
_JPEG: Final = "/DCTDecode"
_HOLDS_FILES: Final = frozenset({"/EF", "/EmbeddedFiles", "/XFA", "/Sound"})
"""The latter two are a form in XML, with its history, and a recording."""


_TRAILER: Final = frozenset({"/Root", "/Size"})
_OF_THE_FILE: Final = frozenset({"/ID", "/Prev", "/XRefStm", "/Encrypt"})
"""What every way of writing a document makes anew."""

_FREE_TYPES: Final = frozenset({"/Widget", "/Link"})
"""Annotations whose `/T` is no person: a field of a form, and links."""


def clean_document(data: bytes) -> Cleaned:
    """Clean a PDF document.

    Raises:
        BrokenFileError, CleaningError: As `clean`.
    """
    try:
        # In documents of strangers any value may be of any type: each comes as an object.
        with pikepdf.explicit_conversion():
            return _cleaned(data)
    except (pikepdf.PdfError, pikepdf.PasswordError, ValueError, RuntimeError, KeyError, TypeError):
        raise BrokenFileError from None


def _cleaned(data: bytes) -> Cleaned:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        removed = {*_clean_trailer(pdf), *_clean(pdf)}
        sanitize.remove_web_capture(pdf)
        remaining = tuple(sorted(set(_remainders(pdf))))
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True)
    with pikepdf.open(io.BytesIO(out.getvalue())) as again:
        if {*_clean_trailer(again), *_clean(again)}:
            raise CleaningError
    return Cleaned(out.getvalue(), "application/pdf", tuple(sorted(removed)), remaining)


def _clean_trailer(pdf: pikepdf.Pdf) -> Iterator[Trace]:
    """Keep the way to the pages: all else says who, or ties it to its source (`/DocChecksum`)."""
    for key in pdf.trailer.keys() - _TRAILER:
        del pdf.trailer[key]
        if key not in _OF_THE_FILE:
            yield Trace.DOCUMENT_DATA


def _clean(pdf: pikepdf.Pdf) -> Iterator[Trace]:
    """Remove what says something; yields what it was."""
    for found in _dictionaries(pdf):
        yield from _remove(found, _SAYS)
        yield from _remove(found, {key: _TEXT_SAYS[key] for key in _texts(found)})
        yield from _remove(found, _annotation_says(found))
        if _filters(found) == [_JPEG]:
            yield from _clean_picture(found)


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Return every dictionary and stream that the document is made of, each once."""
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


def _annotation_says(found: pikepdf.Object) -> Mapping[str, Trace]:
    kind, subtype = str(found.get("/Type")), str(found.get("/Subtype"))
    if kind != "/Annot" and not ("/Rect" in found and subtype.startswith("/")):
        return {}
    free = {"/T"} if subtype in _FREE_TYPES else set()
    return {key: trace for key, trace in _ANNOTATION_SAYS.items() if key not in free}


def _filters(found: pikepdf.Object) -> list[str]:
    """Return how the bytes of a stream are coded, none for what is no stream."""
    if not isinstance(found, pikepdf.Stream):
        return []
    coded = found.get("/Filter")
    return [str(each) for each in coded] if isinstance(coded, pikepdf.Array) else [str(coded)]


def _clean_picture(found: pikepdf.Object) -> Iterator[Trace]:
    """Clean a JPEG picture, if it is one: what cannot be read as one is left to `_remainders`."""
    coded = found.read_raw_bytes()
    try:
        bare = strip_segments(coded)
    except BrokenFileError:
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
        if _is_profile(found):
            yield Remainder.COLOUR_PROFILE


def _is_profile(found: pikepdf.Object) -> bool:
    """Say whether a stream is an ICC profile (ISO 15076-1 section 7.2: a signature at byte 36)."""
    if not isinstance(found, pikepdf.Stream) or "/N" not in found:
        return False
    try:
        return found.read_bytes()[36:40] == b"acsp"
    except pikepdf.PdfError:
        return True


def _is_other_picture(found: pikepdf.Object) -> bool:
    filters = _filters(found)
    if filters == [_JPEG]:
        try:
            strip_segments(found.read_raw_bytes())
        except BrokenFileError:
            return True
        return False
    return _JPEG in filters or "/JPXDecode" in filters
