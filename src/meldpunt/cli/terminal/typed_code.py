"""What is wrong with a receipt code that somebody typed, in words and by its group."""

from meldpunt.cli.speech.said import said
from meldpunt.protocol.receipt import GROUP, SYMBOLS, is_symbol, parse_receipt, typed_groups
from meldpunt.protocol.verify.errors import Reason, RefusedError


def wrong_part(typed: str) -> str | None:
    """Say what keeps a typed text from being a code, and in which group; None if it is one."""
    try:
        parse_receipt(typed)
    except RefusedError as error:
        reason = error.reason
    else:
        return None
    groups = typed_groups(typed)
    symbols = "".join(groups)
    if reason is Reason.RECEIPT_SYMBOL:
        place = next(i for i, symbol in enumerate(symbols) if not is_symbol(symbol))
        return said().group.format(group=place // GROUP + 1)
    if reason is Reason.RECEIPT_LENGTH:
        odd = [number for number, group in enumerate(groups, 1) if len(group) != GROUP]
        where = said().look_at.format(group=odd[0]) if odd and len(groups) > 1 else ""
        told = said().length.format(symbols=SYMBOLS, size=GROUP, count=len(symbols))
        return f"{told}{where}"
    return said().check
