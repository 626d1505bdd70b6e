"""Receipt codes on the device: make them, compare typed ones, and derive keys from them."""

import asyncio

from meldpunt.client.keys.randomness import Entropy
from meldpunt.protocol.keys import ReporterKeys
from meldpunt.protocol.receipt import ENTROPY_SIZE, make_receipt, parse_receipt, receipt_seed
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import RefusedError


async def keys_of(receipt: str, line_id: ids.LineId) -> ReporterKeys:
    """Derive the keys of a receipt code, outside the event loop: it takes about 30 ms."""
    return ReporterKeys.from_seed(await asyncio.to_thread(receipt_seed, receipt, line_id))


async def new_keys(entropy: Entropy, line_id: ids.LineId) -> tuple[str, ReporterKeys]:
    """Return a new receipt code and its keys on a line."""
    receipt = make_receipt(entropy(ENTROPY_SIZE))
    return receipt, await keys_of(receipt, line_id)


def is_same_receipt(typed: str, receipt: str) -> bool:
    """Say whether somebody has typed this receipt code."""
    try:
        return parse_receipt(typed) == parse_receipt(receipt)
    except RefusedError:
        return False
