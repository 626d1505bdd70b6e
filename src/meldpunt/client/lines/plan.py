"""Plans: what an office decides about its line before it signs the document."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Annotated, Final

from pydantic import Field, ValidationError

from meldpunt.client.http.errors import UnsentError
from meldpunt.client.lines.names import plain_name
from meldpunt.client.lines.other_lines import OtherLine, name_other_lines
from meldpunt.client.lines.presets import Preset
from meldpunt.client.lines.texts import Texts
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.clock import CheckIn
from meldpunt.protocol.verify.days import Term
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import Key32, LineIdField, Model
from meldpunt.protocol.verify.line_document import (
    MAX_VALIDITY,
    Function,
    LineDocument,
    ListedHandler,
    Text,
)
from meldpunt.wire.lines import HostInfo

JUDGES: Final = frozenset((Function.INVESTIGATOR, Function.DECIDER))
"""Functions that nobody has who advises."""
_WITHDRAWAL_TERM: Final = Term(14, "D")
_UNOPENED_TERM: Final = Term(14, "D")


class HandlerEntry(Model):
    """What a handler gives to the office: name, role, and the public key made for one line."""

    line_id: LineIdField
    name: Annotated[str, Field(min_length=1, max_length=200)]
    role: Annotated[str, Field(min_length=1, max_length=200)]
    signing_key: Key32

    @property
    def id(self) -> ids.HandlerId:
        """The handler's 16-byte name on this line."""
        return ids.handler_id(self.line_id, self.signing_key)

    def starting(self, day: date) -> ListedHandler:
        """Return this handler as a line document lists them, with `day` as their first day."""
        return ListedHandler(
            id=self.id,
            name=self.name,
            role=self.role,
            signing_key=self.signing_key,
            from_=day,
        )


@dataclass(frozen=True, slots=True)
class LinePlan:
    """A line as its office wants it.

    `names` and `contact` hold one text per language. `contact` says how and at which hours to reach
    the office without this service.
    """

    languages: tuple[str, ...]
    names: Mapping[str, str]
    contact: Mapping[str, str]
    handlers: tuple[ListedHandler, ...]
    """Everybody who ever handled reports here. Handlers who have left have an `until`."""
    preset: Preset
    texts: Texts | None = None
    """By default `Texts.plain`."""
    other_lines: tuple[OtherLine, ...] = ()
    """Other lines for reporters who trust no handler here. The guide will name them."""
    check_ins: tuple[CheckIn, ...] = ()
    """Days on which reporters are asked how they are, at most 8."""
    reader_count: int = 2
    withdrawal_term: Term = _WITHDRAWAL_TERM
    unopened_term: Term = _UNOPENED_TERM
    """How much longer a report is kept if no handler has opened a message of its reporter."""
    validity: timedelta = field(default=MAX_VALIDITY)
    """How long a document is valid: at most 90 days. A new one is due before that."""

    def chosen_texts(self) -> Texts:
        """Return the texts of this plan.

        Raises:
            RefusedError: As `name_other_lines`.
        """
        texts = self.texts or Texts.plain(self.languages, self.preset.clocks)
        if self.other_lines:
            texts = replace(texts, guide=name_other_lines(texts.guide, self.other_lines))
        return texts

    def with_handlers(self, *entries: HandlerEntry, day: date) -> "LinePlan":
        """Return the plan with more handlers. The entries of existing handlers do not change."""
        known = {handler.id for handler in self.handlers}
        added = (entry.starting(day) for entry in entries if entry.id not in known)
        return replace(self, handlers=(*self.handlers, *added))

    def without_handler(self, handler: ids.HandlerId, *, day: date) -> "LinePlan":
        """Return the plan without a handler, who reads nothing new from `day` on."""
        left = tuple(
            h.model_copy(update={"until": day}) if h.id == handler and h.until is None else h
            for h in self.handlers
        )
        return replace(self, handlers=left)

    def with_function(self, chosen: Collection[ids.HandlerId], function: Function) -> "LinePlan":
        """Return the plan in which handlers have a function.

        Raises:
            UnsentError: One person would advise, and investigate or decide.
        """
        changed = tuple(
            ListedHandler.model_validate(dict(h) | {"function": function}) if h.id in chosen else h
            for h in self.handlers
        )
        held: dict[str, set[Function | None]] = {}
        for handler in (each for each in changed if each.until is None):
            held.setdefault(plain_name(handler.name), set()).add(handler.function)
        if any(Function.ADVISER in each and each & JUDGES for each in held.values()):
            raise UnsentError(
                "One person would be adviser and investigator or decider: whoever advises never"
                " investigates or decides. Nothing was published."
            )
        return replace(self, handlers=changed)

    def with_first_box_key(self, handler: ids.HandlerId, number: int) -> "LinePlan":
        """Return the plan in which a handler's box keys below a number count no more.

        `LineOwner.publish` refuses a number far above that of the key that the host serves.
        """
        changed = tuple(
            ListedHandler.model_validate(
                dict(h) | {"first_box_key": max(number, h.first_box_key or 0)}
            )
            if h.id == handler
            else h
            for h in self.handlers
        )
        return replace(self, handlers=changed)


