// An answer beside what a vector says, in words.

import { isDeepStrictEqual } from "node:util";

const shown = (value) => {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
};

/** The first place where two values differ: a path, and both values there. */
function difference(wanted, found, path = "output") {
  if (isDeepStrictEqual(wanted, found)) return undefined;
  const areBoth = [wanted, found].every((each) => typeof each === "object" && each !== null);
  if (areBoth && Array.isArray(wanted) === Array.isArray(found)) {
    for (const name of new Set([...Object.keys(wanted), ...Object.keys(found)])) {
      const inside = difference(wanted[name], found[name], `${path}.${name}`);
      if (inside !== undefined) return inside;
    }
  }
  return `${path} is ${shown(found)}, and should be ${shown(wanted)}`;
}

const reasonOf = ({ refused, field }) =>
  field === undefined ? `\`${refused}\`` : `\`${refused}\` of \`${field}\``;

/** What is wrong with an answer to a vector; undefined if nothing is. */
export function faultOf(wanted, answer) {
  if (answer.failed !== undefined) return answer.failed;
  if (answer.unknown === true) return "the operation is not implemented";
  if (answer.error !== undefined) return `it failed instead of refusing: ${shown(answer.error)}`;
  if (wanted.refused === undefined) {
    if (answer.refused !== undefined) return `it refuses what is right, for ${reasonOf(answer)}`;
    return difference(wanted.output, answer.output);
  }
  if (answer.refused === undefined)
    return `it accepts what it must refuse, for ${reasonOf(wanted)}`;
  const isSame = answer.refused === wanted.refused && answer.field === wanted.field;
  if (isSame) return undefined;
  return `it refuses for ${reasonOf(answer)} in place of ${reasonOf(wanted)}: is an earlier check missing?`;
}
