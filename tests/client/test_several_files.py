"""Several files of one message: their order, and that one bad file does no harm to the others."""

from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meldpunt.client import ListedFile, MemoryFile, NewFile, ProblemError
from meldpunt.client.files.order import ascending_ids
from meldpunt.protocol.attachment import stream_header_of
from meldpunt.protocol.verify.ids import AttachmentId
from meldpunt.wire.problems import ProblemType
from tests.client.hosted_line import HostedLine
from tests.client.test_files import KIND, brought, read_files, reported

_SIZES = [5, 3, 9, 1, 7, 2, 8, 4, 6]


async def test_files_come_in_the_order_in_which_they_were_given(hosted: HostedLine) -> None:
    visit = await reported(hosted)
    await brought(visit, *(MemoryFile(b"x" * size) for size in _SIZES))
    _, _, found = await read_files(hosted)
    assert [each.attachment.size for each in found] == _SIZES


async def test_an_upload_that_goes_on_keeps_the_order_that_the_person_wants_now(
    hosted: HostedLine,
) -> None:
    files = (await reported(hosted)).files()
    one, two, three = (NewFile(MemoryFile(b"%d" % n), f"{n}.jpg", KIND) for n in range(3))
    begun = [each.attachment for each in await files.seal([one, three])]
    between = await files.seal([one, two, three], [begun[0], None, begun[1]])
    assert [each.attachment.name for each in between] == ["0.jpg", "1.jpg", "2.jpg"]
    assert [between[0].attachment, between[2].attachment] == begun
    swapped = await files.seal([three, one], [begun[1], begun[0]])
    assert swapped[0].attachment == begun[1]
    for made in (between, swapped):
        order = [each.attachment.id for each in made]
        assert order == sorted(set(order))


@given(st.lists(st.booleans(), max_size=64), st.randoms(use_true_random=False))
def test_ids_ascend_and_those_that_fit_are_kept(kept: list[bool], random: Random) -> None:
    known = [bytes([number + 1]) + random.randbytes(15) for number in range(len(kept))]
    begun = [AttachmentId(each) if keep else None for each, keep in zip(known, kept, strict=True)]
    found = ascending_ids(begun, random.randbytes)
    assert list(found) == sorted(set(found))
    assert all(new == old for new, old in zip(found, begun, strict=True) if old is not None)
    crowded = [AttachmentId(random.randbytes(16)) if keep else None for keep in kept]
    found = ascending_ids(crowded, random.randbytes)
    assert list(found) == sorted(set(found))
    assert len(found) == len(kept)


# --- one bad file --------------------------------------------------------------------------------


def lose(hosted: HostedLine, file: ListedFile) -> None:
    """Take a file from the disk of the host."""
    begin = stream_header_of(file.attachment.key)
    for path in Path(hosted.host.settings.attachments or "").rglob("*"):
        if path.is_file() and path.read_bytes().startswith(begin):
            path.unlink()


async def test_a_file_that_the_host_has_lost_is_told_at_once_and_not_asked_for_again(
    hosted: HostedLine, tmp_path: Path
) -> None:
    visit = await reported(hosted)
    await brought(visit, MemoryFile(b"lost"), MemoryFile(b"kept"))
    handler, thread, [first, second] = await read_files(hosted)
    lose(hosted, first)
    hosted.waits.clear()
    with pytest.raises(ProblemError) as refused_by_host:
        await handler.files(thread).download(first, tmp_path / "first")
    assert refused_by_host.value.kind is ProblemType.ATTACHMENT_LOST
    assert hosted.waits == []
    await handler.files(thread).download(second, tmp_path / "second")
    assert (tmp_path / "second").read_bytes() == b"kept"
