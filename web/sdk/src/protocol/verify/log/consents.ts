/** Consents and their answers: what stands at any point of a log (openapi/extensions.md section 9.7). */

import { type Hex, hex, same } from "../encoding.js";
import { at, causalOrder, type Headers, isReporters, preceding } from "./causality.js";
import type { Handover } from "./header.js";

/** A part of a log: what somebody knew. */
export type View = ReadonlySet<Hex>;

/** The consents and answers of a log. */
export class ConsentHistory {
  readonly messages: Headers;
  /** All ids, each after what it has seen. */
  readonly order: readonly Hex[];
  /** What precedes each message. */
  readonly before: ReadonlyMap<Hex, View>;
  /** The reporter's messages. */
  readonly words: readonly Hex[];
  /** Consents that are not void. */
  readonly consents = new Map<Hex, Handover>();
  /** Consents that are void. */
  readonly inVain: Hex[] = [];
  /** Answers in place, and the consent that each one names. */
  readonly answers = new Map<Hex, Hex>();

  constructor(messages: Headers) {
    this.messages = messages;
    this.order = causalOrder(messages);
    this.before = new Map(this.order.map((id) => [id, new Set(preceding(id, messages).keys())]));
    this.words = this.order.filter((id) => isReporters(at(messages, id)));
    for (const id of this.order) this.#read(id);
  }

  /** What precedes a message. */
  view(id: Hex): View {
    return this.before.get(id) ?? new Set();
  }

  #read(id: Hex): void {
    const { handover, consent } = at(this.messages, id).header;
    if (handover !== undefined) {
      if (this.#isIdle(id, handover)) this.inVain.push(id);
      else this.consents.set(id, handover);
    } else if (consent !== undefined && this.#isInPlace(id, hex(consent))) {
      this.answers.set(id, hex(consent));
    }
  }

  /** To the line that answers already, or in a consultation. */
  #isIdle(id: Hex, handover: Handover): boolean {
    const view = this.view(id);
    const accepted = this.accepted(view).at(-1);
    const inForce = accepted === undefined ? undefined : this.consents.get(accepted);
    const answering = inForce?.lineId ?? at(this.messages, id).header.lineId;
    const isConsultation = this.words.some(
      (word) => view.has(word) && at(this.messages, word).header.origin === "consultation",
    );
    return same(handover.lineId, answering) || isConsultation;
  }

  #isInPlace(id: Hex, consent: Hex): boolean {
    const { author, day } = at(this.messages, id).header;
    const asked = this.consents.get(consent);
    if (asked === undefined || this.waiting(this.view(id)) !== consent) return false;
    return asked.readers.includes(author) && (day ?? "") <= asked.until;
  }

  #takesBack(word: Hex, consent: Hex): boolean {
    const { tag, handover, readers } = at(this.messages, word).header;
    if (word === consent || this.view(consent).has(word)) return false;
    const asked = this.consents.get(consent)?.readers ?? [];
    return (
      tag === "withdrawal" || handover !== undefined || !asked.some((r) => readers.includes(r))
    );
  }

  /** The consent that waits in a part of the log. */
  waiting(view: View): Hex | undefined {
    const answered = new Set(
      [...this.answers].filter(([id]) => view.has(id)).map(([, consent]) => consent),
    );
    const isTakenBack = (id: Hex) =>
      this.words.some((word) => view.has(word) && this.#takesBack(word, id));
    return [...this.consents.keys()].find(
      (id) => view.has(id) && !answered.has(id) && !isTakenBack(id),
    );
  }

  /** Whether an answer accepts. */
  isAcceptance(id: Hex): boolean {
    return at(this.messages, id).header.tag === "acceptance";
  }

  /** Whether an answer in place is an acceptance that holds in a part of the log: the reporter's word rules. */
  holds(id: Hex, view: View): boolean {
    const consent = this.answers.get(id);
    if (consent === undefined || !this.isAcceptance(id) || !view.has(id)) return false;
    const unaware = this.words.filter((word) => view.has(word) && !this.view(word).has(id));
    return !unaware.some((word) => this.#takesBack(word, consent));
  }

  /** The consents that were taken up, each after the one before. */
  accepted(view: View): Hex[] {
    const held = [...this.answers].filter(([id]) => this.holds(id, view));
    return [...new Set(held.map(([, consent]) => consent))];
  }
}
