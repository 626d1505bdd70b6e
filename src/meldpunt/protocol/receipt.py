"""Receipt codes: the one thing a reporter keeps (section 3).

Only the reporter's device makes and uses a receipt code. A code on a host, in a log file or in a
URL is a defect.
"""

import re
from typing import Final

import argon2.low_level

from meldpunt.protocol import character_table as table
from meldpunt.protocol.characters import character_class
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.hashing import labelled_hash
from meldpunt.protocol.verify.ids import LineId

ENTROPY_SIZE: Final = 12
"""How many random bytes a new code takes. The code uses the first 90 bits."""

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SECRET_SYMBOLS: Final = 18
SYMBOLS: Final = 20
GROUP: Final = 4
_PASSED_OVER: Final = re.compile(
    f"[{character_class(table.SEPARATORS + ' ' + table.IGNORABLE + ' ' + table.BLANK)}]"
)
"""White space, dashes, and what nobody sees: editors and chats put them into what people paste."""
_FULL_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_FORGIVEN: Final = str.maketrans("abcdefghijklmnopqrstuvwxyzILO", "ABCDEFGH1JK1MN0PQRSTUVWXYZ110")

_MEMORY_KIB: Final = 19 * 1024
_PASSES: Final = 2
_SEED_SIZE: Final = 32


def _check_symbols(secret: str) -> str:
    """Return the two check symbols: the top 10 bits of a hash of the 18 secret symbols."""
    digest = labelled_hash(2, "mp1/receipt-check", secret.encode("ascii"))
    bits = int.from_bytes(digest, "big") >> 6
    return _ALPHABET[bits >> 5] + _ALPHABET[bits & 31]


def make_receipt(entropy: bytes) -> str:
    """Return a new code, `XXXX-XXXX-XXXX-XXXX-XXXX` (Crockford base32, 90 bits and a check).

    Args:
        entropy: 12 random bytes.
    """
    if len(entropy) != ENTROPY_SIZE:
        raise RefusedError(Reason.LENGTH)
    bits = int.from_bytes(entropy, "big") >> 6
    secret = "".join(_ALPHABET[bits >> 5 * i & 31] for i in reversed(range(_SECRET_SYMBOLS)))
    symbols = secret + _check_symbols(secret)
    return "-".join(symbols[i : i + GROUP] for i in range(0, SYMBOLS, GROUP))


def parse_receipt(typed: str) -> str:
    """Return the 18 secret symbols of a code as somebody typed it.

    Upper and lower case are the same, and so are full-width forms. White space, dashes of every
    kind and invisible characters do not count. `I` and `L` mean `1`, and `O` means `0`. Everything
    else is an error.

    Raises:
        RefusedError: RECEIPT_SYMBOL, RECEIPT_LENGTH, RECEIPT_CHECK.
    """
    seen = _PASSED_OVER.sub("", typed)
    symbols = seen.translate(_FULL_WIDTH).translate(_FORGIVEN)
    if any(symbol not in _ALPHABET for symbol in symbols):
        raise RefusedError(Reason.RECEIPT_SYMBOL)
    if len(symbols) != SYMBOLS:
        raise RefusedError(Reason.RECEIPT_LENGTH)
    secret, check = symbols[:_SECRET_SYMBOLS], symbols[_SECRET_SYMBOLS:]
    if check != _check_symbols(secret):
        raise RefusedError(Reason.RECEIPT_CHECK)
    return secret


def typed_groups(typed: str) -> list[str]:
    """Return what somebody typed, apart at white space and dashes, with the symbols of a code.

    A symbol that no code has stays as it is.
    """
    groups = [group for group in _PASSED_OVER.split(typed) if group]
    return [group.translate(_FULL_WIDTH).translate(_FORGIVEN) for group in groups]


def is_symbol(symbol: str) -> bool:
    """Say whether a code may have this symbol."""
    return symbol in _ALPHABET


def receipt_seed(typed: str, line: LineId) -> bytes:
    """Stretch a code into the 32-byte seed of its keys on one line.

    This uses Argon2id version 1.3 (RFC 9106) with 19 MiB, 2 passes and 1 lane, and takes about
    30 ms. The salt holds the line id. So two lines cannot see that one person wrote to both.

    Raises:
        RefusedError: As `parse_receipt`.
    """
    return argon2.low_level.hash_secret_raw(
        secret=parse_receipt(typed).encode("ascii"),
        salt=labelled_hash(16, "mp1/receipt-salt", line),
        time_cost=_PASSES,
        memory_cost=_MEMORY_KIB,
        parallelism=1,
        hash_len=_SEED_SIZE,
        type=argon2.low_level.Type.ID,
        version=argon2.low_level.ARGON2_VERSION,
    )