def plan_of(document: LineDocument, texts: Texts) -> LinePlan:
    """Return the plan of a published document.

    Args:
        document: The published document.
        texts: The texts that it names.
    """
    return LinePlan(
        languages=document.languages,
        names={text.language: text.text for text in document.names},
        contact={text.language: text.text for text in document.contact},
        handlers=document.handlers,
        preset=Preset(document.clocks, document.retention, document.maximum_term),
        texts=texts,
        check_ins=document.check_ins or (),
        reader_count=document.reader_count,
        withdrawal_term=document.withdrawal_term,
        unopened_term=document.unopened_term,
        validity=document.expires_on - document.signed_on,
    )


def write_document(
    plan: LinePlan,
    *,
    line_id: ids.LineId,
    key_number: int,
    host: HostInfo,
    previous: tuple[int, ids.Hash] | None,
    today: date,
) -> LineDocument:
    """Turn a plan into the next line document.

    Args:
        plan: What the office wants.
        line_id: The line.
        key_number: Position of the signing key in the key chain.
        host: The host where the line lives.
        previous: Number and hash of the document before, or None for the first.
        today: The day of signing.

    Raises:
        RefusedError: FIELDS for a value out of its bounds.
    """
    number, previous_hash = previous or (0, None)
    texts = plan.chosen_texts()
    try:
        return LineDocument(
            version=1,
            line_id=line_id,
            number=number + 1,
            previous=previous_hash,
            key_number=key_number,
            signed_on=today,
            expires_on=today + plan.validity,
            origins=host.origins,
            receipt_key=host.receipt_key,
            languages=plan.languages,
            names=_texts(plan.names),
            contact=_texts(plan.contact),
            form=ids.text_hash(texts.form),
            guide=ids.text_hash(texts.guide),
            procedure=ids.text_hash(texts.procedure),
            theme=None if texts.theme is None else ids.text_hash(texts.theme),
            pages=tuple(map(ids.text_hash, texts.pages)) or None,
            texts=tuple(map(ids.text_hash, texts.beside)),
            check_ins=plan.check_ins or None,
            clocks=plan.preset.clocks,
            retention=plan.preset.retention,
            maximum_term=plan.preset.maximum_term,
            withdrawal_term=plan.withdrawal_term,
            unopened_term=plan.unopened_term,
            reader_count=plan.reader_count,
            handlers=plan.handlers,
        )
    except ValidationError:
        raise RefusedError(Reason.FIELDS) from None


def _texts(by_language: Mapping[str, str]) -> tuple[Text, ...]:
    return tuple(Text(language=lang, text=text) for lang, text in by_language.items())
