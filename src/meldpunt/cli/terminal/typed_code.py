"""What is wrong with a receipt code that somebody typed, in words and by its group."""

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
        return f"Group {place // GROUP + 1} has a character that no code has."
    if reason is Reason.RECEIPT_LENGTH:
        odd = [number for number, group in enumerate(groups, 1) if len(group) != GROUP]
        where = f" Look at group {odd[0]}." if odd and len(groups) > 1 else ""
        count = len(symbols)
        return f"A code has {SYMBOLS} characters in groups of {GROUP}; this has {count}.{where}"
    return "A character is wrong: the code checks itself, and does not fit."
