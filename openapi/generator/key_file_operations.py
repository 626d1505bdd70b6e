"""Operations on key files (openapi/files.md section 4)."""

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from meldpunt.cli.keyfile import keystore
from meldpunt.cli.keyfile.contents import HandlerContent, LineContent
from meldpunt.client.http.errors import OtherKeysError
from meldpunt.protocol.verify import strict_json
from meldpunt.protocol.verify.encoding import encode_base64url
from meldpunt.protocol.verify.errors import Reason, RefusedError

Json = dict[str, Any]
_hex = bytes.fromhex
_REASONS: Final[dict[type[keystore.KeyFileError], Reason]] = {
    keystore.NotAKeyFileError: Reason.FIELDS,
    keystore.OtherVersionError: Reason.FIELDS,
    keystore.ParametersError: Reason.FIELDS,
    keystore.TruncatedKeyFileError: Reason.LENGTH,
    keystore.DamagedKeyFileError: Reason.BODY_HASH,
    keystore.WrongPassphraseError: Reason.CIPHERTEXT,
}
"""What people are told in words of their own."""


def read_content(data: bytes) -> HandlerContent | LineContent:
    """Read the plaintext of a key file of either kind.

    Raises:
        RefusedError: FIELDS, or a reason of strict JSON.
    """
    value = strict_json.parse(data, max_size=keystore.MAX_SIZE, max_commas=keystore.MAX_SIZE)
    kind = LineContent if value.get("kind") == "line" else HandlerContent
    return kind.from_value(value)


def _open(given: Json) -> Json:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "key")
        path.write_bytes(given["file"].encode())
        path.chmod(0o600)
        try:
            opened = keystore.KeyFile.open(path, given["passphrase"])
        except keystore.KeyFileError as error:
            raise RefusedError(_REASONS[type(error)], _field(error, given["file"])) from None
    return _shown(opened.content)


def _field(error: keystore.KeyFileError, text: str) -> str | None:
    """Name the parameter that is out of bounds, if one is."""
    if not isinstance(error, keystore.ParametersError):
        return None
    header = json.loads(text.partition("\n")[0])
    if not keystore.MIN_MEMORY_KIB <= header["memoryKib"] <= keystore.MAX_MEMORY_KIB:
        return "memoryKib"
    return "passes" if not 1 <= header["passes"] <= keystore.MAX_PASSES else "salt"


def _shown(data: bytes) -> Json:
    content = read_content(data)
    if isinstance(content, LineContent):
        return {"lineId": content.keys.line_id.hex(), "content": json.loads(data)}
    held = [n for chain in content.keys.chains for n in chain.numbers]
    named = {"lineId": content.line_id.hex(), "handlerId": content.keys.handler_id.hex()}
    return {**named, "boxKeys": held, "content": json.loads(data)}


def _write(given: Json) -> Json:
    drawn = iter((_hex(given["salt"]), _hex(given["nonce"])))
    cost = keystore.Cost(memory_kib=given["memoryKib"], passes=given["passes"])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "key")
        keystore.KeyFile.create(
            path,
            given["content"].encode(),
            given["passphrase"],
            entropy=lambda _: next(drawn),
            cost=cost,
        )
        return {"file": path.read_text("ascii")}


def _merge(given: Json) -> Json:
    mine, theirs = (HandlerContent.from_value(json.loads(given[n])) for n in ("mine", "theirs"))
    try:
        merged = mine.merged(theirs)
    except OtherKeysError:
        raise RefusedError(Reason.HANDLER_ID) from None
    return {"content": json.loads(merged.to_json())}


def sealed(content: bytes, passphrase: str, name: bytes) -> str:
    """Return a key file as text, with a salt and a nonce that follow from a name."""
    return str(
        _write(
            {
                "content": content.decode(),
                "passphrase": passphrase,
                "salt": name[:16].hex(),
                "nonce": name[16:40].hex(),
                "memoryKib": keystore.MIN_MEMORY_KIB,
                "passes": 1,
            }
        )["file"]
    )


def header_of(**changes: object) -> bytes:
    """Return the first line of a key file, or a changed one."""
    fields = {
        "format": "meldpunt-key-file",
        "version": 1,
        "memoryKib": keystore.MIN_MEMORY_KIB,
        "passes": 1,
        "salt": encode_base64url(bytes(16)),
    }
    return json.dumps(fields | changes, separators=(",", ":")).encode()


OPERATIONS: Final[dict[str, Callable[[Json], Json]]] = {
    "open-key-file": _open,
    "write-key-file": _write,
    "merge-key-files": _merge,
}
