// Tell an implementation every lie, and see which it notices.

import { Adapter } from "../adapter.js";
import { KitHost } from "../host/host.js";
import { LIES } from "./lies.js";

const PATIENCE = 180_000;
const WRITES = (request) => request.method === "PUT";

/** What an answer of an adapter shows of doubt. */
function doubts({ error, value = {} }) {
  if (error !== undefined)
    return [String(error.reason ?? error.code ?? error.message ?? "an error")];
  const unreadable = (value.messages ?? []).filter((message) => message.unreadable !== undefined);
  const told = [...(value.alarms ?? []), ...(value.notices ?? []), ...unreadable];
  return told.map((each) => each.kind ?? each.reason ?? each.unreadable ?? String(each));
}

/** The kit's host, an implementation, and one report of each of two people on it. */
class Session {
  constructor(host, adapter) {
    this.host = host;
    this.adapter = adapter;
  }

  ask(command, given = {}) {
    return this.adapter.ask({ command, address: this.host.line.address, ...given });
  }

  /** Do something that an honest host answers. @throws Error in words, where it goes wrong. */
  async honestly(command, given) {
    const answer = await this.ask(command, given);
    const said = answer.failed ?? doubts(answer).join(", ");
    if (said !== "") throw new Error(`with an honest host, \`${command}\` does not work: ${said}`);
    return answer.value;
  }

  /** Let two people report, handlers answer the second one twice, and that one come back. */
  async begin() {
    await this.honestly("submit", { text: "Somebody else's report." });
    const { receipt } = await this.honestly("submit", { text: "My report." });
    if (typeof receipt !== "string") throw new Error("`submit` gives no `receipt`");
    this.receipt = receipt;
    const [, report] = [...this.host.reports.values()];
    const [handler] = this.host.line.handlers;
    report.write(handler, "acknowledgement", "We have read it.");
    report.write(handler, "message", "Where was it?");
    const { messages = [] } = await this.honestly("visit", { receipt });
    const texts = messages.map(({ text }) => text).filter((text) => text !== undefined);
    if (!["We have read it.", "Where was it?"].every((text) => texts.includes(text)))
      throw new Error("`visit` does not show what handlers wrote");
    await this.honestly("reply", { receipt, text: "In the hall." });
    report.write(handler, "message", "Thank you.");
  }

  /** One lie, and what came of it. */
  async tell({ name, act, says, section, change, sends = false }) {
    const before = this.host.requests.filter(WRITES).length;
    this.host.lie = (answer) => change(answer, this.host);
    const answer = await this.ask(act, { receipt: this.receipt, text: "Meanwhile." });
    this.host.lie = undefined;
    const sent = this.host.requests.filter(WRITES).length > before;
    const noticed = answer.failed === undefined && doubts(answer).length > 0;
    const fault = faultOf(answer, noticed, sent && !sends && act !== "visit");
    return { name, act, says, section, noticed: fault === undefined, fault, told: doubts(answer) };
  }
}

function faultOf(answer, noticed, sent) {
  if (answer.failed !== undefined) return answer.failed;
  if (sent) return "the client sent a message all the same";
  return noticed ? undefined : "the client said nothing";
}

/** Run all lies against a program. @throws Error if it does not work with an honest host. */
export async function runLies(command) {
  const host = await new KitHost().start();
  const adapter = new Adapter(command, PATIENCE);
  try {
    const session = new Session(host, adapter);
    await session.begin();
    const results = [];
    for (const lie of LIES) results.push(await session.tell(lie));
    return { results, broken: host.broken };
  } finally {
    await adapter.stop();
    await host.stop();
  }
}
