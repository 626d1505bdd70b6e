// Which vectors a client of each level passes (openapi/protocol.md section 0.1).

/** By level: the files that it adds to those of the level below. Level 3 adds all others. */
const LEVELS = {
  1: [
    "receipt",
    "encoding",
    "hashing",
    "keys",
    "ed25519",
    "strict-json",
    "request",
    "line",
    "message",
  ],
  2: ["log", "admission", "clocks", "bulletin", "shown-text"],
};
export const HIGHEST = 3;

/** The level that first needs a file, by its name without `.json`. */
export const levelOf = (file) =>
  Number(Object.keys(LEVELS).find((level) => LEVELS[level].includes(file)) ?? HIGHEST);
