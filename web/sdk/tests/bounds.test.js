// Rules of the client that no vector can say: which files of a look fit, and what is refused for good.

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  AnswerError,
  ClientError,
  isFinal,
  ProblemError,
  UnreachableError,
} from "../dist/client/http/errors.js";
import { withinLimit } from "../dist/client/lines/bulletins.js";

const MOST_TAGS = (256 << 20) / 6;

function indexOf(sizes) {
  return { entries: Object.entries(sizes).map(([name, tags]) => ({ name, tags })) };
}

test("files count from the newest back, up to the first that does not fit", () => {
  const sizes = { 2024: MOST_TAGS - 10, 2025: 5, "2026-01": 4, "2026-02-01": 3 };
  const names = ["2024", "2025", "2026-01", "2026-02-01"];
  assert.deepEqual(withinLimit(names, indexOf(sizes)), names.slice(1));
  sizes[2024] = MOST_TAGS - 12;
  assert.deepEqual(withinLimit(names, indexOf(sizes)), names);
  sizes["2026-01"] = MOST_TAGS;
  assert.deepEqual(withinLimit(names, indexOf(sizes)), ["2026-02-01"]);
});

test("only a definite refusal ends a draft", () => {
  const kept = [
    new UnreachableError(),
    new AnswerError(),
    new ProblemError("busy"),
    new ProblemError("database-full"),
    new ProblemError("line-limited"),
  ];
  const final = [
    new ProblemError("conflict"),
    new ProblemError("not-allowed-now"),
    new ProblemError("refused"),
    new ClientError("number-taken"),
  ];
  assert.deepEqual(
    kept.map(isFinal),
    kept.map(() => false),
  );
  assert.deepEqual(
    final.map(isFinal),
    final.map(() => true),
  );
});
