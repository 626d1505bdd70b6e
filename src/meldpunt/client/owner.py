"""The office's side: its line key, and the line documents signed with it."""

from collections.abc import Callable
from typing import Final

from meldpunt.client.http.api import LineApi
from meldpunt.client.http.errors import ProblemError, UnsentError
from meldpunt.client.http.transport import Transport
from meldpunt.client.keys.line_keys import LineKeys
from meldpunt.client.keys.randomness import SYSTEM_ENTROPY, Entropy, Today, utc_today
from meldpunt.client.lines.line import fetch_line, fetch_text
from meldpunt.client.lines.plan import LinePlan, plan_of, write_document
from meldpunt.client.lines.reminders import is_ending
from meldpunt.client.lines.texts import Texts
from meldpunt.protocol.line import Pin, VerifiedLine, verify_line
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.line_document import (
    DOCUMENT_LABEL,
    check_handlers_kept,
    parse_line_document,
)
from meldpunt.wire.lines import HostInfo, LineClocks, LinePut
from meldpunt.wire.problems import ProblemType

_MAX_AHEAD: Final = 128
"""How far a first box key may be above the key that the host serves.

A recovered handler begins 64 numbers above what the host showed, and may have published a year."""

SaveKeys = Callable[[LineKeys, LineKeys | None], None]
"""Stores the line key in force, and the key that will replace it."""


class LineOwner:
    """Publishes the documents of one line.

    Args:
        transport: The way to the host.
        keys: The line's keys.
        pin: The newest document this office published or accepted.
        entropy: Source of randomness.
        today: The device's day.
    """

    def __init__(
        self,
        transport: Transport,
        keys: LineKeys,
        *,
        pin: Pin | None = None,
        entropy: Entropy = SYSTEM_ENTROPY,
        today: Today = utc_today,
    ) -> None:
        self.keys = keys
        self.pin = pin
        self.has_new_receipt_key = False
        """After publishing: whether the host's receipt key differs from the previous document's."""
        self._transport = transport
        self._entropy = entropy
        self._today = today

    async def line(self) -> VerifiedLine | None:
        """Return the line as published, or None before its first document.

        Raises:
            RefusedError: As `verify_line`.
            ClientError: As `Transport.call`; NOT_FOUND if the host has lost a published line.
        """
        today = self._today()
        try:
            found = await fetch_line(self._transport, self.keys.line_id, today, self.pin)
        except ProblemError as error:
            if error.kind is ProblemType.NOT_FOUND and self.pin is None:
                return None
            raise
        self.pin = found.pin
        return found

    async def publish(self, plan: LinePlan, *, invite: str | None = None) -> VerifiedLine:
        """Sign the next document of the line and publish it.

        Args:
            plan: What the office wants.
            invite: The operator's one-time invite; needed for the first document only.

        Raises:
            UnsentError: A handler's first box key is far above the one that the host serves.
            RefusedError: A rule of line documents; FIELDS for a field out of its bounds; ROTATION
                if this key is not the line key in force; as `Texts.check` for new texts.
            ClientError: As `Transport.call`; CONFLICT if somebody published another document
                meanwhile.
        """
        current = await self.line()
        if current is not None and current.keys[-1] != self.keys.signing.public_key:
            raise RefusedError(Reason.ROTATION)
        _check_first_box_keys(plan, current)
        _check_texts(plan, current)
        return await self._publish(plan, current, self.keys, invite)

    async def _publish(
        self,
        plan: LinePlan,
        current: VerifiedLine | None,
        keys: LineKeys,
        invite: str | None = None,
    ) -> VerifiedLine:
        today = self._today()
        host = await LineApi(self._transport).host()
        put = self._sign(plan, current, keys, host, invite if current is None else None)
        served = await LineApi(self._transport).put_line(keys.line_id, put, keys.signing)
        published = verify_line(served, keys.line_id, today=today, pin=self.pin)
        if published.document_hash != ids.document_hash(put.document):
            raise RefusedError(Reason.DOCUMENT_FORK)
        self.pin = published.pin
        known = None if current is None else current.document.receipt_key
        self.has_new_receipt_key = known not in {None, host.receipt_key}
        return published

    async def clocks(self) -> LineClocks:
        """Return how many reports wait on which clock, as the host counts them.

        It names no report. Each handler's own client works the days out from signed headers; this
        is the host's word.

        Raises:
            UnsentError: Nothing is published of this line yet.
            RefusedError: As `line`.
            ClientError: As `Transport.call`; NOT_FOUND if this key is not the line key in force.
        """
        if await self.line() is None:  # follows a line that has moved
            raise UnsentError("Nothing is published of this line yet.")
        return await LineApi(self._transport).clocks(self.keys.line_id, self.keys.signing)

    async def plan(self, line: VerifiedLine) -> LinePlan:
        """Return the plan of a published document, with its texts from the host.

        Raises:
            RefusedError: TEXT_HASH.
            ClientError: As `Transport.call`.
        """
        document = line.document
        found = {h: await fetch_text(self._transport, line, h) for h in document.text_hashes()}
        texts = Texts(
            form=found[document.form],
            guide=found[document.guide],
            procedure=found[document.procedure],
            theme=None if document.theme is None else found[document.theme],
            pages=tuple(found[page] for page in document.pages or ()),
            further=tuple(found[text] for text in document.texts),
        )
        return plan_of(document, texts)

    async def renew(self, *, force: bool = False) -> VerifiedLine:
        """Publish the same plan again, for another 90 days.

        Args:
            force: Publish even if the document has more than three weeks left.

        Raises:
            UnsentError: Nothing is published yet, or renewing is not due.
            RefusedError: As `plan` and `publish`.
            ClientError: As `Transport.call`.
        """
        current = await self._published()
        if not force and not is_ending(current.document.expires_on, self._today()):
            raise UnsentError(
                f"The document is good until {current.document.expires_on}: renewing is not due."
            )
        return await self.publish(await self.plan(current))

    async def rotate(self, save: SaveKeys, *, begun: LineKeys | None = None) -> VerifiedLine:
        """Replace the line key: a new key signs the same plan, and the old key is destroyed.

        After an interruption, call it again with the saved keys: it continues where it stopped.

        Args:
            save: Stores keys durably: first the key in force and its successor, before anything is
                published; later only the new key. It must destroy the old key completely.
            begun: The successor that an interrupted rotation saved.

        Raises:
            UnsentError: Nothing is published yet.
            RefusedError: ROTATION if another device has replaced the key; as `publish`.
            ClientError: As `Transport.call`.
        """
        current = await self._published()
        successor = begun or self.keys.successor(self._entropy)
        if current.keys[-1] != successor.signing.public_key:
            if current.keys[-1] != self.keys.signing.public_key:
                raise RefusedError(Reason.ROTATION)
            save(self.keys, successor)
            current = await self._hand_over(current, successor)
        self.keys = successor
        save(successor, None)
        return current

    async def _hand_over(self, current: VerifiedLine, successor: LineKeys) -> VerifiedLine:
        try:
            return await self._publish(await self.plan(current), current, successor)
        except ProblemError as error:
            if error.kind is not ProblemType.CONFLICT:
                raise
            newest = (await self._published()).keys[-1]
            if newest == self.keys.signing.public_key:
                raise
            raise RefusedError(Reason.ROTATION) from None

    async def _published(self) -> VerifiedLine:
        current = await self.line()
        if current is None:
            raise UnsentError("Nothing is published of this line yet: meldpunt line publish.")
        return current

    def _sign(
        self,
        plan: LinePlan,
        current: VerifiedLine | None,
        keys: LineKeys,
        host: HostInfo,
        invite: str | None,
    ) -> LinePut:
        document = write_document(
            plan,
            line_id=keys.line_id,
            key_number=len(keys.rotations),
            host=host,
            previous=None if current is None else (current.pin.number, current.pin.document),
            today=self._today(),
        ).to_json()
        made = parse_line_document(document, keys.line_id)  # checks more than the constructor
        if current is not None:
            check_handlers_kept(made, current.document)
        return LinePut(
            first_key=keys.first_key,
            rotations=keys.rotations,
            document=document,
            signature=keys.signing.sign(DOCUMENT_LABEL, document),
            texts=plan.chosen_texts().all(),
            invite=invite,
        )


