"""The texts of a line, as its office publishes them (openapi/texts.md)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from meldpunt.protocol.texts.check import LineTexts, check_texts
from meldpunt.protocol.texts.desk import read_desk
from meldpunt.protocol.texts.form import read_form
from meldpunt.protocol.texts.guide import read_guide
from meldpunt.protocol.texts.page_manifest import read_page_manifest
from meldpunt.protocol.texts.procedure import read_procedure
from meldpunt.protocol.texts.theme import read_theme
from meldpunt.protocol.verify import strict_json
from meldpunt.protocol.verify.clock import Clock, MetBy

_Said = Mapping[str, str]
_REPORT: Final[_Said] = {"nl": "Melden", "en": "Report"}
_QUESTION: Final[_Said] = {"nl": "Vertel wat er is gebeurd.", "en": "Tell what happened."}
_DOUBT: Final[_Said] = {
    "nl": "Twijfel is genoeg om te melden. Alleen het tekstveld is verplicht; de rest mag u"
    " overslaan. Bewaar uw ontvangstcode: zonder de code kunt u het antwoord niet lezen.",
    "en": "Doubt is enough to report. Only the text is required; you may skip the rest."
    " Keep your receipt code: without it you cannot read the answer.",
}
_READERS: Final[_Said] = {
    "nl": "De ontvangers die u kiest of die het lot aanwijst lezen uw melding, bevestigen de"
    " ontvangst en laten weten wat ermee gebeurt. Zij sluiten pas na die terugkoppeling.",
    "en": "The readers you choose, or that are drawn by lot, read your report, acknowledge it"
    " and tell you what is done with it. They close it only after that feedback.",
}
_PRIVACY: Final[_Said] = {
    "nl": "Alleen deze ontvangers kunnen uw melding lezen. Zij wordt gewist op de termijnen van"
    " dit meldpunt.",
    "en": "Only these readers can read your report. It is erased at the terms of this line.",
}
_OUTSIDE: Final[_Said] = {
    "nl": "Een ombudsman of toezichthouder buiten deze organisatie",
    "en": "An ombuds office or supervisor outside this organisation",
}
_STEPS: Final[Mapping[MetBy, _Said]] = {
    MetBy.RECEIPT: {"nl": "Uw melding is aangekomen", "en": "Your report has arrived"},
    MetBy.ACKNOWLEDGEMENT: {
        "nl": "Eerste reactie van een mens",
        "en": "A first answer by a person",
    },
    MetBy.FEEDBACK: {"nl": "Wat wij deden", "en": "What we did"},
    MetBy.CLOSING: {"nl": "Afsluiten", "en": "Closing"},
}


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of a line as bytes, each at most 256 KiB; a document names them by hash."""

    form: bytes
    guide: bytes
    procedure: bytes
    theme: bytes | None = None
    pages: tuple[bytes, ...] = ()
    """Manifests of builds of the reporter's page, at most 4."""
    desk: bytes | None = None
    """Checklists, and terms that only readers count."""
    further: tuple[bytes, ...] = ()

    @property
    def beside(self) -> tuple[bytes, ...]:
        """What the document names besides the texts that have a field of their own, desk first."""
        return (*(() if self.desk is None else (self.desk,)), *self.further)

    @classmethod
    def plain(cls, languages: tuple[str, ...], clocks: Iterable[Clock]) -> "Texts":
        """Return short first texts: one question, and what every reporter should know.

        They are in Dutch and English, as far as these are languages of the line; else in English.
        """

        def said(texts: _Said) -> list[dict[str, str]]:
            known = [each for each in languages if each in texts] or ["en"]
            return [{"language": each, "text": texts[each]} for each in known]

        return cls(
            form=_plain_form(said(_REPORT), said(_QUESTION)),
            guide=_json(
                nodes=[
                    {
                        "id": "start",
                        "title": said(_REPORT),
                        "text": said(_DOUBT),
                        "report": "report",
                    }
                ]
            ),
            procedure=_json(
                steps=[
                    {"id": clock.name, "title": said(_STEPS[clock.met_by]), "clock": clock.name}
                    for clock in clocks
                ],
                readers=said(_READERS),
                privacy=said(_PRIVACY),
                outside={"name": said(_OUTSIDE)},
            ),
        )

    def all(self) -> tuple[bytes, ...]:
        """Return every text once."""
        theme = () if self.theme is None else (self.theme,)
        named = (self.form, self.guide, self.procedure, *theme, *self.pages, *self.beside)
        return tuple(dict.fromkeys(named))

    def check(self, clocks: tuple[Clock, ...], languages: tuple[str, ...] | None = None) -> None:
        """Check that programs can read these texts, and that they fit each other.

        Args:
            clocks: The clocks of the line.
            languages: Those in which everything must be said; None does not ask.

        Raises:
            RefusedError: As `read_form`, `read_guide`, `read_procedure`, `read_theme`, `read_desk`
                and `read_page_manifest`; as `check_texts`.
        """
        for page in self.pages:
            read_page_manifest(page)
        texts = LineTexts(
            form=read_form(self.form),
            guide=read_guide(self.guide),
            procedure=read_procedure(self.procedure),
            theme=None if self.theme is None else read_theme(self.theme),
            desk=None if self.desk is None else read_desk(self.desk),
        )
        check_texts(texts, languages, clocks)


def _plain_form(kind: list[dict[str, str]], question: list[dict[str, str]]) -> bytes:
    asked = {"id": "story", "type": "text", "label": question, "required": True}
    return _json(kinds=[{"id": "report", "label": kind}], questions=[asked])


def _json(**value: Any) -> bytes:  # noqa: ANN401 (any part of a text)
    return strict_json.dump({"version": 1, **value})
