"""A report that a receipt code opens: what is read of it, and what is kept to show it later."""

from collections.abc import Iterable

from meldpunt.client.api import ReportApi
from meldpunt.client.errors import UnsentError
from meldpunt.client.fetching import fetch_thread
from meldpunt.client.findings import Reader
from meldpunt.client.line import fetch_line
from meldpunt.client.proving import Kept, birth_keys, make_proof, prove_thread
from meldpunt.client.randomness import Entropy, Today
from meldpunt.client.thread import Thread
from meldpunt.client.transport import Transport
from meldpunt.protocol.keys import BoxKey, ReporterKeys
from meldpunt.protocol.line import Pin
from meldpunt.protocol.log import ReportKeys, verify_report_keys
from meldpunt.protocol.report_proof import ProvenMessage
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.fields import REPORTER


class OpenedReport:
    """A report that was opened with its receipt code.

    Args:
        keys: From the receipt.
        transport: The way to the host.
        line_id: The line the report was made on.
        pin: The newest line document known.
        entropy: Source of randomness.
        today: The device's day.
    """

    def __init__(
        self,
        keys: ReporterKeys,
        transport: Transport,
        line_id: ids.LineId,
        *,
        pin: Pin | None,
        entropy: Entropy,
        today: Today,
    ) -> None:
        self._keys = keys
        self._transport = transport
        self._line_id = line_id
        self._pin = pin
        self._entropy = entropy
        self._today = today
        self._thread: Thread | None = None

    @property
    def thread(self) -> Thread:
        """The report as it was last fetched."""
        if self._thread is None:
            raise UnsentError("The report has changed; fetch it again first.")
        return self._thread

    async def refresh(self) -> Thread:
        """Fetch the report again.

        Raises:
            RefusedError: As `verify_line` and `fetch_thread`.
            ClientError: As `Transport.call`.
        """
        line = await fetch_line(self._transport, self._line_id, self._today(), self._pin)
        self._pin = line.pin
        source = ReportApi(self._transport, self._keys.signing)
        reader = Reader(me=REPORTER, box_keys=self._box_keys, keys=self._public())
        self._thread = await fetch_thread(source, self._transport, line, reader, self._today())
        return self._thread

    async def prove(
        self, earlier: bytes | None = None, drafts: Iterable[ProvenMessage] = ()
    ) -> Kept:
        """Return a proof of this report, for the person to keep if they ask.

        Args:
            earlier: A proof of this report kept before: what it can show stays.
            drafts: The person's own messages of just now (`prove_draft`), with their content.

        Raises:
            RefusedError: As `make_proof`.
            ClientError: As `Transport.call`.
        """
        thread = self._thread or await self.refresh()
        own = {draft.message_id: draft for draft in drafts}
        found = {message.message_id: message for message in prove_thread(thread)}
        keys = birth_keys(thread, self._keys)
        messages = {**found, **own}.values()
        return await make_proof(self._transport, thread.line, keys, messages, earlier)

    def _box_keys(self, wanted: Iterable[ids.KeyId]) -> dict[ids.KeyId, BoxKey]:
        """Return the one box key under every id: a wrap to another one does not open with it."""
        return dict.fromkeys(wanted, self._keys.box)

    def _public(self) -> ReportKeys:
        return verify_report_keys(
            signing_key=self._keys.signing.public_key, box_key=self._keys.box.public_key
        )
