"""Whether the texts of a line fit each other and their document, before an office signs it."""

from dataclasses import dataclass

from meldpunt.protocol.texts.desk import Desk, check_steps
from meldpunt.protocol.texts.form import Form
from meldpunt.protocol.texts.guide import Guide
from meldpunt.protocol.texts.procedure import Procedure, check_clocks
from meldpunt.protocol.texts.shapes import check_known, check_translations
from meldpunt.protocol.texts.theme import Theme
from meldpunt.protocol.verify.clock import Clock
from meldpunt.protocol.verify.fields import Language


@dataclass(frozen=True, slots=True)
class LineTexts:
    """The texts of a line that a program reads."""

    form: Form
    guide: Guide
    procedure: Procedure
    theme: Theme | None = None
    desk: Desk | None = None


def check_texts(
    texts: LineTexts, languages: tuple[Language, ...] | None, clocks: tuple[Clock, ...]
) -> None:
    """Check texts against each other, and against the document that will name them.

    Args:
        texts: Texts that are read already.
        languages: The languages of the line, in which everything must be said; None does not ask.
        clocks: The clocks of the line.

    Raises:
        RefusedError: TEXT_LANGUAGE for a text that is not in every language of the line; TEXT_ID
            for a kind of report that the form does not have, for steps that do not name just the
            clocks of the document, or for a checklist of a step that the procedure does not have.
    """
    for text in (texts.form, texts.guide, texts.procedure, texts.theme, texts.desk):
        if text is not None and languages is not None:
            check_translations(text, languages)
    kinds = frozenset(kind.id for kind in texts.form.kinds)
    check_known((node.report for node in texts.guide.nodes if node.report is not None), kinds)
    check_clocks(texts.procedure, clocks)
    if texts.desk is not None:
        check_steps(texts.desk, texts.procedure)
