"""Pictures lose segments with traces, and the browser makes the same bytes of every file."""

import base64
import io
import json
import random
from typing import Any, Final

import pytest
from PIL import Image

from meldpunt.cleaning.results import NotCleanedError, Trace
from meldpunt.cleaning.stripping import strip_picture
from tests.corpus import make_pictures as corpus
from tests.web import node

FILES: Final = {path.name: path.read_bytes() for path in corpus.HERE.iterdir()}
EXPECTED: Final = json.loads(FILES.pop("cleaned.json"))
WHOLE: Final = [name for name, told in EXPECTED.items() if "failure" not in told]
DAMAGED: Final = 40
"""Damaged copies of each file."""


def test_the_corpus_is_whole() -> None:
    assert FILES.keys() == EXPECTED.keys()
    assert {told.get("failure") for told in EXPECTED.values()} == {None, "broken", "unknown-type"}
    removed = {trace for name in WHOLE for trace in EXPECTED[name]["removed"]}
    documents_only = {Trace.DOCUMENT_DATA, Trace.FILES_INSIDE, Trace.PLACE_ON_DISK}
    assert removed == set(Trace) - documents_only


@pytest.mark.parametrize("name", EXPECTED)
def test_a_picture_becomes_what_the_corpus_says(name: str) -> None:
    assert json.loads(json.dumps(corpus.cleaned(FILES[name]))) == EXPECTED[name]


@pytest.mark.parametrize("name", WHOLE)
def test_no_pixel_changes_and_no_word_is_left(name: str) -> None:
    cleaned = strip_picture(FILES[name])
    assert cleaned is not None
    assert [word for word in corpus.WORDS if word in cleaned.data] == []
    with (
        Image.open(io.BytesIO(FILES[name]), formats=("JPEG", "PNG", "GIF", "WEBP")) as before,
        Image.open(io.BytesIO(cleaned.data)) as after,
    ):
        assert after.getexif().get(274, 1) == before.getexif().get(274, 1)
        frames = getattr(before, "n_frames", 1) if name.startswith("moving") else 1
        assert getattr(after, "n_frames", 1) == frames
        for number in range(getattr(after, "n_frames", 1)):
            before.seek(number)
            after.seek(number)
            assert after.convert("RGBA").tobytes() == before.convert("RGBA").tobytes()
            assert after.info.get("duration") == before.info.get("duration")


def damaged() -> list[bytes]:
    """Every file of the corpus, cut and changed anywhere, the same way every time."""
    chance = random.Random(15)  # noqa: S311 (no secret)
    found = list(FILES.values())
    for data in FILES.values():
        for number in range(DAMAGED):
            changed = bytearray(data)
            for _ in range(chance.randrange(1, 6)):
                at = chance.randrange(min(len(data), 400) if number % 2 else len(data))
                changed[at] = chance.choice((0, 1, 255, chance.randrange(256)))
            found.append(
                bytes(changed[: chance.randrange(len(data))] if number % 8 == 0 else changed)
            )
    return [data for data in found if data]


def outcome(data: bytes) -> dict[str, Any]:
    try:
        cleaned = strip_picture(data)
    except NotCleanedError as error:
        return {"failure": error.failure.value}
    if cleaned is None:
        return {"failure": "unknown-type"}
    written = base64.b64encode(cleaned.data).decode()
    lists = {"removed": list(cleaned.removed), "remaining": list(cleaned.remaining)}
    return {"data": written, "mediaType": cleaned.media_type} | lists


def test_the_browser_makes_the_same_of_every_file_whole_or_damaged() -> None:
    node.install()
    files = damaged()
    given = [base64.b64encode(data).decode() for data in files]
    made = node.exchange("clean", files=given)["cleaned"]
    expected = [outcome(data) for data in files]
    differing = [number for number, told in enumerate(expected) if told != made[number]]
    assert differing == []
    broken = sum("failure" in told for told in expected)
    assert len(files) // 10 < broken < len(files) * 9 // 10
