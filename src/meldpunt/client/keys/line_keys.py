"""A line's keys: the one in force, and the public keys before it."""

from dataclasses import dataclass

from meldpunt.client.keys.randomness import SYSTEM_ENTROPY, Entropy
from meldpunt.protocol.keys import SEED_SIZE, SigningKey
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.key_chain import ROTATION_LABEL, Rotation, RotationStatement


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

    def successor(self, entropy: Entropy = SYSTEM_ENTROPY) -> "LineKeys":
        """Make the key that replaces this one, with a statement signed by both."""
        new = SigningKey.from_seed(entropy(SEED_SIZE))
        statement = RotationStatement(
            version=1,
            line_id=self.line_id,
            number=len(self.rotations) + 1,
            old_key=self.signing.public_key,
            new_key=new.public_key,
        ).to_json()
        rotation = Rotation(
            statement=statement,
            old_signature=self.signing.sign(ROTATION_LABEL, statement),
            new_signature=new.sign(ROTATION_LABEL, statement),
        )
        return LineKeys(new, self.first_key, (*self.rotations, rotation))
