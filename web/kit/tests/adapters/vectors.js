// The adapter of `@meldpunt/client` for the vectors: a line is an operation and its input, or what it gives.

import { RefusedError } from "@meldpunt/client";
import { serveLines } from "@meldpunt/kit/commands";

import { OPERATIONS } from "../../../sdk/tests/operations.js";

await serveLines(async ({ operation, input }) => {
  if (OPERATIONS[operation] === undefined) return { unknown: true };
  try {
    return { output: await OPERATIONS[operation](input) };
  } catch (error) {
    if (!(error instanceof RefusedError)) return { error: error.message };
    const { reason, field } = error;
    return { refused: reason, field };
  }
});
