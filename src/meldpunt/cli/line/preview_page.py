"""One page for browsers that shows a line's folder in all languages: no script, nothing fetched."""

import re
from collections.abc import Iterable
from html import escape
from itertools import groupby
from typing import Final

from meldpunt.cli.line.preview import Part, PartKind, preview_of
from meldpunt.client.line_folder.folder import LineFolder
from meldpunt.client.line_folder.shaping import PLACEHOLDER

_PAGE: Final = """\
<!doctype html>
<html lang="{spoken}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<nav>{links}</nav>
{sections}
</body>
</html>
"""
_STYLE: Final = """
body { font: 1.05rem/1.5 system-ui, sans-serif; max-width: 42rem; margin: 0 auto; padding: 1rem;
  color: #1a1a1a; background: #fff; }
nav { position: sticky; top: 0; background: #fff; padding: .5rem 0;
  border-bottom: 1px solid #767676; }
nav a { margin-right: 1.5rem; padding: .5rem 0; }
section { padding-bottom: 4rem; }
h1, h2 { line-height: 1.2; margin: 2.5rem 0 .75rem; }
h3 { margin: 2rem 0 .5rem; }
h4 { margin: 1.5rem 0 .25rem; font-size: 1.05rem; }
p { margin: .25rem 0; white-space: pre-line; }
p.small, p.advice { color: #444; }
p.advice { border-left: .25rem solid #2a5db0; padding-left: .75rem; margin-left: 1.75rem; }
ul { list-style: none; margin: .25rem 0; padding: 0; }
li { padding: .25rem 0 .25rem 1.75rem; text-indent: -1.75rem; }
li::before { content: "○"; display: inline-block; width: 1.75rem; text-indent: 0; }
mark { background: #ffe08a; color: #1a1a1a; padding: 0 .15rem; }
a { color: #1a4a9c; }
@media print { nav { display: none; } section { break-before: page; } }
"""
_TAGS: Final = {
    PartKind.TITLE: "h2",
    PartKind.HEADING: "h3",
    PartKind.QUESTION: "h4",
}
_MARKED: Final = re.compile(PLACEHOLDER.pattern, re.DOTALL)


def preview_page(folder: LineFolder, spoken: str) -> str:
    """Return the page.

    Args:
        folder: The folder.
        spoken: The language of the office.
    """
    languages = folder.settings.languages
    links = " ".join(f'<a href="#{escape(each)}">{escape(each)}</a>' for each in languages)
    sections = "\n".join(_section(preview_of(folder, each), each) for each in languages)
    title = preview_of(folder, spoken)[0].text
    return _PAGE.format(
        spoken=spoken, title=escape(title), style=_STYLE, links=links, sections=sections
    )


def _section(parts: list[Part], language: str) -> str:
    shown: list[str] = []
    for is_option, group in groupby(parts, key=lambda part: part.kind is PartKind.OPTION):
        several = list(group)
        shown += [_options(several, language)] if is_option else _blocks(several, language)
    first = "\n".join(shown).replace("<h2>", "<h1>", 1).replace("</h2>", "</h1>", 1)
    spoken = language.split("-", maxsplit=1)[0]  # the simple variant has no tag for voices
    name, tag = escape(language), escape(spoken)
    return f'<section id="{name}" lang="{tag}">\n{first}\n</section>'


def _options(parts: Iterable[Part], language: str) -> str:
    items = "\n".join(f"<li>{_linked(part, language)}</li>" for part in parts)
    return f"<ul>\n{items}\n</ul>"


def _linked(part: Part, language: str) -> str:
    text = _text(part.text)
    if part.to is None:
        return text
    return f'<a href="#{escape(language)}-{escape(part.to)}">{text}</a>'


def _blocks(parts: Iterable[Part], language: str) -> Iterable[str]:
    for part in parts:
        tag = _TAGS.get(part.kind, "p")
        name = f' class="{part.kind.name.lower()}"' if tag == "p" else ""
        if part.anchor is not None:
            name += f' id="{escape(language)}-{escape(part.anchor)}"'
        yield f"<{tag}{name}>{_text(part.text)}</{tag}>"


def _text(text: str) -> str:
    """Escape a text, and mark what is still to fill in."""
    return _MARKED.sub(lambda found: f"<mark>{found[0]}</mark>", escape(text))