def first_box_key_ahead(
    current: VerifiedLine | None, handler: ids.HandlerId, number: int
) -> int | None:
    """Return how far a first box key is above the key that the host serves, if it is above.

    Either it is mistyped, or the host withholds the newer keys of this handler.
    """
    listed = None if current is None else current.document.handler(handler)
    known = 0 if listed is None else listed.first_box_key or 0
    served = None if current is None else current.box_keys.get(handler)
    reached = max(known, 0 if served is None else served.number)
    return number - reached if number > reached else None


def _check_texts(plan: LinePlan, current: VerifiedLine | None) -> None:
    """Check texts or clocks that are new. A line can always publish again what it has published.

    Raises:
        RefusedError: As `Texts.check`.
    """
    texts, clocks = plan.chosen_texts(), plan.preset.clocks
    read = (texts.form, texts.guide, texts.procedure, *texts.pages)
    named = set(map(ids.text_hash, read if texts.theme is None else (*read, texts.theme)))
    known = current is not None and named <= current.document.text_hashes()
    if not known or current is None or clocks != current.document.clocks:
        texts.check(clocks, None if plan.texts is None else plan.languages)


def _check_first_box_keys(plan: LinePlan, current: VerifiedLine | None) -> None:
    """Refuse a first box key far above the key that the host serves of a handler.

    No later document lowers it. A mistyped number would leave the handler without a key for good.
    One that is a little above may be right: a host can withhold the newer keys. And the handler can
    begin a new chain above it.

    Raises:
        UnsentError: No handler can have such a key.
    """
    for handler in plan.handlers:
        ahead = first_box_key_ahead(current, handler.id, handler.first_box_key or 0)
        if ahead is not None and ahead > _MAX_AHEAD:
            raise UnsentError(
                f"Box key {handler.first_box_key} is {ahead} numbers above what the host serves of"
                " this handler. Below it no key would count, and that cannot be undone. So nothing"
                " was published. Check the number that the handler's program printed."
            )
