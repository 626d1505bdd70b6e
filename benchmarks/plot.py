"""Draws, as SVG, which part of the host's processor time the protocol itself asks."""

from collections.abc import Sequence
from typing import Final
from xml.sax.saxutils import escape

from benchmarks.figures import Figure

_COLUMN: Final = "CPU vs least, 64"
_WIDTH, _LABELS, _SCALE = 720, 230, 420
_ROW, _TOP = 24, 56
_STYLE: Final = """\
text { font: 13px sans-serif; fill: #222 } .title { font-weight: bold } .small { font-size: 11px }
.bar { fill: #3b6ea5 } .axis { stroke: #bbb } .must { stroke: #c0392b; stroke-width: 2 }
.aim { stroke: #2e7d32; stroke-width: 2 } rect.ground { fill: #fff }"""


def draw(figures: Sequence[Figure]) -> str:
    """Return a bar for each path and database: the least server's time as a part of the host's."""
    shown = [f for f in figures if f.place is not None and f.place.column == _COLUMN]
    height = _TOP + _ROW * len(shown) + 34
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img">',
        f"<style>{_STYLE}</style>",
        f'<rect class="ground" width="{_WIDTH}" height="{height}"/>',
        _text(12, 22, "CPU of the least server, as a share of the host's", "title"),
        _text(12, 40, "64 connections; red: must, green: aim", "small"),
        *_axis(height),
    ]
    for number, figure in enumerate(shown):
        parts += _bar(figure, _TOP + number * _ROW)
    return "\n".join([*parts, "</svg>", ""])


def _axis(height: int) -> list[str]:
    parts = []
    for tenth in range(0, 11, 2):
        x = _LABELS + _SCALE * tenth // 10
        parts.append(f'<line class="axis" x1="{x}" y1="{_TOP - 6}" x2="{x}" y2="{height - 26}"/>')
        parts.append(_text(x - 8, height - 10, f"{tenth / 10:.1f}", "small"))
    return parts


def _bar(figure: Figure, top: int) -> list[str]:
    value = figure.value or 0.0
    label = figure.place.row if figure.place is not None else figure.name
    box = f'x="{_LABELS}" y="{top + 2}" width="{_length(value)}" height="{_ROW - 8}"'
    parts = [
        _text(12, top + 14, label),
        f'<rect class="bar" {box}/>',
        _text(_LABELS + _length(value) + 6, top + 14, f"{value:.2f}"),
    ]
    for kind, target in (("must", figure.must), ("aim", figure.aim)):
        if target is not None:
            x = _LABELS + _length(target)
            parts.append(
                f'<line class="{kind}" x1="{x}" y1="{top}" x2="{x}" y2="{top + _ROW - 4}"/>'
            )
    return parts


def _length(value: float) -> int:
    """Return pixels; a bar of more than the whole ends a little past it."""
    return round(_SCALE * min(value, 1.05))


def _text(x: int, y: int, text: str, kind: str = "") -> str:
    style = f' class="{kind}"' if kind else ""
    return f'<text x="{x}" y="{y}"{style}>{escape(text)}</text>'
