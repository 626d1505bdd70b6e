"""Clean pictures: only the pixels stay.

JPEG, PNG, GIF and WebP lose their other segments, and keep their orientation and their colours. A
TIFF file is decoded and written anew, turned the right way up. Pillow then reads every result
again: a second reader, which also refuses a picture that is damaged inside.
"""

import io
import warnings
from collections.abc import Iterator
from typing import Any, Final

from PIL import (
    ExifTags,
    Image,
    ImageCms,
    ImageOps,
    ImageSequence,
)
from PIL.Image import DecompressionBombError, DecompressionBombWarning

from meldpunt.cleaning.exif import TRACE_OF_TAG
from meldpunt.cleaning.limits import Limits
from meldpunt.cleaning.profile import bare_profile
from meldpunt.cleaning.results import (
    Cleaned,
    Failure,
    NotCleanedError,
    Trace,
)
from meldpunt.cleaning.stripping import strip_picture

_FORMATS: Final = ("JPEG", "PNG", "WEBP", "TIFF", "GIF")
_NEUTRAL: Final = frozenset(
    {"jfif", "jfif_version", "jfif_density", "jfif_unit", "dpi", "transparency", "duration"}
    | {"loop", "background", "version", "extension", "compression", "interlace", "disposal"}
    | {"blend", "bbox", "default_image", "gamma", "timestamp", "resolution", "progressive"}
    | {"progression", "adobe", "adobe_transform"}
)
"""Fields about how pixels are stored or shown. They say nothing about a person."""
_TIFF_STRUCTURE: Final = frozenset(
    {254, 256, 257, 258, 259, 262, 266, 273, 277, 278, 279, 280, 281, 282, 283, 284, 292, 296}
    | {317, 320, 322, 323, 324, 325, 338, 339, 530, 531, 532}
)
"""Tags of TIFF 6.0 that say how pixels are stored."""
_TIFF_LOSSLESS: Final = frozenset({"raw", "group3", "group4", "tiff_lzw", "packbits"})
_ANIMATED: Final = ("PNG", "WEBP", "GIF", "TIFF")
_ORIENTATION: Final = frozenset({ExifTags.Base.Orientation.value})


def clean_picture(data: bytes, limits: Limits) -> Cleaned:
    """Clean a picture.

    Raises:
        NotCleanedError: The picture exceeds a limit, or still holds a trace after cleaning.
        Exception: Any exception that a decoder raises for damaged input.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error", DecompressionBombWarning)
        try:
            return _clean(data, limits)
        except (DecompressionBombError, DecompressionBombWarning):
            raise NotCleanedError(Failure.TOO_LARGE) from None


def _open(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data), formats=_FORMATS)


def _clean(data: bytes, limits: Limits) -> Cleaned:
    cleaned = strip_picture(data) or _rewritten(data, limits)
    with _open(cleaned.data) as again:
        if _traces(again, limits):
            raise NotCleanedError(Failure.REMAINS)
        _decode(again, limits)
    return cleaned


def _decode(picture: Image.Image, limits: Limits) -> None:
    """Read every pixel."""
    pixels = 0
    for frame in _frames(picture, limits):
        pixels += frame.width * frame.height
        if pixels > limits.pixels:
            raise NotCleanedError(Failure.TOO_LARGE)
        frame.load()


# --- traces in a picture


def _traces(picture: Image.Image, limits: Limits) -> set[Trace]:
    found: set[Trace] = set()
    for frame in _frames(picture, limits):
        found |= {*_exif_traces(frame), *_info_traces(frame)}
    picture.seek(0)
    return found


def _frames(picture: Image.Image, limits: Limits) -> Iterator[Image.Image]:
    """Yield the frames to keep. Of a file with several photographs keep only the first.

    Raises:
        NotCleanedError: The file has too many frames, or another number than it says.
    """
    number = 0
    for number, frame in enumerate(ImageSequence.Iterator(picture), 1):
        if number > limits.pages:
            raise NotCleanedError(Failure.TOO_MANY_PAGES)
        yield frame
        if picture.format not in _ANIMATED:
            return
    if number != getattr(picture, "n_frames", 1):
        raise NotCleanedError(Failure.BROKEN)


def _exif_traces(picture: Image.Image) -> Iterator[Trace]:
    exif = picture.getexif()
    tags = {**exif, **exif.get_ifd(ExifTags.IFD.Exif)}
    if exif.get_ifd(ExifTags.IFD.GPSInfo):
        yield Trace.LOCATION
    if picture.format != "TIFF" and exif.get_ifd(ExifTags.IFD.IFD1):  # in TIFF it is a page
        yield Trace.FURTHER_PICTURES
    structure = _TIFF_STRUCTURE if picture.format == "TIFF" else _ORIENTATION
    for tag in tags.keys() - structure:
        yield TRACE_OF_TAG.get(tag, Trace.FURTHER_DATA)


def _info_traces(picture: Image.Image) -> Iterator[Trace]:
    told = {name for name, value in picture.info.items() if value} - _NEUTRAL
    if picture.info.get("extension", (b"NETSCAPE2.0",))[0] != b"NETSCAPE2.0":
        yield Trace.FURTHER_DATA
    if "icc_profile" in told and not _is_bare(picture):
        yield Trace.COLOUR_PROFILE
    if "comment" in told or getattr(picture, "text", None):
        yield Trace.COMMENT
    if told - {"icc_profile", "comment", "exif"}:
        yield Trace.FURTHER_DATA


def _is_bare(picture: Image.Image) -> bool:
    """Say whether the profile of a picture computes colours and names nothing."""
    profile: bytes = picture.info["icc_profile"]
    try:
        return picture.format != "TIFF" and profile == bare_profile(profile)
    except NotCleanedError:
        return False


# --- a TIFF file, written anew


def _rewritten(data: bytes, limits: Limits) -> Cleaned:
    with _open(data) as picture:
        removed = tuple(sorted(_traces(picture, limits)))
        pages = list(_bare_pages(picture, limits))
        compression = picture.info.get("compression")
    out = io.BytesIO()
    settings: dict[str, Any] = {
        "compression": compression if compression in _TIFF_LOSSLESS else "tiff_deflate"
    }
    if len(pages) > 1:
        settings |= {"save_all": True, "append_images": pages[1:]}
    pages[0].save(out, "TIFF", **settings)
    return Cleaned(out.getvalue(), "image/tiff", removed)


def _bare_pages(picture: Image.Image, limits: Limits) -> Iterator[Image.Image]:
    """Yield each page with its pixels only."""
    pixels = 0
    for page in _frames(picture, limits):
        pixels += page.width * page.height
        if pixels > limits.pixels:
            raise NotCleanedError(Failure.TOO_LARGE)
        info = {name: page.info[name] for name in ("transparency",) if name in page.info}
        bare = _in_srgb(ImageOps.exif_transpose(page))  # always a copy
        bare.info = dict[Any, Any](info)
        yield bare


def _in_srgb(picture: Image.Image) -> Image.Image:
    """Convert a picture to sRGB, so that it needs no profile. A profile may name a device."""
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in {"RGB", "RGBA", "CMYK"}:
        return picture
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    try:
        given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        srgb = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(picture, given, srgb, outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture  # nothing can read this profile, so other programs ignore it too
    return picture if converted is None else converted
