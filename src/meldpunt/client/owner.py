"""The office's side: a line key, and the documents signed with it."""

from dataclasses import dataclass
from datetime import date

from meldpunt.client.api import LineApi
from meldpunt.client.errors import ProblemError
from meldpunt.client.line import fetch_line
from meldpunt.client.plan import LinePlan, write_document
from meldpunt.client.randomness import SYSTEM_ENTROPY, Entropy, Today, utc_today
from meldpunt.client.transport import Transport
from meldpunt.protocol.keys import SEED_SIZE, SigningKey
from meldpunt.protocol.line import Pin, VerifiedLine, verify_line
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.key_chain import Rotation
from meldpunt.protocol.verify.line_document import DOCUMENT_LABEL, parse_line_document
from meldpunt.wire.lines import LinePut
from meldpunt.wire.problems import ProblemType


@dataclass(frozen=True, slots=True, repr=False)
class LineKeys:
    """The key in force of a line, and the public keys before it."""

    signing: SigningKey
    first_key: bytes
    rotations: tuple[Rotation, ...] = ()

    @classmethod
    def create(cls, entropy: Entropy = SYSTEM_ENTROPY) -> "LineKeys":
        """Make the first key of a new line; the line id follows from it."""
        signing = SigningKey.from_seed(entropy(SEED_SIZE))
        return cls(signing, signing.public_key)

    @property
    def line_id(self) -> ids.LineId:
        """The 20-byte name of the line."""
        return ids.line_id(self.first_key)


class LineOwner:
    """Publishes the documents of one line.

    Args:
        transport: The way to the host.
        keys: The line's.
        pin: The newest document this office published or accepted.
        today: The device's day.
    """

    def __init__(
        self,
        transport: Transport,
        keys: LineKeys,
        *,
        pin: Pin | None = None,
        today: Today = utc_today,
    ) -> None:
        self.keys = keys
        self.pin = pin
        self._transport = transport
        self._today = today

    async def line(self) -> VerifiedLine | None:
        """Return the line as published, or None before its first document.

        Raises:
            RefusedError: As `verify_line`.
            ClientError: As `Transport.call`; NOT_FOUND when the host lost a published line.
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
            plan: What the line is to be.
            invite: The operator's one-time invite; needed for the first document only.

        Raises:
            RefusedError: A rule of line documents; FIELDS for a field out of its bounds.
            ClientError: As `Transport.call`; CONFLICT when another document came in between.
        """
        today = self._today()
        current = await self.line()
        put = await self._sign(plan, current, today, invite)
        served = await LineApi(self._transport).put_line(self.keys.line_id, put, self.keys.signing)
        published = verify_line(served, self.keys.line_id, today=today, pin=self.pin)
        if published.document_hash != ids.document_hash(put.document):
            raise RefusedError(Reason.DOCUMENT_FORK)
        self.pin = published.pin
        return published

    async def _sign(
        self, plan: LinePlan, current: VerifiedLine | None, today: date, invite: str | None
    ) -> LinePut:
        line_id = self.keys.line_id
        document = write_document(
            plan,
            line_id=line_id,
            key_number=len(self.keys.rotations),
            host=await LineApi(self._transport).host(),
            previous=None if current is None else (current.pin.number, current.pin.document),
            today=today,
        ).to_json()
        parse_line_document(document, line_id)  # the rules that a constructor does not check
        return LinePut(
            first_key=self.keys.first_key,
            rotations=self.keys.rotations,
            document=document,
            signature=self.keys.signing.sign(DOCUMENT_LABEL, document),
            texts=plan.chosen_texts().all(),
            invite=invite if current is None else None,
        )
