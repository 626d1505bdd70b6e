// A careless implementation for the kit: the JSON of the platform, form alone for codes, and nothing else.

import { serveLines } from "@meldpunt/kit/commands";

const refuse = (reason) => ({ refused: reason });

const OPERATIONS = {
  "json-signed": ({ data }) => {
    try {
      return { output: { text: JSON.stringify(JSON.parse(Buffer.from(data, "hex"))) } };
    } catch {
      return refuse("json-syntax");
    }
  },
  "receipt-parse": ({ typed }) => {
    const symbols = typed.replaceAll("-", "");
    if (symbols.length !== 20) return refuse("receipt-length");
    return { output: { symbols: symbols.slice(0, 18) } };
  },
  "receipt-make": () => process.exit(1),
};

await serveLines(({ operation, input }) => OPERATIONS[operation]?.(input) ?? { unknown: true });
