"""Recovery sheets: a handler's keys of one day, split so that k of n shares bring them back.

The secret is the signing seed and what is left of each box chain (openapi/files.md section 2).
SLIP-39 splits it: Shamir's secret sharing over words, with a checksum in every share. Everybody
with k shares has the keys. So the sheet keeps its keys able to open messages until its shares are
destroyed.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations
from typing import Final

import shamir_mnemonic
from shamir_mnemonic import MnemonicError, Share

from meldpunt.client.http.errors import ClientError
from meldpunt.client.keys.handler_keys import KEY_DAYS, HandlerKeys
from meldpunt.protocol.recovery_secret import SavedChain, read_secret, write_secret
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import RefusedError

MAX_SHARES: Final = 16
"""The most shares that SLIP-39 allows."""

_NUMBERED: Final = re.compile(r"\d+\.\s*([A-Za-z]+)")
_WORD: Final = re.compile(r"[A-Za-z]+")


class ShareError(ClientError):
    """A text is not a share, or was copied with a mistake."""

    def __init__(self) -> None:
        super().__init__(
            "This is not a share of a recovery sheet, or a word of it is wrong. Compare it word by"
            " word with the paper."
        )


class MixedSharesError(ClientError):
    """The shares are of different sheets."""

    def __init__(self) -> None:
        super().__init__("These shares are of different sheets: they do not belong together.")


class TooFewSharesError(ClientError):
    """There are fewer different shares than the sheet needs."""

    def __init__(self, missing: int) -> None:
        super().__init__(
            f"These are too few shares: {missing} more of this sheet, a different one each time."
        )
        self.missing = missing


class NotASheetError(ClientError):
    """The shares fit together, but hold something else."""

    def __init__(self) -> None:
        super().__init__("These shares fit together, but they are of another program's secret.")


class SplitError(ClientError):
    """The numbers of a split are impossible, or would protect nothing."""

    def __init__(self) -> None:
        super().__init__(
            f"Choose a threshold of 2 or more, and at most {MAX_SHARES} shares: with a threshold"
            " of 1 every single share would open everything."
        )


@dataclass(frozen=True, slots=True)
class ShareFacts:
    """The public facts of one share. They reveal nothing of the secret."""

    sheet: int
    """The same on every share of one sheet, 0 to 32767."""
    number: int
    """From 1."""
    threshold: int
    """How many shares bring the keys back."""


def split_keys(keys: HandlerKeys, *, shares: int, threshold: int) -> tuple[str, ...]:
    """Return the shares of a sheet, each a line of words.

    Raises:
        SplitError: The numbers are impossible, or would protect nothing.
    """
    if not 2 <= threshold <= shares <= MAX_SHARES:  # noqa: PLR2004 - one alone opens nothing
        raise SplitError
    secret = _write(keys)
    [made] = shamir_mnemonic.generate_mnemonics(1, [(threshold, shares)], secret)
    # A sheet that cannot bring the keys back is worse than no sheet.
    chosen = list(combinations(made, threshold))
    for subset in (chosen[0], chosen[-1]):
        if join_shares(subset, keys.line_id).signing != keys.signing:
            raise NotASheetError
    return tuple(made)


def read_share(text: str) -> str:
    """Return the words of a share from a text that somebody typed or kept, numbered or not."""
    words = _NUMBERED.findall(text) or _WORD.findall(text)
    return " ".join(words).lower()


def check_share(words: str) -> ShareFacts:
    """Check one share by itself.

    Raises:
        ShareError: A word is wrong, missing or out of place.
    """
    share = _parse(words)
    return ShareFacts(share.identifier, share.index + 1, share.member_threshold)


def _parse(words: str) -> Share:
    try:
        share = Share.from_mnemonic(words)
    except (MnemonicError, ValueError):
        raise ShareError from None  # the library's message quotes the words
    if share.group_count != 1:
        raise ShareError
    return share


def join_shares(shares: Iterable[str], line_id: ids.LineId) -> HandlerKeys:
    """Return the keys that shares hold, as they were on the sheet's day.

    Raises:
        ShareError: One of them is wrong.
        MixedSharesError: They are of different sheets.
        TooFewSharesError: The sheet needs more shares.
        NotASheetError: They hold something else.
    """
    parsed = {share.index: share for share in map(_parse, shares)}
    if not parsed:
        raise ShareError
    found = list(parsed.values())
    threshold = found[0].member_threshold
    if len({(share.common_parameters(), share.member_threshold) for share in found}) != 1:
        raise MixedSharesError
    if len(found) < threshold:
        raise TooFewSharesError(threshold - len(found))
    try:
        chosen = [share.mnemonic() for share in found[:threshold]]
        secret = shamir_mnemonic.combine_mnemonics(chosen)
    except MnemonicError:
        raise MixedSharesError from None  # two sheets with one number: the digest differs
    return _read(secret, line_id)


def _write(keys: HandlerKeys) -> bytes:
    first_days = {s.number: s.not_before for s in keys.published()}
    gone = {c.number: timedelta(days=KEY_DAYS * (c.number - c.first_number)) for c in keys.chains}
    saved = (SavedChain(c, first_days[c.number] - gone[c.number], KEY_DAYS) for c in keys.chains)
    return write_secret(keys.signing, saved)


def _read(secret: bytes, line_id: ids.LineId) -> HandlerKeys:
    try:
        signing, chains = read_secret(secret)
    except RefusedError:
        raise NotASheetError from None
    keys = HandlerKeys(line_id, signing)
    for saved in chains:
        keys = keys.with_chain(saved.chain, saved.start, days=saved.days)
    return keys
