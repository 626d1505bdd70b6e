"""Sizes in bytes. An observer sees only the size class of a body (section 7.2)."""

from typing import Final

SIZE_CLASSES: Final = (1024, 4096, 16384, 65536)
"""Padded plaintext lengths in bytes."""
TEXT_SIZE: Final = 262_144
"""The most bytes of a text that a line document names (openapi/texts.md)."""
COMMITMENT_SIZE: Final = 32
TAG_SIZE: Final = 16
BODY_OVERHEAD: Final = COMMITMENT_SIZE + TAG_SIZE
BODY_SIZES: Final = tuple(size + BODY_OVERHEAD for size in SIZE_CLASSES)
"""The lengths that a message body can have."""
BOX_KEY_SIZE: Final = 1216
"""An X-Wing public key: ML-KEM-768 (1,184 bytes), then X25519 (32 bytes)."""
WRAP_SIZE: Final = 1168
"""HPKE `enc` (1,120 bytes), a sealed 32-byte content key and its 16-byte tag."""
