"""Sets of characters as regular expressions. `character_table` holds the sets."""


def character_class(codes: str) -> str:
    """Return a set of the table as the content of a character class in a regular expression."""
    spans = (code.partition("..") for code in codes.split())
    return "".join(
        f"\\U{int(first, 16):08X}" + (f"-\\U{int(last, 16):08X}" if last else "")
        for first, _, last in spans
    )
