"""Key files: the secrets of an office or a handler, under a passphrase.

A key file is three lines of ASCII: a header in JSON, the ciphertext in base64url, and a SHA-256
over both. The SHA-256 distinguishes damage from a wrong passphrase. Key = Argon2id v1.3 (RFC 9106)
of the passphrase with the header's salt and parameters. Ciphertext = nonce (24 bytes) and
XChaCha20-Poly1305. The header line is its associated data, so nobody can change the header.
openapi/files.md section 4 has the form for other programs.
"""

import contextlib
import hashlib
import hmac
import os
import re
import stat
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Final, Literal

import argon2.low_level
import nacl.bindings
import nacl.exceptions
from pydantic import Field

from meldpunt.cli.keyfile import durable_files
from meldpunt.client import Entropy
from meldpunt.client.files.regular_file import open_regular
from meldpunt.protocol.verify import strict_json
from meldpunt.protocol.verify.encoding import decode_base64url, encode_base64url
from meldpunt.protocol.verify.errors import RefusedError
from meldpunt.protocol.verify.fields import Bytes, Count, Model

VERSION: Final = 1
MIN_MEMORY_KIB: Final = 64 * 1024
MAX_MEMORY_KIB: Final = 1024 * 1024
MAX_PASSES: Final = 10
MAX_SIZE: Final = 128 << 20
"""The largest key file, in bytes: enough for the memory of 400,000 reports."""

_BEGINNING: Final = b'{"format":"meldpunt-key-file","version":'
_SALT_SIZE: Final = 16
_NONCE_SIZE: Final = 24
_KEY_SIZE: Final = 32
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_LINES: Final = 3


class KeyFileError(Exception):
    """A key file cannot be used. The message says why, and what to do."""


class UnreadableKeyFileError(KeyFileError):
    """The file does not exist, or cannot be read."""


class ExposedKeyFileError(KeyFileError):
    """Other users of this machine can read or change the file."""


class NotAKeyFileError(KeyFileError):
    """The file is not a key file, or holds other keys."""


class TruncatedKeyFileError(KeyFileError):
    """The end of the file is missing."""


class DamagedKeyFileError(KeyFileError):
    """The content of the file has changed since it was written."""


class OtherVersionError(KeyFileError):
    """A release that this one does not know wrote the file."""


