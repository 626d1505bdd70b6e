"""Cleaning PDF documents: title, author, programs, dates and history go, pages stay.

The document is written anew, so earlier versions and unused objects are gone too.
"""

import io
from collections.abc import Iterator, Mapping
from typing import Final

import pikepdf
from pikepdf import sanitize

from meldpunt.client.cleaning.jpeg import strip_segments
from meldpunt.client.cleaning.results import (
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
}
_ANNOTATION_SAYS: Final = {
    "/T": Trace.PERSON,
    "/M": Trace.TIME,
    "/CreationDate": Trace.TIME,
    "/NM": Trace.FURTHER_DATA,
}
_JPEG: Final = "/DCTDecode"


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
        remaining = tuple(sorted(_remainders(pdf)))
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True)
    with pikepdf.open(io.BytesIO(out.getvalue())) as again:
        if {*_clean_trailer(again), *_clean(again)}:
            raise CleaningError
    return Cleaned(out.getvalue(), "application/pdf", tuple(sorted(removed)), remaining)


def _clean_trailer(pdf: pikepdf.Pdf) -> Iterator[Trace]:
    if "/ID" in pdf.trailer:  # stays the same from version to version; a new one is written
        del pdf.trailer["/ID"]
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
        yield Trace.DOCUMENT_DATA


def _clean(pdf: pikepdf.Pdf) -> Iterator[Trace]:
    """Remove what says something; yields what it was."""
    for found in _dictionaries(pdf):
        yield from _remove(found, _SAYS)
        if _is_annotation(found):
            yield from _remove(found, _ANNOTATION_SAYS)
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


def _is_annotation(found: pikepdf.Object) -> bool:
    kind, subtype = str(found.get("/Type")), str(found.get("/Subtype"))
    is_one = kind == "/Annot" or ("/Rect" in found and subtype.startswith("/"))
    return is_one and subtype not in _FREE_TYPES


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
        found.write(bare, filter=pikepdf.Name(_JPEG))
        yield Trace.FURTHER_DATA


def _remainders(pdf: pikepdf.Pdf) -> Iterator[Remainder]:
    for found in _dictionaries(pdf):
        keys = found.keys()
        if "/EF" in keys or "/EmbeddedFiles" in keys:
            yield Remainder.FILES_INSIDE
        if "/ByteRange" in keys:
            yield Remainder.SIGNATURE
        if _is_other_picture(found):
            yield Remainder.PICTURES_INSIDE


def _is_other_picture(found: pikepdf.Object) -> bool:
    filters = _filters(found)
    if filters == [_JPEG]:
        try:
            strip_segments(found.read_raw_bytes())
        except BrokenFileError:
            return True
        return False
    return _JPEG in filters or "/JPXDecode" in filters
