"""A handler's keys: one signing key per line, and chains of box keys, published in advance.

With the ratchet a handler can publish keys for a holiday, and still destroy each ended key. A chain
is 8 keys of 46 days: 368 days, just over a year.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from meldpunt.client.http.errors import OtherKeysError
from meldpunt.client.keys.randomness import SYSTEM_ENTROPY, Entropy
from meldpunt.client.lines.plan import HandlerEntry
from meldpunt.protocol.consultation import sign_consultation_note
from meldpunt.protocol.keys import CHAIN_LENGTH, SEED_SIZE, BoxChain, BoxKey, SigningKey
from meldpunt.protocol.oral import sign_oral_note
from meldpunt.protocol.payload import ConsultationNote, OralNote
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.box_key import BOX_KEY_LABEL, BoxKeyStatement, SignedBoxKey
from meldpunt.protocol.verify.days import TOLERANCE

KEY_DAYS: Final = 46
"""Days for which a key is valid, first and last day included; the protocol allows 61."""
AHEAD: Final = timedelta(days=180)
"""Published keys should reach at least this far ahead; a new chain adds a year."""
CLEARANCE: Final = 8 * CHAIN_LENGTH
"""Distance between a recovered handler's key numbers and those of a lost device."""


@dataclass(frozen=True, slots=True, repr=False)
class HandlerKeys:
    """All secret keys of a handler on one line, with their box key statements."""

    line_id: ids.LineId
    signing: SigningKey
    chains: tuple[BoxChain, ...] = ()
    statements: tuple[SignedBoxKey, ...] = ()
    """The signed box key statements, in the order of their numbers."""

    @classmethod
    def create(cls, line_id: ids.LineId, entropy: Entropy = SYSTEM_ENTROPY) -> "HandlerKeys":
        """Make a signing key for one line; `extend` makes the box keys."""
        return cls(line_id, SigningKey.from_seed(entropy(SEED_SIZE)))

    @property
    def handler_id(self) -> ids.HandlerId:
        """The handler's 16-byte name on the line."""
        return ids.handler_id(self.line_id, self.signing.public_key)

    def entry(self, *, name: str, role: str) -> HandlerEntry:
        """Return the entry that the office needs to list this handler."""
        return HandlerEntry(
            line_id=self.line_id,
            name=name,
            role=role,
            signing_key=self.signing.public_key,
        )

    def oral_note(self, report: ids.ReportId) -> OralNote:
        """Sign that this handler writes a report down for a caller."""
        return sign_oral_note(
            self.signing, handler=self.handler_id, line=self.line_id, report=report
        )

    def consultation_note(self, asked: ids.LineId, report: ids.ReportId) -> ConsultationNote:
        """Sign that this handler asks the handlers of another line for advice."""
        return sign_consultation_note(
            self.signing, handler=self.handler_id, line=self.line_id, asked=asked, report=report
        )

    def published(self) -> tuple[BoxKeyStatement, ...]:
        """Return the box key statements, in the order of their numbers."""
        return tuple(BoxKeyStatement.from_signed(signed.statement) for signed in self.statements)

    def upcoming(self, today: date) -> tuple[SignedBoxKey, ...]:
        """Return the statements of keys that authors can still seal to."""
        pairs = zip(self.statements, self.published(), strict=True)
        return tuple(signed for signed, s in pairs if s.not_after + TOLERANCE >= today)

    def ended(self, today: date) -> tuple[BoxKeyStatement, ...]:
        """Return the ended keys that this device still holds: no author's clock allows them now."""
        oldest = min((chain.number for chain in self.chains), default=0)
        return tuple(
            s
            for s in self.published()
            if s.number >= oldest and s.not_after + 2 * TOLERANCE < today
        )

    def sealed_to(self, today: date, *, first: int = 0) -> BoxKeyStatement | None:
        """Return the oldest key that an honest host may serve as the newest one today.

        A host serves a key from its first day on, and its day may be two days behind the device's.

        Args:
            today: The device's day.
            first: The lowest number that counts, as the line document says.
        """
        begun = (s for s in self.published() if s.not_before + TOLERANCE <= today)
        found = (s for s in begun if s.is_current(today) and s.number >= first)
        return max(found, key=lambda statement: statement.number, default=None)

    def reach(self, day: date) -> bool:
        """Say whether published keys cover every day up to this one."""
        published = self.published()
        return bool(published) and published[-1].not_after >= day

    def extend(self, today: date, entropy: Entropy, ahead: timedelta = AHEAD) -> "HandlerKeys":
        """Return the keys with enough new chains to reach `ahead` from today.

        Save them before publishing: nobody can open a report that is sealed to a lost key.
        """
        keys = self
        while not keys.reach(today + ahead):
            keys = keys._with_chain(today, entropy)
        return keys

    def _with_chain(self, today: date, entropy: Entropy) -> "HandlerKeys":
        published = self.published()
        number = published[-1].number + 1 if published else 0
        start = max(published[-1].not_after + timedelta(days=1), today) if published else today
        return self.with_chain(BoxChain.start(number, entropy(SEED_SIZE)), start)

    def with_chain(self, chain: BoxChain, start: date, *, days: int = KEY_DAYS) -> "HandlerKeys":
        """Return the keys with one more chain, and a statement for each of its keys that is left.

        Args:
            chain: Its numbers come after all others.
            start: First day of the chain's first key, even if that key is destroyed.
            days: Days for which each key is valid.
        """
        new = (
            self._state(chain, number, start + timedelta(days=days * i), days)
            for i, number in enumerate(range(chain.first_number, chain.last_number + 1))
            if number >= chain.number
        )
        return replace(self, chains=(*self.chains, chain), statements=(*self.statements, *new))

    def restarted(self, today: date, entropy: Entropy, *, above: int) -> "HandlerKeys":
        """Return the keys with a chain that starts today, even if earlier keys cover today.

        Args:
            today: The device's day.
            entropy: Source of randomness.
            above: A number that this handler has published. The new numbers start `CLEARANCE`
                above it.
        """
        last = max((s.number for s in self.published()), default=0)
        number = max(last, above) + CLEARANCE
        return self.with_chain(BoxChain.start(number, entropy(SEED_SIZE)), today)

    def _state(self, chain: BoxChain, number: int, start: date, days: int) -> SignedBoxKey:
        statement = BoxKeyStatement(
            version=1,
            line_id=self.line_id,
            handler_id=self.handler_id,
            number=number,
            public_key=chain.key(number).public_key,
            not_before=start,
            not_after=start + timedelta(days=days - 1),
        ).to_json()
        signature = self.signing.sign(BOX_KEY_LABEL, statement)
        return SignedBoxKey(statement=statement, signature=signature)

    def box_keys(self, wanted: Iterable[ids.KeyId]) -> dict[ids.KeyId, BoxKey]:
        """Return the wanted key pairs, without those that are destroyed."""
        names = frozenset(wanted)
        numbers = {s.key_id: s.number for s in self.published() if s.key_id in names}
        found = ((key_id, self._box_key(number)) for key_id, number in numbers.items())
        return {key_id: box_key for key_id, box_key in found if box_key is not None}

    def _box_key(self, number: int) -> BoxKey | None:
        holds = (c for c in self.chains if c.number <= number <= c.last_number)
        chain = next(holds, None)
        return None if chain is None else chain.key(number)

    def merge(self, other: "HandlerKeys") -> "HandlerKeys":
        """Return these keys, joined with those of a copy that another device used.

        A key that either copy has destroyed stays destroyed: its wraps were moved before. If both
        made a key of one number, keep this copy's chain: a host accepts only one of the two keys.

        Raises:
            OtherKeysError: They are another handler's.
        """
        if (self.line_id, self.signing) != (other.line_id, other.signing):
            raise OtherKeysError
        mine, theirs = _by_number(self), _by_number(other)
        crossing = {n for n in mine.keys() & theirs.keys() if mine[n] != theirs[n]}
        left_out = {n for c in other.chains if not crossing.isdisjoint(c.span) for n in c.span}
        chains = (c for c in other.chains if left_out.isdisjoint(c.span))
        statements = {n: s for n, s in theirs.items() if n not in left_out} | mine
        gone = {n for n, s in statements.items() if s in _destroyed(self) | _destroyed(other)}
        return replace(
            self,
            chains=_without((*self.chains, *chains), gone),
            statements=tuple(statement for _, statement in sorted(statements.items())),
        )

    def forget(self, before: int) -> "HandlerKeys":
        """Return the keys without the box keys below a number. They open nothing any more."""
        kept = (chain for chain in self.chains if chain.last_number >= before)
        return replace(self, chains=tuple(c.advance(max(before, c.number)) for c in kept))


def _by_number(keys: HandlerKeys) -> dict[int, SignedBoxKey]:
    return {s.number: signed for s, signed in zip(keys.published(), keys.statements, strict=True)}


def _destroyed(keys: HandlerKeys) -> set[SignedBoxKey]:
    """Return the statements of keys that are destroyed."""
    held = {number for chain in keys.chains for number in chain.numbers}
    return {signed for number, signed in _by_number(keys).items() if number not in held}


def _without(chains: Iterable[BoxChain], gone: set[int]) -> tuple[BoxChain, ...]:
    """Return each chain once, advanced past every destroyed key, in the order of their numbers."""
    found: dict[int, BoxChain] = {}
    for chain in chains:
        number = max((n + 1 for n in gone.intersection(chain.numbers)), default=chain.number)
        if number <= chain.last_number:
            found[chain.first_number] = chain.advance(number)
    return tuple(chain for _, chain in sorted(found.items()))
