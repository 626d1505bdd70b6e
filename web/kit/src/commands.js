// A program that takes one command of JSON a line on standard input, and gives one answer a line on standard output.

import { lineOf, linesOf } from "./lines.js";

const plain = ({ name, message, code, kind }) => ({ name, message, code, kind });

/** Answer each question of standard input, in order. */
export async function serveLines(answer) {
  for await (const line of linesOf(process.stdin)) {
    process.stdout.write(lineOf(await answer(JSON.parse(line))));
  }
}

/** Answer `{"command": …, …}` by the function of that name: `{"value": …}`, or `{"error": …}` as `tell` says it. */
export const serveCommands = (commands, tell = plain) =>
  serveLines(async ({ command, ...given }) => {
    try {
      return { value: (await commands[command](given)) ?? null };
    } catch (error) {
      return { error: tell(error) };
    }
  });
