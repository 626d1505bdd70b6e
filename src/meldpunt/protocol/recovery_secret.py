"""The secret of a recovery sheet: a handler's keys, as of one day (openapi/files.md section 2).

    version (1) || number of chains (1) || signing seed (32) || for each chain:
    first number (4) || keys destroyed (1) || first day, days after 2020-01-01 (2)
    || days of a key (1) || chain value (32)

Integers are big-endian. The chain value belongs to the oldest key that is not destroyed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from meldpunt.protocol.keys import CHAIN_LENGTH, SEED_SIZE, BoxChain, SigningKey
from meldpunt.protocol.verify.box_key import MAX_VALIDITY
from meldpunt.protocol.verify.errors import Reason, RefusedError

_VERSION: Final = 1
_EPOCH: Final = date(2020, 1, 1)
_HEAD: Final = 2 + SEED_SIZE
_CHAIN: Final = 8 + SEED_SIZE


@dataclass(frozen=True, slots=True, repr=False)
class SavedChain:
    """A chain of box keys, with the days from its box key statements."""

    chain: BoxChain
    start: date
    """First day of the chain's first key, even if that key is destroyed."""
    days: int
    """For how many days each key is valid, first and last day included: 1 to 61."""


def write_secret(signing: SigningKey, chains: Iterable[SavedChain]) -> bytes:
    """Return the secret that the recovery sheet splits into shares."""
    parts = [_write(saved) for saved in chains]
    return bytes([_VERSION, len(parts)]) + signing.seed + b"".join(parts)


def _write(saved: SavedChain) -> bytes:
    chain = saved.chain
    return (
        chain.first_number.to_bytes(4, "big")
        + bytes([chain.number - chain.first_number])
        + (saved.start - _EPOCH).days.to_bytes(2, "big")
        + bytes([saved.days])
        + chain.value
    )


def read_secret(secret: bytes) -> tuple[SigningKey, tuple[SavedChain, ...]]:
    """Read the secret that the shares give back.

    Raises:
        RefusedError: FIELDS for another version; LENGTH; KEY_NUMBER for a chain whose keys are all
            destroyed; BOX_KEY_DATES for days that no statement may have; ORDER for chains that do
            not ascend.
    """
    if secret[:1] != bytes([_VERSION]):
        raise RefusedError(Reason.FIELDS)
    if len(secret) < _HEAD or len(secret) != _HEAD + secret[1] * _CHAIN:
        raise RefusedError(Reason.LENGTH)
    places = range(_HEAD, len(secret), _CHAIN)
    chains = tuple(_read(secret[place : place + _CHAIN]) for place in places)
    if any(a.chain.last_number >= b.chain.first_number for a, b in pairwise(chains)):
        raise RefusedError(Reason.ORDER)
    return SigningKey.from_seed(secret[2:_HEAD]), chains


def _read(data: bytes) -> SavedChain:
    first_number, gone, days = int.from_bytes(data[:4], "big"), data[4], data[7]
    if gone >= CHAIN_LENGTH:
        raise RefusedError(Reason.KEY_NUMBER)
    if not 1 <= days <= MAX_VALIDITY.days + 1:
        raise RefusedError(Reason.BOX_KEY_DATES)
    start = _EPOCH + timedelta(days=int.from_bytes(data[5:7], "big"))
    return SavedChain(BoxChain(first_number, first_number + gone, data[8:]), start, days)
