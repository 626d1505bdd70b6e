"""Make the pictures of `pictures/` anew: `python tests/corpus/make_pictures.py`, from the root.

Each says in as many ways as its kind knows who made it, where and when. `cleaned.json` holds what
cleaning makes of each: Python and the browser compare with it.
"""

import base64
import hashlib
import io
import json
import struct
import sys
import zlib
from pathlib import Path
from typing import Any, Final

from PIL import ExifTags, Image, ImageCms, PngImagePlugin
from PIL.TiffImagePlugin import IFDRational

from meldpunt.cleaning.results import NotCleanedError
from meldpunt.cleaning.stripping import strip_picture

HERE: Final = Path(__file__).parent / "pictures"
WORDS: Final = (b"Jo Canary", b"CanaryCam", b"2026:03:04", b"canary note", b"http:", b"canary icc")
"""What no cleaned picture holds."""
XMP: Final = (
    b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><who>Jo Canary http://example.org</who></x:xmpmeta>"
)


def picture(mode: str = "RGB") -> Image.Image:
    """A gradient with a red corner: one sees which way is up."""
    made = Image.linear_gradient("L").resize((48, 32)).convert("RGB")
    made.paste((255, 0, 0), (0, 0, 12, 8))
    return made.convert(mode)


def exif(orientation: int) -> Image.Exif:
    """What a telephone writes: device, time, place, person, a note, a preview's directory."""
    made, tags = Image.Exif(), ExifTags.Base
    made[tags.Make], made[tags.Model], made[tags.Artist] = "CanaryCam", "CanaryCam 9", "Jo Canary"
    made[tags.DateTime], made[tags.Orientation] = "2026:03:04 05:06:07", orientation
    made[tags.ImageDescription] = "canary note"
    made.get_ifd(ExifTags.IFD.Exif)[tags.DateTimeOriginal] = "2026:03:04 05:06:07"
    place = made.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitudeRef] = "N"
    place[ExifTags.GPS.GPSLatitude] = (IFDRational(52), IFDRational(5), IFDRational(30))
    return made


def profile(*, rare: bool = False) -> bytes:
    """A profile with a name; a rare one has colours that no common space has."""
    made = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    if rare:
        red, blue = made.index(b"rXYZ"), made.index(b"bXYZ")
        made[red : red + 4], made[blue : blue + 4] = b"bXYZ", b"rXYZ"
    return bytes(made + b"canary icc")


def written(made: Image.Image, kind: str, **settings: Any) -> bytes:  # noqa: ANN401 (of the library)
    """A picture as the library writes it."""
    out = io.BytesIO()
    made.save(out, kind, **settings)
    return out.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    """A chunk of PNG."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def pictures() -> dict[str, bytes]:
    """Every picture of the corpus, by name."""
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", "Jo Canary")
    texts.add_itxt("Comment", "canary note")
    frames = [picture("P").rotate(90 * number) for number in range(3)]
    moving: dict[str, Any] = {"save_all": True, "append_images": frames[1:], "duration": 120}
    photo = {"exif": exif(6), "icc_profile": profile(), "xmp": XMP}
    jpeg = written(picture(), "JPEG", comment=b"canary note", quality=80, **photo)
    png = written(picture(), "PNG", pnginfo=texts, exif=exif(3), icc_profile=profile())
    png = png[:33] + chunk(b"tIME", b"\x07\xea\3\4\5\6\7") + chunk(b"caNV", b"Jo Canary") + png[33:]
    preview = b"\xff\xe0\0\x13JFIF\0\1\1\0\0\1\0\1\1\1\xff\0\0"
    return {
        "photo.jpg": jpeg + b"trailer: Jo Canary",
        "photo-rare.jpg": written(picture(), "JPEG", icc_profile=profile(rare=True)),
        "photo-two.jpg": written(picture(), "MPO", save_all=True, append_images=[picture()]),
        "photo-preview.jpg": jpeg[:2] + preview + jpeg[2:],
        "photo-progressive.jpg": written(picture("CMYK"), "JPEG", progressive=True, exif=exif(8)),
        "screenshot.png": png + written(picture(), "JPEG"),
        "screenshot-clean.png": written(picture("LA"), "PNG"),
        "moving.png": written(frames[0], "PNG", **moving),
        "photo.webp": written(picture(), "WEBP", **photo),
        "photo-plain.webp": written(picture("RGBA"), "WEBP", lossless=True),
        "moving.webp": written(frames[0], "WEBP", xmp=XMP, **moving),
        "moving.gif": written(frames[0], "GIF", comment=b"canary note", loop=2, **moving),
        "still.gif": written(picture("P"), "GIF"),
        "broken-cut.jpg": jpeg[:-40],
        "broken-checksum.png": png[:-14] + bytes((png[-14] ^ 1,)) + png[-13:],
        "broken-no-picture.gif": b"GIF89a\1\0\1\0\0\0\0;",
        "broken-short.webp": written(picture(), "WEBP")[:-9],
        "other.txt": b"Jo Canary",
    }


def cleaned(data: bytes) -> dict[str, Any]:
    """What cleaning makes of a picture, as `cleaned.json` holds it."""
    try:
        found = strip_picture(data)
    except NotCleanedError as error:
        return {"failure": error.failure.value}
    if found is None:
        return {"failure": "unknown-type"}
    told = {"mediaType": found.media_type, "removed": found.removed, "remaining": found.remaining}
    digest = hashlib.sha256(found.data).digest()
    return {"hash": base64.b64encode(digest).decode(), "size": len(found.data)} | told


def main() -> None:
    """Write every picture, and what cleaning makes of it."""
    HERE.mkdir(exist_ok=True)
    for name, data in pictures().items():
        (HERE / name).write_bytes(data)
    made = {name: cleaned(data) for name, data in pictures().items()}
    (HERE / "cleaned.json").write_text(json.dumps(made, indent=1, sort_keys=True) + "\n")
    sys.stdout.write(f"{len(made)} pictures\n")


if __name__ == "__main__":
    main()
