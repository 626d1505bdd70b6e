"""Points of edwards25519, to make the signatures and keys that no honest signer makes.

RFC 8032 section 5.1, slow and not constant-time: for vectors and tests only.
"""

from hashlib import sha512
from typing import Final

P: Final = 2**255 - 19
ORDER: Final = 2**252 + 27742317777372353535851937790883648493
"""L: the order of the base point."""

_D: Final = -121665 * pow(121666, -1, P) % P
_ROOT_OF_MINUS_ONE: Final = pow(2, (P - 1) // 4, P)

Point = tuple[int, int]
IDENTITY: Final[Point] = (0, 1)


def add(a: Point, b: Point) -> Point:
    """Add two points (the affine law is complete on this curve)."""
    product = _D * a[0] * b[0] * a[1] * b[1] % P
    x = (a[0] * b[1] + a[1] * b[0]) * pow(1 + product, -1, P) % P
    y = (a[1] * b[1] + a[0] * b[0]) * pow(1 - product, -1, P) % P
    return x, y


def times(scalar: int, point: Point) -> Point:
    """Multiply a point by a non-negative scalar."""
    result = IDENTITY
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


def encode(point: Point) -> bytes:
    """Return the canonical 32 bytes of a point."""
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def decode(data: bytes) -> Point | None:
    """Read a point as lenient libraries do: y is taken modulo p. None if it is off the curve."""
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, (number & (2**255 - 1)) % P
    square = (y * y - 1) * pow(_D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * _ROOT_OF_MINUS_ONE % P
    if x * x % P != square:
        return None
    return (P - x if x & 1 != sign else x) % P, y


def _base() -> Point:
    point = decode((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    if point is None:
        raise ArithmeticError
    return point


BASE: Final = _base()


def small_order(order: int) -> Point:
    """Return a point of order 1, 2, 4 or 8."""
    for y in range(2, 100):
        point = decode(y.to_bytes(32, "little"))
        torsion = None if point is None else times(ORDER, point)
        if torsion is not None and times(4, torsion) != IDENTITY:
            return times(8 // order, torsion)
    raise ArithmeticError


def secret_scalar(seed: bytes) -> int:
    """Return the clamped scalar of a 32-byte seed."""
    number = int.from_bytes(sha512(seed).digest()[:32], "little")
    return number & (2**254 - 8) | 2**254


def _challenge(r: bytes, key: bytes, message: bytes) -> int:
    return int.from_bytes(sha512(r + key + message).digest(), "little") % ORDER


def sign(seed: bytes, message: bytes, *, nonce: int, key: bytes, torsion: Point, r: bytes) -> bytes:
    """Sign with a chosen nonce point and public key.

    Args:
        seed: 32 secret bytes.
        message: What to sign.
        nonce: The secret number of a signature; small in vectors, random in life.
        key: The bytes hashed as the public key.
        torsion: Added to the nonce point.
        r: The bytes written as the nonce point; computed if empty.
    """
    r = r or encode(add(times(nonce, BASE), torsion))
    s = (nonce + _challenge(r, key, message) * secret_scalar(seed)) % ORDER
    return r + s.to_bytes(32, "little")


def cofactored_accepts(message: bytes, signature: bytes, key: bytes) -> bool:
    """Say whether a lenient, cofactored verifier would accept: what makes a vector worth having."""
    a, r = decode(key), decode(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None:
        return False
    right = add(r, times(_challenge(signature[:32], key, message), a))
    return times(8 * s, BASE) == times(8, right)
