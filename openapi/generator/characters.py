"""Write the table of invisible characters, and of the places that keep one (annexes.md 7.8).

pip install regex                      of the Unicode version that the table is to name
python -m openapi.generator.characters

writes openapi/characters.json, and the same as two modules:
src/meldpunt/protocol/character_table.py and web/sdk/src/protocol/character-table.ts.
A newer Unicode may change what is shown: write the vectors anew after it.
"""

import json
import sys
from importlib.metadata import metadata
from pathlib import Path
from typing import Final

import regex

ROOT: Final = Path(__file__).parents[2]
TABLE: Final = ROOT / "openapi" / "characters.json"
MODULE: Final = ROOT / "src" / "meldpunt" / "protocol" / "character_table.py"
WEB_MODULE: Final = ROOT / "web" / "sdk" / "src" / "protocol" / "character-table.ts"
_WIDTH: Final = 100
_ALL: Final = "".join(map(chr, range(0x110000)))

SETS: Final = {
    "ignorable": r"\p{Default_Ignorable_Code_Point}",
    # Shown as nothing, although no property says so: blanks of braille, music and hieroglyphs.
    "blank": r"[\u2800\U0001D159\U00013441\U00013442\U00016FE4]",
    # White space and dashes: what people type or paste between the groups of a receipt code.
    "separators": r"[\p{White_Space}\p{Dash}]",
    "control": r"[[\p{Cc}--[\n\t]]\u2028\u2029\uFFF9-\uFFFB\p{Cs}]",
    "virama": r"\p{Canonical_Combining_Class=9}",
    "joinsNext": r"[\p{jt=D}\p{jt=L}]",
    "joinsPrevious": r"[\p{jt=D}\p{jt=R}]",
    "passedOver": r"[\p{jt=T}--\p{Default_Ignorable_Code_Point}]",
    "pictographic": r"\p{Extended_Pictographic}",
    "skinTone": r"\p{Emoji_Modifier}",
    "ideograph": r"\p{Unified_Ideograph}",
    "mongolian": r"[\p{Script=Mongolian}&&\p{L}]",
    "unspaced": r"[[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Mymr}]&&[\p{L}\p{M}]]",
    "rightToLeft": r"[[\p{bc=R}\p{bc=AL}]&&\p{L}]",
    "leftToRight": r"[\p{bc=L}&&\p{L}]",
}
"""Each as a set of Unicode properties; jt is Joining_Type, bc Bidi_Class."""


def ranges(pattern: str) -> list[str]:
    """Return the code points of a set as `first..last`, in hexadecimal, in order."""
    spans = (found.span() for found in regex.finditer(f"{pattern}+", _ALL, regex.VERSION1))
    return [
        f"{start:04X}" if start + 1 == end else f"{start:04X}..{end - 1:04X}"
        for start, end in spans
    ]


def unicode_version() -> str:
    """Return the version of Unicode that the properties are of, as their library says it."""
    found = regex.search(r"supports Unicode (\d+\.\d+\.\d+)", _description())
    if found is None:
        raise SystemExit("The library does not say which version of Unicode it has.")
    return str(found[1])


def _description() -> str:
    found = metadata("regex")
    return str(found.get_payload() or found["Description"])


def packed(name: str, codes: list[str]) -> str:
    """Return a set as an assignment whose text fills the lines."""
    lines, line = [], ""
    for code in codes:
        if len(line) + len(code) + 8 > _WIDTH:
            lines.append(line)
            line = ""
        line += f"{code} "
    lines.append(line.rstrip())
    if len(lines) == 1 and len(name) + len(line) + 11 <= _WIDTH:
        return f'{name}: Final = "{lines[0]}"\n'
    text = "\n".join(f'    "{each}"' for each in lines)
    return f"{name}: Final = (\n{text}\n)\n"


def web_module(version: str, sets: dict[str, list[str]]) -> str:
    """Return the sets as a module of TypeScript, in a form that is a quarter as long."""
    rows = "".join(f'  {name}:\n    "{_steps(codes)}",\n' for name, codes in sets.items())
    return (
        "/**\n"
        " * Sets of characters of one Unicode version: openapi/characters.json as a module.\n *\n"
        " * Written by openapi/generator/characters.py; annexes.md 7.8 and 3 say what each set\n"
        " * is for. A number is written to the base 26, its last digit in lower case. A span is\n"
        " * twice its distance from the end of the one before, plus 1 if more code points follow\n"
        " * its first; then how many.\n */\n\n"
        f'export const UNICODE = "{version}";\n\n'
        f"export const CHARACTERS = {{\n{rows}}} as const;\n"
    )


def _steps(codes: list[str]) -> str:
    """Return spans as steps from one to the next."""
    written, last = "", 0
    for code in codes:
        first, _, end = code.partition("..")
        start, stop = int(first, 16), int(end or first, 16)
        written += _base26((start - last) * 2 + (stop > start))
        written += _base26(stop - start) if stop > start else ""
        last = stop
    return written


def _base26(number: int) -> str:
    digits = chr(ord("a") + number % 26)
    while number := number // 26:
        digits = chr(ord("A") + number % 26) + digits
    return digits


def main() -> None:
    """Write the three files."""
    sets = {name: ranges(pattern) for name, pattern in SETS.items()}
    version = unicode_version()
    rows = ",\n".join(f" {json.dumps(name)}: {json.dumps(codes)}" for name, codes in sets.items())
    TABLE.write_text(f'{{\n "unicode": "{version}",\n{rows}\n}}\n')
    MODULE.write_text(
        '"""Sets of characters of one Unicode version: openapi/characters.json as a module.\n\n'
        "Written by openapi/generator/characters.py; annexes.md 7.8 and 3 say what each is for.\n"
        '"""\n\nfrom typing import Final\n\n'
        f'UNICODE: Final = "{version}"\n\n'
        + "".join(packed(_constant(name), codes) for name, codes in sets.items())
    )
    WEB_MODULE.write_text(web_module(version, sets))
    sys.stdout.write(f"Unicode {version}: {sum(map(len, sets.values()))} ranges\n")


def _constant(name: str) -> str:
    return str(regex.sub(r"([A-Z])", r"_\1", name)).upper()


if __name__ == "__main__":
    main()