_SPACES: Final = re.compile("[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
"""Unicode's property White_Space."""


class ParametersError(KeyFileError):
    """The parameters for Argon2id are out of bounds: too weak, or made to use up the memory."""


class WrongPassphraseError(KeyFileError):
    """The passphrase does not open the file."""


class LockedKeyFileError(KeyFileError):
    """Another program keeps the file locked."""


class KeyFileExistsError(KeyFileError):
    """A file of that name exists already."""


@dataclass(frozen=True, slots=True)
class Cost:
    """How much work each guess of the passphrase costs."""

    memory_kib: int = MIN_MEMORY_KIB
    passes: int = 3
    """RFC 9106's second recommended option, with one lane."""


class _Header(Model):
    format: Literal["meldpunt-key-file"] = "meldpunt-key-file"
    version: Annotated[int, Field(strict=True)]
    memory_kib: Count
    passes: Count
    salt: Bytes


class KeyFile:
    """An opened key file: read its plaintext, and change it without losing others' changes."""

    def __init__(self, path: Path, header: bytes, key: bytes, content: bytes) -> None:
        self.path = path
        self.content = content
        self._header = header
        self._key = key

    @classmethod
    def create(
        cls,
        path: Path,
        content: bytes,
        passphrase: str,
        *,
        entropy: Entropy = os.urandom,
        cost: Cost | None = None,
    ) -> "KeyFile":
        """Write a new key file.

        Raises:
            KeyFileExistsError: The file exists. It is never overwritten: a lost key stays lost.
            UnreadableKeyFileError: The folder cannot be written.
            LockedKeyFileError: Another program keeps the folder locked.
        """
        given = asdict(cost or Cost())
        fields = _Header(version=VERSION, salt=entropy(_SALT_SIZE), **given)
        written, *_ = _forms(passphrase)
        made = cls(path, fields.to_json(), _stretch(written, fields), content)
        with _locked(path):
            if os.path.lexists(path):  # also refuse a link that leads nowhere
                raise KeyFileExistsError(f"There is already a file {path}. Choose another name.")
            made._write(entropy)
        return made

    @classmethod
    def open(cls, path: Path, passphrase: str) -> "KeyFile":
        """Open a key file.

        Raises:
            KeyFileError: One of its kinds.
        """
        header, sealed = _read(path)
        fields = _parse_header(path, header)
        for form in _forms(passphrase):
            key = _stretch(form, fields)
            with contextlib.suppress(WrongPassphraseError):
                return cls(path, header, key, _decrypt(path, header, sealed, key))
        raise WrongPassphraseError(f"This is not the passphrase of {path}.")

    def update(self, change: Callable[[bytes], bytes], *, entropy: Entropy = os.urandom) -> None:
        """Read the file again, change its plaintext and write it, under a lock.

        Raises:
            KeyFileError: One of its kinds; DamagedKeyFileError if the file was replaced meanwhile.
        """
        with _locked(self.path):
            header, sealed = _read(self.path)
            if header != self._header:
                raise DamagedKeyFileError(f"{self.path} was replaced meanwhile. Try again.")
            current = _decrypt(self.path, header, sealed, self._key)
            self.content = change(current)
            if self.content != current:
                self._write(entropy)

    def _write(self, entropy: Entropy) -> None:
        nonce = entropy(_NONCE_SIZE)
        sealed = nonce + nacl.bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(
            self.content, self._header, nonce, self._key
        )
        body = encode_base64url(sealed).encode()
        lines = (self._header, body, _checksum(self._header, body))
        data = b"".join(line + b"\n" for line in lines)
        if len(data) > MAX_SIZE:  # no command could read such a file again
            raise KeyFileError(f"{self.path} would become too large. It was left as it is.")
        _replace(self.path, data)


def _checksum(header: bytes, body: bytes) -> bytes:
    return hashlib.sha256(header + b"\n" + body).hexdigest().encode()


def _read(path: Path) -> tuple[bytes, bytes]:
    """Return header and ciphertext of a file that is whole and that no other user can read."""
    data = _read_private(path)
    lines = data.split(b"\n")
    if not data.startswith(_BEGINNING):
        raise NotAKeyFileError(f"{path} is not a key file of this program.")
    try:
        told = strict_json.parse(lines[0], max_size=1024)
    except RefusedError:
        told = {"version": VERSION}
    if told.get("version") != VERSION:
        raise OtherVersionError(
            f"{path} was written by another release of this program. Update it first."
        )
    if len(lines) != _LINES + 1 or lines[-1]:
        raise TruncatedKeyFileError(f"{path} is cut short. Take it from its last safe copy.")
    if not hmac.compare_digest(lines[2], _checksum(lines[0], lines[1])):
        raise DamagedKeyFileError(f"{path} is damaged. Take it from its last safe copy.")
    try:
        return lines[0], decode_base64url(lines[1].decode("ascii"))
    except (RefusedError, UnicodeDecodeError):
        raise DamagedKeyFileError(f"{path} is damaged. Take it from its last safe copy.") from None


def _read_private(path: Path) -> bytes:
    try:
        with open_regular(path) as file:
            status = os.fstat(file.fileno())
            if status.st_mode & _OTHERS:
                raise ExposedKeyFileError(
                    f"Others on this machine can read {path}. First: chmod 600 {path}"
                )
            data = file.read(MAX_SIZE + 1)
    except OSError as error:
        raise UnreadableKeyFileError(f"Cannot read {path}: {error.strerror}.") from None
    if len(data) > MAX_SIZE:
        raise NotAKeyFileError(f"{path} is not a key file of this program: it is too large.")
    return data


def _parse_header(path: Path, data: bytes) -> _Header:
    try:
        header = _Header.from_value(strict_json.parse_canonical(data, max_size=1024))
    except RefusedError:
        raise DamagedKeyFileError(f"{path} is damaged. Take it from its last safe copy.") from None
    memory = MIN_MEMORY_KIB <= header.memory_kib <= MAX_MEMORY_KIB
    if not memory or not 1 <= header.passes <= MAX_PASSES or len(header.salt) != _SALT_SIZE:
        raise ParametersError(
            f"{path} asks for a strength outside what this program accepts."
            " Somebody may have changed it: take it from its last safe copy."
        )
    return header


def _forms(passphrase: str) -> tuple[str, ...]:
    """Return the forms of a passphrase that look alike, in the order in which to try them."""
    forms = (unicodedata.normalize(form, passphrase) for form in ("NFC", "NFD"))
    return tuple(dict.fromkeys((*forms, plain_passphrase(passphrase))))


def plain_passphrase(passphrase: str) -> str:
    """Return a passphrase composed, with plain single spaces: every keyboard gives this one."""
    return _SPACES.sub(" ", unicodedata.normalize("NFC", passphrase)).strip(" ")


def _stretch(passphrase: str, header: _Header) -> bytes:
    return argon2.low_level.hash_secret_raw(
        secret=passphrase.encode(),
        salt=header.salt,
        time_cost=header.passes,
        memory_cost=header.memory_kib,
        parallelism=1,
        hash_len=_KEY_SIZE,
        type=argon2.low_level.Type.ID,
    )


def _decrypt(path: Path, header: bytes, sealed: bytes, key: bytes) -> bytes:
    nonce, ciphertext = sealed[:_NONCE_SIZE], sealed[_NONCE_SIZE:]
    try:
        return nacl.bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(
            ciphertext, header, nonce, key
        )
    except (nacl.exceptions.CryptoError, ValueError):
        raise WrongPassphraseError(f"This is not the passphrase of {path}.") from None


def _replace(path: Path, data: bytes) -> None:
    try:
        durable_files.replace(path, data)
    except OSError as error:
        raise UnreadableKeyFileError(f"Cannot write {path}: {error.strerror}.") from None


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Let one command at a time change the key files of a folder."""
    with contextlib.ExitStack() as held:
        try:
            held.enter_context(durable_files.locked(path))
        except durable_files.LockedError:
            raise LockedKeyFileError(
                f"Another program keeps the folder of {path} locked. Nothing was changed."
                " End that program, and run this again."
            ) from None
        except OSError as error:
            raise UnreadableKeyFileError(
                f"Cannot use the folder of {path}: {error.strerror}."
            ) from None
        yield
