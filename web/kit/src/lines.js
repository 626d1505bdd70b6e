// JSON by lines. Only a line feed ends a line: `readline` of Node also stops at U+2028, which JSON may hold.

/** Every value of a stream of lines, as text. */
export async function* linesOf(stream) {
  const decoder = new TextDecoder();
  let held = "";
  for await (const part of stream) {
    const lines = (held + decoder.decode(part, { stream: true })).split("\n");
    held = lines.pop();
    yield* lines;
  }
  if (held !== "") yield held;
}

/** A value as one line of ASCII, which every reader of lines reads alike. */
export const lineOf = (value) =>
  `${JSON.stringify(value).replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)}\n`;
