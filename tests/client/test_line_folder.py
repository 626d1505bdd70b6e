"""A line's folder in YAML: read without surprises, and every fault told with its place."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meldpunt.client.line_folder.dutch import DUTCH
from meldpunt.client.line_folder.english import ENGLISH
from meldpunt.client.line_folder.fault_kinds import FaultKind
from meldpunt.client.line_folder.faults import LineFolderError, TextPlace
from meldpunt.client.line_folder.folder import LINE, check_tree, read_folder
from meldpunt.client.line_folder.people import check_people
from meldpunt.client.line_folder.preset import PRESETS_FOLDER, read_preset
from meldpunt.client.line_folder.writer import write_yaml
from meldpunt.client.line_folder.yaml_reader import (
    MAX_SIZE,
    Listed,
    Mapped,
    Node,
    Written,
    read_yaml,
)
from meldpunt.client.lines.names import plain_name
from meldpunt.protocol.texts.shapes import in_language
from tests.support.line_folder import FORM, rewrite, write_line_folder

Plain = str | list["Plain"] | dict[str, "Plain"]


def plain(node: Node) -> Plain:
    """Return what a node says, without its layout."""
    if isinstance(node, Written):
        return node.text
    if isinstance(node, Listed):
        return [plain(item) for item in node.items]
    return {name: plain(member) for name, member in node.members.items()}


def faults_of(folder: Path, language: str = "en") -> list[str]:
    """Return what is told of a folder, whether or not it can be shown."""
    try:
        found = read_folder(folder).faults
    except LineFolderError as error:
        found = error.faults
    return [fault.told(language) for fault in found]


def preset_with(folder: Path, file: str, old: str, new: str) -> list[str]:
    """Return what is told of a preset with one change, besides what is to fill in."""
    for name, node in read_preset("unwanted-behaviour", "je").items():
        folder.joinpath(name).write_text(write_yaml(node, {}), encoding="utf-8")
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return [told for told in faults_of(folder) if "[[" not in told]


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("procedure.yaml", "id: mayTell", "id: safe", "'safe' stands here twice"),
        ("procedure.yaml", "id: mayTell", "id: may2", "letters alone, at most 36"),
        ("procedure.yaml", "    clock: feedback\n", "    clock: feedback\n    checklist: []\n",
         "this list is empty"),
        ("procedure.yaml", "    checklist:", "    checklst:",
         "'checklst' is not known here; known are: id, title, text, clock, tag, checklist"),
        ("line.yaml", "storyTerm:\n  term: P1W", "storyTerm:\n  term: P9M",
         "erased before this term ends (P2M)"),
        ("line.yaml", "storyTerm:\n  term: P1W", "storyTerm:\n  term: a week", "write a term as"),
        ("line.yaml", "nl-simple]", "nl-simple, NL]", "write a language as"),
    ],
)  # fmt: skip
def test_a_fault_of_the_desk_or_of_a_language_is_told_once_with_its_place(
    tmp_path: Path, file: str, old: str, new: str, told: str
) -> None:
    found = preset_with(tmp_path, file, old, new)
    about = [each for each in found if told in each]
    assert len(about) == 1, found
    assert len(found) == 1


def test_a_folder_becomes_the_texts_that_are_signed(tmp_path: Path) -> None:
    found = read_folder(write_line_folder(tmp_path))
    assert found.faults == ()
    assert found.guide.found is not None
    advice = found.guide.found.nodes[1].text
    assert advice is not None
    assert in_language(advice, "nl") == "Twijfel is genoeg om te melden bij Voorbeeldorganisatie."
    assert found.form.value["questions"][0]["options"][1]["id"] == "no"  # no boolean
    assert [clock.name for clock in found.settings.clocks] == ["acknowledgement", "feedback"]


@pytest.mark.parametrize(
    ("one", "same"),
    [
        ("Zoë de Vries", "Zoe\u0308  DE\u00a0vries"),  # accent apart, case, spaces
        ("Anne-Marie Smit", "anne\u2011marie \u200bSmit"),  # another hyphen, nothing to see
        ("STRASSE", "straße"),
        ("Ａ. Jansen", "a. jansen"),  # full-width
        ("\u0345\u0301x", "\u0301\u0345x"),  # folding brings marks out of order
    ],
)
def test_one_person_is_one_person_however_the_name_is_typed(
    tmp_path: Path, one: str, same: str
) -> None:
    assert plain_name(one) == plain_name(same) == plain_name(plain_name(one))
    write_line_folder(tmp_path)
    text = (tmp_path / LINE).read_text(encoding="utf-8")
    handlers = "".join(f"\n  - name: '{n}'\n    function: contact" for n in (one, same, "B. Smit"))
    (tmp_path / LINE).write_text(f"{text}handlers:{handlers}\n", encoding="utf-8")
    faults = [
        f for f in check_people(read_folder(tmp_path), ()) if f.kind is FaultKind.HANDLER_TWICE
    ]
    assert len(faults) == 1


def test_a_byte_order_mark_and_windows_line_ends_are_no_fault(tmp_path: Path) -> None:
    write_line_folder(tmp_path)
    text = "\ufeff" + FORM.replace("\n", "\r\n")
    (tmp_path / "form.yaml").write_bytes(text.encode())
    assert read_folder(tmp_path).form.found == read_folder(write_line_folder(tmp_path)).form.found


@pytest.mark.parametrize(
    "word", ["no", "on", "Yes", "08", "1_000", "2026-11-29", "~", "1:30", "0x1F"]
)
def test_a_text_stays_the_text_that_stands_there(tmp_path: Path, word: str) -> None:
    write_line_folder(tmp_path, form=FORM.replace("Vertel wat er is gebeurd.", word))
    assert read_folder(tmp_path).form.value["questions"][1]["label"][0]["text"] == word


IN_FORM: Final = {
    # what replaces what in form.yaml → line, column and reason
    ("  - id: safe", "\t- id: safe"): "5:1: a tab stands here",
    ("Ben je nu veilig?", "Let op: veilig?"): "7:23: this does not fit",
    ("id: story", "id: &a story"): "14:9: references",
    ("id: story", "id: *a"): "14:9: references",
    ("required: true", "<<: {required: true}"): "17:5: references",
    ("id: story", "id: !!str story"): "14:9: a tag",
    ("required: true", "type: text"): "17:5: 'type' stands here twice: before in line 15",
    ("required: true", "required: yes"): "17:15: write true or false",
    ("required: true", "needed: true"): "17:5: 'needed' is not known here; known are: id, type,",
    ("required: true", "required:"): "17:5: nothing stands behind 'required'",
    ("type: text", "type: tekst"): "15:11: write one of: text, when, where, contact, choice",
    ("id: story", "id: Story"): "14:5: a name for programs begins with a small letter",
    ("id: story", "id: safe"): "14:5: the id 'safe' stands here twice: before in line 5",
    ("      - id: no", "      - id: yes"): "11:9: the id 'yes' stands here twice: before in line 9",
    (", en: Tell what happened.", ""): "16:5: the text in 'en' is missing",
    ("en: Report}", "en: Report, fr: Dire}"): "3:37: 'fr' is not a language of this line: nl, en",
    (
        "Vertel wat er is gebeurd.",
        "'{anybody} is gebeurd.'",
    ): "16:17: {anybody} is not among the values",
    ("question: safe, in: [no]", "question: safe, in: [never]"): "22:33: the question 'safe' has no"
    " option 'never'; it has: yes, no",
    ("question: safe", "question: saved"): "22:12: there is no question 'saved'",
    ("question: safe", "question: reach"): "22:12: a condition can only name an earlier question;"
    " 'reach' is asked in line 18",
    ("question: safe", "question: story"): "22:29: a condition names a question with options",
    ("in: [no]", "in: [no], notIn: [yes]"): "22:11: a condition has either 'in' or 'notIn'",
    ("type: contact", "type: choice"): "18:5: a question of type 'choice' has options",
    ("  - id: reach", "  - id: reach\n    page: first"): "19:5: there is no page 'first'",
    ("  - id: story", "  - id: story\n    kinds: [talk]"): "15:13: there is no kind 'talk'",
    ("    required: true\n", "    purpose: notBefore\n"): "17:5: the purpose notBefore goes with",
}


@pytest.mark.parametrize(("old", "new"), IN_FORM)
def test_a_fault_of_the_form_is_told_with_line_and_column(
    tmp_path: Path, old: str, new: str
) -> None:
    assert FORM.count(old) == 1
    write_line_folder(tmp_path, form=FORM.replace(old, new))
    told = faults_of(tmp_path)
    assert len(told) <= 2, told  # an id that stands twice also confuses who names it
    assert told[0].startswith(f"form.yaml:{IN_FORM[old, new]}"), told


ELSEWHERE: Final = {
    ("line.yaml", "term: P7D", "term: 7 days"): "write a term as P14D",
    ("line.yaml", "readerCount: 2", "readerCount: two"): "a whole number is wanted",
    ("line.yaml", "readerCount: 2", "readerCount: 65"): "write a number from 1 to 64",
    ("line.yaml", "startsAt: received", "startsAt: reopened"): "no report can meet this clock",
    ("line.yaml", "metBy: feedback", "metBy: acknowledgement"): "so it is never due",
    ("line.yaml", "term: P3M", "term: P3Y"): "longer than a report is kept (P2Y)",
    ("line.yaml", "name: feedback", "name: decision"): "there is no clock 'feedback'",
    ("line.yaml", "languages: [nl, en]", "languages: [nl, en, nl]"): "stands twice",
    ("line.yaml", "retention: P2M", "retention: P2M\ncheckIns: [{startsAt: closed, term: P3M}]"): (
        "after the report is erased (P2M)"
    ),
    ("line.yaml", "retention: P2M\n", ""): "'retention' is missing",
    ("guide.yaml", "to: melden", "to: nowhere"): "no node 'nowhere' to lead to",
    ("guide.yaml", "report: report", "report: talk"): "no kind 'talk' in form.yaml",
    ("guide.yaml", "telephone: '112'", "telephone: call us"): "a telephone number has digits",
    ("guide.yaml", "telephone: '112'", "address: example.nl"): "begins with https://",
    ("guide.yaml", "    report: report\n", "    choices: [{label: {nl: x, en: x}, to: start}]\n"): (
        "the choices lead in a circle: start → melden → start"
    ),
    ("guide.yaml", "numbers:\n", "  - {id: lost, title: {nl: x, en: x}}\nnumbers:\n"): (
        "no choice leads to 'lost'"
    ),
    ("procedure.yaml", "    clock: feedback\n", "    tag: feedback\n"): "people must see",
    ("procedure.yaml", "clock: feedback", "clock: feedback\n    tag: feedback"): "not both",
}


@pytest.mark.parametrize(("file", "old", "new"), ELSEWHERE)
def test_a_fault_of_another_file_is_told_in_words(
    tmp_path: Path, file: str, old: str, new: str
) -> None:
    rewrite(write_line_folder(tmp_path), file, old, new)
    told = faults_of(tmp_path)
    assert re.match(r"[a-z]+\.yaml:[0-9]+:[0-9]+: ", told[0])
    assert any(ELSEWHERE[file, old, new] in each for each in told), told


def test_every_file_and_every_fault_is_told_at_once_and_in_dutch(tmp_path: Path) -> None:
    write_line_folder(tmp_path)
    (tmp_path / "guide.yaml").unlink()
    rewrite(tmp_path, "form.yaml", "id: story", "id: *x")
    assert faults_of(tmp_path, "nl") == [
        "form.yaml:14:9: verwijzingen (&, *, <<) kunnen hier niet: schrijf de tekst voluit",
        "guide.yaml:1:1: dit bestand ontbreekt",
    ]


def test_a_placeholder_is_told_where_it_stands_also_where_a_number_belongs(tmp_path: Path) -> None:
    rewrite(write_line_folder(tmp_path), "guide.yaml", "'112'", "'[[telefoon]]'")
    rewrite(tmp_path, "line.yaml", "Voorbeeldorganisatie", "'[[naam]]'")
    found = read_folder(tmp_path)
    told = [fault.told("nl") for fault in found.faults]
    assert told == [
        "guide.yaml:17:16: nog in te vullen: [[telefoon]]",
        "line.yaml:3:17: nog in te vullen: [[naam]]",
    ]
    assert found.guide.value["numbers"][0]["telephone"] == "[[telefoon]]"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"a: &a [x]\nb: &b [*a, *a]\n", "1:4: references"),
        (b"[" * 100 + b"]" * 100, "1:17: too much stands in here, or too deep"),
        (b"a: b\n---\nc: d\n", "2:1: a file holds one document"),
        (b"%TAG ! tag:x,1:\n---\na: b\n", "1:1: a file holds one document"),
        (b"a: b: c\n", "1:5: a colon stands inside a text"),
        (b"a: 'b\n", "1:4: a quote, bracket or brace that opens here is never closed"),
        (b"a: [b\nc: d\n", "2:2: "),
        (b"a: @b\n", "1:4: a text cannot begin with this character"),
        (b"a: {b} c\n", "1:8: this does not fit what stands above"),
        (b'a: "\\q"\n', "1:5: a backslash between double quotes"),
        (b'a: "\\e[1m"\n', "1:4: an invisible character"),
        (b"a: \x1b[1m\n", "1:4: an invisible character"),
        (b"a: \xff\n", "1:4: this is not UTF-8"),
        (b"- a\n", "1:1: this file does not begin with names"),
        (b"", "1:1: this file does not begin with names"),
        (b"? [a]\n: b\n", "1:3: the name before a colon is a list"),
        (b"a: " + b"b" * MAX_SIZE, "1:1: this file is over 512 KiB"),
        (b"a: [" + b"x," * 60_000 + b"]", "1:"),
    ],
)
def test_what_is_no_plain_yaml_is_refused(data: bytes, told: str) -> None:
    with pytest.raises(LineFolderError) as refused:
        read_yaml(data, "x.yaml")
    assert refused.value.faults[0].told("en").startswith(f"x.yaml:{told}")


def test_every_fault_has_a_sentence_in_both_languages_that_names_the_same() -> None:
    named = re.compile(r"\{([a-z]+)\}")
    assert set(DUTCH) == set(ENGLISH) == set(FaultKind)
    for kind in FaultKind:
        assert set(named.findall(DUTCH[kind])) == set(named.findall(ENGLISH[kind])), kind


AT: Final = TextPlace("x.yaml", 1, 1)
LETTERS: Final = st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp"))
TEXTS: Final = st.text(st.one_of(LETTERS, st.sampled_from("\n :#-'\"[]{}>|\\&*!%@`"))).map(
    lambda text: text.strip("\n")
)
NODES: Final = st.recursive(
    st.builds(Written, st.just(AT), TEXTS),
    lambda inner: st.one_of(
        st.builds(Listed, st.just(AT), st.lists(inner, max_size=3).map(tuple)),
        st.builds(Mapped, st.just(AT), st.dictionaries(TEXTS, inner, min_size=1, max_size=3)),
    ),
    max_leaves=8,
)


@given(st.dictionaries(TEXTS.filter(lambda key: key != "<<"), NODES, min_size=1, max_size=3))
def test_what_is_written_reads_as_it_was(members: dict[str, Node]) -> None:
    made = write_yaml(Mapped(AT, members), {}, "A heading")
    read = plain(read_yaml(made.encode(), "x.yaml"))
    assert _stripped(read) == _stripped(plain(Mapped(AT, members)))


def _stripped(value: Plain) -> Plain:
    """Return texts without line ends at their end: a block ends with one, and nobody means it."""
    if isinstance(value, str):
        return value.rstrip("\n")
    if isinstance(value, list):
        return [_stripped(each) for each in value]
    return {name: _stripped(each) for name, each in value.items()}


@pytest.mark.parametrize(("member", "term"), [("retention", "P6M"), ("maximumTerm", "P1Y")])
def test_words_for_how_long_a_report_is_kept_must_say_the_term(member: str, term: str) -> None:
    tree = read_preset("wbk-internal", "je")
    line = tree[LINE]
    written = line.members[member]
    assert isinstance(written, Written)
    members = dict(line.members) | {member: replace(written, text=term)}
    changed = dict(tree) | {LINE: replace(line, members=members)}
    told = [
        each
        for each in check_tree(changed, PRESETS_FOLDER).faults
        if each.kind is FaultKind.KEPT_IN_WORDS
    ]
    assert len(told) == 3  # in each language
    assert [
        each
        for each in check_tree(tree, PRESETS_FOLDER).faults
        if each.kind is FaultKind.KEPT_IN_WORDS
    ] == []
