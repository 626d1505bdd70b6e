"""The content of a key file: an office's line key, or a handler's keys and line history."""

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import Field

from meldpunt.cli.keyfile.keystore import MAX_SIZE, KeyFile, NotAKeyFileError
from meldpunt.cli.keyfile.seen_reports import SeenReport, UnmovedSince
from meldpunt.client import (
    HandlerKeys,
    LineAddress,
    LineHistory,
    LineKeys,
    Memory,
)
from meldpunt.protocol.keys import BoxChain, SigningKey
from meldpunt.protocol.line import Pin
from meldpunt.protocol.verify import ids, strict_json
from meldpunt.protocol.verify.box_key import SignedBoxKey
from meldpunt.protocol.verify.errors import RefusedError
from meldpunt.protocol.verify.fields import (
    Count,
    Day,
    HashField,
    Key32,
    LineIdField,
    Model,
    Number,
)
from meldpunt.protocol.verify.key_chain import Rotation

_Content = TypeVar("_Content", bound=Model)


class LineContent(Model):
    """The secrets of an office's line."""

    kind: Literal["line"]
    origin: str
    seed: Key32
    """The seed of the line key in force; earlier keys are destroyed."""
    first_key: Key32
    rotations: tuple[Rotation, ...] = ()
    number: Count = 0
    """The number of the newest published document, or 0 before the first."""
    document: HashField | None = None
    next_seed: Key32 | None = None
    """The seed of the key that will replace the one in force; set together with `next_rotation`."""
    next_rotation: Rotation | None = None

    @property
    def keys(self) -> LineKeys:
        """The line's keys."""
        return LineKeys(SigningKey.from_seed(self.seed), self.first_key, self.rotations)

    @property
    def successor(self) -> LineKeys | None:
        """The keys of a rotation that was begun and is not confirmed yet."""
        if self.next_seed is None or self.next_rotation is None:
            return None
        rotations = (*self.rotations, self.next_rotation)
        return LineKeys(SigningKey.from_seed(self.next_seed), self.first_key, rotations)

    def with_keys(self, keys: LineKeys, successor: LineKeys | None) -> "LineContent":
        """Return the content with these keys only. It keeps no other keys."""
        changed = {
            "seed": keys.signing.seed,
            "rotations": keys.rotations,
            "next_seed": None if successor is None else successor.signing.seed,
            "next_rotation": None if successor is None else successor.rotations[-1],
        }
        return self.model_copy(update=changed)

    @property
    def pin(self) -> Pin | None:
        """The pin of the newest published document."""
        if self.document is None:
            return None
        return Pin(self.number, self.document, len(self.rotations))

    @property
    def address(self) -> LineAddress:
        """The line's address."""
        return LineAddress(self.origin, self.keys.line_id, self.pin)

    @classmethod
    def of(cls, origin: str, keys: LineKeys, pin: Pin | None = None) -> "LineContent":
        """Return what to keep."""
        return cls(
            kind="line",
            origin=origin,
            seed=keys.signing.seed,
            first_key=keys.first_key,
            rotations=keys.rotations,
            number=pin.number if pin else 0,
            document=pin.document if pin else None,
        )


class SavedBoxChain(Model):
    """A chain of box keys: what is left of it."""

    first_number: Count
    number: Count
    value: Key32


class Consultation(Model):
    """A consultation of another line, with the receipt code that opens the answers."""

    number: Number
    """The handler's own number for it."""
    address: str
    """The address of the line that was asked."""
    receipt: str
    asked_on: Day
    until: Day
    """The day on which the other line erases it, if known. After it the receipt opens nothing."""
    read: Count = 0
    """How many answers the handler has read."""


