"""A small line in a folder, as an office writes it: for tests that need any line."""

from pathlib import Path
from typing import Final

LINE: Final = """\
languages: [nl, en]
values:
  organisation: Voorbeeldorganisatie
names:
  nl: Meldpunt integriteit
  en: Integrity line
contact:
  nl: Bel ons op 088 555 00 00, op werkdagen van 9 tot 17 uur.
  en: Call us on 088 555 00 00, on weekdays from 9 to 5.
readerCount: 2
retention: P2M
maximumTerm: P2Y
clocks:
  - name: acknowledgement
    startsAt: received
    term: P7D
    metBy: acknowledgement
    source: Richtlijn (EU) 2019/1937, artikel 9
    checked: 2026-11-29
  - name: feedback
    startsAt: acknowledged
    term: P3M
    metBy: feedback
    startsNoLaterThan: P7D
    source: Richtlijn (EU) 2019/1937, artikel 9
    checked: 2026-11-29
"""
FORM: Final = """\
kinds:
  - id: report
    label: {nl: Melden, en: Report}
questions:
  - id: safe
    type: choice
    label: {nl: Ben je nu veilig?, en: Are you safe now?}
    options:
      - id: yes
        label: {nl: Ja, en: Yes}
      - id: no
        label: {nl: Nee, en: No}
        urgent: true
  - id: story
    type: text
    label: {nl: Vertel wat er is gebeurd., en: Tell what happened.}
    required: true
  - id: reach
    type: contact
    label: {nl: Hoe kunnen wij je bereiken?, en: How can we reach you?}
    showIf:
      - - {question: safe, in: [no]}
"""
GUIDE: Final = """\
nodes:
  - id: start
    title: {nl: Wat zoek je?, en: What are you looking for?}
    choices:
      - label: {nl: Ik wil iets melden, en: I want to report}
        to: melden
  - id: melden
    title: {nl: Vertel het ons, en: Tell us}
    text:
      nl: >-
        Twijfel is genoeg om te melden bij {organisation}.
      en: >-
        Doubt is enough to report to {organisation}.
    report: report
numbers:
  - name: {nl: Alarmnummer, en: Emergency number}
    telephone: '112'
    always: true
"""
PROCEDURE: Final = """\
steps:
  - id: acknowledgement
    title: {nl: Eerste reactie, en: First answer}
    clock: acknowledgement
  - id: feedback
    title: {nl: Wat wij deden, en: What we did}
    clock: feedback
readers:
  nl: Twee mensen lezen wat je schrijft.
  en: Two people read what you write.
privacy:
  nl: Alleen zij kunnen het lezen, en het wordt op tijd gewist.
  en: Only they can read it, and it is erased in time.
outside:
  name: {nl: Huis voor Klokkenluiders, en: Dutch Whistleblowers Authority}
  telephone: 088 133 10 00
"""
FILES: Final = {
    "line.yaml": LINE,
    "form.yaml": FORM,
    "guide.yaml": GUIDE,
    "procedure.yaml": PROCEDURE,
}


def write_line_folder(folder: Path, **files: str) -> Path:
    """Write the line into a new folder, with other contents for some files (`form=…`)."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (FILES | {f"{each}.yaml": text for each, text in files.items()}).items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def rewrite(folder: Path, file: str, old: str, new: str) -> None:
    """Replace a part of a file, which must be there once."""
    text = (folder / file).read_text(encoding="utf-8")
    assert text.count(old) == 1, (file, old, text.count(old))
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")
