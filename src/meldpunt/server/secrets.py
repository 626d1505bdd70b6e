"""The host's own secrets: the key behind challenges, and the seed of its receipt key.

These secrets open no report. They are in a file, not in the database. So nobody can use a backup
of the database to forge challenges or proofs of receipt.
"""

import json
import os
import secrets
import stat
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import blake2b
from pathlib import Path

import nacl.bindings

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.bulletin import INDEX_LABEL, KEY_SIZE
from meldpunt.protocol.verify.ed25519 import signed_bytes
from meldpunt.protocol.verify.encoding import decode_base64url, encode_base64url
from meldpunt.protocol.verify.hashing import labelled_hash
from meldpunt.protocol.verify.proof import proof_bytes

_SIZE = 32
_VERSION = 1


class SecretsError(Exception):
    """The host cannot use the secrets file. The text of the error says what to do."""


@dataclass(frozen=True, repr=False)
class HostSecrets:
    """The secrets that all workers of one host share."""

    challenge_key: bytes
    receipt_seed: bytes

    @cached_property
    def receipt_key(self) -> bytes:
        """The host's public Ed25519 key (32 bytes), which line documents name."""
        public_key, _ = nacl.bindings.crypto_sign_seed_keypair(self.receipt_seed)
        return public_key

    def prove(self, message: ids.MessageId, day: date) -> bytes:
        """Sign that the host received a message on a day (64 bytes; verify/proof.py)."""
        signing_key = self.receipt_seed + self.receipt_key
        return nacl.bindings.crypto_sign(proof_bytes(message, day), signing_key)[:64]

    def sign_bulletins(self, index: bytes) -> bytes:
        """Sign the index of bulletins (64 bytes; verify/bulletin.py)."""
        signing_key = self.receipt_seed + self.receipt_key
        return nacl.bindings.crypto_sign(signed_bytes(INDEX_LABEL, index), signing_key)[:64]

    @cached_property
    def filler_key(self) -> bytes:
        """The key (32 bytes) from which every process makes the same bulletin fillers."""
        label = b"mp1/bulletin-filler-key"
        return blake2b(label, key=self.challenge_key, digest_size=32).digest()

    def masked(self, key: bytes, report: ids.ReportId) -> bytes:
        """Mask a bulletin key (16 bytes) for the database, or unmask a masked one."""
        mask = labelled_hash(KEY_SIZE, "mp1/bulletin-mask", self.challenge_key, report)
        return bytes(a ^ b for a, b in zip(key, mask, strict=True))


def load_or_make_secrets(path: Path) -> HostSecrets:
    """Read the secrets file. If it does not exist, make one that only its owner can read.

    Raises:
        SecretsError: Other users can read the file, or it is not a secrets file, or the system
            refuses it.
    """
    try:
        return _load_or_make(path)
    except OSError as error:
        raise _refused(path, error) from None


def load_secrets(path: Path) -> HostSecrets | None:
    """Read the secrets file; None if there is none.

    Raises:
        SecretsError: As `load_or_make_secrets`.
    """
    try:
        return _load(path)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _refused(path, error) from None


def _refused(path: Path, error: OSError) -> SecretsError:
    reason = os.strerror(error.errno) if error.errno else type(error).__name__
    return SecretsError(
        f"The system refuses the secrets file {path}: {reason}. Look at MELDPUNT_SECRETS_FILE,"
        " its folder and its disk."
    )


def _load_or_make(path: Path) -> HostSecrets:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _load(path)
    made = HostSecrets(secrets.token_bytes(_SIZE), secrets.token_bytes(_SIZE))
    try:
        _write(descriptor, made)
    except OSError:
        path.unlink()  # part of a file would look like a damaged one at the next start
        raise
    return made


def _write(descriptor: int, made: HostSecrets) -> None:
    content = {
        "version": _VERSION,
        "challengeKey": encode_base64url(made.challenge_key),
        "receiptSeed": encode_base64url(made.receipt_seed),
    }
    with os.fdopen(descriptor, "w") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())


def _load(path: Path) -> HostSecrets:
    if not path.is_file() and path.exists():
        raise SecretsError(f"{path} is no file. MELDPUNT_SECRETS_FILE names a file, new or there.")
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise SecretsError(f"{path} can be read by others; run: chmod 600 {path}")
    try:
        content = json.loads(path.read_text())
        if content["version"] != _VERSION:
            raise SecretsError(f"{path} has a version that this release does not know")
        return HostSecrets(
            decode_base64url(content["challengeKey"], _SIZE),
            decode_base64url(content["receiptSeed"], _SIZE),
        )
    except (ValueError, KeyError, TypeError):
        raise SecretsError(f"{path} is not a secrets file of Meldpunt; restore it") from None
