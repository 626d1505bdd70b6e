// Every notice, alarm and state has a sentence in each language, and none is the other language's.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { explainAlarm, explainNotice, explainState } from "@meldpunt/client/sentences";

const HOME = new URL("../../../", import.meta.url);
const source = (path) => readFileSync(new URL(path, HOME), "utf-8");

/** The values of an enumeration in Python, whose kinds the two clients share. */
const kindsOf = (path) =>
  [...source(path).matchAll(/^ {4}[A-Z_]+ = "([a-z-]+)"$/gm)].map(([, kind]) => kind);

function inBoth(say) {
  const [nl, en] = ["nl", "en"].map((language) => say(language));
  for (const sentence of [nl, en]) assert.match(sentence, /^[A-Z].*[.]$/);
  assert.notEqual(nl, en);
}

test("every notice of either client has a sentence", () => {
  const kinds = kindsOf("src/meldpunt/client/thread/notices.py");
  assert.ok(kinds.length > 15);
  for (const kind of kinds) inBoth((language) => explainNotice({ kind }, language));
});

test("every alarm has a sentence, also one that only a later version knows", () => {
  const told = source("web/sdk/src/protocol/alarms.ts").matchAll(/tell\("([a-z-]+)"/g);
  const reasons = new Set([...told].map(([, reason]) => reason));
  assert.ok(reasons.size > 6);
  const odd = explainAlarm({ reason: "of-later" }, "en");
  for (const reason of reasons) {
    inBoth((language) => explainAlarm({ reason }, language));
    assert.notEqual(explainAlarm({ reason }, "en"), odd, reason);
  }
});

test("every state has a sentence", () => {
  const states = kindsOf("src/meldpunt/protocol/verify/log/clocks.py");
  assert.ok(states.includes("feedback-given"));
  for (const state of states) inBoth((language) => explainState(state, language));
});