class HandlerContent(Model):
    """The secrets of a handler on one line, and the documents of the line that they know."""

    kind: Literal["handler"]
    origin: str
    line_id: LineIdField
    name: Annotated[str, Field(min_length=1, max_length=200)]
    role: Annotated[str, Field(min_length=1, max_length=200)]
    seed: Key32
    chains: tuple[SavedBoxChain, ...] = ()
    statements: tuple[SignedBoxKey, ...] = ()
    documents: tuple[HashField, ...] = ()
    key_number: Count = 0
    seen: tuple[SeenReport, ...] = ()
    unmoved: tuple[UnmovedSince, ...] = ()
    sheet: Count | None = None
    """The number of the last box key that the newest recovery sheet brings back."""
    consultations: tuple[Consultation, ...] = ()

    @property
    def is_sheet_behind(self) -> bool:
        """Whether there is a recovery sheet that lacks the newest keys."""
        return self.sheet is not None and self.sheet < self.keys.published()[-1].number

    @property
    def keys(self) -> HandlerKeys:
        """The handler's keys."""
        return HandlerKeys(
            line_id=self.line_id,
            signing=SigningKey.from_seed(self.seed),
            chains=tuple(BoxChain(c.first_number, c.number, c.value) for c in self.chains),
            statements=self.statements,
        )

    @property
    def history(self) -> LineHistory:
        """The history of the line's documents."""
        return LineHistory(self.documents, self.key_number)

    @property
    def memory(self) -> Memory:
        """The memory of each report."""
        return Memory(
            {seen.entry: seen.remembered for seen in self.seen},
            {unmoved.entry: unmoved.since for unmoved in self.unmoved},
        )

    def with_memory(self, memory: Memory) -> "HandlerContent":
        """Return the content with another memory of each report."""
        seen = tuple(SeenReport.of(e, found) for e, found in sorted(memory.reports.items()))
        unmoved = tuple(UnmovedSince(entry=e, since=d) for e, d in sorted(memory.unmoved.items()))
        return self.model_copy(update={"seen": seen, "unmoved": unmoved})

    def with_keys(self, keys: HandlerKeys) -> "HandlerContent":
        """Return the content with other box keys."""
        chains = tuple(
            SavedBoxChain(first_number=c.first_number, number=c.number, value=c.value)
            for c in keys.chains
        )
        return self.model_copy(update={"chains": chains, "statements": keys.statements})

    def with_history(self, history: LineHistory) -> "HandlerContent":
        """Return the content with a history of the line, unless it already has a longer one."""
        if len(history.documents) < len(self.documents):
            return self
        changed = {"documents": history.documents, "key_number": history.key_number}
        return self.model_copy(update=changed)

    def with_consultation(self, asked: Consultation) -> "HandlerContent":
        """Return the content with a consultation. It replaces one of the same number."""
        others = [c for c in self.consultations if c.number != asked.number]
        found = sorted((*others, asked), key=lambda each: each.number)
        return self.model_copy(update={"consultations": tuple(found)})

    def with_consultations_of(self, other: "HandlerContent") -> "HandlerContent":
        """Return the content with another copy's consultations too. A taken number changes."""
        content, known = self, {c.receipt for c in self.consultations}
        for asked in other.consultations:
            if asked.receipt in known:
                continue
            taken = {c.number for c in content.consultations}
            number = max(taken) + 1 if asked.number in taken else asked.number
            content = content.with_consultation(asked.model_copy(update={"number": number}))
        return content

    def without_consultations(self, numbers: Collection[int]) -> "HandlerContent":
        """Return the content without some consultations: their receipts are destroyed."""
        kept = tuple(c for c in self.consultations if c.number not in numbers)
        return self.model_copy(update={"consultations": kept})

    def merged(self, other: "HandlerContent") -> "HandlerContent":
        """Return the content joined with that of a copy that another device used.

        Raises:
            OtherKeysError: They are another handler's.
            RefusedError: DOCUMENT_FORK: the host showed the devices two different lines.
        """
        return (
            self.with_keys(self.keys.merge(other.keys))
            .with_history(self.history.merge(other.history))
            .with_memory(self.memory.merge(other.memory))
            .with_consultations_of(other)
        )

    def at(self, origin: str) -> "HandlerContent":
        """Return the content with the origin at which the line was found."""
        return self.model_copy(update={"origin": origin})

    @classmethod
    def of(
        cls, address: LineAddress, keys: HandlerKeys, *, name: str, role: str
    ) -> "HandlerContent":
        """Return what to keep of new keys."""
        return cls(
            kind="handler",
            origin=address.origin,
            line_id=ids.LineId(address.line_id),
            name=name,
            role=role,
            seed=keys.signing.seed,
        )


def read_content(kind: type[_Content], data: bytes, path: Path) -> _Content:
    """Read the plaintext of a key file.

    Raises:
        NotAKeyFileError: The file holds another kind of keys.
    """
    try:
        value = strict_json.parse(data, max_size=MAX_SIZE, max_commas=MAX_SIZE)
        return kind.from_value(value)
    except RefusedError:
        other = "a line's" if kind is HandlerContent else "a handler's"
        raise NotAKeyFileError(f"{path} holds {other} keys; name another --key-file.") from None


def update_content(
    file: KeyFile, kind: type[_Content], change: Callable[[_Content], _Content]
) -> _Content:
    """Change the content of a key file, and return it as written."""

    def changed(data: bytes) -> bytes:
        return change(read_content(kind, data, file.path)).to_json()

    file.update(changed)
    return read_content(kind, file.content, file.path)
