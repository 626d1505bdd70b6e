"""Clean pictures: only the pixels stay, turned the right way up.

The cleaner decodes a picture and writes it anew. So no field, preview, profile, or data after the
end survives. It writes a JPEG with the same quantisation tables, so the picture looks the same.
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
    JpegImagePlugin,
)
from PIL.Image import DecompressionBombError, DecompressionBombWarning

from meldpunt.cleaning.limits import Limits
from meldpunt.cleaning.results import (
    Cleaned,
    Failure,
    NotCleanedError,
    Trace,
)

_FORMATS: Final = ("JPEG", "PNG", "WEBP", "TIFF", "GIF")
_NEUTRAL: Final = frozenset(
    {"jfif", "jfif_version", "jfif_density", "jfif_unit", "dpi", "transparency", "duration"}
    | {"loop", "background", "version", "extension", "compression", "interlace", "disposal"}
    | {"blend", "bbox", "default_image", "gamma", "timestamp", "resolution", "progressive"}
    | {"progression", "adobe", "adobe_transform"}
)
"""Fields about how pixels are stored or shown. They say nothing about a person."""
_KEPT: Final = ("transparency", "duration", "loop", "disposal", "blend", "default_image")
_TIFF_STRUCTURE: Final = frozenset(
    {254, 256, 257, 258, 259, 262, 266, 273, 277, 278, 279, 280, 281, 282, 283, 284, 292, 296}
    | {317, 320, 322, 323, 324, 325, 338, 339, 530, 531, 532}
)
"""Tags of TIFF 6.0 that say how pixels are stored."""
_TIFF_LOSSLESS: Final = frozenset({"raw", "group3", "group4", "tiff_lzw", "packbits"})
_ANIMATED: Final = ("PNG", "WEBP", "GIF", "TIFF")
_QUALITY: Final = 95

_Tag = ExifTags.Base
_OF_TAGS: Final[dict[int, Trace]] = {
    **dict.fromkeys((_Tag.Make, _Tag.Model, _Tag.Software, _Tag.HostComputer), Trace.DEVICE),
    **dict.fromkeys((_Tag.BodySerialNumber, _Tag.LensModel, _Tag.LensSerialNumber), Trace.DEVICE),
    **dict.fromkeys((_Tag.MakerNote, _Tag.CameraSerialNumber), Trace.DEVICE),
    **dict.fromkeys((_Tag.DateTime, _Tag.DateTimeOriginal, _Tag.DateTimeDigitized), Trace.TIME),
    **dict.fromkeys((_Tag.Artist, _Tag.Copyright, _Tag.CameraOwnerName), Trace.PERSON),
    **dict.fromkeys((_Tag.XPAuthor,), Trace.PERSON),
    _Tag.GPSInfo: Trace.LOCATION,
    **dict.fromkeys((_Tag.ImageDescription, _Tag.UserComment, _Tag.XPComment), Trace.COMMENT),
}


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
    with _open(data) as picture:
        kind = "JPEG" if picture.format == "MPO" else str(picture.format)
        removed = tuple(sorted(_traces(picture, limits)))
        written = _bare(picture, kind, data, limits)
    with _open(written) as again:
        if _traces(again, limits):
            raise NotCleanedError(Failure.REMAINS)
    return Cleaned(written, Image.MIME[kind], removed)


def _bare(picture: Image.Image, kind: str, data: bytes, limits: Limits) -> bytes:
    frames = list(_bare_frames(picture, limits))
    return _write(frames, kind, _settings(picture, kind, frames[0], data))


# --- traces in a picture


def _traces(picture: Image.Image, limits: Limits) -> set[Trace]:
    found: set[Trace] = set()
    if picture.format == "MPO" and getattr(picture, "n_frames", 1) > 1:
        found.add(Trace.FURTHER_PICTURES)
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
    structure = _TIFF_STRUCTURE if picture.format == "TIFF" else frozenset()
    for tag in tags.keys() - structure:
        yield _OF_TAGS.get(tag, Trace.FURTHER_DATA)


def _info_traces(picture: Image.Image) -> Iterator[Trace]:
    told = {name for name, value in picture.info.items() if value} - _NEUTRAL
    if picture.info.get("extension", (b"NETSCAPE2.0",))[0] != b"NETSCAPE2.0":
        yield Trace.FURTHER_DATA
    if "icc_profile" in told:
        yield Trace.COLOUR_PROFILE
    if "comment" in told or getattr(picture, "text", None):
        yield Trace.COMMENT
    if told - {"icc_profile", "comment", "exif"}:
        yield Trace.FURTHER_DATA


# --- the cleaned picture


def _bare_frames(picture: Image.Image, limits: Limits) -> Iterator[Image.Image]:
    """Yield each frame with its pixels and its duration only."""
    pixels = 0
    for frame in _frames(picture, limits):
        pixels += frame.width * frame.height
        if pixels > limits.pixels:
            raise NotCleanedError(Failure.TOO_LARGE)
        info: dict[Any, Any] = {name: frame.info[name] for name in _KEPT if name in frame.info}
        bare = _in_srgb(ImageOps.exif_transpose(frame))  # always a copy
        bare.info = info
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


def _settings(picture: Image.Image, kind: str, bare: Image.Image, data: bytes) -> dict[str, Any]:
    """Return the settings for writing a picture, so that it looks as before."""
    if kind == "JPEG":
        return _jpeg_settings(picture, bare)
    if kind == "WEBP":
        return {"lossless": True} if b"VP8L" in data else {"quality": _QUALITY}
    if kind == "TIFF":
        compression = picture.info.get("compression")
        return {"compression": compression if compression in _TIFF_LOSSLESS else "tiff_deflate"}
    return {}


def _jpeg_settings(picture: Image.Image, bare: Image.Image) -> dict[str, Any]:
    if not isinstance(picture, JpegImagePlugin.JpegImageFile) or bare.mode != picture.mode:
        return {"quality": _QUALITY}
    sampling = JpegImagePlugin.get_sampling(picture)
    return {"qtables": picture.quantization, "subsampling": sampling}


def _write(frames: list[Image.Image], kind: str, settings: dict[str, Any]) -> bytes:
    out = io.BytesIO()
    if len(frames) > 1:
        settings |= {"save_all": True, "append_images": frames[1:]}
        if kind != "TIFF":
            settings["duration"] = [frame.info.get("duration", 0) for frame in frames]
            settings["loop"] = frames[0].info.get("loop", 0)
    frames[0].save(out, kind, **settings)
    return out.getvalue()
