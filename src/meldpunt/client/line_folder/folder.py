"""Read a line's folder: line.yaml, form.yaml, guide.yaml, procedure.yaml and theme.yaml."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from meldpunt.client.files.regular_file import open_regular
from meldpunt.client.line_folder.desk import CHECKLIST, desk_of, without_checklists
from meldpunt.client.line_folder.fault_kinds import FaultKind
from meldpunt.client.line_folder.faults import Fault, LineFolderError
from meldpunt.client.line_folder.line_settings import LineSettings, ThemeFile
from meldpunt.client.line_folder.promises import (
    check_clock_values,
    check_kept,
    check_line,
    check_story_term,
    check_theme,
)
from meldpunt.client.line_folder.references import (
    check_desk,
    check_form,
    check_form_values,
    check_guide,
    check_guide_values,
    check_procedure,
)
from meldpunt.client.line_folder.shaping import Shaped, Surroundings, Value, shape
from meldpunt.client.line_folder.yaml_reader import Listed, Mapped, Written, read_yaml_file
from meldpunt.protocol.texts.desk import Desk, read_desk
from meldpunt.protocol.texts.form import Form, read_form
from meldpunt.protocol.texts.guide import Guide, read_guide
from meldpunt.protocol.texts.procedure import Procedure, Step, read_procedure
from meldpunt.protocol.texts.shapes import Translations
from meldpunt.protocol.texts.theme import MAX_LOGO, Theme, read_theme
from meldpunt.protocol.verify.encoding import encode_base64url
from meldpunt.protocol.verify.errors import RefusedError
from meldpunt.protocol.verify.fields import LANGUAGE_PATTERN, Model

LINE: Final = "line.yaml"
FORM: Final = "form.yaml"
GUIDE: Final = "guide.yaml"
PROCEDURE: Final = "procedure.yaml"
THEME: Final = "theme.yaml"
NEEDED: Final = (LINE, FORM, GUIDE, PROCEDURE)


class _OneValue(Model):
    value: str


class _ValueByLanguage(Model):
    value: Translations


Tree = Mapping[str, Mapped]
"""The files of a folder by name, as read."""


@dataclass(frozen=True, slots=True)
class LineFolder:
    """A folder that can be read and shown. `faults` may still stop publishing."""

    path: Path
    line: Shaped[LineSettings]
    form: Shaped[Form]
    guide: Shaped[Guide]
    procedure: Shaped[Procedure]
    theme: Shaped[Theme] | None
    desk: Shaped[Desk] | None
    """What stands in line.yaml and procedure.yaml for handlers."""
    faults: tuple[Fault, ...]
    """Warnings, and what stops publishing."""

    @property
    def settings(self) -> LineSettings:
        """What line.yaml says."""
        if self.line.found is None:
            raise LineFolderError(self.line.faults)
        return self.line.found


def read_folder(path: Path) -> LineFolder:
    """Read a line's folder and check it.

    Raises:
        LineFolderError: With every fault that was found, if the folder cannot be read and shown.
    """
    return check_tree(read_tree(path), path)


def read_tree(path: Path) -> dict[str, Mapped]:
    """Read the files of a folder as YAML.

    Raises:
        LineFolderError: With every fault of YAML.
    """
    found, faults = dict[str, Mapped](), list[Fault]()
    names = [*NEEDED, THEME] if (path / THEME).exists() else NEEDED
    for name in names:
        try:
            found[name] = read_yaml_file(path, name)
        except LineFolderError as error:
            faults += error.faults
    if faults:
        raise LineFolderError(faults)
    return found


def check_tree(tree: Tree, path: Path) -> LineFolder:
    """Check files that are read: their shapes, languages, values and references.

    Args:
        tree: The files by name.
        path: The folder of further files, such as a logo.

    Raises:
        LineFolderError: With every fault that was found.
    """
    around, faults = _surroundings(tree[LINE])
    line = shape(_without(tree[LINE], "values"), LineSettings, around)
    form = shape(tree[FORM], Form, around)
    guide = shape(tree[GUIDE], Guide, around)
    beside = replace(around, apart={Step: (CHECKLIST,)})
    procedure = shape(without_checklists(tree[PROCEDURE]), Procedure, beside)
    desk = desk_of(tree[LINE], tree[PROCEDURE], around)
    theme = _theme(tree[THEME], around, path) if THEME in tree else None
    faults += check_clock_values(line)
    faults += check_line(line)
    faults += check_story_term(line)
    faults += check_kept(tree[LINE].members.get("values"), line)
    faults += check_form_values(form)
    faults += check_form(form)
    faults += check_guide_values(guide)
    faults += check_guide(guide, form)
    faults += check_procedure(procedure, line)
    faults += () if theme is None else check_theme(theme)
    faults += () if desk is None else check_desk(desk)
    for shaped in (line, form, guide, procedure, theme, desk):
        faults += [] if shaped is None else shaped.faults
    _stop_on(faults)
    readers: list[tuple[Shaped[Any] | None, Callable[[bytes], object]]] = [
        (form, read_form),
        (guide, read_guide),
        (procedure, read_procedure),
        (theme, read_theme),
        (desk, read_desk),
    ]
    _stop_on(fault for shaped, read in readers for fault in _refusals(shaped, read))
    return LineFolder(path, line, form, guide, procedure, theme, desk, tuple(sorted(set(faults))))


def _stop_on(faults: Iterable[Fault]) -> None:
    """Stop on faults with which the folder cannot be shown.

    A shape that says only "another form" adds nothing where something says more of the same place.
    """
    listed = set(faults)
    told = {fault.place for fault in listed if fault.kind is not FaultKind.FORM}
    hard = [fault for fault in listed if not fault.stops_only_publishing]
    plain = [f for f in hard if f.kind is not FaultKind.FORM or f.place not in told]
    reasoned = [fault for fault in plain if fault.kind is not FaultKind.FORM]
    if hard:
        soft = [fault for fault in listed if fault.stops_only_publishing]
        raise LineFolderError([*(reasoned or plain or hard), *soft])


def _refusals(shaped: Shaped[Any] | None, read: Callable[[bytes], object]) -> Iterable[Fault]:
    """Let the protocol read what the checks let through: it has the last word."""
    if shaped is None or shaped.found is None:
        return
    try:
        read(shaped.found.to_json())
    except RefusedError:
        yield Fault.at(shaped.place(), FaultKind.FORM)


def _surroundings(line: Mapped) -> tuple[Surroundings, list[Fault]]:
    """Read languages and values, which every other text needs."""
    faults: list[Fault] = []
    languages = line.members.get("languages")
    named = languages.items if isinstance(languages, Listed) else ()
    # A tag of another form is told once, in line.yaml, and not missed in every text.
    texts = (each.text for each in named if isinstance(each, Written))
    found = tuple(dict.fromkeys(t for t in texts if re.fullmatch(LANGUAGE_PATTERN, t)))
    values: dict[str, str | Mapping[str, str]] = {}
    node = line.members.get("values")
    if node is not None and not isinstance(node, Mapped):
        faults.append(Fault.at(node.place, FaultKind.WANTS_MAPPING))
        return Surroundings(found), faults
    if node is None:
        return Surroundings(found), faults
    for name, each in node.members.items():
        # Values are texts of their own: shaped, so that languages and placeholders are noted.
        alone = Mapped(each.place, {"value": each}, {"value": node.keys[name]})
        kind = _OneValue if isinstance(each, Written) else _ValueByLanguage
        probe: Shaped[Any] = shape(alone, kind, Surroundings(found))
        faults += [fault for fault in probe.faults if fault.kind is not FaultKind.FORM]
        value = probe.value.get("value", "")
        is_text = isinstance(value, str)
        values[name] = value if is_text else {t["language"]: t["text"] for t in value}
    return Surroundings(found, values), faults


def _theme(node: Mapped, around: Surroundings, path: Path) -> Shaped[Theme]:
    written = shape(node, ThemeFile, around)
    value: Value = {"version": 1, **written.value}
    logo = value.get("logo")
    if isinstance(logo, dict) and isinstance(logo.get("file"), str):
        value["logo"] = {**_logo(path / logo["file"]), "label": logo.get("label", [])}
    found = None
    if written.found is not None:
        try:
            found = Theme.from_value(value)
        except RefusedError:
            written.faults.append(Fault.at(written.place("logo", "file"), FaultKind.LOGO))
    return Shaped(value, written.places, written.faults, found)


def _logo(path: Path) -> Value:
    try:
        with open_regular(path) as file:
            data = file.read(MAX_LOGO + 1)
    except OSError:
        data = b""
    is_png = data.startswith(b"\x89PNG")
    kind = "image/png" if is_png else "image/jpeg" if data.startswith(b"\xff\xd8\xff") else ""
    return {"type": kind, "data": encode_base64url(data)}


def _without(node: Mapped, name: str) -> Mapped:
    members = {key: value for key, value in node.members.items() if key != name}
    return Mapped(node.place, members, node.keys, node.is_flow)
