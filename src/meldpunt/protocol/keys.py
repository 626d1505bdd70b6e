"""Key pairs, and the forward ratchet that lets a handler destroy the past (section 4 and 6)."""

from dataclasses import dataclass
from hashlib import blake2b, shake_256
from typing import Final

import nacl.bindings
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.bulletin import KEY_SIZE
from meldpunt.protocol.verify.ed25519 import signed_bytes
from meldpunt.protocol.verify.errors import Reason, RefusedError

SEED_SIZE: Final = 32
CHAIN_LENGTH: Final = 8
"""How many keys one chain has. After them a new chain starts from fresh randomness."""

_ML_KEM_SEED_SIZE: Final = 64
_X_WING_EXPANDED_SIZE: Final = 96


def derive(key: bytes, label: str) -> bytes:
    """Return `KDF(key, label)`: 32 bytes of BLAKE2b keyed with `key` (32 bytes) over the label."""
    return blake2b(label.encode("ascii"), key=key, digest_size=32).digest()


@dataclass(frozen=True, slots=True, repr=False)
class SigningKey:
    """An Ed25519 key pair (RFC 8032)."""

    seed: bytes
    public_key: bytes

    @classmethod
    def from_seed(cls, seed: bytes) -> "SigningKey":
        """Derive the pair from 32 secret bytes."""
        public_key, _ = nacl.bindings.crypto_sign_seed_keypair(seed)
        return cls(seed, public_key)

    def sign(self, label: str, message: bytes) -> bytes:
        """Return the 64 bytes of `Sig(label, message)`."""
        return self.sign_raw(signed_bytes(label, message))

    def sign_raw(self, message: bytes) -> bytes:
        """Return the 64-byte signature over `message` without a label (for RFC 9421)."""
        return nacl.bindings.crypto_sign(message, self.seed + self.public_key)[:64]


@dataclass(frozen=True, slots=True, repr=False)
class BoxKey:
    """An X-Wing key pair (draft-connolly-cfrg-xwing-kem): ML-KEM-768 and X25519 as one."""

    private_key: MLKEM768X25519PrivateKey
    public_key: bytes
    """1,216 bytes: ML-KEM-768 (1,184), then X25519 (32)."""

    @classmethod
    def from_seed(cls, seed: bytes) -> "BoxKey":
        """Derive the pair from 32 secret bytes, expanded by SHAKE256 to 96."""
        expanded = shake_256(seed).digest(_X_WING_EXPANDED_SIZE)
        ml_kem = MLKEM768PrivateKey.from_seed_bytes(expanded[:_ML_KEM_SEED_SIZE])
        x25519 = X25519PrivateKey.from_private_bytes(expanded[_ML_KEM_SEED_SIZE:])
        public_key = ml_kem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()
        return cls(MLKEM768X25519PrivateKey(ml_kem, x25519), public_key)


@dataclass(frozen=True, slots=True, repr=False)
class ReporterKeys:
    """The keys of a reporter, made from a receipt seed."""

    signing: SigningKey
    box: BoxKey
    bulletin: bytes
    """The bulletin key (16 bytes): finds the report's tags in bulletins (section 10.6).

    The host knows this key too.
    """

    @classmethod
    def from_seed(cls, seed: bytes) -> "ReporterKeys":
        """Derive the keys from the 32-byte seed of a receipt code."""
        return cls(
            signing=SigningKey.from_seed(derive(seed, "mp1/reporter-sign")),
            box=BoxKey.from_seed(derive(seed, "mp1/reporter-box")),
            bulletin=derive(seed, "mp1/bulletin")[:KEY_SIZE],
        )

    @property
    def report_id(self) -> ids.ReportId:
        """The 32-byte report id that follows from these keys."""
        return ids.report_id(signing_key=self.signing.public_key, box_key=self.box.public_key)

    @property
    def box_key_id(self) -> ids.KeyId:
        """The 16-byte name of the reporter's box key. Handlers wrap content keys to that key."""
        return ids.reporter_key_id(self.report_id, self.box.public_key)


@dataclass(frozen=True, slots=True, repr=False)
class BoxChain:
    """A ratchet of box keys: later keys follow from `value`, earlier keys do not."""

    first_number: int
    """Number of the chain's first key."""
    number: int
    """Number of the oldest key that `value` still gives."""
    value: bytes
    """`k(number)`, 32 secret bytes."""

    @classmethod
    def start(cls, number: int, entropy: bytes) -> "BoxChain":
        """Start a chain at a number from 32 random bytes."""
        if len(entropy) != SEED_SIZE:
            raise RefusedError(Reason.LENGTH)
        return cls(number, number, entropy)

    @property
    def last_number(self) -> int:
        """Number of the last key of this chain."""
        return self.first_number + CHAIN_LENGTH - 1

    @property
    def span(self) -> range:
        """Numbers of all keys of this chain."""
        return range(self.first_number, self.last_number + 1)

    @property
    def numbers(self) -> range:
        """Numbers of the keys that are not destroyed."""
        return range(self.number, self.last_number + 1)

    def advance(self, number: int) -> "BoxChain":
        """Return the chain from key `number` on; the caller then destroys this older chain.

        Raises:
            RefusedError: KEY_NUMBER for a key that is destroyed or belongs to another chain.
        """
        if not self.number <= number <= self.last_number:
            raise RefusedError(Reason.KEY_NUMBER)
        value = self.value
        for _ in range(self.number, number):
            value = derive(value, "mp1/ratchet")
        return BoxChain(self.first_number, number, value)

    def key(self, number: int) -> BoxKey:
        """Return the key pair with this number.

        Raises:
            RefusedError: As `advance`.
        """
        return BoxKey.from_seed(derive(self.advance(number).value, "mp1/box"))
